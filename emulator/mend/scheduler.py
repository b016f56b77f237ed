# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EventBridge Scheduler: what it refuses, and schedules that do what they are for, with the rights of their role.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from moto.core.exceptions import ServiceException
from moto.rds.models import rds_backends
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule

from emulator.access import principals
from emulator.access.documents import Request
from emulator.access.evaluation import decide
from emulator.clock import Stage, clock
from emulator.mend.iam import known_role
from emulator.registry import mend

EXPRESSION = re.compile(r"rate\((?P<count>[1-9]\d*) (?P<unit>minute|hour|day)s?\)|cron\((\S+ ){5}\S+\)|at\(\S+\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
STOP = "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"


def refused(message: str) -> ServiceException:
    return ServiceException("ValidationException", message)


@mend(EventBridgeSchedulerBackend)
def create_schedule(original: Any, self: EventBridgeSchedulerBackend, *args: Any, **given: Any) -> Schedule:
    _check(given)
    made: Schedule = original(self, *args, **given)
    _begin(self, made)
    return made


@mend(EventBridgeSchedulerBackend)
def update_schedule(original: Any, self: EventBridgeSchedulerBackend, *args: Any, **given: Any) -> Schedule:
    _check(given)
    changed: Schedule = original(self, *args, **given)
    _begin(self, changed)
    return changed


@mend(EventBridgeSchedulerBackend)
def delete_schedule(original: Any, self: EventBridgeSchedulerBackend, group_name: str, name: str) -> None:
    clock.cancel((self, "schedules"), self.get_schedule(group_name=group_name, name=name).arn)
    original(self, group_name, name)


def _check(given: dict[str, Any]) -> None:
    expression, target = given["schedule_expression"], given["target"]
    if not EXPRESSION.fullmatch(expression):
        raise refused(f"Invalid Schedule Expression {expression}.")
    role = known_role(target["RoleArn"])
    if role is None or "scheduler.amazonaws.com" not in json.dumps(role.assume_role_policy_document):
        raise refused("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
    if target["Arn"].startswith("arn:aws:scheduler:::aws-sdk:"):
        try:
            json.loads(target.get("Input") or "")
        except ValueError as error:
            raise refused("Invalid RequestJson provided.") from error


def _begin(backend: EventBridgeSchedulerBackend, schedule: Schedule) -> None:
    """Again and again; a rate counts from the moment the schedule was made."""
    clock.cancel((backend, "schedules"), schedule.arn)
    rate = EXPRESSION.fullmatch(schedule.schedule_expression)
    if schedule.state != "ENABLED" or rate is None or not rate["unit"]:
        return

    def fire() -> None:
        _begin(backend, schedule)
        _do(backend, schedule.target)

    seconds = int(rate["count"]) * SECONDS[rate["unit"]]
    stage = Stage("", "scheduler.rate", fire, seconds=seconds)
    clock.begin((backend, "schedules"), schedule.arn, stage)


def _do(backend: EventBridgeSchedulerBackend, target: dict[str, Any]) -> None:
    """Stop a database; what fails is not tried again here, and other targets do nothing."""
    if target["Arn"] != STOP:
        return
    name = json.loads(target["Input"])["DbInstanceIdentifier"]
    role = known_role(target["RoleArn"])
    arn = f"arn:aws:rds:{backend.region_name}:{backend.account_id}:db:{name}"
    if role is None or not _allowed(role, "rds:StopDBInstance", arn):
        return
    with suppress(ServiceException):
        rds_backends[backend.account_id][backend.region_name].stop_db_instance(name)


def _allowed(role: Any, action: str, resource: str) -> bool:
    request = Request(action, resource, lambda _key: [], {})
    return decide(principals.policies_of(role), request).is_allowed
