# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Clusters: settings through their own call, capacity providers that have to be known, no deletion while in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.models import Cluster, EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.clock import Stage, clock
from emulator.mend.ecs.errors import invalid, refused
from emulator.registry import mend, operation, parameters

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
FARGATE = ("FARGATE", "FARGATE_SPOT")
INSIGHTS = ("enabled", "enhanced", "disabled")


def active_cluster(backend: EC2ContainerServiceBackend, name: str | None) -> Cluster:
    """The cluster of this name or ARN; a deleted one is as good as none."""
    cluster = backend.clusters.get((name or "default").split("/")[-1])
    if cluster is None or cluster.status != "ACTIVE":
        raise refused("ClusterNotFoundException", "Cluster not found.")
    return cluster


def strategy(backend: EC2ContainerServiceBackend, cluster_providers: list[str], items: list[dict]) -> list[dict]:
    """A capacity provider strategy with AWS's defaults; only what is associated with the cluster may be in it."""
    for item in items:
        if item["capacityProvider"] not in cluster_providers:
            raise invalid(
                "The specified capacity provider strategy cannot contain a capacity provider that is not associated "
                "with the cluster. Associate the capacity provider with the cluster and try again."
            )
    return [{"weight": 0, "base": 0, **item} for item in items]


def _check_providers(backend: EC2ContainerServiceBackend, names: list[str]) -> None:
    for name in names:
        if name not in FARGATE and name not in backend.capacity_providers:
            raise invalid(f"The specified capacity provider {name} was not found. Specify a valid name and try again.")


def _check_settings(settings: list[dict] | None) -> None:
    for setting in settings or []:
        if setting.get("value") not in INSIGHTS:
            raise invalid(f"Setting value {setting.get('value')} is not valid for {setting.get('name')}.")


def _services(backend: EC2ContainerServiceBackend, cluster: Cluster) -> list[Any]:
    return [service for service in backend.services.values() if service.cluster_arn == cluster.arn]


def _count_tasks(backend: EC2ContainerServiceBackend, cluster: Cluster, *statuses: str) -> int:
    return sum(task.last_status in statuses for task in backend.tasks.get(cluster.name, {}).values())


def _view(backend: EC2ContainerServiceBackend, cluster: Cluster, include: list[str]) -> dict[str, Any]:
    """A cluster as AWS describes it: tags, settings and configuration only when they are asked for."""
    services = _services(backend, cluster)
    view: dict[str, Any] = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": cluster.registered_container_instances_count,
        "runningTasksCount": _count_tasks(backend, cluster, "RUNNING"),
        "pendingTasksCount": _count_tasks(backend, cluster, "PROVISIONING", "PENDING", "ACTIVATING"),
        "activeServicesCount": sum(service.status == "ACTIVE" for service in services),
        "statistics": [],
        "tags": (cluster.tags or []) if "TAGS" in include else [],
        "settings": cluster.settings if "SETTINGS" in include else [],
        "capacityProviders": cluster.capacity_providers or [],
        "defaultCapacityProviderStrategy": cluster.default_capacity_provider_strategy or [],
    }
    if clock.course((backend, "cluster"), cluster.name):
        view["attachmentsStatus"] = "UPDATE_IN_PROGRESS"
    if "CONFIGURATIONS" in include and cluster.configuration:
        view["configuration"] = cluster.configuration
    # An empty name takes the default away.
    if (cluster.service_connect_defaults or {}).get("namespace"):
        view["serviceConnectDefaults"] = cluster.service_connect_defaults
    return view


_ALL = ["TAGS", "SETTINGS", "CONFIGURATIONS"]


@mend(EC2ContainerServiceResponse)
def create_cluster(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    name = request.get("clusterName") or "default"
    if not NAME.fullmatch(name):
        raise invalid(f"Identifier {name} is not valid: use up to 255 letters, numbers, underscores and hyphens.")
    existing = backend.clusters.get(name)
    if existing is not None and existing.status == "ACTIVE":
        return ActionResult({"cluster": _view(backend, existing, _ALL)})
    providers = request.get("capacityProviders") or []
    _check_providers(backend, providers)
    _check_settings(request.get("settings"))
    cluster = backend.create_cluster(
        name,
        request.get("tags"),
        request.get("settings"),
        request.get("configuration"),
        providers,
        strategy(backend, providers, request.get("defaultCapacityProviderStrategy") or []),
        service_connect_defaults=request.get("serviceConnectDefaults"),
    )
    return ActionResult({"cluster": _view(backend, cluster, _ALL)})


@mend(EC2ContainerServiceResponse)
def describe_clusters(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    clusters, failures = backend.describe_clusters(request.get("clusters") or [])
    include = request.get("include") or []
    return ActionResult({"clusters": [_view(backend, one, include) for one in clusters], "failures": failures})


@mend(EC2ContainerServiceResponse)
def update_cluster(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    active_cluster(backend, request["cluster"])
    _check_settings(request.get("settings"))
    cluster = backend.update_cluster(
        request["cluster"].split("/")[-1],
        request.get("settings"),
        request.get("configuration"),
        request.get("serviceConnectDefaults"),
    )
    return ActionResult({"cluster": _view(backend, cluster, _ALL)})


@operation(EC2ContainerServiceResponse)
def update_cluster_settings(self: EC2ContainerServiceResponse, request: dict[str, Any]) -> dict[str, Any]:
    cluster = active_cluster(self.ecs_backend, request["cluster"])
    _check_settings(request["settings"])
    cluster.settings = request["settings"]
    return {"cluster": _view(self.ecs_backend, cluster, _ALL)}


def _check_idle(backend: EC2ContainerServiceBackend, cluster: Cluster) -> None:
    if clock.course((backend, "cluster"), cluster.name):
        raise refused(
            "ResourceInUseException",
            "The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED "
            "state before they can be updated. Wait and try again.",
        )


@mend(EC2ContainerServiceResponse)
def put_cluster_capacity_providers(_original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    cluster = active_cluster(backend, request["cluster"])
    _check_idle(backend, cluster)
    providers = request["capacityProviders"]
    _check_providers(backend, providers)
    in_use = {
        item["capacityProvider"]
        for service in _services(backend, cluster)
        if service.status == "ACTIVE"
        for item in service.emulated["capacityProviderStrategy"]
    }
    if in_use - set(providers):
        raise refused(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed from the cluster.",
        )
    cluster.default_capacity_provider_strategy = strategy(
        backend, providers, request["defaultCapacityProviderStrategy"]
    )
    cluster.capacity_providers = providers
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
    clock.begin((backend, "cluster"), cluster.name, Stage("UPDATE_IN_PROGRESS", "ecs.cluster.updating"))
    return ActionResult({"cluster": _view(backend, cluster, _ALL)})


@mend(EC2ContainerServiceResponse)
def delete_cluster(original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    backend = self.ecs_backend
    cluster = active_cluster(backend, parameters(self)["cluster"])
    _check_idle(backend, cluster)
    if any(service.status != "INACTIVE" for service in _services(backend, cluster)):
        raise refused("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    if any(task.last_status != "STOPPED" for task in backend.tasks.get(cluster.name, {}).values()):
        raise refused("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    return original(self)


@mend(EC2ContainerServiceBackend)
def iter_tagged_resources(original: Any, self: EC2ContainerServiceBackend) -> Iterator[Any]:
    """The tagging API no longer knows clusters and services that were deleted."""
    gone = {one.arn for one in (*self.clusters.values(), *self.services.values()) if one.status == "INACTIVE"}
    return (resource for resource in original(self) if resource.arn not in gone)
