# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Internet gateways: one for a VPC, and not detached while something there has a public address."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.internet_gateways import InternetGatewayBackend

from emulator.mend.ec2.common import dependency, refused
from emulator.mend.ec2.interfaces import holders
from emulator.registry import mend


@mend(InternetGatewayBackend)
def attach_internet_gateway(original: Any, self: Any, internet_gateway_id: str, vpc_id: str) -> Any:
    if attached(self, vpc_id):
        raise refused("InvalidParameterValue", f"Network {vpc_id} already has an internet gateway attached")
    return original(self, internet_gateway_id, vpc_id)


@mend(InternetGatewayBackend)
def detach_internet_gateway(original: Any, self: Any, internet_gateway_id: str, vpc_id: str) -> Any:
    subnets = {subnet.id for subnet in self.describe_subnets() if subnet.vpc_id == vpc_id}
    mapped = any(holder.public and holder.subnets & subnets for holder in holders(self))
    if mapped or any(one.vpc_id == vpc_id and one.holds_addresses for one in self.nat_gateways.values()):
        raise dependency(
            f"Network {vpc_id} has some mapped public address(es). "
            "Please unmap those public address(es) before detaching the gateway."
        )
    return original(self, internet_gateway_id, vpc_id)


def attached(backend: Any, vpc_id: str) -> bool:
    return any(one.vpc and one.vpc.id == vpc_id for one in backend.internet_gateways.values())
