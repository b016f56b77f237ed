#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_topic
version_added: 0.1.0
short_description: Manage an SNS topic and its subscriptions
description:
  - Creates, changes and deletes a topic of the Simple Notification Service and who is subscribed to it.
  - A subscription by e-mail has to be confirmed by its owner. Until then it is reported in RV(pending).
  - See U(https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the topic, unique in account and region. The name of a FIFO topic ends in C(.fifo).
    type: str
  display_name:
    description: Sender shown in e-mails and text messages; an empty string removes it.
    type: str
  kms_key:
    description:
      - Key that encrypts stored messages, as an ARN, an id or an alias such as V(alias/sdt); an empty string means none.
      - >-
        The key policy has to let the publishing services use the key. The AWS managed key V(alias/aws/sns) does not let
        CloudWatch do so, and its alarms would be lost silently.
    type: str
  policy:
    description: Who may use the topic, as a policy document.
    type: dict
  publishers:
    description:
      - AWS services that may publish on behalf of this account, such as V(cloudwatch.amazonaws.com).
      - The module writes the policy, which also refuses messages that are not sent over TLS.
      - Mutually exclusive with O(policy).
    type: list
    elements: str
  delivery_policy:
    description: How delivery to HTTP endpoints is tried again. Only what is given is compared.
    type: dict
  tracing:
    description: Whether X-Ray headers are only passed on or the topic adds segments of its own.
    type: str
    choices: [PassThrough, Active]
  signature_version:
    description: Hash of the signatures of messages, V(1) for SHA1 or V(2) for SHA256.
    type: str
    choices: ["1", "2"]
  content_based_deduplication:
    description: Whether a FIFO topic recognises duplicates by their content.
    type: bool
  subscriptions:
    description: Who gets the messages. Left out, subscriptions are left alone.
    type: list
    elements: dict
    suboptions:
      protocol:
        description: How messages are delivered.
        type: str
        required: true
        choices: [email, email-json, sms, http, https, sqs, lambda, firehose, application]
      endpoint:
        description: An address, a phone number, a URL or an ARN, as the protocol needs it.
        type: str
      endpoint_secret:
        description:
          - Name of the secret in AWS Secrets Manager that holds the endpoint, for URLs that contain a key.
          - The module reads it; it is shown nowhere.
        type: str
      raw_message_delivery:
        description: Whether the message is delivered as it is, without the envelope of SNS.
        type: bool
      filter_policy:
        description: Only matching messages are delivered.
        type: dict
      filter_policy_scope:
        description: What O(subscriptions[].filter_policy) looks at.
        type: str
        choices: [MessageAttributes, MessageBody]
      dead_letter_queue:
        description: ARN of the SQS queue that gets what could not be delivered.
        type: str
      role_arn:
        description: ARN of the role SNS delivers to Firehose with.
        type: str
  purge_subscriptions:
    description: Whether confirmed subscriptions that are not in O(subscriptions) are removed.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Tell the team about alarms
  sdt.infra.sns_topic:
    name: sdt-prod-alarms
    publishers: [cloudwatch.amazonaws.com]
    subscriptions:
      - protocol: email
        endpoint: platform@example.org
      - protocol: https
        endpoint_secret: sdt-prod/pager-url
"""

RETURN = r"""
topic:
  description: The topic. Missing when O(each) is used; see RV(resources).
  returned: when a single topic is managed
  type: dict
  contains:
    arn:
      description: ARN of the topic.
      type: str
      sample: arn:aws:sns:us-east-1:123456789012:sdt-prod-alarms
    name:
      description: Name of the topic.
      type: str
    subscriptions:
      description: The subscriptions, where O(subscriptions) is given.
      type: list
      elements: dict
      contains:
        protocol:
          description: How messages are delivered.
          type: str
        endpoint:
          description: Where to; C(secret:<name>) for one that is kept in a secret.
          type: str
        confirmed:
          description: Whether its owner has confirmed it.
          type: bool
    tags:
      description: Tags of the topic.
      type: dict
resources:
  description: Every managed topic by its name, with the keys of RV(topic).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed topic.
  returned: always
  type: list
  elements: dict
pending:
  description: Subscriptions their owners still have to confirm, one sentence each.
  returned: when there are any
  type: list
  elements: str
"""

import json
import typing as t
from urllib.parse import urlsplit

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _secret, _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("NotFound", "NotFoundException", "ResourceNotFound")
_PENDING = "PendingConfirmation"
_LEAVING = "Deleted"

# option -> attribute of the topic
_ATTRIBUTES = {
    "display_name": "DisplayName",
    "kms_key": "KmsMasterKeyId",
    "policy": "Policy",
    "delivery_policy": "DeliveryPolicy",
    "tracing": "TracingConfig",
    "signature_version": "SignatureVersion",
    "content_based_deduplication": "ContentBasedDeduplication",
}
# suboption of a subscription -> attribute
_SUBSCRIPTION_ATTRIBUTES = {
    "raw_message_delivery": "RawMessageDelivery",
    # The scope decides how the policy is read, so it goes first.
    "filter_policy_scope": "FilterPolicyScope",
    "filter_policy": "FilterPolicy",
    "dead_letter_queue": "RedrivePolicy",
    "role_arn": "SubscriptionRoleArn",
}


class Live(t.NamedTuple):
    """A subscription as it is, with what must not be shown."""

    arn: str
    protocol: str
    endpoint: str


class Topic(Resource):
    kind = "SNS topic"
    key = "topic"
    fields = (*_ATTRIBUTES, "subscriptions")
    exact = frozenset({"policy"})
    computed = ("arn",)

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        self._live: list[Live] = []

    def find(self) -> State | None:
        arn = self.aws.arn("sns", self.name)
        attributes = self.aws.read("sns", "get_topic_attributes", "Attributes", TopicArn=arn, missing=_GONE)
        if attributes is None:
            return None
        state = {
            "name": self.name,
            "arn": arn,
            "display_name": attributes.get("DisplayName", ""),
            "kms_key": attributes.get("KmsMasterKeyId", ""),
            "policy": _policy.canonical(attributes.get("Policy")),
            "delivery_policy": json.loads(attributes.get("DeliveryPolicy") or "{}"),
            "tracing": attributes.get("TracingConfig", "PassThrough"),
            "signature_version": attributes.get("SignatureVersion", "1"),
            "content_based_deduplication": attributes.get("ContentBasedDeduplication") == "true",
        }
        if self.wants_tags:
            state["tags"] = self.tags_at(arn, lambda: self._tags(arn))
        if self.options.get("subscriptions") is not None:
            state["subscriptions"] = self._subscriptions(arn)
        return state

    def _tags(self, arn: str) -> dict[str, str]:
        return _tags.from_list(self.aws.read("sns", "list_tags_for_resource", "Tags", ResourceArn=arn))

    def desired(self) -> State:
        desired = super().desired()
        if self.options.get("publishers") is not None:
            desired["policy"] = self._publishing()
        if "policy" in desired:
            desired["policy"] = _policy.canonical(desired["policy"])
        if "subscriptions" in desired:
            desired["subscriptions"] = [_described(one) for one in _in_order(desired["subscriptions"])]
        return desired

    def create(self, desired: State) -> None:
        attributes = {_ATTRIBUTES[option]: _text(desired[option]) for option in _ATTRIBUTES if desired.get(option)}
        if self.name.endswith(".fifo"):
            attributes["FifoTopic"] = "true"
        topic = self.aws.write(
            "sns", "create_topic", Name=self.name, Attributes=attributes, Tags=_tags.to_list(desired.get("tags"))
        )
        for subscription in self._wanted():
            self._subscribe(topic["TopicArn"], subscription)

    def update(self, current: State, changes: State) -> None:
        for option in changes:
            if option in _ATTRIBUTES:
                self.aws.write(
                    "sns",
                    "set_topic_attributes",
                    TopicArn=current["arn"],
                    AttributeName=_ATTRIBUTES[option],
                    AttributeValue=_text(changes[option]),
                )
        if "subscriptions" in changes:
            self._settle(current)

    def delete(self, current: State) -> None:
        self.aws.write("sns", "delete_topic", TopicArn=current["arn"], missing=_GONE)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("sns", "tag_resource", ResourceArn=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("sns", "untag_resource", ResourceArn=current["arn"], TagKeys=names)

    def pending(self, state: State) -> list[str]:
        return [
            f"SNS topic {self.name}: {one['endpoint']} gets nothing until its owner confirms the subscription with the "
            f"link AWS has sent there."
            for one in state.get("subscriptions") or []
            if one.get("confirmed") is False
        ]

    # -- policy -------------------------------------------------------------------------------------------------

    def _publishing(self) -> State:
        arn = self.aws.arn("sns", self.name)
        allowed = [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sns:Publish",
                "Resource": arn,
                "Condition": self._only_for_us(service),
            }
            for service in self.options["publishers"]
        ]
        encrypted = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return {"Version": "2012-10-17", "Statement": [*allowed, encrypted]}

    def _only_for_us(self, service: str) -> State:
        if service == "events.amazonaws.com":  # EventBridge says for which rule it comes, not for which account
            return {"ArnLike": {"aws:SourceArn": self.aws.arn("events", "rule/*")}}
        return {"StringEquals": {"aws:SourceAccount": self.aws.account}}

    # -- subscriptions ------------------------------------------------------------------------------------------

    def _wanted(self) -> list[State]:
        """The subscriptions of the options, each with the real endpoint."""
        given = _in_order(without_none(self.options.get("subscriptions") or []))
        return [{**one, "endpoint": self._endpoint(one), "label": _label(one)} for one in given]

    def _endpoint(self, subscription: State) -> str:
        if "endpoint" in subscription:
            return subscription["endpoint"]
        return _secret.value(self.aws, subscription["endpoint_secret"])

    def _subscriptions(self, arn: str) -> list[State]:
        """What there is, in the order and the terms of what is wanted, so that both can be compared."""
        found = self.aws.read("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn)
        self._live = [
            Live(one["SubscriptionArn"], one["Protocol"], one["Endpoint"])
            for one in found
            if one["SubscriptionArn"] != _LEAVING
        ]
        state = []
        for wanted in self._wanted():
            live = self._find(wanted)
            if live is not None:
                state.append(self._state_of(live, wanted))
        if self.options["purge_subscriptions"]:
            state.extend({"protocol": one.protocol, "endpoint": _shown(one)} for one in self._unwanted())
        return sorted(state, key=_place)

    def _find(self, wanted: State) -> Live | None:
        here = [one for one in self._live if (one.protocol, one.endpoint) == (wanted["protocol"], wanted["endpoint"])]
        # One that was subscribed again while the first request was pending shows twice.
        return next((one for one in here if one.arn != _PENDING), next(iter(here), None))

    def _unwanted(self) -> list[Live]:
        """Confirmed ones nobody asked for; what is pending cannot be removed and goes by itself after some days."""
        wanted = {(one["protocol"], one["endpoint"]) for one in self._wanted()}
        return [one for one in self._live if one.arn != _PENDING and (one.protocol, one.endpoint) not in wanted]

    def _state_of(self, live: Live, wanted: State) -> State:
        state = {"protocol": live.protocol, "endpoint": wanted["label"], "confirmed": live.arn != _PENDING}
        asked = {option: wanted[option] for option in _SUBSCRIPTION_ATTRIBUTES if option in wanted}
        if not asked:
            return state
        if live.arn == _PENDING:  # neither readable nor changeable before it is confirmed
            return {**state, **asked}
        attributes = self.aws.read("sns", "get_subscription_attributes", "Attributes", SubscriptionArn=live.arn)
        return {**state, **{option: _value(option, attributes) for option in asked}}

    def _settle(self, current: State) -> None:
        for wanted in self._wanted():
            live = self._find(wanted)
            if live is None:
                self._subscribe(current["arn"], wanted)
                continue
            have = self._state_of(live, wanted)
            for option, attribute in _SUBSCRIPTION_ATTRIBUTES.items():
                if option in wanted and have.get(option) != wanted[option]:
                    self.aws.write(
                        "sns",
                        "set_subscription_attributes",
                        SubscriptionArn=live.arn,
                        AttributeName=attribute,
                        AttributeValue=_attribute(option, wanted[option]),
                    )
        if self.options["purge_subscriptions"]:
            for one in self._unwanted():
                self.aws.write("sns", "unsubscribe", SubscriptionArn=one.arn, missing=_GONE)

    def _subscribe(self, arn: str, wanted: State) -> None:
        self.aws.write(
            "sns",
            "subscribe",
            TopicArn=arn,
            Protocol=wanted["protocol"],
            Endpoint=wanted["endpoint"],
            Attributes={
                attribute: _attribute(option, wanted[option])
                for option, attribute in _SUBSCRIPTION_ATTRIBUTES.items()
                if option in wanted
            },
        )


def _label(subscription: State) -> str:
    return subscription.get("endpoint") or f"secret:{subscription['endpoint_secret']}"


def _described(subscription: State) -> State:
    """A wanted subscription without what must not be shown."""
    shown = {name: value for name, value in subscription.items() if name != "endpoint_secret"}
    return {**shown, "endpoint": _label(subscription)}


def _shown(live: Live) -> str:
    """An endpoint nobody wrote down may contain a key."""
    if live.protocol in ("http", "https"):
        parts = urlsplit(live.endpoint)
        return f"{parts.scheme}://{parts.hostname}/..."
    return live.endpoint


def _place(subscription: State) -> tuple[str, str]:
    return subscription["protocol"], subscription["endpoint"]


def _in_order(subscriptions: list[State]) -> list[State]:
    return sorted(subscriptions, key=lambda one: (one["protocol"], _label(one)))


def _text(value: t.Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else str(value)


def _attribute(option: str, value: t.Any) -> str:
    if option == "dead_letter_queue":
        return json.dumps({"deadLetterTargetArn": value})
    return _text(value)


def _value(option: str, attributes: dict[str, str]) -> t.Any:
    found = attributes.get(_SUBSCRIPTION_ATTRIBUTES[option])
    if option == "raw_message_delivery":
        return found == "true"
    if option == "filter_policy":
        return json.loads(found or "{}")
    if option == "dead_letter_queue":
        return json.loads(found or "{}").get("deadLetterTargetArn")
    if option == "filter_policy_scope":
        return found or "MessageAttributes"
    return found


def main() -> None:
    run(
        Topic,
        {
            "name": {"type": "str"},
            "display_name": {"type": "str"},
            "kms_key": {"type": "str", "no_log": False},
            "policy": {"type": "dict"},
            "publishers": {"type": "list", "elements": "str"},
            "delivery_policy": {"type": "dict"},
            "tracing": {"type": "str", "choices": ["PassThrough", "Active"]},
            "signature_version": {"type": "str", "choices": ["1", "2"]},
            "content_based_deduplication": {"type": "bool"},
            "subscriptions": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "protocol": {
                        "type": "str",
                        "required": True,
                        "choices": [
                            "email",
                            "email-json",
                            "sms",
                            "http",
                            "https",
                            "sqs",
                            "lambda",
                            "firehose",
                            "application",
                        ],
                    },
                    "endpoint": {"type": "str"},
                    "endpoint_secret": {"type": "str", "no_log": False},
                    "raw_message_delivery": {"type": "bool"},
                    "filter_policy": {"type": "dict"},
                    "filter_policy_scope": {"type": "str", "choices": ["MessageAttributes", "MessageBody"]},
                    "dead_letter_queue": {"type": "str"},
                    "role_arn": {"type": "str"},
                },
                "required_one_of": [("endpoint", "endpoint_secret")],
                "mutually_exclusive": [("endpoint", "endpoint_secret")],
            },
            "purge_subscriptions": {"type": "bool", "default": True},
        },
        mutually_exclusive=[("policy", "publishers")],
    )


if __name__ == "__main__":
    main()
