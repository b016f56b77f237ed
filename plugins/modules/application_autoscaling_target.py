#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: application_autoscaling_target
version_added: 0.1.0
short_description: Manage the automatic scaling of an ECS service or another scalable resource
description:
  - Registers a scalable target with its limits, its target tracking policies and its scheduled actions, as one resource.
  - AWS makes and owns the alarms of target tracking policies; this module never touches them.
  - See U(https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html).
author: SDT platform engineering (@sdt)
options:
  resource_id:
    description: What is scaled, such as C(service/sdt-prod/auth-service).
    type: str
  service_namespace:
    description: Service of AWS the resource belongs to.
    type: str
    default: ecs
  scalable_dimension:
    description: Setting that is scaled.
    type: str
    default: ecs:service:DesiredCount
  min_capacity:
    description: Smallest capacity. Required when the target is registered.
    type: int
  max_capacity:
    description:
      - Largest capacity. Required when the target is registered.
      - While O(min_capacity) and the largest capacity are what one of O(scheduled_actions) set, they are left alone, because
        the schedule owns them until its next action.
    type: int
  suspended:
    description: Whether all scaling is suspended, that by policies as well as that by schedule.
    type: bool
  policies:
    description: >-
      Target tracking policies, a map from their names to their settings. Policies that are not in it are deleted.
    type: dict
  scheduled_actions:
    description: >-
      Scheduled actions, a map from their names to their settings. Actions that are not in it are deleted.
    type: dict
  wait_timeout:
    description: Seconds to wait for the target.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
notes:
  - Each of O(policies) has C(metric), a predefined metric such as V(ECSServiceAverageCPUUtilization), and C(target), the
    value to keep; and optionally C(scale_out_cooldown) and C(scale_in_cooldown), in seconds and 300 by default,
    C(disable_scale_in) and C(resource_label).
  - Each of O(scheduled_actions) has C(schedule), an expression C(cron(...)), C(rate(...)) or C(at(...)), and
    C(min_capacity) or C(max_capacity) or both; and optionally C(timezone), such as V(Europe/Berlin), UTC by default.
"""

EXAMPLES = r"""
- name: Scale the auth service, and let it sleep at night
  sdt.infra.application_autoscaling_target:
    resource_id: service/sdt-dev/auth-service
    min_capacity: 1
    max_capacity: 3
    policies:
      cpu:
        metric: ECSServiceAverageCPUUtilization
        target: 70
        scale_out_cooldown: 60
        scale_in_cooldown: 300
    scheduled_actions:
      sleep: {schedule: "cron(0 20 ? * MON-FRI *)", timezone: Europe/Berlin, min_capacity: 0, max_capacity: 0}
      wake: {schedule: "cron(0 7 ? * MON-FRI *)", timezone: Europe/Berlin, min_capacity: 1, max_capacity: 3}
"""

RETURN = r"""
scalable_target:
  description: The scalable target. Missing when O(each) is used; see RV(resources).
  returned: when a single scalable target is managed
  type: dict
  contains:
    arn:
      description: ARN of the target.
      type: str
      sample: arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/0ec5aexample
    resource_id:
      description: What is scaled.
      type: str
    min_capacity:
      description: Smallest capacity.
      type: int
    max_capacity:
      description: Largest capacity.
      type: int
    suspended:
      description: Whether all scaling is suspended.
      type: bool
    policies:
      description: Policies by name.
      returned: when O(policies) is given
      type: dict
    scheduled_actions:
      description: Scheduled actions by name.
      returned: when O(scheduled_actions) is given
      type: dict
    tags:
      description: Tags of the target.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed scalable target by its resource id, with the keys of RV(scalable_target).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "scalable_target", "name": "service/sdt-prod/web", "fields": ["max_capacity"]}]
