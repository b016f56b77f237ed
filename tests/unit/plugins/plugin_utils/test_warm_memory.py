# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one fork keeps, the others have."""

from __future__ import annotations

import os

import pytest
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_memory
from ansible_collections.sdt.infra.plugins.plugin_utils._warm_memory import Memory


def in_fork(function) -> None:
    if (pid := os.fork()) == 0:
        try:
            function()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def test_nothing_is_there_at_first() -> None:
    assert Memory().get("a") is None


@pytest.mark.parametrize("value", [b"", b"x", bytes(range(256)) * 1000])
def test_a_value_comes_back_from_a_fork(value: bytes) -> None:
    memory = Memory()
    in_fork(lambda: memory.put("ü\udcff", value))
    assert memory.get("ü\udcff") == value
    assert memory.get("u") is None


def test_forks_that_write_at_the_same_time_lose_nothing() -> None:
    memory = Memory()
    pids = []
    for name in range(8):
        if (pid := os.fork()) == 0:
            for number in range(100):
                memory.put(f"{name} {number}", f"{name} {number} {'x' * number}".encode())
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    found = [memory.get(f"{name} {number}") for name in range(8) for number in range(100)]
    expected = [f"{name} {number} {'x' * number}".encode() for name in range(8) for number in range(100)]
    wrong = [one for one, other in zip(found, expected, strict=True) if one not in (None, other)]
    assert wrong == []
    # Keys that belong to the same place take it from each other; that is rare.
    assert found.count(None) < 80


def test_a_key_takes_the_place_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_warm_memory, "_PLACES", 1)
    memory = Memory()
    memory.put("a", b"1")
    memory.put("b", b"2")
    assert (memory.get("a"), memory.get("b")) == (None, b"2")


def test_a_memory_that_is_full_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    memory.put("a", b"1")
    monkeypatch.setattr(_warm_memory, "_MOST", 1)
    memory.put("b", b"2")
    assert (memory.get("a"), memory.get("b")) == (b"1", None)
