# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch, its logs, X-Ray, SNS, EventBridge, budgets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses


def alarm(aws: Aws, **given: Any) -> None:
    given = {
        "AlarmName": "cpu",
        "Namespace": "AWS/ECS",
        "MetricName": "CPUUtilization",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 80,
        "ComparisonOperator": "GreaterThanThreshold",
        **given,
    }
    given = {key: value for key, value in given.items() if value is not None}
    aws.cloudwatch.put_metric_alarm(**given)


def expression(aws: Aws, *queries: dict[str, Any]) -> None:
    one = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
    alarm(aws, **one, Metrics=list(queries))


def query(identifier: str = "m1", **given: Any) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization"}, "Period": 60, "Stat": "Average"}
    return {"Id": identifier, "MetricStat": stat, "ReturnData": False, **given}


@refuses("cloudwatch.extended_statistic", "ValidationError")
def percentile(aws: Aws) -> None:
    alarm(aws, Statistic=None, ExtendedStatistic="p99.9")
    alarm(aws, Statistic=None, ExtendedStatistic="p101")


@refuses("cloudwatch.alarm_action", "ValidationError")
def alarm_action(aws: Aws) -> None:
    alarm(aws, AlarmActions=["arn:aws:sns:us-east-1:123456789012:alerts"])
    alarm(aws, AlarmActions=["alerts"])


@refuses("cloudwatch.alarm_action_region", "ValidationError")
def alarm_action_region(aws: Aws) -> None:
    alarm(aws, AlarmActions=["arn:aws:sns:eu-west-1:123456789012:alerts"])


@refused_by_moto("ValidationError")
def low_sample(aws: Aws) -> None:
    alarm(aws, Statistic=None, ExtendedStatistic="p99", EvaluateLowSampleCountPercentile="maybe")


@refuses("cloudwatch.anomaly_operator", "ValidationError")
def anomaly_operator(aws: Aws) -> None:
    alarm(aws, ComparisonOperator="LessThanLowerThreshold")


@refuses("cloudwatch.query_id", "ValidationError")
def query_id(aws: Aws) -> None:
    expression(aws, query("m1"), {"Id": "e1", "Expression": "m1 * 2"})
    expression(aws, query("M1"), {"Id": "e1", "Expression": "M1 * 2"})


@refuses("cloudwatch.query_ids_differ", "ValidationError")
def same_query_id(aws: Aws) -> None:
    expression(aws, query("m1"), query("m1"), {"Id": "e1", "Expression": "m1 * 2"})


@refuses("cloudwatch.expression_ids", "ValidationError")
def unknown_query(aws: Aws) -> None:
    expression(aws, query("m1"), {"Id": "e1", "Expression": "m1 / m2"})


@refuses("cloudwatch.search_in_alarm", "ValidationError")
def search_in_alarm(aws: Aws) -> None:
    expression(aws, {"Id": "e1", "Expression": "SUM(SEARCH('{AWS/ECS} CPUUtilization', 'Average', 60))"})


@refuses("cloudwatch.query_is_one", "ValidationError")
def expression_and_metric(aws: Aws) -> None:
    expression(aws, query("m1", ReturnData=True, Expression="1"))


@refuses("cloudwatch.own_alarm", "ValidationError")
def composite_of_itself(aws: Aws) -> None:
    alarm(aws)
    aws.cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule="ALARM(cpu)")
    aws.cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule="ALARM(cpu) OR ALARM(all)")


@refuses("cloudwatch.alarm_rule", "ValidationError")
def alarm_rule(aws: Aws) -> None:
    alarm(aws)
    aws.cloudwatch.put_composite_alarm(AlarmName="all", AlarmRule="ALARM(cpu) ALARM(cpu)")


@refused_by_moto("ResourceNotFound")
def state_of_unknown_alarm(aws: Aws) -> None:
    aws.cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="OK", StateReason="test")


# Logs


@refuses("logs.retention", "InvalidParameterException")
def retention(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="app")
    aws.logs.put_retention_policy(logGroupName="app", retentionInDays=30)
    aws.logs.put_retention_policy(logGroupName="app", retentionInDays=31)


@refused_by_moto("ResourceNotFoundException")
def unknown_group(aws: Aws) -> None:
    aws.logs.delete_log_group(logGroupName="app")


@refuses("logs.reserved_name", "InvalidParameterException")
def reserved_group_name(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="/aws/ecs/app")
    aws.logs.create_log_group(logGroupName="aws/ecs/app")


@refuses("logs.encryption_key", "InvalidParameterException")
def key_that_is_not_there(aws: Aws) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/01234567-0123-0123-0123-012345678901"
    aws.logs.create_log_group(logGroupName="app", kmsKeyId=key)


@refuses("logs.encryption_key", "InvalidParameterException")
def key_that_logs_may_not_use(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["Arn"]
    aws.logs.create_log_group(logGroupName="app", kmsKeyId=key)


def metric_filter(aws: Aws, name: str = "errors", pattern: str = "ERROR", **given: Any) -> None:
    transformation = {"metricName": "Errors", "metricNamespace": "App", "metricValue": "1", **given}
    aws.logs.put_metric_filter(
        logGroupName="app", filterName=name, filterPattern=pattern, metricTransformations=[transformation]
    )


@refuses("logs.filter_default_and_dimensions", "InvalidParameterException")
def default_and_dimensions(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="app")
    metric_filter(aws, defaultValue=0)
    metric_filter(aws, "other", "{ $.level = * }", defaultValue=0, dimensions={"level": "$.level"})


@refuses("logs.filter_dimensions", "InvalidParameterException")
def too_many_dimensions(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="app")
    metric_filter(aws, pattern="{ $.a = * }", dimensions={name: f"$.{name}" for name in "abcd"})


@refuses("logs.filter_pattern", "InvalidParameterException")
def filter_pattern(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="app")
    metric_filter(aws, pattern='{ ($.level = 50) && ($.kind = "x") }')
    metric_filter(aws, "other", "{ $.level = 50")


@refuses("logs.filters_per_group", "LimitExceededException")
def too_many_filters(aws: Aws) -> None:
    aws.logs.create_log_group(logGroupName="app")
    for number in range(101):
        metric_filter(aws, f"f{number}")


@refuses("logs.resource_policy", "InvalidParameterException")
def resource_policy(aws: Aws) -> None:
    aws.logs.put_resource_policy(policyName="p", policyDocument="{}")


# SNS


def topic(aws: Aws, name: str = "alerts", **attributes: str) -> str:
    return aws.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]


