# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of the CloudWatch modules: sets, references, and what an update leaves alone."""

from __future__ import annotations

import collections
import typing as t

import pytest
from harness import ModuleFailed, run_module

METRIC = {
    "namespace": "AWS/ApplicationELB",
    "metric_name": "TargetResponseTime",
    "period": 60,
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 1,
    "evaluation_periods": 5,
}


@pytest.fixture
def alarm(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "cloudwatch_alarm", {**METRIC, **options}, check=check)

    return call


def described(emulator: t.Any, name: str) -> dict[str, t.Any]:
    (found,) = emulator.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found


def test_a_set_of_alarms_is_read_in_few_requests(emulator: t.Any, alarm: t.Any) -> None:
    names = {f"alarm-{number}": {"threshold": number} for number in range(101)}
    options = {"statistic": "Average", "tags": {"Environment": "test"}, "each": names, "alarm_actions": ["alarms"]}
    assert len(alarm(**options)["actions"]) == 101
    emulator.clear()
    assert not alarm(**options)["changed"]
    calls = collections.Counter(call["operation"] for call in emulator.requests())
    assert calls == {"DescribeAlarms": 2, "GetResources": 2, "GetCallerIdentity": 1}


def test_a_changed_tag_is_seen_among_many(emulator: t.Any, alarm: t.Any) -> None:
    options = {"statistic": "Average", "tags": {"Environment": "test"}, "each": {"one": {}, "two": {}}}
    arn = alarm(**options)["resources"]["two"]["arn"]
    emulator.client("cloudwatch").tag_resource(ResourceARN=arn, Tags=[{"Key": "Stray", "Value": "1"}])
    result = alarm(**options)
    assert [(one["name"], one["fields"]) for one in result["actions"]] == [("two", ["tags"])]
    assert not alarm(**options)["changed"]


def test_a_percentile_takes_the_place_of_a_statistic(emulator: t.Any, alarm: t.Any) -> None:
    alarm(name="slow", statistic="Average")
    alarm(name="slow", extended_statistic="p95")
    found = described(emulator, "slow")
    assert found["ExtendedStatistic"] == "p95" and "Statistic" not in found


def test_an_expression_takes_the_place_of_a_metric(emulator: t.Any, alarm: t.Any) -> None:
    alarm(name="slow", statistic="Average", description="Kept")
    query = {"id": "m", "namespace": "AWS/RDS", "metric_name": "CPUUtilization", "stat": "Average", "period": 60}
    run_module(emulator.url, "cloudwatch_alarm", {"name": "slow", "metrics": [query]})
    found = described(emulator, "slow")
    assert "MetricName" not in found and found["AlarmDescription"] == "Kept" and found["Threshold"] == 1
    run_module(emulator.url, "cloudwatch_alarm", {"name": "slow", **METRIC, "statistic": "Maximum"})
    found = described(emulator, "slow")
    assert found["Statistic"] == "Maximum" and not found.get("Metrics")


def test_what_an_update_does_not_name_stays(emulator: t.Any, alarm: t.Any) -> None:
    alarm(name="slow", statistic="Average", description="Kept", alarm_actions=["alarms"], dimensions={"A": "1"})
    emulator.client("cloudwatch").set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="test")
    run_module(emulator.url, "cloudwatch_alarm", {"name": "slow", "threshold": 2})
    found = described(emulator, "slow")
    assert (found["Threshold"], found["AlarmDescription"], found["StateValue"]) == (2, "Kept", "ALARM")
    assert found["Dimensions"] == [{"Name": "A", "Value": "1"}]
    assert found["AlarmActions"] == ["arn:aws:sns:us-east-1:123456789012:alarms"]


def test_dimensions_refer_to_what_aws_names(emulator: t.Any, alarm: t.Any) -> None:
    dimensions = {"LoadBalancer": "${load_balancer:front}", "TargetGroup": "${target_group:auth}"}
    options = {"name": "slow", "statistic": "Average", "dimensions": dimensions}
    assert alarm(check=True, **options)["alarm"]["dimensions"]["TargetGroup"] == "planned:target_group/auth"
    with pytest.raises(ModuleFailed, match="load balancer front does not exist"):
        alarm(**options)

    elbv2 = emulator.client("elbv2")
    subnets = emulator.client("ec2").describe_subnets()["Subnets"][:2]
    balancer = elbv2.create_load_balancer(
        Name="front", Subnets=[one["SubnetId"] for one in subnets], Scheme="internal"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(Name="auth", Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"])
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    found = alarm(**options)["alarm"]["dimensions"]
    assert found["LoadBalancer"] == balancer.split(":loadbalancer/")[1] and found["LoadBalancer"].startswith(
        "app/front/"
    )
    assert found["TargetGroup"] == arn.split(":")[-1] and found["TargetGroup"].startswith("targetgroup/auth/")


@pytest.mark.parametrize("left_out", ["comparison_operator", "evaluation_periods", "metric_name"])
def test_what_creation_needs_is_said(emulator: t.Any, left_out: str) -> None:
    options = {name: value for name, value in METRIC.items() if name != left_out}
    with pytest.raises(ModuleFailed, match=left_out):
        run_module(emulator.url, "cloudwatch_alarm", {"name": "slow", "statistic": "Average", **options})


def test_a_dashboard_aws_refuses_is_explained(emulator: t.Any) -> None:
    widget = {"type": "metric", "properties": {"metrics": [["AWS/RDS", "CPUUtilization"]]}}
    with pytest.raises(ModuleFailed, match="widgets/0/properties.*region"):
        run_module(emulator.url, "cloudwatch_dashboard", {"name": "test", "body": {"widgets": [widget]}})


def test_the_layout_of_a_dashboards_text_means_nothing(emulator: t.Any) -> None:
    body = {"widgets": [], "start": "-PT3H"}
    emulator.client("cloudwatch").put_dashboard(
        DashboardName="test", DashboardBody='{ "start": "-PT3H",\n  "widgets": [] }'
    )
    assert not run_module(emulator.url, "cloudwatch_dashboard", {"name": "test", "body": body})["changed"]
