# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subnets: the zones of their region, no public addresses unless asked for, not deleted while in use."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import InvalidAvailabilityZoneError
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.subnets import SubnetBackend

from emulator.mend.ec2.common import dependency, refused
from emulator.mend.ec2.interfaces import holders
from emulator.mend.ec2.vpcs import canonical
from emulator.registry import mend


@mend(SubnetBackend)
def create_subnet(
    original: Any,
    self: Any,
    vpc_id: str,
    cidr_block: str,
    ipv6_cidr_block: str | None = None,
    availability_zone: str | None = None,
    availability_zone_id: str | None = None,
    **kwargs: Any,
) -> Any:
    # The zones of moto's default VPC belong to other regions too.
    zones = RegionsAndZonesBackend.zones.get(self.region_name, [])
    wanted = [
        zone
        for zone in zones
        if zone.name == (availability_zone or zone.name) and zone.zone_id == (availability_zone_id or zone.zone_id)
    ]
    if not wanted:
        raise InvalidAvailabilityZoneError(
            availability_zone or availability_zone_id, ", ".join(zone.name for zone in zones)
        )
    if cidr_block:
        cidr_block = canonical(cidr_block)
        if not 16 <= int(cidr_block.partition("/")[2] or 32) <= 28:
            raise refused("InvalidSubnet.Range", f"The CIDR '{cidr_block}' is invalid.")
    subnet = original(self, vpc_id, cidr_block, ipv6_cidr_block, availability_zone=wanted[0].name, **kwargs)
    if not self.get_vpc(vpc_id).is_default:
        subnet.default_for_az = False
        subnet.map_public_ip_on_launch = False
    return subnet


@mend(SubnetBackend)
def delete_subnet(original: Any, self: Any, subnet_id: str) -> Any:
    self.get_subnet(subnet_id)
    if any(subnet_id in holder.subnets for holder in holders(self)):
        raise dependency(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
    for table in self.route_tables.values():
        table._associations = {key: target for key, target in table._associations.items() if target != subnet_id}
    return original(self, subnet_id)
