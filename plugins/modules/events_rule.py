#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: events_rule
version_added: 0.1.0
short_description: Manage an EventBridge rule and its targets
description:
  - Creates, changes and deletes a rule that sends matching events, or an event at certain times, to targets.
  - A topic or queue has to let C(events.amazonaws.com) use it.
  - See U(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the rule, unique on its bus, up to 64 letters, digits, dots, hyphens and underscores.
    type: str
  event_bus:
    description: Name or ARN of the event bus.
    type: str
    default: default
  description:
    description: What the rule is for.
    type: str
  event_pattern:
    description:
      - Which events match.
      - >-
        In its texts C(${ecs_cluster:name}) stands for the ARN of an ECS cluster of this account and region, and
        C(${ecs_services:name}) for what the ARNs of its services begin with.
      - See U(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
      - A rule has a pattern, a O(schedule), or both; one of them is required when it is created.
    type: dict
  schedule:
    description: When the rule sends an event of its own, such as V(rate(1 hour\)) or V(cron(0 20 * * ? *\)) in UTC.
    type: str
  rule_state:
    description: Whether the rule is at work. The last value also matches management events of CloudTrail that only read.
    type: str
    choices: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]
    default: ENABLED
  role_arn:
    description: ARN of the role with which events go to a bus of another account.
    type: str
  targets:
    description:
      - >-
        Where events go, up to five: a map from id to a map with one of C(topic), name or ARN of an SNS topic, or C(arn) of
        anything else. Targets that are not in the map are removed. Left out, targets are left alone.
      - What the target gets is the event, unless one of the following says otherwise.
      - C(input), any value that is sent in place of the event.
      - C(input_path), the part of the event that is sent, such as V($.detail).
      - >-
        C(input_template), a text that is sent, with placeholders such as V(<reason>) for what C(input_paths), a map
        from placeholder to path in the event, takes from the event. A template that is no JSON object is a JSON string, in quotes.
      - C(role_arn), the role with which EventBridge uses the target, where its policy does not allow it.
      - C(dead_letter_queue), ARN of the SQS queue for events that could not be delivered.
      - C(maximum_retry_attempts) and C(maximum_event_age) in seconds, how long delivery is tried. Compared only where given.
      - C(message_group_id) for an SQS FIFO queue.
      - Targets that need parameters of their own, such as ECS tasks or Batch jobs, are not supported.
    type: dict
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
- name: Tell the team about deployments that failed
  sdt.infra.events_rule:
    name: sdt-prod-deployments
    event_pattern:
      source: [aws.ecs]
      detail-type: [ECS Deployment State Change]
      resources: [{prefix: "${ecs_services:sdt-prod}"}]
      detail:
        eventName: [SERVICE_DEPLOYMENT_FAILED]
    targets:
      topic:
        topic: sdt-prod-alarms
        input_paths: {service: "$.resources[0]", reason: $.detail.reason}
        input_template: '"The deployment of <service> failed: <reason>"'
"""

RETURN = r"""
rule:
  description: The rule. Missing when O(each) is used; see RV(resources).
  returned: when a single rule is managed
  type: dict
  contains:
    arn:
      description: ARN of the rule.
      type: str
      sample: arn:aws:events:us-east-1:123456789012:rule/sdt-prod-deployments
    name:
      description: Name of the rule.
      type: str
    event_pattern:
      description: Which events match.
      type: dict
    schedule:
      description: When it sends an event of its own.
      type: str
    rule_state:
      description: Whether the rule is at work.
      type: str
      sample: ENABLED
    targets:
      description: Its targets by their ids.
      returned: when O(targets) is given
      type: dict
    tags:
      description: Tags of the rule.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed rule by its name, with the keys of RV(rule).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "rule", "name": "sdt-prod-deployments", "fields": ["event_pattern"]}]
