# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whether the policies that apply to a request allow it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from emulator.access.documents import Named, Policy, Request, Statement

ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"

IDENTITY, BOUNDARY, SESSION, RESOURCE = (
    "identity-based policy",
    "permissions boundary",
    "session policy",
    "resource-based policy",
)


@dataclass
class Policies:
    """What applies to a request. No boundary and no session policy limit nothing; an empty list allows nothing."""

    identity: list[Policy] = field(default_factory=list)
    boundary: list[Policy] | None = None
    session: list[Policy] | None = None
    resource: list[Policy] | None = None
    # Keys and roles have a policy that has to allow every use.
    resource_decides: bool = False
    # Of another account than the resource.
    foreign: bool = False


@dataclass
class Decision:
    result: str
    # The kind of policy that denied it, or that was missing.
    by: str = IDENTITY
    matched: list[Statement] = field(default_factory=list)
    within_boundary: bool | None = None

    @property
    def is_allowed(self) -> bool:
        return self.result == ALLOWED


def decide(policies: Policies, request: Request) -> Decision:
    groups = {
        IDENTITY: policies.identity,
        BOUNDARY: policies.boundary,
        SESSION: policies.session,
        RESOURCE: policies.resource,
    }
    matching = {name: _matching(found, request) for name, found in groups.items()}
    allowing = {name: [one for one in found if one.allows] for name, found in matching.items()}
    denying = {name: [one for one in found if not one.allows] for name, found in matching.items()}
    within = None if policies.boundary is None else bool(allowing[BOUNDARY]) and not denying[BOUNDARY]
    for name, statements in denying.items():
        if statements:
            return Decision(EXPLICIT, name, statements, within)
    lacking = _lacking(policies, allowing, request)
    granted = allowing[IDENTITY] + allowing[RESOURCE]
    return Decision(ALLOWED if lacking is None else IMPLICIT, lacking or IDENTITY, granted, within)


def _lacking(policies: Policies, allowing: dict[str, list[Statement]], request: Request) -> str | None:
    """The kind of policy that would have to allow the request and does not."""
    named = max((statement.names(request) for statement in allowing[RESOURCE]), default=0)
    if (policies.foreign or policies.resource_decides) and not named:
        return RESOURCE
    if named == Named.SELF and not policies.foreign:
        return None
    # A policy that names the account leaves it to the account's own policies, and so does one of another account.
    if not allowing[IDENTITY] and (policies.foreign or named <= Named.ACCOUNT):
        return IDENTITY
    return _limit(policies, allowing)


def _limit(policies: Policies, allowing: dict[str, list[Statement]]) -> str | None:
    if policies.boundary is not None and not allowing[BOUNDARY]:
        return BOUNDARY
    if policies.session is not None and not allowing[SESSION]:
        return SESSION
    return None


def _matching(policies: Iterable[Policy] | None, request: Request) -> list[Statement]:
    return [statement for policy in policies or () for statement in policy.matching(request)]


def reason(decision: Decision, action: str) -> str:
    """The end of AWS's sentence about a refusal.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    if decision.result == EXPLICIT:
        article = "an" if decision.by.startswith("i") else "a"
        return f"with an explicit deny in {article} {decision.by}"
    return f"because no {decision.by} allows the {action} action"
