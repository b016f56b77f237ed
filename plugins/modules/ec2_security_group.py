#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_security_group
version_added: 0.1.0
short_description: Manage a security group and its rules
description:
  - Creates, changes and deletes a security group of a VPC. It is found by its group name within the VPC.
  - Rules are compared as a whole; a rule of which only the description differs is changed in place. New rules are added
    before old ones are removed, so that traffic flows on.
  - Groups of one call may refer to each other by name in any order, because all are created before any rule is set.
  - Before a group is deleted, the rules of other groups in the VPC that refer to it are removed, because AWS refuses otherwise.
  - The group V(default) of the VPC can be emptied, but not deleted.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the group, which is its C(Name) tag as well when tags are managed.
    type: str
  vpc:
    description: Name or id of the VPC. Required.
    type: str
  description:
    description:
      - What the group is for, up to 255 characters. AWS cannot change it later.
      - Left out, a new group gets its name as description.
    type: str
  ingress:
    description:
      - Rules for incoming traffic. An empty list allows none; left out, they are left alone.
    type: list
    elements: dict
    suboptions: &rule
      protocol:
        description: Name or number of the protocol, such as V(tcp), V(udp), V(icmp) or V(all).
        type: str
        default: tcp
      port:
        description: The one port, where the range has just one.
        type: int
      from_port:
        description: First port of the range, or the ICMP type.
        type: int
      to_port:
        description: Last port of the range, or the ICMP code.
        type: int
      cidr:
        description: IPv4 or IPv6 network the rule is about.
        type: str
      group:
        description: Name or id of the security group the rule is about; one of the same VPC, or the id of one in a peered VPC.
        type: str
      prefix_list:
        description: Name or id of the prefix list the rule is about, such as V(com.amazonaws.us-east-1.s3).
        type: str
      description:
        description: What the rule is for, up to 255 characters.
        type: str
  egress:
    description:
      - Rules for outgoing traffic. An empty list allows none; left out, they are left alone.
      - A new group allows everything until this is given.
    type: list
    elements: dict
    suboptions: *rule
  purge_rules:
    description: Whether rules that are not given are removed. V(false) only adds.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for network interfaces to leave the group before it is deleted, in seconds.
    type: int
    default: 600
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
- name: Let the load balancer reach the service, and nothing else
  sdt.infra.ec2_security_group:
    vpc: sdt-prod
    each:
      sdt-prod-alb:
        description: Load balancer
        ingress:
          - {port: 443, cidr: 0.0.0.0/0, description: HTTPS}
        egress:
          - {port: 8080, group: sdt-prod-auth-service}
      sdt-prod-auth-service:
        description: Tasks of auth-service
        ingress:
          - {port: 8080, group: sdt-prod-alb}
        egress:
          - {port: 443, cidr: 0.0.0.0/0, description: AWS APIs and images}

- name: Empty the default group, so that nothing works by accident
  sdt.infra.ec2_security_group:
    name: default
    vpc: sdt-prod
    ingress: []
    egress: []
"""

RETURN = r"""
security_group:
  description: The group. Missing when O(each) is used; see RV(resources).
  returned: when a single group is managed
  type: dict
  contains:
    id:
      description: Id of the group.
      type: str
      sample: sg-0a1b2c3d4e5f67890
    name:
      description: Name of the group.
      type: str
    vpc_id:
      description: Id of the VPC.
      type: str
    description:
      description: What the group is for.
      type: str
    ingress:
      description: Rules for incoming traffic, with other groups of the VPC by name.
      type: list
      elements: dict
      sample: [{"protocol": "tcp", "from_port": 8080, "to_port": 8080, "group": "sdt-prod-alb"}]
    egress:
      description: Rules for outgoing traffic, with other groups of the VPC by name.
      type: list
      elements: dict
    tags:
      description: Tags of the group.
      type: dict
