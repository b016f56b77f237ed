#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: budgets_budget
version_added: 0.1.0
short_description: Manage a cost budget
description:
  - Creates, changes and deletes a budget of costs and who is notified when they reach it. A budget stops and buys nothing.
  - Budgets belong to the account, whatever the region.
  - >-
    A budget that is filtered by a tag counts nothing before a person has activated the tag as a cost allocation tag in the
    billing console, which works forward only. It is reported in RV(pending) as long as nothing was counted.
  - See U(https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the budget, unique in the account, up to 100 characters without C(:) and C(\).
    type: str
  amount:
    description: The amount of a period. Required when the budget is created.
    type: float
  unit:
    description: Its currency.
    type: str
    default: USD
  time_unit:
    description: The period.
    type: str
    choices: [DAILY, MONTHLY, QUARTERLY, ANNUALLY]
    default: MONTHLY
  cost_filters:
    description:
      - >-
        Which costs count, a map from dimension to a list of values, such as C({TagKeyValue: [user:Environment$prod]}). Costs have to
        match one value of each dimension.
      - An empty map counts all costs of the account.
    type: dict
  cost_types:
    description: >-
      Which types of costs count, a map from AWS's name to a boolean, such as C({IncludeTax: false}). Only what is given is compared.
    type: dict
  notifications:
    description:
      - Who is notified when, up to ten. Others are removed. Left out, notifications are left alone.
      - The policy of a topic has to let C(budgets.amazonaws.com) publish.
    type: list
    elements: dict
    suboptions:
      type:
        description: Whether what was spent counts or what is forecast for the period.
        type: str
        choices: [ACTUAL, FORECASTED]
        default: ACTUAL
      threshold:
        description: What has to be exceeded, in percent of O(amount) or in O(unit).
        type: float
        required: true
      threshold_type:
        description: Whether O(notifications[].threshold) is in percent.
        type: str
        choices: [PERCENTAGE, ABSOLUTE_VALUE]
        default: PERCENTAGE
      comparison_operator:
        description: How costs are compared with the threshold.
        type: str
        choices: [GREATER_THAN, LESS_THAN, EQUAL_TO]
        default: GREATER_THAN
      emails:
        description: E-mail addresses that are notified, up to ten.
        type: list
        elements: str
        default: []
      topic:
        description: Name or ARN of the SNS topic that is notified. It has to be in the account of the budget.
        type: str
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
- name: Tell the team when production becomes expensive
  sdt.infra.budgets_budget:
    name: sdt-prod
    amount: 1200
    cost_filters:
      TagKeyValue: [user:Environment$prod]
    notifications:
      - {threshold: 80, topic: sdt-prod-alarms}
      - {type: FORECASTED, threshold: 100, emails: [platform@example.org]}
"""

RETURN = r"""
budget:
  description: The budget. Missing when O(each) is used; see RV(resources).
  returned: when a single budget is managed
  type: dict
  contains:
    arn:
      description: ARN of the budget.
      type: str
      sample: arn:aws:budgets::123456789012:budget/sdt-prod
    name:
      description: Name of the budget.
      type: str
    amount:
      description: The amount of a period.
      type: float
    unit:
      description: Its currency.
      type: str
    actual_spend:
      description: What was counted in this period.
      type: float
    forecasted_spend:
      description: What is forecast for this period; 0 where there is no forecast yet.
      type: float
    cost_filters:
      description: Which costs count.
      type: dict
    notifications:
      description: Who is notified when.
      returned: when O(notifications) is given
      type: list
      elements: dict
    tags:
      description: Tags of the budget.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed budget by its name, with the keys of RV(budget).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "budget", "name": "sdt-prod", "fields": ["amount"]}]
pending:
  description: Cost allocation tags a person has to activate, one sentence each.
  returned: when a budget is filtered by tags and has counted nothing in this period
  type: list
  elements: str
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("NotFoundException",)
_TAG_FILTER = "TagKeyValue"
# What UpdateBudget gets back of what there is; the rest is AWS's own.
_KEPT = ("BudgetName", "BudgetType", "BudgetLimit", "CostFilters", "CostTypes", "TimeUnit", "TimePeriod")
# option -> what a notification calls it
_NOTIFICATION = {
    "type": "NotificationType",
    "comparison_operator": "ComparisonOperator",
    "threshold": "Threshold",
    "threshold_type": "ThresholdType",
}


