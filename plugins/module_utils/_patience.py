# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Wait for what AWS does by itself, looking again and again."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _waits


class _Run(t.Protocol):
    """What goes on while it waits."""

    def hold_lock(self) -> None:
        """Confirm the lock of the run; raise InfraError when it is lost."""

    def forget(self) -> None:
        """Read everything anew."""


class Patience:
    """Some seconds to wait for something, from now on.

    It is looked at again soon at first, later after a tenth of what was waited, and a last time when the seconds are
    over. what names it; longest is the longest pause between two looks, in seconds.
    """

    def __init__(self, aws: _Run, what: str, seconds: float, longest: float = 10.0):
        self._aws = aws
        self._what = what
        self._seconds = seconds
        self._longest = longest
        self._pause = 0.25
        self._began = time.monotonic()

    @property
    def waited(self) -> float:
        """Seconds that have passed."""
        return time.monotonic() - self._began

    def lasts(self, state: str) -> bool:
        """Tell how far it is and pause until the next look, which reads everything anew; False when the time is up.

        The lock of the run is held meanwhile; InfraError when it is lost.
        """
        waited = self.waited
        _waits.tell(self._what, state, waited)
        if waited >= self._seconds:
            return False
        time.sleep(min(self._pause, self._seconds - waited))
        self._aws.hold_lock()
        self._aws.forget()
        self._pause = min(self._pause * 1.6, max(2.0, waited / 10), self._longest)
        return True
