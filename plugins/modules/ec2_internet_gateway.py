#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_internet_gateway
version_added: 0.1.0
short_description: Manage an internet gateway
description:
  - Creates an internet gateway, attaches it to a VPC, and deletes it. It is found by its C(Name) tag.
  - Before it is deleted it is detached, as soon as nothing in the VPC has a public address any more.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the internet gateway.
    type: str
  vpc:
    description:
      - Name or id of the VPC it is attached to. A gateway that is attached to another VPC is moved.
      - Left out, the attachment is left alone.
    type: str
  wait_timeout:
    description: How long to wait for the attachment, or for public addresses to go, in seconds.
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
- name: Give the VPC a way to the internet
  sdt.infra.ec2_internet_gateway:
    name: sdt-prod
    vpc: sdt-prod
"""

RETURN = r"""
internet_gateway:
  description: The internet gateway. Missing when O(each) is used; see RV(resources).
  returned: when a single internet gateway is managed
  type: dict
  contains:
    id:
      description: Id of the internet gateway.
      type: str
      sample: igw-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc:
      description: Id of the VPC it is attached to, or null.
      type: str
      sample: vpc-0a1b2c3d4e5f67890
    status:
      description: State of the attachment.
      type: str
      sample: available
    tags:
      description: Tags of the internet gateway.
      type: dict
resources:
  description: Every managed internet gateway by its name, with the keys of RV(internet_gateway).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "internet_gateway", "name": "sdt-prod", "fields": ["vpc"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import Ec2Resource, describe
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_GONE = ("InvalidInternetGatewayID.NotFound",)


class InternetGateway(Ec2Resource):
    kind = "internet gateway"
    key = "internet_gateway"
    serves = True
    resource_type = "internet-gateway"
    fields = ("vpc",)
    computed = ("id",)

    def find(self) -> State | None:
        found = describe(self.aws, "describe_internet_gateways", "InternetGateways", tag_name=self.name)
        gateway = self.only(found)
        if gateway is None:
            return None
        attachment: State = next(iter(gateway["Attachments"]), {})
        return {
            "id": gateway["InternetGatewayId"],
            "name": self.name,
            "vpc": attachment.get("VpcId"),
            "status": attachment.get("State", "detached"),
            "tags": _tags.from_list(gateway.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "vpc" in desired:
            desired["vpc"] = resolve(self.aws, "vpc", desired["vpc"])
        return desired

    def create(self, desired: State) -> None:
        answer = self.aws.write("ec2", "create_internet_gateway", TagSpecifications=self.tag_specifications(desired))
        if "vpc" in desired:
            self._attach(answer["InternetGateway"]["InternetGatewayId"], desired["vpc"])

    def update(self, current: State, changes: State) -> None:
        if current["vpc"]:
            self._detach(current)
        self._attach(current["id"], changes["vpc"])

    def delete(self, current: State) -> None:
        if current["vpc"]:
            self._detach(current)
        self.aws.write("ec2", "delete_internet_gateway", missing=_GONE, InternetGatewayId=current["id"])

    def ready(self, state: State) -> bool:
        return state["status"] in ("available", "attached", "detached")

    def _attach(self, gateway: str, vpc: str) -> None:
        self.aws.write("ec2", "attach_internet_gateway", retry=_GONE, InternetGatewayId=gateway, VpcId=vpc)

    def _detach(self, current: State) -> None:
        self.delete_patiently(
            "detach_internet_gateway",
            missing=(*_GONE, "Gateway.NotAttached"),
            InternetGatewayId=current["id"],
            VpcId=current["vpc"],
        )


def main() -> None:
    run(
        InternetGateway,
        {"name": {"type": "str"}, "vpc": {"type": "str"}},
        waits=True,
        wait_timeout=300,
    )


if __name__ == "__main__":
    main()
