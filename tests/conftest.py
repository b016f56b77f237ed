# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all tests of the collection start with."""

from __future__ import annotations

import signal
import typing as t

import pytest

from emulator import testing

# A shell starts what it puts in the background with Ctrl-C ignored, and every process started from there inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def _emulator() -> t.Iterator[testing.Emulator]:
    with testing.start() as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: testing.Emulator) -> testing.Emulator:
    """An emulator whose account is empty."""
    _emulator.reset()
    return _emulator
