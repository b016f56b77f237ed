# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route tables: targets that exist in the same VPC, one table for a subnet, the main table stays."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import RouteAlreadyExistsError
from moto.ec2.models.route_tables import Route, RouteBackend
from moto.ec2.responses.route_tables import RouteTables

from emulator.mend.ec2.common import dependency, refused
from emulator.registry import mend


@mend(RouteBackend)
def create_route(
    original: Any, self: Any, route_table_id: str, destination_cidr_block: str | None, *args: Any, **kwargs: Any
) -> Any:
    table = self.get_route_table(route_table_id)
    _check_targets(self, table, kwargs)
    ipv6, prefix_list = [*args, None, None][:2]
    ipv6 = kwargs.get("destination_ipv6_cidr_block", ipv6)
    prefix_list = kwargs.get("destination_prefix_list_id", prefix_list)
    for route in table.routes:
        if (ipv6 and route.destination_ipv6_cidr_block == ipv6) or (
            prefix_list and route.destination_prefix_list_id == prefix_list
        ):
            raise RouteAlreadyExistsError(ipv6 or prefix_list)
        if (
            destination_cidr_block
            and route.local
            and route.destination_cidr_block == destination_cidr_block
            and not kwargs.get("local")
        ):
            raise RouteAlreadyExistsError(destination_cidr_block)
    return original(self, route_table_id, destination_cidr_block, *args, **kwargs)


@mend(RouteBackend)
def replace_route(
    original: Any,
    self: Any,
    route_table_id: str,
    destination_cidr_block: str | None,
    destination_ipv6_cidr_block: str | None = None,
    destination_prefix_list_id: str | None = None,
    nat_gateway_id: str | None = None,
    *args: Any,
    **kwargs: Any,
) -> Any:
    _check_targets(self, self.get_route_table(route_table_id), {**kwargs, "nat_gateway_id": nat_gateway_id})
    destination = (destination_cidr_block, destination_ipv6_cidr_block, destination_prefix_list_id)
    return original(self, route_table_id, *destination, nat_gateway_id, *args, **kwargs)


def _check_targets(backend: Any, table: Any, targets: dict[str, Any]) -> None:
    nat = targets.get("nat_gateway_id")
    if nat is not None:
        gateway = backend.nat_gateways.get(nat)
        if gateway is None or gateway.state in ("deleted", "failed"):
            raise refused("InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat}' does not exist")
        if gateway.vpc_id != table.vpc_id:
            raise refused(
                "InvalidParameterValue", f"route table {table.id} and NAT gateway {nat} belong to different networks"
            )
    internet = targets.get("gateway_id")
    if internet and internet.startswith("igw-"):
        gateway = backend.get_internet_gateway(internet)
        if gateway.vpc is None or gateway.vpc.id != table.vpc_id:
            message = f"route table {table.id} and network gateway {internet} belong to different networks"
            raise refused("InvalidParameterValue", message)


@mend(Route)
def state(_original: Any, self: Any) -> str:
    gone = self.nat_gateway is not None and self.nat_gateway.state in ("deleted", "failed")
    return "blackhole" if gone else "active"


@mend(RouteBackend)
def associate_route_table(
    original: Any, self: Any, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
) -> str:
    self.get_route_table(route_table_id)
    for table in self.route_tables.values():
        if subnet_id and subnet_id in table._associations.values() and table.id != route_table_id:
            message = (
                f"the specified association for route table {route_table_id} conflicts with an existing association"
            )
            raise refused("Resource.AlreadyAssociated", message)
    return original(self, route_table_id, gateway_id, subnet_id)


@mend(RouteTables)
def delete_route_table(original: Any, self: Any) -> Any:
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    if table.main_association_id:
        raise dependency(f"The routeTable '{table.id}' has dependencies and cannot be deleted.")
    answer = original(self)
    for endpoint in self.ec2_backend.vpc_end_points.values():
        endpoint.route_table_ids = [one for one in endpoint.route_table_ids if one != table.id]
    return answer
