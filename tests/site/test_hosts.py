# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task that is run once with the option hosts does its work for all of them, each with its own variables."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from runs import Run, playbook

from emulator import testing

PLAY = {
    "hosts": "things",
    "gather_facts": False,
    "module_defaults": {
        "group/sdt.infra.aws": {"region": "us-east-1"},
        "group/sdt.infra.resources": {"owner": {"Project": "sdt"}},
        "group/sdt.infra.together": {"hosts": "{{ ansible_play_batch }}"},
    },
    "vars": {"path": "/{{ kind }}/{{ inventory_hostname }}"},
}
KEEP = {
    "name": "Keep logs",
    "sdt.infra.logs_log_group": {
        "name": "{{ path }}",
        "retention_days": "{{ days | default(omit) }}",
        "tags": {"Project": "sdt", "Name": "{{ inventory_hostname }}"},
    },
}
ONCE = {**KEEP, "run_once": True}
MORE = {
    "name": "Keep more",
    "sdt.infra.logs_log_group": {
        "each": "{{ {path ~ '/more': {}} if days is defined else {} }}",
        "tags": {"Project": "sdt"},
    },
    "run_once": True,
}
FINISH = {"name": "Finish", "sdt.infra.finished": None, "run_once": True}


@pytest.fixture(scope="module")
def emulator() -> t.Iterator[testing.Emulator]:
    with testing.start() as emulator:
        yield emulator


Ran = t.Callable[..., Run]


@pytest.fixture
def ran(emulator: testing.Emulator, tmp_path: pathlib.Path) -> Ran:
    """Runs these tasks on the hosts a, b and c."""
    emulator.reset()
    hosts = {"a": {"days": 7}, "b": {}, "c": {"days": 30, "kind": "own"}}
    (tmp_path / "hosts.json").write_text(json.dumps({"things": {"hosts": hosts, "vars": {"kind": "log"}}}))

    def run(*tasks: dict[str, t.Any], arguments: t.Sequence[str] = (), **variables: str | None) -> Run:
        (tmp_path / "play.yml").write_text(json.dumps([{**PLAY, "tasks": list(tasks)}]))
        given = [*arguments, "-e", "ansible_python_interpreter={{ansible_playbook_python}}"]
        if not any("ansible_connection" in one for one in arguments):
            given += ["-e", "ansible_connection=sdt.infra.warm"]
        return playbook(emulator.url, str(tmp_path / "play.yml"), str(tmp_path / "hosts.json"), *given, **variables)

    return run


def groups(emulator: testing.Emulator) -> dict[str, int | None]:
    found = emulator.client("logs").describe_log_groups()["logGroups"]
    return {one["logGroupName"]: one.get("retentionInDays") for one in found}


@pytest.mark.parametrize("connection", ["sdt.infra.warm", "ansible.builtin.local"])
def test_each_host_has_its_own_variables(emulator: testing.Emulator, ran: Ran, connection: str) -> None:
    done = ran(ONCE, MORE, FINISH, arguments=["-e", f"ansible_connection={connection}"]).must_succeed()
    assert groups(emulator) == {
        "/log/a": 7,
        "/log/b": None,
        "/own/c": 30,
        "/log/a/more": None,
        "/own/c/more": None,
    }
    assert [(one["host"], one["task"]) for one in done.results] == [
        ("a", name) for name in ("Keep logs", "Keep more", "Finish")
    ]
    assert {host for host, *_what in done.actions} == {"a", "b", "c"}
    tags = emulator.client("logs").list_tags_log_group(logGroupName="/own/c")["tags"]
    assert tags == {"Project": "sdt", "Name": "c"}
    assert not ran(ONCE, MORE).must_succeed().changed


def test_a_limit_leaves_the_others_out(emulator: testing.Emulator, ran: Ran) -> None:
    ran(ONCE, arguments=["--limit", "b,c"]).must_succeed()
    assert sorted(groups(emulator)) == ["/log/b", "/own/c"]


def test_a_task_of_each_host_is_for_that_host(emulator: testing.Emulator, ran: Ran) -> None:
    done = ran(KEEP).must_succeed()
    assert sorted(groups(emulator)) == ["/log/a", "/log/b", "/own/c"]
    assert sorted(one["host"] for one in done.results) == ["a", "b", "c"]


def test_a_preview_writes_nothing_and_is_what_is_done(emulator: testing.Emulator, ran: Ran) -> None:
    preview = ran(ONCE, MORE, arguments=["--check"]).must_succeed()
    assert groups(emulator) == {}
    assert preview.previewed == ran(ONCE, MORE).must_succeed().actions


def test_who_fails_goes_no_further_and_the_others_do(emulator: testing.Emulator, ran: Ran) -> None:
    emulator.client("logs").create_log_group(logGroupName="/log/a", tags={"Owner": "somebody"})
    run = ran(ONCE, MORE, FINISH)
    assert sorted(groups(emulator)) == ["/log/a", "/log/b", "/own/c", "/own/c/more"]
    (failure,) = run.failures
    assert run.returncode and failure.startswith("a could not be finished; the others are.")
    assert "/log/a exists already and belongs to somebody else" in failure


def test_a_failure_nobody_would_remember_stops_all(emulator: testing.Emulator, ran: Ran) -> None:
    emulator.client("logs").create_log_group(logGroupName="/log/a", tags={"Owner": "somebody"})
    run = ran(ONCE, MORE, FINISH, ANSIBLE_CALLBACKS_ENABLED="sdt.infra.warm,record")
    assert run.returncode and "belongs to somebody else" in run.failures[0]
    assert not any(name.endswith("/more") for name in groups(emulator))


def test_a_bad_template_is_told(emulator: testing.Emulator, ran: Ran) -> None:
    bad = {**ONCE, "sdt.infra.logs_log_group": {"name": "/log/{{ days if inventory_hostname == 'a' else nowhere }}"}}
    run = ran(bad)
    assert run.returncode and "nowhere" in run.output and "Traceback" not in run.output
    assert groups(emulator) == {}
