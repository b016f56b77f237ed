# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.callback.summary import CallbackModule
from ansible_collections.sdt.infra.plugins.plugin_utils._durations import Durations


@pytest.fixture
def callback() -> CallbackModule:
    made = CallbackModule()
    made.lines = []
    made._display = types.SimpleNamespace(
        banner=lambda text: made.lines.append(text), display=lambda text, color=None: made.lines.append(text)
    )
    return made


def result(**answer: t.Any) -> t.Any:
    named = types.SimpleNamespace(get_name=lambda: "network")
    return types.SimpleNamespace(result=answer, host=named, task=named)


def action(verb: str, name: str, kind: str = "nat_gateway") -> dict[str, t.Any]:
    return {"action": verb, "kind": kind, "name": name, "fields": []}


def test_done_and_pending_at_the_end(callback: CallbackModule) -> None:
    actions = [action("create", "one"), action("create", "two")]
    callback.v2_runner_on_ok(result(actions=actions, pending=["Confirm it."]))
    callback.v2_runner_on_ok(result(actions=[action("update", "three")], pending=["Confirm it."]))
    callback.v2_playbook_on_stats(None)
    assert callback.lines == [
        "2 RESOURCES CREATED",
        "nat gateway: one, two",
        "1 RESOURCES CHANGED",
        "nat gateway: three",
        "1 STEPS LEFT TO YOU",
        "1. Confirm it.",
    ]


def test_a_preview_within_a_playbook_is_told_before_the_next_play(callback: CallbackModule) -> None:
    callback.v2_runner_on_ok(result(actions=[action("delete", "one")], check_mode=True))
    callback.v2_playbook_on_play_start(types.SimpleNamespace(check_mode="{{ destroy_preview }}"))
    assert callback.lines == []
    callback.v2_playbook_on_play_start(types.SimpleNamespace(check_mode=False))
    assert callback.lines == ["1 RESOURCES WOULD BE DELETED", "nat gateway: one"]
    callback.v2_runner_on_ok(result(actions=[action("delete", "one")]))
    callback.v2_playbook_on_stats(None)
    assert callback.lines[2:] == ["1 RESOURCES DELETED", "nat gateway: one"]


def test_failed_results_and_loops_count_and_foreign_results_do_not(callback: CallbackModule) -> None:
    callback.v2_runner_on_failed(result(actions=[action("create", "one")], msg="no"))
    callback.v2_runner_on_ok(result(results=[{"actions": [action("create", "two")]}, {"actions": ["noise"]}]))
    callback.v2_runner_on_ok(result(stdout="x", actions="y"))
    callback.v2_playbook_on_stats(None)
    assert callback.lines == ["2 RESOURCES CREATED", "nat gateway: one, two"]


def test_a_task_may_say_with_which_code_the_run_ends(callback: CallbackModule) -> None:
    callback.v2_runner_on_ok(result(exit_code=3))
    callback.v2_runner_on_ok(result(changed=False))
    with pytest.raises(SystemExit) as ended:
        callback.v2_playbook_on_stats(None)
    assert ended.value.code == 3


def test_where_the_time_went(callback: CallbackModule) -> None:
    now = [0.0]
    callback._durations = Durations(lambda: now[0])

    def took(host: str, task: str, seconds: float, end: t.Any, **answer: t.Any) -> None:
        named = [types.SimpleNamespace(get_name=lambda name=name: name) for name in (host, task)]
        callback.v2_runner_on_start(*named)
        now[0] += seconds
        end(types.SimpleNamespace(result={"changed": False, **answer}, host=named[0], task=named[1]))

    took("database", "Start it", 3.04, callback.v2_runner_on_ok)
    took("database", "Finish it", 725, callback.v2_runner_on_failed)
    took("network", "Make subnets", 1.5, callback.v2_runner_on_ok)
    took("cluster", "Skip it", 0.2, callback.v2_runner_on_skipped)
    took("auth-service", "Run them", 1.2, callback.v2_runner_on_ok, hosts=["auth-service", "content-service", "other"])
    callback.v2_playbook_on_stats(None)
    assert callback.lines == [
        "WHERE THE TIME WENT",
        "database                   12 min 8 s    12 min 5 s of it: Finish it",
        "network                         1.5 s         1.5 s of it: Make subnets",
        "auth-service and 2 more         1.2 s         1.2 s of it: Run them",
        "all                       12 min 11 s  parts run side by side",
    ]


def test_a_short_run_says_nothing_about_time(callback: CallbackModule) -> None:
    callback.v2_playbook_on_stats(None)
    assert callback.lines == []
