# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services: everything that was set is returned, and a change makes a deployment."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import elbv2_backends
from moto.servicediscovery.models import servicediscovery_backends

from emulator.mend.ecs import deployments, shifts
from emulator.mend.ecs.clusters import active_cluster, strategy
from emulator.mend.ecs.errors import invalid, refused
from emulator.mend.ecs.task_definitions import active_definition
from emulator.registry import mend, operation, parameters

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")

# What a service has when nothing is said about it.
DEFAULTS: dict[str, Any] = {
    "loadBalancers": [],
    "serviceRegistries": [],
    "placementConstraints": [],
    "placementStrategy": [],
    "schedulingStrategy": "REPLICA",
    "enableECSManagedTags": False,
    "propagateTags": "NONE",
    "enableExecuteCommand": False,
    "capacityProviderStrategy": [],
}
DEPLOYMENT_DEFAULTS: dict[str, Any] = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
# A change of these starts new tasks by itself; of the others only new tasks take notice.
DEPLOYS = ("taskDefinition", "loadBalancers", "serviceRegistries", "networkConfiguration", "platformVersion")
DEPLOYS += ("serviceConnectConfiguration", "volumeConfigurations")
UPDATABLE = (*DEPLOYS, "desiredCount", "capacityProviderStrategy", "deploymentConfiguration", "placementConstraints")
UPDATABLE += (
    "availabilityZoneRebalancing",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
)
UPDATABLE += ("enableECSManagedTags", "propagateTags")


# -- calls ------------------------------------------------------------------------------------------------------------