resources:
  description: Every managed group by its name, with the keys of RV(security_group).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "security_group", "name": "sdt-prod-alb", "fields": ["ingress"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned
from ansible_collections.sdt.infra.plugins.module_utils._rules import DIRECTIONS, Rules, check_text, normal_rule

_EVERYTHING: State = {"protocol": "all", "cidr": "0.0.0.0/0"}


class SecurityGroup(VpcResource):
    kind = "security group"
    key = "security_group"
    resource_type = "security-group"
    fields = ("description", *DIRECTIONS)
    create_only = frozenset({"description"})
    exact = frozenset(DIRECTIONS)
    computed = ("id",)
    _made: dict[str, str] = {}  # ids of the groups this call made, which AWS may not show at once

    def find(self) -> State | None:
        if self.name == "default" and is_planned(self.vpc_id):
            return self._to_come()
        groups = self._groups()
        group = next((one for one in groups if one["GroupName"] == self.name), None)
        if group is None:
            return None
        names = {one["GroupId"]: one["GroupName"] for one in groups}
        return {
            "id": group["GroupId"],
            "name": self.name,
            "vpc_id": group["VpcId"],
            "description": group["Description"],
            **{direction: Rules.read(group, direction, names) for direction in DIRECTIONS},
            "tags": _tags.from_list(group.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        names = {one["GroupId"]: one["GroupName"] for one in self._groups()}
        check_text(f"security group {self.name}", desired.get("description"))
        for direction in DIRECTIONS:
            if direction in desired:
                rules = [normal_rule(rule, self.name, self.aws, names) for rule in desired[direction]]
                desired[direction] = ordered(Rules.without_duplicates(rules, self.name))
        return desired

    def adjust(self, current: State, desired: State) -> State:
        if self.options["purge_rules"]:
            return desired
        return {
            name: Rules.merged(current[name], value) if name in DIRECTIONS else value for name, value in desired.items()
        }

    def create(self, desired: State) -> None:
        answer = self.aws.write(
            "ec2",
            "create_security_group",
            GroupName=self.name,
            Description=desired.get("description", self.name),
            VpcId=self.vpc_id,
            TagSpecifications=self.tag_specifications(desired),
        )
        self._made[self.name] = answer["GroupId"]

    def update(self, current: State, changes: State) -> None:
        """Rules follow in link, once all groups of the call exist."""

    def link(self, desired: State) -> None:
        group = self.find() or {"id": self._made[self.name], "ingress": [], "egress": [_EVERYTHING]}
        for direction in DIRECTIONS:
            if direction in desired:
                rules = Rules(self.aws, group["id"], direction, self._group_id)
                rules.become(group[direction], desired[direction])

    def check_delete(self, current: State) -> None:
        if self.name == "default":
            raise InfraError("AWS keeps the security group default as long as its VPC exists: empty it instead.")

    def delete(self, current: State) -> None:
        for group in self._groups():
            if group["GroupId"] != current["id"]:
                for direction in DIRECTIONS:
                    Rules(self.aws, group["GroupId"], direction, self._group_id).forget(group, current["id"])
        self.delete_patiently("delete_security_group", missing=("InvalidGroup.NotFound",), GroupId=current["id"])

    def _groups(self) -> list[State]:
        return self.in_vpc("describe_security_groups", "SecurityGroups")

    def _group_id(self, name: str) -> str:
        return self._made[name] if name in self._made else self.member("security_group", name)

    def _to_come(self) -> State:
        """The group AWS makes together with a VPC."""
        return {
            "id": self.vpc_id,
            "name": self.name,
            "vpc_id": self.vpc_id,
            "description": "default VPC security group",
            "ingress": [{"protocol": "all", "group": self.name}],
            "egress": [_EVERYTHING],
            "tags": {},
        }


def main() -> None:
    rule = {
        "protocol": {"type": "str", "default": "tcp"},
        "port": {"type": "int"},
        "from_port": {"type": "int"},
        "to_port": {"type": "int"},
        "cidr": {"type": "str"},
        "group": {"type": "str"},
        "prefix_list": {"type": "str"},
        "description": {"type": "str"},
    }
    run(
        SecurityGroup,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "description": {"type": "str"},
            **{direction: {"type": "list", "elements": "dict", "options": rule} for direction in DIRECTIONS},
            "purge_rules": {"type": "bool", "default": True},
        },
        waits=True,
        wait_timeout=600,
        required_by={"name": ["vpc"]},
    )


if __name__ == "__main__":
    main()
