# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Task definitions: Fargate's rules, the defaults AWS fills in, and revisions that are found while they are active."""

from __future__ import annotations

import copy
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.mend.ecs.errors import client
from emulator.registry import mend, parameters

FAMILY = re.compile(r"[a-zA-Z0-9_-]{1,255}")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
GIB = 1024

# cpu units -> the memory in MiB that goes with them
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE_SIZES = {
    256: {512, 1 * GIB, 2 * GIB},
    512: {gib * GIB for gib in range(1, 5)},
    1024: {gib * GIB for gib in range(2, 9)},
    2048: {gib * GIB for gib in range(4, 17)},
    4096: {gib * GIB for gib in range(8, 31)},
    8192: {gib * GIB for gib in range(16, 61, 4)},
    16384: {gib * GIB for gib in range(32, 121, 8)},
}


def active_definition(backend: EC2ContainerServiceBackend, name: str | None) -> TaskDefinition:
    """What a service or task may use: an active revision, the newest one when only the family is named."""
    definition = find(backend, name or "")
    if definition is None:
        raise client("TaskDefinition not found.")
    if definition.status != "ACTIVE":
        raise client("TaskDefinition is inactive")
    return definition


def find(backend: EC2ContainerServiceBackend, name: str) -> TaskDefinition | None:
    family, _separator, revision = name.split("/")[-1].partition(":")
    revisions = backend.task_definitions.get(family, {})
    if revision:
        return revisions.get(int(revision)) if revision.isdigit() else None
    return max(
        (one for one in revisions.values() if one.status == "ACTIVE"), key=lambda one: one.revision, default=None
    )


@mend(EC2ContainerServiceBackend)
def describe_task_definition(
    _original: Any, self: EC2ContainerServiceBackend, task_definition_str: str
) -> TaskDefinition:
    definition = find(self, task_definition_str)
    if definition is None:
        raise client("Unable to describe task definition.")
    return definition


