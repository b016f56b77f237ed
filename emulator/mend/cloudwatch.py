# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Alarms as CloudWatch keeps them, composite alarms, and dashboards that are looked at before they are stored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.cloudwatch.exceptions import (
    DashboardInvalidInputError,
    InvalidParameterCombination,
    ResourceNotFound,
    ValidationError,
)
from moto.cloudwatch.models import Alarm, CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from emulator.mend import cloudwatch_states as states
from emulator.registry import mend, operation

MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")
METRIC_OF_ONE = ("namespace", "metric_name", "dimensions", "period", "unit", "statistic", "extended_statistic")
ONE_DAY = 86400
NAME_IN_RULE = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^)\s]+))\s*\)")
DASHBOARD_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
GRID_COLUMNS = 24
GRID_HEIGHT = 1000
WIDGET_TYPES = ("alarm", "custom", "explorer", "log", "metric", "text")


# Metric alarms


@mend(CloudWatchBackend)
def put_metric_alarm(original: Any, self: CloudWatchBackend, name: str, **settings: Any) -> Alarm:
    """An update takes the place of all settings, but leaves the state and the tags."""
    if settings.get("rule") is None:
        _check_alarm(settings)
    before = self.alarms.get(name)
    if before is not None:
        settings["tags"] = None
    alarm = original(self, name, **settings)
    if before is not None:
        for kept in ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp", "history"):
            setattr(alarm, kept, getattr(before, kept))
    else:
        alarm.state_value = "INSUFFICIENT_DATA"
    states.attend(self, alarm)
    return alarm


def _check_alarm(settings: dict[str, Any]) -> None:
    metrics = settings.get("metric_data_queries")
    if metrics:
        if any(settings.get(name) for name in METRIC_OF_ONE):
            raise ValidationError("Metrics list is mutually exclusive with single-metric parameters")
        returning = [metric for metric in metrics if metric.return_data is not False]
        if len(returning) != 1:
            raise ValidationError("Exactly one element of the metrics list should return data.")
    else:
        if not settings.get("metric_name") or not settings.get("namespace"):
            raise ValidationError("The parameters MetricName and Namespace are required.")
        if bool(settings.get("statistic")) == bool(settings.get("extended_statistic")):
            raise InvalidParameterCombination("Exactly one of Statistic and ExtendedStatistic must be specified")
        period = settings.get("period")
        if period is None or (period not in (10, 20, 30) and period % 60):
            raise ValidationError("The parameter Period must be 10, 20, 30 or a multiple of 60.")
        if period * (settings.get("evaluation_periods") or 1) > ONE_DAY and period < 3600:
            raise ValidationError("Metrics cannot be checked across more than a day (EvaluationPeriods * Period).")
    if settings.get("threshold") is None and not settings.get("threshold_metric_id"):
        raise ValidationError("The parameter Threshold is required for alarms based on static thresholds")
    if settings.get("treat_missing_data") not in (None, *MISSING_DATA):
        raise ValidationError(f"TreatMissingData {settings['treat_missing_data']} is not supported.")
    if (settings.get("datapoints_to_alarm") or 0) > settings["evaluation_periods"]:
        raise ValidationError("Datapoints to alarm must be less than or equal to evaluation periods.")


@mend(CloudWatchResponse)
def describe_alarms(original: Any, self: CloudWatchResponse) -> ActionResult:
    """Without AlarmTypes only metric alarms are shown."""
    types = self._get_param("AlarmTypes") or ["MetricAlarm"]
    states.look(self.cloudwatch_backend)
    shown = original(self).result
    return ActionResult({key: value if key.removesuffix("s") in types else [] for key, value in shown.items()})


@mend(CloudWatchBackend)
def delete_alarms(original: Any, self: CloudWatchBackend, alarm_names: list[str]) -> None:
    """All or nothing; the tags go with the alarm."""
    unknown = [name for name in alarm_names if name not in self.alarms]
    if unknown:
        raise ResourceNotFound(f"Alarm(s) {', '.join(unknown)} do not exist.")
    for name in alarm_names:
        users = [alarm.name for alarm in self.alarms.values() if alarm.rule and name in _names_in(alarm.rule)]
        if set(users) - set(alarm_names):
            raise ValidationError(f"Cannot delete {name} as there are primary alarm(s) depending on it.")
    for name in alarm_names:
        states.leave(self, name)
        self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
    original(self, alarm_names)


# Composite alarms


@operation(CloudWatchResponse)
def put_composite_alarm(self: CloudWatchResponse, parameters: dict[str, Any]) -> None:
    backend = cloudwatch_backends[self.current_account][self.region]
    rule = parameters["AlarmRule"]
    unknown = sorted(name for name in _names_in(rule) if name not in backend.alarms)
    if unknown:
        raise ValidationError(
            f"Could not save the composite alarm as alarms [{', '.join(unknown)}] in the alarm rule do not exist"
        )
    states.holds(rule, {})  # refuses what it does not understand
    if parameters.get("ActionsSuppressor") and not all(
        name in parameters for name in ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    ):
        raise InvalidParameterCombination("ActionsSuppressor needs both its wait and its extension period.")
    nothing = {
        "namespace": None,
        "metric_name": None,
        "comparison_operator": None,
        "evaluation_periods": None,
        "period": None,
        "threshold": None,
        "statistic": None,
        "dimensions": [],
    }
    alarm = backend.put_metric_alarm(
        parameters["AlarmName"],
        **nothing,
        rule=rule,
        description=parameters.get("AlarmDescription"),
        actions_enabled=parameters.get("ActionsEnabled", True),
        alarm_actions=parameters.get("AlarmActions", []),
        ok_actions=parameters.get("OKActions", []),
        insufficient_data_actions=parameters.get("InsufficientDataActions", []),
        tags=parameters.get("Tags", []),
    )
    alarm.actions_suppressor = parameters.get("ActionsSuppressor")
    alarm.actions_suppressor_wait_period = parameters.get("ActionsSuppressorWaitPeriod")
    alarm.actions_suppressor_extension_period = parameters.get("ActionsSuppressorExtensionPeriod")


