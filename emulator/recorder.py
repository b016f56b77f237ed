# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every call the emulator was asked to make, for tests to look at."""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import Any

# The newest calls are kept: enough for a long test run, and a bound on memory (about 300 bytes each).
CAPACITY = 100_000
FIELDS = ("service", "operation", "mutating", "resource", "status", "error", "account", "fault")


class Recorder:
    def __init__(self, capacity: int = CAPACITY) -> None:
        # Appending to a deque is atomic, so threads need no lock.
        self._calls: deque[tuple[Any, ...]] = deque(maxlen=capacity)

    def record(self, **call: Any) -> None:
        self._calls.append((time.time(), *(call.get(name) for name in FIELDS)))

    def calls(self) -> list[dict[str, Any]]:
        return [{"time": _text(moment), **dict(zip(FIELDS, call, strict=True))} for moment, *call in list(self._calls)]

    def clear(self) -> None:
        self._calls.clear()


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
