#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_nat_gateway
version_added: 0.1.0
short_description: Manage a NAT gateway
description:
  - Creates and deletes NAT gateways, zonal or regional. A gateway is found by its C(Name) tag within the VPC.
  - A zonal gateway serves one zone and fails with it. A regional one spans the zones of the VPC by itself.
  - A gateway that failed to start is replaced. One that is being deleted counts as absent.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html) and
    U(https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the NAT gateway.
    type: str
  vpc:
    description: Name or id of the VPC. Required.
    type: str
  availability_mode:
    description: Whether the gateway serves one zone or all zones of the VPC. AWS cannot change it later.
    type: str
    choices: [zonal, regional]
    default: zonal
  connectivity_type:
    description: Whether it reaches the internet, or other private networks only. AWS cannot change it later.
    type: str
    choices: [public, private]
    default: public
  subnet:
    description:
      - Name or id of the subnet it stands in, a public one for public gateways. AWS cannot change it later.
      - Required for zonal gateways, not allowed for regional ones.
    type: str
  eip:
    description:
      - Name or allocation id of its Elastic IP. AWS cannot change it later.
      - Required for public zonal gateways.
    type: str
  private_ip:
    description: Private IPv4 address within the subnet, chosen by AWS when left out. AWS cannot change it later.
    type: str
  zone_addresses:
    description:
      - For regional gateways, the zones it serves and the names or allocation ids of the Elastic IPs it uses in each.
      - The keys are names or ids of zones.
      - Left out, AWS chooses zones and addresses and follows the subnets of the VPC.
    type: dict
  wait_timeout:
    description: How long to wait for the gateway to become available, or to be gone, in seconds.
    type: int
    default: 900
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
- name: Create a NAT gateway in each zone
  sdt.infra.ec2_nat_gateway:
    vpc: sdt-prod
    each:
      sdt-prod-1: {subnet: sdt-prod-public-1, eip: sdt-prod-nat-1}
      sdt-prod-2: {subnet: sdt-prod-public-2, eip: sdt-prod-nat-2}

- name: Create one NAT gateway that survives the failure of a zone
  sdt.infra.ec2_nat_gateway:
    name: sdt-prod-regional
    vpc: sdt-prod
    availability_mode: regional
"""

RETURN = r"""
nat_gateway:
  description: The NAT gateway. Missing when O(each) is used; see RV(resources).
  returned: when a single NAT gateway is managed
  type: dict
  contains:
    id:
      description: Id of the NAT gateway.
      type: str
      sample: nat-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc_id:
      description: Id of the VPC.
      type: str
    availability_mode:
      description: V(zonal) or V(regional).
      type: str
    connectivity_type:
      description: V(public) or V(private).
      type: str
    subnet:
      description: Id of the subnet of a zonal gateway.
      type: str
    eip:
      description: Allocation id of the Elastic IP of a zonal gateway.
      type: str
    private_ip:
      description: Private IPv4 address of a zonal gateway.
      type: str
    public_ips:
      description: Public IPv4 addresses it uses; what others see as the source of the traffic.
      type: list
      elements: str
    zone_addresses:
      description: For a regional gateway, the allocation ids it uses in each zone.
      type: dict
    status:
      description: State AWS reports.
      type: str
      sample: available
    tags:
      description: Tags of the NAT gateway.
      type: dict
resources:
  description: Every managed NAT gateway by its name, with the keys of RV(nat_gateway).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "nat_gateway", "name": "sdt-prod-1", "fields": ["eip", "subnet"]}]
