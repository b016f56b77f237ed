#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarm
version_added: 0.1.0
short_description: Manage a CloudWatch metric alarm
description:
  - Creates, changes and deletes an alarm on one metric or on a math expression over several metrics.
  - All alarms of one call are read with one request for every 100 of them.
  - >-
    Values of dimensions may contain references to what has an id of AWS in its metrics. C(${load_balancer:<name>}) becomes
    the value of the dimension C(LoadBalancer), such as V(app/sdt-prod/50dc6c495c0c9188), and C(${target_group:<name>})
    that of C(TargetGroup). An alarm therefore follows a load balancer that was replaced.
  - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the alarm, unique in the region.
    type: str
  description:
    description: What the alarm means and what to do; it is part of every notification.
    type: str
  namespace:
    description: Namespace of the metric, such as V(AWS/ECS). Not together with O(metrics).
    type: str
  metric_name:
    description: Name of the metric. Not together with O(metrics).
    type: str
  dimensions:
    description: Dimensions of the metric, a map from name to value.
    type: dict
  statistic:
    description: How the values of a period become one. Not together with O(extended_statistic).
    type: str
    choices: [Average, Maximum, Minimum, SampleCount, Sum]
  extended_statistic:
    description: A percentile or trimmed statistic, such as V(p95) or V(tm99).
    type: str
  period:
    description: Length of a period in seconds, V(10), V(20), V(30) or a multiple of V(60).
    type: int
  unit:
    description: Only values published with this unit are looked at. Usually best left out.
    type: str
  metrics:
    description:
      - Metrics and math expressions, in place of one metric. Exactly one of them returns the data the alarm looks at.
      - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
    type: list
    elements: dict
    suboptions:
      id:
        description: Short name expressions use, beginning with a lower case letter.
        type: str
        required: true
      expression:
        description: A math expression over other ids. Either this or O(metrics[].metric_name).
        type: str
      label:
        description: Name shown in graphs.
        type: str
      return_data:
        description: Whether this is what the alarm looks at.
        type: bool
        default: true
      period:
        description: Length of a period in seconds.
        type: int
      namespace:
        description: Namespace of the metric.
        type: str
      metric_name:
        description: Name of the metric.
        type: str
      dimensions:
        description: Dimensions of the metric, a map from name to value.
        type: dict
      stat:
        description: Statistic of the metric, such as V(Average), V(Sum) or V(p95).
        type: str
      unit:
        description: Only values published with this unit are looked at.
        type: str
      account_id:
        description: Account the metric belongs to, where it is another one.
        type: str
  comparison_operator:
    description: How the value is compared with O(threshold). Required when the alarm is created.
    type: str
    choices:
      - GreaterThanOrEqualToThreshold
      - GreaterThanThreshold
      - LessThanThreshold
      - LessThanOrEqualToThreshold
      - LessThanLowerOrGreaterThanUpperThreshold
      - LessThanLowerThreshold
      - GreaterThanUpperThreshold
  threshold:
    description: The value to compare with, in the unit of the metric.
    type: float
  threshold_metric_id:
    description: The id in O(metrics) of the anomaly detection band, in place of O(threshold).
    type: str
  evaluation_periods:
    description: How many of the last periods are looked at. Required when the alarm is created.
    type: int
  datapoints_to_alarm:
    description: How many of those periods have to breach; all of them where it is left out.
    type: int
  treat_missing_data:
    description:
      - What a period without data means.
      - V(notBreaching) suits counts of errors, which are not published while there are none.
      - V(breaching) suits counts of healthy things, V(missing) leads to the state INSUFFICIENT_DATA, V(ignore) keeps the state.
    type: str
    choices: [breaching, notBreaching, ignore, missing]
    default: missing
  evaluate_low_sample_count:
    description: Whether a percentile is looked at when a period has too few samples to be significant.
    type: str
    choices: [evaluate, ignore]
  actions_enabled:
    description: Whether the actions happen.
    type: bool
    default: true
  alarm_actions:
    description: What to notify when the alarm goes off, up to five SNS topics by name or ARN, or other ARNs.
    type: list
    elements: str
  ok_actions:
    description: What to notify when all is well again.
    type: list
    elements: str
  insufficient_data_actions:
    description: What to notify when there is not enough data.
    type: list
    elements: str
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
- name: Watch the load balancer
  sdt.infra.cloudwatch_alarm:
    alarm_actions: [sdt-prod-alarms]
    ok_actions: [sdt-prod-alarms]
    namespace: AWS/ApplicationELB
    dimensions:
      LoadBalancer: ${load_balancer:sdt-prod}
    period: 60
    each:
      sdt-prod-load-balancer-errors:
        description: The load balancer itself answers with errors.
        metric_name: HTTPCode_ELB_5XX_Count
        statistic: Sum
        comparison_operator: GreaterThanThreshold
        threshold: 10
        evaluation_periods: 5
        datapoints_to_alarm: 3
        treat_missing_data: notBreaching
      sdt-prod-response-time:
        description: One request of twenty takes longer than a second.
        metric_name: TargetResponseTime
        extended_statistic: p95
        comparison_operator: GreaterThanThreshold
        threshold: 1
        evaluation_periods: 5
        treat_missing_data: notBreaching

