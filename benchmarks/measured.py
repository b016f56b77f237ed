# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a command costs with everything it starts, and what it asks AWS for."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import typing as t

LOOK_EVERY = 0.3  # seconds between two looks at the memory


@dataclasses.dataclass(frozen=True)
class Command:
    """A command as subprocess takes it."""

    arguments: t.Sequence[str]
    directory: pathlib.Path
    environment: t.Mapping[str, str]
    accepted: t.Collection[int] = (0,)


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds, processor seconds of the whole tree, its memory at most with shared pages counted once, requests."""

    wall: float
    cpu: float
    memory_mb: float
    reads: int
    writes: int

    @property
    def requests(self) -> int:
        return self.reads + self.writes


def measured(command: Command, emulator: t.Any) -> Cost:
    """Run a command against an emulator; RuntimeError with the end of what it printed when it fails."""
    emulator.clear()
    with tempfile.TemporaryFile() as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command.arguments,
            cwd=command.directory,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        memory = _Memory(process.pid)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        peak = memory.end()
        if process.returncode not in command.accepted:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command.arguments)}:\n{output.read().decode(errors='replace')[-3000:]}")
    calls = emulator.requests()
    writes = sum(call["mutating"] for call in calls)
    return Cost(wall, used.ru_utime + used.ru_stime, peak / 1024, len(calls) - writes, writes)


class _Memory:
    """Looks at a process and all its descendants until the end."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> int:
        """The most that was seen, in KiB."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            self._peak = max(self._peak, sum(map(_proportional, _tree(self._pid))))


def _tree(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue  # it has ended
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _proportional(pid: int) -> int:
    """KiB of a process; of pages it shares with others only its part."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
