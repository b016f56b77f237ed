# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tasks of services: with a network interface, registered as target and instance; no start without image and roles."""

from __future__ import annotations

import re
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecr.models import ecr_backends
from moto.ecs.models import EC2ContainerServiceBackend, Service, Task
from moto.elbv2.models import elbv2_backends
from moto.servicediscovery.models import ServiceInstance, servicediscovery_backends

from emulator.mend.ecs import clusters, task_life
from emulator.mend.ecs.task_definitions import find
from emulator.mend.ecs.task_life import LiveTask
from emulator.mend.elbv2 import targets
from emulator.mend.iam import known_role
from emulator.registry import mend

IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]+))?"
)

# In a VPC without DNS hostnames an interface has none; moto's tasks ask for it all the same.
NetworkInterface.private_dns_name = ""


def why_not(backend: EC2ContainerServiceBackend, definition_arn: str) -> str | None:
    """What keeps tasks of this task definition from starting, in the words of ECS; None when nothing does."""
    definition = find(backend, definition_arn)
    if definition is None:
        return "TaskFailedToStart: the task definition does not exist"
    for attribute in ("task_role_arn", "execution_role_arn"):
        arn = getattr(definition, attribute, None)
        if arn and not known_role(arn):
            return (
                f"ECS was unable to assume the role '{arn}' that was provided for this task. Please verify that the "
                "role being passed has the proper trust relationship and permissions and that your IAM user has "
                "permissions to pass this role."
            )
    for container in definition.container_definitions:
        if not _image_exists(container["image"]):
            return (
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
                f"{container['image']}: {container['image']}: not found"
            )
    return None


def _image_exists(image: str) -> bool:
    """Images of other registries are taken for granted."""
    found = IMAGE.fullmatch(image)
    if found is None:
        return True
    repository = ecr_backends[found["account"]][found["region"]].repositories.get(found["repository"])
    if repository is None:
        return False
    if found["digest"]:
        return any(one.get_image_digest() == found["digest"] for one in repository.images)
    return any((found["tag"] or "latest") in one.image_tags for one in repository.images)


def start(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, number: int) -> LiveTask:
    """One more task; it is registered wherever the service says when it is about to run."""
    task = _task(backend, service, definition_arn, number)
    task_life.begin(backend, task, registered=lambda: _register(backend, service, task))
    return task


def _register(backend: EC2ContainerServiceBackend, service: Service, task: LiveTask) -> None:
    address = _address(task)
    if address:
        for target_group, port in _targets(backend, service, task):
            target_group.register([{"Id": address, "Port": port}])
        for registry in _registries(backend, service):
            registry.instances.append(ServiceInstance(registry.id, task.id, attributes={"AWS_INSTANCE_IPV4": address}))


def is_ready(backend: EC2ContainerServiceBackend, service: Service, task: LiveTask) -> bool:
    """Runs, and is healthy for its health checks and its load balancers."""
    address = _address(task)
    health = [targets.health(group).get(address) for group, _port in _targets(backend, service, task)]
    return task.is_ready and all(one == "healthy" for one in health)


def stop(backend: EC2ContainerServiceBackend, service: Service, task: LiveTask, reason: str) -> None:
    leave(backend, service, task)
    task_life.stop(backend, task, reason, "ServiceSchedulerInitiated")


def leave(backend: EC2ContainerServiceBackend, service: Service, task: LiveTask) -> None:
    """A task that ends is no target and no instance any more."""
    address = _address(task)
    for target_group, _port in _targets(backend, service, task):
        if address in target_group.targets:
            target_group.deregister([{"Id": address}])
    for registry in _registries(backend, service):
        registry.instances = [one for one in registry.instances if one.instance_id != task.id]


def fail(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, reason: str) -> None:
    """A task that never got to run; it is seen among the stopped ones, with the reason."""
    task = _task(backend, service, definition_arn, 0)
    backend.tasks.setdefault(task.cluster_name, {})[task.task_arn] = task
    task_life.fail(backend, task, reason)


def _task(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, number: int) -> LiveTask:
    cluster = backend.clusters[service.cluster_name]
    network = service.emulated.get("networkConfiguration")
    if network:
        # Tasks are spread over the subnets.
        awsvpc = network["awsvpcConfiguration"]
        subnet = awsvpc["subnets"][number % len(awsvpc["subnets"])]
        network = {"awsvpcConfiguration": {"securityGroups": [], **awsvpc, "subnets": [subnet]}}
    providers = service.emulated["capacityProviderStrategy"]
    return LiveTask(
        cluster=cluster,
        task_definition=find(backend, definition_arn),
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=f"service:{service.name}",
        started_by=service.emulated["deployments"][0]["id"],
        tags=_tags(backend, service, definition_arn),
        launch_type=service.emulated.get("launchType") or "FARGATE",
        networking_configuration=network,
        platform_version="1.4.0",
        capacity_provider_name=providers[0]["capacityProvider"] if providers else None,
    )


def _tags(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str) -> list[dict[str, str]]:
    propagated = {"SERVICE": service.tags, "TASK_DEFINITION": find(backend, definition_arn).tags}
    tags = list(propagated.get(service.emulated["propagateTags"]) or [])
    if service.emulated["enableECSManagedTags"]:
        tags += [
            {"key": "aws:ecs:clusterName", "value": service.cluster_name},
            {"key": "aws:ecs:serviceName", "value": service.name},
        ]
    return tags


def _address(task: LiveTask) -> str | None:
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return detail["value"]
    return None


def _targets(backend: EC2ContainerServiceBackend, service: Service, task: LiveTask) -> list[tuple[Any, int]]:
    from emulator.mend.ecs import shifts  # which needs tasks

    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    found = [
        (shifts.target_group(service, one, task.started_by), one["containerPort"])
        for one in service.emulated["loadBalancers"]
        if one.get("targetGroupArn")
    ]
    return [(groups[arn], port) for arn, port in found if arn in groups]


def _registries(backend: EC2ContainerServiceBackend, service: Service) -> list[Any]:
    known = servicediscovery_backends[backend.account_id][backend.region_name].services.values()
    wanted = {one.get("registryArn") for one in service.emulated["serviceRegistries"]}
    return [one for one in known if one.arn in wanted]


@mend(EC2ContainerServiceBackend)
def list_tasks(
    original: Any,
    self: EC2ContainerServiceBackend,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desiredStatus: str | None = None,
) -> list[Task]:
    """Of this very cluster and service, and running ones unless stopped ones are asked for."""
    found = original(self, None, container_instance, None, started_by, None, desiredStatus or "RUNNING")
    if cluster_str:
        arn = clusters.active_cluster(self, cluster_str).arn
        found = [task for task in found if task.cluster_arn == arn]
    if family:
        found = [task for task in found if task.task_definition_arn.split("/")[-1].split(":")[0] == family]
    if service_name:
        found = [task for task in found if task.group == f"service:{service_name.split('/')[-1]}"]
    return found
