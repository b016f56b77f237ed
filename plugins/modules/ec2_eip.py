#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_eip
version_added: 0.1.0
short_description: Manage an Elastic IP address
description:
  - Allocates and releases a public IPv4 address for use in VPCs. It is found by its C(Name) tag.
  - An address that a NAT gateway or a network interface is just giving back is released as soon as it is free.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the address.
    type: str
  address:
    description: A certain address, from a pool of yours or one you released lately. AWS cannot change it later.
    type: str
  public_ipv4_pool:
    description: Id of an address pool of yours to allocate from. AWS cannot change it later.
    type: str
  network_border_group:
    description: Group of zones from which AWS advertises the address. AWS cannot change it later.
    type: str
  wait_timeout:
    description: How long to wait for the address to be given back before it is released, in seconds.
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
- name: Have two addresses for the NAT gateways
  sdt.infra.ec2_eip:
    tags:
      Environment: prod
    each:
      sdt-prod-nat-1: {}
      sdt-prod-nat-2: {}
"""

RETURN = r"""
eip:
  description: The address. Missing when O(each) is used; see RV(resources).
  returned: when a single address is managed
  type: dict
  contains:
    id:
      description: Allocation id.
      type: str
      sample: eipalloc-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    address:
      description: The public IPv4 address.
      type: str
      sample: 203.0.113.25
    public_ipv4_pool:
      description: The pool it comes from.
      type: str
      sample: amazon
    network_border_group:
      description: Group of zones from which AWS advertises the address.
      type: str
      sample: us-east-1
    association_id:
      description: Id of its association, or null while it is free.
      type: str
    tags:
      description: Tags of the address.
      type: dict
resources:
  description: Every managed address by its name, with the keys of RV(eip).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "eip", "name": "sdt-prod-nat-1", "fields": ["tags"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import Ec2Resource, name_of
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# An address a NAT gateway still holds belongs to AWS for that long, so releasing it fails as if it were not ours.
_HELD = ("InvalidIPAddress.InUse", "AuthFailure")

_PARAMETERS = {
    "address": "Address",
    "public_ipv4_pool": "PublicIpv4Pool",
    "network_border_group": "NetworkBorderGroup",
}


class Eip(Ec2Resource):
    kind = "Elastic IP"
    key = "eip"
    resource_type = "elastic-ip"
    fields = tuple(_PARAMETERS)
    create_only = frozenset(_PARAMETERS)
    computed = ("id", "address")

    def find(self) -> State | None:
        addresses = self.aws.read("ec2", "describe_addresses", "Addresses") or []
        address = self.only([one for one in addresses if name_of(one) == self.name])
        if address is None:
            return None
        return {
            "id": address["AllocationId"],
            "name": self.name,
            "address": address["PublicIp"],
            "public_ipv4_pool": address.get("PublicIpv4Pool"),
            "network_border_group": address.get("NetworkBorderGroup"),
            "association_id": address.get("AssociationId"),
            "tags": _tags.from_list(address.get("Tags")),
        }

    def create(self, desired: State) -> None:
        given = {parameter: desired[option] for option, parameter in _PARAMETERS.items() if option in desired}
        self.aws.write(
            "ec2", "allocate_address", Domain="vpc", TagSpecifications=self.tag_specifications(desired), **given
        )

    def delete(self, current: State) -> None:
        try:
            self.aws.write(
                "ec2",
                "release_address",
                missing=("InvalidAllocationID.NotFound",),
                retry=_HELD,
                retry_seconds=self.options["wait_timeout"] if self.options["wait"] else 0,
                AllocationId=current["id"],
            )
        except AwsError as error:
            if error.code in _HELD and current["association_id"]:
                raise InfraError(
                    f"Elastic IP {self.name} ({current['address']}) is still in use: remove the NAT gateway or "
                    f"network interface that holds it, then run again. AWS said: {error}"
                ) from error
            raise


def main() -> None:
    run(
        Eip,
        {
            "name": {"type": "str"},
            "address": {"type": "str"},
            "public_ipv4_pool": {"type": "str"},
            "network_border_group": {"type": "str"},
        },
        waits=True,
        wait_timeout=300,
    )


if __name__ == "__main__":
    main()
