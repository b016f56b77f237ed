# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""NAT gateways: zonal and regional, with the time they take to come and to go, and what makes them fail."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import iso_8601_datetime_with_milliseconds, utcnow
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.utils import add_tag_specification, generic_filter, random_nat_gateway_id, random_private_ip

from emulator.clock import Stage, clock
from emulator.mend.ec2.common import refused
from emulator.mend.ec2.internet_gateways import attached
from emulator.registry import mend, operation, parameters


class NatGateway(TaggedEC2Resource):
    def __init__(self, backend: Any, vpc_id: str, request: dict[str, Any]) -> None:
        self.ec2_backend = backend
        self.id = self.nat_gateway_id = random_nat_gateway_id()
        self.vpc_id = vpc_id
        self.subnet_id = request.get("SubnetId")
        self.connectivity_type = request.get("ConnectivityType", "public")
        self.availability_mode = request.get("AvailabilityMode", "zonal")
        self.create_time = iso_8601_datetime_with_milliseconds(utcnow())
        self.delete_time: str | None = None
        self.failure_code: str | None = None
        self.failure_message: str | None = None
        self.state = "pending"
        self.nat_gateway_addresses: list[dict[str, Any]] = []
        self.auto_provision_zones: str | None = None
        self.auto_scaling_ips: str | None = None
        self.add_tags(add_tag_specification(request.get("TagSpecifications", [])))

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        return (
            self.id if filter_name == "nat-gateway-id" else super().get_filter_value(filter_name, "DescribeNatGateways")
        )

    @property
    def holds_addresses(self) -> bool:
        return self.connectivity_type == "public" and self.state in ("pending", "available", "deleting")

    def stand_in(self, subnet: Any, request: dict[str, Any]) -> None:
        """Zonal: a network interface in the subnet, with the address."""
        interface = self.ec2_backend.create_network_interface(
            subnet,
            request.get("PrivateIpAddress") or random_private_ip(subnet.cidr_block),
            description=f"Interface for NAT Gateway {self.id}",
        )
        interface._group_set = []
        interface.requester_managed = True
        interface.interface_type = "nat_gateway"
        interface.status = "in-use"
        address = {
            "NetworkInterfaceId": interface.id,
            "PrivateIp": interface.private_ip_address,
            "IsPrimary": True,
            "Status": "succeeded",
        }
        if "AllocationId" in request:
            eip = self.ec2_backend.associate_address(eni=interface, allocation_id=request["AllocationId"])
            address.update(AllocationId=eip.allocation_id, PublicIp=eip.public_ip, AssociationId=eip.association_id)
        self.nat_gateway_addresses.append(address)

    def serve(self, zone: str, eip: ElasticAddress) -> None:
        """Regional: an address for a zone."""
        zones = {
            subnet.availability_zone: subnet.availability_zone_id for subnet in self.ec2_backend.describe_subnets()
        }
        eip.association_id = eip.association_id or f"eipassoc-{eip.allocation_id.partition('-')[2]}"
        self.nat_gateway_addresses.append(
            {
                "AllocationId": eip.allocation_id,
                "PublicIp": eip.public_ip,
                "AssociationId": eip.association_id,
                "AvailabilityZone": zone,
                "AvailabilityZoneId": zones.get(zone),
                "Status": "succeeded",
            }
        )

    def serve_all_zones(self) -> None:
        """Regional without addresses given: AWS allocates one for every zone with subnets."""
        subnets = [subnet for subnet in self.ec2_backend.describe_subnets() if subnet.vpc_id == self.vpc_id]
        for zone in sorted({subnet.availability_zone for subnet in subnets}):
            eip = self.ec2_backend.allocate_address("vpc")
            eip.service_managed = "rnat"
            self.serve(zone, eip)

    def come(self, failure: tuple[str, str] | None) -> None:
        """Be pending, and then available, or failed for the reason given."""
        if failure is None:
            self._go(Stage("pending", "ec2.nat-gateway.pending"), last="available")
        else:
            self.failure_code, self.failure_message = failure
            self._go(Stage("pending", "ec2.nat-gateway.pending", then=self.leave), *self._forgotten("failed"))

    def go(self) -> None:
        """Be deleting, and then deleted: only then addresses and interface are free."""
        self.delete_time = iso_8601_datetime_with_milliseconds(utcnow())
        self._go(Stage("deleting", "ec2.nat-gateway.deleting", then=self.leave), *self._forgotten("deleted"))

    def _forgotten(self, state: str) -> list[Stage]:
        """It remains visible for about an hour."""
        backend = self.ec2_backend
        forget = lambda: (backend.nat_gateways.pop(self.id, None), backend.tags.pop(self.id, None))  # noqa: E731
        return [Stage(state, "ec2.nat-gateway.deleted", then=forget)]

    def _go(self, *stages: Stage, last: str | None = None) -> None:
        clock.begin(_group(self.ec2_backend), self.id, *stages, enter=self._set_state, last=last)

    def _set_state(self, state: str) -> None:
        self.state = state

    def leave(self, association_ids: list[str] | None = None) -> None:
        """Give back these addresses, or all of them together with the interface."""
        for address in list(self.nat_gateway_addresses):
            if association_ids is not None and address.get("AssociationId") not in association_ids:
                continue
            if association_ids is not None:
                self.nat_gateway_addresses.remove(address)
            if "AllocationId" in address:
                for eip in [one for one in self.ec2_backend.addresses if one.allocation_id == address["AllocationId"]]:
                    self.ec2_backend.disassociate_address(address=eip.public_ip)
                    if eip.service_managed:
                        self.ec2_backend.addresses.remove(eip)
            self.ec2_backend.enis.pop(address.get("NetworkInterfaceId"), None)


