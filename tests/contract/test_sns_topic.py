# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of sns_topic: confirmation, endpoints with keys, and who may publish."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import run_module

ARN = "arn:aws:sns:us-east-1:123456789012:alarms"
KEY = "https://events.example.org/integration/0123456789abcdef/enqueue"


@pytest.fixture
def topic(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "sns_topic", {"name": "alarms", **options}, check=check)

    return call


def endpoints(emulator: t.Any) -> list[str]:
    found = emulator.client("sns").list_subscriptions_by_topic(TopicArn=ARN)["Subscriptions"]
    return sorted(one["Endpoint"] for one in found)


def test_an_address_is_pending_until_its_owner_confirms(emulator: t.Any, topic: t.Any) -> None:
    options = {"subscriptions": [{"protocol": "email", "endpoint": "ops@example.org"}]}
    assert "pending" not in topic(check=True, **options)
    for _run in range(2):
        (pending,) = topic(**options)["pending"]
        assert "ops@example.org" in pending
    sns = emulator.client("sns")
    arn = sns.subscribe(TopicArn=ARN, Protocol="email", Endpoint="ops@example.org", ReturnSubscriptionArn=True)
    sns.confirm_subscription(TopicArn=ARN, Token=arn["SubscriptionArn"].rpartition(":")[2])
    result = topic(**options)
    assert "pending" not in result and not result["changed"]


def test_only_confirmed_subscriptions_nobody_asked_for_are_removed(emulator: t.Any, topic: t.Any) -> None:
    topic()
    sns = emulator.client("sns")
    sns.subscribe(TopicArn=ARN, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:other")
    sns.subscribe(TopicArn=ARN, Protocol="email", Endpoint="stranger@example.org")
    assert not topic()["changed"]
    assert not topic(subscriptions=[], purge_subscriptions=False)["changed"]
    assert topic(subscriptions=[])["actions"][0]["fields"] == ["subscriptions"]
    assert endpoints(emulator) == ["stranger@example.org"]
    assert not topic(subscriptions=[])["changed"]


def test_an_endpoint_with_a_key_is_shown_nowhere(emulator: t.Any, topic: t.Any) -> None:
    options = {"subscriptions": [{"protocol": "https", "endpoint_secret": "pager-url"}]}
    results = [topic(check=True, **options)]
    emulator.client("secretsmanager").create_secret(Name="pager-url", SecretString=KEY)
    results += [topic(**options), topic(**options)]
    assert [result["changed"] for result in results] == [True, True, False]
    assert endpoints(emulator) == [KEY]

    sns = emulator.client("sns")
    arn = sns.subscribe(TopicArn=ARN, Protocol="https", Endpoint=KEY, ReturnSubscriptionArn=True)["SubscriptionArn"]
    sns.confirm_subscription(TopicArn=ARN, Token=arn.rpartition(":")[2])
    results.append(topic(subscriptions=[]))
    assert endpoints(emulator) == []
    assert "0123456789abcdef" not in json.dumps([results, emulator.requests()])


def test_publishers_may_publish_for_this_account_only_and_encrypted(emulator: t.Any, topic: t.Any) -> None:
    topic(publishers=["cloudwatch.amazonaws.com"])
    attributes = emulator.client("sns").get_topic_attributes(TopicArn=ARN)["Attributes"]
    statements = json.loads(attributes["Policy"])["Statement"]
    allowed = next(one for one in statements if one["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]} or allowed["Principal"] == {
        "Service": "cloudwatch.amazonaws.com"
    }
    assert "123456789012" in json.dumps(allowed["Condition"])
    denied = next(one for one in statements if one["Effect"] == "Deny")
    assert "aws:SecureTransport" in json.dumps(denied["Condition"])
