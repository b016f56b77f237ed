# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Killed at whatever moment, the same command brings it to its end."""

from __future__ import annotations

import datetime
import pathlib
import random
import typing as t

import pytest
from account import contents, left_over
from runs import killed_playbook
from shape import Shape, differences, shape
from walks import TAKEOVER, converged, destroy, edited, nothing_to_do, site

from emulator import testing

CONFIRM = ("-e", "confirm=dev")
# A little fewer than the mutating requests of a first run (263), of destroying what it made (218), and of a run that
# changes a setting nearly everything has (167), so that a run has not ended before it is killed.
BUILD = 255
DESTROY = 210
UPDATE = 160
# What changes in an update: the days logs are kept, an alarm, the load balancer, and a tag of everything.
CHANGES = {
    "platform_log_retention_days": 14,
    "monitoring_database_cpu": 65,
    "alb_idle_timeout": 120,
    "platform_tags": {"Team": "a"},
}


CHANCE = random.Random(datetime.date.today().toordinal())  # other moments every day, the same in all workers


def moments(most: int, points: int) -> list[t.Any]:
    """Numbers of mutating requests, one at random from each part of the run; the id of a test tells which."""
    width = most // points
    places = [part * width + CHANCE.randint(1, width) for part in range(points)]
    return [pytest.param(place, id=f"after-{place}-requests") for place in places]


def sent(number: int) -> t.Callable[[t.Any], bool]:
    return lambda emulator: len(emulator.mutations()) >= number


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shape, Shape]:
    """What an environment is when nobody kills its runs: built, and then changed."""
    with testing.start() as emulator:
        site(emulator, "dev").must_succeed()
        nothing_to_do(emulator, "dev")
        built = shape(emulator)
        changed = edited(tmp_path_factory.mktemp("changed"), "dev", CHANGES)
        site(emulator, changed).must_succeed()
        return built, shape(emulator)


@pytest.mark.long
@pytest.mark.parametrize("number", moments(BUILD, 16))
def test_a_killed_build_is_finished_by_the_next_run(
    emulator: t.Any, undisturbed: tuple[Shape, Shape], number: int
) -> None:
    emulator.clear()
    assert killed_playbook(emulator, "site.yml", "dev", after=sent(number))
    site(emulator, "dev", *TAKEOVER).must_succeed()
    nothing_to_do(emulator, "dev")
    assert differences(shape(emulator), undisturbed[0]) == []


@pytest.mark.long
@pytest.mark.parametrize("number", moments(UPDATE, 8))
def test_a_killed_update_is_finished_by_the_next_run(
    emulator: t.Any, undisturbed: tuple[Shape, Shape], tmp_path: pathlib.Path, number: int
) -> None:
    site(emulator, "dev").must_succeed()
    nothing_to_do(emulator, "dev")
    changed = edited(tmp_path, "dev", CHANGES)
    emulator.clear()
    assert killed_playbook(emulator, "site.yml", changed, after=sent(number))
    site(emulator, changed, *TAKEOVER).must_succeed()
    nothing_to_do(emulator, changed)
    assert differences(shape(emulator), undisturbed[1]) == []


@pytest.mark.long
@pytest.mark.parametrize("number", moments(DESTROY, 16))
def test_a_killed_destruction_is_finished_by_the_next_run(emulator: t.Any, number: int) -> None:
    empty = contents(emulator)
    converged(emulator, "dev", "sdt-dev")
    emulator.clear()
    assert killed_playbook(emulator, "playbooks/destroy.yml", "dev", *CONFIRM, after=sent(number))
    destroy(emulator, "dev", *CONFIRM, *TAKEOVER).must_succeed()
    assert left_over(emulator, empty) == set()
    site(emulator, "dev").must_succeed()
    nothing_to_do(emulator, "dev")


def test_a_killed_step_is_finished_by_the_next_run(emulator: t.Any) -> None:
    """The same for a part of the site, cheap enough for every day."""
    limit = ("--limit", "account,network,app-logs,terraform-state")
    assert killed_playbook(emulator, "site.yml", "dev", *limit, after=sent(CHANCE.randint(1, 30)))
    site(emulator, "dev", *limit, *TAKEOVER).must_succeed()
    nothing_to_do(emulator, "dev", *limit)