"""

import re

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve, resolve_all

_ZONE_ID = re.compile(r"^[a-z0-9]+-az\d+$")
_ALIVE = ("pending", "available")


class NatGateway(VpcResource):
    kind = "NAT gateway"
    key = "nat_gateway"
    serves = True
    resource_type = "natgateway"
    fields = ("availability_mode", "connectivity_type", "subnet", "eip", "private_ip", "zone_addresses")
    create_only = frozenset({"availability_mode", "connectivity_type", "subnet", "eip", "private_ip"})
    exact = frozenset({"zone_addresses"})
    computed = ("id",)
    _made: str | None = None  # id of the gateway this call made
    _described: State  # the gateway as AWS described it last

    def find(self) -> State | None:
        gateway = self._current()
        if gateway is None:
            return None
        self._described = gateway
        addresses = gateway.get("NatGatewayAddresses") or []
        regional = gateway.get("AvailabilityMode") == "regional"
        first = {} if regional or not addresses else addresses[0]
        return {
            "id": gateway["NatGatewayId"],
            "name": self.name,
            "vpc_id": gateway["VpcId"],
            "availability_mode": gateway.get("AvailabilityMode", "zonal"),
            "connectivity_type": gateway["ConnectivityType"],
            "subnet": gateway.get("SubnetId"),
            "eip": first.get("AllocationId"),
            "private_ip": first.get("PrivateIp"),
            "public_ips": sorted(one["PublicIp"] for one in addresses if one.get("PublicIp")),
            "zone_addresses": self._by_zone(addresses) if regional else None,
            "status": gateway["State"],
            "tags": _tags.from_list(gateway.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        zonal = desired["availability_mode"] == "zonal"
        needed = {"subnet"} if zonal else set()
        if zonal and desired["connectivity_type"] == "public":
            needed.add("eip")
        if needed - set(desired):
            raise InfraError(f"NAT gateway {self.name} needs {' and '.join(sorted(needed))}.")
        if "subnet" in desired:
            desired["subnet"] = self.member("subnet", desired["subnet"])
        if "eip" in desired:
            desired["eip"] = resolve(self.aws, "eip", desired["eip"])
        if "zone_addresses" in desired:
            desired["zone_addresses"] = {
                zone: resolve_all(self.aws, "eip", eips) for zone, eips in desired["zone_addresses"].items()
            }
        return desired

    def create(self, desired: State) -> None:
        request: State = {"ConnectivityType": desired["connectivity_type"]}
        if desired["availability_mode"] == "regional":
            request.update(AvailabilityMode="regional", VpcId=self.vpc_id)
            if "zone_addresses" in desired:
                request["AvailabilityZoneAddresses"] = [
                    {**_zone(zone), "AllocationIds": eips} for zone, eips in sorted(desired["zone_addresses"].items())
                ]
        else:
            request["SubnetId"] = desired["subnet"]
            request.update({"AllocationId": desired["eip"]} if "eip" in desired else {})
            request.update({"PrivateIpAddress": desired["private_ip"]} if "private_ip" in desired else {})
        # The address may still be on its way back from a gateway that was deleted before.
        answer = self.aws.write(
            "ec2",
            "create_nat_gateway",
            retry=("Resource.AlreadyAssociated", "InvalidSubnetID.NotFound", "InvalidAllocationID.NotFound"),
            TagSpecifications=self.tag_specifications(desired),
            **request,
        )
        self._made = answer["NatGateway"]["NatGatewayId"]

    def update(self, current: State, changes: State) -> None:
        have, want = current["zone_addresses"] or {}, changes["zone_addresses"]
        for zone, eips in sorted(want.items()):
            added = sorted(set(eips) - set(have.get(zone, [])))
            if added:
                self.aws.write(
                    "ec2",
                    "associate_nat_gateway_address",
                    NatGatewayId=current["id"],
                    AllocationIds=added,
                    **_zone(zone),
                )
        removed = [eip for zone, eips in have.items() for eip in eips if eip not in want.get(zone, [])]
        if removed:
            addresses = self._described["NatGatewayAddresses"]
            associations = sorted(one["AssociationId"] for one in addresses if one.get("AllocationId") in removed)
            self.aws.write(
                "ec2", "disassociate_nat_gateway_address", NatGatewayId=current["id"], AssociationIds=associations
            )

    def delete(self, current: State) -> None:
        self.aws.write("ec2", "delete_nat_gateway", missing=("NatGatewayNotFound",), NatGatewayId=current["id"])

    def ready(self, state: State) -> bool:
        if state["status"] == "failed":
            raise InfraError(f"NAT gateway {self.name} could not be created: {self._described.get('FailureMessage')}.")
        return state["status"] == "available"

    def leaving(self, state: State) -> bool:
        return state["status"] == "deleting"

    def _current(self) -> State | None:
        """Of all gateways of this name the living one, else one that is going.

        Deleted and failed ones stay visible for an hour; a failed one counts only when this call made it.
        """
        found = self.named("describe_nat_gateways", "NatGateways")
        alive = self.only([one for one in found if one["State"] in _ALIVE])
        made = [one for one in found if one["NatGatewayId"] == self._made]
        going = [one for one in found if one["State"] == "deleting"]
        return alive or next(iter(made + going), None)

    def _by_zone(self, addresses: list[State]) -> State:
        wanted = self.options["zone_addresses"] or {}
        key = "AvailabilityZoneId" if any(_ZONE_ID.match(zone) for zone in wanted) else "AvailabilityZone"
        zones: State = {}
        for address in addresses:
            if address.get("Status") != "disassociating" and "AllocationId" in address:
                zones.setdefault(address[key], []).append(address["AllocationId"])
        return {zone: sorted(eips) for zone, eips in zones.items()}


def _zone(zone: str) -> State:
    return {"AvailabilityZoneId" if _ZONE_ID.match(zone) else "AvailabilityZone": zone}


def main() -> None:
    run(
        NatGateway,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "availability_mode": {"type": "str", "choices": ["zonal", "regional"], "default": "zonal"},
            "connectivity_type": {"type": "str", "choices": ["public", "private"], "default": "public"},
            "subnet": {"type": "str"},
            "eip": {"type": "str"},
            "private_ip": {"type": "str"},
            "zone_addresses": {"type": "dict"},
        },
        waits=True,
        wait_timeout=900,
        required_by={"name": ["vpc"]},
        mutually_exclusive=[("zone_addresses", "subnet"), ("zone_addresses", "eip")],
    )


if __name__ == "__main__":
    main()
