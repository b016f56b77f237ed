# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Event subscriptions: they take a moment to settle, and need a topic RDS may publish to, sources and categories."""

from __future__ import annotations

from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.rds.exceptions import InvalidParameterCombination, SubscriptionNotFoundError
from moto.rds.models import EventSubscription, RDSBackend
from moto.rds.responses import RDSResponse
from moto.sns.models import sns_backends

from emulator.clock import Stage, clock
from emulator.registry import mend, operation, parameters

PUBLISHER = "events.rds.amazonaws.com"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
CATEGORIES = {
    "db-instance": [
        "availability",
        "backup",
        "configuration change",
        "creation",
        "deletion",
        "failover",
        "failure",
        "low storage",
        "maintenance",
        "notification",
        "read replica",
        "recovery",
        "restoration",
        "security",
        "security patching",
    ],
    "db-parameter-group": ["configuration change"],
    "db-snapshot": ["creation", "deletion", "notification", "restoration"],
}


@mend(RDSResponse)
def create_event_subscription(original: Any, self: RDSResponse) -> ActionResult:
    request = parameters(self)
    _check(self, request)
    if request.get("SourceIds") and not request.get("SourceType"):
        raise InvalidParameterCombination("SourceType must be given with SourceIds")
    for source in request.get("SourceIds") or []:
        _check_source(self.backend, request["SourceType"], source)
    if request["SubscriptionName"] in self.backend.event_subscriptions:
        try:
            return original(self)  # refuses
        finally:
            clock.look(_group(self.backend), request["SubscriptionName"])  # who tries again need not look
    answer = original(self)
    subscription = answer.result["EventSubscription"]
    if request.get("Enabled") is None:
        subscription.enabled = True
    _begin(self.backend, subscription, "creating")
    return answer


@mend(RDSBackend)
def describe_event_subscriptions(original: Any, self: RDSBackend, subscription_name: str | None) -> Any:
    clock.look(_group(self))
    return original(self, subscription_name)


@mend(RDSBackend)
def delete_event_subscription(_original: Any, self: RDSBackend, subscription_name: str) -> EventSubscription:
    subscription = _find(self, subscription_name)
    _begin(self, subscription, "deleting")
    return subscription


@operation(RDSResponse)
def modify_event_subscription(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    subscription = _find(self.backend, request["SubscriptionName"])
    _check(self, {"SourceType": subscription.source_type, **request})
    for name, attribute in (
        ("SnsTopicArn", "sns_topic_arn"),
        ("SourceType", "source_type"),
        ("EventCategories", "event_categories"),
        ("Enabled", "enabled"),
    ):
        if request.get(name) is not None:
            setattr(subscription, attribute, request[name])
    _begin(self.backend, subscription, "modifying")
    return {"EventSubscription": subscription}


@operation(RDSResponse)
def add_source_identifier_to_subscription(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    subscription = _find(self.backend, request["SubscriptionName"])
    _check_source(self.backend, subscription.source_type, request["SourceIdentifier"])
    if request["SourceIdentifier"] not in subscription.source_ids:
        subscription.source_ids = [*subscription.source_ids, request["SourceIdentifier"]]
    _begin(self.backend, subscription, "modifying")
    return {"EventSubscription": subscription}


@operation(RDSResponse)
def remove_source_identifier_from_subscription(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    subscription = _find(self.backend, request["SubscriptionName"])
    if request["SourceIdentifier"] not in subscription.source_ids:
        raise ServiceException("SourceNotFound", f"Could not find source: {request['SourceIdentifier']}")
    subscription.source_ids = [one for one in subscription.source_ids if one != request["SourceIdentifier"]]
    _begin(self.backend, subscription, "modifying")
    return {"EventSubscription": subscription}


def _begin(backend: RDSBackend, subscription: EventSubscription, status: str) -> None:
    name = subscription.subscription_name
    remove = partial(backend.event_subscriptions.pop, name, None)
    clock.begin(
        _group(backend),
        name,
        Stage(status, "rds.subscription.settling", remove if status == "deleting" else None),
        enter=partial(setattr, subscription, "status"),
        last="active",
    )


def _group(backend: RDSBackend) -> tuple[Any, str]:
    return backend, "event-subscription"


def _find(backend: RDSBackend, name: str) -> EventSubscription:
    if name not in backend.event_subscriptions:
        raise SubscriptionNotFoundError(name)
    subscription = backend.event_subscriptions[name]
    if subscription.status != "active":
        clock.look(_group(backend), name)  # who tries again need not look
        raise ServiceException(
            "InvalidEventSubscriptionState", f"Subscription {name} is {subscription.status}, and cannot be changed now"
        )
    return subscription


def _check(response: RDSResponse, request: dict[str, Any]) -> None:
    known = CATEGORIES.get(request.get("SourceType") or "")
    unknown = [one for one in request.get("EventCategories") or [] if known is not None and one not in known]
    if unknown:
        raise ServiceException("SubscriptionCategoryNotFound", f"Event category not found: {unknown[0]}")
    arn = request.get("SnsTopicArn")
    if not arn:
        return
    topic = sns_backends[response.current_account][response.region].topics.get(arn)
    if topic is None:
        raise ServiceException("SNSTopicArnNotFound", f"The SNS topic {arn} does not exist")
    if not any(_allows(statement) for statement in topic._policy_json["Statement"]):
        raise ServiceException("SNSNoAuthorization", f"{PUBLISHER} is not authorized to publish to {arn}")


def _allows(statement: dict[str, Any]) -> bool:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    principal = statement["Principal"]
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    everybody = principal == "*" or principal.get("AWS") == "*"  # as in the policy a topic has at first
    return (
        statement["Effect"] == "Allow"
        and any(action.lower() in ("sns:publish", "sns:*") for action in actions)
        and (everybody or PUBLISHER in ([services] if isinstance(services, str) else services))
    )


def _check_source(backend: RDSBackend, kind: str, source: str) -> None:
    known = {"db-instance": backend.databases, "db-parameter-group": backend.db_parameter_groups}.get(kind)
    if known is not None and source not in known:
        raise ServiceException("SourceNotFound", f"Could not find source: {source}")
