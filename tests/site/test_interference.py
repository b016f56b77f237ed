# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS throttles, fails, loses answers and is late: the platform comes out as if it had not, and nothing twice."""

from __future__ import annotations

import re
import typing as t

import pytest
from account import contents, left_over
from runs import Run
from shape import Shape, differences, shape
from walks import converged, destroy, nothing_to_do, site

from emulator import testing

CREATING = re.compile(r"Allocate|Copy|Create|Register|Request|Restore|Run")
CONFIRM = ("-e", "confirm=dev")
Call = tuple[str, str]  # service and operation
Fault = dict[str, t.Any]


class Undisturbed(t.NamedTuple):
    """What a run makes that nothing interferes with, and the calls that write something."""

    shape: Shape
    writing: list[Call]

    @property
    def creating(self) -> list[Call]:
        return [call for call in self.writing if CREATING.match(call[1])]


@pytest.fixture(scope="module")
def undisturbed() -> Undisturbed:
    with testing.start() as emulator:
        site(emulator, "dev").must_succeed()
        writing = written(emulator)
        nothing_to_do(emulator, "dev")
        return Undisturbed(shape(emulator), writing)


def written(emulator: t.Any) -> list[Call]:
    return sorted({(one["service"], one["operation"]) for one in emulator.mutations()})


def comes_out(emulator: t.Any, undisturbed: Undisturbed, *arguments: str, runs: int = 2) -> list[Run]:
    """Run until it is done, without interference in the end; it has to be as if there had been none."""
    done = []
    for _attempt in range(runs):
        done.append(site(emulator, "dev", *arguments))
        if not done[-1].returncode:
            break
        assert done[-1].failures, done[-1].output[-3000:]
        assert not any("Traceback" in one or "Unexpected" in one for one in done[-1].failures), done[-1].failures
    emulator.clear_faults()
    if done[-1].returncode:
        done.append(site(emulator, "dev").must_succeed())
    nothing_to_do(emulator, "dev")
    assert differences(shape(emulator), undisturbed.shape) == []
    return done


def lost(call: Call, close: bool) -> Fault:
    service, operation = call
    return {"kind": "lost_response", "service": service, "operation": operation, "times": 1, "close": close}


@pytest.mark.parametrize("close", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_build_goes_through_when_the_answer_of_each_call_is_lost(
    emulator: t.Any, undisturbed: Undisturbed, close: bool
) -> None:
    assert len(undisturbed.creating) > 25 and len(undisturbed.writing) > 60
    emulator.faults(*(lost(call, close) for call in undisturbed.writing))
    assert len(comes_out(emulator, undisturbed)) == 1


@pytest.mark.long
@pytest.mark.parametrize("close", [True, False])
def test_a_destruction_goes_through_when_the_answer_of_each_call_is_lost(emulator: t.Any, close: bool) -> None:
    converged(emulator, "dev", "sdt-dev")
    emulator.clear()
    destroy(emulator, "dev", *CONFIRM).must_succeed()
    writing = written(emulator)
    assert len(writing) > 40
    emulator.reset()
    empty = contents(emulator)
    converged(emulator, "dev", "sdt-dev")
    emulator.faults(*(lost(call, close) for call in writing))
    destroy(emulator, "dev", *CONFIRM).must_succeed()
    emulator.clear_faults()
    assert left_over(emulator, empty) == set()


INTERFERENCE: dict[str, list[Fault]] = {
    "one request of five is throttled": [{"kind": "throttle", "probability": 0.2, "seed": 8}],
    "bursts of errors": [
        {"kind": "error", "code": "InternalFailure", "status": 500, "after": 40, "times": 12},
        {"kind": "error", "code": "ServiceUnavailable", "status": 503, "after": 150, "times": 12},
    ],
    "connections are reset": [{"kind": "reset", "probability": 0.05, "seed": 8}],
    "slow answers": [{"kind": "delay", "ms": 400, "probability": 0.1, "seed": 8}],
    "what is new is not found yet": [{"kind": "not_found_yet", "looks": 2}],
    "all of it a little": [
        {"kind": "throttle", "probability": 0.05, "seed": 1},
        {"kind": "reset", "probability": 0.02, "seed": 2},
        {"kind": "error", "code": "InternalFailure", "status": 500, "probability": 0.02, "seed": 3},
        {"kind": "not_found_yet", "looks": 1},
    ],
}


@pytest.mark.long
@pytest.mark.parametrize("what", INTERFERENCE)
def test_interference_leaves_no_trace(emulator: t.Any, undisturbed: Undisturbed, what: str) -> None:
    emulator.faults(*INTERFERENCE[what])
    comes_out(emulator, undisturbed)


@pytest.mark.long
def test_each_lost_answer_alone(emulator: t.Any, undisturbed: Undisturbed) -> None:
    for number, call in enumerate(undisturbed.creating):
        emulator.reset()
        emulator.faults(lost(call, close=bool(number % 2)))
        comes_out(emulator, undisturbed)


@pytest.mark.long
def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(emulator: t.Any, undisturbed: Undisturbed) -> None:
    emulator.times(kinds={"iam.role.propagating": 8})
    comes_out(emulator, undisturbed, runs=1)


@pytest.mark.long
@pytest.mark.parametrize("after", [60, 250, 500])
def test_credentials_that_end_in_the_middle_are_named(emulator: t.Any, undisturbed: Undisturbed, after: int) -> None:
    emulator.faults({"kind": "expired_credentials", "after": after})
    stopped = site(emulator, "dev")
    assert stopped.returncode and any("sign in again and run again" in one for one in stopped.failures)
    emulator.clear_faults()
    # Its lock could not be released, as that takes credentials too.
    comes_out(emulator, undisturbed, "-e", "lock_takeover=true", runs=1)