@mend(EC2ContainerServiceResponse)
def list_task_definitions(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request = parameters(self)
    wanted = request.get("status", "ACTIVE")
    found = [
        definition
        for family, revisions in sorted(self.ecs_backend.task_definitions.items())
        if request.get("familyPrefix") in (None, family)
        for definition in sorted(revisions.values(), key=lambda one: one.revision)
        if definition.status == wanted
    ]
    if request.get("sort") == "DESC":
        found.reverse()
    return ActionResult({"taskDefinitionArns": [one.arn for one in found]})


@mend(EC2ContainerServiceResponse)
def register_task_definition(original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request = parameters(self)
    _check(request)
    answer = original(self)
    definition = self.ecs_backend.task_definitions[request["family"]][
        max(self.ecs_backend.task_definitions[request["family"]])
    ]
    definition.container_definitions = [_with_defaults(one) for one in definition.container_definitions]
    definition.volumes = [volume if len(volume) > 1 else {**volume, "host": {}} for volume in definition.volumes]
    definition.registered_at = utcnow()
    return answer


def _with_defaults(container: dict[str, Any]) -> dict[str, Any]:
    """What AWS fills into a container definition for the network mode awsvpc."""
    full: dict[str, Any] = {"systemControls": [], **copy.deepcopy(container)}
    for mapping in full["portMappings"]:
        mapping.setdefault("hostPort", mapping.get("containerPort"))
        mapping.setdefault("protocol", "tcp")
    if "healthCheck" in full:
        full["healthCheck"] = {"interval": 30, "timeout": 5, "retries": 3, **full["healthCheck"]}
    return full


def _check(request: dict[str, Any]) -> None:
    if not FAMILY.fullmatch(request["family"]):
        raise client("Invalid 'family': up to 255 letters, numbers, hyphens and underscores are allowed.")
    for role in ("taskRoleArn", "executionRoleArn"):
        if request.get(role) and not ROLE.fullmatch(request[role]):
            raise client("Role is not valid")
    containers = request["containerDefinitions"]
    names = [container.get("name") for container in containers]
    if len(set(names)) != len(names):
        raise client("Container names must be unique.")
    if not any(container.get("essential", True) for container in containers):
        raise client("At least one container must be marked as essential.")
    volumes = {volume.get("name") for volume in request.get("volumes") or []}
    for container in containers:
        _check_container(container, names, volumes, request)
    if "FARGATE" in (request.get("requiresCompatibilities") or []):
        _check_fargate(request)


def _check_container(container: dict, names: list, volumes: set, request: dict) -> None:
    for mount in container.get("mountPoints") or []:
        if mount.get("sourceVolume") not in volumes:
            raise client(f"Unknown volume '{mount.get('sourceVolume')}'.")
    for dependency in container.get("dependsOn") or []:
        if dependency["containerName"] not in names or dependency["containerName"] == container["name"]:
            raise client(f"Container '{container['name']}' depends on an unknown container.")
    for mapping in container.get("portMappings") or []:
        if request.get("networkMode") == "awsvpc" and mapping.get("hostPort") not in (
            None,
            mapping.get("containerPort"),
        ):
            raise client("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
    if container.get("memory") and request.get("memory") and container["memory"] > _units(request["memory"]):
        raise client(f"The 'memory' setting for container '{container['name']}' is greater than for the task.")
    if container.get("secrets") and not request.get("executionRoleArn"):
        raise client("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.")


def _units(text: str) -> int:
    """256, "256", "0.25 vCPU" and "1 GB" in CPU units or MiB."""
    number, _separator, unit = str(text).strip().partition(" ")
    return int(float(number) * (1024 if unit else 1))


def _check_fargate(request: dict) -> None:
    if request.get("networkMode") != "awsvpc":
        raise client("Fargate only supports network mode 'awsvpc'.")
    cpu, memory = request.get("cpu"), request.get("memory")
    if not cpu or not memory:
        raise client("Fargate requires that 'cpu' and 'memory' be defined at the task level.")
    if _units(memory) not in FARGATE_SIZES.get(_units(cpu), ()):
        raise client(f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory.")
    if sum(container.get("cpu") or 0 for container in request["containerDefinitions"]) > _units(cpu):
        raise client("The sum of the 'cpu' of the containers is greater than for the task.")
    size = (request.get("ephemeralStorage") or {}).get("sizeInGiB")
    if size is not None and not 21 <= size <= 200:
        raise client("The 'ephemeralStorage' size must be from 21 to 200 GiB.")
    for container in request["containerDefinitions"]:
        _check_fargate_container(container, request)


def _check_fargate_container(container: dict, request: dict) -> None:
    if container.get("privileged"):
        raise client("Fargate does not support privileged containers.")
    linux = container.get("linuxParameters") or {}
    if linux.get("tmpfs") or linux.get("devices") or "sharedMemorySize" in linux:
        raise client("Fargate does not support tmpfs, devices and sharedMemorySize.")
    if set((linux.get("capabilities") or {}).get("add") or []) - {"SYS_PTRACE"}:
        raise client("Fargate only supports the additional capability SYS_PTRACE.")
    if not 0 <= (container.get("stopTimeout") or 0) <= 120:
        raise client("The 'stopTimeout' must be at most 120 seconds.")
    if ".dkr.ecr." in container["image"] and not request.get("executionRoleArn"):
        raise client("Fargate requires task definition to have execution role ARN to support ECR images.")
    log = container.get("logConfiguration") or {}
    if log.get("logDriver") == "awslogs":
        if not request.get("executionRoleArn"):
            raise client("Fargate requires task definition to have execution role ARN to support log driver awslogs.")
        missing = {"awslogs-group", "awslogs-region", "awslogs-stream-prefix"} - set(log.get("options") or {})
        if missing:
            raise client(f"Log driver awslogs requires options: {', '.join(sorted(missing))}")