class Budget(Resource):
    kind = "budget"
    key = "budget"
    fields = ("amount", "unit", "time_unit", "cost_filters", "cost_types", "notifications")
    exact = frozenset({"cost_filters", "notifications"})
    computed = ("arn",)

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        self._live: dict[str, t.Any] = {}

    def find(self) -> State | None:
        budgets = self.aws.read("budgets", "describe_budgets", "Budgets", AccountId=self.aws.account)
        found = next((one for one in budgets or [] if one["BudgetName"] == self.name), None)
        if found is None:
            return None
        if found["BudgetType"] != "COST" or "BudgetLimit" not in found:
            if self.options["state"] == "absent":
                return None  # there is no cost budget of this name
            raise InfraError(
                f"Budget {self.name} exists and is no cost budget with a fixed amount: choose another name, or remove it."
            )
        self._live = found
        spend = found.get("CalculatedSpend") or {}
        state = {
            "name": self.name,
            "arn": self._arn,
            "amount": float(found["BudgetLimit"]["Amount"]),
            "unit": found["BudgetLimit"]["Unit"],
            "time_unit": found["TimeUnit"],
            "cost_filters": _sorted(found.get("CostFilters") or {}),
            "cost_types": found.get("CostTypes") or {},
            "actual_spend": float((spend.get("ActualSpend") or {}).get("Amount", 0)),
            "forecasted_spend": float((spend.get("ForecastedSpend") or {}).get("Amount", 0)),
        }
        if self.options.get("notifications") is not None:
            state["notifications"] = self._notifications()
        if self.wants_tags:
            tags = self.aws.read("budgets", "list_tags_for_resource", "ResourceTags", ResourceARN=self._arn)
            state["tags"] = _tags.from_list(tags)
        return state

    def desired(self) -> State:
        desired = super().desired()
        if "cost_filters" in desired:
            desired["cost_filters"] = _sorted(desired["cost_filters"])
        if "notifications" in desired:
            wanted = [self._notification(one) for one in desired["notifications"]]
            identities = [_identity(one) for one in wanted]
            if len(set(identities)) < len(identities):
                raise InfraError(
                    f"Budget {self.name}: two notifications have the same type and threshold; make them one."
                )
            desired["notifications"] = ordered(wanted)
        return desired

    def create(self, desired: State) -> None:
        if "amount" not in desired:
            raise InfraError(f"Budget {self.name} does not exist; give amount to create it.")
        self.aws.write(
            "budgets",
            "create_budget",
            AccountId=self.aws.account,
            Budget={"BudgetName": self.name, "BudgetType": "COST", **_settings(desired)},
            NotificationsWithSubscribers=[
                {"Notification": _to_aws(one), "Subscribers": _subscribers(one)}
                for one in desired.get("notifications", [])
            ],
            ResourceTags=_tags.to_list(desired.get("tags")),
        )

    def update(self, current: State, changes: State) -> None:
        settings = {name: value for name, value in changes.items() if name != "notifications"}
        if settings:
            # The request replaces the whole budget; its notifications stay.
            kept = {name: self._live[name] for name in _KEPT if name in self._live}
            if "time_unit" in settings:
                kept.pop("TimePeriod", None)  # a period of another length begins at another time
            self._write("update_budget", NewBudget={**kept, **_settings({**current, **settings})})
        if "notifications" in changes:
            self._notify(current["notifications"], changes["notifications"])

    def delete(self, current: State) -> None:
        self._write("delete_budget", missing=_GONE, BudgetName=self.name)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("budgets", "tag_resource", ResourceARN=current["arn"], ResourceTags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("budgets", "untag_resource", ResourceARN=current["arn"], ResourceTagKeys=names)

    def pending(self, state: State) -> list[str]:
        filters = (state.get("cost_filters") or {}).get(_TAG_FILTER, [])
        keys = sorted({one.partition("$")[0].removeprefix("user:") for one in filters if one.startswith("user:")})
        if not keys or state.get("actual_spend"):
            return []
        return [
            f"Budget {self.name} has counted nothing in this period: activate the cost allocation tag {', '.join(keys)} "
            "in the billing console, if that was not done yet. Costs count from then on, not backwards."
        ]

    # -- notifications ------------------------------------------------------------------------------------------

    def _notifications(self) -> list[State]:
        place: dict[str, t.Any] = {"AccountId": self.aws.account, "BudgetName": self.name}
        found = self.aws.read("budgets", "describe_notifications_for_budget", "Notifications", missing=_GONE, **place)
        notifications = []
        for one in found or []:
            state = {option: one.get(key, "PERCENTAGE") for option, key in _NOTIFICATION.items()}
            subscribers = self.aws.read(
                "budgets",
                "describe_subscribers_for_notification",
                "Subscribers",
                missing=_GONE,
                Notification=_to_aws(state),
                **place,
            )
            by_kind = {
                kind: sorted(sub["Address"] for sub in subscribers or [] if sub["SubscriptionType"] == kind)
                for kind in ("EMAIL", "SNS")
            }
            state.update(emails=by_kind["EMAIL"], **({"topic": by_kind["SNS"][0]} if by_kind["SNS"] else {}))
            notifications.append(state)
        return ordered(notifications)

    def _notification(self, given: State) -> State:
        if not given.get("emails") and not given.get("topic"):
            raise InfraError(f"Budget {self.name}: the notification at {given['threshold']:g} needs emails or a topic.")
        topic = {"topic": resolve(self.aws, "topic", given["topic"])} if given.get("topic") else {}
        return {**given, "emails": sorted(set(given["emails"])), **topic}

    def _notify(self, before: list[State], after: list[State]) -> None:
        """What is new first: nobody misses anything in between."""
        live = {_identity(one): one for one in before}
        wanted = {_identity(one): one for one in after}
        for identity, one in wanted.items():
            place = {"BudgetName": self.name, "Notification": _to_aws(one)}
            if identity not in live:
                self._write("create_notification", Subscribers=_subscribers(one), **place)
                continue
            for operation, request in _exchange(_subscribers(live[identity]), _subscribers(one)):
                self._write(operation, **request, **place)
        for identity, one in live.items():
            if identity not in wanted:
                self._write("delete_notification", missing=_GONE, BudgetName=self.name, Notification=_to_aws(one))

    # -- AWS ----------------------------------------------------------------------------------------------------

    @property
    def _arn(self) -> str:
        return self.aws.arn("budgets", f"budget/{self.name}", region="")

    def _write(self, operation: str, missing: t.Collection[str] = (), **request: t.Any) -> None:
        self.aws.write("budgets", operation, missing=missing, AccountId=self.aws.account, **request)


def _settings(settings: State) -> dict[str, t.Any]:
    request: dict[str, t.Any] = {
        "BudgetLimit": {"Amount": _amount(settings["amount"]), "Unit": settings["unit"]},
        "TimeUnit": settings["time_unit"],
    }
    if "cost_filters" in settings:
        request["CostFilters"] = settings["cost_filters"]
    if settings.get("cost_types"):
        request["CostTypes"] = settings["cost_types"]
    return request


def _amount(value: float) -> str:
    """Digits only: AWS knows no exponent."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _sorted(filters: dict[str, t.Any]) -> dict[str, list[str]]:
    return {name: sorted(map(str, [values] if isinstance(values, str) else values)) for name, values in filters.items()}


def _identity(notification: State) -> tuple[t.Any, ...]:
    """What tells a notification from the others of a budget."""
    return tuple(notification[option] for option in _NOTIFICATION)


def _to_aws(notification: State) -> dict[str, t.Any]:
    return {key: notification[option] for option, key in _NOTIFICATION.items()}


def _subscribers(notification: State) -> list[dict[str, str]]:
    emails = [{"SubscriptionType": "EMAIL", "Address": address} for address in notification["emails"]]
    topic = [{"SubscriptionType": "SNS", "Address": notification["topic"]}] if "topic" in notification else []
    return emails + topic


def _exchange(have: list[dict[str, str]], want: list[dict[str, str]]) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """The requests that turn one set of subscribers into another.

    A notification goes with its last subscriber and has room for one topic, so one takes the place of another of its
    kind, then new ones come, and then old ones go.
    """
    for kind in ("EMAIL", "SNS"):
        old = [one for one in have if one not in want and one["SubscriptionType"] == kind]
        new = [one for one in want if one not in have and one["SubscriptionType"] == kind]
        both = min(len(old), len(new))
        for before, after in zip(old[:both], new[:both], strict=True):
            yield "update_subscriber", {"OldSubscriber": before, "NewSubscriber": after}
        have = [one for one in have if one not in old[:both]] + new[:both]
    for one in want:
        if one not in have:
            yield "create_subscriber", {"Subscriber": one}
    for one in have:
        if one not in want:
            yield "delete_subscriber", {"Subscriber": one}


def main() -> None:
    run(
        Budget,
        {
            "name": {"type": "str"},
            "amount": {"type": "float"},
            "unit": {"type": "str", "default": "USD"},
            "time_unit": {
                "type": "str",
                "choices": ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"],
                "default": "MONTHLY",
            },
            "cost_filters": {"type": "dict"},
            "cost_types": {"type": "dict"},
            "notifications": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "type": {"type": "str", "choices": ["ACTUAL", "FORECASTED"], "default": "ACTUAL"},
                    "threshold": {"type": "float", "required": True},
                    "threshold_type": {
                        "type": "str",
                        "choices": ["PERCENTAGE", "ABSOLUTE_VALUE"],
                        "default": "PERCENTAGE",
                    },
                    "comparison_operator": {
                        "type": "str",
                        "choices": ["GREATER_THAN", "LESS_THAN", "EQUAL_TO"],
                        "default": "GREATER_THAN",
                    },
                    "emails": {"type": "list", "elements": "str", "default": []},
                    "topic": {"type": "str"},
                },
            },
        },
    )


if __name__ == "__main__":
    main()
