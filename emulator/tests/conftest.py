# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One emulator per test module, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator import testing


@pytest.fixture(scope="module")
def running_emulator() -> Iterator[testing.Emulator]:
    with testing.start() as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: testing.Emulator) -> testing.Emulator:
    running_emulator.reset()
    return running_emulator
