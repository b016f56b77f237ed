# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs playbooks of this repository against an emulator, as a user would, and tells what they did."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import typing as t

from emulator import testing

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("dev", "staging", "prod")
SERVICES = ("auth-service", "content-service", "submission-service", "sandbox-runner")
LIMIT = 900  # seconds for one playbook

Action = tuple[str, str, str, str]


@dataclasses.dataclass
class Run:
    """One finished ansible-playbook."""

    returncode: int
    output: str
    results: list[dict[str, t.Any]]

    @property
    def failures(self) -> list[str]:
        """What failed, a message each; what failed on several hosts for one reason is there once."""
        return list(dict.fromkeys(one["msg"] for one in self.results if one["status"] in ("failed", "unreachable")))

    @property
    def actions(self) -> list[Action]:
        """(host, action, kind, name) of everything that was really done."""
        return self._actions(previewed=False)

    @property
    def previewed(self) -> list[Action]:
        """(host, action, kind, name) of everything that check mode predicted."""
        return self._actions(previewed=True)

    def _actions(self, previewed: bool) -> list[Action]:
        return sorted(
            (action.get("host", one["host"]), action["action"], action["kind"], action["name"])
            for one in self.results
            if one["check_mode"] == previewed
            for action in one["actions"]
        )

    @property
    def fields(self) -> dict[str, list[str]]:
        """'<action> <kind> <name>' -> the fields that changed, or would."""
        return {
            f"{action['action']} {action['kind']} {action['name']}": sorted(action["fields"])
            for one in self.results
            for action in one["actions"]
        }

    @property
    def changed(self) -> list[tuple[str, str]]:
        return sorted((one["host"], one["task"]) for one in self.results if one["changed"])

    @property
    def pending(self) -> list[str]:
        return sorted({sentence for one in self.results for sentence in one["pending"]})

    def must_succeed(self) -> Run:
        assert self.returncode == 0 and not self.failures, "\n".join(self.failures) or self.output[-6000:]
        return self


def resources(actions: t.Iterable[Action]) -> set[tuple[str, str, str]]:
    """(host, kind, name) of every resource in actions, however often."""
    return {(host, kind, name) for host, _action, kind, name in actions}


def playbook(url: str, name: str, inventory: str, *arguments: str, **variables: str | None) -> Run:
    """Run playbook name (a path below the root) with an inventory (an environment, or a path).

    Variables are those of the process; None takes one away.
    """
    with _started(url, name, inventory, arguments, variables) as (process, record):
        output, _ = process.communicate(timeout=LIMIT)
        results = [json.loads(line) for line in record.read_text().splitlines()]
    return Run(process.returncode, output, results)


def killed_playbook(
    emulator: t.Any, name: str, inventory: str, *arguments: str, after: t.Callable[[t.Any], bool]
) -> bool:
    """Run a playbook and kill it with everything it started once after(emulator) is true; whether it came to that."""
    with _started(emulator.url, name, inventory, arguments, {"RECORD_FILE": os.devnull}, output=None) as (process, _):
        while process.poll() is None:
            if after(emulator):
                kill_all(process.pid)
                process.wait()
                return True
            time.sleep(0.05)
    return False


def kill_all(root: int) -> None:
    """SIGKILL for a process and all its descendants; Ansible's workers leave the group, so the group is not enough."""
    os.kill(root, signal.SIGSTOP)  # it starts no more of them
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
    doomed = {root}
    while more := {pid for pid, parent in parents.items() if parent in doomed} - doomed:
        doomed |= more
    for pid in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def _started(
    url: str,
    name: str,
    inventory: str,
    arguments: t.Sequence[str],
    variables: dict[str, str | None],
    output: int | None = subprocess.PIPE,
) -> t.Iterator[tuple[subprocess.Popen[str], pathlib.Path]]:
    path = f"inventories/{inventory}" if inventory in ENVIRONMENTS else inventory
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as record:
        process = subprocess.Popen(
            ["ansible-playbook", name, "-i", path, *arguments],
            cwd=ROOT,
            env={
                name: value for name, value in (environment(url, record.name) | variables).items() if value is not None
            },
            stdin=subprocess.DEVNULL,
            stdout=output or subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process, pathlib.Path(record.name)
        finally:
            if process.poll() is None:
                kill_all(process.pid)
                process.wait()


def environment(url: str, record: str) -> dict[str, str]:
    """What ansible-playbook gets: the emulator as its AWS, and the recording callback."""
    return {
        **testing.environment(url),
        "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "site" / "callback"),
        "ANSIBLE_CALLBACKS_ENABLED": "sdt.infra.warm,sdt.infra.lock,sdt.infra.waits,sdt.infra.summary,record",
        "ANSIBLE_NOCOLOR": "1",
        "RECORD_FILE": record,
    }


def register_images(emulator: t.Any, prefix: str, tag: str = "latest", services: t.Sequence[str] = SERVICES) -> None:
    """Register an image of every service through ECR's own API, as a push does."""
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
