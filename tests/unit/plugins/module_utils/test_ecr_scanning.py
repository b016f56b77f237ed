# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filters in the scanning configuration of the registry."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecr_scanning


def rule(frequency: str, *names: str) -> dict[str, t.Any]:
    filters = [{"filter": name, "filterType": "WILDCARD"} for name in names]
    return {"scanFrequency": frequency, "repositoryFilters": filters}


def test_a_filter_is_added_beside_others() -> None:
    assert _ecr_scanning.with_filter([], "a", "SCAN_ON_PUSH") == [rule("SCAN_ON_PUSH", "a")]
    there = [rule("SCAN_ON_PUSH", "theirs")]
    assert _ecr_scanning.with_filter(there, "a", "SCAN_ON_PUSH") == [rule("SCAN_ON_PUSH", "theirs", "a")]
    assert _ecr_scanning.with_filter(there, "a", "CONTINUOUS_SCAN") == [*there, rule("CONTINUOUS_SCAN", "a")]


def test_a_filter_moves_and_goes_alone() -> None:
    there = [rule("SCAN_ON_PUSH", "theirs", "a"), rule("CONTINUOUS_SCAN", "more")]
    moved = [rule("SCAN_ON_PUSH", "theirs"), rule("CONTINUOUS_SCAN", "more", "a")]
    assert _ecr_scanning.with_filter(there, "a", "CONTINUOUS_SCAN") == moved
    assert _ecr_scanning.with_filter(moved, "a", None) == [
        rule("SCAN_ON_PUSH", "theirs"),
        rule("CONTINUOUS_SCAN", "more"),
    ]
    assert _ecr_scanning.with_filter([rule("SCAN_ON_PUSH", "a")], "a", None) == []
    assert _ecr_scanning.frequency_of(moved, "a") == "CONTINUOUS_SCAN"
    assert _ecr_scanning.frequency_of(moved, "b") is None
