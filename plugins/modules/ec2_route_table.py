#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_route_table
version_added: 0.1.0
short_description: Manage a route table and the subnets it serves
description:
  - Creates, changes and deletes a route table with its routes and subnets. It is found by its C(Name) tag within the VPC.
  - A route whose target changes is replaced in place, and a subnet of another table is moved in one step, so that
    traffic flows on. To move a subnet between two tables in one call, name the table that takes it first.
  - Routes that belong to AWS are left alone, which are local routes, those of gateway endpoints and those a virtual private
    gateway propagates.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the route table.
    type: str
  vpc:
    description: Name or id of the VPC. Required.
    type: str
  routes:
    description:
      - All routes of the table; others are removed. An empty list removes all, left out they are left alone.
    type: list
    elements: dict
    suboptions:
      destination:
        description: IPv4 or IPv6 network, or id of a prefix list.
        type: str
        required: true
      internet_gateway:
        description: Name or id of an internet gateway.
        type: str
      nat_gateway:
        description: Name or id of a NAT gateway of the VPC.
        type: str
      target:
        description:
          - Id of another target, which may be a network interface, an instance, a transit, virtual private, carrier or
            egress-only internet gateway, a peering connection, or a gateway load balancer endpoint.
        type: str
  subnets:
    description:
      - Names or ids of all subnets the table serves. Subnets that are dropped fall back to the main table of the VPC.
      - Left out, they are left alone.
    type: list
    elements: str
  wait_timeout:
    description: How long to wait for what still uses the table before it is deleted, in seconds.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Route the public and private subnets
  sdt.infra.ec2_route_table:
    vpc: sdt-prod
    each:
      sdt-prod-public:
        subnets: [sdt-prod-public-1, sdt-prod-public-2]
        routes:
          - {destination: 0.0.0.0/0, internet_gateway: sdt-prod}
      sdt-prod-private-1:
        subnets: [sdt-prod-private-1]
        routes:
          - {destination: 0.0.0.0/0, nat_gateway: sdt-prod-1}
"""

RETURN = r"""
route_table:
  description: The route table. Missing when O(each) is used; see RV(resources).
  returned: when a single route table is managed
  type: dict
  contains:
    id:
      description: Id of the route table.
      type: str
      sample: rtb-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc_id:
      description: Id of the VPC.
      type: str
    routes:
      description: Its routes, without those that belong to AWS.
      type: list
      elements: dict
      sample: [{"destination": "0.0.0.0/0", "target": "nat-0a1b2c3d4e5f67890"}]
    subnets:
      description: Ids of the subnets it serves.
      type: list
      elements: str
    tags:
      description: Tags of the route table.
      type: dict
