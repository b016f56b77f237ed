#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule
version_added: 0.1.0
short_description: Manage schedules of EventBridge Scheduler
description:
  - Creates, changes and removes schedules that call an operation of AWS, or another target, at their times.
  - Schedules cannot be tagged, so nobody can tell whose one is but by its name.
  - See U(https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html) and
    U(https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the schedule. Required unless O(each) is used.
    type: str
  description:
    description: What it is for.
    type: str
  schedule_expression:
    description: When, such as V(rate(1 hour\)), V(cron(0 8 * * ? *\)) or V(at(2026-11-29T20:30:00\)). Required for a new schedule.
    type: str
  timezone:
    description: Zone of V(cron) and V(at), such as V(Europe/Berlin).
    type: str
    default: UTC
  target:
    description:
      - ARN of what is called, such as V(arn:aws:scheduler:::aws-sdk:rds:stopDBInstance) for an operation. Required for a new schedule.
    type: str
  role:
    description: Name or ARN of the role it is called with. Required for a new schedule.
    type: str
  input:
    description: What the target gets; for an operation its parameters.
    type: dict
  retries:
    description: How often a call that fails is tried again.
    type: int
    default: 0
  enabled:
    description: Whether it does anything.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
"""

EXAMPLES = r"""
- name: Stop a database whenever it runs
  sdt.infra.scheduler_schedule:
    name: sdt-dev-keep-stopped
    schedule_expression: rate(1 hour)
    target: arn:aws:scheduler:::aws-sdk:rds:stopDBInstance
    role: sdt-dev-keep-stopped
    input:
      DbInstanceIdentifier: sdt-dev-postgres
"""

RETURN = r"""
schedule:
  description: The schedule. Missing when O(each) is used; see RV(resources).
  returned: when a single schedule is managed
  type: dict
  contains:
    arn:
      description: ARN of the schedule.
      type: str
    schedule_expression:
      description: When it does something.
      type: str
    target:
      description: What is called.
      type: str
resources:
  description: Every managed schedule by its name, with the keys of RV(schedule).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed schedule.
  returned: always
  type: list
  elements: dict
"""

import json
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_NEEDED = ("schedule_expression", "target", "role")
_NO_ROLE_YET = ("ValidationException",)  # IAM has not spread the role


class Schedule(Resource):
    kind = "schedule"
    key = "schedule"
    fields = ("description", "schedule_expression", "timezone", "target", "role", "input", "retries", "enabled")

    def find(self) -> State | None:
        missing = ("ResourceNotFoundException",)
        found: t.Any = self.aws.read("scheduler", "get_schedule", missing=missing, Name=self.name)
        if found is None:
            return None
        target = found["Target"]
        return {
            "name": self.name,
            "arn": found["Arn"],
            "description": found.get("Description") or "",
            "schedule_expression": found["ScheduleExpression"],
            "timezone": found.get("ScheduleExpressionTimezone") or "UTC",
            "target": target["Arn"],
            "role": target["RoleArn"],
            "input": _parsed(target.get("Input")),
            "retries": (target.get("RetryPolicy") or {}).get("MaximumRetryAttempts"),
            "enabled": found.get("State", "ENABLED") == "ENABLED",
        }

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("role"):
            desired["role"] = resolve(self.aws, "role", desired["role"])
        return desired

    def create(self, desired: State) -> None:
        lacking = [name for name in _NEEDED if not desired.get(name)]
        if lacking:
            raise InfraError(f"Schedule {self.name} does not exist; give {', '.join(lacking)} to create it.")
        self.aws.write("scheduler", "create_schedule", retry=_NO_ROLE_YET, **self._request(desired))

    def update(self, current: State, changes: State) -> None:
        """AWS replaces the whole schedule."""
        self.aws.write("scheduler", "update_schedule", retry=_NO_ROLE_YET, **self._request({**current, **changes}))

    def delete(self, current: State) -> None:
        self.aws.write("scheduler", "delete_schedule", missing=("ResourceNotFoundException",), Name=self.name)

    def _request(self, settings: State) -> dict[str, t.Any]:
        target: dict[str, t.Any] = {
            "Arn": settings["target"],
            "RoleArn": settings["role"],
            "RetryPolicy": {"MaximumRetryAttempts": settings["retries"]},
        }
        if settings.get("input"):
            target["Input"] = json.dumps(settings["input"], sort_keys=True)
        return {
            "Name": self.name,
            "ScheduleExpression": settings["schedule_expression"],
            "ScheduleExpressionTimezone": settings["timezone"],
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED" if settings["enabled"] else "DISABLED",
            "Target": target,
            **({"Description": settings["description"]} if settings.get("description") else {}),
        }


def _parsed(text: str | None) -> dict[str, t.Any]:
    try:
        parsed = json.loads(text or "{}")
    except ValueError:
        return {"": text}
    return parsed if isinstance(parsed, dict) else {"": parsed}


def main() -> None:
    run(
        Schedule,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "schedule_expression": {"type": "str"},
            "timezone": {"type": "str", "default": "UTC"},
            "target": {"type": "str"},
            "role": {"type": "str"},
            "input": {"type": "dict"},
            "retries": {"type": "int", "default": 0},
            "enabled": {"type": "bool", "default": True},
        },
        taggable=False,
    )


if __name__ == "__main__":
    main()
