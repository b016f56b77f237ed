# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Application Auto Scaling: tags, the whole suspended state, filters that filter, no orphans of a target."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
)
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult

from emulator.registry import mend, operation, parameters, state

ACTION_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f:/|]+")
SCHEDULE = re.compile(r"(cron|rate|at)\(.+\)")
RUNNING = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


def _invalid(message: str) -> ServiceException:
    return ServiceException("ValidationException", message)


def _not_found(what: str, request: dict[str, Any]) -> ServiceException:
    return ServiceException(
        "ObjectNotFoundException",
        f"No {what} found for service namespace: {request['ServiceNamespace']}, resource ID: {request['ResourceId']}, "
        f"scalable dimension: {request['ScalableDimension']}",
    )


def _target(backend: ApplicationAutoscalingBackend, request: dict[str, Any]) -> FakeScalableTarget:
    found = backend.targets.get(request["ScalableDimension"], {}).get(request["ResourceId"])
    if found is None:
        raise _not_found("registered scalable target", request)
    return found


def _tags(backend: ApplicationAutoscalingBackend, arn: str) -> dict[str, str]:
    if arn not in {target.arn for targets in backend.targets.values() for target in targets.values()}:
        raise ServiceException("ResourceNotFoundException", f"The resource with ARN {arn} was not found.")
    return state(backend, "tags").setdefault(arn, {})


@mend(ApplicationAutoscalingBackend)
def _ecs_service_exists_for_target(_original: Any, self: ApplicationAutoscalingBackend, resource_id: str) -> bool:
    _prefix, cluster, service = resource_id.split("/")
    found = self.ecs_backend.services.get(f"{cluster}:{service}")
    if found is None or found.status != "ACTIVE":
        raise _invalid(f"ECS service doesn't exist: {resource_id}")
    return True


