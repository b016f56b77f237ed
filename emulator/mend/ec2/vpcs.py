# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""VPCs: not deleted as long as something is in them; networks without host bits."""

from __future__ import annotations

import ipaddress
from typing import Any

from moto.ec2.models.vpcs import VPCBackend

from emulator.mend.ec2.common import dependency
from emulator.registry import mend


@mend(VPCBackend)
def create_vpc(original: Any, self: Any, cidr_block: str, *args: Any, **kwargs: Any) -> Any:
    return original(self, canonical(cidr_block), *args, **kwargs)


@mend(VPCBackend)
def delete_vpc(original: Any, self: Any, vpc_id: str) -> Any:
    self.get_vpc(vpc_id)
    gateways = [one for one in self.internet_gateways.values() if one.vpc and one.vpc.id == vpc_id]
    gateways += [one for one in self.egress_only_internet_gateways.values() if one.vpc_id == vpc_id]
    gateways += [
        one for one in self.nat_gateways.values() if one.vpc_id == vpc_id and one.state not in ("deleted", "failed")
    ]
    endpoints = [one for one in self.vpc_end_points.values() if one.vpc_id == vpc_id]
    groups = [one for one in self.groups[vpc_id].values() if not one.is_default]
    if gateways or endpoints or groups:
        raise dependency(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
    vpc = original(self, vpc_id)
    for log in [one for one in self.flow_logs.values() if one.resource_id == vpc_id]:
        del self.flow_logs[log.id]
    return vpc


def canonical(cidr: str) -> str:
    """AWS drops host bits; what is no network is refused by moto."""
    try:
        return str(ipaddress.ip_network(cidr, strict=False))
    except ValueError:
        return cidr
