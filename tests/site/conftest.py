# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from walks import converged

from emulator import testing


@pytest.fixture(scope="session")
def _emulator() -> t.Iterator[testing.Emulator]:
    with testing.start() as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: testing.Emulator) -> testing.Emulator:
    """An emulator whose account is empty."""
    _emulator.reset()
    return _emulator


class Shared:
    """The emulator of the tests that share a converged environment, and whether it is still as it was made."""

    def __init__(self, emulator: testing.Emulator) -> None:
        self.emulator = emulator
        self.converged = False


@pytest.fixture(scope="session")
def _shared() -> t.Iterator[Shared]:
    with testing.start() as emulator:
        yield Shared(emulator)


@pytest.fixture
def development(_shared: Shared, request: pytest.FixtureRequest) -> t.Iterator[testing.Emulator]:
    """An emulator with dev converged. A test leaves it as it was; after one that failed it is made anew."""
    if not _shared.converged:
        _shared.emulator.reset()
        converged(_shared.emulator, "dev", "sdt-dev")
    _shared.converged = False
    _shared.emulator.clear()
    yield _shared.emulator
    _shared.converged = request.node.stash.get(PASSED, False)


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> t.Generator[None, t.Any, t.Any]:
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, the tests that share an environment run in one of them."""
    for item in items:
        if "development" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("development"))
