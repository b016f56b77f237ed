# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs playbooks of this repository against an emulator, as a user would, and tells what they did."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("dev", "staging", "prod")
SERVICES = ("auth-service", "content-service", "submission-service", "sandbox-runner")
LIMIT = 540  # seconds for one playbook


@dataclasses.dataclass
class Run:
    """One finished ansible-playbook."""

    returncode: int
    output: str
    results: list[dict[str, t.Any]]

    @property
    def failed(self) -> list[str]:
        return [
            f"{one['host']}: {one['task']}: {one['msg']}"
            for one in self.results
            if one["status"] in ("failed", "unreachable")
        ]

    @property
    def actions(self) -> list[tuple[str, str, str, str]]:
        """(host, action, kind, name) of every resource that changed."""
        return sorted(
            (one["host"], action["action"], action["kind"], action["name"])
            for one in self.results
            for action in one["actions"]
        )

    @property
    def resources(self) -> set[tuple[str, str, str]]:
        """(host, kind, name) of every resource that changed, however often."""
        return {(host, kind, name) for host, _action, kind, name in self.actions}

    @property
    def fields(self) -> dict[tuple[str, str], list[str]]:
        """(kind, name) -> the fields that changed."""
        return {(action["kind"], action["name"]): action["fields"] for one in self.results for action in one["actions"]}

    @property
    def changed(self) -> list[tuple[str, str]]:
        return sorted((one["host"], one["task"]) for one in self.results if one["changed"])

    @property
    def pending(self) -> list[str]:
        return sorted({sentence for one in self.results for sentence in one["pending"]})

    def must_succeed(self) -> Run:
        assert self.returncode == 0 and not self.failed, "\n".join(self.failed) or self.output[-6000:]
        return self


def environment(url: str, record: str) -> dict[str, str]:
    """What ansible-playbook gets: the emulator's address, test credentials, and the recording callback."""
    return {
        **{name: value for name, value in os.environ.items() if name != "AWS_PROFILE"},
        "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "site" / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "sdt.infra.warm,sdt.infra.summary,record",
        "ANSIBLE_NOCOLOR": "1",
        "RECORD_FILE": record,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }


def playbook(url: str, name: str, inventory: str, *arguments: str, timeout: int = LIMIT) -> Run:
    """Run playbook name (a path below the root) with an inventory (an environment, or a path)."""
    path = f"inventories/{inventory}" if inventory in ENVIRONMENTS else inventory
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as record:
        done = subprocess.run(
            ["ansible-playbook", name, "-i", path, *arguments],
            cwd=ROOT,
            env=environment(url, record.name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )
        results = [json.loads(line) for line in pathlib.Path(record.name).read_text().splitlines()]
    return Run(done.returncode, done.stdout, results)


def register_images(emulator: t.Any, prefix: str, tag: str = "latest", services: t.Sequence[str] = SERVICES) -> None:
    """Register an image of every service through ECR's own API, making the repository when it is not there yet."""
    ecr = emulator.client("ecr")
    for service in services:
        config = base64.b64encode(service.encode()).decode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": len(config),
                "digest": f"sha256:{hashlib.sha256(f'{service}:{tag}'.encode()).hexdigest()}",
            },
            "layers": [],
        }
        ecr.put_image(repositoryName=f"{prefix}/{service}", imageManifest=json.dumps(manifest), imageTag=tag)
