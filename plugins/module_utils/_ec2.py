# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the EC2 resources share: finding by Name tag, tags in the creating call, tagging."""

from __future__ import annotations

import functools
import ipaddress
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._described import described
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

# Zones that lack newer instance types, database classes or endpoint services.
_NARROW_ZONES = {"use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"}
_GONE = ("deleting", "deleted", "failed")  # states of what can no longer be used

# kind -> describe operation, its result, the key of the id: what is looked up by name within one VPC
_WITHIN = {
    "subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "route_table": ("describe_route_tables", "RouteTables", "RouteTableId"),
    "nat_gateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
    "security_group": ("describe_security_groups", "SecurityGroups", "GroupId"),
}


class Ec2Resource(Resource):
    """A resource that EC2 knows by an id and we know by its Name tag."""

    resource_type: t.ClassVar[str]  # as TagSpecifications want it, such as "vpc"

    def desired(self) -> State:
        """The Name tag is the name, so it is part of the tags whatever the user gives."""
        desired = super().desired()
        if self.options.get("tags") is not None:
            self.options["tags"] = {**self.options["tags"], "Name": self.name}
        return desired

    def tag_specifications(self, desired: State) -> list[dict[str, t.Any]]:
        """The tags for the creating call."""
        tags = {**desired.get("tags", {}), "Name": self.name}
        return [{"ResourceType": self.resource_type, "Tags": _tags.to_list(tags)}]

    def only(self, found: t.Sequence[dict[str, t.Any]] | None) -> dict[str, t.Any] | None:
        """The one resource of this name; several are refused, because any choice could be the wrong one."""
        if found and len(found) > 1:
            raise InfraError(
                f"{len(found)} resources of kind {self.kind} carry the Name tag {self.name}. "
                "Rename or remove all but one, then run again."
            )
        return found[0] if found else None

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("ec2", "create_tags", Resources=[current["id"]], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("ec2", "delete_tags", Resources=[current["id"]], Tags=[{"Key": name} for name in names])

    def delete_patiently(self, operation: str, **params: t.Any) -> None:
        """Delete, and give what still uses it the time to go.

        Network interfaces of tasks, load balancers and endpoints linger for some minutes after their owner is gone.
        """
        patience = self.options["wait_timeout"] if self.options["wait"] else 0
        self.aws.write("ec2", operation, retry=("DependencyViolation",), retry_seconds=patience, **params)


class VpcResource(Ec2Resource):
    """A resource within the VPC of the option vpc: there, its Name tag is unique.

    What the VPC holds is read in one request for all resources of a call.
    """

    @functools.cached_property
    def vpc_id(self) -> str | None:
        """The id of the VPC; None when it does not exist and nothing in it is wanted."""
        try:
            return resolve(self.aws, "vpc", self.options["vpc"])
        except NotFound:
            if self.options["state"] == "absent":
                return None
            raise

    def in_vpc(self, operation: str, result: str) -> list[dict[str, t.Any]]:
        """Everything of one kind in the VPC."""
        vpc_id = self.vpc_id
        return describe(self.aws, operation, result, vpc_id=vpc_id) if vpc_id else []

    def named(self, operation: str, result: str) -> list[dict[str, t.Any]]:
        """Everything of one kind in the VPC that carries our name."""
        return [item for item in self.in_vpc(operation, result) if name_of(item) == self.name]

    def member(self, kind: str, name: str) -> str:
        """The id of a resource of the same VPC, by its name or id."""
        operation, result, key = _WITHIN[kind]

        def find(_aws: Aws, wanted: str) -> list[str]:
            items = self.in_vpc(operation, result)
            return [item[key] for item in items if name_of(item) == wanted and item.get("State") not in _GONE]

        return resolve(self.aws, kind, name, find)

    def members(self, kind: str, names: t.Iterable[str]) -> list[str]:
        """The ids of several resources of the same VPC, sorted."""
        return sorted(self.member(kind, name) for name in names)


def network(cidr: str) -> str:
    """A network as AWS stores it, without host bits."""
    try:
        return str(ipaddress.ip_network(cidr, strict=False))
    except ValueError:
        raise InfraError(f"{cidr} is not a network such as 10.0.0.0/16 or 2001:db8::/32.") from None


def name_of(item: dict[str, t.Any]) -> str | None:
    """The name of what EC2 describes: its group name, or its Name tag."""
    return item.get("GroupName") or _tags.from_list(item.get("Tags")).get("Name")


def zones(aws: Aws) -> list[dict[str, t.Any]]:
    """The availability zones of the region, those that lack newer things last."""
    found = describe(
        aws, "describe_availability_zones", "AvailabilityZones", state="available", zone_type="availability-zone"
    )
    return sorted(found, key=lambda zone: (zone["ZoneId"] in _NARROW_ZONES, zone["ZoneName"]))


def describe(aws: Aws, operation: str, result: str, **values: t.Any) -> list[dict[str, t.Any]]:
    """What a describe operation tells of those with these values.

    The values are EC2's filters: tag_name stands for tag:Name, underscores for dashes, and None leaves one out.
    """
    filters = {
        "tag:Name" if name == "tag_name" else name.replace("_", "-"): value if isinstance(value, list) else [value]
        for name, value in values.items()
        if value is not None
    }
    return described(aws, operation, result, filters)