def _names_in(rule: str) -> set[str]:
    """The alarms a rule refers to, by name."""
    found = {next(filter(None, groups)) for groups in NAME_IN_RULE.findall(rule)}
    return {name.rpartition(":alarm:")[2] if name.startswith("arn:") else name for name in found}


# Dashboards


@mend(CloudWatchBackend)
def put_dashboard(original: Any, self: CloudWatchBackend, name: str, body: str) -> Any:
    if not DASHBOARD_NAME.fullmatch(name):
        raise DashboardInvalidInputError("The dashboard name may have letters, digits, dash and underscore only.")
    try:
        problems = list(_problems(json.loads(body)))
    except ValueError:
        raise DashboardInvalidInputError("Body is invalid JSON") from None
    if problems:
        shown = json.dumps([{"dataPath": path, "message": message} for path, message in problems])
        raise DashboardInvalidInputError(
            f"The dashboard body is invalid, there are {len(problems)} validation errors: {shown}"
        )
    return original(self, name, body)


@mend(CloudWatchResponse, name="put_dashboard")
def put_dashboard_with_tags(original: Any, self: CloudWatchResponse) -> Any:
    """Tags are taken when the dashboard is made; those of one that exists stay as they are."""
    backend, name = self.cloudwatch_backend, self._get_param("DashboardName")
    exists = name in backend.dashboards
    answer = original(self)
    tags = self._get_param("Tags") or []
    if tags and not exists:
        backend.tagger.tag_resource(backend.dashboards[name].arn, tags)
    return answer


def _problems(body: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(body, dict):
        yield "/", "Should be object"
        return
    if not isinstance(body.get("widgets"), list):
        yield "/", "Should have required property 'widgets'"
        return
    for number, widget in enumerate(body["widgets"]):
        path = f"/widgets/{number}"
        kind = widget.get("type") if isinstance(widget, dict) else None
        if kind not in WIDGET_TYPES:
            yield f"{path}/type", "Should be equal to one of the allowed values"
            continue
        if not isinstance(widget.get("properties"), dict):
            yield path, "Should have required property 'properties'"
            continue
        yield from _places(path, widget)
        if kind == "metric":
            yield from _metric_problems(f"{path}/properties", widget["properties"])
        elif kind == "text" and not isinstance(widget["properties"].get("markdown"), str):
            yield f"{path}/properties", "Should have required property 'markdown'"
        elif kind == "alarm" and not isinstance(widget["properties"].get("alarms"), list):
            yield f"{path}/properties", "Should have required property 'alarms'"


def _places(path: str, widget: dict[str, Any]) -> Iterator[tuple[str, str]]:
    bounds = {"x": (0, GRID_COLUMNS - 1), "y": (0, None), "width": (1, GRID_COLUMNS), "height": (1, GRID_HEIGHT)}
    for name, (least, most) in bounds.items():
        value = widget.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{path}/{name}", "Should be integer"
        elif value < least or (most is not None and value > most):
            yield f"{path}/{name}", f"Should be {f'>= {least}' if value < least else f'<= {most}'}"


def _metric_problems(path: str, properties: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not properties.get("region"):
        yield path, "Should have required property 'region'"
    if not properties.get("metrics") and not (properties.get("annotations") or {}).get("alarms"):
        yield path, "Should have required property 'metrics'"
    for number, metric in enumerate(properties.get("metrics") or []):
        here = f"{path}/metrics/{number}"
        if not isinstance(metric, list) or not metric:
            yield here, "Should be array"
            continue
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        texts = [part for part in metric if not isinstance(part, dict)]
        if "expression" in options:
            continue
        if any(not isinstance(part, str) for part in texts):
            yield here, "Should be string"
        elif len(texts) < 2 or len(texts) % 2:
            yield here, "Should have a namespace, a metric name and pairs of dimension name and value"
    for kind in ("horizontal", "vertical"):
        for number, line in enumerate((properties.get("annotations") or {}).get(kind) or []):
            values = line if isinstance(line, list) else [line]
            if any("value" not in value for value in values):
                yield f"{path}/annotations/{kind}/{number}", "Should have required property 'value'"


@mend(CloudWatchBackend)
def delete_dashboards(original: Any, self: CloudWatchBackend, dashboards: list[str]) -> str | None:
    arns = [self.dashboards[name].arn for name in dashboards if name in self.dashboards]
    error = original(self, dashboards)
    if error is None:
        for arn in arns:
            self.tagger.delete_all_tags_for_resource(arn)
    return error


@mend(CloudWatchBackend)
def tag_resource(original: Any, self: CloudWatchBackend, arn: str, tags: dict[str, str]) -> None:
    """Dashboards carry tags too."""
    if any(dashboard.arn == arn for dashboard in self.dashboards.values()):
        self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
    else:
        original(self, arn, tags)
