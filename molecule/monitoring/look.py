# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prints what watches the platform, read with boto3 and not with our modules."""

import json

import boto3


def main() -> None:
    session = boto3.session.Session(region_name="us-east-1")
    cloudwatch, sns, xray = (session.client(name) for name in ("cloudwatch", "sns", "xray"))
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
        "rules": [one["SamplingRule"]["RuleName"] for one in xray.get_sampling_rules()["SamplingRuleRecords"]],
        "groups": {one["GroupName"]: one.get("FilterExpression") for one in xray.get_groups()["Groups"]},
    }
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
