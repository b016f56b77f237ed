# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM and STS: trust policies, sizes, and roles that belong to AWS."""

from __future__ import annotations

import re
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import everything, principals, statements, unknown_principals

QUOTAS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
ELEMENTS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
LINKED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html"
TRUSTING = {"CreateRole": "AssumeRolePolicyDocument", "UpdateAssumeRolePolicy": "PolicyDocument"}
SERVICE = re.compile(r"[\w.-]+\.amazon(aws)?\.com(\.cn)?")
MOST_TRUST = 2048
MOST_INLINE = 10240
MOST_MANAGED = 6144
MOST_ATTACHED = 10
CHANGING = (
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
)


def _malformed(message: str) -> Refused:
    return Refused("MalformedPolicyDocument", message)


def _limit(message: str) -> Refused:
    return Refused("LimitExceeded", message)


def _trust(request: Request) -> str:
    return request[TRUSTING[request.operation]]


def _trust_statements(request: Request) -> list[dict[str, Any]]:
    """None where the policy is no policy, which another rule says."""
    try:
        return list(statements(_trust(request)))
    except ValueError:
        return []


def _role(request: Request) -> Any:
    roles = request.backend("iam").roles.values()
    return next((role for role in roles if role.name == request.get("RoleName")), None)


def size(policy: str) -> int:
    """IAM does not count white space."""
    return len(re.sub(r"\s", "", policy))


@rule("iam", *TRUSTING, docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html")
def trust_policy_grammar(request: Request) -> None:
    """A trust policy has statements with an effect, a principal and actions of STS, and no resource."""
    try:
        found = list(statements(_trust(request)))
    except ValueError:
        raise _malformed("Syntax errors in policy.") from None
    if not found:
        raise _malformed("Policy statement must contain statements.")
    for statement in found:
        for name in ("Resource", "NotResource"):
            if name in statement:
                raise _malformed(f"Has prohibited field {name}")
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise _malformed("Missing required field Principal")
        if "Action" not in statement and "NotAction" not in statement:
            raise _malformed("Policy statement must contain actions.")
        for action in everything(statement.get("Action", [])):
            if action != "*" and not action.lower().startswith("sts:"):
                raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")


@rule("iam", *TRUSTING, docs=ELEMENTS)
def trust_policy_principals(request: Request) -> None:
    """Who may assume a role exists: a service, or a role or user."""
    for statement in _trust_statements(request):
        for name in principals(statement, "Service"):
            if not SERVICE.fullmatch(name):
                raise _malformed(f'Invalid principal in policy: "SERVICE":"{name}"')
        for arn in unknown_principals(request, statement):
            raise _malformed(f'Invalid principal in policy: "AWS":"{arn}"')


@rule("iam", *TRUSTING, docs=QUOTAS)
def trust_policy_size(request: Request) -> None:
    """A trust policy has up to 2048 characters beside white space."""
    if size(_trust(request)) > MOST_TRUST:
        raise _limit(f"Cannot exceed quota for ACLSizePerRole: {MOST_TRUST}")


@rule("iam", "PutRolePolicy", docs=QUOTAS)
def inline_policies_size(request: Request) -> None:
    """The inline policies of a role have up to 10240 characters together, beside white space."""
    role = _role(request)
    others = {} if role is None else {k: v for k, v in role.policies.items() if k != request["PolicyName"]}
    if sum(map(size, others.values())) + size(request["PolicyDocument"]) > MOST_INLINE:
        raise _limit(f"Maximum policy size of {MOST_INLINE} bytes exceeded for role {request['RoleName']}")


@rule("iam", "CreatePolicy", "CreatePolicyVersion", docs=QUOTAS)
def managed_policy_size(request: Request) -> None:
    """A managed policy has up to 6144 characters beside white space."""
    if size(request["PolicyDocument"]) > MOST_MANAGED:
        raise _limit(f"Cannot exceed quota for PolicySize: {MOST_MANAGED}")


@rule("iam", "AttachRolePolicy", docs=QUOTAS)
def policies_per_role(request: Request) -> None:
    """A role has up to 10 managed policies."""
    role = _role(request)
    attached = role.managed_policies if role is not None else {}
    if request["PolicyArn"] not in attached and len(attached) >= MOST_ATTACHED:
        raise _limit(f"Cannot exceed quota for PoliciesPerRole: {MOST_ATTACHED}")


@rule("iam", "CreateRole", docs="https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html")
def role_name_case(request: Request) -> None:
    """The names of two roles do not differ by upper and lower case only."""
    wanted = request["RoleName"]
    for role in request.backend("iam").roles.values():
        if role.name.lower() == wanted.lower():
            raise Refused("EntityAlreadyExists", f"Role with name {wanted} already exists.")


@rule("iam", *CHANGING, docs=LINKED)
def service_linked_role(request: Request) -> None:
    """A service-linked role is changed by its service only."""
    role = _role(request)
    if role is not None and role.path.startswith("/aws-service-role/"):
        raise Refused(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{role.name}' - this role is only modifiable by AWS",
        )


@rule("iam", "DeletePolicy", docs="https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html")
def policy_in_use(request: Request) -> None:
    """A policy that is attached to something cannot be deleted."""
    backend, arn = request.backend("iam"), request["PolicyArn"]
    holders = [*backend.roles.values(), *backend.users.values(), *backend.groups.values()]
    if any(arn in holder.managed_policies for holder in holders):
        raise Refused("DeleteConflict", "Cannot delete a policy attached to entities.")


@rule(
    "iam",
    "CreateRole",
    "PutRolePermissionsBoundary",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
)
def boundary_exists(request: Request) -> None:
    """A permissions boundary is a policy that exists."""
    arn = request.get("PermissionsBoundary")
    if arn is not None and arn not in request.backend("iam").managed_policies:
        raise Refused("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")


@rule("sts", "AssumeRole", docs="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html")
def session_duration(request: Request) -> None:
    """A session lasts no longer than its role allows."""
    seconds, arn = request.get("DurationSeconds"), request["RoleArn"]
    account = arn.split(":")[4] if arn.count(":") >= 5 else request.account
    roles = request.backend("iam", account=account).roles.values()
    role = next((one for one in roles if one.arn == arn), None)
    if role is not None and seconds is not None and seconds > (role.max_session_duration or 3600):
        raise Refused(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
