# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every call the emulator was asked to make, for tests to look at."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from typing import Any

# Enough for a long test run, and a bound on memory (about 400 bytes each).
CAPACITY = 200_000


class Recorder:
    def __init__(self, capacity: int = CAPACITY) -> None:
        # Appending to a deque is atomic, so threads need no lock.
        self._calls: deque[dict[str, Any]] = deque(maxlen=capacity)

    def record(self, **call: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._calls.append({"time": now, **call})

    def calls(self) -> list[dict[str, Any]]:
        return list(self._calls)

    def clear(self) -> None:
        self._calls.clear()
