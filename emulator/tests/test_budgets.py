# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Budgets: changing them, notifications and who gets them, tags."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
NAME = {"AccountId": ACCOUNT, "BudgetName": "sdt"}
ARN = f"arn:aws:budgets::{ACCOUNT}:budget/sdt"
ACTUAL = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}
ONE = {"SubscriptionType": "EMAIL", "Address": "one@example.org"}
TWO = {"SubscriptionType": "EMAIL", "Address": "two@example.org"}
TOPIC = {"SubscriptionType": "SNS", "Address": f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"}


@pytest.fixture
def budgets(emulator):
    return emulator.client("budgets")


def budget(amount="100", unit="USD", **more):
    limit = {"Amount": amount, "Unit": unit}
    return {"BudgetName": "sdt", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit, **more}


def create(budgets, subscribers=(ONE,), notification=None, **more):
    notifications = [{"Notification": notification or ACTUAL, "Subscribers": list(subscribers)}]
    budgets.create_budget(
        AccountId=ACCOUNT, Budget=budget(**more), NotificationsWithSubscribers=notifications, ResourceTags=[]
    )


def refused(code, call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    assert error.value.response["Error"]["Code"] == code, error.value


def test_a_change_replaces_the_budget_and_keeps_who_is_notified(budgets):
    create(budgets, CostFilters={"TagKeyValue": ["user:Environment$test"]})
    assert budgets.describe_budget(**NAME)["Budget"]["BudgetLimit"]["Amount"] == "100.0"
    budgets.update_budget(AccountId=ACCOUNT, NewBudget=budget("250.5"))
    found = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"][0]
    assert found["BudgetLimit"]["Amount"] == "250.5" and not found.get("CostFilters")
    notification = budgets.describe_notifications_for_budget(**NAME)["Notifications"][0]
    assert notification["ThresholdType"] == "PERCENTAGE" and notification["NotificationState"] == "OK"
    refused("NotFoundException", budgets.update_budget, AccountId=ACCOUNT, NewBudget=budget(BudgetName="other"))


def test_notifications_are_told_apart_by_what_they_watch(budgets):
    create(budgets)
    more = {**ACTUAL, "Threshold": 100.0, "ThresholdType": "PERCENTAGE"}
    budgets.create_notification(**NAME, Notification=more, Subscribers=[TOPIC])
    refused(
        "DuplicateRecordException",
        budgets.create_notification,
        **NAME,
        Notification={**more, "NotificationState": "ALARM"},
        Subscribers=[ONE],
    )
    found = budgets.describe_subscribers_for_notification(**NAME, Notification={**ACTUAL, "Threshold": 100})
    assert found["Subscribers"] == [TOPIC]
    budgets.delete_notification(**NAME, Notification=ACTUAL)
    assert len(budgets.describe_notifications_for_budget(**NAME)["Notifications"]) == 1
    refused("NotFoundException", budgets.describe_subscribers_for_notification, **NAME, Notification=ACTUAL)


def test_one_subscriber_takes_the_place_of_another(budgets):
    create(budgets)
    budgets.update_subscriber(**NAME, Notification=ACTUAL, OldSubscriber=ONE, NewSubscriber=TWO)
    found = budgets.describe_subscribers_for_notification(**NAME, Notification=ACTUAL)["Subscribers"]
    assert found == [TWO]
    for code, new in (("NotFoundException", TOPIC), ("DuplicateRecordException", TWO)):
        old = ONE if code == "NotFoundException" else TWO
        request = {"Notification": ACTUAL, "OldSubscriber": old, "NewSubscriber": new}
        refused(code, budgets.update_subscriber, **NAME, **request)


def test_a_notification_goes_with_its_last_subscriber(budgets):
    create(budgets)
    budgets.create_subscriber(**NAME, Notification=ACTUAL, Subscriber=TWO)
    refused("DuplicateRecordException", budgets.create_subscriber, **NAME, Notification=ACTUAL, Subscriber=TWO)
    budgets.delete_subscriber(**NAME, Notification=ACTUAL, Subscriber=ONE)
    refused("NotFoundException", budgets.delete_subscriber, **NAME, Notification=ACTUAL, Subscriber=ONE)
    budgets.delete_subscriber(**NAME, Notification=ACTUAL, Subscriber=TWO)
    assert budgets.describe_notifications_for_budget(**NAME)["Notifications"] == []


def test_what_aws_refuses(budgets):
    refused("InvalidParameterException", create, budgets=budgets, unit="EUR")
    refused("InvalidParameterException", create, budgets=budgets, CostFilters={"TagKeyValue": ["Environment"]})
    refused("InvalidParameterException", create, budgets=budgets, subscribers=[{**TOPIC, "Address": "alarms"}])
    refused("CreationLimitExceededException", create, budgets=budgets, subscribers=[TOPIC, TOPIC])
    create(budgets)
    refused("DuplicateRecordException", create, budgets=budgets)


def test_tags_go_with_the_budget(budgets):
    create(budgets)
    budgets.tag_resource(ResourceARN=ARN, ResourceTags=[{"Key": "Owner", "Value": "platform"}])
    budgets.tag_resource(ResourceARN=ARN, ResourceTags=[{"Key": "Environment", "Value": "test"}])
    budgets.untag_resource(ResourceARN=ARN, ResourceTagKeys=["Owner"])
    tags = budgets.list_tags_for_resource(ResourceARN=ARN)["ResourceTags"]
    assert tags == [{"Key": "Environment", "Value": "test"}]
    budgets.delete_budget(**NAME)
    refused("NotFoundException", budgets.list_tags_for_resource, ResourceARN=ARN)
