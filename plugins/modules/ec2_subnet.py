#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_subnet
version_added: 0.1.0
short_description: Manage a subnet of a VPC
description:
  - Creates, changes and deletes a subnet. It is found by its C(Name) tag within the VPC.
  - A subnet that is just being left by network interfaces is deleted as soon as they are gone.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the subnet.
    type: str
  vpc:
    description: Name or id of the VPC. Required.
    type: str
  cidr:
    description:
      - IPv4 network within that of the VPC, a prefix from /16 to /28. AWS cannot change it later.
      - Required when O(state=present).
    type: str
  availability_zone:
    description:
      - Name, such as V(us-east-1a), or id, such as V(use1-az4), of the zone. AWS cannot change it later.
      - Ids mean the same place in every account, names do not.
      - Mutually exclusive with O(zone_number).
    type: str
  zone_number:
    description:
      - Take the first (V(1)), second (V(2)) and so on of the region's available zones when the subnet is created.
      - Zones that AWS documents as lacking instance types and services come last.
      - An existing subnet stays where it is.
    type: int
  map_public_ip:
    description: Whether what is launched in the subnet gets a public IPv4 address by default.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait for the subnet to become available, or for what uses it to go, in seconds.
    type: int
    default: 300
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
- name: Create two private subnets in two zones
  sdt.infra.ec2_subnet:
    vpc: sdt-prod
    each:
      sdt-prod-private-1: {cidr: 10.2.10.0/24, availability_zone: use1-az4}
      sdt-prod-private-2: {cidr: 10.2.11.0/24, availability_zone: use1-az6}

- name: Remove a subnet
  sdt.infra.ec2_subnet:
    name: sdt-prod-private-2
    vpc: sdt-prod
    state: absent
"""

RETURN = r"""
subnet:
  description: The subnet. Missing when O(each) is used; see RV(resources).
  returned: when a single subnet is managed
  type: dict
  contains:
    id:
      description: Id of the subnet.
      type: str
      sample: subnet-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc_id:
      description: Id of the VPC.
      type: str
    cidr:
      description: IPv4 network.
      type: str
      sample: 10.2.10.0/24
    availability_zone:
      description: The zone, by name or by id as it was asked for.
      type: str
      sample: us-east-1a
    map_public_ip:
      description: Whether what is launched there gets a public IPv4 address by default.
      type: bool
    status:
      description: State AWS reports.
      type: str
      sample: available
    tags:
      description: Tags of the subnet.
      type: dict
resources:
  description: Every managed subnet by its name, with the keys of RV(subnet).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "subnet", "name": "sdt-prod-private-1", "fields": ["cidr"]}]
"""

import re

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource, network, zones
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

_ZONE_ID = re.compile(r"^[a-z0-9]+-az\d+$")


class Subnet(VpcResource):
    kind = "subnet"
    key = "subnet"
    serves = True
    resource_type = "subnet"
    fields = ("cidr", "availability_zone", "zone_number", "map_public_ip")
    create_only = frozenset({"cidr", "availability_zone"})
    initial = frozenset({"zone_number"})
    computed = ("id",)

    def find(self) -> State | None:
        subnet = self.only(self.named("describe_subnets", "Subnets"))
        if subnet is None:
            return None
        by_id = bool(_ZONE_ID.match(self.options["availability_zone"] or ""))
        return {
            "id": subnet["SubnetId"],
            "name": self.name,
            "vpc_id": subnet["VpcId"],
            "cidr": subnet["CidrBlock"],
            "availability_zone": subnet["AvailabilityZoneId" if by_id else "AvailabilityZone"],
            "map_public_ip": subnet["MapPublicIpOnLaunch"],
            "status": subnet["State"],
            "tags": _tags.from_list(subnet.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        return {**desired, "cidr": network(desired["cidr"])}

    def create(self, desired: State) -> None:
        zone = desired.get("availability_zone")
        where: State = {}
        if zone:
            where = {"AvailabilityZoneId" if _ZONE_ID.match(zone) else "AvailabilityZone": zone}
        elif "zone_number" in desired:
            where = {"AvailabilityZone": self._zone(desired["zone_number"])}
        answer = self.aws.write(
            "ec2",
            "create_subnet",
            VpcId=self.vpc_id,
            CidrBlock=desired["cidr"],
            TagSpecifications=self.tag_specifications(desired),
            **where,
        )
        if desired["map_public_ip"]:
            self.update({"id": answer["Subnet"]["SubnetId"]}, {"map_public_ip": True})

    def update(self, current: State, changes: State) -> None:
        self.aws.write(
            "ec2",
            "modify_subnet_attribute",
            retry=("InvalidSubnetID.NotFound",),
            SubnetId=current["id"],
            MapPublicIpOnLaunch={"Value": changes["map_public_ip"]},
        )

    def delete(self, current: State) -> None:
        self.delete_patiently("delete_subnet", missing=("InvalidSubnetID.NotFound",), SubnetId=current["id"])

    def ready(self, state: State) -> bool:
        return state["status"] == "available"

    def _zone(self, number: int) -> str:
        names = [zone["ZoneName"] for zone in zones(self.aws)]
        if not 1 <= number <= len(names):
            raise InfraError(
                f"Subnet {self.name} asks for zone number {number}, but {self.aws.region} has {len(names)} zones: "
                f"{', '.join(names)}."
            )
        return names[number - 1]


def main() -> None:
    run(
        Subnet,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "cidr": {"type": "str"},
            "availability_zone": {"type": "str"},
            "zone_number": {"type": "int"},
            "map_public_ip": {"type": "bool", "default": False},
        },
        waits=True,
        wait_timeout=300,
        required_by={"name": ["vpc"]},
        required_if=[("state", "present", ("cidr",))],
        mutually_exclusive=[("availability_zone", "zone_number")],
    )


if __name__ == "__main__":
    main()
