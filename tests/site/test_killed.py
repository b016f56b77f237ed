# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Killed at whatever moment, the same command brings it to its end."""

from __future__ import annotations

import datetime
import random
import typing as t

import pytest
from account import KEPT, contents
from runs import killed_playbook
from walks import converged, destroy, nothing_to_do, site

CONFIRM = ("-e", "confirm=dev")
TAKEOVER = ("-e", "lock_takeover=true")  # what was killed still holds the lock
BUILD = 150  # fewer than the mutating requests of a first run, and of destroying what it made
DESTROY = 90
POINTS = 5


CHANCE = random.Random(datetime.date.today().toordinal())  # other moments every day, the same in all workers


def moments(most: int) -> list[t.Any]:
    """Numbers of mutating requests, one at random from each part of the run; the id of a test tells which."""
    width = most // POINTS
    places = [part * width + CHANCE.randint(1, width) for part in range(POINTS)]
    return [pytest.param(place, id=f"after-{place}-requests") for place in places]


def sent(number: int) -> t.Callable[[t.Any], bool]:
    return lambda emulator: len(emulator.mutations()) >= number


@pytest.mark.long
@pytest.mark.parametrize("number", moments(BUILD))
def test_a_killed_build_is_finished_by_the_next_run(emulator: t.Any, number: int) -> None:
    emulator.clear()
    assert killed_playbook(emulator, "site.yml", "dev", after=sent(number))
    site(emulator, "dev", *TAKEOVER).must_succeed()
    nothing_to_do(emulator, "dev")


@pytest.mark.long
@pytest.mark.parametrize("number", moments(DESTROY))
def test_a_killed_destruction_is_finished_by_the_next_run(emulator: t.Any, number: int) -> None:
    empty = contents(emulator)
    converged(emulator, "dev", "sdt-dev")
    emulator.clear()
    assert killed_playbook(emulator, "playbooks/destroy.yml", "dev", *CONFIRM, after=sent(number))
    destroy(emulator, "dev", *CONFIRM, *TAKEOVER).must_succeed()
    assert {one for one in contents(emulator) - empty if not one.startswith(KEPT)} == set()
    site(emulator, "dev").must_succeed()
    nothing_to_do(emulator, "dev")


def test_a_killed_step_is_finished_by_the_next_run(emulator: t.Any) -> None:
    """The same for a part of the site, cheap enough for every day."""
    limit = ("--limit", "account,network,app-logs,terraform-state")
    assert killed_playbook(emulator, "site.yml", "dev", *limit, after=sent(CHANCE.randint(1, 30)))
    site(emulator, "dev", *limit, *TAKEOVER).must_succeed()
    nothing_to_do(emulator, "dev", *limit)
