# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cloud Map: namespaces come and go by operations that take their time, with their private zone in Route 53."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2 import ec2_backends
from moto.route53 import route53_backends
from moto.servicediscovery.models import Namespace, Operation, Service, ServiceDiscoveryBackend
from moto.servicediscovery.responses import ServiceDiscoveryResponse
from moto.utilities.utils import get_partition

from emulator.clock import Stage, clock
from emulator.registry import mend, parameters

DEFAULT_SOA_TTL = 15


def _refused(code: str, message: str) -> ServiceException:
    return ServiceException(code, message)


# -- operations -------------------------------------------------------------------------------------------------------


def _begin(backend: ServiceDiscoveryBackend, kind: str, namespace: Namespace, finish: Callable[[], str | None]) -> str:
    """An operation under way; finish does its work when it is due, and returns why it cannot, if so."""
    operation = Operation(operation_type=kind, targets={"NAMESPACE": namespace.id})
    operation.error = None
    backend.operations[operation.id] = operation

    def done() -> None:
        operation.error = finish()
        operation.status = "FAIL" if operation.error else "SUCCESS"

    clock.begin(
        _group(backend),
        operation.id,
        Stage("SUBMITTED", "servicediscovery.operation.submitted"),
        Stage("PENDING", "servicediscovery.operation.pending", done),
        enter=partial(setattr, operation, "status"),
    )
    return json.dumps({"OperationId": operation.id})


def _group(backend: ServiceDiscoveryBackend) -> tuple[Any, str]:
    return backend, "operation"


@mend(ServiceDiscoveryResponse)
def get_operation(_original: Any, self: ServiceDiscoveryResponse) -> str:
    backend = self.servicediscovery_backend
    clock.look(_group(backend))
    operation = backend.get_operation(parameters(self)["OperationId"])
    view = operation.to_json()
    if getattr(operation, "error", None):
        view.update(ErrorCode="CANNOT_CREATE_HOSTED_ZONE", ErrorMessage=operation.error)
    return json.dumps({"Operation": view})


@mend(ServiceDiscoveryResponse)
def list_operations(_original: Any, self: ServiceDiscoveryResponse) -> str:
    backend = self.servicediscovery_backend
    clock.look(_group(backend))
    wanted = {one["Name"]: one["Values"] for one in parameters(self).get("Filters") or ()}
    found = [
        {"Id": one.id, "Status": one.status}
        for one in backend.operations.values()
        if one.targets.get("NAMESPACE") in wanted.get("NAMESPACE_ID", [one.targets.get("NAMESPACE")])
        and one.operation_type in wanted.get("TYPE", [one.operation_type])
        and one.status in wanted.get("STATUS", [one.status])
    ]
    return json.dumps({"Operations": found})


# -- namespaces -------------------------------------------------------------------------------------------------------


@mend(ServiceDiscoveryResponse)
def create_private_dns_namespace(_original: Any, self: ServiceDiscoveryResponse) -> str:
    request, backend = parameters(self), self.servicediscovery_backend
    name, vpc = request["Name"], request["Vpc"]
    for existing in backend.namespaces.values():
        if existing.name == name and existing.vpc == vpc:
            raise _refused("NamespaceAlreadyExists", f"Namespace with name {name} already exists in VPC {vpc}.")
    soa = request.get("Properties", {}).get("DnsProperties", {}).get("SOA") or {"TTL": DEFAULT_SOA_TTL}
    namespace = Namespace(
        account_id=backend.account_id,
        region=backend.region_name,
        name=name,
        ns_type="DNS_PRIVATE",
        creator_request_id=request.get("CreatorRequestId", ""),
        description=request.get("Description", ""),
        dns_properties={"SOA": soa},
        http_properties={"HttpName": name},
        vpc=vpc,
    )

    def finish() -> str | None:
        if vpc not in ec2_backends[backend.account_id][backend.region_name].vpcs:
            return f"The VPC ID '{vpc}' is invalid."
        zone = _zones(backend).create_hosted_zone(
            name,
            private_zone=True,
            vpcid=vpc,
            vpcregion=backend.region_name,
            comment=f"Created by AWS Cloud Map namespace with ID {namespace.id}",
        )
        namespace.dns_properties["HostedZoneId"] = zone.resource_id
        backend.namespaces[namespace.id] = namespace
        backend.tagger.tag_resource(namespace.arn, request.get("Tags") or [])
        return None

    return _begin(backend, "CREATE_NAMESPACE", namespace, finish)


@mend(ServiceDiscoveryResponse)
def delete_namespace(_original: Any, self: ServiceDiscoveryResponse) -> str:
    backend = self.servicediscovery_backend
    namespace = backend.get_namespace(parameters(self)["Id"])
    if any(service.namespace_id == namespace.id for service in backend.services.values()):
        raise _refused("ResourceInUse", "Namespace contains registered services; delete the services first.")

    def finish() -> None:
        zone = namespace.dns_properties.get("HostedZoneId")
        if zone in _zones(backend).zones:
            _zones(backend).delete_hosted_zone(zone)
        backend.namespaces.pop(namespace.id, None)
        backend.tagger.delete_all_tags_for_resource(namespace.arn)

    return _begin(backend, "DELETE_NAMESPACE", namespace, finish)


