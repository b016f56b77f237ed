# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""SNS topics, SQS queues, and the targets of EventBridge."""

from __future__ import annotations

import json

from emulator.mend.sns import DELIVERY_STATUS
from emulator.rules import Refused, Request, rule
from emulator.rules.common import statements, unknown_principals

SNS = "https://docs.aws.amazon.com/sns/latest/api"
SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
FIFO_ONLY = ("ArchivePolicy", "ContentBasedDeduplication", "FifoThroughputScope")
TOPIC_ATTRIBUTES = frozenset(
    {
        "DeliveryPolicy",
        "DisplayName",
        "FifoTopic",
        "KmsMasterKeyId",
        "Policy",
        "SignatureVersion",
        "TracingConfig",
        *FIFO_ONLY,
        *DELIVERY_STATUS,
    }
)
LONGEST_DISPLAY_NAME = 100
QUEUE_RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86400),
    "MaximumMessageSize": (1024, 1048576),
    "MessageRetentionPeriod": (60, 1209600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43200),
}


def _parameter(message: str) -> Refused:
    return Refused("InvalidParameter", f"Invalid parameter: {message}")


def _attributes(request: Request) -> dict[str, str]:
    if request.operation == "SetTopicAttributes":
        return {request["AttributeName"]: request.get("AttributeValue", "")}
    return request.get("Attributes", {})


def _is_fifo(request: Request) -> bool:
    return (request.get("Name") or request.get("TopicArn", "")).endswith(".fifo")


@rule("sns", "CreateTopic", "SetTopicAttributes", docs=f"{SNS}/API_SetTopicAttributes.html")
def topic_attribute(request: Request) -> None:
    """The attributes of a topic are those SNS has."""
    for name in _attributes(request):
        if name not in TOPIC_ATTRIBUTES:
            raise _parameter("AttributeName")


@rule("sns", "CreateTopic", "SetTopicAttributes", docs=f"{SNS}/API_CreateTopic.html")
def display_name(request: Request) -> None:
    """The display name of a topic has up to 100 characters."""
    if len(_attributes(request).get("DisplayName", "")) > LONGEST_DISPLAY_NAME:
        raise _parameter(f"DisplayName: must be at most {LONGEST_DISPLAY_NAME} characters long")


@rule("sns", "CreateTopic", "SetTopicAttributes", docs=f"{SNS}/API_SetTopicAttributes.html")
def signature_version(request: Request) -> None:
    """Messages are signed by version 1 or 2."""
    if _attributes(request).get("SignatureVersion", "1") not in ("1", "2"):
        raise _parameter("SignatureVersion: must be 1 or 2")


@rule("sns", "CreateTopic", "SetTopicAttributes", docs=f"{SNS}/API_SetTopicAttributes.html")
def tracing(request: Request) -> None:
    """Tracing is PassThrough or Active."""
    if _attributes(request).get("TracingConfig", "Active") not in ("Active", "PassThrough"):
        raise _parameter("TracingConfig: must be PassThrough or Active")


@rule("sns", "CreateTopic", "SetTopicAttributes", docs=f"{SNS}/API_CreateTopic.html")
def fifo_only(request: Request) -> None:
    """Deduplication, archives and throughput scopes are for FIFO topics."""
    for name in FIFO_ONLY:
        if name in _attributes(request) and not _is_fifo(request):
            raise _parameter(f"Attributes Reason: {name} can only be set on FIFO topics")


@rule("sns", "Subscribe", docs="https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html")
def fifo_subscribers(request: Request) -> None:
    """A FIFO topic delivers to queues only."""
    if _is_fifo(request) and request["Protocol"] != "sqs":
        raise _parameter(f"Invalid protocol type: {request['Protocol']}")


@rule(
    "sns",
    "CreateTopic",
    "SetTopicAttributes",
    docs="https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-evaluation-logic.html",
)
def topic_policy_principals(request: Request) -> None:
    """Who may use a topic exists."""
    try:
        found = [one for one in statements(_attributes(request).get("Policy") or "")]
    except ValueError:
        return
    if any(unknown_principals(request, one) for one in found):
        raise _parameter("Policy Error: PrincipalNotFound")


@rule("sqs", "CreateQueue", "SetQueueAttributes", docs=f"{SQS}/API_SetQueueAttributes.html")
def attribute_range(request: Request) -> None:
    """The times and sizes of a queue are within their ranges."""
    for name, (least, most) in QUEUE_RANGES.items():
        value = request.get("Attributes", {}).get(name)
        if value is not None and not (value.isdigit() and least <= int(value) <= most):
            raise Refused("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


@rule(
    "sqs",
    "CreateQueue",
    "SetQueueAttributes",
    docs="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
)
def redrive_policy(request: Request) -> None:
    """Messages go to a queue that exists, after having been received from 1 to 1000 times."""
    text = request.get("Attributes", {}).get("RedrivePolicy")
    if not text:
        return
    begin = f"Value {text} for parameter RedrivePolicy is invalid. Reason:"
    try:
        policy = json.loads(text)
        count, target = int(policy["maxReceiveCount"]), policy["deadLetterTargetArn"]
    except (ValueError, KeyError, TypeError):
        raise Refused("InvalidParameterValue", f"{begin} Redrive policy is not a valid JSON map.") from None
    if not 1 <= count <= 1000:
        raise Refused(
            "InvalidParameterValue",
            f"{begin} Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive.",
        )
    if target not in {queue.queue_arn for queue in request.backend("sqs").queues.values()}:
        raise Refused("InvalidParameterValue", f"{begin} Dead letter target does not exist.")


@rule("events", "PutTargets", docs="https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html")
def target_role(request: Request) -> None:
    """EventBridge runs a task with a role."""
    for target in request["Targets"]:
        if target.get("EcsParameters") and not target.get("RoleArn"):
            raise Refused("ValidationException", f"RoleArn is required for target {target['Arn']}.")
