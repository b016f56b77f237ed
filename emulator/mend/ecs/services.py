# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services: everything that was set is returned, a change makes a deployment, and each look takes it a step further.

A deployment is IN_PROGRESS at the first look and COMPLETED at the second, when its tasks run and those before it have
stopped. Where tasks cannot start it fails, and the circuit breaker does what it was told.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elbv2.models import elbv2_backends
from moto.moto_api._internal import mock_random
from moto.servicediscovery.models import servicediscovery_backends

from emulator.mend.ecs import tasks
from emulator.mend.ecs.clusters import active_cluster, strategy
from emulator.mend.ecs.errors import invalid, refused
from emulator.mend.ecs.task_definitions import active_definition
from emulator.registry import mend, operation, parameters

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
MAX_EVENTS = 100

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
    spec = _spec(backend, cluster, request, definition)
    backend.create_service(
        cluster.name,
        name,
        request.get("desiredCount") or 0,
        definition.arn,
        tags=request.get("tags"),
        network_configuration=request.get("networkConfiguration"),
    )
    service = backend.services[f"{cluster.name}:{name}"]
    service.launch_type = spec.get("launchType")
    service.emulated = spec
    service.emulated.update(events=[], deployments=[], history=[], createdAt=utcnow(), tasks=[], settled=None)
    _deploy(backend, service)
    return ActionResult({"service": _view(backend, service, tags=True)})


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
        _advance(backend, service)
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
        _deploy(backend, service)
    return ActionResult({"service": _view(backend, service, tags=True)})


