# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

TABLE = {
    "name": "sdt-infra-runs",
    "hash_key": {"name": "environment"},
    "range_key": {"name": "record"},
    "ttl_attribute": "forgotten",
}
LOCK = {"environment": "sdt-dev", "holder": "arn:aws:iam::123456789012:user/me", "playbook": "site", "reason": "why"}
Call = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def lock(emulator: t.Any) -> Call:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "run_lock", {**LOCK, **options}, check=check)

    return call


@pytest.fixture
def table(emulator: t.Any) -> None:
    run_module(emulator.url, "dynamodb_table", TABLE)
    emulator.clear()


def info(emulator: t.Any) -> dict[str, t.Any]:
    return run_module(emulator.url, "run_lock_info", {"environment": "sdt-dev"})


def test_without_a_table_nothing_is_taken_and_that_is_said(emulator: t.Any, lock: Call) -> None:
    for check in (True, False):
        answer = lock(check)
        assert (answer["lock"], answer["table_missing"], answer["changed"]) == ({}, True, False)
    assert info(emulator)["held"] == {} and info(emulator)["runs"] == []


@pytest.mark.usefixtures("table")
def test_one_takes_it_and_the_next_is_told_who_has_it(emulator: t.Any, lock: Call) -> None:
    taken = lock(user="me", host="here")
    assert taken["lock"]["token"] and not taken["table_missing"]
    with pytest.raises(ModuleFailed, match=r"me on here \(arn:.*for site, because: why.*lock_takeover"):
        lock()
    assert lock(environment="sdt-prod")["lock"], "another environment is another lock"
    assert info(emulator)["told"].startswith("me on here")
    over = lock(takeover=True, user="other")
    assert over["held"]["user"] == "me"
    with pytest.raises(ModuleFailed, match="not this one any more"):
        lock(state="absent", token=taken["lock"]["token"])
    lock(state="absent", token=over["lock"]["token"], outcome="ok")
    (run,) = info(emulator)["runs"]
    assert (run["user"], run["outcome"]) == ("other", "ok") and "token" not in run
    assert info(emulator)["held"] == {}


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("takeover", [True, False])
@pytest.mark.parametrize("close", [True, False])
def test_whose_answers_are_lost_is_not_locked_out_by_itself(
    emulator: t.Any, lock: Call, takeover: bool, close: bool
) -> None:
    fault = {"kind": "lost_response", "service": "dynamodb", "times": 1, "close": close}
    emulator.faults(*({**fault, "operation": operation} for operation in ("PutItem", "TransactWriteItems")))
    taken = lock(takeover=takeover)
    assert taken["lock"]["token"] and taken["held"] == {}
    assert info(emulator)["held"]["playbook"] == "site"
    lock(state="absent", token=taken["lock"]["token"], outcome="ok")
    assert info(emulator)["held"] == {} and len(info(emulator)["runs"]) == 1
    emulator.clear_faults()


@pytest.mark.usefixtures("table")
def test_a_preview_takes_and_releases_nothing(emulator: t.Any, lock: Call) -> None:
    lock(check=True)
    taken = lock()
    emulator.clear()
    assert "would be refused" in str(lock(check=True)["warnings"])
    lock(check=True, state="absent", token=taken["lock"]["token"])
    assert emulator.mutations() == []


@pytest.mark.usefixtures("table")
def test_what_is_over_is_anybodys(lock: Call) -> None:
    lock(seconds=-1)
    assert lock()["lock"]


@pytest.mark.usefixtures("table")
def test_a_module_writes_only_while_its_lock_is_held(emulator: t.Any, lock: Call) -> None:
    held = lock()["lock"]
    group = {"name": "/a", "lock": held}
    emulator.clear()
    run_module(emulator.url, "logs_log_group", group)
    assert [call["operation"] for call in emulator.mutations()] == ["UpdateItem", "CreateLogGroup"]
    emulator.clear()
    run_module(emulator.url, "logs_log_group", group)
    assert emulator.mutations() == [], "what has nothing to write needs no lock"
    lock(takeover=True)
    with pytest.raises(ModuleFailed, match="lost the lock of sdt-dev"):
        run_module(emulator.url, "logs_log_group", {**group, "retention_days": 30})
    assert "retentionInDays" not in emulator.client("logs").describe_log_groups()["logGroups"][0]
