# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Tasks of other images that run once where services are, and are gone afterwards.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-tasks.html
"""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound

_KEPT = ("executionRoleArn", "networkMode", "requiresCompatibilities", "runtimePlatform")
# What psql reads from its environment, and the keys of the secret.
_FROM_SECRET = {"PGUSER": "username", "PGPASSWORD": "password", "PGDATABASE": "dbname", "PGPORT": "port"}


class OneOff:
    """Makes task definitions for tasks that run once. What they have in common stands in _common, their log in _log."""

    _family: str
    _common: State
    _log: State | None

    def __init__(self, aws: Aws, tags: dict[str, str]):
        self._aws = aws
        self._tags = tags

    def secret(self, name: str) -> str:
        """The ARN of a secret that exists."""
        missing = ("ResourceNotFoundException",)
        found: t.Any = self._aws.read("secretsmanager", "describe_secret", missing=missing, SecretId=name)
        if found is None:
            raise NotFound(f"The secret {name} does not exist in {self._aws.region}: run site.yml first.")
        return found["ARN"]

    def container(self, name: str, image: str, command: list[str], environment: dict[str, str], **more: t.Any) -> State:
        """A container that writes where the service does."""
        return {
            "name": name,
            "image": image,
            "essential": True,
            "command": command,
            "environment": [{"name": key, "value": value} for key, value in environment.items()],
            **({"logConfiguration": self._log} if self._log else {}),
            **more,
        }

    def psql(self, name: str, image: str, statements: list[str], secret: str, host: str = "", **more: t.Any) -> State:
        """A container that runs statements. User and password come from the secret (an ARN), so nobody sees them."""
        keys = {**_FROM_SECRET, **({} if host else {"PGHOST": "host"})}
        commands = [word for statement in statements for word in ("-c", statement)]
        return self.container(
            name,
            image,
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *commands],
            {"PGSSLMODE": "require", "PGCONNECT_TIMEOUT": "10", **({"PGHOST": host} if host else {})},
            secrets=[{"name": variable, "valueFrom": f"{secret}:{key}::"} for variable, key in sorted(keys.items())],
            **more,
        )

    @contextlib.contextmanager
    def registered(self, containers: list[State]) -> t.Iterator[str]:
        """A task definition of these containers, by its ARN, for as long as it is needed."""
        answer = self._aws.write(
            "ecs",
            "register_task_definition",
            family=self._family,
            cpu="256",
            memory="512",
            containerDefinitions=containers,
            tags=_ecs.tag_list(self._tags),
            **self._common,
        )
        try:
            yield answer["taskDefinition"]["taskDefinitionArn"]
        finally:
            with contextlib.suppress(InfraError):  # the next one does it, too
                self._clean_up()

    def _clean_up(self) -> None:
        """Nothing is left of it, also of one that was killed."""
        listed = self._aws.read(
            "ecs", "list_task_definitions", "taskDefinitionArns", fresh=True, familyPrefix=self._family, status="ACTIVE"
        )
        for arn in listed or []:
            if arn.rpartition("/")[2].rpartition(":")[0] == self._family:
                self._aws.write("ecs", "deregister_task_definition", taskDefinition=arn)


class Borrower(OneOff):
    """Tasks where a service is, with its network, execution role and log.

    params has cluster, service and tags, and may have another execution_role; suffix ends the name of the family.
    """

    def __init__(self, aws: Aws, params: State, suffix: str):
        super().__init__(aws, params["tags"])
        found = _ecs.described_service(aws, params["cluster"], params["service"])
        if found is None or found["status"] != "ACTIVE":
            raise NotFound(
                f"ECS service {params['service']} does not exist in cluster {params['cluster']}: run site.yml first."
            )
        self.service: State = found
        theirs: State = _ecs.described_definition(aws, found["taskDefinition"])["taskDefinition"]
        self._family = f"{theirs['family']}-{suffix}"
        self._common = {name: theirs[name] for name in _KEPT if theirs.get(name)}
        if params.get("execution_role"):
            self._common["executionRoleArn"] = params["execution_role"]
        containers = theirs["containerDefinitions"]
        self._log = next((one["logConfiguration"] for one in containers if "logConfiguration" in one), None)


class Steward(OneOff):
    """Tasks with a role and a log of their own, before there is a service. params are options of ecs_database_user."""

    def __init__(self, aws: Aws, params: State, family: str):
        super().__init__(aws, params["tags"])
        self._family = family
        self._common = {
            "executionRoleArn": params["execution_role"],
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": params["cpu_architecture"]},
        }
        options = {
            "awslogs-group": params["log_group"],
            "awslogs-region": aws.region,
            "awslogs-stream-prefix": "database-user",
        }
        self._log = {"logDriver": "awslogs", "options": options}
