# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Security group rules: between our terms and AWS's, and from one set of rules to another.

A rule is flat and names one peer: {protocol, from_port, to_port, cidr or group or prefix_list, description}. Groups of
the same VPC appear by name, so that rules between groups can be compared before the groups exist.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import network
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

DIRECTIONS = ("ingress", "egress")

_PERMISSIONS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
_PEERS = ("cidr", "group", "prefix_list")
_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}  # AWS shows these by name
_WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6")
_ALLOWED_TEXT = re.compile(r"^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}$")


def check_text(what: str, text: str | None) -> None:
    """Refuse a description AWS would refuse, in check mode too."""
    if text is not None and not _ALLOWED_TEXT.match(text):
        raise InfraError(
            f"The description {text!r} of {what} is refused by AWS, which allows at most 255 characters of letters, "
            "digits, space and ._-:/()#,@[]+=&;{}!$*."
        )


def normal_rule(rule: State, owner: str, aws: Aws, names: t.Mapping[str, str]) -> State:
    """A rule as the user gave it, in the one form that is compared; names are the groups of the VPC by their id."""
    what = f"a rule of security group {owner}"
    peers = [peer for peer in _PEERS if peer in rule]
    if len(peers) != 1:
        raise InfraError(f"In {what} exactly one of cidr, group and prefix_list is needed, not {peers or 'none'}.")
    peer = peers[0]
    value = {
        "cidr": network,
        "group": lambda one: names.get(one, one),
        "prefix_list": lambda one: prefix_list_id(aws, one),
    }
    protocol = rule["protocol"].lower()
    normal: State = {"protocol": _PROTOCOLS.get(protocol, protocol), peer: value[peer](rule[peer])}
    if normal["protocol"] in _WITH_PORTS:
        first, last = rule.get("from_port", rule.get("port")), rule.get("to_port", rule.get("port"))
        if first is None or last is None:
            raise InfraError(f"In {what} port, or from_port and to_port, is needed for protocol {protocol}.")
        normal.update(from_port=first, to_port=last)
    if rule.get("description"):
        check_text(what, rule["description"])
        normal["description"] = rule["description"]
    return normal


class Rules:
    """The rules of one group in one direction. id_of gives the id of a group of the VPC by its name."""

    def __init__(self, aws: Aws, group_id: str, direction: str, id_of: t.Callable[[str], str]):
        self._aws = aws
        self._group_id = group_id
        self._direction = direction
        self._id_of = id_of

    @staticmethod
    def read(group: State, direction: str, names: t.Mapping[str, str]) -> list[State]:
        """The rules of a group as DescribeSecurityGroups shows it."""
        return ordered(rule for permission in group[_PERMISSIONS[direction]] for rule in _rules_of(permission, names))

    @staticmethod
    def without_duplicates(rules: list[State], owner: str) -> list[State]:
        """The rules, each once; two that differ in their description only are refused."""
        unique: dict[tuple, State] = {}
        for rule in rules:
            if unique.setdefault(_key(rule), rule) != rule:
                raise InfraError(f"Security group {owner} has the same rule twice with different descriptions: {rule}.")
        return list(unique.values())

    @staticmethod
    def merged(have: list[State], added: list[State]) -> list[State]:
        """have with the rules of added, which win where only the description differs."""
        rules = {_key(rule): rule for rule in [*have, *added]}
        return ordered(rules.values())

    def become(self, have: list[State], want: list[State]) -> None:
        """Change the rules from have to want: first add, then remove, so that what stays allowed is so all the time."""
        current, wanted = ({_key(rule): rule for rule in rules} for rules in (have, want))
        added = [rule for key, rule in wanted.items() if key not in current]
        removed = [rule for key, rule in current.items() if key not in wanted]
        described = [rule for key, rule in wanted.items() if key in current and rule != current[key]]
        # A group or rule of a moment ago may not be known everywhere yet.
        new = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")
        if added:
            self._write("authorize_security_group_{0}", added, retry=new)
        if described:
            self._write("update_security_group_rule_descriptions_{0}", described)
        if removed:
            self._write("revoke_security_group_{0}", removed, retry=new)

    def forget(self, group: State, other: str) -> None:
        """Remove the rules of this group that refer to the group other."""
        names: dict[str, str] = {}  # ids stay ids
        rules = [rule for rule in self.read(group, self._direction, names) if rule.get("group") == other]
        if rules:
            self._write("revoke_security_group_{0}", rules)

    def _write(self, operation: str, rules: list[State], **options: t.Any) -> None:
        self._aws.write(
            "ec2",
            operation.format(self._direction),
            GroupId=self._group_id,
            IpPermissions=[self._permission(rule) for rule in rules],
            **options,
        )

    def _permission(self, rule: State) -> State:
        text = {"Description": rule["description"]} if "description" in rule else {}
        permission: State = {"IpProtocol": "-1" if rule["protocol"] == "all" else rule["protocol"]}
        if "from_port" in rule:
            permission.update(FromPort=rule["from_port"], ToPort=rule["to_port"])
        if "group" in rule:
            permission["UserIdGroupPairs"] = [{"GroupId": self._id_of(rule["group"]), **text}]
        elif "prefix_list" in rule:
            permission["PrefixListIds"] = [{"PrefixListId": rule["prefix_list"], **text}]
        elif ":" in rule["cidr"]:
            permission["Ipv6Ranges"] = [{"CidrIpv6": rule["cidr"], **text}]
        else:
            permission["IpRanges"] = [{"CidrIp": rule["cidr"], **text}]
        return permission


def _rules_of(permission: State, names: t.Mapping[str, str]) -> t.Iterator[State]:
    protocol = permission["IpProtocol"]
    common: State = {"protocol": _PROTOCOLS.get(protocol, protocol)}
    if common["protocol"] in _WITH_PORTS:
        common.update(from_port=permission["FromPort"], to_port=permission["ToPort"])
    for one in permission.get("IpRanges") or []:
        yield _described({**common, "cidr": one["CidrIp"]}, one)
    for one in permission.get("Ipv6Ranges") or []:
        yield _described({**common, "cidr": one["CidrIpv6"]}, one)
    for one in permission.get("PrefixListIds") or []:
        yield _described({**common, "prefix_list": one["PrefixListId"]}, one)
    for one in permission.get("UserIdGroupPairs") or []:
        yield _described({**common, "group": names.get(one["GroupId"], one["GroupId"])}, one)


def _described(rule: State, source: State) -> State:
    return {**rule, "description": source["Description"]} if source.get("Description") else rule


def _key(rule: State) -> tuple:
    """What makes a rule the same rule for AWS: everything but its description."""
    return tuple(sorted((name, value) for name, value in rule.items() if name != "description"))


def prefix_list_id(aws: Aws, name: str) -> str:
    if re.match(r"^pl-[0-9a-f]+$", name):
        return name
    filters = [{"Name": "prefix-list-name", "Values": [name]}]
    found = aws.read("ec2", "describe_managed_prefix_lists", "PrefixLists", Filters=filters)
    if len(found) != 1:
        raise InfraError(
            f"{len(found)} prefix lists are called {name} in {aws.region}: correct the name, or give the id."
        )
    return found[0]["PrefixListId"]