- name: Fewer tasks than wanted
  sdt.infra.cloudwatch_alarm:
    name: sdt-prod-auth-service-tasks-missing
    metrics:
      - id: desired
        namespace: ECS/ContainerInsights
        metric_name: DesiredTaskCount
        dimensions: {ClusterName: sdt-prod, ServiceName: auth-service}
        stat: Average
        period: 60
        return_data: false
      - id: running
        namespace: ECS/ContainerInsights
        metric_name: RunningTaskCount
        dimensions: {ClusterName: sdt-prod, ServiceName: auth-service}
        stat: Average
        period: 60
        return_data: false
      - id: absent
        expression: desired - running
    comparison_operator: GreaterThanThreshold
    threshold: 0
    evaluation_periods: 5
    treat_missing_data: breaching
"""

RETURN = r"""
alarm:
  description: The alarm. Missing when O(each) is used; see RV(resources).
  returned: when a single alarm is managed
  type: dict
  contains:
    arn:
      description: ARN of the alarm.
      type: str
      sample: arn:aws:cloudwatch:us-east-1:123456789012:alarm:sdt-prod-response-time
    name:
      description: Name of the alarm.
      type: str
    status:
      description: State of the alarm.
      type: str
      sample: OK
    threshold:
      description: The value to compare with.
      type: float
    alarm_actions:
      description: ARNs of what is notified when the alarm goes off.
      type: list
      elements: str
    tags:
      description: Tags of the alarm.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed alarm by its name, with the keys of RV(alarm).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed alarm.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "alarm", "name": "sdt-prod-response-time", "fields": ["threshold"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._cloudwatch import ACTION_OPTIONS, ACTIONS, AlarmResource
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._expand import expand
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# option -> what PutMetricAlarm and DescribeAlarms call it
_SETTINGS = {
    "namespace": "Namespace",
    "metric_name": "MetricName",
    "statistic": "Statistic",
    "extended_statistic": "ExtendedStatistic",
    "period": "Period",
    "unit": "Unit",
    "comparison_operator": "ComparisonOperator",
    "threshold": "Threshold",
    "threshold_metric_id": "ThresholdMetricId",
    "evaluation_periods": "EvaluationPeriods",
    "datapoints_to_alarm": "DatapointsToAlarm",
    "treat_missing_data": "TreatMissingData",
    "evaluate_low_sample_count": "EvaluateLowSampleCountPercentile",
}
_ONE_METRIC = frozenset({"namespace", "metric_name", "dimensions", "statistic", "extended_statistic", "period", "unit"})
# What a change of the key makes meaningless.
_REPLACES = {
    "metrics": _ONE_METRIC,
    "metric_name": frozenset({"metrics", "threshold_metric_id"}),
    "statistic": frozenset({"extended_statistic", "evaluate_low_sample_count"}),
    "extended_statistic": frozenset({"statistic"}),
    "threshold": frozenset({"threshold_metric_id"}),
    "threshold_metric_id": frozenset({"threshold"}),
}
_QUERY = {
    "id": "Id",
    "expression": "Expression",
    "label": "Label",
    "return_data": "ReturnData",
    "account_id": "AccountId",
}


class Alarm(AlarmResource):
    kind = "alarm"
    key = "alarm"
    alarm_type = "MetricAlarm"
    fields = ("description", "actions_enabled", *ACTIONS, *_SETTINGS, "dimensions", "metrics")
    exact = frozenset({"dimensions", "metrics"})

    def settings_of(self, alarm: dict[str, t.Any]) -> State:
        return {
            **{option: alarm.get(key) for option, key in _SETTINGS.items()},
            "treat_missing_data": alarm.get("TreatMissingData") or "missing",
            "dimensions": _map(alarm.get("Dimensions")),
            "metrics": sorted((_from_query(query) for query in alarm.get("Metrics") or []), key=lambda one: one["id"]),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "dimensions" in desired:
            desired["dimensions"] = _texts(expand(self.aws, desired["dimensions"]))
        if "metrics" in desired:
            metrics = expand(self.aws, desired["metrics"])
            for metric in metrics:
                if "dimensions" in metric:
                    metric["dimensions"] = _texts(metric["dimensions"])
            desired["metrics"] = sorted(metrics, key=lambda one: one["id"])
        return desired

    def create(self, desired: State) -> None:
        missing = [option for option in ("comparison_operator", "evaluation_periods") if option not in desired]
        if "metrics" not in desired and "metric_name" not in desired:
            missing.append("metric_name or metrics")
        if missing:
            raise InfraError(f"Alarm {self.name} does not exist; give {', '.join(missing)} to create it.")
        self._put(desired)

    def update(self, current: State, changes: State) -> None:
        # PutMetricAlarm takes the place of everything there is, so what is left alone has to be sent along.
        obsolete = {name for change in changes for name in _REPLACES.get(change, ())} - set(changes)
        kept = {name: current[name] for name in self.fields if name not in obsolete}
        self._put({**kept, **changes})

    def _put(self, settings: State) -> None:
        request = self.common_request(settings)
        request.update({key: settings[option] for option, key in _SETTINGS.items() if settings.get(option) is not None})
        if settings.get("dimensions"):
            request["Dimensions"] = _list(settings["dimensions"])
        if settings.get("metrics"):
            request["Metrics"] = [_to_query(metric) for metric in settings["metrics"]]
        self.aws.write("cloudwatch", "put_metric_alarm", **request)


def _texts(values: dict[str, t.Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _map(dimensions: t.Iterable[dict[str, str]] | None) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in dimensions or []}


def _list(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in sorted(dimensions.items())]


def _from_query(query: dict[str, t.Any]) -> State:
    """AWS nests the metric; the option is flat."""
    stat = query.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    found = {
        **{option: query.get(key) for option, key in _QUERY.items()},
        "return_data": query.get("ReturnData", True),
        "period": stat.get("Period") or query.get("Period"),
        "namespace": metric.get("Namespace"),
        "metric_name": metric.get("MetricName"),
        "dimensions": _map(metric.get("Dimensions")) or None,
        "stat": stat.get("Stat"),
        "unit": stat.get("Unit"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _to_query(metric: State) -> dict[str, t.Any]:
    query = {key: metric[option] for option, key in _QUERY.items() if option in metric}
    if "metric_name" not in metric:
        return {**query, **({"Period": metric["period"]} if "period" in metric else {})}
    stat: dict[str, t.Any] = {
        "Metric": {
            "Namespace": metric["namespace"],
            "MetricName": metric["metric_name"],
            "Dimensions": _list(metric.get("dimensions") or {}),
        },
        "Period": metric["period"],
        "Stat": metric["stat"],
    }
    if "unit" in metric:
        stat["Unit"] = metric["unit"]
    return {**query, "MetricStat": stat}


def main() -> None:
    run(
        Alarm,
        {
            "name": {"type": "str"},
            **ACTION_OPTIONS,
            "namespace": {"type": "str"},
            "metric_name": {"type": "str"},
            "dimensions": {"type": "dict"},
            "statistic": {"type": "str", "choices": ["Average", "Maximum", "Minimum", "SampleCount", "Sum"]},
            "extended_statistic": {"type": "str"},
            "period": {"type": "int"},
            "unit": {"type": "str"},
            "metrics": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "id": {"type": "str", "required": True},
                    "expression": {"type": "str"},
                    "label": {"type": "str"},
                    "return_data": {"type": "bool", "default": True},
                    "period": {"type": "int"},
                    "namespace": {"type": "str"},
                    "metric_name": {"type": "str"},
                    "dimensions": {"type": "dict"},
                    "stat": {"type": "str"},
                    "unit": {"type": "str"},
                    "account_id": {"type": "str"},
                },
                "required_one_of": [("expression", "metric_name")],
                "mutually_exclusive": [("expression", "metric_name")],
                "required_by": {"metric_name": ("namespace", "stat", "period")},
            },
            "comparison_operator": {
                "type": "str",
                "choices": [
                    "GreaterThanOrEqualToThreshold",
                    "GreaterThanThreshold",
                    "LessThanThreshold",
                    "LessThanOrEqualToThreshold",
                    "LessThanLowerOrGreaterThanUpperThreshold",
                    "LessThanLowerThreshold",
                    "GreaterThanUpperThreshold",
                ],
            },
            "threshold": {"type": "float"},
            "threshold_metric_id": {"type": "str"},
            "evaluation_periods": {"type": "int"},
            "datapoints_to_alarm": {"type": "int"},
            "treat_missing_data": {
                "type": "str",
                "choices": ["breaching", "notBreaching", "ignore", "missing"],
                "default": "missing",
            },
            "evaluate_low_sample_count": {"type": "str", "choices": ["evaluate", "ignore"]},
        },
        required_by={"metric_name": ("namespace",)},
        mutually_exclusive=[
            ("metrics", "metric_name"),
            ("statistic", "extended_statistic"),
            ("threshold", "threshold_metric_id"),
        ],
    )


if __name__ == "__main__":
    main()
