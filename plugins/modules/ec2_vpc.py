#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_vpc
version_added: 0.1.0
short_description: Manage a VPC
description:
  - Creates, changes and deletes a virtual private cloud and its DNS attributes.
  - The VPC is found by its C(Name) tag.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the VPC.
    type: str
  cidr:
    description:
      - Primary IPv4 network, a prefix from /16 to /28. AWS cannot change it later.
      - Required when the VPC is created.
    type: str
  tenancy:
    description: Where instances run by default. AWS cannot change it later.
    type: str
    choices: [default, dedicated]
    default: default
  dns_support:
    description: Whether the Amazon DNS server answers in this VPC.
    type: bool
    default: true
  dns_hostnames:
    description: Whether instances get public DNS names; private DNS of endpoints and service discovery need it.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Create the VPC of production
  sdt.infra.ec2_vpc:
    name: sdt-prod
    cidr: 10.2.0.0/16
    tags:
      Environment: prod
"""

RETURN = r"""
vpc:
  description: The VPC. Missing when O(each) is used; see RV(resources).
  returned: when a single VPC is managed
  type: dict
  contains:
    id:
      description: Id of the VPC.
      type: str
      sample: vpc-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    cidr:
      description: Primary IPv4 network.
      type: str
      sample: 10.2.0.0/16
    status:
      description: State AWS reports.
      type: str
      sample: available
resources:
  description: Every managed resource by its name, with the keys of RV(vpc).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "vpc", "name": "sdt-prod", "fields": ["cidr"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import Ec2Resource, describe, network
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# option -> attribute name of DescribeVpcAttribute and ModifyVpcAttribute
_ATTRIBUTES = {"dns_support": "EnableDnsSupport", "dns_hostnames": "EnableDnsHostnames"}

_START = {"dns_support": True, "dns_hostnames": False}  # what a new VPC has


class Vpc(Ec2Resource):
    kind = "VPC"
    key = "vpc"
    serves = True
    resource_type = "vpc"
    fields = ("cidr", "tenancy", "dns_support", "dns_hostnames")
    create_only = frozenset({"cidr", "tenancy"})
    computed = ("id",)

    def find(self) -> State | None:
        vpc = self.only(describe(self.aws, "describe_vpcs", "Vpcs", tag_name=self.name))
        if vpc is None:
            return None
        return {
            "id": vpc["VpcId"],
            "name": self.name,
            "cidr": vpc["CidrBlock"],
            "tenancy": vpc["InstanceTenancy"],
            "status": vpc["State"],
            "tags": _tags.from_list(vpc.get("Tags")),
            **{option: self._attribute(vpc["VpcId"], name) for option, name in _ATTRIBUTES.items()},
        }

    def desired(self) -> State:
        desired = super().desired()
        return {**desired, "cidr": network(desired["cidr"])} if "cidr" in desired else desired

    def create(self, desired: State) -> None:
        if "cidr" not in desired:
            raise InfraError(f"VPC {self.name} does not exist; give cidr to create it.")
        vpc = self.aws.write(
            "ec2",
            "create_vpc",
            CidrBlock=desired["cidr"],
            InstanceTenancy=desired["tenancy"],
            TagSpecifications=self.tag_specifications(desired),
        )
        differing = {option: desired[option] for option, start in _START.items() if desired[option] != start}
        self.update({"id": vpc["Vpc"]["VpcId"]}, differing)

    def update(self, current: State, changes: State) -> None:
        # One attribute in one request is all ModifyVpcAttribute takes; support has to be on before hostnames.
        for option in sorted(changes, key=list(_ATTRIBUTES).index):
            attribute: State = {_ATTRIBUTES[option]: {"Value": changes[option]}}
            self.aws.write(
                "ec2", "modify_vpc_attribute", retry=("InvalidVpcID.NotFound",), VpcId=current["id"], **attribute
            )

    def delete(self, current: State) -> None:
        self.aws.write("ec2", "delete_vpc", VpcId=current["id"], missing=("InvalidVpcID.NotFound",))

    def ready(self, state: State) -> bool:
        return state["status"] == "available"

    def _attribute(self, vpc_id: str, name: str) -> bool | None:
        key = name[0].lower() + name[1:]
        answer = self.aws.read(
            "ec2", "describe_vpc_attribute", missing=("InvalidVpcID.NotFound",), VpcId=vpc_id, Attribute=key
        )
        return answer[name]["Value"] if answer else None


def main() -> None:
    run(
        Vpc,
        {
            "name": {"type": "str"},
            "cidr": {"type": "str"},
            "tenancy": {"type": "str", "choices": ["default", "dedicated"], "default": "default"},
            "dns_support": {"type": "bool", "default": True},
            "dns_hostnames": {"type": "bool", "default": True},
        },
    )


if __name__ == "__main__":
    main()
