# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alarms and dashboards behave and are refused as on AWS."""

from __future__ import annotations

import json

import pytest

ALARM = {
    "AlarmName": "busy",
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 3,
    "Threshold": 80,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def cloudwatch(emulator):
    return emulator.client("cloudwatch")


def only(cloudwatch, **query):
    (found,) = cloudwatch.describe_alarms(**query)["MetricAlarms"]
    return found


def test_an_alarm_knows_nothing_at_first_and_keeps_its_state(cloudwatch):
    cloudwatch.put_metric_alarm(**ALARM, AlarmDescription="Busy")
    assert only(cloudwatch)["StateValue"] == "INSUFFICIENT_DATA"
    cloudwatch.set_alarm_state(AlarmName="busy", StateValue="ALARM", StateReason="test")
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 90})
    found = only(cloudwatch)
    assert (found["StateValue"], found["Threshold"]) == ("ALARM", 90)
    assert "AlarmDescription" not in found, "an update takes the place of everything"


def test_tags_are_set_at_creation_only_and_go_with_the_alarm(cloudwatch):
    def tags():
        return cloudwatch.list_tags_for_resource(ResourceARN=only(cloudwatch)["AlarmArn"])["Tags"]

    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "1"}])
    cloudwatch.put_metric_alarm(**ALARM, Tags=[{"Key": "a", "Value": "2"}])
    assert tags() == [{"Key": "a", "Value": "1"}]
    cloudwatch.delete_alarms(AlarmNames=["busy"])
    cloudwatch.put_metric_alarm(**ALARM)
    assert tags() == []


@pytest.mark.parametrize(
    "change",
    [
        {"Statistic": None},
        {"ExtendedStatistic": "p95"},
        {"Period": 45},
        {"Threshold": None},
        {"MetricName": None},
        {"TreatMissingData": "unknown"},
        {"DatapointsToAlarm": 4},
        {"Period": 60, "EvaluationPeriods": 1441},
    ],
)
def test_settings_that_make_no_sense_are_refused(cloudwatch, change):
    given = {name: value for name, value in {**ALARM, **change}.items() if value is not None}
    with pytest.raises(cloudwatch.exceptions.ClientError) as refusal:
        cloudwatch.put_metric_alarm(**given)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_deleting_is_all_or_nothing(cloudwatch):
    cloudwatch.put_metric_alarm(**ALARM)
    with pytest.raises(cloudwatch.exceptions.ResourceNotFound):
        cloudwatch.delete_alarms(AlarmNames=["busy", "unknown"])
    assert only(cloudwatch)["AlarmName"] == "busy"


def test_composite_alarms_refer_to_others_and_are_shown_on_demand(cloudwatch):
    with pytest.raises(cloudwatch.exceptions.ClientError, match="do not exist"):
        cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("busy")')
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.put_composite_alarm(
        AlarmName="both", AlarmRule='ALARM("busy") OR ALARM(busy)', Tags=[{"Key": "a", "Value": "1"}]
    )
    assert cloudwatch.describe_alarms()["CompositeAlarms"] == []
    (found,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert found["AlarmRule"] == 'ALARM("busy") OR ALARM(busy)'
    assert cloudwatch.list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    with pytest.raises(cloudwatch.exceptions.ClientError, match="depending on it"):
        cloudwatch.delete_alarms(AlarmNames=["busy"])
    cloudwatch.delete_alarms(AlarmNames=["both"])
    cloudwatch.delete_alarms(AlarmNames=["busy"])


METRIC = {"type": "metric", "properties": {"region": "us-east-1", "metrics": [["AWS/RDS", "CPUUtilization"]]}}


@pytest.mark.parametrize(
    ("widget", "path"),
    [
        ({"type": "picture", "properties": {}}, "/widgets/0/type"),
        ({"type": "text"}, "/widgets/0"),
        ({"type": "text", "properties": {}}, "/widgets/0/properties"),
        ({**METRIC, "x": 24}, "/widgets/0/x"),
        ({**METRIC, "width": 25}, "/widgets/0/width"),
        ({"type": "metric", "properties": {"metrics": [["AWS/RDS", "CPUUtilization"]]}}, "/widgets/0/properties"),
        ({"type": "metric", "properties": {"region": "us-east-1", "metrics": [["AWS/RDS"]]}}, "/metrics/0"),
    ],
)
def test_a_dashboard_is_looked_at_before_it_is_stored(cloudwatch, widget, path):
    with pytest.raises(cloudwatch.exceptions.DashboardInvalidInputError, match=path):
        cloudwatch.put_dashboard(DashboardName="test", DashboardBody=json.dumps({"widgets": [widget]}))
    assert cloudwatch.list_dashboards()["DashboardEntries"] == []


def test_dashboards_carry_tags(cloudwatch):
    cloudwatch.put_dashboard(DashboardName="test", DashboardBody=json.dumps({"widgets": [METRIC]}))
    arn = cloudwatch.get_dashboard(DashboardName="test")["DashboardArn"]
    cloudwatch.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}])
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_dashboards_take_tags_when_they_are_made(cloudwatch):
    def put(value):
        body = json.dumps({"widgets": [METRIC]})
        cloudwatch.put_dashboard(DashboardName="test", DashboardBody=body, Tags=[{"Key": "a", "Value": value}])
        arn = cloudwatch.get_dashboard(DashboardName="test")["DashboardArn"]
        return cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]

    assert put("1") == [{"Key": "a", "Value": "1"}]
    assert put("2") == [{"Key": "a", "Value": "1"}]
