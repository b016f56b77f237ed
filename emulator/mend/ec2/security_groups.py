# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Security groups: rules with their descriptions, changes that happen wholly or not at all, and AWS's refusals."""

from __future__ import annotations

import copy
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    InvalidPermissionNotFoundError,
    InvalidSecurityGroupNotFoundError,
    RulesPerSecurityGroupLimitExceededError,
)
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

from emulator.mend import servicequotas
from emulator.mend.ec2.common import dependency, refused
from emulator.mend.ec2.interfaces import holders
from emulator.registry import mend, parameters

RULES_PER_GROUP = ("vpc", "L-0EA8095F")
TEXT = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def _same(rule: SecurityGroupRule) -> tuple[Any, ...]:
    """What makes two rules the same: everything but the description."""
    return (
        rule.ip_protocol,
        rule.from_port,
        rule.to_port,
        rule.ip_range.get("CidrIp"),
        rule.ip_range.get("CidrIpv6"),
        rule.source_group.get("GroupId"),
        rule.prefix_list_id,
    )


@mend(SecurityGroupRule)
def __eq__(_original: Any, self: SecurityGroupRule, other: SecurityGroupRule) -> bool:
    return _same(self) == _same(other)


@mend(SecurityGroupRule)
def __init__(original: Any, self: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    source = kwargs.get("prefix_list_id", args[7] if len(args) > 7 else None)
    self.prefix_list_description = (source or {}).get("Description")


@mend(SecurityGroupRule)
def description(_original: Any, self: SecurityGroupRule) -> str | None:
    return self.ip_range.get("Description") or self.source_group.get("Description") or self.prefix_list_description


@mend(SecurityGroupBackend)
def _verify_group_will_respect_rule_count_limit(
    _original: Any,
    self: SecurityGroupBackend,
    group: SecurityGroup,
    current_rule_nb: int,
    ip_ranges: list[str],
    source_groups: list[dict[str, str]] | None = None,
    egress: bool = False,
) -> None:
    most = servicequotas.applied(self.account_id, self.region_name, *RULES_PER_GROUP)
    if current_rule_nb + len(ip_ranges or []) + len(source_groups or []) > most:
        raise RulesPerSecurityGroupLimitExceededError


@mend(SecurityGroup)
def _flattened_rules(original: Any, self: SecurityGroup, rules: list[SecurityGroupRule]) -> list[Any]:
    views = original(self, rules)
    texts = {
        (_same(rule)[:3], rule.prefix_list_id): rule.prefix_list_description for rule in rules if rule.prefix_list_id
    }
    for view in views:
        for one in view.prefix_list_ids:
            text = texts[((view.ip_protocol, view.from_port, view.to_port), one["PrefixListId"])]
            if text:
                one["Description"] = text
    return views


@mend(SecurityGroupBackend)
def create_security_group(
    original: Any, self: Any, name: str, description: str, *args: Any, **kwargs: Any
) -> SecurityGroup:
    if name == "default" and not kwargs.get("is_default"):
        raise refused("InvalidParameterValue", "Cannot use reserved security group name: default")
    if name.startswith("sg-"):
        raise refused(
            "InvalidParameterValue", f"Invalid value '{name}' for groupName. The group name must not start with 'sg-'."
        )
    _check_text(description)
    group = original(self, name, description, *args, **kwargs)
    if group.is_default:
        rule = SecurityGroupRule(self, "-1", group.id, None, None, None, _pair(self, group.id), is_egress=False)
        group.ingress_rules.append(rule)
    return group


def _pair(backend: Any, group_id: str) -> dict[str, str]:
    return {"GroupId": group_id, "UserId": backend.account_id, "OwnerId": backend.account_id}


@mend(SecurityGroups)
def delete_security_group(original: Any, self: Any) -> Any:
    backend = self.ec2_backend
    name, group_id = self._get_param("GroupName"), self._get_param("GroupId")
    group = backend.get_security_group_by_name_or_id(group_id or name)
    if group is not None:
        if group.is_default:
            raise refused(
                "CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
            )
        if any(group.id in holder.groups for holder in holders(backend)) or _referring(backend, group):
            raise dependency(f"resource {group.id} has a dependent object")
    original(self)
    return ActionResult({"Return": True, "GroupId": group.id if group else group_id})


def _referring(backend: Any, group: SecurityGroup) -> bool:
    return any(
        rule.source_group.get("GroupId") == group.id
        for other in backend.groups[group.vpc_id].values()
        if other.id != group.id
        for rule in [*other.ingress_rules, *other.egress_rules]
    )


def _changing(original: Any, self: Any) -> Any:
    """Change the rules of a group; when one is refused, none is changed."""
    request = parameters(self)
    group_id = request.get("GroupId") or request.get("GroupName")
    group = self.ec2_backend.get_security_group_by_name_or_id(group_id)
    if group is None:
        raise InvalidSecurityGroupNotFoundError(group_id)
    for permission in request.get("IpPermissions", []):
        for peers in ("IpRanges", "Ipv6Ranges", "UserIdGroupPairs", "PrefixListIds"):
            for one in permission.get(peers, []):
                _check_text(one.get("Description"))
                _check_peer(self.ec2_backend, group, one)
    before = copy.copy(group.ingress_rules), copy.copy(group.egress_rules)
    try:
        answer = original(self)
    except Exception:
        group.ingress_rules, group.egress_rules = before
        raise
    return _all_rules(answer, group, before)


def _all_rules(answer: Any, group: SecurityGroup, before: tuple[list, list]) -> Any:
    """moto shows the rules of the last permission only."""
    if isinstance(answer, ActionResult) and "SecurityGroupRules" in (answer.result or {}):
        known = {rule.id for rules in before for rule in rules}
        answer.result["SecurityGroupRules"] = [
            rule for rule in [*group.ingress_rules, *group.egress_rules] if rule.id not in known
        ]
    return answer


for _name in (
    "authorize_security_group_ingress",
    "authorize_security_group_egress",
    "revoke_security_group_ingress",
    "revoke_security_group_egress",
):
    mend(SecurityGroups, _name)(_changing)


def _describing(original: Any, self: Any) -> ActionResult:
    """Change descriptions, also to none, of rules that exist."""
    egress = original.__name__.endswith("egress")
    backend = self.ec2_backend
    for given in self._process_rules_from_querystring():
        group = backend.get_security_group_by_name_or_id(given["group_name_or_id"])
        if group is None:
            raise InvalidSecurityGroupNotFoundError(given["group_name_or_id"])
        wanted = backend._iterate_security_rules(
            given["ip_protocol"],
            group.group_id,
            given["from_port"],
            given["to_port"],
            given["ip_ranges"],
            backend._add_source_group(given["source_groups"], None),
            given["prefix_list_ids"],
            is_egress=egress,
        )
        rules = group.egress_rules if egress else group.ingress_rules
        for new in wanted:
            _check_text(new.description)
            if new not in rules:
                raise InvalidPermissionNotFoundError()
            rule = rules[rules.index(new)]
            rule.ip_range, rule.source_group = new.ip_range, new.source_group
            rule.prefix_list_description = new.prefix_list_description
    return ActionResult({"Return": True})


mend(SecurityGroups, "update_security_group_rule_descriptions_ingress")(_describing)
mend(SecurityGroups, "update_security_group_rule_descriptions_egress")(_describing)


def _check_text(text: str | None) -> None:
    if text and not TEXT.fullmatch(text):
        message = (
            f"Invalid value '{text}' for description. Valid descriptions are strings less than 256 characters from the "
            "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
        )
        raise refused("InvalidParameterValue", message)


def _check_peer(backend: Any, group: SecurityGroup, peer: dict[str, Any]) -> None:
    if "GroupId" in peer:
        other = backend.get_security_group_from_id(peer["GroupId"])
        if other is None or other.vpc_id != group.vpc_id:
            message = (
                f"You have specified two resources that belong to different networks: {group.id} and {peer['GroupId']}."
            )
            raise (
                InvalidSecurityGroupNotFoundError(peer["GroupId"])
                if other is None
                else refused("InvalidGroup.NotFound", message)
            )
    if "PrefixListId" in peer and peer["PrefixListId"] not in backend.managed_prefix_lists:
        raise refused("InvalidPrefixListID.NotFound", f"The prefix list ID '{peer['PrefixListId']}' does not exist")
