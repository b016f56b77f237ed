# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS services and tasks: networks, capacity, deployments, overrides."""

from __future__ import annotations

import re
from typing import Any

from emulator.mend.ecs.task_definitions import find
from emulator.rules import Refused, Request, rule
from emulator.rules.common import quota

GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"
API = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference"
STARTING = ("CreateService", "UpdateService", "RunTask")
MOST_SUBNETS, MOST_GROUPS = 16, 5
MOST_PER_CALL = 10
PLATFORM = re.compile(r"LATEST|1\.[0-4]\.0")
LONGEST_STARTED_BY = 128


def _invalid(message: str) -> Refused:
    return Refused("InvalidParameterException", message)


def _awsvpc(request: Request) -> dict[str, Any]:
    return request.get("networkConfiguration", {}).get("awsvpcConfiguration") or {}


def _definition(request: Request) -> Any:
    return find(request.backend("ecs"), request["taskDefinition"]) if "taskDefinition" in request else None


def _on_fargate(request: Request) -> bool:
    providers = [one["capacityProvider"] for one in request.get("capacityProviderStrategy", [])]
    return request.get("launchType") == "FARGATE" or any(name.startswith("FARGATE") for name in providers)


@rule("ecs", *STARTING, docs=f"{API}/API_AwsVpcConfiguration.html")
def awsvpc_limits(request: Request) -> None:
    """A task's network configuration has up to 16 subnets and 5 security groups."""
    for name, most in (("subnets", MOST_SUBNETS), ("securityGroups", MOST_GROUPS)):
        if len(_awsvpc(request).get(name) or []) > most:
            raise _invalid(f"{name} can have at most {most} items.")


@rule("ecs", *STARTING, docs=f"{API}/API_AwsVpcConfiguration.html")
def awsvpc_in_one_vpc(request: Request) -> None:
    """Subnets and security groups of a task are in one VPC."""
    backend = request.backend("ec2")
    subnets = {one.id: one.vpc_id for zone in backend.subnets.values() for one in zone.values()}
    groups = {one.id: vpc_id for vpc_id, there in backend.groups.items() for one in there.values()}
    vpcs = {subnets[name] for name in _awsvpc(request).get("subnets") or [] if name in subnets}
    theirs = {groups[name] for name in _awsvpc(request).get("securityGroups") or [] if name in groups}
    if len(vpcs) > 1:
        raise _invalid("subnets must be in the same vpc.")
    if vpcs and theirs - vpcs:
        raise _invalid("Security Groups and subnets belong to different vpcs.")


@rule(
    "ecs",
    *STARTING,
    "CreateCluster",
    "PutClusterCapacityProviders",
    docs=f"{API}/API_CapacityProviderStrategyItem.html",
)
def strategy_base(request: Request) -> None:
    """Only one capacity provider of a strategy has a base."""
    strategy = request.get("capacityProviderStrategy") or request.get("defaultCapacityProviderStrategy") or []
    if sum(bool(one.get("base")) for one in strategy) > 1:
        raise _invalid(
            "The capacity provider strategy cannot contain more than one capacity provider with a base value."
        )


@rule("ecs", *STARTING, docs=f"{API}/API_CapacityProviderStrategyItem.html")
def strategy_weight(request: Request) -> None:
    """Some capacity provider of a strategy has a weight, where there are several."""
    strategy = request.get("capacityProviderStrategy", [])
    if len(strategy) > 1 and not any(one.get("weight") for one in strategy):
        raise _invalid(
            "The capacity provider strategy must have at least one capacity provider with a weight greater than 0."
        )


@rule("ecs", "CreateService", "UpdateService", docs=f"{API}/API_DeploymentConfiguration.html")
def deployment_percent(request: Request) -> None:
    """The minimum healthy percent is from 0 to 100, the maximum percent at least 100."""
    configuration = request.get("deploymentConfiguration", {})
    least, most = configuration.get("minimumHealthyPercent"), configuration.get("maximumPercent")
    if least is not None and not 0 <= least <= 100:
        raise _invalid("Deployment minimumHealthyPercent must be between 0 and 100.")
    if most is not None and most < 100:
        raise _invalid("Deployment maximumPercent must be at least 100.")


@rule("ecs", "CreateService", docs=f"{API}/API_CreateService.html")
def fargate_scheduling(request: Request) -> None:
    """On Fargate there are no daemons, placement constraints and placement strategies."""
    if not _on_fargate(request):
        return
    if request.get("schedulingStrategy") == "DAEMON":
        raise _invalid("The daemon scheduling strategy is not supported on Fargate.")
    if request.get("placementConstraints") or request.get("placementStrategy"):
        raise _invalid("Placement constraints and placement strategies are not supported with FARGATE launch type.")


@rule("ecs", *STARTING, docs=f"{GUIDE}/platform-fargate.html")
def platform_version(request: Request) -> None:
    """A platform version is one that Fargate has."""
    version = request.get("platformVersion")
    if version is not None and not PLATFORM.fullmatch(version):
        raise _invalid(f"The specified platform version {version} does not exist.")


@rule("ecs", "CreateService", "UpdateService", docs=f"{GUIDE}/service-quotas.html")
def tasks_per_service(request: Request) -> None:
    """A service has no more tasks than the quota, 5000 unless it was raised."""
    most = quota(request, "ecs", "L-46458851")
    if request.get("desiredCount", 0) > most:
        raise _invalid(f"desiredCount cannot be greater than {most}.")


@rule("ecs", "CreateService", "UpdateService", docs=f"{API}/API_ServiceConnectService.html")
def connect_port_exists(request: Request) -> None:
    """The ports a service offers through Service Connect have names in its task definition."""
    definition = _definition(request)
    services = request.get("serviceConnectConfiguration", {}).get("services") or []
    if definition is None or not services:
        return
    names = {
        mapping.get("name")
        for container in definition.container_definitions
        for mapping in container.get("portMappings") or []
    }
    for one in services:
        if one["portName"] not in names:
            raise _invalid(f"Service Connect portName '{one['portName']}' was not found in the task definition.")


@rule("ecs", "RunTask", docs=f"{API}/API_RunTask.html")
def tasks_per_call(request: Request) -> None:
    """One call runs from 1 to 10 tasks."""
    if not 1 <= request.get("count", 1) <= MOST_PER_CALL:
        raise _invalid(f"count should be between 1 and {MOST_PER_CALL}.")


@rule("ecs", "RunTask", docs=f"{API}/API_RunTask.html")
def started_by(request: Request) -> None:
    """Who started a task is said in up to 128 characters."""
    if len(request.get("startedBy", "")) > LONGEST_STARTED_BY:
        raise _invalid(f"startedBy should not be longer than {LONGEST_STARTED_BY} characters.")


@rule("ecs", "RunTask", docs=f"{API}/API_ContainerOverride.html")
def override_of_a_container(request: Request) -> None:
    """Overrides are for containers of the task definition."""
    definition = _definition(request)
    names = {container["name"] for container in definition.container_definitions} if definition else set()
    for one in request.get("overrides", {}).get("containerOverrides") or []:
        if definition is not None and one.get("name") not in names:
            raise _invalid(f"Override for container named {one.get('name')} is not a container in the TaskDefinition.")


@rule("ecs", "RunTask", docs=f"{GUIDE}/task-networking-awsvpc.html")
def task_network(request: Request) -> None:
    """A task of the network mode awsvpc is given a network configuration."""
    definition = _definition(request)
    if definition is not None and definition.network_mode == "awsvpc" and not _awsvpc(request):
        raise _invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
