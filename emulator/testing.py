# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Start an emulator for a test and look at what happened in it."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STOP_TIMEOUT = 10


def environment(url: str) -> dict[str, str]:
    """The environment of a process whose AWS is the emulator at url: this one's, with its address and credentials."""
    return {
        **{name: value for name, value in os.environ.items() if name != "AWS_PROFILE"},
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }


class Emulator:
    """A running emulator, seen from outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    def requests(self) -> list[dict[str, Any]]:
        """Every call since the start or the last clear() or reset()."""
        return self._control("GET", "requests")

    def mutations(self) -> list[dict[str, Any]]:
        """The calls that write, refused ones too."""
        return [call for call in self.requests() if call["mutating"]]

    def clear(self) -> None:
        """Forget the calls, keep the resources."""
        self._control("DELETE", "requests")

    def reset(self) -> None:
        """Forget everything."""
        self._control("POST", "reset")

    def faults(self, *faults: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask for faults, in order; without any, list those there are and how often each struck."""
        return self._control("POST", "faults", list(faults)) if faults else self._control("GET", "faults")

    def clear_faults(self, name: str = "") -> None:
        """Forget all faults, or the one of that id."""
        self._control("DELETE", f"faults/{name}".rstrip("/"))

    def latency(self, ms: float) -> None:
        """Let every call take longer."""
        self._control("POST", "latency", {"ms": ms})

    def enforce_iam(self, enforce: bool = True) -> None:
        """Refuse what the caller's policies do not allow, or stop doing so."""
        self._control("POST", "iam", {"enforce": enforce})

    def record_rights(self, record: bool = True) -> None:
        """Keep which rights calls need from now on, or stop doing so."""
        self._control("POST", "rights", {"record": record})

    def rights(self) -> list[dict[str, Any]]:
        """The rights needed since then, each once: action, resource, context, request_tags, resource_tags."""
        return self._control("GET", "rights")

    def forget_rights(self) -> None:
        self._control("DELETE", "rights")

    def health(self) -> dict[str, Any]:
        return self._control("GET", "health")

    def times(self, times: str | None = None, **changes: Any) -> dict[str, Any]:
        """How long things take; changed when something is given: times, scale, kinds, advance (see the README)."""
        wanted = {"times": times, **changes} if times else changes
        return self._control("POST", "times", wanted) if wanted else self._control("GET", "times")

    def tasks(self, **rule: Any) -> list[dict[str, Any]]:
        """How tasks of ECS end, from now on (see the README); without a rule, the rules there are."""
        return self._control("POST", "tasks", rule) if rule else self._control("GET", "tasks")

    def forget_tasks(self) -> None:
        """From now on tasks run on, as without rules."""
        self._control("DELETE", "tasks")

    def scans(self, **result: Any) -> list[dict[str, Any]]:
        """What scans of images in ECR find, from now on (see the README); without a result, those there are."""
        return self._control("POST", "scans", result) if result else self._control("GET", "scans")

    def builds(self, **rule: Any) -> list[dict[str, Any]]:
        """How jobs of Amplify end, from now on (see the README); without a rule, the rules there are."""
        return self._control("POST", "builds", rule) if rule else self._control("GET", "builds")

    def client(self, service: str, region: str = "us-east-1", **options: Any) -> Any:
        """A boto3 client of this emulator; options go to boto3, for instance other credentials."""
        credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        # Making clients is slow and not safe among threads; using them is safe.
        with self._lock:
            if options:
                return _session().client(
                    service, region_name=region, endpoint_url=self.url, **{**credentials, **options}
                )
            if (service, region) not in self._clients:
                made = _session().client(service, region_name=region, endpoint_url=self.url, **credentials)
                self._clients[service, region] = made
            return self._clients[service, region]

    def _control(self, method: str, name: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{name}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = response.read()
        return json.loads(answer) if answer else None


@functools.cache
def _session() -> Any:
    """One for the process: it keeps the service models it has read."""
    import boto3

    return boto3.session.Session()


@contextlib.contextmanager
def start(port: int = 0, **options: Any) -> Iterator[Emulator]:
    """Run ``python -m emulator`` in a process of its own; options are its options: latency_ms=50, lenient=True."""
    arguments = [
        f"--{name.replace('_', '-')}" + ("" if value is True else f"={value}")
        for name, value in options.items()
        if value is not False
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", f"--port={port}", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline().split()
        if line[:1] != ["ready"]:
            raise RuntimeError(f"The emulator did not start (exit code {process.wait()}); its error output says why.")
        yield Emulator(line[1])
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