def topic_policy(principal: Any, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@refuses("sns.topic_policy_principals", "InvalidParameter")
def topic_for_unknown_role(aws: Aws) -> None:
    arn = topic(aws)
    policy = topic_policy({"AWS": "arn:aws:iam::123456789012:role/nobody"}, arn)
    aws.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


@refuses("sns.topic_attribute", "InvalidParameter")
def topic_attribute(aws: Aws) -> None:
    arn = topic(aws)
    aws.sns.set_topic_attributes(TopicArn=arn, AttributeName="Colour", AttributeValue="red")


@refuses("sns.display_name", "InvalidParameter")
def long_display_name(aws: Aws) -> None:
    topic(aws, DisplayName="a" * 101)


@refuses("sns.signature_version", "InvalidParameter")
def signature_version(aws: Aws) -> None:
    topic(aws, SignatureVersion="3")


@refuses("sns.fifo_only", "InvalidParameter")
def deduplication_without_order(aws: Aws) -> None:
    topic(aws, ContentBasedDeduplication="true")


@refuses("sns.fifo_subscribers", "InvalidParameter")
def mail_in_order(aws: Aws) -> None:
    arn = topic(aws, "alerts.fifo", FifoTopic="true")
    aws.sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="a@example.org")


@refused_by_moto("InvalidParameter")
def topic_name(aws: Aws) -> None:
    topic(aws, "my alerts")


@refuses("sns.tracing", "InvalidParameter")
def topic_key(aws: Aws) -> None:
    topic(aws, TracingConfig="Sometimes")


@refused_by_moto("InvalidParameter")
def endpoint(aws: Aws) -> None:
    aws.sns.subscribe(TopicArn=topic(aws), Protocol="https", Endpoint="http://example.org")


@refused_by_moto("InvalidParameter")
def phone_number(aws: Aws) -> None:
    aws.sns.subscribe(TopicArn=topic(aws), Protocol="sms", Endpoint="tomorrow")


# EventBridge, X-Ray, budgets


@refuses("events.schedule", "ValidationException")
def schedule(aws: Aws) -> None:
    aws.events.put_rule(Name="nightly", ScheduleExpression="rate(1 hour)")
    aws.events.put_rule(Name="nightly", ScheduleExpression="rate(1 hours)")


@refuses("events.schedule", "ValidationException")
def cron(aws: Aws) -> None:
    aws.events.put_rule(Name="nightly", ScheduleExpression="cron(0 20 * * ? *)")
    aws.events.put_rule(Name="nightly", ScheduleExpression="cron(0 20 * * * *)")


@refused_by_moto("ValidationException")
def neither(aws: Aws) -> None:
    aws.events.put_rule(Name="nightly")


@refused_by_moto("ValidationException")
def schedule_on_own_bus(aws: Aws) -> None:
    aws.events.create_event_bus(Name="own")
    aws.events.put_rule(Name="nightly", EventBusName="own", ScheduleExpression="rate(1 hour)")


@refused_by_moto("InvalidEventPatternException")
def pattern(aws: Aws) -> None:
    aws.events.put_rule(Name="all", EventPattern='{"source": "aws.ecs"}')


@refused_by_moto("ValidationException")
def rule_with_targets(aws: Aws) -> None:
    aws.events.put_rule(Name="all", EventPattern='{"source": ["aws.ecs"]}')
    aws.events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": topic(aws)}])
    aws.events.delete_rule(Name="all")


@refuses("events.target_role", "ValidationException")
def task_without_role(aws: Aws) -> None:
    aws.events.put_rule(Name="nightly", ScheduleExpression="rate(1 hour)")
    target = {
        "Id": "1",
        "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/main",
        "EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/app"},
    }
    aws.events.put_targets(Rule="nightly", Targets=[target])


@refused_by_moto("ResourceAlreadyExistsException")
def reserved_bus(aws: Aws) -> None:
    aws.events.create_event_bus(Name="default")


@refused_by_moto("InvalidRequestException")
def sampling_attribute(aws: Aws) -> None:
    rule = {
        "RuleName": "all",
        "ResourceARN": "*",
        "Priority": 1,
        "FixedRate": 0.1,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
    }
    aws.xray.create_sampling_rule(SamplingRule=rule)
    aws.xray.create_sampling_rule(SamplingRule=rule)


def budget(aws: Aws, **given: Any) -> None:
    given = {
        "BudgetName": "month",
        "BudgetLimit": {"Amount": "100", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        **given,
    }
    aws.budgets.create_budget(AccountId="123456789012", Budget=given)


@refuses("budgets.period", "InvalidParameterException")
def budget_period(aws: Aws) -> None:
    period = {"Start": datetime(2030, 2, 1, tzinfo=UTC), "End": datetime(2030, 1, 1, tzinfo=UTC)}
    budget(aws, TimePeriod=period)


@refused_by_moto("DuplicateRecordException")
def budget_name(aws: Aws) -> None:
    budget(aws)
    budget(aws)
