# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2: quotas of a region, and what belongs together."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import quota

API = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
VPC_QUOTAS = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
GROUP_TEXT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
PROTOCOLS = frozenset({"tcp", "udp", "icmp", "icmpv6", "-1", *map(str, range(256))})
TCP_UDP = ("tcp", "udp", "6", "17")
GROUP_RULES = ("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
# Operations that make one thing, and the type its tags have.
MADE = {
    "AllocateAddress": "elastic-ip",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}


@rule("ec2", "CreateVpc", docs=VPC_QUOTAS)
def vpcs_per_region(request: Request) -> None:
    """A region has no more VPCs than its quota, 5 unless it was raised."""
    if len(request.backend("ec2").vpcs) >= quota(request, "vpc", "L-F678F1CE"):
        raise Refused("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


@rule("ec2", "CreateInternetGateway", docs=VPC_QUOTAS)
def internet_gateways_per_region(request: Request) -> None:
    """A region has no more internet gateways than its quota, 5 unless it was raised."""
    if len(request.backend("ec2").internet_gateways) >= quota(request, "vpc", "L-A4707A72"):
        raise Refused("InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.")


@rule(
    "ec2", "AllocateAddress", docs="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html"
)
def addresses_per_region(request: Request) -> None:
    """A region has no more Elastic IP addresses than its quota, 5 unless it was raised."""
    own = [one for one in request.backend("ec2").addresses if not getattr(one, "service_managed", None)]
    if len(own) >= quota(request, "ec2", "L-0263D0A3"):
        raise Refused("AddressLimitExceeded", "The maximum number of addresses has been reached.")


@rule("ec2", "CreateNatGateway", docs=VPC_QUOTAS)
def nat_gateways_per_zone(request: Request) -> None:
    """An Availability Zone has no more NAT gateways than its quota, 5 unless it was raised."""
    subnet = _subnet(request, request.get("SubnetId"))
    if subnet is None:
        return
    backend = request.backend("ec2")
    there = 0
    for gateway in backend.nat_gateways.values():
        its_subnet = _subnet(request, gateway.subnet_id)
        alive = gateway.state in ("pending", "available", "deleting")
        there += alive and its_subnet is not None and its_subnet.availability_zone == subnet.availability_zone
    if there >= quota(request, "vpc", "L-FE5A380F"):
        raise Refused(
            "NatGatewayLimitExceeded",
            f"Performing this operation would exceed the limit of {there} NAT gateways per Availability Zone",
        )


@rule("ec2", "ModifyVpcAttribute", "ModifySubnetAttribute", docs=f"{API}/API_ModifyVpcAttribute.html")
def one_attribute_at_a_time(request: Request) -> None:
    """One call changes one attribute of a VPC or subnet."""
    given = sorted(name for name in request.parameters if name not in ("VpcId", "SubnetId", "DryRun"))
    if len(given) > 1:
        names = ", ".join(name[:1].lower() + name[1:] for name in given)
        raise Refused("InvalidParameterCombination", f"Fields for multiple attribute types specified: {names}")


@rule("ec2", "CreateSecurityGroup", docs=f"{API}/API_CreateSecurityGroup.html")
def group_name(request: Request) -> None:
    """The name of a security group has up to 255 characters of the set AWS names."""
    name = request["GroupName"]
    if not GROUP_TEXT.fullmatch(name):
        raise Refused(
            "InvalidParameterValue",
            f"Invalid value '{name}' for groupName. Valid names are strings less than 256 characters from the "
            "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
        )


def _permissions(request: Request) -> list[dict[str, Any]]:
    flat = {name: request[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in request}
    return [*request.get("IpPermissions", []), *([flat] if flat else [])]


@rule("ec2", *GROUP_RULES, docs=f"{API}/API_IpPermission.html")
def group_protocol(request: Request) -> None:
    """The protocol of a security group rule is one EC2 knows by name or number."""
    for permission in _permissions(request):
        protocol = str(permission.get("IpProtocol", "-1"))
        if protocol.lower() not in PROTOCOLS:
            raise Refused("InvalidParameterValue", f"Invalid value '{protocol}' for IP protocol. Unknown protocol.")


@rule("ec2", *GROUP_RULES, docs=f"{API}/API_IpPermission.html")
def port_range(request: Request) -> None:
    """The ports of a security group rule are from 0 to 65535, the first no higher than the last."""
    for permission in _permissions(request):
        protocol = str(permission.get("IpProtocol", "-1")).lower()
        if protocol not in TCP_UDP:
            continue
        first, last = permission.get("FromPort"), permission.get("ToPort")
        if (first, last) == (-1, -1) or first is None or last is None:
            continue
        name = "UDP" if protocol in ("udp", "17") else "TCP"
        for port in (first, last):
            if not 0 <= port <= 65535:
                raise Refused("InvalidParameterValue", f"Invalid value '{port}' for port. Must be from 0 to 65535.")
        if first > last:
            raise Refused("InvalidParameterValue", f"Invalid {name} port range ({first}, {last})")


@rule("ec2", "CreateNetworkInterface", "ModifyNetworkInterfaceAttribute", docs=VPC_QUOTAS)
def groups_per_interface(request: Request) -> None:
    """A network interface has no more security groups than the quota, 5 unless it was raised."""
    most = quota(request, "vpc", "L-2AFB9258")
    if len(request.get("Groups", [])) > most:
        raise Refused(
            "SecurityGroupsPerInterfaceLimitExceeded",
            f"The maximum number of security groups per interface ({most}) has been reached.",
        )


@rule("ec2", "CreateNetworkInterface", "CreateNatGateway", docs=f"{API}/API_CreateNetworkInterface.html")
def address_in_subnet(request: Request) -> None:
    """A private address given to a network interface lies in its subnet, and is none of the five AWS keeps there."""
    subnet, address = _subnet(request, request.get("SubnetId")), request.get("PrivateIpAddress")
    if subnet is None or address is None:
        return
    try:
        wanted, network = ipaddress.ip_address(address), ipaddress.ip_network(subnet.cidr_block)
    except ValueError:
        raise Refused("InvalidParameterValue", f"Invalid IPv4 address: {address}") from None
    if wanted not in network:
        raise Refused("InvalidParameterValue", "Address does not fall within the subnet's address range")
    offset = int(wanted) - int(network.network_address)
    if offset < 4 or wanted == network.broadcast_address:
        raise Refused("InvalidParameterValue", "Address is in subnet's reserved address range")


@rule("ec2", "AssociateRouteTable", docs=f"{API}/API_AssociateRouteTable.html")
def association_in_one_vpc(request: Request) -> None:
    """A route table is associated with subnets of its own VPC."""
    table = request.backend("ec2").route_tables.get(request["RouteTableId"])
    subnet = _subnet(request, request.get("SubnetId"))
    if table is not None and subnet is not None and table.vpc_id != subnet.vpc_id:
        raise Refused(
            "InvalidParameterValue",
            f"route table {table.id} and subnet {subnet.id} belong to different networks",
        )


@rule("ec2", "DeleteRoute", docs="https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html")
def local_route(request: Request) -> None:
    """The local route of a route table cannot be deleted."""
    backend = request.backend("ec2")
    table = backend.route_tables.get(request["RouteTableId"])
    networks = (
        [one["cidr_block"] for one in backend.vpcs[table.vpc_id].get_cidr_block_association_set()] if table else []
    )
    if request.get("DestinationCidrBlock") in networks:
        raise Refused(
            "InvalidParameterValue",
            f"cannot remove local route {request['DestinationCidrBlock']} in route table {table.id}",
        )


@rule("ec2", *MADE, docs=f"{API}/API_TagSpecification.html")
def tag_resource_type(request: Request) -> None:
    """Tags given at creation are for the type of resource that is made."""
    for specification in request.get("TagSpecifications", []):
        kind = specification.get("ResourceType")
        if kind is None:
            raise Refused("InvalidParameterValue", "Tag specification resource type must have a value")
        if kind == MADE[request.operation] or (request.operation == "CreateSecurityGroup" and "rule" in kind):
            continue
        raise Refused("InvalidParameterValue", f"'{kind}' is not a valid taggable resource type for this operation.")


def _subnet(request: Request, subnet_id: str | None) -> Any:
    for zone in request.backend("ec2").subnets.values():
        if subnet_id in zone:
            return zone[subnet_id]
    return None
