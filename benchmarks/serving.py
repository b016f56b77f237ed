# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers in processes of their own, prepared requests, and what answering them costs."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
import typing as t
import urllib.parse
from pathlib import Path

import boto3

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
START_TIMEOUT = 60


class Read(t.NamedTuple):
    """One call that looks at something."""

    service: str
    operation: str
    parameters: dict[str, t.Any]


class Captured(Exception):
    """The request is known and need not be sent."""


class Server:
    """A running server, seen from outside and from below."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self._port = port
        self._session = boto3.session.Session()
        self._clients: dict[str, t.Any] = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def client(self, service: str) -> t.Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,
                region_name="us-east-1",
                endpoint_url=f"http://127.0.0.1:{self._port}",
                aws_access_key_id="testing",
                aws_secret_access_key="testing",
            )
        return self._clients[service]

    def cpu(self) -> int:
        """Ticks of processor time used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def memory(self) -> int:
        """Bytes of memory in use."""
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * PAGE

    def prepared(self, read: Read) -> t.Callable[[], int]:
        client = self.client(read.service)
        captured = []

        def keep(request: t.Any, **_kwargs: t.Any) -> None:
            body = request.body
            captured.append((request, body.read() if hasattr(body, "read") else body))
            raise Captured

        event = f"before-send.{client.meta.service_model.service_id.hyphenize()}"
        client.meta.events.register(event, keep)
        with contextlib.suppress(Captured):
            getattr(client, read.operation)(**read.parameters)
        client.meta.events.unregister(event, keep)
        ((request, body),) = captured
        path = urllib.parse.urlsplit(request.url)
        target = path.path + (f"?{path.query}" if path.query else "")
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
            if name != "Expect"
        }

        def send() -> int:
            self._connection.request(request.method, target, body, headers)
            response = self._connection.getresponse()
            response.read()
            return response.status

        return send


@contextlib.contextmanager
def serving(module: str) -> t.Iterator[Server]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        module,
        *(["-H", "127.0.0.1"] if module == "moto.server" else []),
        f"--port={port}",
    ]
    # The emulator sets this itself.
    settings = {**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{' '.join(command)} did not start.")
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
