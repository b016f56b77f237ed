# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM's policy simulator: what policies would say to actions, without doing them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from emulator.access import evaluation, principals
from emulator.access.documents import Named, Policy, Request, as_list
from emulator.access.evaluation import Decision, Policies
from emulator.registry import operation

Parameters = dict[str, Any]

ACTION = re.compile(r"[a-zA-Z0-9-]+:[a-zA-Z0-9*]+")
PAGE = 100


@operation(IamResponse)
def simulate_custom_policy(self: IamResponse, parameters: Parameters) -> Parameters:
    return _simulate(self.current_account, _with_inputs(Policies(), parameters), parameters)


@operation(IamResponse)
def simulate_principal_policy(self: IamResponse, parameters: Parameters) -> Parameters:
    source = parameters["PolicySourceArn"]
    policies = _with_inputs(_policies_of(self.backend, source), parameters)
    return _simulate(self.current_account, policies, {"CallerArn": source, **parameters})


@operation(IamResponse)
def get_context_keys_for_custom_policy(_self: IamResponse, parameters: Parameters) -> Parameters:
    return _context_keys(_inputs(parameters, "PolicyInputList"))


@operation(IamResponse)
def get_context_keys_for_principal_policy(self: IamResponse, parameters: Parameters) -> Parameters:
    policies = _policies_of(self.backend, parameters["PolicySourceArn"])
    return _context_keys([*policies.identity, *_inputs(parameters, "PolicyInputList")])


def _context_keys(policies: list[Policy]) -> Parameters:
    keys = {key for policy in policies for one in policy.statements for key in one.condition_keys}
    return {"ContextKeyNames": sorted(keys)}


def _policies_of(backend: IAMBackend, arn: str) -> Policies:
    for entity in (*backend.users.values(), *backend.roles.values()):
        if entity.arn == arn:
            return principals.policies_of(entity)
    for group in backend.groups.values():
        if group.arn == arn:
            return principals.policies_of_group(group)
    if not re.match(r"arn:aws[a-z-]*:iam::\d{12}:(user|role|group)/", arn):
        raise ServiceException(
            "InvalidInput", f"Invalid Entity Arn: {arn} does not clearly define entity type and name."
        )
    raise ServiceException("NoSuchEntity", f"Entity {arn} does not exist.")


def _with_inputs(policies: Policies, parameters: Parameters) -> Policies:
    boundary = _inputs(parameters, "PermissionsBoundaryPolicyInputList")
    resource = [_policy("ResourcePolicy", parameters["ResourcePolicy"])] if parameters.get("ResourcePolicy") else None
    return replace(
        policies,
        identity=[*policies.identity, *_inputs(parameters, "PolicyInputList")],
        boundary=boundary or policies.boundary,
        resource=resource,
    )


def _inputs(parameters: Parameters, name: str) -> list[Policy]:
    return [_policy(f"{name}.{number}", text) for number, text in enumerate(parameters.get(name) or (), 1)]


def _policy(name: str, text: str) -> Policy:
    try:
        statements = as_list(json.loads(text)["Statement"])
        well_formed = all(one["Effect"] in ("Allow", "Deny") for one in statements)
    except (ValueError, KeyError, TypeError):
        well_formed = False
    if not well_formed:
        raise ServiceException("InvalidInput", f"Syntax errors in policy: {name}.")
    return Policy(name, "none", text)


def _simulate(account: str, policies: Policies, parameters: Parameters) -> Parameters:
    for action in parameters["ActionNames"]:
        if not ACTION.fullmatch(action):
            raise ServiceException("InvalidInput", f"Invalid Action Name: {action}")
    if policies.resource and not parameters.get("CallerArn"):
        raise ServiceException("InvalidInput", "CallerArn is required when a resource policy is given.")
    policies.foreign = _is_foreign(account, parameters)
    results = list(_results(policies, parameters))
    start, size = int(parameters.get("Marker") or 0), int(parameters.get("MaxItems") or PAGE)
    page: Parameters = {"EvaluationResults": results[start : start + size]}
    more = len(results) > start + size
    return {**page, "IsTruncated": more, **({"Marker": str(start + size)} if more else {})}


def _is_foreign(account: str, parameters: Parameters) -> bool:
    owner = (parameters.get("ResourceOwner") or "").split(":")[4:5]
    caller = (parameters.get("CallerArn") or "").split(":")[4:5] or [account]
    return bool(owner) and owner != caller


def _results(policies: Policies, parameters: Parameters) -> Iterator[Parameters]:
    entries = {
        entry["ContextKeyName"].lower(): list(entry.get("ContextKeyValues") or ())
        for entry in parameters.get("ContextEntries") or ()
    }
    caller = parameters.get("CallerArn")
    names = {caller: Named.SELF, principals.root(caller.split(":")[4]).arn: Named.ACCOUNT} if caller else {}
    for action in parameters["ActionNames"]:
        for resource in parameters.get("ResourceArns") or ["*"]:
            request = Request(action, resource, lambda key: entries.get(key.lower()), names)
            yield _result(policies, request, entries)


def _result(policies: Policies, request: Request, entries: dict[str, list[str]]) -> Parameters:
    decision = evaluation.decide(policies, request)
    every = [*policies.identity, *(policies.boundary or ()), *(policies.resource or ())]
    asked = {
        key for policy in every for one in policy.statements if one.concerns(request) for key in one.condition_keys
    }
    result = {
        "EvalDecision": decision.result,
        "MatchedStatements": [_statement(one) for one in decision.matched],
        "MissingContextValues": sorted(key for key in asked if key.lower() not in entries),
        "EvalDecisionDetails": _details(policies, request) if policies.resource else {},
        **_boundary(decision),
    }
    answer = {"EvalActionName": request.action, "EvalResourceName": request.resource, **result}
    if request.resource != "*":
        specific = {"EvalResourceName": request.resource, **result}
        specific["EvalResourceDecision"] = specific.pop("EvalDecision")
        answer["ResourceSpecificResults"] = [specific]
    return answer


def _boundary(decision: Decision) -> Parameters:
    if decision.within_boundary is None:
        return {}
    return {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": decision.within_boundary}}


def _details(policies: Policies, request: Request) -> dict[str, str]:
    """What each kind of policy says alone."""
    found = {}
    for name, group in (("IAM Policy", policies.identity), ("Resource Policy", policies.resource or [])):
        found[name] = evaluation.decide(Policies(identity=group), request).result
    return found


def _statement(statement: Any) -> Parameters:
    policy = statement.policy
    return {
        "SourcePolicyId": policy.name,
        "SourcePolicyType": policy.kind,
        "StartPosition": policy.position(statement.start + 1),  # AWS counts from behind the brace
        "EndPosition": policy.position(statement.end),
    }
