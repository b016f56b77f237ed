# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A live network: who reaches whom, by security groups, network ACLs and routes, and why not.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._described import described
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import name_of

INTERNET = "0.0.0.0/0"
HTTPS = 443
_EPHEMERAL = (1024, 65535)  # ports answers go to
_TCP = ("-1", "tcp", "6")
_LEAVING = ("deleting", "deleted", "rejected", "expired")
_ROUTED = (
    "GatewayId",
    "NatGatewayId",
    "VpcPeeringConnectionId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
)


class End(t.NamedTuple):
    """One end of a connection: its security groups and subnets, by their ids. The internet has neither."""

    name: str
    groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


class Exit(t.NamedTuple):
    """Where a subnet's traffic to the internet goes (an id, or nothing), and what is wrong with that."""

    target: str
    problems: list[str]


class Network:
    """The parts of a VPC as AWS describes them, read once."""

    def __init__(self, aws: Aws, vpc: str):
        self._aws = aws
        self.vpc = vpc
        self.subnets = self._by_id("describe_subnets", "Subnets", "SubnetId")
        self.tables = self._by_id("describe_route_tables", "RouteTables", "RouteTableId")
        self.groups = self._by_id("describe_security_groups", "SecurityGroups", "GroupId")
        self.nats = self._by_id("describe_nat_gateways", "NatGateways", "NatGatewayId")
        endpoints = self._by_id("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId")
        self.endpoints = {name: one for name, one in endpoints.items() if one["State"].lower() not in _LEAVING}
        self.gateways = self._by_id(
            "describe_internet_gateways", "InternetGateways", "InternetGatewayId", "attachment.vpc-id"
        )
        self._acls = list(self._by_id("describe_network_acls", "NetworkAcls", "NetworkAclId").values())

    def _by_id(self, operation: str, result: str, key: str, where: str = "vpc-id") -> dict[str, State]:
        return {one[key]: one for one in described(self._aws, operation, result, {where: [self.vpc]})}

    def name(self, resource: str) -> str:
        """What people call it: its name with its id, or the id alone."""
        for kind in (self.subnets, self.tables, self.nats, self.endpoints, self.gateways):
            if resource in kind and name_of(kind[resource]):
                return f"{name_of(kind[resource])} ({resource})"
        return self.groups[resource]["GroupName"] if resource in self.groups else resource

    def zones(self, subnets: t.Iterable[str]) -> set[str]:
        return {self.subnets[one]["AvailabilityZone"] for one in subnets if one in self.subnets}

    # -- connections ---------------------------------------------------------------------------------------------

    def passage(self, source: End, target: End, port: int) -> list[str]:
        """Why connections from source to target do not get through; [] where they do."""
        problems = []
        if not any(self._lets(group, "IpPermissionsEgress", port, target) for group in source.groups):
            problems.append(f"no rule of {self._named(source.groups)} lets it out to {target.name} on port {port}")
        if not any(self._lets(group, "IpPermissions", port, source) for group in target.groups):
            problems.append(f"no rule of {self._named(target.groups)} lets {source.name} in on port {port}")
        return problems + self._between(source, target, port)

    def lets_in(self, groups: t.Iterable[str], port: int, who: str) -> bool:
        """Whether a network or prefix list from outside is let in."""
        return any(
            _covers(rule, port)
            and who in [*_ranges(rule), *(one["PrefixListId"] for one in rule.get("PrefixListIds") or [])]
            for group in groups
            for rule in self.groups.get(group, {}).get("IpPermissions", [])
        )

    def lets_out(self, groups: t.Iterable[str], port: int) -> bool:
        """Whether connections to anywhere are let out."""
        return any(
            _covers(rule, port) and INTERNET in _ranges(rule)
            for group in groups
            for rule in self.groups.get(group, {}).get("IpPermissionsEgress", [])
        )

    def _lets(self, group: str, direction: str, port: int, peer: End) -> bool:
        networks: list[t.Any] = [
            ipaddress.ip_network(self.subnets[one]["CidrBlock"]) for one in peer.subnets if one in self.subnets
        ]
        for rule in self.groups.get(group, {}).get(direction, []):
            if not _covers(rule, port):
                continue
            if {one["GroupId"] for one in rule.get("UserIdGroupPairs") or []} & set(peer.groups):
                return True
            ranges = [ipaddress.ip_network(one) for one in _ranges(rule)]
            if networks and all(any(one.subnet_of(wide) for wide in ranges) for one in networks):
                return True
        return False

    def _named(self, groups: t.Iterable[str]) -> str:
        return ", ".join(sorted(self.name(one) for one in groups)) or "its security groups, which it does not have,"

    def _between(self, source: End, target: End, port: int) -> list[str]:
        """What network ACLs say about two sets of subnets; traffic within one subnet does not pass them."""
        problems: list[str] = []
        for one in source.subnets:
            for other in target.subnets:
                if one != other and one in self.subnets and other in self.subnets:
                    there, back = self._crossing(one, other, (port, port)), self._crossing(other, one, _EPHEMERAL)
                    problems += [problem for problem in [*there, *back] if problem not in problems]
        return problems

    def _crossing(self, source: str, target: str, ports: tuple[int, int]) -> list[str]:
        networks = {one: self.subnets[one]["CidrBlock"] for one in (source, target)}
        return [
            *self.stopped(source, True, networks[target], ports),
            *self.stopped(target, False, networks[source], ports),
        ]

    def stopped(self, subnet: str, egress: bool, network: str, ports: tuple[int, int]) -> list[str]:
        """Why the network ACL of a subnet does not let all of this through: in, or out where egress."""
        acl: State = next(
            (one for one in self._acls if any(each["SubnetId"] == subnet for each in one["Associations"])), {}
        )
        entries = [one for one in acl.get("Entries") or [] if one["Egress"] == egress and one["Protocol"] in _TCP]
        wanted = ipaddress.ip_network(network)
        for entry in sorted(entries, key=lambda one: one["RuleNumber"]):
            there = ipaddress.ip_network(entry.get("CidrBlock", "::/0"))
            limits = entry.get("PortRange", {"From": 0, "To": 65535})
            if there.version != wanted.version or not there.overlaps(wanted):  # type: ignore[arg-type]
                continue
            if limits["From"] > ports[1] or limits["To"] < ports[0]:
                continue
            if entry["RuleAction"] == "allow":
                return []
            break
        way, where = "out to" if egress else "in from", "-".join(map(str, sorted(set(ports))))
        return [f"the network ACL of {self.name(subnet)} lets nothing {way} {network} on port {where}"]

    # -- routes --------------------------------------------------------------------------------------------------

    def table(self, subnet: str) -> State:
        """The route table of a subnet; the main one where none is its own."""
        for one in self.tables.values():
            if any(each.get("SubnetId") == subnet for each in one["Associations"]):
                return one
        return next((one for one in self.tables.values() if any(each.get("Main") for each in one["Associations"])), {})

    def exit(self, subnet: str) -> Exit:
        """Where the subnet's traffic to the internet goes."""
        table = self.table(subnet)
        route: State = next(
            (one for one in table.get("Routes") or [] if one.get("DestinationCidrBlock") == INTERNET), {}
        )
        target = next((route[key] for key in _ROUTED if route.get(key)), "")
        where = f"{self.name(table['RouteTableId'])}" if table else "no route table"
        if not target:
            return Exit("", [f"{where} has no route to the internet"])
        if route.get("State", "active") != "active":
            return Exit(target, [f"the route of {where} to the internet leads to {target}, which is gone"])
        if target.startswith("nat-"):
            return Exit(target, self._nat_problems(target))
        if target.startswith("igw-") and target not in self.gateways:
            return Exit(target, [f"the route of {where} leads to {target}, which is not attached to the VPC"])
        return Exit(target, [])

    def _nat_problems(self, nat: str) -> list[str]:
        found = self.nats.get(nat)
        if found is None or found["State"] != "available":
            return [f"NAT gateway {self.name(nat)} is {found['State'] if found else 'gone'}"]
        subnet = found.get("SubnetId")  # a regional one has none
        if subnet and not self.exit(subnet).target.startswith("igw-"):
            return [f"NAT gateway {self.name(nat)} is in {self.name(subnet)}, which has no way to the internet"]
        return []

    def endpoint(self, service: str) -> State | None:
        """The endpoint of an AWS service, such as s3 or ecr.api."""
        return next((one for one in self.endpoints.values() if one["ServiceName"].endswith(f".{service}")), None)


def _covers(rule: State, port: int) -> bool:
    if rule["IpProtocol"] == "-1":
        return True
    return rule["IpProtocol"] in _TCP and rule.get("FromPort", 0) <= port <= rule.get("ToPort", 65535)


def _ranges(rule: State) -> list[str]:
    return [one["CidrIp"] for one in rule.get("IpRanges") or []]
