# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subscriptions that wait for their owner, and the topic attributes moto does not return.

The token an owner would get is the last part of the subscription's ARN, which Subscribe returns if asked to.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic
from moto.sns.responses import SNSResponse

from emulator.registry import mend

CONFIRMED_BY_OWNER = ("email", "email-json", "http", "https")
PROTOCOLS = (*CONFIRMED_BY_OWNER, "application", "firehose", "lambda", "sms", "sqs")
PENDING = "PendingConfirmation"
# Returned when they were set, beside what moto returns.
DELIVERY_STATUS = [
    f"{protocol}{setting}"
    for protocol in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
    for setting in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
]
OPTIONAL_ATTRIBUTES = ("ArchivePolicy", "FifoThroughputScope", "SignatureVersion", "TracingConfig", *DELIVERY_STATUS)


@mend(SNSBackend)
def subscribe(original: Any, self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
    known = set(self.subscriptions)
    _check_endpoint(protocol, endpoint)
    subscription = original(self, topic_arn, endpoint, protocol)
    if subscription.arn not in known:
        waiting = protocol in CONFIRMED_BY_OWNER
        subscription.confirmed = not waiting
        subscription.attributes["PendingConfirmation"] = waiting
        subscription.attributes["ConfirmationWasAuthenticated"] = not waiting
    return subscription


def _check_endpoint(protocol: str, endpoint: str) -> None:
    if protocol not in PROTOCOLS:
        raise SNSInvalidParameter(f"Invalid parameter: Does not support this protocol string: {protocol}")
    if protocol in ("email", "email-json") and "@" not in endpoint:
        raise SNSInvalidParameter("Invalid parameter: Email address")
    if protocol in ("http", "https") and not endpoint.startswith(f"{protocol}://"):
        raise SNSInvalidParameter("Invalid parameter: Endpoint must match the specified protocol")
    if protocol in ("sqs", "lambda", "firehose") and not endpoint.startswith("arn:"):
        raise SNSInvalidParameter(f"Invalid parameter: {protocol.upper()} endpoint ARN")


@mend(SNSResponse, "subscribe")
def subscribe_answer(original: Any, self: SNSResponse) -> ActionResult:
    answer = original(self)
    arn = answer.result["SubscriptionArn"]
    if not self.backend.subscriptions[arn].confirmed and not self._get_bool_param("ReturnSubscriptionArn"):
        return ActionResult({"SubscriptionArn": "pending confirmation"})
    return answer


@mend(SNSResponse)
def confirm_subscription(original: Any, self: SNSResponse) -> ActionResult:
    original(self)  # refuses an unknown topic
    arn = f"{self._get_param('TopicArn')}:{self._get_param('Token')}"
    subscription = self.backend.subscriptions.get(arn)
    if subscription is None:
        raise SNSInvalidParameter("Invalid parameter: Token")
    subscription.confirmed = True
    subscription.attributes["PendingConfirmation"] = False
    return ActionResult({"SubscriptionArn": arn})


@mend(SNSResponse)
def list_subscriptions_by_topic(original: Any, self: SNSResponse) -> ActionResult:
    return _hiding_pending(original(self).result)


@mend(SNSResponse)
def list_subscriptions(original: Any, self: SNSResponse) -> ActionResult:
    return _hiding_pending(original(self).result)


def _hiding_pending(result: dict[str, Any]) -> ActionResult:
    """What is not confirmed has no ARN for its topic's owner."""
    shown = [
        {
            "SubscriptionArn": one.arn if one.confirmed else PENDING,
            "Owner": one.owner,
            "Protocol": one.protocol,
            "Endpoint": one.endpoint,
            "TopicArn": one.topic.arn,
        }
        for one in result["Subscriptions"]
    ]
    return ActionResult({**result, "Subscriptions": shown})


@mend(SNSBackend)
def unsubscribe(original: Any, self: SNSBackend, subscription_arn: str) -> None:
    if not subscription_arn.startswith("arn:"):
        raise SNSInvalidParameter(f"Invalid parameter: SubscriptionArn Reason: {subscription_arn} is no ARN")
    original(self, subscription_arn)


@mend(Subscription)
def publish(original: Any, self: Subscription, *args: Any, **kwargs: Any) -> None:
    if self.confirmed:
        original(self, *args, **kwargs)


@mend(SNSResponse)
def get_topic_attributes(original: Any, self: SNSResponse) -> ActionResult:
    result = original(self).result
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    here = [one for one in self.backend.subscriptions.values() if one.topic is topic]
    attributes = {
        **result["Attributes"],
        "SubscriptionsPending": str(sum(not one.confirmed for one in here)),
        "SubscriptionsConfirmed": str(sum(one.confirmed for one in here)),
    }
    for name in OPTIONAL_ATTRIBUTES:
        value = getattr(topic, camelcase_to_underscores(name), None)
        if value:
            attributes[name] = value
    if not attributes["DeliveryPolicy"]:
        del attributes["DeliveryPolicy"]
    return ActionResult({"Attributes": attributes})


@mend(SNSBackend)
def set_topic_attribute(original: Any, self: SNSBackend, topic_arn: str, name: str, value: str) -> None:
    if name == "policy":
        _check_policy(value)
    original(self, topic_arn, name, value)


@mend(SNSBackend)
def create_topic(
    original: Any,
    self: SNSBackend,
    name: str,
    attributes: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Topic:
    if (attributes or {}).get("Policy"):
        _check_policy(attributes["Policy"])
    topic = next((topic for topic in self.topics.values() if topic.name == name), None)
    if topic is None:
        return original(self, name, attributes, tags)
    # Creating it again gives it back, but never changes it.
    if any(
        str(getattr(topic, camelcase_to_underscores(key), "")) != str(value)
        for key, value in (attributes or {}).items()
    ):
        raise SNSInvalidParameter(
            "Invalid parameter: Attributes Reason: Topic already exists with different attributes"
        )
    if any(topic._tags.get(key) != value for key, value in (tags or {}).items()):
        raise SNSInvalidParameter("Invalid parameter: Tags Reason: Topic already exists with different tags")
    return topic


def _check_policy(text: str) -> None:
    try:
        statements = json.loads(text)["Statement"]
    except (ValueError, KeyError, TypeError):
        raise SNSInvalidParameter("Invalid parameter: Policy Error: null") from None
    for statement in statements if isinstance(statements, list) else [statements]:
        actions = statement.get("Action", [])
        for action in actions if isinstance(actions, list) else [actions]:
            if not action.lower().startswith("sns:"):
                raise SNSInvalidParameter("Invalid parameter: Policy statement action out of service scope!")
        if "Resource" not in statement:
            raise SNSInvalidParameter("Invalid parameter: Policy Error: null")