@mend(ServiceDiscoveryResponse)
def update_private_dns_namespace(_original: Any, self: ServiceDiscoveryResponse) -> str:
    request, backend = parameters(self), self.servicediscovery_backend
    namespace = backend.get_namespace(request["Id"])
    change = request["Namespace"]

    def finish() -> None:
        namespace.description = change.get("Description", namespace.description)
        # moto would lose the zone here.
        namespace.dns_properties.update(change.get("Properties", {}).get("DnsProperties", {}))

    return _begin(backend, "UPDATE_NAMESPACE", namespace, finish)


@mend(ServiceDiscoveryResponse)
def list_namespaces(_original: Any, self: ServiceDiscoveryResponse) -> Any:
    request, backend = parameters(self), self.servicediscovery_backend
    clock.look(_group(backend))
    found = [
        {
            **namespace.to_json(),
            "ServiceCount": sum(one.namespace_id == namespace.id for one in backend.services.values()),
        }
        for namespace in backend.namespaces.values()
    ]
    for wanted in request.get("Filters") or []:
        key = {"TYPE": "Type", "NAME": "Name"}.get(wanted["Name"])
        if key is not None:
            found = [one for one in found if one[key] in wanted["Values"]]
    return 200, {}, json.dumps({"Namespaces": found})


def _zones(backend: ServiceDiscoveryBackend) -> Any:
    return route53_backends[backend.account_id][get_partition(backend.region_name)]


# -- services ---------------------------------------------------------------------------------------------------------


@mend(ServiceDiscoveryResponse, "create_service")
def create_registry(original: Any, self: ServiceDiscoveryResponse) -> str:
    request, backend = parameters(self), self.servicediscovery_backend
    namespace = backend.get_namespace(request.get("NamespaceId") or request.get("DnsConfig", {}).get("NamespaceId"))
    for existing in backend.services.values():
        if existing.namespace_id == namespace.id and existing.name.lower() == request["Name"].lower():
            raise _refused("ServiceAlreadyExists", f"Service with name {request['Name']} already exists.")
    if "HealthCheckConfig" in request and namespace.type == "DNS_PRIVATE":
        raise _refused("InvalidInput", "HealthCheckConfig is not supported for private DNS namespaces.")
    answer = json.loads(original(self))
    service = backend.services[answer["Service"]["Id"]]
    service.namespace_id = namespace.id
    if service.dns_config is not None:
        service.dns_config = {"RoutingPolicy": "MULTIVALUE", "NamespaceId": namespace.id, **service.dns_config}
        service.service_type = "DNS_HTTP"
    if service.health_check_custom_config is not None:
        service.health_check_custom_config = {"FailureThreshold": 1}
    return json.dumps({"Service": _view(service)})


@mend(ServiceDiscoveryResponse, "delete_service")
def delete_registry(original: Any, self: ServiceDiscoveryResponse) -> str:
    backend = self.servicediscovery_backend
    service = backend.get_service(parameters(self)["Id"])
    if service.instances:
        raise _refused(
            "ResourceInUse", "Service contains registered instances; delete the instances before deleting the service"
        )
    backend.tagger.delete_all_tags_for_resource(service.arn)
    return original(self)


@mend(ServiceDiscoveryResponse, "list_services")
def list_registries(_original: Any, self: ServiceDiscoveryResponse) -> str:
    request, found = parameters(self), list(self.servicediscovery_backend.services.values())
    for wanted in request.get("Filters") or []:
        if wanted["Name"] == "NAMESPACE_ID":
            found = [one for one in found if one.namespace_id in wanted["Values"]]
    return json.dumps({"Services": [_view(one) for one in found]})


def _view(service: Service) -> dict[str, Any]:
    view = {**service.to_json(), "InstanceCount": len(service.instances)}
    return {key: value for key, value in view.items() if value is not None}


# -- tags -------------------------------------------------------------------------------------------------------------


def _known(backend: ServiceDiscoveryBackend, arn: str) -> None:
    if arn not in {one.arn for one in (*backend.namespaces.values(), *backend.services.values())}:
        raise _refused("ResourceNotFoundException", f"The resource {arn} was not found.")


@mend(ServiceDiscoveryBackend)
def tag_resource(original: Any, self: ServiceDiscoveryBackend, resource_arn: str, tags: list) -> None:
    _known(self, resource_arn)
    original(self, resource_arn, tags)


@mend(ServiceDiscoveryBackend)
def untag_resource(original: Any, self: ServiceDiscoveryBackend, resource_arn: str, tag_keys: list) -> None:
    _known(self, resource_arn)
    original(self, resource_arn, tag_keys)


@mend(ServiceDiscoveryBackend)
def list_tags_for_resource(original: Any, self: ServiceDiscoveryBackend, resource_arn: str) -> Any:
    _known(self, resource_arn)
    return original(self, resource_arn)
