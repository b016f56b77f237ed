# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Budgets: changing them, their subscribers and tags, which moto lacks, and AWS's forms and refusals."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from moto.budgets.exceptions import DuplicateRecordException, NotFoundException
from moto.budgets.models import Budget, BudgetsBackend, Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import ServiceException

from emulator.registry import mend, operation, state

Parameters = dict[str, Any]

MOST_NOTIFICATIONS = 10
MOST_OF_A_KIND = {"SNS": 1, "EMAIL": 10}


@mend(Budget)
def to_dict(original: Any, self: Budget) -> Parameters:
    """Amounts come back with a fraction, whatever they were given as."""
    budget = original(self)
    if "BudgetLimit" in budget:
        budget["BudgetLimit"]["Amount"] = str(float(budget["BudgetLimit"]["Amount"]))
    return budget


@mend(BudgetsBackend)
def create_budget(
    original: Any, self: BudgetsBackend, account_id: str, budget: Parameters, notifications: list[Parameters]
) -> None:
    _check(budget)
    complete = [
        {"Notification": _complete(one["Notification"]), "Subscribers": _subscribers(one["Subscribers"])}
        for one in notifications
    ]
    if len(complete) > MOST_NOTIFICATIONS:
        raise _limit("notifications of a budget")
    if len({_identity(one["Notification"]) for one in complete}) < len(complete):
        raise DuplicateRecordException("notification", budget["BudgetName"])
    original(self, account_id, budget, complete)


@mend(BudgetsResponse, "create_budget")
def create_budget_with_tags(original: Any, self: BudgetsResponse) -> str:
    answer = original(self)
    given = self._get_param("ResourceTags") or []
    arn = _arn(self, self._get_param("Budget")["BudgetName"])
    _tags(self)[arn] = {tag["Key"]: tag["Value"] for tag in given}
    return answer


@mend(BudgetsResponse)
def delete_budget(original: Any, self: BudgetsResponse) -> str:
    answer = original(self)
    _tags(self).pop(_arn(self, self._get_param("BudgetName")), None)
    return answer


@operation(BudgetsResponse)
def update_budget(self: BudgetsResponse, request: Parameters) -> None:
    budget = self._get_param("NewBudget")  # with times as they were sent, which is how moto keeps them
    _check(budget)
    _budget(self.backend, request["AccountId"], budget["BudgetName"])
    known = self.backend.budgets[request["AccountId"]]
    changed = Budget(deepcopy(budget), [])
    changed.notifications = known[budget["BudgetName"]].notifications
    known[budget["BudgetName"]] = changed


@mend(BudgetsBackend)
def create_notification(
    original: Any,
    self: BudgetsBackend,
    account_id: str,
    budget_name: str,
    notification: Parameters,
    subscribers: list[Parameters],
) -> None:
    budget = _budget(self, account_id, budget_name)
    if len(budget.notifications) == MOST_NOTIFICATIONS:
        raise _limit("notifications of a budget")
    if any(_identity(one.details) == _identity(notification) for one in budget.notifications):
        raise DuplicateRecordException("notification", budget_name)
    original(self, account_id, budget_name, _complete(notification), _subscribers(subscribers))


@mend(BudgetsBackend)
def delete_notification(
    _original: Any, self: BudgetsBackend, account_id: str, budget_name: str, notification: Parameters
) -> None:
    found = _notification(self, {"AccountId": account_id, "BudgetName": budget_name, "Notification": notification})
    _budget(self, account_id, budget_name).notifications.remove(found)


@mend(BudgetsBackend)
def describe_notifications_for_budget(
    _original: Any, self: BudgetsBackend, account_id: str, budget_name: str
) -> list[Parameters]:
    return [one.details for one in _budget(self, account_id, budget_name).notifications]


@operation(BudgetsResponse)
def describe_subscribers_for_notification(self: BudgetsResponse, request: Parameters) -> Parameters:
    return {"Subscribers": _notification(self.backend, request).subscribers}


@operation(BudgetsResponse)
def create_subscriber(self: BudgetsResponse, request: Parameters) -> None:
    found = _notification(self.backend, request)
    if request["Subscriber"] in found.subscribers:
        raise DuplicateRecordException("subscriber", request["BudgetName"])
    found.subscribers = _subscribers([*found.subscribers, request["Subscriber"]])


