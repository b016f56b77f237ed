# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Subscribers of a notification are exchanged so that there is always one, and never more than AWS allows."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.modules.budgets_budget import Budget, _amount, _exchange


def email(*names: t.Any) -> list[dict[str, str]]:
    return [{"SubscriptionType": "EMAIL", "Address": f"{name}@example.org"} for name in names]


def topic(name: str) -> list[dict[str, str]]:
    return [{"SubscriptionType": "SNS", "Address": f"arn:aws:sns:us-east-1:123456789012:{name}"}]


@pytest.mark.parametrize(
    ("have", "want"),
    [
        (topic("a"), topic("b")),
        (topic("a"), topic("b") + email(1)),
        (topic("a"), email(1)),
        (email(1), topic("a")),
        (email(*range(10)), email(*range(5, 15))),
        (email(1, 2, 3) + topic("a"), email(3)),
        (email(1), email(1)),
    ],
)
def test_subscribers_are_exchanged(have: list[dict[str, str]], want: list[dict[str, str]]) -> None:
    live = list(have)
    for operation, request in _exchange(have, want):
        if "OldSubscriber" in request:
            live.remove(request["OldSubscriber"])
            live.append(request["NewSubscriber"])
        elif operation == "create_subscriber":
            live.append(request["Subscriber"])
        else:
            live.remove(request["Subscriber"])
        kinds = [one["SubscriptionType"] for one in live]
        assert live and kinds.count("SNS") <= 1 and kinds.count("EMAIL") <= 10
    assert sorted(map(str, live)) == sorted(map(str, want))


@pytest.mark.parametrize(
    ("value", "text"), [(100.0, "100"), (0.5, "0.5"), (1e16, "10000000000000000"), (250.25, "250.25")]
)
def test_amounts_have_no_exponent(value: float, text: str) -> None:
    assert _amount(value) == text


@pytest.mark.parametrize(
    ("state", "tags"),
    [
        ({"cost_filters": {"TagKeyValue": ["user:Environment$prod"]}}, ["Environment"]),
        ({"cost_filters": {"TagKeyValue": ["user:Environment$prod"]}, "actual_spend": 0.0}, ["Environment"]),
        ({"cost_filters": {"TagKeyValue": ["user:Environment$prod"]}, "actual_spend": 12.5}, []),
        ({"cost_filters": {"TagKeyValue": ["aws:createdBy$root"]}}, []),
        ({"cost_filters": {}}, []),
    ],
)
def test_a_tag_is_activated_by_a_person(state: dict[str, t.Any], tags: list[str]) -> None:
    pending = Budget(t.cast("t.Any", None), {"name": "sdt"}).pending(state)
    assert len(pending) == len(tags) and all(tag in sentence for tag, sentence in zip(tags, pending, strict=True))
