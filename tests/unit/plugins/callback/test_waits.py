# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said while modules wait."""

from __future__ import annotations

import os
import threading
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.callback import waits
from ansible_collections.sdt.infra.plugins.module_utils import _waits


class Screen:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def display(self, line: str, color: str | None = None) -> None:
        self.lines.append(line)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[t.Callable[[], list[str]]]:
    """What has been said when every wait that was told is known. A line is due after ten seconds."""
    monkeypatch.setenv(_waits.VARIABLE, "")
    pipe = _waits.listen()
    callback = waits.CallbackModule()
    screen = Screen()
    callback._display = screen
    reader = threading.Thread(target=callback._follow, args=(pipe, 10))
    reader.start()

    def lines() -> list[str]:
        os.close(int(os.environ[_waits.VARIABLE].rpartition("/")[2]))  # the end of the pipe ends the reader
        reader.join()
        return screen.lines

    yield lines
    pipe.close()


def test_a_short_wait_is_not_worth_a_line(said: t.Callable[[], list[str]]) -> None:
    _waits.tell("instance db to be ready", "creating", 9.9)
    assert said() == []


def test_a_long_wait_is_told_now_and_then(said: t.Callable[[], list[str]]) -> None:
    for seconds in range(0, 31, 2):
        _waits.tell("instance db to be ready", "creating" if seconds < 20 else "backing-up", seconds)
    assert said() == [
        "waiting for instance db to be ready: creating, 10.0 s",
        "waiting for instance db to be ready: backing-up, 20.0 s",
        "waiting for instance db to be ready: backing-up, 30.0 s",
    ]


def test_lines_are_shown_at_once_and_cut(said: t.Callable[[], list[str]]) -> None:
    _waits.say("auth-service: started")
    _waits.say("ü" * 2000)
    first, second = said()
    assert first == "auth-service: started"
    assert 100 <= len(second) < 2000 and set(second) == {"ü"}


def test_waits_at_the_same_time_are_told_each_for_itself(said: t.Callable[[], list[str]]) -> None:
    _waits.tell("instance db to be ready", "creating", 75)
    _waits.tell("service auth to be ready", "rolling out", 70)
    assert said() == [
        "waiting for instance db to be ready: creating, 1 min 15 s",
        "waiting for service auth to be ready: rolling out, 1 min 10 s",
    ]


def test_the_same_wait_again_starts_anew(said: t.Callable[[], list[str]]) -> None:
    for seconds in (40, 1, 12):
        _waits.tell("instance db to be deleted", "deleting", seconds)
    assert len(said()) == 2


def test_nobody_has_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_waits.VARIABLE, raising=False)
    _waits.tell("instance db to be ready", "creating", 100)
    monkeypatch.setenv(_waits.VARIABLE, "/proc/1/fd/1000000")
    _waits.tell("instance db to be ready", "creating", 100)


def test_a_reader_that_is_behind_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(_waits.VARIABLE, "")
    with _waits.listen():
        for seconds in range(5000):  # more than a pipe takes
            _waits.tell("instance db to be ready", "creating", seconds)
        os.close(int(os.environ[_waits.VARIABLE].rpartition("/")[2]))
