# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tasks of services: with a network interface, registered as target and instance; no start without image and roles."""

from __future__ import annotations

import re
from typing import Any

from moto.ec2 import ec2_backends
from moto.ec2.exceptions import InvalidNetworkInterfaceIdError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecr.models import ecr_backends
from moto.ecs.models import EC2ContainerServiceBackend, Service, Task
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.servicediscovery.models import ServiceInstance, servicediscovery_backends
from moto.utilities.utils import get_partition

from emulator.mend.ecs import clusters
from emulator.mend.ecs.task_definitions import find
from emulator.registry import mend

IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]+))?"
)

# In a VPC without DNS hostnames an interface has none; moto's tasks ask for it all the same.
NetworkInterface.private_dns_name = ""


class ServiceTask(Task):
    """A task a service keeps running. moto's own tasks end by being looked at; this one does not."""

    _state = "RUNNING"

    @property
    def last_status(self) -> str:
        return self._state

    @last_status.setter
    def last_status(self, value: str) -> None:
        self._state = value


def why_not(backend: EC2ContainerServiceBackend, definition_arn: str) -> str | None:
    """What keeps tasks of this task definition from starting, in the words of ECS; None when nothing does."""
    definition = find(backend, definition_arn)
    if definition is None:
        return "TaskFailedToStart: the task definition does not exist"
    for attribute in ("task_role_arn", "execution_role_arn"):
        arn = getattr(definition, attribute, None)
        if arn and not _role_exists(backend, arn):
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


def _role_exists(backend: EC2ContainerServiceBackend, arn: str) -> bool:
    roles = iam_backends[arn.split(":")[4]][get_partition(backend.region_name)].roles
    return any(role.arn == arn for role in roles.values())


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


def start(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, number: int) -> ServiceTask:
    """One more running task, registered wherever the service says."""
    task = _task(backend, service, definition_arn, number)
    address = _address(task)
    if address:
        for target_group, port in _targets(backend, service):
            target_group.register([{"Id": address, "Port": port}])
        for registry in _registries(backend, service):
            registry.instances.append(ServiceInstance(registry.id, task.id, attributes={"AWS_INSTANCE_IPV4": address}))
    return task


def stop(backend: EC2ContainerServiceBackend, service: Service, task: ServiceTask, reason: str) -> None:
    """A task ends: it is no target and no instance any more, and its network interface goes."""
    address = _address(task)
    for target_group, _port in _targets(backend, service):
        if address in target_group.targets:
            target_group.deregister([{"Id": address}])
    for registry in _registries(backend, service):
        registry.instances = [one for one in registry.instances if one.instance_id != task.id]
    _ended(backend, task, reason)


def fail(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, reason: str) -> None:
    """A task that never got to run; it is seen among the stopped ones, with the reason."""
    task = _task(backend, service, definition_arn, 0)
    _ended(backend, task, reason)
    task.stop_code = "TaskFailedToStart"
    for container in task.containers:
        container.reason = reason


def _task(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str, number: int) -> ServiceTask:
    cluster = backend.clusters[service.cluster_name]
    network = service.emulated.get("networkConfiguration")
    if network:
        # Tasks are spread over the subnets.
        awsvpc = network["awsvpcConfiguration"]
        subnet = awsvpc["subnets"][number % len(awsvpc["subnets"])]
        network = {"awsvpcConfiguration": {"securityGroups": [], **awsvpc, "subnets": [subnet]}}
    providers = service.emulated["capacityProviderStrategy"]
    task = ServiceTask(
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
    for container in task.containers:
        container.last_status = "RUNNING"
    backend.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    return task


def _tags(backend: EC2ContainerServiceBackend, service: Service, definition_arn: str) -> list[dict[str, str]]:
    propagated = {"SERVICE": service.tags, "TASK_DEFINITION": find(backend, definition_arn).tags}
    tags = list(propagated.get(service.emulated["propagateTags"]) or [])
    if service.emulated["enableECSManagedTags"]:
        tags += [
            {"key": "aws:ecs:clusterName", "value": service.cluster_name},
            {"key": "aws:ecs:serviceName", "value": service.name},
        ]
    return tags


def _ended(backend: EC2ContainerServiceBackend, task: ServiceTask, reason: str) -> None:
    task.desired_status = "STOPPED"
    task.last_status = "STOPPED"
    task.stopped_reason = reason
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        interface = next(one["value"] for one in attachment["details"] if one["name"] == "networkInterfaceId")
        try:
            ec2.delete_network_interface(interface)
        except InvalidNetworkInterfaceIdError:
            continue


def _address(task: ServiceTask) -> str | None:
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return detail["value"]
    return None


def _targets(backend: EC2ContainerServiceBackend, service: Service) -> list[tuple[Any, int]]:
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    return [
        (groups[one["targetGroupArn"]], one["containerPort"])
        for one in service.emulated["loadBalancers"]
        if one.get("targetGroupArn") in groups
    ]


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
