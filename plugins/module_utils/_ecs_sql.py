# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Asking a database something by a task that runs once, in the network of a service that may use it.

Nobody else can: the database has no address outside, and the controller none inside. The task has network, execution
role and log of the service, and psql in place of its image; user and password come from the secret, seen by nobody.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-tasks.html
"""

from __future__ import annotations

import contextlib
import time
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_run import Task
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._step import StepFailed

_CONTAINER = "sql"
_PAUSE_SECONDS = 10.0  # between two tries
# What psql reads from its environment, and the keys of the secret.
_FROM_SECRET = {"PGUSER": "username", "PGPASSWORD": "password", "PGDATABASE": "dbname", "PGPORT": "port"}
_KEPT = ("executionRoleArn", "networkMode", "requiresCompatibilities", "runtimePlatform")


class Sql:
    """One statement, asked of one database. params are the options of the module ecs_sql_task."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params = params
        service = _ecs.described_service(aws, params["cluster"], params["service"])
        if service is None or service["status"] != "ACTIVE":
            raise NotFound(
                f"ECS service {params['service']} does not exist in cluster {params['cluster']}: run site.yml first."
            )
        self._theirs: State = _ecs.described_definition(aws, service["taskDefinition"])["taskDefinition"]
        self._family = f"{self._theirs['family']}-sql"
        missing = ("ResourceNotFoundException",)
        found: t.Any = aws.read("secretsmanager", "describe_secret", missing=missing, SecretId=params["secret"])
        if found is None:
            raise NotFound(f"The secret {params['secret']} does not exist in {aws.region}: run site.yml first.")
        self._secret: str = found["ARN"]

    def ask(self) -> State:
        """The answer, after as many tries as there is time for; raises StepFailed with what the last one said."""
        deadline = time.monotonic() + self._params["retry_seconds"]
        definition = self._register()
        try:
            while True:
                task = Task(self._aws, self._task(definition))
                try:
                    return task.follow(task.start())
                except StepFailed:
                    if time.monotonic() > deadline:
                        raise
                self._aws.hold_lock()
                time.sleep(min(_PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))
        finally:
            with contextlib.suppress(InfraError):  # the next one does it, too
                self._clean_up()

    def _task(self, definition: str) -> State:
        return {
            "cluster": self._params["cluster"],
            "service": self._params["service"],
            "task_definition": definition,
            "container": _CONTAINER,
            **{name: self._params[name] for name in ("tags", "log_lines", "wait_timeout")},
        }

    def _register(self) -> str:
        host = self._params["host"]
        log = next(
            (one["logConfiguration"] for one in self._theirs["containerDefinitions"] if "logConfiguration" in one), None
        )
        keys = {**_FROM_SECRET, **({} if host else {"PGHOST": "host"})}
        container: State = {
            "name": _CONTAINER,
            "image": self._params["image"],
            "essential": True,
            "command": ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", self._params["statement"]],
            "environment": [
                {"name": "PGSSLMODE", "value": "require"},
                {"name": "PGCONNECT_TIMEOUT", "value": "10"},
                *([{"name": "PGHOST", "value": host}] if host else []),
            ],
            "secrets": [{"name": name, "valueFrom": f"{self._secret}:{key}::"} for name, key in sorted(keys.items())],
            **({"logConfiguration": log} if log else {}),
        }
        answer = self._aws.write(
            "ecs",
            "register_task_definition",
            family=self._family,
            cpu="256",
            memory="512",
            containerDefinitions=[container],
            tags=_ecs.tag_list(self._params["tags"]),
            **{name: self._theirs[name] for name in _KEPT if self._theirs.get(name)},
        )
        return answer["taskDefinition"]["taskDefinitionArn"]

    def _clean_up(self) -> None:
        """Nothing is left of it, also of one that was killed."""
        listed = self._aws.read(
            "ecs", "list_task_definitions", "taskDefinitionArns", fresh=True, familyPrefix=self._family, status="ACTIVE"
        )
        for arn in listed or []:
            if arn.rpartition("/")[2].rpartition(":")[0] == self._family:
                self._aws.write("ecs", "deregister_task_definition", taskDefinition=arn)
