# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The states of alarms, computed from the data there is; those of composite alarms from the alarms in their rule.

An alarm is evaluated once a minute, so a state that was set by hand lasts until then. Without times it is evaluated
when it is looked at, if its metric has data; alarms on metric math are not.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDatum, are_dimensions_same

from emulator.clock import clock

KIND = "cloudwatch.alarm.evaluating"
COMPARISONS = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
TOKEN = re.compile(
    r"\s*(?:(?P<word>AND|OR|NOT|TRUE|FALSE|\(|\))"
    r"|(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<a>[^\"]+)\"|'(?P<b>[^']+)'|(?P<c>[^)\s]+))\s*\))"
)


def attend(backend: CloudWatchBackend, alarm: Alarm) -> None:
    clock.watch(_group(backend), alarm.name, KIND, partial(_evaluate, backend, alarm))


def leave(backend: CloudWatchBackend, name: str) -> None:
    clock.cancel(_group(backend), name)


def look(backend: CloudWatchBackend) -> None:
    clock.look(_group(backend))


def _group(backend: CloudWatchBackend) -> tuple[Any, str]:
    return backend, "alarm"


def _evaluate(backend: CloudWatchBackend, alarm: Alarm) -> bool:
    """Tells whether the state changed, on which a composite alarm may depend."""
    if alarm.rule is not None:
        found = "ALARM" if holds(alarm.rule, {name: one.state_value for name, one in backend.alarms.items()}) else "OK"
        reason = f"The rule {alarm.rule} is {'met' if found == 'ALARM' else 'not met'}"
    else:
        found, reason = _of_metric(backend, alarm)
    if found is None or found == alarm.state_value:
        return False
    alarm.update_state(reason, json.dumps({"version": "1.0"}), found)
    return True


# Metric alarms


def _of_metric(backend: CloudWatchBackend, alarm: Alarm) -> tuple[str | None, str]:
    if alarm.metric_data_queries or alarm.comparison_operator not in COMPARISONS:
        return None, ""
    data = [one for one in backend.metric_data if _is_of(one, alarm)]
    if not data and clock.seconds(KIND) is None:
        return None, ""
    points = list(_points(data, alarm, clock.utcnow()))
    breaches = [None if point is None else _breaches(alarm, point) for point in points]
    found = decide(breaches, alarm.datapoints_to_alarm, alarm.treat_missing_data or "missing")
    count = sum(breach is True for breach in breaches)
    return found, f"Threshold Crossed: {count} of the last {len(points)} datapoints crossed {alarm.threshold}."


def _is_of(datum: Any, alarm: Alarm) -> bool:
    return (
        isinstance(datum, MetricDatum)  # sets of statistics are not looked into
        and (datum.namespace, datum.name) == (alarm.namespace, alarm.metric_name)
        and are_dimensions_same(datum.dimensions, alarm.dimensions)
        and alarm.unit in (None, datum.unit)
    )


def _points(data: list[Any], alarm: Alarm, now: datetime) -> Iterator[float | None]:
    """The statistic of each period, the latest last."""
    for number in reversed(range(alarm.evaluation_periods)):
        end = now - timedelta(seconds=number * alarm.period)
        start = end - timedelta(seconds=alarm.period)
        values = sorted(one.value for one in data if start < one.timestamp.replace(tzinfo=None) <= end)
        yield _statistic(alarm, values) if values else None


def _statistic(alarm: Alarm, values: list[float]) -> float:
    if alarm.extended_statistic:
        share = float(alarm.extended_statistic.lstrip("p")) / 100
        return values[min(int(share * len(values)), len(values) - 1)]
    total = sum(values)
    return {
        "Average": total / len(values),
        "Sum": total,
        "Minimum": values[0],
        "Maximum": values[-1],
        "SampleCount": float(len(values)),
    }[alarm.statistic]


def _breaches(alarm: Alarm, point: float) -> bool:
    return COMPARISONS[alarm.comparison_operator](point, float(alarm.threshold))


def decide(breaches: list[bool | None], needed: int | None, missing: str) -> str | None:
    """The state for these datapoints, of which None are missing; None leaves it as it is.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    needed = needed or len(breaches)
    known = [one for one in breaches if one is not None]
    if missing in ("breaching", "notBreaching"):
        known = [missing == "breaching" if one is None else one for one in breaches]
    if not known:
        return None if missing == "ignore" else "INSUFFICIENT_DATA"
    if sum(known) >= needed or (missing == "missing" and len(known) < needed and all(known)):
        return "ALARM"
    return None if missing == "ignore" and len(known) < needed else "OK"


# Composite alarms


def holds(rule: str, states: dict[str, str]) -> bool:
    """Whether the rule is met: OR binds weaker than AND, AND weaker than NOT."""
    tokens = list(_tokens(rule))
    value = _either(tokens, states)
    if tokens:
        raise ValidationError(f"The alarm rule {rule} is not valid.")
    return value


def _tokens(rule: str) -> Iterator[str | tuple[str, str]]:
    place, rule = 0, rule.strip()
    while place < len(rule):
        found = TOKEN.match(rule, place)
        if found is None:
            raise ValidationError(f"The alarm rule {rule} is not valid.")
        place = found.end()
        name = found["a"] or found["b"] or found["c"]
        yield found["word"] or (found["state"], name.rpartition(":alarm:")[2] if name.startswith("arn:") else name)


def _either(tokens: list[Any], states: dict[str, str]) -> bool:
    value = _both(tokens, states)
    while tokens[:1] == ["OR"]:
        tokens.pop(0)
        value = _both(tokens, states) or value
    return value


def _both(tokens: list[Any], states: dict[str, str]) -> bool:
    value = _one(tokens, states)
    while tokens[:1] == ["AND"]:
        tokens.pop(0)
        value = _one(tokens, states) and value
    return value


def _one(tokens: list[Any], states: dict[str, str]) -> bool:
    token = tokens.pop(0) if tokens else ")"
    if token == "NOT":
        return not _one(tokens, states)
    if token == "(":
        value = _either(tokens, states)
        if not tokens or tokens.pop(0) != ")":
            raise ValidationError("The alarm rule lacks a closing parenthesis.")
        return value
    if token in ("TRUE", "FALSE"):
        return token == "TRUE"
    if not isinstance(token, tuple):
        raise ValidationError("The alarm rule is not valid.")
    return states.get(token[1]) == token[0]
