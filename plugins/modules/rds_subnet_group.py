#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_subnet_group
version_added: 0.1.0
short_description: Manage an RDS subnet group
description:
  - Creates, changes and deletes the group of subnets an RDS database may be placed in.
  - Its subnets have to be in at least two availability zones, also for a database in a single zone.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the group. AWS keeps it in lower case.
    type: str
  description:
    description: What the group is for. AWS wants one, so it is V(Managed by Ansible) when it is left out at creation.
    type: str
  subnets:
    description:
      - The subnets, by name (C(Name) tag) or id, in at least two availability zones of one VPC.
      - Required when the group is created.
    type: list
    elements: str
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
- name: Let the database of production live in the private subnets
  sdt.infra.rds_subnet_group:
    name: sdt-prod
    subnets: [sdt-prod-private-1, sdt-prod-private-2]
    tags:
      Environment: prod
"""

RETURN = r"""
subnet_group:
  description: The group. Missing when O(each) is used; see RV(resources).
  returned: when a single group is managed
  type: dict
  contains:
    arn:
      description: ARN of the group.
      type: str
      sample: arn:aws:rds:us-east-1:123456789012:subgrp:sdt-prod
    availability_zones:
      description: The zones of its subnets.
      type: list
      elements: str
      sample: [us-east-1a, us-east-1b]
    name:
      description: Name of the group.
      type: str
    subnets:
      description: Ids of its subnets.
      type: list
      elements: str
    vpc_id:
      description: Id of the VPC of its subnets.
      type: str
resources:
  description: Every managed group by its name, with the keys of RV(subnet_group).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "subnet_group", "name": "sdt-prod", "fields": ["subnets"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds import RdsResource
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve_all


class SubnetGroup(RdsResource):
    kind = "RDS subnet group"
    key = "subnet_group"
    fields = ("description", "subnets")
    computed = ("arn", "vpc_id")

    def find(self) -> State | None:
        groups = self.aws.read("rds", "describe_db_subnet_groups", "DBSubnetGroups") or []
        group = next((one for one in groups if one["DBSubnetGroupName"] == self.name), None)
        if group is None:
            return None
        return {
            "arn": group["DBSubnetGroupArn"],
            "name": self.name,
            "description": group["DBSubnetGroupDescription"],
            "subnets": sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]),
            "availability_zones": sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in group["Subnets"]}),
            "vpc_id": group["VpcId"],
            "status": group["SubnetGroupStatus"],
            "tags": self.tags_of(group["DBSubnetGroupArn"]),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "subnets" in desired:
            desired["subnets"] = resolve_all(self.aws, "subnet", desired["subnets"])
        return desired

    def create(self, desired: State) -> None:
        if not desired.get("subnets"):
            raise InfraError(f"RDS subnet group {self.name} does not exist; give subnets to create it.")
        self.aws.write(
            "rds",
            "create_db_subnet_group",
            DBSubnetGroupName=self.name,
            DBSubnetGroupDescription=desired.get("description", "Managed by Ansible"),
            SubnetIds=desired["subnets"],
            Tags=_tags.to_list(desired.get("tags")),
        )

    def update(self, current: State, changes: State) -> None:
        settings = {**current, **changes}
        self.aws.write(
            "rds",
            "modify_db_subnet_group",
            DBSubnetGroupName=self.name,
            DBSubnetGroupDescription=settings["description"],
            SubnetIds=settings["subnets"],
        )

    def delete(self, current: State) -> None:
        self.aws.write(
            "rds", "delete_db_subnet_group", missing=("DBSubnetGroupNotFoundFault",), DBSubnetGroupName=self.name
        )


def main() -> None:
    run(
        SubnetGroup,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "subnets": {"type": "list", "elements": "str"},
        },
    )


if __name__ == "__main__":
    main()
