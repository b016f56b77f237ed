# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints what watches the platform, read with boto3 and not with our modules."""

import json

import boto3


def main() -> None:
    session = boto3.session.Session(region_name="us-east-1")
    cloudwatch, sns, xray = (session.client(name) for name in ("cloudwatch", "sns", "xray"))
    rds, events, budgets = (session.client(name) for name in ("rds", "events", "budgets"))
    account = {"AccountId": "123456789012"}
    found = {
        "alarms": {one["AlarmName"]: one for one in cloudwatch.describe_alarms()["MetricAlarms"]},
        "dashboards": {
            one["DashboardName"]: json.loads(
                cloudwatch.get_dashboard(DashboardName=one["DashboardName"])["DashboardBody"]
            )
            for one in cloudwatch.list_dashboards()["DashboardEntries"]
        },
        "topics": [one["TopicArn"] for one in sns.list_topics()["Topics"]],
        "subscriptions": sns.list_subscriptions()["Subscriptions"],
        "database_events": {
            one["CustSubscriptionId"]: one for one in rds.describe_event_subscriptions()["EventSubscriptionsList"]
        },
        "event_rules": {
            one["Name"]: {
                "pattern": json.loads(one["EventPattern"]),
                "targets": events.list_targets_by_rule(Rule=one["Name"])["Targets"],
            }
            for one in events.list_rules()["Rules"]
        },
        "budgets": {
            one["BudgetName"]: {
                **one,
                "notifications": {
                    (notification["NotificationType"] + str(notification["Threshold"])): [
                        subscriber["Address"]
                        for subscriber in budgets.describe_subscribers_for_notification(
                            **account, BudgetName=one["BudgetName"], Notification=notification
                        )["Subscribers"]
                    ]
                    for notification in budgets.describe_notifications_for_budget(
                        **account, BudgetName=one["BudgetName"]
                    )["Notifications"]
                },
            }
            for one in budgets.describe_budgets(**account)["Budgets"]
        },
        "rules": [one["SamplingRule"]["RuleName"] for one in xray.get_sampling_rules()["SamplingRuleRecords"]],
        "groups": {one["GroupName"]: one.get("FilterExpression") for one in xray.get_groups()["Groups"]},
    }
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
