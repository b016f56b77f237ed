#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_vpc_endpoint
version_added: 0.1.0
short_description: Manage a VPC endpoint
description:
  - Creates, changes and deletes gateway endpoints, which are free and serve S3 and DynamoDB through route tables, and
    interface endpoints, which stand in subnets. An endpoint is found by its C(Name) tag within the VPC.
  - Route tables, subnets, security groups, private DNS and policy are changed in place.
  - See U(https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html) and
    U(https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the endpoint.
    type: str
  vpc:
    description: Name or id of the VPC. Required.
    type: str
  service:
    description:
      - What the endpoint leads to, either the short name of a service of AWS in this region, such as V(s3) or V(ecr.api), or a
        whole service name such as V(com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f67890).
      - Required when O(state=present). AWS cannot change it later.
    type: str
  type:
    description: Kind of endpoint. AWS cannot change it later.
    type: str
    choices: [Gateway, Interface]
    default: Interface
  route_tables:
    description: Names or ids of the route tables that lead to a gateway endpoint. Left out, they are left alone.
    type: list
    elements: str
  subnets:
    description: Names or ids of the subnets an interface endpoint stands in, one in each zone. Left out, they are left alone.
    type: list
    elements: str
  security_groups:
    description:
      - Names or ids of the security groups of an interface endpoint. Left out, they are left alone, and a new endpoint gets
        the group V(default).
    type: list
    elements: str
  private_dns:
    description:
      - Whether the usual name of the service leads to the interface endpoint within the VPC.
      - Needs a VPC with DNS support and DNS hostnames. Left out, a new endpoint of a service of AWS has it.
    type: bool
  policy:
    description: Who may do what through the endpoint, an IAM policy. An empty map allows everything. Left out, it is left alone.
    type: dict
  wait_timeout:
    description: How long to wait for the endpoint to become available, or to be gone, in seconds.
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
- name: Reach S3 without paying a NAT gateway
  sdt.infra.ec2_vpc_endpoint:
    name: sdt-prod-s3
    vpc: sdt-prod
    service: s3
    type: Gateway
    route_tables: [sdt-prod-private-1, sdt-prod-private-2]

- name: Let tasks without internet pull images and write logs
  sdt.infra.ec2_vpc_endpoint:
    vpc: sdt-dev
    subnets: [sdt-dev-private-1, sdt-dev-private-2]
    security_groups: [sdt-dev-endpoints]
    private_dns: true
    each:
      sdt-dev-ecr.api: {service: ecr.api}
      sdt-dev-ecr.dkr: {service: ecr.dkr}
      sdt-dev-logs: {service: logs}
"""

RETURN = r"""
vpc_endpoint:
  description: The endpoint. Missing when O(each) is used; see RV(resources).
  returned: when a single endpoint is managed
  type: dict
  contains:
    id:
      description: Id of the endpoint.
      type: str
      sample: vpce-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc_id:
      description: Id of the VPC.
      type: str
    service:
      description: Whole name of the service.
      type: str
      sample: com.amazonaws.us-east-1.s3
    type:
      description: V(Gateway) or V(Interface).
      type: str
    route_tables:
      description: Ids of the route tables that lead to it.
      type: list
      elements: str
    subnets:
      description: Ids of the subnets it stands in.
      type: list
      elements: str
    security_groups:
      description: Ids of its security groups.
      type: list
      elements: str
    private_dns:
      description: Whether the usual name of the service leads to it.
      type: bool
    policy:
      description: Its policy.
      type: dict
    dns_names:
      description: Names it answers to.
      type: list
      elements: str
    status:
      description: State AWS reports.
      type: str
      sample: available
    tags:
      description: Tags of the endpoint.
      type: dict
resources:
  description: Every managed endpoint by its name, with the keys of RV(vpc_endpoint).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "vpc_endpoint", "name": "sdt-prod-s3", "fields": ["route_tables"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

# option -> kind of its members, word in the parameters of CreateVpcEndpoint and ModifyVpcEndpoint
_LISTS = {
    "route_tables": ("route_table", "RouteTableIds"),
    "subnets": ("subnet", "SubnetIds"),
    "security_groups": ("security_group", "SecurityGroupIds"),
}
_LISTS_OF_TYPE = {"Gateway": {"route_tables"}, "Interface": {"subnets", "security_groups", "private_dns"}}
_FULL_ACCESS = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
_FAILED = ("failed", "rejected", "expired")
# What was made a moment ago may not be known everywhere yet.
_NEW = ("InvalidVpcID.NotFound", "InvalidRouteTableId.NotFound", "InvalidSubnetId.NotFound", "InvalidGroup.NotFound")


class VpcEndpoint(VpcResource):
    kind = "VPC endpoint"
    key = "vpc_endpoint"
    serves = True
    resource_type = "vpc-endpoint"
    fields = ("service", "type", *_LISTS, "private_dns", "policy")
    create_only = frozenset({"service", "type"})
    exact = frozenset({"policy"})
    computed = ("id",)

    def find(self) -> State | None:
        found = [one for one in self.named("describe_vpc_endpoints", "VpcEndpoints") if _status(one) != "deleted"]
        alive = [one for one in found if _status(one) != "deleting"]
        endpoint = self.only(alive) or next(iter(found), None)
        if endpoint is None:
            return None
        return {
            "id": endpoint["VpcEndpointId"],
            "name": self.name,
            "vpc_id": endpoint["VpcId"],
            "service": endpoint["ServiceName"],
            "type": endpoint["VpcEndpointType"],
            "route_tables": sorted(endpoint.get("RouteTableIds") or []),
            "subnets": sorted(endpoint.get("SubnetIds") or []),
            "security_groups": sorted(group["GroupId"] for group in endpoint.get("Groups") or []),
            "private_dns": endpoint.get("PrivateDnsEnabled", False),
            "policy": _policy.canonical(endpoint.get("PolicyDocument")),
            "dns_names": [entry["DnsName"] for entry in endpoint.get("DnsEntries") or []],
            "status": _status(endpoint),
            "tags": _tags.from_list(endpoint.get("Tags")),
        }

    def desired(self) -> State:
        desired = super().desired()
        other = "Gateway" if desired["type"] == "Interface" else "Interface"
        misplaced = sorted(set(desired) & _LISTS_OF_TYPE[other])
        if misplaced:
            raise InfraError(
                f"VPC endpoint {self.name} is of type {desired['type']}; {', '.join(misplaced)} is for {other}."
            )
        if not desired["service"].startswith(("com.amazonaws.", "cn.com.amazonaws.", "aws.")):
            desired["service"] = f"com.amazonaws.{self.aws.region}.{desired['service']}"
        for option, (kind, _parameter) in _LISTS.items():
            if option in desired:
                desired[option] = self.members(kind, desired[option])
        if "policy" in desired:
            desired["policy"] = _policy.canonical(desired["policy"] or _FULL_ACCESS)
        return desired

    def create(self, desired: State) -> None:
        request: State = {
            parameter: desired[option] for option, (_kind, parameter) in _LISTS.items() if option in desired
        }
        if "private_dns" in desired:
            request["PrivateDnsEnabled"] = desired["private_dns"]
        if "policy" in desired:
            request["PolicyDocument"] = _policy.text(desired["policy"])
        self.aws.write(
            "ec2",
            "create_vpc_endpoint",
            retry=_NEW,
            VpcId=self.vpc_id,
            VpcEndpointType=desired["type"],
            ServiceName=desired["service"],
            TagSpecifications=self.tag_specifications(desired),
            **request,
        )

    def update(self, current: State, changes: State) -> None:
        request: State = {}
        for option, (_kind, parameter) in _LISTS.items():
            if option in changes:
                added = sorted(set(changes[option]) - set(current[option]))
                removed = sorted(set(current[option]) - set(changes[option]))
                request.update({f"Add{parameter}": added} if added else {})
                request.update({f"Remove{parameter}": removed} if removed else {})
        if "private_dns" in changes:
            request["PrivateDnsEnabled"] = changes["private_dns"]
        if "policy" in changes:
            request["PolicyDocument"] = _policy.text(changes["policy"])
        self.aws.write("ec2", "modify_vpc_endpoint", retry=_NEW, VpcEndpointId=current["id"], **request)

    def delete(self, current: State) -> None:
        answer = self.aws.write("ec2", "delete_vpc_endpoints", VpcEndpointIds=[current["id"]])
        for failure in answer.get("Unsuccessful") or []:
            error = failure.get("Error", {})
            if error.get("Code") != "InvalidVpcEndpoint.NotFound":
                raise InfraError(f"VPC endpoint {self.name} cannot be deleted: {error.get('Message')}")

    def ready(self, state: State) -> bool:
        if state["status"] in _FAILED:
            raise InfraError(f"VPC endpoint {self.name} is {state['status']}: remove it and run again.")
        return state["status"] == "available"

    def pending(self, state: State) -> list[str]:
        if state.get("status") == "pendingacceptance":
            return [f"The owner of {state['service']} has to accept VPC endpoint {self.name}."]
        return []

    def leaving(self, state: State) -> bool:
        return state["status"] == "deleting"


def _status(endpoint: State) -> str:
    return endpoint["State"].lower()


def main() -> None:
    run(
        VpcEndpoint,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "service": {"type": "str"},
            "type": {"type": "str", "choices": ["Gateway", "Interface"], "default": "Interface"},
            "route_tables": {"type": "list", "elements": "str"},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "private_dns": {"type": "bool"},
            "policy": {"type": "dict"},
        },
        waits=True,
        wait_timeout=900,
        required_by={"name": ["vpc"]},
        required_if=[("state", "present", ("service",))],
    )


if __name__ == "__main__":
    main()