@operation(BudgetsResponse)
def update_subscriber(self: BudgetsResponse, request: Parameters) -> None:
    found = _notification(self.backend, request)
    if request["OldSubscriber"] not in found.subscribers:
        raise NotFoundException("Unable to update subscriber - the subscriber doesn't exist.")
    if request["NewSubscriber"] in found.subscribers:
        raise DuplicateRecordException("subscriber", request["BudgetName"])
    others = [one for one in found.subscribers if one != request["OldSubscriber"]]
    found.subscribers = _subscribers([*others, request["NewSubscriber"]])


@operation(BudgetsResponse)
def delete_subscriber(self: BudgetsResponse, request: Parameters) -> None:
    found = _notification(self.backend, request)
    if request["Subscriber"] not in found.subscribers:
        raise NotFoundException("Unable to delete subscriber - the subscriber doesn't exist.")
    found.subscribers = [one for one in found.subscribers if one != request["Subscriber"]]
    if not found.subscribers:  # a notification nobody gets is none
        _budget(self.backend, request["AccountId"], request["BudgetName"]).notifications.remove(found)


@operation(BudgetsResponse)
def tag_resource(self: BudgetsResponse, request: Parameters) -> None:
    _tags_of(self, request).update({tag["Key"]: tag["Value"] for tag in request["ResourceTags"]})


@operation(BudgetsResponse)
def untag_resource(self: BudgetsResponse, request: Parameters) -> None:
    for key in request["ResourceTagKeys"]:
        _tags_of(self, request).pop(key, None)


@operation(BudgetsResponse)
def list_tags_for_resource(self: BudgetsResponse, request: Parameters) -> Parameters:
    return {"ResourceTags": [{"Key": key, "Value": value} for key, value in _tags_of(self, request).items()]}


def _check(budget: Parameters) -> None:
    limit = budget.get("BudgetLimit")
    if limit and limit["Unit"] != "USD" and budget["BudgetType"] == "COST":
        raise _invalid("Unable to create/update budget - the unit of a cost budget must be USD.")
    if budget.get("CostFilters") and budget.get("FilterExpression"):
        raise _invalid("Unable to create/update budget - provide either CostFilters or FilterExpression.")
    for tag in (budget.get("CostFilters") or {}).get("TagKeyValue", []):
        if "$" not in tag:
            raise _invalid(f"Unable to create/update budget - invalid tag filter: {tag}.")


def _complete(notification: Parameters) -> Parameters:
    return {"ThresholdType": "PERCENTAGE", "NotificationState": "OK", **notification}


def _identity(notification: Parameters) -> tuple[Any, ...]:
    """What tells one notification of a budget from another; its state does not."""
    return (
        notification["NotificationType"],
        notification["ComparisonOperator"],
        float(notification["Threshold"]),
        notification.get("ThresholdType", "PERCENTAGE"),
    )


def _subscribers(given: list[Parameters]) -> list[Parameters]:
    if not given:
        raise _invalid("Unable to create notification - please provide at least one subscriber.")
    for kind, most in MOST_OF_A_KIND.items():
        addresses = [one["Address"] for one in given if one["SubscriptionType"] == kind]
        if len(addresses) > most:
            raise _limit(f"{kind} subscribers of a notification")
        if kind == "SNS" and not all(one.startswith("arn:") for one in addresses):
            raise _invalid("Please comply with SNS ARN format.")
        if kind == "EMAIL" and not all("@" in one for one in addresses):
            raise _invalid("Unable to create subscriber - invalid e-mail address.")
    return list(given)


def _budget(backend: BudgetsBackend, account: str, name: str) -> Budget:
    if name not in backend.budgets[account]:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return backend.budgets[account][name]


def _notification(backend: BudgetsBackend, request: Parameters) -> Notification:
    wanted = _identity(request["Notification"])
    for one in _budget(backend, request["AccountId"], request["BudgetName"]).notifications:
        if _identity(one.details) == wanted:
            return one
    raise NotFoundException("Unable to get the notification - the notification doesn't exist.")


def _arn(response: BudgetsResponse, name: str) -> str:
    return f"arn:{response.partition}:budgets::{response.current_account}:budget/{name}"


def _tags(response: BudgetsResponse) -> dict[str, dict[str, str]]:
    return state(response.backend, "tags")


def _tags_of(response: BudgetsResponse, request: Parameters) -> dict[str, str]:
    arn = request["ResourceARN"]
    if arn not in _tags(response):
        raise NotFoundException(f"Unable to find the resource {arn}.")
    return _tags(response)[arn]


def _invalid(message: str) -> ServiceException:
    return ServiceException("InvalidParameterException", message)


def _limit(what: str) -> ServiceException:
    return ServiceException("CreationLimitExceededException", f"The limit of {what} is exceeded.")