@mend(EC2ContainerServiceResponse)
def delete_service(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    service = _active_service(backend, request)
    if service.emulated["desiredCount"] and not request.get("force"):
        raise invalid("The service cannot be stopped while the primary deployment is scaled above 0.")
    service.emulated["desiredCount"] = service.desired_count = 0
    service.status = "DRAINING" if service.emulated["tasks"] else "INACTIVE"
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


def _spec(
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


# -- deployments ------------------------------------------------------------------------------------------------------


def _deploy(backend: EC2ContainerServiceBackend, service: Service, rollback: bool = False) -> None:
    """A new primary deployment; the one before it goes on until the new one is complete."""
    spec = service.emulated
    number = f"{mock_random.randint(10**18, 10**19 - 1)}"
    for deployment in spec["deployments"]:
        deployment["status"] = "ACTIVE"
    now = utcnow()
    primary: dict[str, Any] = {
        "id": f"ecs-svc/{number}",
        "status": "PRIMARY",
        "taskDefinition": spec["taskDefinition"],
        "desiredCount": spec["desiredCount"],
        "failedTasks": 0,
        "createdAt": now,
        "updatedAt": now,
        "networkConfiguration": spec.get("networkConfiguration"),
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment ecs-svc/{number} in progress.",
        "looks": 0,
        "rollback": rollback,
        **{key: spec[key] for key in ("launchType", "serviceConnectConfiguration", "platformFamily") if key in spec},
    }
    if "platformVersion" in spec:
        primary["platformVersion"] = "1.4.0" if spec["platformVersion"] == "LATEST" else spec["platformVersion"]
    if spec["capacityProviderStrategy"]:
        primary["capacityProviderStrategy"] = spec["capacityProviderStrategy"]
    spec["deployments"].insert(0, primary)
    if rollback:
        return
    arn = service.arn.replace(":service/", ":service-deployment/") + f"/{number}"
    spec["history"].append(
        {
            "serviceDeploymentArn": arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": now,
            "startedAt": now,
            "status": "IN_PROGRESS",
            "deploymentConfiguration": spec["deploymentConfiguration"],
            "targetServiceRevision": {
                "arn": arn.replace(":service-deployment/", ":service-revision/"),
                "requestedTaskCount": spec["desiredCount"],
            },
            "targetServiceRevisionArn": arn.replace(":service-deployment/", ":service-revision/"),
        }
    )


def _advance(backend: EC2ContainerServiceBackend, service: Service) -> None:
    """What happened since somebody looked last."""
    spec = service.emulated
    if service.status == "DRAINING":
        if not spec["tasks"]:
            service.status = "INACTIVE"
        _stop_all(backend, service, spec["tasks"], "The service was deleted")
    if service.status != "ACTIVE":
        return
    for task in [one for one in spec["tasks"] if one.desired_status == "STOPPED"]:
        _stop_all(backend, service, [task], task.stopped_reason)
    primary = spec["deployments"][0]
    primary["looks"] += 1
    if primary["rolloutState"] == "IN_PROGRESS" and primary["looks"] > 1:
        _roll_out(backend, service, primary)
    elif primary["rolloutState"] == "COMPLETED":
        _scale(backend, service)


def _roll_out(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> None:
    spec = service.emulated
    reason = tasks.why_not(backend, primary["taskDefinition"]) if spec["desiredCount"] else None
    if reason:
        _fail(backend, service, primary, reason)
        return
    _stop_all(backend, service, spec["tasks"], f"Scaling activity initiated by (deployment {primary['id']})")
    primary["rolloutState"] = "COMPLETED"
    primary["rolloutStateReason"] = f"ECS deployment {primary['id']} completed."
    spec["deployments"] = [primary]
    spec["settled"] = primary["taskDefinition"]
    _scale(backend, service)
    if spec["history"] and spec["history"][-1]["status"] in ("IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
        status = "ROLLBACK_SUCCESSFUL" if primary["rollback"] else "SUCCESSFUL"
        spec["history"][-1].update(status=status, finishedAt=utcnow())
    _event(service, f"(service {service.name}) (deployment {primary['id']}) deployment completed.")
    _event(service, f"(service {service.name}) has reached a steady state.")


def _fail(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any], reason: str) -> None:
    """Tasks do not start. Without a circuit breaker ECS goes on trying; with one it stops, and may go back."""
    spec = service.emulated
    for _ in range(spec["desiredCount"]):
        tasks.fail(backend, service, primary["taskDefinition"], reason)
        primary["failedTasks"] += 1
    _event(service, f"(service {service.name}) was unable to start a task. Reason: {reason}.")
    breaker = spec["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    if not breaker.get("enable"):
        return
    primary["rolloutState"] = "FAILED"
    primary["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
    _event(service, f"(service {service.name}) (deployment {primary['id']}) deployment failed: tasks failed to start.")
    back = spec["settled"]
    if breaker.get("rollback") and back and back != primary["taskDefinition"]:
        spec["history"][-1].update(status="ROLLBACK_IN_PROGRESS", statusReason=primary["rolloutStateReason"])
        spec["taskDefinition"] = service.task_definition = back
        _deploy(backend, service, rollback=True)
        reverted = spec["deployments"][0]
        _event(service, f"(service {service.name}) rolling back to deployment {reverted['id']}.")
    else:
        spec["history"][-1].update(
            status="FAILED" if not breaker.get("rollback") else "ROLLBACK_FAILED",
            statusReason=primary["rolloutStateReason"],
            finishedAt=utcnow(),
        )


def _scale(backend: EC2ContainerServiceBackend, service: Service) -> None:
    """As many tasks as are wanted, of the settled deployment."""
    spec = service.emulated
    running = spec["tasks"]
    if len(running) > spec["desiredCount"]:
        _stop_all(backend, service, running[spec["desiredCount"] :], "Scaling activity initiated by the service")
    missing = spec["desiredCount"] - len(running)
    reason = tasks.why_not(backend, spec["taskDefinition"]) if missing > 0 else None
    if reason:
        tasks.fail(backend, service, spec["taskDefinition"], reason)
        _event(service, f"(service {service.name}) was unable to place a task. Reason: {reason}.")
        return
    for number in range(max(missing, 0)):
        running.append(tasks.start(backend, service, spec["taskDefinition"], len(running) + number))
    if missing > 0:
        _event(service, f"(service {service.name}) has started {missing} tasks.")


def _stop_all(backend: EC2ContainerServiceBackend, service: Service, stopping: list[Any], reason: str) -> None:
    for task in list(stopping):
        tasks.stop(backend, service, task, reason)
        service.emulated["tasks"].remove(task)


def _event(service: Service, message: str) -> None:
    event = {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": message}
    service.emulated["events"].insert(0, event)
    del service.emulated["events"][MAX_EVENTS:]


# -- what is returned -------------------------------------------------------------------------------------------------


def _view(backend: EC2ContainerServiceBackend, service: Service, tags: bool) -> dict[str, Any]:
    spec = service.emulated
    inner = ("deployments", "history", "tasks", "settled", "serviceConnectConfiguration", "volumeConfigurations")
    view = {key: value for key, value in spec.items() if key not in inner}
    running, wanted = len(spec["tasks"]), spec["desiredCount"]
    view.update(
        serviceArn=service.arn,
        serviceName=service.name,
        clusterArn=service.cluster_arn,
        status=service.status,
        runningCount=running,
        pendingCount=0 if service.status != "ACTIVE" else max(wanted - running, 0),
        roleArn=backend_role(backend),
        createdBy=f"arn:aws:iam::{backend.account_id}:root",
        deployments=[_deployment(service, one) for one in spec["deployments"]],
        tags=service.tags if tags else [],
    )
    if spec["history"]:
        view["currentServiceDeployment"] = spec["history"][-1]["serviceDeploymentArn"]
    return view


def backend_role(backend: EC2ContainerServiceBackend) -> str:
    path = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    return f"arn:aws:iam::{backend.account_id}:role/{path}"


def _deployment(service: Service, deployment: dict[str, Any]) -> dict[str, Any]:
    spec = service.emulated
    view = {key: value for key, value in deployment.items() if key not in ("looks", "rollback") and value is not None}
    if deployment["status"] == "PRIMARY":
        view["desiredCount"] = spec["desiredCount"]
    started = [task for task in spec["tasks"] if task.started_by == deployment["id"]]
    view["runningCount"] = len(started)
    view["pendingCount"] = max(view["desiredCount"] - len(started), 0) if deployment["status"] == "PRIMARY" else 0
    return view
