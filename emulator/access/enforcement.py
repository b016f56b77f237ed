# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Refuses calls the caller's policies do not allow."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace

from werkzeug.wrappers import Response

from emulator import refusals
from emulator.access import actions, evaluation, principals, resource_policies
from emulator.access.actions import Need
from emulator.access.context import Context
from emulator.access.documents import Request
from emulator.access.evaluation import Decision, Policies
from emulator.access.principals import Principal
from emulator.calls import Call
from emulator.refusals import Refusal


def refusal(call: Call) -> Response | None:
    """The refusal of a call, if it is not allowed."""
    try:
        principal = principals.of(call)
    except principals.UnknownKey:
        return refusals.answer(call, refusals.unknown_key(call))
    except principals.ExpiredSession:
        return refusals.answer(call, refusals.expired(call))
    if principal is None or principal.policies is None:
        return None  # what is not signed asks nothing of IAM; the root user may do everything
    region = principals.credential(call)[1]
    for need in actions.needs(call, principal.account, region):
        for resource in need.resources:
            decision = _decide(call, principal, need, region, resource)
            if not decision.is_allowed:
                reason = evaluation.reason(decision, need.action)
                message = f"{_sentence(principal, need.action, resource)} {reason}"
                return refusals.answer(call, refusals.denied(call, message + _encoded(call, decision, need, resource)))
    return None


def as_if_denied(call: Call) -> Refusal:
    """What a call would be told if no policy allowed it."""
    try:
        principal = principals.of(call)
    except (principals.UnknownKey, principals.ExpiredSession):
        principal = None
    if principal is None:
        principal = principals.root(principals.DEFAULT_ACCOUNT_ID)
    found = actions.needs(call, principal.account, principals.credential(call)[1])
    need = found[0] if found else Need(f"{actions.prefix(call)}:{call.operation}", ("*",))
    decision = Decision(evaluation.IMPLICIT)
    message = f"{_sentence(principal, need.action, need.resources[0])} {evaluation.reason(decision, need.action)}"
    return refusals.denied(call, message + _encoded(call, decision, need, need.resources[0]))


def _sentence(principal: Principal, action: str, resource: str) -> str:
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}"


def _decide(call: Call, principal: Principal, need: Need, region: str, resource: str) -> Decision:
    service = need.action.partition(":")[0]
    owner, policy = resource_policies.of(service, resource)
    decides = service in resource_policies.DECIDING and owner != "" and not (service == "kms" and not policy)
    policies: Policies = replace(
        principal.policies,
        resource=policy,
        resource_decides=decides,
        foreign=bool(owner) and owner != principal.account and bool(policy or service in ("sts", "s3")),
    )
    context = Context(call, principal, need, region, resource)
    return evaluation.decide(policies, Request(need.action, resource, context, principal.names))


def _encoded(call: Call, decision: Decision, need: Need, resource: str) -> str:
    """EC2 hides the reason from who may not decode it."""
    if call.service != "ec2":
        return ""
    content = {
        "allowed": False,
        "explicitDeny": decision.result == evaluation.EXPLICIT,
        "matchedStatements": {"items": [dict(statement.content) for statement in decision.matched]},
        "context": {"action": need.action, "resource": resource},
    }
    return f". Encoded authorization failure message: {encode(content)}"


def encode(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode())).decode()


def decode(message: str) -> str:
    """The JSON in an encoded message; ValueError when it is none."""
    try:
        return zlib.decompress(base64.urlsafe_b64decode(message)).decode()
    except zlib.error as error:
        raise ValueError(str(error)) from error
