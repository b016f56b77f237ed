# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""How long the parts of a run took. A part is an inventory host, as whatever can be changed on its own is one."""

from __future__ import annotations

import time
import typing as t

_WORTH_TELLING = 1.0  # seconds
_MOST = 12  # lines


class Durations:
    """Seconds of each task of each host."""

    def __init__(self, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._started: dict[tuple[str, str], float] = {}
        self._tasks: dict[str, dict[str, float]] = {}

    def start(self, host: str, task: str) -> None:
        self._started[host, task] = self._clock()

    def end(self, host: str, task: str, part: str | None = None) -> None:
        """The task of the host is over. What it took counts for the host, or for a part of the run that is no host."""
        started = self._started.pop((host, task), None)
        if started is not None:
            tasks = self._tasks.setdefault(part or host, {})
            tasks[task] = tasks.get(task, 0.0) + self._clock() - started

    def lines(self) -> list[str]:
        """A table, the longest part first, and in each the task it spent most of its time in; [] for short runs."""
        every = sorted(((sum(tasks.values()), host) for host, tasks in self._tasks.items()), reverse=True)
        told = [(seconds, host) for seconds, host in every if seconds >= _WORTH_TELLING][:_MOST]
        if not told:
            return []
        width = max(len(host) for _seconds, host in told)
        lines = []
        for seconds, host in told:
            task, longest = max(self._tasks[host].items(), key=lambda one: one[1])
            lines.append(f"{host:{width}}  {shown(seconds):>12}  {shown(longest):>12} of it: {task}")
        return [*lines, f"{'all':{width}}  {shown(self._clock() - self._begun):>12}  parts run side by side"]


def shown(seconds: float) -> str:
    """A duration as people say it: 9.5 s, 12 min 5 s."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
