# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Running one task to its end, and reading what it said."""

from __future__ import annotations

import hashlib
import json
import time

from ansible_collections.sdt.infra.plugins.module_utils import _ecs, _ecs_logs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve_all
from ansible_collections.sdt.infra.plugins.module_utils._step import StepFailed

_LATE_LOG = 3  # looks at a log that is still empty although its task has failed


# What a task has unless it is told otherwise.
_UNSAID: State = {
    **dict.fromkeys(("command", "cpu", "memory", "subnets", "security_groups", "assign_public_ip")),
    "environment": {},
    "exit_codes": [0],
}


class Task:
    """One task that runs once. params are options of the module ecs_task."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params: State = {**_UNSAID, **params}
        self._service: State = {}
        if params["service"]:
            found = _ecs.described_service(aws, params["cluster"], params["service"])
            if found is None or found["status"] != "ACTIVE":
                raise NotFound(
                    f"ECS service {params['service']} does not exist in cluster {params['cluster']}: run site.yml, "
                    "which makes it, or correct the name."
                )
            self._service = found
        name = params["task_definition"] or self._service["taskDefinition"]
        self._definition: State = _ecs.described_definition(aws, name).get("taskDefinition") or {}
        if not self._definition:
            raise NotFound(f"Task definition {name} does not exist: correct the name, or run site.yml, which makes it.")
        self.container = self._container()

    @property
    def image(self) -> str:
        return next(one["image"] for one in self._definition["containerDefinitions"] if one["name"] == self.container)

    @property
    def task_definition(self) -> str:
        return self._definition["taskDefinitionArn"]

    def start(self) -> str:
        """Start it, or find the one of an earlier call that still runs; answers its ARN."""
        running = self._aws.read(
            "ecs", "list_tasks", "taskArns", fresh=True, cluster=self._params["cluster"], startedBy=self._mark
        )
        if running:
            return running[0]
        answer = self._aws.write("ecs", "run_task", **self._request())
        if answer.get("failures") or not answer.get("tasks"):
            reasons = [one.get("reason", "") for one in answer.get("failures") or []]
            raise InfraError(
                f"Task of {self._name} could not be started: {', '.join(reasons) or 'AWS gave no reason'}."
            )
        return answer["tasks"][0]["taskArn"]

    def follow(self, arn: str) -> State:
        """Wait until it has stopped, and answer how; one that takes too long is stopped."""
        patience = Patience(self._aws, f"task {_id(arn)} of {self._name}", self._params["wait_timeout"], longest=5.0)
        while (task := self._look(arn))["lastStatus"] != "STOPPED":
            if not patience.lasts(": ".join([task["lastStatus"], *self._lines(arn, 1)])):
                reason = f"took longer than {self._params['wait_timeout']} seconds"
                self._aws.write("ecs", "stop_task", cluster=self._params["cluster"], task=arn, reason=reason)
                raise InfraError(
                    f"Task {_id(arn)} of {self._name} was stopped, because it {reason}. {self._said(arn)}Raise "
                    "wait_timeout if it needs longer."
                )
        return self._ended(task)

    def _ended(self, task: State) -> State:
        arn = task["taskArn"]
        container: State = next((one for one in task.get("containers") or [] if one["name"] == self.container), {})
        code, stream = container.get("exitCode"), self._stream(arn)
        result = {
            "task": arn,
            "container": self.container,
            "image": self.image,
            "exit_code": code,
            "stopped_reason": task.get("stoppedReason", ""),
            "seconds": _seconds(task),
            "log_group": stream.group,
            "log_stream": stream.name,
        }
        if code is None:
            why = container.get("reason") or task.get("stoppedReason") or "AWS gave no reason"
            raise InfraError(f"Task {_id(arn)} of {self._name} never ran: {why.rstrip('.')}.")
        if code not in self._params["exit_codes"]:
            ended = f"Container {self.container} of task {_id(arn)} ended with exit code {code}."
            said = self._said(arn, late=True)
            raise StepFailed(f"{ended} {said}", {**result, "log": self._lines(arn, self._params["log_lines"])})
        return {**result, "log": self._lines(arn, self._params["log_lines"])}

    def _request(self) -> State:
        override: State = {"name": self.container}
        if self._params["command"]:
            override["command"] = self._params["command"]
        if self._params["environment"]:
            override["environment"] = [
                {"name": name, "value": str(value)} for name, value in sorted(self._params["environment"].items())
            ]
        overrides: State = {"containerOverrides": [override]}
        overrides.update({name: str(self._params[name]) for name in ("cpu", "memory") if self._params[name]})
        return {
            "cluster": self._params["cluster"],
            "taskDefinition": self.task_definition,
            "launchType": "FARGATE",
            "count": 1,
            "startedBy": self._mark,
            "group": f"once:{self._definition['family']}",
            "networkConfiguration": {"awsvpcConfiguration": self._network()},
            "overrides": overrides,
            "propagateTags": "TASK_DEFINITION",
            "enableECSManagedTags": True,
            "tags": _ecs.tag_list(self._params["tags"]),
        }

    def _network(self) -> State:
        """That of the service, as far as no other is given."""
        theirs = dict((self._service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {})
        if self._params["subnets"]:
            theirs["subnets"] = resolve_all(self._aws, "subnet", self._params["subnets"])
        if self._params["security_groups"]:
            theirs["securityGroups"] = resolve_all(self._aws, "security_group", self._params["security_groups"])
        if self._params["assign_public_ip"] is not None:
            theirs["assignPublicIp"] = "ENABLED" if self._params["assign_public_ip"] else "DISABLED"
        if not theirs.get("subnets"):
            raise InfraError(f"Task of {self._name} needs a network: give service, or subnets and security_groups.")
        return theirs

    def _container(self) -> str:
        names = [one["name"] for one in self._definition["containerDefinitions"]]
        wanted = self._params["container"] or (
            self._params["service"] if self._params["service"] in names else names[0]
        )
        if wanted not in names:
            raise NotFound(f"Task definition {self._name} has no container {wanted}; it has {', '.join(names)}.")
        return wanted

    @property
    def _name(self) -> str:
        return f"{self._definition['family']}:{self._definition['revision']}"

    @property
    def _mark(self) -> str:
        """Who started it: the same for equal tasks, so that a second run follows what the first one started."""
        what = {name: self._params[name] for name in ("cluster", "command", "environment", "cpu", "memory")}
        text = json.dumps([what, self.task_definition, self.container], sort_keys=True, default=str)
        return f"once-{hashlib.sha256(text.encode()).hexdigest()[:31]}"

    def _look(self, arn: str) -> State:
        answer = self._aws.read(
            "ecs", "describe_tasks", "tasks", fresh=True, cluster=self._params["cluster"], tasks=[arn]
        )
        if not answer:
            raise InfraError(f"Task {_id(arn)} of {self._name} is not known to AWS any more.")
        return answer[0]

    # -- its log ------------------------------------------------------------------------------------------------

    def _stream(self, arn: str) -> _ecs_logs.Stream:
        return _ecs_logs.stream_of(self._definition, self.container, arn)

    def _lines(self, arn: str, count: int) -> list[str]:
        return _ecs_logs.last_lines(self._aws, self._stream(arn), count)

    def _said(self, arn: str, late: bool = False) -> str:
        lines = self._lines(arn, self._params["log_lines"])
        for _look in range(_LATE_LOG if late and self._stream(arn).group else 0):
            if lines:
                break
            time.sleep(1)
            lines = self._lines(arn, self._params["log_lines"])
        return f"Its last lines: {' | '.join(lines)} " if lines else ""


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


def _seconds(task: State) -> float | None:
    started, stopped = task.get("startedAt"), task.get("executionStoppedAt") or task.get("stoppedAt")
    return round((stopped - started).total_seconds(), 1) if started and stopped else None
