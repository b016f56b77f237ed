# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from account import contents
from runs import Run
from walks import converged

from emulator import testing


class Shared:
    """What the tests that share a converged environment have in common."""

    def __init__(self, emulator: testing.Emulator) -> None:
        self.emulator = emulator
        self.empty: set[str] = set()  # what the account held before
        self.built: Run | None = None  # the run that built the environment from nothing; None when there is none

    def build(self) -> None:
        self.emulator.reset()
        self.empty = contents(self.emulator)
        self.built = converged(self.emulator, "dev", "sdt-dev")


@pytest.fixture(scope="session")
def _shared() -> t.Iterator[Shared]:
    with testing.start() as emulator:
        yield Shared(emulator)


@pytest.fixture
def shared(_shared: Shared, request: pytest.FixtureRequest) -> t.Iterator[Shared]:
    """Dev, converged. A test leaves it as it was, or is marked; after one that failed it is made anew."""
    if not _shared.built:
        _shared.build()
    _shared.emulator.clear()
    yield _shared
    if not request.node.stash.get(PASSED, False) or request.node.get_closest_marker("consumes"):
        _shared.built = None


@pytest.fixture
def development(shared: Shared) -> testing.Emulator:
    """The emulator of the environment that is shared."""
    return shared.emulator


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> t.Generator[None, t.Any, t.Any]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """With several workers, the tests that share an environment run in one of them."""
    if "shared" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("shared"))