resources:
  description: Every managed route table by its name, with the keys of RV(route_table).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "route_table", "name": "sdt-prod-private-1", "fields": ["routes"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource, network
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

# prefix of a target's id -> the parameter of CreateRoute and ReplaceRoute, the key of DescribeRouteTables
_TARGETS = {
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "nat": "NatGatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eigw": "EgressOnlyInternetGatewayId",
    "eni": "NetworkInterfaceId",
    "i": "InstanceId",
    "cagw": "CarrierGatewayId",
}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_GONE = ("InvalidRouteTableID.NotFound",)
# What was made a moment ago, by this call or the one before, may not be known everywhere yet.
_NEW = (
    *_GONE,
    "InvalidSubnetID.NotFound",
    "InvalidNatGatewayID.NotFound",
    "InvalidGatewayID.NotFound",
    "InvalidInternetGatewayID.NotFound",
)


class RouteTable(VpcResource):
    kind = "route table"
    key = "route_table"
    serves = True
    resource_type = "route-table"
    fields = ("routes", "subnets")
    computed = ("id",)
    _made: State  # the table this call made, which AWS may not show at once

    def find(self) -> State | None:
        table = self.only(self.named("describe_route_tables", "RouteTables"))
        if table is None:
            return None
        return {
            "id": table["RouteTableId"],
            "name": self.name,
            "vpc_id": table["VpcId"],
            "routes": ordered(
                {"destination": _destination(route), "target": _target(route)}
                for route in table["Routes"]
                if not _is_of_aws(route)
            ),
            "subnets": sorted(one["SubnetId"] for one in _associations(table)),
            "tags": _tags.from_list(table.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "routes" in desired:
            desired["routes"] = ordered(self._route(route) for route in desired["routes"])
        if "subnets" in desired:
            desired["subnets"] = self.members("subnet", desired["subnets"])
        return desired

    def create(self, desired: State) -> None:
        answer = self.aws.write(
            "ec2", "create_route_table", VpcId=self.vpc_id, TagSpecifications=self.tag_specifications(desired)
        )
        self._made = {"id": answer["RouteTable"]["RouteTableId"], "routes": []}

    def update(self, current: State, changes: State) -> None:
        """Routes and subnets follow in link: a subnet may move between two tables of the same call."""

    def link(self, desired: State) -> None:
        tables = self.in_vpc("describe_route_tables", "RouteTables")
        table = self.find() or self._made
        if "routes" in desired:
            self._set_routes(table, desired["routes"])
        if "subnets" in desired:
            self._set_subnets(table["id"], tables, desired["subnets"])

    def delete(self, current: State) -> None:
        for table in self.in_vpc("describe_route_tables", "RouteTables"):
            if table["RouteTableId"] == current["id"]:
                for association in _associations(table):
                    self._disassociate(association)
        self.delete_patiently("delete_route_table", missing=_GONE, RouteTableId=current["id"])

    def _route(self, route: State) -> State:
        targets = [name for name in ("internet_gateway", "nat_gateway", "target") if name in route]
        if len(targets) != 1:
            raise InfraError(
                f"Route {route['destination']} of route table {self.name} needs exactly one of internet_gateway, "
                "nat_gateway and target."
            )
        value = route[targets[0]]
        if targets[0] == "internet_gateway":
            value = resolve(self.aws, "internet_gateway", value)
        elif targets[0] == "nat_gateway":
            value = self.member("nat_gateway", value)
        destination = route["destination"]
        return {"destination": destination if destination.startswith("pl-") else network(destination), "target": value}

    def _set_routes(self, table: State, wanted: list[State]) -> None:
        have = {route["destination"]: route["target"] for route in table["routes"]}
        want = {route["destination"]: route["target"] for route in wanted}
        for destination, target in want.items():
            if have.get(destination) != target:
                self.aws.write(
                    "ec2",
                    "replace_route" if destination in have else "create_route",
                    retry=_NEW,
                    RouteTableId=table["id"],
                    **_destination_parameter(destination),
                    **_target_parameter(target),
                )
        for destination in sorted(set(have) - set(want)):
            self.aws.write(
                "ec2",
                "delete_route",
                missing=("InvalidRoute.NotFound",),
                RouteTableId=table["id"],
                **_destination_parameter(destination),
            )

    def _set_subnets(self, table_id: str, tables: list[State], wanted: list[str]) -> None:
        associations = {one["SubnetId"]: one for table in tables for one in _associations(table)}
        for subnet in wanted:
            association = associations.get(subnet)
            if association is None:
                self.aws.write("ec2", "associate_route_table", retry=_NEW, RouteTableId=table_id, SubnetId=subnet)
            elif association["RouteTableId"] != table_id:
                self.aws.write(
                    "ec2",
                    "replace_route_table_association",
                    retry=_NEW,
                    AssociationId=association["RouteTableAssociationId"],
                    RouteTableId=table_id,
                )
        for subnet, association in sorted(associations.items()):
            if association["RouteTableId"] == table_id and subnet not in wanted:
                self._disassociate(association)

    def _disassociate(self, association: State) -> None:
        self.aws.write(
            "ec2",
            "disassociate_route_table",
            missing=("InvalidAssociationID.NotFound",),
            AssociationId=association["RouteTableAssociationId"],
        )


def _associations(table: State) -> list[State]:
    """The associations of a table with subnets that are not just being undone."""
    return [
        one
        for one in table.get("Associations") or []
        if one.get("SubnetId")
        and one.get("AssociationState", {}).get("State") not in ("disassociating", "disassociated")
    ]


def _is_of_aws(route: State) -> bool:
    of_endpoint = route.get("DestinationPrefixListId") and route.get("GatewayId", "").startswith("vpce-")
    return bool(route.get("GatewayId") == "local" or route.get("Origin") == "EnableVgwRoutePropagation" or of_endpoint)


def _destination(route: State) -> str:
    return next(route[key] for key in _DESTINATIONS if route.get(key))


def _target(route: State) -> str | None:
    # An instance shows its network interface too; the instance is what was asked for.
    keys = ("InstanceId", *(key for key in dict.fromkeys(_TARGETS.values()) if key != "InstanceId"))
    return next((route[key] for key in keys if route.get(key)), None)


def _destination_parameter(destination: str) -> State:
    if destination.startswith("pl-"):
        return {"DestinationPrefixListId": destination}
    return {"DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock": destination}


def _target_parameter(target: str) -> State:
    if target.startswith("vpce-"):
        return {"VpcEndpointId": target}
    try:
        return {_TARGETS[target.partition("-")[0]]: target}
    except KeyError:
        raise InfraError(f"{target} is not the id of anything a route can lead to.") from None


def main() -> None:
    run(
        RouteTable,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "routes": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "destination": {"type": "str", "required": True},
                    "internet_gateway": {"type": "str"},
                    "nat_gateway": {"type": "str"},
                    "target": {"type": "str"},
                },
            },
            "subnets": {"type": "list", "elements": "str"},
        },
        waits=True,
        wait_timeout=120,
        required_by={"name": ["vpc"]},
    )


if __name__ == "__main__":
    main()