@mend(ApplicationAutoScalingResponse)
def register_scalable_target(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    request, backend = parameters(self), self.applicationautoscaling_backend
    existing = backend.targets.get(request["ScalableDimension"], {}).get(request["ResourceId"])
    least = request.get("MinCapacity", existing.min_capacity if existing else None)
    most = request.get("MaxCapacity", existing.max_capacity if existing else None)
    if least is None or most is None:
        raise _invalid("Minimum capacity and maximum capacity must be given for a new scalable target.")
    if not 0 <= least <= most:
        raise _invalid(
            "Maximum capacity cannot be less than minimum capacity, and minimum capacity cannot be negative."
        )
    if existing and "Tags" in request:
        raise _invalid("You cannot tag a scalable target that is already registered. Use TagResource instead.")
    original(self)
    target = _target(backend, request)
    target.suspended_state = {**RUNNING, **(target.suspended_state or {})}
    if "Tags" in request:
        _tags(backend, target.arn).update(request["Tags"])
    return json.dumps({"ScalableTargetARN": target.arn})


@mend(ApplicationAutoScalingResponse)
def deregister_scalable_target(_original: Any, self: ApplicationAutoScalingResponse) -> str:
    """Policies, with the alarms AWS made for them, and scheduled actions go with their target."""
    request, backend = parameters(self), self.applicationautoscaling_backend
    target = _target(backend, request)
    place = (target.service_namespace, target.resource_id, target.scalable_dimension)
    for policy in [one for one in backend.policies.values() if _place(one) == place]:
        backend.delete_scaling_policy(policy.policy_name, *place)
    backend.scheduled_actions = [one for one in backend.scheduled_actions if _place(one) != place]
    state(backend, "tags").pop(target.arn, None)
    backend.deregister_scalable_target(*place)
    return "{}"


def _place(one: Any) -> tuple[str, str, str]:
    return (one.service_namespace, one.resource_id, one.scalable_dimension)


@mend(ApplicationAutoScalingResponse)
def put_scaling_policy(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    request, backend = parameters(self), self.applicationautoscaling_backend
    _target(backend, request)
    config = request.get("TargetTrackingScalingPolicyConfiguration")
    if request.get("PolicyType") == "TargetTrackingScaling" and config is None:
        raise _invalid(
            "TargetTrackingScalingPolicyConfiguration is required for the policy type TargetTrackingScaling."
        )
    if config is not None and bool(config.get("PredefinedMetricSpecification")) == bool(
        config.get("CustomizedMetricSpecification")
    ):
        raise _invalid("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be given.")
    key = FakeApplicationAutoscalingPolicy.formulate_key(
        request["ServiceNamespace"], request["ResourceId"], request["ScalableDimension"], request["PolicyName"]
    )
    replaced = backend.policies.get(key)
    if replaced is not None:
        # AWS sets the alarms of a policy anew; moto would leave the old ones behind.
        replaced.delete_alarms(self.current_account, self.region)
    return original(self)


@mend(ApplicationAutoScalingResponse)
def delete_scaling_policy(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    request, backend = parameters(self), self.applicationautoscaling_backend
    _target(backend, request)
    key = FakeApplicationAutoscalingPolicy.formulate_key(
        request["ServiceNamespace"], request["ResourceId"], request["ScalableDimension"], request["PolicyName"]
    )
    if key not in backend.policies:
        raise _not_found(f"scaling policy {request['PolicyName']}", request)
    return original(self)


@mend(ApplicationAutoscalingBackend)
def describe_scaling_policies(
    original: Any,
    self: ApplicationAutoscalingBackend,
    service_namespace: str,
    resource_id: str,
    scalable_dimension: str,
    max_results: int | None,
    next_token: str,
) -> Any:
    """moto compares with `in`, so that service/a is also found for service/ab."""
    _token, policies = original(self, service_namespace, "", "", 10**6, "")
    policies = [
        one
        for one in policies
        if resource_id in (None, "", one.resource_id) and scalable_dimension in (None, "", one.scalable_dimension)
    ]
    start = int(next_token) if next_token else 0
    end = start + (max_results or 50)
    return (str(end) if end < len(policies) else None), policies[start:end]


@mend(ApplicationAutoScalingResponse, "describe_scaling_policies")
def named_policies(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    """The names filter before the page is cut."""
    names = parameters(self).get("PolicyNames")
    if not names:
        return original(self)
    backend = self.applicationautoscaling_backend
    kept = {key: one for key, one in backend.policies.items() if one.policy_name in names}
    everything, backend.policies = backend.policies, kept
    try:
        return original(self)
    finally:
        backend.policies = everything


@mend(ApplicationAutoScalingResponse)
def put_scheduled_action(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    request = parameters(self)
    _target(self.applicationautoscaling_backend, request)
    if not ACTION_NAME.fullmatch(request["ScheduledActionName"]):
        raise _invalid(f"The scheduled action name {request['ScheduledActionName']} is not valid.")
    if "Schedule" in request and not SCHEDULE.fullmatch(request["Schedule"]):
        raise _invalid(f"The schedule {request['Schedule']} is not valid: use at(...), rate(...) or cron(...).")
    return original(self)


@mend(ApplicationAutoScalingResponse)
def describe_scheduled_actions(original: Any, self: ApplicationAutoScalingResponse) -> str:
    """AWS leaves out what was not given; moto returns it as null."""
    answer = json.loads(original(self))
    actions = [{key: value for key, value in one.items() if value is not None} for one in answer["ScheduledActions"]]
    return json.dumps({"ScheduledActions": actions})


@mend(ApplicationAutoScalingResponse)
def delete_scheduled_action(original: Any, self: ApplicationAutoScalingResponse) -> Any:
    request, backend = parameters(self), self.applicationautoscaling_backend
    place = (request["ServiceNamespace"], request["ResourceId"], request["ScalableDimension"])
    name = request["ScheduledActionName"]
    if not any(one.scheduled_action_name == name and _place(one) == place for one in backend.scheduled_actions):
        raise _not_found(f"scheduled action {name}", request)
    return original(self)


@operation(ApplicationAutoScalingResponse)
def list_tags_for_resource(self: ApplicationAutoScalingResponse, request: dict[str, Any]) -> dict[str, Any]:
    return {"Tags": _tags(self.applicationautoscaling_backend, request["ResourceARN"])}


@operation(ApplicationAutoScalingResponse)
def tag_resource(self: ApplicationAutoScalingResponse, request: dict[str, Any]) -> None:
    _tags(self.applicationautoscaling_backend, request["ResourceARN"]).update(request["Tags"])


@operation(ApplicationAutoScalingResponse)
def untag_resource(self: ApplicationAutoScalingResponse, request: dict[str, Any]) -> None:
    tags = _tags(self.applicationautoscaling_backend, request["ResourceARN"])
    for key in request["TagKeys"]:
        tags.pop(key, None)


@operation(ApplicationAutoScalingResponse)
def describe_scaling_activities(_self: ApplicationAutoScalingResponse, _request: dict[str, Any]) -> ActionResult:
    """Nothing scales here by itself."""
    return ActionResult({"ScalingActivities": []})
