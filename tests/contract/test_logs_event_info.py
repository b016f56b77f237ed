# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Logs are read in order, from some time on, and followed without losing or repeating an entry."""

from __future__ import annotations

import threading
import time
import typing as t

import pytest
from harness import ModuleFailed, run_module

GROUP = "/ecs/web"


class Log:
    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        self.logs = emulator.client("logs")
        self.logs.create_log_group(logGroupName=GROUP)
        for stream in ("web/1", "web/2", "other/1"):
            self.logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)

    def write(self, message: str, stream: str = "web/1", ago: float = 0) -> None:
        event = {"timestamp": int((time.time() - ago) * 1000), "message": message}
        self.logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[event])

    def read(self, **options: t.Any) -> list[str]:
        found = run_module(self.emulator.url, "logs_event_info", {"group": GROUP, **options})
        assert not found["changed"]
        return [one["message"] for one in found["events"]]


@pytest.fixture
def log(emulator: t.Any) -> Log:
    return Log(emulator)


def test_in_order_whatever_the_stream(log: Log) -> None:
    log.write("second", "web/2", ago=20)
    log.write("first", ago=40)
    log.write("old", ago=3600)
    log.write("aside", "other/1", ago=10)
    assert log.read(since="5m") == ["first", "second", "aside"]
    assert log.read(since="2h") == ["old", "first", "second", "aside"]
    assert log.read(stream_prefix="web/") == ["first", "second"]
    assert log.read(limit=1) == ["aside"]
    assert log.read(filter="first") == ["first"]


def test_followed_nothing_is_lost_or_repeated(log: Log) -> None:
    log.write("before", ago=5)

    def on_and_on() -> None:
        for number in range(4):
            time.sleep(1)
            log.write(f"entry {number}")

    writer = threading.Thread(target=on_and_on)
    writer.start()
    assert log.read(follow=7) == ["before", *(f"entry {number}" for number in range(4))]
    writer.join()


def test_what_is_no_time_or_no_group_is_refused(log: Log) -> None:
    with pytest.raises(ModuleFailed, match="'soon' is no length of time; give a number with s, m, h or d"):
        log.read(since="soon")
    with pytest.raises(ModuleFailed, match="Log group /none does not exist in us-east-1"):
        log.read(group="/none")
