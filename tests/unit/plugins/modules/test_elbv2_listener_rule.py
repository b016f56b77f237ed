# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.modules.elbv2_listener_rule import (
    _normal_conditions,
    _read_conditions,
    _write_conditions,
)

CONDITIONS: list[dict[str, t.Any]] = [
    {"path": ["/a", "/a/*"]},
    {"host": ["a.example.org"], "method": ["GET", "POST"], "source_ip": ["192.0.2.0/24"]},
    {"header": {"X-One": ["1"], "X-Two": ["2", "3"]}},
    {"query_string": [{"key": "a", "value": "1"}, {"value": "2"}]},
]


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_what_is_written_reads_the_same(conditions: dict[str, t.Any]) -> None:
    assert _read_conditions(_write_conditions(_normal_conditions(conditions))) == _normal_conditions(conditions)


def test_order_and_empty_conditions_mean_nothing() -> None:
    given = {
        "path": ["/b", "/a"],
        "host": [],
        "header": {"X-One": ["2", 1]},
        "query_string": [{"key": None, "value": "1"}],
    }
    assert _normal_conditions(given) == {
        "path": ["/a", "/b"],
        "header": {"X-One": ["1", "2"]},
        "query_string": [{"value": "1"}],
    }


def test_a_header_may_have_one_value() -> None:
    assert _normal_conditions({"header": {"X-One": 1}}) == {"header": {"X-One": ["1"]}}


def test_two_query_conditions_are_not_taken_for_one() -> None:
    one = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}]}}
    other = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "b", "Value": "2"}]}}
    wanted = _normal_conditions({"query_string": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]})
    assert _read_conditions([one, other]) != wanted


def test_what_old_clients_wrote_is_understood() -> None:
    assert _read_conditions([{"Field": "path-pattern", "Values": ["/a"]}]) == {"path": ["/a"]}
