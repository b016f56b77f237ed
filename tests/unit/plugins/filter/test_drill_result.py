# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.drill_result import drill_result

MEASURED = {
    "began": "2026-11-29T20:00:00Z",
    "restored": "2026-11-29T20:20:00Z",
    "answered": "2026-11-29T20:31:05Z",
    "restorable_until": "2026-11-29T19:55:00Z",
}


def measured(result: dict[str, t.Any]) -> list[tuple[str, str]]:
    return [(row["measured"], row["kept"]) for row in result["rows"]]


def test_what_is_kept() -> None:
    result = drill_result(MEASURED, rto="1h", rpo="5m")
    assert measured(result) == [("0:20:00", ""), ("0:31:05", "yes"), ("0:05:00", "yes")]
    assert result["findings"] == []


def test_what_is_not() -> None:
    result = drill_result(MEASURED, rto="30m", rpo="4m")
    assert result["findings"] == ["RTO: 0:31:05, and 30m was promised.", "RPO: 0:05:00, and 4m was promised."]


def test_what_never_came_keeps_no_promise() -> None:
    result = drill_result({"began": MEASURED["began"]}, rto="1d", rpo="")
    assert measured(result) == [("never", ""), ("never", "no"), ("never", "")]
    assert result["findings"] == ["RTO: never, and 1d was promised."]


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="'soon' is no duration"):
        drill_result(MEASURED, rto="soon")
    with pytest.raises(AnsibleFilterError, match="began"):
        drill_result({})
