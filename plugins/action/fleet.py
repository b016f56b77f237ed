# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a playbook of the collection for one environment, in a process of its own."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils._options import PLAYBOOKS, specifications

_SPEC: dict[str, t.Any] = {
    "verb": {"type": "str", "required": True},
    "inventory": {"type": "path", "required": True},
    "variables": {"type": "dict", "default": {}},
    "options": {"type": "dict", "default": {}},
    "check": {"type": "bool", "default": False},
    "log": {"type": "path", "required": True},
    "timeout": {"type": "int", "default": 7200},
}
_CHANGED = re.compile(r"\bchanged=([1-9]\d*)")
_TOLD = 12  # lines of the log that are shown of a run that failed


class ActionModule(ActionBase):
    """A fork waits for the other ansible-playbook, so there are as many of those as forks."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, given = self.validate_argument_spec(argument_spec=_SPEC)
        if given["verb"] not in specifications() or given["verb"] == "fleet":
            known = ", ".join(sorted(set(specifications()) - {"fleet"}))
            return {
                "failed": True,
                "changed": False,
                "msg": f"There is no playbook {given['verb']}; there are {known}.",
            }
        if not pathlib.Path(given["inventory"]).exists():
            return {
                "failed": True,
                "changed": False,
                "msg": f"There is no inventory {given['inventory']} (fleet_inventory).",
            }
        log = pathlib.Path(given["log"])
        log.parent.mkdir(parents=True, exist_ok=True)
        code = _run(given, log)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        result = {"rc": code, "changed": any(_CHANGED.search(line) for line in lines), "log": str(log)}
        if code:
            told = [line for line in lines if line.startswith(("[ERROR]", "fatal:"))] or [
                line for line in lines if line.strip()
            ]
            result.update(
                failed=True, msg=f"{given['verb']} ended with {code}; {log} has all of it. " + "\n".join(told[-_TOLD:])
            )
        return result


def _run(given: dict[str, t.Any], log: pathlib.Path) -> int:
    """The exit code of the playbook. Variables reach it in a file, so that they are in no list of processes."""
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as variables,
        log.open("w", encoding="utf-8") as output,
    ):
        json.dump(given["variables"] | given["options"], variables)
        variables.flush()
        command = [
            str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
            str(PLAYBOOKS / f"{given['verb']}.yml"),
            f"--inventory={given['inventory']}",
            f"--extra-vars=@{variables.name}",
            *(["--check"] if given["check"] else []),
        ]
        # Those of ansible-runner would tell the controller of this run as if it were the other.
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("ANSIBLE_STDOUT_CALLBACK", "ANSIBLE_CALLBACK_PLUGINS")
        }
        try:
            return subprocess.run(
                command,
                env={**environment, "ANSIBLE_NOCOLOR": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=given["timeout"],
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            output.write(
                f"\n[ERROR]: It took longer than {given['timeout']} seconds and was ended; its lock is over in some "
                "minutes.\n"
            )
            return 124
