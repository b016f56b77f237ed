# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The least policies that allow what was seen to be needed: scoped by name, by tag, and by region.

A right on what has a name of the environment is on these names. One on what has an id AWS has chosen is on what carries
the tags of the environment, or is made with them. What AWS knows no resource for is limited to the region, if anything.
"""

from __future__ import annotations

import collections
import fnmatch
import json
import re
import typing as t

import policy_rules
from ansible_collections.sdt.infra.plugins.module_utils._policy import packed

Need = t.Mapping[str, t.Any]
Condition = tuple[tuple[str, str, tuple[str, ...]], ...]  # operator, key, values

# A managed policy may have 6,144 characters without white space, and ten of them are attached to a role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# Asked by the preflight about whoever runs it; by a verification about roles of the environment.
_SIMULATE = "iam:SimulatePrincipalPolicy"
# Answered from one place for all regions.
_GLOBAL = ("iam", "route53", "budgets", "tag", "cloudfront", "pricing")
# What AWS puts into an ARN: ids of EC2, UUIDs, ids of load balancers, service discovery, Amplify and Route 53.
_ID = re.compile(
    r"[a-z]+-[0-9a-f]{8,17}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|(srv|ns)-\w+|d[a-z0-9]{13}|Z[A-Z0-9]{12,}"
)


class Scope(t.NamedTuple):
    """What is the environment's own."""

    prefix: str  # of all its names
    tags: dict[str, str]  # that everything of it has
    account: str
    region: str
    exact: bool  # whether names stay as they are, for work on a part of it


class _Grant(t.NamedTuple):
    action: str
    resource: str
    condition: Condition


def documents(needs: t.Iterable[Need], scope: Scope) -> list[dict[str, t.Any]]:
    """The policies, each short enough to be attached to a role."""
    return packed(_statements(_grants(needs, scope)))


def _grants(needs: t.Iterable[Need], scope: Scope) -> set[_Grant]:
    asked = collections.defaultdict(list)
    for need in needs:
        if need["action"] != _SIMULATE or scope.prefix in need["resource"]:
            asked[need["action"]].append(need)
    return {grant for action, seen in asked.items() for grant in _for_action(action, seen, scope)}


def _for_action(action: str, seen: list[Need], scope: Scope) -> t.Iterator[_Grant]:
    by_resource: dict[tuple[str, frozenset[str]], list[Need]] = collections.defaultdict(list)
    kinds = policy_rules.resource_types(action)
    for need in seen:
        by_resource[_resource(need["resource"], scope) if kinds else "*", frozenset(need["context"])].append(need)
    for (resource, said), group in by_resource.items():
        wider = (other for other, also in by_resource if also == said and other != resource)
        if not any(fnmatch.fnmatchcase(resource, other) for other in wider):
            yield _Grant(action, resource, _condition(action, resource, group, scope))


def _resource(arn: str, scope: Scope) -> str:
    """The ARN with what AWS has chosen in it left open, and all of the environment's names in place of one."""
    if arn == "*" or arn.startswith("arn:aws:iam::aws:"):
        return arn
    head, rest = arn.split(":", 5)[:5], arn.split(":", 5)[5]
    if not scope.exact:
        match = re.search(rf"(?<![\w-]){re.escape(scope.prefix)}(?![\w])", rest)
        if match:
            after = rest[match.end() : match.end() + 1]
            return ":".join([*head, rest[: match.end()] + (f"{after}*" if after else "")])
    parts = re.split(r"([/:])", rest)
    opened = "".join("*" if _ID.fullmatch(part) or _chosen(part) else part for part in parts)
    opened = re.sub(r"-\w{6}$", "-??????", opened) if head[2] == "secretsmanager" else opened
    opened = re.sub(r"(\*/)+\*$", "*", opened)
    return ":".join([*head, opened])


def _chosen(part: str) -> bool:
    """Whether AWS has made a part of an ARN up: long, of small letters and figures, and both."""
    return bool(
        re.fullmatch(r"[a-z0-9]{12,}|[A-Z0-9]{12,}", part) and re.search(r"\d", part) and re.search(r"[A-Za-z]", part)
    )


def _condition(action: str, resource: str, group: list[Need], scope: Scope) -> Condition:
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for key in sorted({key for need in group for key in need["context"]}):
        values = sorted({value for need in group for value in need["context"].get(key, ())})
        found.append(("StringEquals", key, tuple(values)))
    named = scope.prefix in resource.split(":", 5)[-1] or "*" not in resource
    if not named:
        found += _by_tag(action, group, scope)
    regional = action.partition(":")[0] not in _GLOBAL
    if resource == "*" and regional and not found:
        found.append(("StringEquals", "aws:RequestedRegion", (scope.region,)))
    return tuple(found)


def _by_tag(action: str, group: list[Need], scope: Scope) -> t.Iterator[tuple[str, str, tuple[str, ...]]]:
    """Conditions on the tags of what exists, or of what is made."""
    known = policy_rules.condition_keys(action)
    made = all(_has(need["request_tags"], scope) and not _has(need["resource_tags"], scope) for need in group)
    exist = [_has(need["resource_tags"], scope) for need in group]
    if made and "aws:RequestTag/${TagKey}" in known:
        yield from (("StringEquals", f"aws:RequestTag/{tag}", (value,)) for tag, value in sorted(scope.tags.items()))
    elif "aws:ResourceTag/${TagKey}" in known:
        # What AWS has made itself has no tags, such as the first group of a VPC, nor has what is not there yet.
        operator = "StringEquals" if all(exist) else "StringEqualsIfExists"
        yield from ((operator, f"aws:ResourceTag/{tag}", (value,)) for tag, value in sorted(scope.tags.items()))


def _has(tags: t.Mapping[str, str], scope: Scope) -> bool:
    return scope.tags.items() <= tags.items()


def _statements(grants: set[_Grant]) -> list[dict[str, t.Any]]:
    """As few statements as say just this: those with the same resources and conditions are one."""
    resources = collections.defaultdict(set)
    for grant in grants:
        resources[grant.action, grant.condition].add(grant.resource)
    actions = collections.defaultdict(set)
    for (action, condition), named in resources.items():
        actions[frozenset(named), condition].add(action)
    found = []
    for (named, condition), allowed in actions.items():
        statement: dict[str, t.Any] = {"Effect": "Allow", "Action": sorted(allowed), "Resource": sorted(named)}
        tests: dict[str, dict[str, t.Any]] = {}
        for operator, key, values in condition:
            tests.setdefault(operator, {})[key] = values[0] if len(values) == 1 else list(values)
        found.append({**statement, "Condition": tests} if tests else statement)
    # In an order that is the same every time, so that what is written again differs only where something has changed.
    return sorted(found, key=lambda one: (one["Resource"] == ["*"], one["Action"], json.dumps(one, sort_keys=True)))
