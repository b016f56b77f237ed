# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _ecr
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def selection(**rule: t.Any) -> dict[str, t.Any]:
    return _ecr.lifecycle_policy([rule])["rules"][0]["selection"]


def test_priorities_follow_the_order() -> None:
    rules = [
        {"tag_status": "tagged", "keep_last": 10},
        {"tag_status": "untagged", "expire_after_days": 7},
        {"tag_status": "any", "keep_last": 99, "description": "All"},
    ]
    found = _ecr.lifecycle_policy(rules)["rules"]
    assert [(one["rulePriority"], one["selection"]["tagStatus"]) for one in found] == [
        (1, "tagged"),
        (2, "untagged"),
        (3, "any"),
    ]
    assert found[2]["description"] == "All"
    assert _ecr.lifecycle_policy([]) == {}


def test_a_tagged_rule_always_has_a_list() -> None:
    assert selection(tag_status="tagged", keep_last=10)["tagPatternList"] == ["*"]
    assert selection(tag_status="tagged", tag_patterns=["v*"], keep_last=10)["tagPatternList"] == ["v*"]
    assert "tagPatternList" not in selection(tag_status="tagged", tag_prefixes=["v"], keep_last=10)


def test_days_have_a_unit_and_counts_have_none() -> None:
    days = selection(tag_status="untagged", expire_after_days=7)
    assert (days["countType"], days["countUnit"], days["countNumber"]) == ("sinceImagePushed", "days", 7)
    assert "countUnit" not in selection(tag_status="untagged", keep_last=7)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([{"tag_status": "any", "keep_last": 1}, {"tag_status": "tagged", "keep_last": 1}], "the last"),
        ([{"tag_status": "untagged", "tag_prefixes": ["a"], "keep_last": 1}], "for tag_status tagged"),
    ],
)
def test_rules_ecr_would_refuse(rules: list[dict[str, t.Any]], said: str) -> None:
    with pytest.raises(InfraError, match=said):
        _ecr.lifecycle_policy(rules)


def test_the_order_of_patterns_and_rules_means_nothing() -> None:
    one = {"rulePriority": 1, "selection": {"tagPatternList": ["a", "b"]}}
    two = {"rulePriority": 2, "selection": {"tagPatternList": ["c"]}}
    turned = {"rulePriority": 1, "selection": {"tagPatternList": ["b", "a"]}}
    assert _ecr.canonical({"rules": [two, turned]}) == _ecr.canonical({"rules": [one, two]})
    assert _ecr.canonical(None) == _ecr.canonical({}) == {}