"""

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_AWS = "application-autoscaling"
_AT_ONCE = 50  # targets one DescribeScalableTargets takes
_GONE = ("ObjectNotFoundException",)
_NO_TAGS = ("ResourceNotFoundException",)
# What passes: a service, or the service-linked role, that is not known everywhere yet; two changes at once.
_PASSING = ("ECS service doesn't exist", "ConcurrentUpdateException", "Unable to assume IAM role")
_COOLDOWN = 300  # seconds AWS waits where nothing is said
_SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
_LIMITS = ("min_capacity", "max_capacity")
_TARGET = (*_LIMITS, "suspended")

_POLICY = {
    "metric": {"type": "str", "required": True},
    "target": {"type": "float", "required": True},
    "scale_out_cooldown": {"type": "int", "default": _COOLDOWN},
    "scale_in_cooldown": {"type": "int", "default": _COOLDOWN},
    "disable_scale_in": {"type": "bool", "default": False},
    "resource_label": {"type": "str"},
}
_ACTION = {
    "schedule": {"type": "str", "required": True},
    "timezone": {"type": "str", "default": "UTC"},
    "min_capacity": {"type": "int"},
    "max_capacity": {"type": "int"},
}


class ScalableTarget(Resource):
    kind = "scalable target"
    key = "scalable_target"
    identity = "resource_id"
    fields = (*_TARGET, "policies", "scheduled_actions")
    exact = frozenset({"policies", "scheduled_actions"})
    computed = ("arn",)
    poll_seconds = 4.0

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        for option, spec in (("policies", _POLICY), ("scheduled_actions", _ACTION)):
            if options.get(option) is not None:
                options[option] = {
                    name: self._checked(option, name, settings, spec) for name, settings in options[option].items()
                }

    def find(self) -> State | None:
        target = self._described()
        if target is None:
            return None
        suspended = target.get("SuspendedState") or {}
        return {
            "arn": target.get("ScalableTargetARN", ""),
            "resource_id": self.name,
            "min_capacity": target["MinCapacity"],
            "max_capacity": target["MaxCapacity"],
            # Half suspended is neither, so that either wish sets it right.
            "suspended": _all_or_none([suspended.get(name, False) for name in _SUSPENDED]),
            **self._children(target),
        }

    def adjust(self, current: State, desired: State) -> State:
        """What the schedule set stays until its next action."""
        limits = {name: current[name] for name in _LIMITS}
        for action in desired.get("scheduled_actions", {}).values():
            if limits == {name: action.get(name, desired.get(name)) for name in _LIMITS}:
                return {**desired, **limits}
        return desired

    def create(self, desired: State) -> None:
        missing = [name for name in _LIMITS if name not in desired]
        if missing:
            raise InfraError(f"Scalable target {self.name} is not registered; give {' and '.join(missing)}.")
        self._register(desired, Tags=desired.get("tags", {}))
        self._set_policies({}, desired.get("policies", {}))
        self._set_actions({}, desired.get("scheduled_actions", {}))

    def update(self, current: State, changes: State) -> None:
        if set(_TARGET) & set(changes):
            self._register(changes)
        if "policies" in changes:
            self._set_policies(current["policies"], changes["policies"])
        if "scheduled_actions" in changes:
            self._set_actions(current["scheduled_actions"], changes["scheduled_actions"])

    def delete(self, current: State) -> None:
        """Policies and scheduled actions go with the target, and AWS removes its alarms."""
        self._write("deregister_scalable_target", missing=_GONE)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write(_AWS, "tag_resource", ResourceARN=current["arn"], Tags=tags)

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write(_AWS, "untag_resource", ResourceARN=current["arn"], TagKeys=names)

    def _described(self) -> State | None:
        """The description of this target, out of one request for as many as AWS describes at once."""
        every, complete = self._all("describe_scalable_targets", "ScalableTargets")
        if complete:
            return next(iter(self._here(every)), None)
        start = self.peers.index(self.name) // _AT_ONCE * _AT_ONCE
        found = self.aws.read(
            _AWS,
            "describe_scalable_targets",
            "ScalableTargets",
            ServiceNamespace=self.options["service_namespace"],
            ResourceIds=list(self.peers[start : start + _AT_ONCE]),
            ScalableDimension=self.options["scalable_dimension"],
        )
        return next((one for one in found or [] if one["ResourceId"] == self.name), None)

    def _children(self, target: State) -> State:
        """What belongs to the target, as far as the user manages it: each kind costs a request."""
        children: State = {}
        if self.options.get("state") == "absent":
            return children
        if self.options.get("policies") is not None:
            found = self._own("describe_scaling_policies", "ScalingPolicies")
            children["policies"] = {one["PolicyName"]: _policy_from(one) for one in found}
        if self.options.get("scheduled_actions") is not None:
            found = self._own("describe_scheduled_actions", "ScheduledActions")
            children["scheduled_actions"] = {one["ScheduledActionName"]: _action_from(one) for one in found}
        if self.wants_tags:
            arn = target.get("ScalableTargetARN")
            children["tags"] = self.tags_at(arn, lambda: self._tags(arn)) if arn else {}
        return children

    def _tags(self, arn: str) -> dict[str, str]:
        found = self.aws.read(_AWS, "list_tags_for_resource", "Tags", missing=_NO_TAGS, ResourceARN=arn)
        return _tags.own(found or {})

    def _all(self, operation: str, result: str) -> tuple[list[State], bool]:
        """Those of all targets of the namespace, where few pages hold them: a run asks once for all its services."""
        namespace = self.options["service_namespace"]
        return self.aws.read_some(_AWS, operation, result, wanted=len(self.peers), ServiceNamespace=namespace)

    def _own(self, operation: str, result: str) -> list[State]:
        """Those of this target."""
        found, complete = self._all(operation, result)
        return self._here(found) if complete else self.aws.read(_AWS, operation, result, **self._place()) or []

    def _here(self, found: list[State]) -> list[State]:
        return [one for one in found if self._place().items() <= one.items()]

    def _place(self) -> State:
        return {
            "ServiceNamespace": self.options["service_namespace"],
            "ResourceId": self.name,
            "ScalableDimension": self.options["scalable_dimension"],
        }

    def _write(self, operation: str, missing: t.Collection[str] = (), **request: t.Any) -> None:
        self.aws.write(_AWS, operation, missing=missing, retry=_PASSING, **self._place(), **request)

    def _register(self, settings: State, **request: t.Any) -> None:
        if "min_capacity" in settings:
            request["MinCapacity"] = settings["min_capacity"]
        if "max_capacity" in settings:
            request["MaxCapacity"] = settings["max_capacity"]
        if "suspended" in settings:
            request["SuspendedState"] = dict.fromkeys(_SUSPENDED, settings["suspended"])
        self._write("register_scalable_target", **{name: value for name, value in request.items() if value != {}})

    def _set_policies(self, current: State, wanted: State) -> None:
        for name in sorted(set(current) - set(wanted)):
            self._write("delete_scaling_policy", missing=_GONE, PolicyName=name)
        for name, policy in wanted.items():
            if current.get(name) == policy:
                continue
            metric = {"PredefinedMetricType": policy["metric"]}
            if "resource_label" in policy:
                metric["ResourceLabel"] = policy["resource_label"]
            self._write(
                "put_scaling_policy",
                PolicyName=name,
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": policy["target"],
                    "PredefinedMetricSpecification": metric,
                    "ScaleOutCooldown": policy["scale_out_cooldown"],
                    "ScaleInCooldown": policy["scale_in_cooldown"],
                    "DisableScaleIn": policy["disable_scale_in"],
                },
            )

    def _set_actions(self, current: State, wanted: State) -> None:
        for name in sorted(set(current) - set(wanted)):
            self._write("delete_scheduled_action", missing=_GONE, ScheduledActionName=name)
        for name, action in wanted.items():
            if current.get(name) == action:
                continue
            limits = {"MinCapacity": action.get("min_capacity"), "MaxCapacity": action.get("max_capacity")}
            self._write(
                "put_scheduled_action",
                ScheduledActionName=name,
                Schedule=action["schedule"],
                Timezone=action["timezone"],
                ScalableTargetAction=without_none(limits),
            )

    def _checked(self, option: str, name: str, settings: t.Any, spec: State) -> State:
        """The settings of a policy or action with their defaults, refused where they are not as documented."""
        if not isinstance(settings, dict):
            raise InfraError(f"Scalable target {self.name}: {option}.{name} has to be a map, not {settings!r}.")
        checked = ArgumentSpecValidator(spec).validate(settings)
        if checked.error_messages:
            raise InfraError(f"Scalable target {self.name}, {option}.{name}: {' '.join(checked.error_messages)}")
        return without_none(checked.validated_parameters)


def _all_or_none(flags: list[bool]) -> bool | None:
    return flags[0] if len(set(flags)) == 1 else None


def _policy_from(policy: State) -> State:
    """A policy in the terms of the options; one of another kind is told apart by its metric."""
    config = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
    metric = config.get("PredefinedMetricSpecification") or {}
    return without_none(
        {
            "metric": metric.get("PredefinedMetricType", policy["PolicyType"]),
            "target": float(config.get("TargetValue", 0)),
            "scale_out_cooldown": config.get("ScaleOutCooldown", _COOLDOWN),
            "scale_in_cooldown": config.get("ScaleInCooldown", _COOLDOWN),
            "disable_scale_in": config.get("DisableScaleIn", False),
            "resource_label": metric.get("ResourceLabel"),
        }
    )


def _action_from(action: State) -> State:
    limits = action.get("ScalableTargetAction") or {}
    return without_none(
        {
            "schedule": action["Schedule"],
            "timezone": action.get("Timezone", "UTC"),
            "min_capacity": limits.get("MinCapacity"),
            "max_capacity": limits.get("MaxCapacity"),
        }
    )


def main() -> None:
    run(
        ScalableTarget,
        {
            "resource_id": {"type": "str"},
            "service_namespace": {"type": "str", "default": "ecs"},
            "scalable_dimension": {"type": "str", "default": "ecs:service:DesiredCount"},
            "min_capacity": {"type": "int"},
            "max_capacity": {"type": "int"},
            "suspended": {"type": "bool"},
            "policies": {"type": "dict"},
            "scheduled_actions": {"type": "dict"},
        },
        waits=True,
        wait_timeout=120,
    )


if __name__ == "__main__":
    main()