@mend(EC2ContainerServiceResponse)
def create_service(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    cluster = active_cluster(backend, request.get("cluster"))
    name = request["serviceName"]
    if not NAME.fullmatch(name):
        raise invalid(f"Invalid service name {name}: up to 255 letters, numbers, underscores and hyphens are allowed.")
    existing = backend.services.get(f"{cluster.name}:{name}")
    if existing is not None and existing.status == "ACTIVE":
        raise invalid("Creation of service was not idempotent.")
    if existing is not None and existing.status == "DRAINING":
        raise invalid("Unable to Start a service that is still Draining.")
    definition = active_definition(backend, request.get("taskDefinition"))
    spec = spec_of(backend, cluster, request, definition)
    backend.create_service(
        cluster.name,
        name,
        request.get("desiredCount") or 0,
        definition.arn,
        tags=request.get("tags"),
        network_configuration=request.get("networkConfiguration"),
    )
    service = backend.services[f"{cluster.name}:{name}"]
    if role := request.get("role"):
        spec["roleArn"] = role if role.startswith("arn:") else f"arn:aws:iam::{backend.account_id}:role/{role}"
    begin(backend, service, spec)
    return ActionResult({"service": _view(backend, service, tags=True)})


def begin(backend: EC2ContainerServiceBackend, service: Service, spec: dict[str, Any]) -> None:
    """Let a service that was made deploy for the first time."""
    service.launch_type = spec.get("launchType")
    service.emulated = spec
    service.emulated.update(events=[], deployments=[], history=[], createdAt=utcnow(), settled=None)
    deployments.deploy(backend, service)
    deployments.attend(backend, service)


@mend(EC2ContainerServiceResponse)
def describe_services(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    cluster = active_cluster(backend, request.get("cluster"))
    names = request["services"]
    if not 1 <= len(names) <= 10:
        raise invalid("Services must have from 1 to 10 members.")
    services, failures = backend.describe_services(cluster.name, names)
    with_tags = "TAGS" in (request.get("include") or [])
    views = []
    for service in services:
        deployments.look(backend, service)
        views.append(_view(backend, service, with_tags))
    return ActionResult({"services": views, "failures": failures})


@mend(EC2ContainerServiceResponse)
def update_service(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    service = _active_service(backend, request)
    cluster = backend.clusters[service.cluster_name]
    changes = {key: request[key] for key in UPDATABLE if request.get(key) is not None}
    force = bool(request.get("forceNewDeployment"))
    if "capacityProviderStrategy" in changes:
        changes["capacityProviderStrategy"] = strategy(
            backend, cluster.capacity_providers or [], changes["capacityProviderStrategy"]
        )
        if changes["capacityProviderStrategy"] != service.emulated["capacityProviderStrategy"] and not force:
            raise invalid(
                "When switching from launch type to capacity provider strategy on an existing service, or making a "
                "change to a capacity provider strategy on a service that is already using one, you must force a new "
                "deployment."
            )
        if changes["capacityProviderStrategy"]:
            service.emulated.pop("launchType", None)
        else:
            service.emulated.setdefault("launchType", "FARGATE")
    if "taskDefinition" in changes:
        changes["taskDefinition"] = active_definition(backend, changes["taskDefinition"]).arn
    if "deploymentConfiguration" in changes:
        changes["deploymentConfiguration"] = {
            **service.emulated["deploymentConfiguration"],
            **changes["deploymentConfiguration"],
        }
    if "networkConfiguration" in changes:
        service._validate_network(_with_groups(changes["networkConfiguration"]))
    spec = {**service.emulated, **changes}
    _check(backend, spec, active_or_inactive(backend, spec["taskDefinition"]))
    deploys = force or any(key in changes and changes[key] != service.emulated.get(key) for key in DEPLOYS)
    service.emulated.update(changes)
    service.task_definition = service.emulated["taskDefinition"]
    service.desired_count = service.emulated["desiredCount"]
    if deploys:
        deployments.deploy(backend, service)
    return ActionResult({"service": _view(backend, service, tags=True)})


@mend(EC2ContainerServiceResponse)
def delete_service(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    service = _active_service(backend, request)
    if service.emulated["desiredCount"] and not request.get("force"):
        raise invalid("The service cannot be stopped while the primary deployment is scaled above 0.")
    service.emulated["desiredCount"] = service.desired_count = 0
    service.status = "DRAINING" if deployments.live_tasks(backend, service) else "INACTIVE"
    service.emulated["deployments"] = []
    return ActionResult({"service": _view(backend, service, tags=True)})


@mend(EC2ContainerServiceResponse)
def list_services(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    cluster = active_cluster(backend, request.get("cluster"))
    found = [
        service
        for service in backend.services.values()
        if service.cluster_arn == cluster.arn
        and service.status != "INACTIVE"
        and request.get("launchType") in (None, service.emulated.get("launchType"))
        and request.get("schedulingStrategy") in (None, service.emulated["schedulingStrategy"])
    ]
    return ActionResult({"serviceArns": sorted(service.arn for service in found)})


@operation(EC2ContainerServiceResponse)
def list_service_deployments(self: EC2ContainerServiceResponse, request: dict[str, Any]) -> dict[str, Any]:
    service = _active_service(self.ecs_backend, request)
    wanted = request.get("status") or []
    brief = [
        {key: value for key, value in one.items() if key not in ("deploymentConfiguration", "targetServiceRevision")}
        for one in reversed(service.emulated["history"])
        if not wanted or one["status"] in wanted
    ]
    return {"serviceDeployments": brief}


@operation(EC2ContainerServiceResponse)
def describe_service_deployments(self: EC2ContainerServiceResponse, request: dict[str, Any]) -> dict[str, Any]:
    known = {
        one["serviceDeploymentArn"]: one
        for service in self.ecs_backend.services.values()
        for one in service.emulated["history"]
    }
    wanted = request["serviceDeploymentArns"]
    return {
        "serviceDeployments": [known[arn] for arn in wanted if arn in known],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn in wanted if arn not in known],
    }


@mend(EC2ContainerServiceBackend, "describe_services")
def described(
    original: Any, self: EC2ContainerServiceBackend, cluster_str: str, service_names_or_arns: list[str]
) -> Any:
    """Also what other services of AWS look at: a deleted service remains visible, under its status."""
    return original(self, cluster_str, [name.split("/")[-1] for name in service_names_or_arns])


# -- what is asked for ------------------------------------------------------------------------------------------------


def _active_service(backend: EC2ContainerServiceBackend, request: dict[str, Any]) -> Service:
    cluster = active_cluster(backend, request.get("cluster"))
    service = backend.services.get(f"{cluster.name}:{request['service'].split('/')[-1]}")
    if service is None:
        raise refused("ServiceNotFoundException", "Service not found.")
    if service.status != "ACTIVE":
        raise refused("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def active_or_inactive(backend: EC2ContainerServiceBackend, arn: str) -> TaskDefinition:
    """A running service keeps a revision that was deregistered meanwhile."""
    return backend.describe_task_definition(arn)


def spec_of(
    backend: EC2ContainerServiceBackend, cluster: Cluster, request: dict[str, Any], definition: TaskDefinition
) -> dict[str, Any]:
    """The service as it will be described."""
    providers = request.get("capacityProviderStrategy") or []
    if request.get("launchType") and providers:
        raise invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    spec = {
        key: value for key, value in request.items() if key not in ("cluster", "tags", "clientToken", "serviceName")
    }
    spec = {**DEFAULTS, **spec}
    spec["taskDefinition"] = definition.arn
    spec["desiredCount"] = request.get("desiredCount") or 0
    spec["capacityProviderStrategy"] = strategy(backend, cluster.capacity_providers or [], providers)
    if not request.get("launchType") and not providers:
        if cluster.default_capacity_provider_strategy:
            spec["capacityProviderStrategy"] = cluster.default_capacity_provider_strategy
        else:
            spec["launchType"] = "EC2"
    spec["deploymentConfiguration"] = {**DEPLOYMENT_DEFAULTS, **(request.get("deploymentConfiguration") or {})}
    maximum = spec["deploymentConfiguration"]["maximumPercent"]
    spec.setdefault("availabilityZoneRebalancing", "ENABLED" if maximum > 100 else "DISABLED")
    if spec.get("launchType") != "EC2":
        spec.setdefault("platformVersion", "LATEST")
        spec["platformFamily"] = "Linux"
    if "networkConfiguration" in spec:
        spec["networkConfiguration"]["awsvpcConfiguration"].setdefault("securityGroups", [])
        spec["networkConfiguration"]["awsvpcConfiguration"].setdefault("assignPublicIp", "DISABLED")
    _check(backend, spec, definition)
    return spec


def _with_groups(network: dict[str, Any]) -> dict[str, Any]:
    network["awsvpcConfiguration"].setdefault("securityGroups", [])
    network["awsvpcConfiguration"].setdefault("assignPublicIp", "DISABLED")
    return network


def _check(backend: EC2ContainerServiceBackend, spec: dict[str, Any], definition: TaskDefinition) -> None:
    """What AWS refuses in a service, whether it is made or changed."""
    if definition.network_mode == "awsvpc" and not spec.get("networkConfiguration"):
        raise invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    fargate = spec.get("launchType") == "FARGATE" or spec["capacityProviderStrategy"]
    if fargate and "FARGATE" not in (definition.requires_compatibilities or []):
        raise invalid("Task definition does not support launch_type FARGATE.")
    if spec["desiredCount"] < 0:
        raise invalid("desiredCount must not be negative.")
    maximum = spec["deploymentConfiguration"]["maximumPercent"]
    minimum = spec["deploymentConfiguration"]["minimumHealthyPercent"]
    if spec["availabilityZoneRebalancing"] == "ENABLED" and maximum <= 100:
        raise invalid("AvailabilityZoneRebalancing cannot be ENABLED when maximumPercent is 100 or less.")
    if maximum <= minimum and maximum <= 100:
        raise invalid("maximumPercent must be greater than minimumHealthyPercent where it is 100 or less.")
    if spec.get("healthCheckGracePeriodSeconds") and not spec["loadBalancers"]:
        raise invalid("Health check grace period is only valid for services configured to use load balancers")
    if spec["enableExecuteCommand"] and not getattr(definition, "task_role_arn", None):
        raise invalid(
            "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role "
            "in your task definition and try again."
        )
    _check_targets(backend, spec, definition)
    shifts.check(backend, spec)
    _check_registries(backend, spec)


def _check_targets(backend: EC2ContainerServiceBackend, spec: dict[str, Any], definition: TaskDefinition) -> None:
    ports = {
        container["name"]: {mapping.get("containerPort") for mapping in container["portMappings"]}
        for container in definition.container_definitions
    }
    balancers = elbv2_backends[backend.account_id][backend.region_name]
    for one in spec["loadBalancers"]:
        arn, container, port = one.get("targetGroupArn"), one.get("containerName"), one.get("containerPort")
        if container not in ports:
            raise invalid(f"The container {container} does not exist in the task definition.")
        if port not in ports[container]:
            raise invalid(f"The container {container} did not have a container port {port} defined.")
        if arn not in balancers.target_groups:
            raise invalid(f"The target group {arn} does not exist.")
        if definition.network_mode == "awsvpc" and balancers.target_groups[arn].target_type != "ip":
            raise invalid(
                f"The provided target group {arn} has target type {balancers.target_groups[arn].target_type}, which is "
                "incompatible with the awsvpc network mode specified in the task definition."
            )
        if arn not in _listened(balancers):
            raise invalid(f"The target group with targetGroupArn {arn} does not have an associated load balancer.")


def _listened(balancers: Any) -> set[str]:
    """The target groups some listener sends to, by its default action or a rule."""
    actions = [
        action
        for balancer in balancers.load_balancers.values()
        for listener in balancer.listeners.values()
        for rule in listener.rules.values()
        for action in rule.actions
    ]
    direct = {action.data.get("TargetGroupArn") for action in actions}
    weighted = {
        group.get("TargetGroupArn")
        for action in actions
        for group in (action.data.get("ForwardConfig") or {}).get("TargetGroups") or []
    }
    return (direct | weighted) - {None}


def _check_registries(backend: EC2ContainerServiceBackend, spec: dict[str, Any]) -> None:
    known = servicediscovery_backends[backend.account_id][backend.region_name].services.values()
    for one in spec["serviceRegistries"]:
        if one.get("registryArn") not in {service.arn for service in known}:
            raise invalid(f"The service registry {one.get('registryArn')} does not exist.")


# -- what is returned -------------------------------------------------------------------------------------------------


def _view(backend: EC2ContainerServiceBackend, service: Service, tags: bool) -> dict[str, Any]:
    spec = service.emulated
    inner = ("deployments", "groups", "history", "settled", "serviceConnectConfiguration", "volumeConfigurations")
    view = {key: value for key, value in spec.items() if key not in inner}
    tasks = [task for task in deployments.live_tasks(backend, service) if task.desired_status == "RUNNING"]
    view.update(
        serviceArn=service.arn,
        serviceName=service.name,
        clusterArn=service.cluster_arn,
        status=service.status,
        runningCount=sum(task.last_status == "RUNNING" for task in tasks),
        pendingCount=sum(task.last_status != "RUNNING" for task in tasks),
        roleArn=spec.get("roleArn") or backend_role(backend),
        createdBy=f"arn:aws:iam::{backend.account_id}:root",
        deployments=[_deployment(service, one, tasks) for one in spec["deployments"]],
        tags=service.tags if tags else [],
    )
    if spec["history"]:
        view["currentServiceDeployment"] = spec["history"][-1]["serviceDeploymentArn"]
    return view


def backend_role(backend: EC2ContainerServiceBackend) -> str:
    path = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    return f"arn:aws:iam::{backend.account_id}:role/{path}"


def _deployment(service: Service, deployment: dict[str, Any], tasks: list[Any]) -> dict[str, Any]:
    inner = ("started", "rollback", "ringing", "baked", "baking", "steps", "baked_over")
    view = {key: value for key, value in deployment.items() if key not in inner and value is not None}
    if deployment["status"] == "PRIMARY":
        view["desiredCount"] = service.emulated["desiredCount"]
    mine = [task for task in tasks if task.started_by == deployment["id"]]
    view["runningCount"] = sum(task.last_status == "RUNNING" for task in mine)
    view["pendingCount"] = len(mine) - view["runningCount"]
    return view
