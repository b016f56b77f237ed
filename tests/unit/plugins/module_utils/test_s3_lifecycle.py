# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _s3_lifecycle
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

RULES = [
    {"id": "archive", "transitions": [{"after_days": 90, "storage_class": "GLACIER_IR"}], "expire_after_days": 400},
    {
        "id": "everything",
        "enabled": False,
        "prefix": "a/",
        "tags": {"b": "2", "a": "1"},
        "larger_than": 1024,
        "smaller_than": 4096,
        "transitions": [
            {"after_days": 60, "storage_class": "GLACIER"},
            {"after_days": 30, "storage_class": "STANDARD_IA"},
        ],
        "noncurrent_transitions": [{"after_days": 30, "storage_class": "STANDARD_IA", "keep": 2}],
        "noncurrent_expire_after_days": 90,
        "noncurrent_keep": 3,
    },
    {"id": "cleanup", "expire_delete_markers": True, "abort_multipart_after_days": 7},
]


def test_rules_survive_the_way_to_aws_and_back() -> None:
    normal = _s3_lifecycle.normal(RULES)
    assert _s3_lifecycle.from_aws(_s3_lifecycle.to_aws(normal)) == normal


def test_what_ansible_fills_in_means_nothing() -> None:
    filled = [{**dict.fromkeys(("prefix", "tags", "larger_than", "expire_delete_markers")), **rule} for rule in RULES]
    assert _s3_lifecycle.normal(filled) == _s3_lifecycle.normal(RULES)
    assert _s3_lifecycle.normal([{**rule, "tags": rule.get("tags", {})} for rule in RULES]) == _s3_lifecycle.normal(
        RULES
    )


def test_the_order_of_rules_and_transitions_means_nothing() -> None:
    turned = [
        {**rule, "transitions": rule["transitions"][::-1]} if "transitions" in rule else rule for rule in RULES[::-1]
    ]
    assert _s3_lifecycle.normal(turned) == _s3_lifecycle.normal(RULES)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, {"Prefix": ""}),
        ({"prefix": "a/"}, {"Prefix": "a/"}),
        ({"tags": {"a": "1"}}, {"Tag": {"Key": "a", "Value": "1"}}),
        ({"larger_than": 1}, {"ObjectSizeGreaterThan": 1}),
        ({"tags": {"b": 2, "a": 1}}, {"And": {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}}),
        ({"prefix": "a/", "smaller_than": 1}, {"And": {"Prefix": "a/", "ObjectSizeLessThan": 1}}),
    ],
)
def test_a_filter_is_as_short_as_it_can_be(rule: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    assert _s3_lifecycle.filter_to_aws(rule) == expected


@pytest.mark.parametrize("element", [{}, {"Filter": {}}, {"Filter": {"Prefix": ""}}, {"Prefix": ""}])
def test_all_ways_to_say_every_object_are_one(element: dict[str, t.Any]) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Expiration": {"Days": 1}, **element}
    assert _s3_lifecycle.from_aws([rule]) == [{"id": "a", "enabled": True, "prefix": "", "expire_after_days": 1}]


def test_dates_others_have_set_are_a_difference() -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {}, "Expiration": {"Date": "2030-01-01"}}
    assert _s3_lifecycle.from_aws([rule])[0]["expire_date"] == "2030-01-01"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([{"id": "a"}], "does nothing"),
        ([{"id": "a", "expire_delete_markers": False, "transitions": []}], "does nothing"),
        ([{"id": "a", "expire_after_days": 1}, {"id": "a", "expire_after_days": 2}], "the same id"),
    ],
)
def test_rules_that_mean_nothing_are_refused(rules: list[dict[str, t.Any]], said: str) -> None:
    with pytest.raises(InfraError, match=said):
        _s3_lifecycle.normal(rules)


def test_archive_tiers_survive_the_way_to_aws_and_back() -> None:
    wanted = _s3_lifecycle.tiering_normal(
        [
            {"id": "b", "prefix": "x/", "tags": {"a": "1"}, "deep_archive_after_days": 180},
            {"id": "a", "archive_after_days": 90, "deep_archive_after_days": None, "enabled": False},
        ]
    )
    assert [_s3_lifecycle.tiering_from_aws(_s3_lifecycle.tiering_to_aws(one)) for one in wanted] == wanted
    assert [one["id"] for one in wanted] == ["a", "b"]
