# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One emulator per run, emptied before each test; and time that passes when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator import testing


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[testing.Emulator]:
    with testing.start() as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: testing.Emulator) -> testing.Emulator:
    running_emulator.reset()
    return running_emulator


class Hourglass:
    """Times in which every stage takes a minute, and time that passes only when it is turned."""

    MINUTE = 60

    def __init__(self, emulator: testing.Emulator) -> None:
        self.emulator = emulator
        emulator.times("fast", scale=self.MINUTE)

    def turn(self, seconds: float = MINUTE) -> None:
        self.emulator.times(advance=seconds)

    def seen(self, read: Callable[[], Any], turns: int) -> list[Any]:
        """What is read now and after each minute, without repetitions in a row."""
        found = [read()]
        for _turn in range(turns):
            self.turn()
            value = read()
            if value != found[-1]:
                found.append(value)
        return found


@pytest.fixture
def hourglass(emulator: testing.Emulator) -> Hourglass:
    return Hourglass(emulator)
