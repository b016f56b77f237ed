# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""SNS asks for confirmation, and does not change a topic by creating it again."""

from __future__ import annotations

import pytest


@pytest.fixture
def sns(emulator):
    return emulator.client("sns")


@pytest.fixture
def topic(sns):
    return sns.create_topic(Name="alarms", Attributes={"DisplayName": "Alarms"}, Tags=[{"Key": "a", "Value": "1"}])[
        "TopicArn"
    ]


def test_creating_a_topic_again_gives_it_back(sns, topic):
    assert sns.create_topic(Name="alarms")["TopicArn"] == topic
    assert sns.create_topic(Name="alarms", Tags=[{"Key": "a", "Value": "1"}])["TopicArn"] == topic


@pytest.mark.parametrize("other", [{"Tags": [{"Key": "a", "Value": "2"}]}, {"Attributes": {"DisplayName": "Other"}}])
def test_creating_a_topic_differently_is_refused(sns, topic, other):
    with pytest.raises(sns.exceptions.InvalidParameterException, match="already exists with different"):
        sns.create_topic(Name="alarms", **other)


def test_attributes_that_are_set_come_back(sns, topic):
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert "SignatureVersion" not in before
    assert "DeliveryPolicy" not in before
    given = {
        "SignatureVersion": "2",
        "TracingConfig": "Active",
        "SQSSuccessFeedbackSampleRate": "5",
        "KmsMasterKeyId": "alias/aws/sns",
    }
    for name, value in given.items():
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
        assert sns.get_topic_attributes(TopicArn=topic)["Attributes"][name] == value


def test_an_email_subscription_waits_for_confirmation(sns, topic):
    asked = {"TopicArn": topic, "Protocol": "email", "Endpoint": "ops@example.org"}
    assert sns.subscribe(**asked)["SubscriptionArn"] == "pending confirmation"
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    arn = sns.subscribe(**asked, ReturnSubscriptionArn=True)["SubscriptionArn"]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    counts = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (counts["SubscriptionsPending"], counts["SubscriptionsConfirmed"]) == ("1", "0")
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.unsubscribe(SubscriptionArn="PendingConfirmation")

    sns.confirm_subscription(TopicArn=topic, Token=arn.rsplit(":", 1)[-1])
    (listed,) = sns.list_subscriptions()["Subscriptions"]
    assert listed["SubscriptionArn"] == arn
    sns.unsubscribe(SubscriptionArn=arn)
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_queue_subscription_is_confirmed_at_once(sns, topic):
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")[
        "SubscriptionArn"
    ]
    assert sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"] == arn


@pytest.mark.parametrize(
    ("protocol", "endpoint"), [("pigeon", "x"), ("email", "nobody"), ("https", "http://example.org")]
)
def test_endpoints_that_cannot_be_are_refused(sns, topic, protocol, endpoint):
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
