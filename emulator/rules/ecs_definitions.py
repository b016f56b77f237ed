# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS task definitions: containers that fit together, and what Fargate and the network mode awsvpc lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import first_twice

GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
PARAMETERS = f"{GUIDE}/task_definition_parameters.html"
API = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference"
REGISTER = "RegisterTaskDefinition"
MOST_CONTAINERS = 10
NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
COMPLETED = ("COMPLETE", "SUCCESS")
FARGATE_LOG_DRIVERS = ("awsfirelens", "awslogs", "splunk")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
HEALTH_CHECK = {"interval": (5, 300), "timeout": (2, 120), "retries": (1, 10), "startPeriod": (0, 300)}
NOT_IN_AWSVPC = ("dnsSearchDomains", "dnsServers", "extraHosts", "hostname", "links")


def _client(message: str) -> Refused:
    return Refused("ClientException", message)


def _containers(request: Request) -> list[dict[str, Any]]:
    return request["containerDefinitions"]


def _dependencies(request: Request) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Each container with another one it waits for, and for which condition of it."""
    known = {container.get("name"): container for container in _containers(request)}
    for container in _containers(request):
        for one in container.get("dependsOn") or []:
            if one["containerName"] in known:
                yield container, known[one["containerName"]], one["condition"]


def _on_fargate(request: Request) -> bool:
    return "FARGATE" in request.get("requiresCompatibilities", [])


@rule("ecs", REGISTER, docs=f"{GUIDE}/service-quotas.html")
def containers_per_task_definition(request: Request) -> None:
    """A task definition has up to 10 containers."""
    if len(_containers(request)) > MOST_CONTAINERS:
        raise _client(f"Too many container definitions: at most {MOST_CONTAINERS} are allowed.")


@rule("ecs", REGISTER, docs=PARAMETERS)
def container_name(request: Request) -> None:
    """The name of a container has up to 255 letters, digits, hyphens and underscores."""
    for container in _containers(request):
        if not NAME.fullmatch(container.get("name") or ""):
            raise _client(
                f"Invalid container name '{container.get('name')}': up to 255 letters, numbers, hyphens and "
                "underscores are allowed."
            )


@rule("ecs", REGISTER, docs=f"{API}/API_ContainerDependency.html")
def circular_dependencies(request: Request) -> None:
    """Containers do not wait for each other in a circle."""
    waits: dict[str, set[str]] = {}
    for container, other, _condition in _dependencies(request):
        waits.setdefault(container["name"], set()).add(other["name"])
    for name in waits:
        reached, coming = set(), list(waits[name])
        while coming:
            one = coming.pop()
            if one not in reached:
                reached.add(one)
                coming += waits.get(one, ())
        if name in reached:
            raise _client(f"Container '{name}' has a circular dependency.")


@rule("ecs", REGISTER, docs=f"{API}/API_ContainerDependency.html")
def healthy_needs_health_check(request: Request) -> None:
    """Only of a container with a health check can another one wait to be healthy."""
    for container, other, condition in _dependencies(request):
        if condition == "HEALTHY" and not other.get("healthCheck"):
            raise _client(
                f"Container '{container['name']}' depends on container '{other['name']}' with condition HEALTHY, but "
                f"'{other['name']}' has no health check."
            )


@rule("ecs", REGISTER, docs=f"{API}/API_ContainerDependency.html")
def completing_is_not_essential(request: Request) -> None:
    """An essential container cannot be waited for to complete."""
    for _container, other, condition in _dependencies(request):
        if condition in COMPLETED and other.get("essential", True):
            raise _client(f"A container with dependency condition {condition} cannot be essential: '{other['name']}'.")


@rule("ecs", REGISTER, docs=f"{API}/API_HealthCheck.html")
def health_check_values(request: Request) -> None:
    """Interval, timeout, retries and start period of a health check are within their ranges."""
    for container in _containers(request):
        check = container.get("healthCheck") or {}
        for name, (least, most) in HEALTH_CHECK.items():
            if check.get(name) is not None and not least <= check[name] <= most:
                raise _client(f"healthCheck.{name} must be between {least} and {most} in '{container['name']}'.")


@rule("ecs", REGISTER, docs=f"{API}/API_PortMapping.html")
def ports_are_unique(request: Request) -> None:
    """Containers that share a network do not share a port."""
    if request.get("networkMode") not in ("awsvpc", "host"):
        return
    ports = [
        (mapping.get("containerPort"), mapping.get("protocol") or "tcp")
        for container in _containers(request)
        for mapping in container.get("portMappings") or []
        if mapping.get("containerPort")
    ]
    twice = first_twice(ports)
    if twice:
        raise _client(f"Container port {twice[0]}/{twice[1]} is used more than once in the task definition.")


@rule("ecs", REGISTER, docs=f"{API}/API_PortMapping.html")
def port_names_are_unique(request: Request) -> None:
    """The names of port mappings, which Service Connect refers to, are unique in a task definition."""
    names = (
        mapping["name"]
        for container in _containers(request)
        for mapping in container.get("portMappings") or []
        if mapping.get("name")
    )
    twice = first_twice(names)
    if twice:
        raise _client(f"Port mapping name '{twice}' is used more than once in the task definition.")


@rule("ecs", REGISTER, docs=f"{API}/API_PortMapping.html")
def container_port(request: Request) -> None:
    """A port is from 0 to 65535."""
    for container in _containers(request):
        for mapping in container.get("portMappings") or []:
            for name in ("containerPort", "hostPort"):
                if not 0 <= (mapping.get(name) or 0) <= 65535:
                    raise _client(f"Invalid '{name}' setting for container '{container['name']}': {mapping[name]}")


@rule("ecs", REGISTER, docs=f"{API}/API_Ulimit.html")
def ulimits(request: Request) -> None:
    """A soft limit is not above its hard limit."""
    for container in _containers(request):
        for one in container.get("ulimits") or []:
            if one["softLimit"] > one["hardLimit"]:
                raise _client(f"Soft limit of '{one['name']}' must not be above its hard limit.")


@rule("ecs", REGISTER, docs=PARAMETERS)
def reservation_below_limit(request: Request) -> None:
    """The memory a container may use is more than the memory it reserves."""
    for container in _containers(request):
        memory, reserved = container.get("memory"), container.get("memoryReservation")
        if memory and reserved and reserved > memory:
            raise _client(
                f"Invalid setting for container '{container['name']}'. 'memory' must be greater than or equal to "
                "'memoryReservation'."
            )


@rule("ecs", REGISTER, docs=PARAMETERS)
def secret_and_environment(request: Request) -> None:
    """A variable of a container is a secret or a plain value, and no secret twice."""
    for container in _containers(request):
        secrets = [one["name"] for one in container.get("secrets") or []]
        plain = [one.get("name") for one in container.get("environment") or []]
        twice = first_twice(secrets) or next((name for name in secrets if name in plain), None)
        if twice:
            raise _client(
                "The secret name must be unique and not shared with any new or existing environment variables set on "
                f"the container, such as '{twice}'."
            )


@rule("ecs", REGISTER, docs=f"{API}/API_LogConfiguration.html")
def fargate_log_driver(request: Request) -> None:
    """On Fargate logs go through awslogs, splunk or awsfirelens."""
    for container in _containers(request) if _on_fargate(request) else ():
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if driver is not None and driver not in FARGATE_LOG_DRIVERS:
            raise _client(f"Log driver {driver} is not supported for Fargate tasks: {', '.join(FARGATE_LOG_DRIVERS)}")


@rule("ecs", REGISTER, docs=f"{GUIDE}/fargate-tasks-services.html")
def fargate_lacks(request: Request) -> None:
    """On Fargate there are no placement constraints, volumes of a host, IPC modes and inference accelerators."""
    if not _on_fargate(request):
        return
    if request.get("placementConstraints"):
        raise _client("Fargate does not support placement constraints.")
    if request.get("ipcMode"):
        raise _client("Fargate does not support ipcMode.")
    if request.get("inferenceAccelerators"):
        raise _client("Fargate does not support inference accelerators.")
    for volume in request.get("volumes", []):
        if (volume.get("host") or {}).get("sourcePath") or volume.get("dockerVolumeConfiguration"):
            raise _client("Fargate compatible task definitions do not support sourcePath or dockerVolumeConfiguration")


@rule("ecs", REGISTER, docs=PARAMETERS)
def awsvpc_lacks(request: Request) -> None:
    """In the network mode awsvpc containers have no links, host names, extra hosts and DNS settings."""
    if request.get("networkMode") != "awsvpc":
        return
    for container in _containers(request):
        given = [name for name in NOT_IN_AWSVPC if container.get(name)]
        if given:
            raise _client(f"{given[0]} is not supported when networkMode=awsvpc.")