@mend(NatGateways)
def create_nat_gateway(_original: Any, self: Any) -> ActionResult:
    request = parameters(self)
    backend = self.ec2_backend
    made = _regional if request.get("AvailabilityMode") == "regional" else _zonal
    gateway = made(backend, request)
    backend.nat_gateways[gateway.id] = gateway
    failure = None
    if gateway.connectivity_type == "public" and not attached(backend, gateway.vpc_id):
        failure = ("Gateway.NotAttached", f"Network {gateway.vpc_id} has no Internet gateway attached")
    gateway.come(failure)
    return ActionResult({"NatGateway": gateway})


def _zonal(backend: Any, request: dict[str, Any]) -> NatGateway:
    if not request.get("SubnetId"):
        raise refused("MissingParameter", "The request must contain the parameter SubnetId")
    for name in ("AvailabilityZoneAddresses", "VpcId"):
        if name in request:
            raise refused(
                "InvalidParameter", f"{name} can only be specified for a NAT gateway with AvailabilityMode regional."
            )
    public = request.get("ConnectivityType", "public") == "public"
    if public and not request.get("AllocationId"):
        raise refused("MissingParameter", "The request must contain the parameter AllocationId")
    subnet = backend.get_subnet(request["SubnetId"])
    if public:
        eip = backend.address_by_allocation([request["AllocationId"]])[0]
        if eip.association_id:
            message = f"Elastic IP address [{eip.allocation_id}] is already associated"
            raise refused("Resource.AlreadyAssociated", message)
    gateway = NatGateway(backend, subnet.vpc_id, request)
    gateway.stand_in(subnet, request)
    return gateway


def _regional(backend: Any, request: dict[str, Any]) -> NatGateway:
    if not request.get("VpcId"):
        raise refused("MissingParameter", "The request must contain the parameter VpcId")
    for name in ("SubnetId", "AllocationId"):
        if name in request:
            raise refused(
                "InvalidParameter", f"{name} cannot be specified for a NAT gateway with AvailabilityMode regional."
            )
    vpc = backend.get_vpc(request["VpcId"])
    gateway = NatGateway(backend, vpc.id, request)
    given = request.get("AvailabilityZoneAddresses", [])
    gateway.auto_provision_zones = gateway.auto_scaling_ips = "disabled" if given else "enabled"
    for one in given:
        for eip in backend.address_by_allocation(one["AllocationIds"]):
            gateway.serve(_zone_name(backend, one), eip)
    if not given:
        gateway.serve_all_zones()
    return gateway


def _zone_name(backend: Any, request: dict[str, Any]) -> str:
    zones = {zone.zone_id: zone.name for zone in backend.describe_availability_zones()}
    return request.get("AvailabilityZone") or zones[request["AvailabilityZoneId"]]


@mend(NatGateways)
def delete_nat_gateway(_original: Any, self: Any) -> ActionResult:
    gateway = _gateway(self.ec2_backend, self._get_param("NatGatewayId"))
    if gateway.state not in ("deleting", "deleted"):
        gateway.go()
    return ActionResult({"NatGatewayId": gateway.id})


@mend(NatGatewayBackend)
def describe_nat_gateways(
    _original: Any, self: Any, filters: Any, nat_gateway_ids: list[str] | None
) -> list[NatGateway]:
    clock.look(_group(self))
    found = [_gateway(self, one) for one in nat_gateway_ids or []] or list(self.nat_gateways.values())
    return generic_filter(filters, found)


@operation(NatGateways)
def associate_nat_gateway_address(self: Any, request: dict[str, Any]) -> dict[str, Any]:
    gateway = _gateway(self.ec2_backend, request["NatGatewayId"])
    for eip in self.ec2_backend.address_by_allocation(request["AllocationIds"]):
        if eip.association_id:
            raise refused(
                "Resource.AlreadyAssociated", f"Elastic IP address [{eip.allocation_id}] is already associated"
            )
        gateway.serve(_zone_name(self.ec2_backend, request), eip)
    return {"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.nat_gateway_addresses}


@operation(NatGateways)
def disassociate_nat_gateway_address(self: Any, request: dict[str, Any]) -> dict[str, Any]:
    gateway = _gateway(self.ec2_backend, request["NatGatewayId"])
    gateway.leave(request["AssociationIds"])
    return {"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.nat_gateway_addresses}


def _group(backend: Any) -> tuple[Any, str]:
    return backend, "nat-gateway"


def _gateway(backend: Any, gateway_id: str) -> NatGateway:
    try:
        return backend.nat_gateways[gateway_id]
    except KeyError:
        raise refused("NatGatewayNotFound", f"The Nat Gateway {gateway_id} was not found") from None
