# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a call costs the emulator, beside unpatched moto with the same content.

    python benchmarks/emulator.py [--ticks 30] [--only describe_vpcs]

Each server runs in a process of its own. What is measured is that process's processor time (user and system) per
request; the client sends one prepared request again and again, so that it costs next to nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
import typing as t
import urllib.parse
from pathlib import Path

import boto3
import environment

ROOT = Path(__file__).parents[1]
TICK = os.sysconf("SC_CLK_TCK")
WARM_UP = 5
START_TIMEOUT = 60


class Server:
    """A running server with the environment in it."""

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

    def cost(self, read: environment.Read, ticks: int) -> float | None:
        """Milliseconds of processor time per request; None when the server cannot answer it."""
        send = self._prepared(read)
        if send() != 200:
            return None
        for _ in range(WARM_UP):
            send()
        before, count = self.cpu(), 0
        while (used := self.cpu() - before) < ticks:
            for _ in range(10):
                send()
            count += 10
        return 1000 * used / TICK / count

    def _prepared(self, read: environment.Read) -> t.Callable[[], int]:
        client = self.client(read.service)
        captured = []

        def keep(request: t.Any, **_kwargs: t.Any) -> None:
            captured.append(request)

        event = f"before-send.{client.meta.service_model.service_id.hyphenize()}"
        client.meta.events.register(event, keep)
        with contextlib.suppress(Exception):
            getattr(client, read.operation)(**read.parameters)
        client.meta.events.unregister(event, keep)
        request = captured[0]
        path = urllib.parse.urlsplit(request.url)
        target = path.path + (f"?{path.query}" if path.query else "")
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }

        def send() -> int:
            self._connection.request(request.method, target, request.body, headers)
            response = self._connection.getresponse()
            response.read()
            return response.status

        return send


@contextlib.contextmanager
def serving(command: list[str], port: int) -> t.Iterator[Server]:
    # Some mends and moto itself answer differently under these.
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


def measured(ticks: int, only: str | None) -> list[tuple[str, float | None, float | None]]:
    ports = free_port(), free_port()
    stock = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(ports[0])]
    ours = [sys.executable, "-m", "emulator", f"--port={ports[1]}"]
    rows = []
    with serving(stock, ports[0]) as moto, serving(ours, ports[1]) as emulator:
        pairs = list(zip(environment.build(moto.client), environment.build(emulator.client), strict=True))
        for one, other in pairs:
            if only is None or only in one.operation:
                rows.append((f"{one.service} {one.operation}", moto.cost(one, ticks), emulator.cost(other, ticks)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ticks", type=int, default=30, help="processor time per call and server, in clock ticks")
    parser.add_argument("--only", help="only operations whose name contains this")
    arguments = parser.parse_args()
    ratios = []
    print(f"{'processor time per request, ms':<48}{'moto':>8}{'emulator':>10}{'ratio':>8}")
    for name, moto, emulator in measured(arguments.ticks, arguments.only):
        ratio = None if moto is None or emulator is None else moto / emulator
        print(f"{name:<48}{_cell(moto, '.2f'):>8}{_cell(emulator, '.2f'):>10}{_cell(ratio, '.1f'):>8}")
        if ratio is not None:
            ratios.append(ratio)
    print(f"{len(ratios)} calls: ratio median {statistics.median(ratios):.1f}, lowest {min(ratios):.1f}")


def _cell(value: float | None, style: str) -> str:
    return "-" if value is None else format(value, style)


if __name__ == "__main__":
    main()
