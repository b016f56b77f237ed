# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of dynamodb_table: protection, waiting, and what AWS allows once an hour."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

NAME = "sdt-lock"
KEY = {"hash_key": {"name": "LockID"}}


@pytest.fixture
def table(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "dynamodb_table", {"name": NAME, **options}, check=check)

    return call


@pytest.mark.parametrize("check", [True, False])
def test_a_protected_table_is_refused(emulator: t.Any, table: t.Any, check: bool) -> None:
    table(**KEY, deletion_protection=True)
    emulator.clear()
    for options in ({}, {"deletion_protection": True}):
        with pytest.raises(ModuleFailed, match="protected from deletion.*deletion_protection to false"):
            table(check=check, state="absent", **options)
    assert emulator.mutations() == []


def test_protection_is_lifted_when_told_so(emulator: t.Any, table: t.Any) -> None:
    table(**KEY, deletion_protection=True)
    assert table(check=True, state="absent", deletion_protection=False)["changed"]
    assert table(state="absent", deletion_protection=False)["changed"]
    assert not table(state="absent", deletion_protection=False)["changed"]


def test_the_table_is_awaited(table: t.Any) -> None:
    assert table(**KEY)["table"]["status"] == "ACTIVE"
    assert table(state="absent")["table"] == {}


def test_a_table_follows_one_that_is_being_deleted(emulator: t.Any, table: t.Any) -> None:
    first = table(**KEY)["table"]["id"]
    table(state="absent", wait=False)
    assert table(**KEY)["table"]["id"] != first


def test_only_what_is_given_is_read(emulator: t.Any, table: t.Any) -> None:
    table(**KEY)
    emulator.clear()
    table(**KEY)
    assert [call["operation"] for call in emulator.requests()] == ["DescribeTable"]


def test_time_to_live_moves_in_two_steps(table: t.Any) -> None:
    table(**KEY, ttl_attribute="expires")
    for check in (True, False):
        with pytest.raises(ModuleFailed, match='ttl_attribute to "" first'):
            table(**KEY, check=check, ttl_attribute="other")
    table(**KEY, ttl_attribute="")
    assert table(**KEY, ttl_attribute="other")["table"]["ttl_attribute"] == "other"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "give hash_key"),
        ({**KEY, "billing_mode": "PROVISIONED"}, "read_capacity, write_capacity"),
        ({**KEY, "recovery_days": 7}, "point_in_time_recovery"),
    ],
)
def test_what_is_missing_is_said(table: t.Any, options: dict[str, t.Any], said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        table(**options)
