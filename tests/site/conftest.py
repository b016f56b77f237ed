# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest

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
