# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Waiting for AWS: told, with the lock held, looked at more seldom, and ended in time."""

from __future__ import annotations

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _patience, _waits
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


class Run:
    """A run whose lock is lost at the confirmation of this number."""

    def __init__(self, lost_at: int = 0):
        self.happened: list[str] = []
        self._lost_at = lost_at

    def hold_lock(self) -> None:
        self.happened.append("hold_lock")
        if self.happened.count("hold_lock") == self._lost_at:
            raise InfraError("lost")

    def forget(self) -> None:
        self.happened.append("forget")


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_patience, "time", clock)
    return clock


def looks(patience: _patience.Patience) -> int:
    count = 1
    while patience.lasts("creating"):
        count += 1
    return count


def test_it_looks_soon_at_first_and_a_last_time_at_the_end(clock: Clock) -> None:
    looks(_patience.Patience(Run(), "a database", 600, longest=10.0))
    assert clock.pauses[0] < 0.5
    assert clock.pauses[:-1] == sorted(clock.pauses[:-1]) and max(clock.pauses) == 10.0
    assert clock.now == pytest.approx(700)


def test_without_time_it_looks_once(clock: Clock) -> None:
    assert looks(_patience.Patience(Run(), "a database", 0)) == 1
    assert clock.pauses == []


def test_the_lock_is_held_and_everything_is_read_anew_before_each_look(clock: Clock) -> None:
    run = Run()
    seen = looks(_patience.Patience(run, "a database", 30))
    assert run.happened == ["hold_lock", "forget"] * (seen - 1)


def test_who_has_lost_the_lock_does_not_go_on(clock: Clock) -> None:
    with pytest.raises(InfraError, match="lost"):
        looks(_patience.Patience(Run(lost_at=3), "a database", 600))
    assert len(clock.pauses) == 3


def test_how_far_it_is_is_told(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str, float]] = []
    monkeypatch.setattr(_waits, "tell", lambda *one: told.append(one))
    looks(_patience.Patience(Run(), "a database", 1))
    assert {one[:2] for one in told} == {("a database", "creating")}
    assert [one[2] for one in told] == pytest.approx([0.0, 0.25, 0.65, 1.0])
