# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch: alarms on metrics, on expressions, and on other alarms."""

from __future__ import annotations

import re
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import first_twice

API = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"
ALARMS = ("PutMetricAlarm", "PutCompositeAlarm")
ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
STATISTIC = re.compile(
    r"(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,10})?|100(\.0+)?)|IQM|(TM|WM|TC|TS|PR)\([\d.%]*:[\d.%]*\)", re.IGNORECASE
)
BANDS = ("GreaterThanUpperThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold")
QUERY_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
REFERENCE = re.compile(r"\b[a-z]\w*\b(?!\s*\()")
STATE = re.compile(r"\b(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(\"[^\"]+\"|'[^']+'|[^()\s]+)\s*\)", re.IGNORECASE)
# What a condition of an alarm rule can be made of; each step leaves one condition in their place.
STEPS = (r"\bNOT\s+#", r"#\s+(AND|OR)\s+#", r"\(\s*#\s*\)")


def _invalid(message: str) -> Refused:
    return Refused("ValidationError", message)


@rule("cloudwatch", "PutMetricAlarm", docs=f"{GUIDE}/Statistics-definitions.html")
def extended_statistic(request: Request) -> None:
    """An extended statistic is a percentile from p0 to p100, or a trimmed statistic."""
    wanted = request.get("ExtendedStatistic")
    if wanted is not None and not STATISTIC.fullmatch(wanted):
        raise _invalid(f"The value {wanted} for parameter ExtendedStatistic is not supported.")


def _arns(request: Request) -> list[str]:
    return [arn for name in ACTIONS for arn in request.get(name, [])]


@rule("cloudwatch", *ALARMS, docs=f"{API}/API_PutMetricAlarm.html")
def alarm_action(request: Request) -> None:
    """An action of an alarm is the ARN of something."""
    for arn in _arns(request):
        if not re.fullmatch(r"arn:[\w-]+:[\w-]+:[\w-]*:.+", arn):
            raise _invalid(f"Invalid arn syntax: {arn}")


@rule("cloudwatch", *ALARMS, docs=f"{API}/API_PutMetricAlarm.html")
def alarm_action_region(request: Request) -> None:
    """An action of an alarm is in the region of the alarm."""
    for arn in _arns(request):
        region = arn.split(":")[3]
        if region not in ("", request.region):
            raise _invalid(f"Invalid region {region} specified. Only {request.region} is supported.")


@rule("cloudwatch", "PutMetricAlarm", docs=f"{API}/API_PutMetricAlarm.html")
def anomaly_operator(request: Request) -> None:
    """An alarm on a band has the band instead of a threshold, and only such an alarm has one."""
    band, operator = request.get("ThresholdMetricId"), request["ComparisonOperator"]
    if (operator in BANDS) != bool(band):
        raise _invalid(f"The comparison operator {operator} and ThresholdMetricId do not go together.")


def _queries(request: Request) -> list[dict[str, Any]]:
    return request.get("Metrics", [])


@rule("cloudwatch", "PutMetricAlarm", docs=f"{API}/API_MetricDataQuery.html")
def query_id(request: Request) -> None:
    """The id of a metric query begins with a small letter."""
    for query in _queries(request):
        if not QUERY_ID.fullmatch(query["Id"]):
            raise _invalid(f"The value {query['Id']} for parameter Metrics.Id is not a valid id.")


@rule("cloudwatch", "PutMetricAlarm", docs=f"{API}/API_MetricDataQuery.html")
def query_ids_differ(request: Request) -> None:
    """The ids of metric queries differ."""
    twice = first_twice(query["Id"] for query in _queries(request))
    if twice:
        raise _invalid(f"The values for parameter Id in Metrics are not unique: {twice}")


@rule("cloudwatch", "PutMetricAlarm", docs=f"{API}/API_MetricDataQuery.html")
def query_is_one(request: Request) -> None:
    """A metric query is an expression or a metric."""
    for query in _queries(request):
        if bool(query.get("Expression")) == bool(query.get("MetricStat")):
            raise _invalid(f"Exactly one of Expression and MetricStat must be specified in the query {query['Id']}.")


@rule("cloudwatch", "PutMetricAlarm", docs=f"{GUIDE}/using-metric-math.html")
def expression_ids(request: Request) -> None:
    """An expression refers to metric queries that are there."""
    known = {query["Id"] for query in _queries(request)}
    for query in _queries(request):
        expression = query.get("Expression") or ""
        if expression.upper().lstrip().startswith("SELECT"):
            continue
        for name in REFERENCE.findall(STRINGS.sub("", expression)):
            if name not in known:
                raise _invalid(f"Unknown variable {name} in the expression '{expression}'")


@rule("cloudwatch", "PutMetricAlarm", docs=f"{GUIDE}/using-search-expressions.html")
def search_in_alarm(request: Request) -> None:
    """An alarm is not on a search."""
    for query in _queries(request):
        if re.search(r"\bSEARCH\s*\(", query.get("Expression") or "", re.IGNORECASE):
            raise _invalid("SEARCH is not supported on Metric Alarms.")


@rule("cloudwatch", "PutCompositeAlarm", docs=f"{API}/API_PutCompositeAlarm.html")
def own_alarm(request: Request) -> None:
    """A composite alarm does not depend on itself."""
    names = {name.strip("\"'") for _state, name in STATE.findall(request["AlarmRule"])}
    if request["AlarmName"] in names:
        raise _invalid(f"The alarm rule of {request['AlarmName']} refers to the alarm itself.")


@rule("cloudwatch", "PutCompositeAlarm", docs=f"{API}/API_PutCompositeAlarm.html")
def alarm_rule(request: Request) -> None:
    """An alarm rule is made of states of alarms, TRUE and FALSE, joined by AND, OR, NOT and parentheses."""
    rest = re.sub(r"\b(TRUE|FALSE)\b", "#", STATE.sub("#", request["AlarmRule"]), flags=re.IGNORECASE).strip()
    before = None
    while before != rest:
        before = rest
        for step in STEPS:
            rest = re.sub(step, "#", rest, flags=re.IGNORECASE)
    if rest != "#":
        raise _invalid(f"Syntax error in the alarm rule {request['AlarmRule']}")