"""

import json
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._expand import expand
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)
_PASSING = ("ConcurrentModificationException",)
# option -> what PutRule and ListRules call it
_SETTINGS = {
    "description": "Description",
    "schedule": "ScheduleExpression",
    "rule_state": "State",
    "role_arn": "RoleArn",
}
# AWS fills these in where they are left out.
_OPTIONAL = ("maximum_retry_attempts", "maximum_event_age")
_TARGET = {
    "topic": {"type": "str"},
    "arn": {"type": "str"},
    "role_arn": {"type": "str"},
    "input": {"type": "raw"},
    "input_path": {"type": "str"},
    "input_paths": {"type": "dict"},
    "input_template": {"type": "str"},
    "dead_letter_queue": {"type": "str"},
    "maximum_retry_attempts": {"type": "int"},
    "maximum_event_age": {"type": "int"},
    "message_group_id": {"type": "str"},
}
_TARGET_RULES: dict[str, t.Any] = {
    "required_one_of": [("topic", "arn")],
    "mutually_exclusive": [("topic", "arn"), ("input", "input_path", "input_template")],
    "required_by": {"input_paths": ["input_template"]},
}


class Rule(Resource):
    kind = "EventBridge rule"
    key = "rule"
    fields = (*_SETTINGS, "event_pattern", "targets")
    exact = frozenset({"event_pattern", "targets"})
    computed = ("arn",)

    def find(self) -> State | None:
        # One request for all rules of this call; a bus can have many others, so one rule is asked for by its name.
        named: State = {"NamePrefix": self.name} if len(self.peers) == 1 else {}
        rules = self.aws.read("events", "list_rules", "Rules", missing=_GONE, **self._bus, **named)
        rule = next((one for one in rules or [] if one["Name"] == self.name), None)
        if rule is None:
            return None
        state = {
            "name": self.name,
            "arn": rule["Arn"],
            **{option: rule.get(key, "") for option, key in _SETTINGS.items()},
            "event_pattern": json.loads(rule.get("EventPattern") or "{}"),
        }
        if self.options.get("targets") is not None or self.options["state"] == "absent":
            asked = self.options.get("targets") or {}
            state["targets"] = {
                one["Id"]: _from_target(one, asked.get(one["Id"]) or {})
                for one in self.aws.read("events", "list_targets_by_rule", "Targets", Rule=self.name, **self._bus)
            }
        if self.wants_tags:
            state["tags"] = self.tags_at(rule["Arn"], lambda: self._tags(rule["Arn"]))
        return state

    def _tags(self, arn: str) -> dict[str, str]:
        return _tags.from_list(self.aws.read("events", "list_tags_for_resource", "Tags", ResourceARN=arn))

    def desired(self) -> State:
        desired = super().desired()
        if "event_pattern" in desired:
            desired["event_pattern"] = expand(self.aws, desired["event_pattern"])
        if "targets" in desired:
            desired["targets"] = {str(name): self._target(name, one) for name, one in desired["targets"].items()}
        return desired

    def create(self, desired: State) -> None:
        if not desired.get("event_pattern") and not desired.get("schedule"):
            raise InfraError(f"{self.kind} {self.name} does not exist; give event_pattern or schedule to create it.")
        self._put(desired, Tags=_tags.to_list(desired.get("tags")))
        self._put_targets(desired.get("targets") or {})

    def update(self, current: State, changes: State) -> None:
        if set(changes) - {"targets"}:
            # PutRule takes the place of everything there is, so what is left alone has to be sent along.
            self._put({**current, **changes})
        if "targets" in changes:
            before, after = current["targets"], changes["targets"]
            self._remove_targets(sorted(set(before) - set(after)))
            self._put_targets({name: one for name, one in after.items() if one != before.get(name)})

    def delete(self, current: State) -> None:
        self._remove_targets(sorted(current["targets"]))
        self.aws.write("events", "delete_rule", missing=_GONE, retry=_PASSING, Name=self.name, **self._bus)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("events", "tag_resource", ResourceARN=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("events", "untag_resource", ResourceARN=current["arn"], TagKeys=names)

    @property
    def _bus(self) -> State:
        return {"EventBusName": self.options["event_bus"]}

    def _put(self, settings: State, **more: t.Any) -> None:
        request = {key: settings[option] for option, key in _SETTINGS.items() if settings.get(option)}
        if settings.get("event_pattern"):
            request["EventPattern"] = json.dumps(settings["event_pattern"])
        self.aws.write("events", "put_rule", retry=_PASSING, Name=self.name, **self._bus, **request, **more)

    def _put_targets(self, targets: dict[str, State]) -> None:
        if targets:
            self._accepted(
                self.aws.write(
                    "events",
                    "put_targets",
                    retry=_PASSING,
                    Rule=self.name,
                    Targets=[_to_target(name, one) for name, one in sorted(targets.items())],
                    **self._bus,
                )
            )

    def _remove_targets(self, names: list[str]) -> None:
        if names:
            self._accepted(
                self.aws.write(
                    "events",
                    "remove_targets",
                    missing=_GONE,
                    retry=_PASSING,
                    Rule=self.name,
                    Ids=names,
                    **self._bus,
                )
            )

    def _accepted(self, answer: dict[str, t.Any]) -> None:
        """A request can succeed and yet some of its targets be refused."""
        for entry in answer.get("FailedEntries") or []:
            raise InfraError(
                f"{self.kind} {self.name}: target {entry.get('TargetId')} was refused: "
                f"{entry.get('ErrorMessage') or 'no reason given'} ({entry.get('ErrorCode')})."
            )

    def _target(self, name: str, given: t.Any) -> State:
        """A target with the ARN of its topic, refused where it is not as documented."""
        if not isinstance(given, dict):
            raise InfraError(f"{self.kind} {self.name}: targets.{name} has to be a map, not {given!r}.")
        checked = ArgumentSpecValidator(_TARGET, **_TARGET_RULES).validate(given)
        if checked.error_messages:
            raise InfraError(f"{self.kind} {self.name}, targets.{name}: {' '.join(checked.error_messages)}")
        target = without_none(checked.validated_parameters)
        if "topic" in target:
            target["arn"] = resolve(self.aws, "topic", target.pop("topic"))
        return target


def _from_target(target: dict[str, t.Any], asked: State) -> State:
    """A target in the terms of the options."""
    transformer = target.get("InputTransformer") or {}
    retries = target.get("RetryPolicy") or {}
    state = {
        "arn": target["Arn"],
        "role_arn": target.get("RoleArn"),
        "input_path": target.get("InputPath"),
        "input_paths": transformer.get("InputPathsMap") or None,
        "input_template": transformer.get("InputTemplate"),
        "dead_letter_queue": (target.get("DeadLetterConfig") or {}).get("Arn"),
        "maximum_retry_attempts": retries.get("MaximumRetryAttempts"),
        "maximum_event_age": retries.get("MaximumEventAgeInSeconds"),
        "message_group_id": (target.get("SqsParameters") or {}).get("MessageGroupId"),
    }
    if "Input" in target:
        state["input"] = json.loads(target["Input"])
    return {
        name: value for name, value in state.items() if value is not None and (name not in _OPTIONAL or name in asked)
    }


def _to_target(name: str, target: State) -> dict[str, t.Any]:
    request: dict[str, t.Any] = {"Id": name, "Arn": target["arn"]}
    if "role_arn" in target:
        request["RoleArn"] = target["role_arn"]
    if "input" in target:
        request["Input"] = json.dumps(target["input"])
    if "input_path" in target:
        request["InputPath"] = target["input_path"]
    if "input_template" in target:
        paths = {"InputPathsMap": target["input_paths"]} if "input_paths" in target else {}
        request["InputTransformer"] = {**paths, "InputTemplate": target["input_template"]}
    if "dead_letter_queue" in target:
        request["DeadLetterConfig"] = {"Arn": target["dead_letter_queue"]}
    retries = without_none(
        {
            "MaximumRetryAttempts": target.get("maximum_retry_attempts"),
            "MaximumEventAgeInSeconds": target.get("maximum_event_age"),
        }
    )
    if retries:
        request["RetryPolicy"] = retries
    if "message_group_id" in target:
        request["SqsParameters"] = {"MessageGroupId": target["message_group_id"]}
    return request


def main() -> None:
    run(
        Rule,
        {
            "name": {"type": "str"},
            "event_bus": {"type": "str", "default": "default"},
            "description": {"type": "str"},
            "event_pattern": {"type": "dict"},
            "schedule": {"type": "str"},
            "rule_state": {
                "type": "str",
                "choices": ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
                "default": "ENABLED",
            },
            "role_arn": {"type": "str"},
            "targets": {"type": "dict"},
        },
    )


if __name__ == "__main__":
    main()
