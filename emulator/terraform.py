# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Terraform as a client of the emulator: where it and its provider are, and how it is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

PROVIDER = "registry.terraform.io/hashicorp/aws"
TIMEOUT = 1800

# https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
USUAL = (
    "~/.terraform.d/plugins",
    "~/.local/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)


def mirror() -> Path | None:
    """The directory that holds the AWS provider, in the layout of a filesystem mirror."""
    named = os.environ.get("SDT_TERRAFORM_MIRROR")
    candidates = [Path(named)] if named else [Path(path).expanduser() for path in USUAL]
    candidates += Path("/opt").glob("*")
    return next((path for path in candidates if (path / PROVIDER).is_dir()), None)


def missing() -> str | None:
    """What keeps Terraform from being run here."""
    if shutil.which("terraform") is None:
        return "terraform is not installed"
    if mirror() is None:
        return "terraform's AWS provider is not installed; SDT_TERRAFORM_MIRROR names the directory it is mirrored in"
    return None


class Workspace:
    """A copy of a configuration with a state of its own."""

    def __init__(self, configuration: Path, directory: Path, url: str, *options: str) -> None:
        shutil.copytree(configuration, directory, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        settings = directory / "cli.tfrc"
        settings.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror()}"\n  }}\n'
            '  direct {\n    exclude = ["registry.terraform.io/*/*"]\n  }\n}\n'
        )
        self._directory = directory
        self._options = options
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))},
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
        }
        self._run("init")

    def apply(self) -> None:
        self._run("apply", "-auto-approve")

    def differences(self) -> str:
        """What a plan would change; nothing, when the emulator kept what it was given."""
        planned = self._run("plan", "-detailed-exitcode", accepted=(0, 2))
        return planned.stdout if planned.returncode == 2 else ""

    def destroy(self) -> None:
        self._run("destroy", "-auto-approve")

    def command(self, command: str, *options: str) -> dict[str, Any]:
        """A command of Terraform with the configuration's options: its arguments, directory and environment."""
        own = () if command == "init" else self._options
        return {
            "arguments": ["terraform", command, "-input=false", "-no-color", *own, *options],
            "directory": self._directory,
            "environment": self._environment,
        }

    def _run(self, command: str, *options: str, accepted: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        given = self.command(command, *options)
        done = subprocess.run(
            given["arguments"],
            cwd=given["directory"],
            env=given["environment"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        if done.returncode not in accepted:
            raise RuntimeError(f"terraform {command} failed:\n{done.stdout[-2000:]}\n{done.stderr}")
        return done
