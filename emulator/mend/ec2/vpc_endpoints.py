# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPC endpoints: gateway endpoints with their routes, interface endpoints with their network interfaces and names."""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import RouteAlreadyExistsError
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import add_tag_specification, random_private_ip, random_resource_id, random_vpc_ep_id

from emulator.clock import Stage, clock
from emulator.mend.ec2.common import refused
from emulator.registry import mend, parameters

FULL_ACCESS = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
OF_INTERFACES = ("SubnetIds", "SecurityGroupIds")


class VpcEndpoint(TaggedEC2Resource):
    """An endpoint, under the names moto's own has."""

    def __init__(self, backend: Any, request: dict[str, Any]) -> None:
        self.ec2_backend = backend
        self.id = self.vpc_endpoint_id = random_vpc_ep_id()
        self.vpc_id = request["VpcId"]
        self.service_name = request["ServiceName"]
        self.vpc_endpoint_type = request.get("VpcEndpointType", "Gateway")
        self.creation_timestamp = utcnow()
        self.ip_address_type = request.get("IpAddressType", "ipv4")
        self.dns_options = {"DnsRecordIpType": self.ip_address_type}
        self.requester_managed = False
        self.private_dns_enabled = False
        self.policy_document = ""
        self.route_table_ids: list[str] = []
        self.security_group_ids: list[str] = []
        self.interfaces: dict[str, str] = {}  # subnet id -> network interface id
        self.destination_prefix_list_id: str | None = None
        self.hosted_zone_id = f"Z{random_resource_id(13).upper()}"
        self.dns_suffix = random_resource_id(8)
        self.state = "pending" if self.is_interface else "available"
        self.set_policy(request.get("PolicyDocument"))
        self.add_tags(add_tag_specification(request.get("TagSpecifications", [])))

    @property
    def is_interface(self) -> bool:
        return self.vpc_endpoint_type == "Interface"

    @property
    def owner_id(self) -> str:
        return self.ec2_backend.account_id

    @property
    def subnet_ids(self) -> list[str]:
        return list(self.interfaces)

    @property
    def network_interface_ids(self) -> list[str]:
        return list(self.interfaces.values())

    @property
    def groups(self) -> list[dict[str, str]]:
        found = [self.ec2_backend.get_security_group_from_id(one) for one in self.security_group_ids]
        return [{"GroupId": group.id, "GroupName": group.name} for group in found if group]

    @property
    def dns_entries(self) -> list[dict[str, str]]:
        if not self.is_interface:
            return []
        service = self.service_name.removeprefix(f"com.amazonaws.{self.ec2_backend.region_name}.")
        host = f"{self.id}-{self.dns_suffix}"
        suffix = f"{service}.{self.ec2_backend.region_name}.vpce.amazonaws.com"
        zones = sorted(self.ec2_backend.get_subnet(one).availability_zone for one in self.interfaces)
        names = [f"{host}.{suffix}", *(f"{host}-{zone}.{suffix}" for zone in zones)]
        if self.private_dns_enabled:
            names.append(_private_name(self.ec2_backend, self.service_name))
        return [{"DnsName": name, "HostedZoneId": self.hosted_zone_id} for name in names]

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        attributes = {"vpc-endpoint-id": "id", "vpc-endpoint-type": "vpc_endpoint_type", "vpc-endpoint-state": "state"}
        if filter_name in attributes:
            return getattr(self, attributes[filter_name])
        return super().get_filter_value(filter_name, "DescribeVpcEndpoints")

    def set_policy(self, document: str | None) -> None:
        try:
            self.policy_document = json.dumps(json.loads(document)) if document else json.dumps(FULL_ACCESS)
        except ValueError:
            raise refused("MalformedPolicyDocument", "This policy contains invalid Json") from None

    def set_private_dns(self, enabled: bool) -> None:
        if enabled:
            vpc = self.ec2_backend.get_vpc(self.vpc_id)
            if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
                message = (
                    "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to "
                    f"true for {self.vpc_id}"
                )
                raise refused("InvalidParameter", message)
            for other in self.ec2_backend.vpc_end_points.values():
                alike = (other.vpc_id, other.service_name) == (self.vpc_id, self.service_name)
                if other is not self and alike and other.private_dns_enabled:
                    name = _private_name(self.ec2_backend, self.service_name)
                    message = "private-dns-enabled cannot be set because there is already a conflicting DNS domain"
                    raise refused("InvalidParameter", f"{message} for {name} in the VPC {self.vpc_id}")
        self.private_dns_enabled = enabled

    def add_route_table(self, table_id: str) -> None:
        table = self.ec2_backend.get_route_table(table_id)
        if table.vpc_id != self.vpc_id:
            raise refused("InvalidParameter", f"Route table {table_id} does not belong to {self.vpc_id}")
        if any(route.destination_prefix_list_id == self.destination_prefix_list_id for route in table.routes):
            raise RouteAlreadyExistsError(self.destination_prefix_list_id)
        self.ec2_backend.create_route(
            table_id, None, gateway_id=self.id, destination_prefix_list_id=self.destination_prefix_list_id
        )
        self.route_table_ids.append(table_id)

    def remove_route_table(self, table_id: str) -> None:
        if table_id in self.route_table_ids:
            self.ec2_backend.delete_route(table_id, None, destination_prefix_list_id=self.destination_prefix_list_id)
            self.route_table_ids.remove(table_id)

    def add_subnet(self, subnet_id: str) -> None:
        subnet = self.ec2_backend.get_subnet(subnet_id)
        zones = {self.ec2_backend.get_subnet(one).availability_zone for one in self.interfaces}
        if subnet.availability_zone in zones:
            raise refused(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}",
            )
        interface = self.ec2_backend.create_network_interface(
            subnet,
            random_private_ip(subnet.cidr_block),
            group_ids=self.security_group_ids,
            description=f"VPC Endpoint Interface {self.id}",
        )
        interface.requester_managed = True
        interface.interface_type = "vpc_endpoint"
        interface.status = "in-use"
        self.interfaces[subnet_id] = interface.id

    def remove_subnet(self, subnet_id: str) -> None:
        self.ec2_backend.enis.pop(self.interfaces.pop(subnet_id, None), None)

    def set_groups(self, group_ids: list[str]) -> None:
        for group_id in group_ids:
            group = self.ec2_backend.get_security_group_from_id(group_id)
            if group is None or group.vpc_id != self.vpc_id:
                raise refused("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
        self.security_group_ids = group_ids
        for interface in self.interfaces.values():
            found = [self.ec2_backend.get_security_group_from_id(one) for one in group_ids]
            self.ec2_backend.enis[interface]._group_set = found

    def come(self) -> None:
        if self.is_interface:
            self._go(Stage("pending", "ec2.vpc-endpoint.pending"), last="available")

    def go(self) -> None:
        """An interface endpoint keeps its network interfaces, and so its subnets, until it is gone."""
        if self.is_interface:
            self.private_dns_enabled = False
            self._go(Stage("deleting", "ec2.vpc-endpoint.deleting", then=self.leave))
        else:
            self.leave()

    def _go(self, *stages: Stage, last: str | None = None) -> None:
        clock.begin(_group(self.ec2_backend), self.id, *stages, enter=self._set_state, last=last)

    def _set_state(self, state: str) -> None:
        self.state = state

    def leave(self) -> None:
        for table_id in list(self.route_table_ids):
            self.remove_route_table(table_id)
        for subnet_id in list(self.interfaces):
            self.remove_subnet(subnet_id)
        self.ec2_backend.vpc_end_points.pop(self.id, None)
        self.ec2_backend.tags.pop(self.id, None)


@mend(VPCs)
def create_vpc_endpoint(_original: Any, self: Any) -> ActionResult:
    request = parameters(self)
    backend = self.ec2_backend
    backend.get_vpc(request["VpcId"])
    endpoint = VpcEndpoint(backend, request)
    _check_service(backend, endpoint)
    backend.vpc_end_points[endpoint.id] = endpoint
    try:
        if endpoint.is_interface:
            _start_interface(backend, endpoint, request)
        else:
            _start_gateway(backend, endpoint, request)
    except Exception:
        endpoint.leave()
        raise
    endpoint.come()
    return ActionResult({"VpcEndpoint": endpoint})


def _start_interface(backend: Any, endpoint: VpcEndpoint, request: dict[str, Any]) -> None:
    if "RouteTableIds" in request:
        raise refused("InvalidParameter", "Route tables are only supported for gateway endpoints.")
    default = backend.get_default_security_group(endpoint.vpc_id)
    endpoint.set_groups(request.get("SecurityGroupIds") or [default.id])
    for subnet_id in request.get("SubnetIds", []):
        endpoint.add_subnet(subnet_id)
    endpoint.set_private_dns(request.get("PrivateDnsEnabled", True))


def _start_gateway(backend: Any, endpoint: VpcEndpoint, request: dict[str, Any]) -> None:
    for name in OF_INTERFACES:
        if name in request:
            raise refused("InvalidParameter", f"{name} are only supported for interface endpoints.")
    if request.get("PrivateDnsEnabled"):
        raise refused("InvalidParameter", "Private DNS can't be enabled because the endpoint is of type Gateway.")
    lists = backend.managed_prefix_lists.values()
    endpoint.destination_prefix_list_id = next(one.id for one in lists if one.prefix_list_name == endpoint.service_name)
    for table_id in request.get("RouteTableIds", []):
        endpoint.add_route_table(table_id)


def _services(backend: Any) -> list[dict[str, Any]]:
    return backend._collect_default_endpoint_services(backend.account_id, backend.region_name)


def _check_service(backend: Any, endpoint: VpcEndpoint) -> None:
    kinds = {
        kind["ServiceType"]
        for service in _services(backend)
        if service["ServiceName"] == endpoint.service_name
        for kind in service["ServiceType"]
    }
    if not kinds:
        raise refused("InvalidServiceName", f"The Vpc Endpoint Service '{endpoint.service_name}' does not exist")
    if endpoint.vpc_endpoint_type not in kinds:
        message = (
            f"Endpoint type ({endpoint.vpc_endpoint_type}) does not match available service types ({sorted(kinds)})."
        )
        raise refused("InvalidParameter", message)


def _private_name(backend: Any, service_name: str) -> str:
    found = (one.get("PrivateDnsName") for one in _services(backend) if one["ServiceName"] == service_name)
    return next((name for name in found if name), service_name)


@mend(VPCs)
def modify_vpc_endpoint(_original: Any, self: Any) -> ActionResult:
    request = parameters(self)
    endpoint = self.ec2_backend.get_vpc_end_point(request["VpcEndpointId"])
    foreign = (
        ("AddRouteTableIds", "RemoveRouteTableIds")
        if endpoint.is_interface
        else ("AddSubnetIds", "RemoveSubnetIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds", "PrivateDnsEnabled")
    )
    for name in foreign:
        if name in request:
            raise refused(
                "InvalidParameter", f"{name} cannot be modified on an endpoint of type {endpoint.vpc_endpoint_type}."
            )
    if "PrivateDnsEnabled" in request:
        endpoint.set_private_dns(request["PrivateDnsEnabled"])
    if request.get("ResetPolicy") or "PolicyDocument" in request:
        endpoint.set_policy(request.get("PolicyDocument"))
    added, removed = request.get("AddSecurityGroupIds", []), request.get("RemoveSecurityGroupIds", [])
    if added or removed:
        kept = [one for one in endpoint.security_group_ids if one not in [*added, *removed]]
        endpoint.set_groups(kept + added)
    for subnet_id in request.get("RemoveSubnetIds", []):
        endpoint.remove_subnet(subnet_id)
    for subnet_id in request.get("AddSubnetIds", []):
        endpoint.add_subnet(subnet_id)
    for table_id in request.get("RemoveRouteTableIds", []):
        endpoint.remove_route_table(table_id)
    for table_id in request.get("AddRouteTableIds", []):
        endpoint.add_route_table(table_id)
    return ActionResult({"Return": True})


@mend(VPCs)
def delete_vpc_endpoints(_original: Any, self: Any) -> ActionResult:
    unsuccessful = []
    for endpoint_id in parameters(self)["VpcEndpointIds"]:
        endpoint = self.ec2_backend.vpc_end_points.get(endpoint_id)
        if endpoint is None:
            error = {
                "Code": "InvalidVpcEndpoint.NotFound",
                "Message": f"The Vpc Endpoint Id '{endpoint_id}' does not exist",
            }
            unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
        elif endpoint.state != "deleting":
            endpoint.go()
    return ActionResult({"Unsuccessful": unsuccessful})


@mend(VPCBackend)
def describe_vpc_endpoints(original: Any, self: Any, *args: Any, **kwargs: Any) -> list[Any]:
    clock.look(_group(self))
    return original(self, *args, **kwargs)


def _group(backend: Any) -> tuple[Any, str]:
    return backend, "vpc-endpoint"
