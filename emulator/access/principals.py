# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who signed a request, and the policies that go with them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import Role, User, get_account_id_from, iam_backends
from moto.sts.models import AssumedRole, sts_backends

from emulator.access.documents import Named, Policy
from emulator.access.evaluation import Policies
from emulator.calls import Call
from emulator.clock import clock

CREDENTIAL = re.compile(r"Credential=([^/,]+)/[^/]*/([^/]*)/")
# The keys of the root user of the first account.
ROOT_KEY = "testing"
PARTITION = "aws"


class UnknownKey(Exception):
    """There is no such access key, or it is inactive."""


class ExpiredSession(Exception):
    """The credentials are a session's that is over."""


@dataclass
class Principal:
    account: str
    arn: str
    kind: str  # as aws:PrincipalType
    user_id: str
    # Other names policies of resources may use: the role of a session, the account.
    names: dict[str, Named]
    tags: dict[str, str] = field(default_factory=dict)
    user_name: str | None = None
    # The ARN of the user or role, as aws:PrincipalArn.
    entity_arn: str | None = None
    policies: Policies | None = None  # none limit the root user


def credential(call: Call) -> tuple[str | None, str]:
    """Access key and region of the signature; no key for an unsigned request."""
    found = CREDENTIAL.search(call.request.headers.get("Authorization", ""))
    if found:
        return found.group(1), found.group(2)
    parts = call.request.args.get("X-Amz-Credential", "").split("/")
    return (parts[0], parts[2]) if len(parts) > 2 else (None, "us-east-1")


def of(call: Call) -> Principal | None:
    """The principal of a signed request. A request without a signature has none."""
    key, _region = credential(call)
    if key is None:
        return None
    return of_key(key, call.request.headers.get("X-Moto-Account-Id"))


def of_key(key: str, account: str | None = None) -> Principal:
    if account or key == ROOT_KEY:
        return root(account or DEFAULT_ACCOUNT_ID)
    account = get_account_id_from(key)
    backend = iam_backends[account][PARTITION]
    session = sts_backends[account][PARTITION].get_assumed_role_from_access_key(key)
    if session is not None:
        return _of_session(session)
    access_key = backend.access_keys.get(key)
    if access_key is not None and (expiration := getattr(access_key, "_emulator_expiration", None)):  # see mend/sts.py
        _check_time(expiration)
        if access_key.user_name is None:
            return root(account)
    if access_key is None or access_key.status != "Active" or access_key.user_name not in backend.users:
        raise UnknownKey
    return _of_user(backend.users[access_key.user_name])


def root(account: str) -> Principal:
    arn = f"arn:{PARTITION}:iam::{account}:root"
    return Principal(account, arn, "Account", account, {arn: Named.ACCOUNT, account: Named.ACCOUNT}, entity_arn=arn)


def _of_user(user: User) -> Principal:
    return Principal(
        user.account_id,
        user.arn,
        "User",
        user.id,
        {user.arn: Named.SELF, **root(user.account_id).names},
        tags={tag["Key"]: tag["Value"] for tag in user.tags or ()},
        user_name=user.name,
        entity_arn=user.arn,
        policies=policies_of(user),
    )


def _check_time(expiration: datetime) -> None:
    if expiration.replace(tzinfo=None) < clock.utcnow().replace(tzinfo=None):
        raise ExpiredSession


def _of_session(session: AssumedRole) -> Principal:
    _check_time(session.expiration)
    backend = iam_backends[session.account_id][PARTITION]
    role = next((role for role in backend.roles.values() if role.arn == session.role_arn), None)
    if role is None and getattr(session, "_emulator_stands_for_account", False):
        return root(session.account_id)
    policies = policies_of(role) if role else Policies()
    policies.session = _session_policies(session)
    return Principal(
        session.account_id,
        session.arn,
        "AssumedRole",
        session.user_id,
        {session.arn: Named.SELF, session.role_arn: Named.ROLE, **root(session.account_id).names},
        tags=_tags(role),
        entity_arn=session.role_arn,
        policies=policies,
    )


def _session_policies(session: AssumedRole) -> list[Policy] | None:
    given = [Policy("session", "none", session.policy)] if session.policy else []
    for arn in getattr(session, "_emulator_policy_arns", ()):
        given += _managed(session.account_id, arn)
    return given or None


def _tags(entity: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in getattr(entity, "tags", None) or ()}


def policies_of(entity: User | Role) -> Policies:
    """The identity policies of a user, with those of the user's groups, or of a role; and the boundary."""
    account = entity.account_id
    backend = iam_backends[account][PARTITION]
    if isinstance(entity, User):
        boundary = getattr(entity, "permissions_boundary_arn", None)  # ours, see mend/iam_boundaries.py
        identity = _identity(entity, "user")
        for group in backend.get_groups_for_user(entity.name):
            identity += _identity(group, "group")
    else:
        boundary = entity.permissions_boundary_arn
        identity = _identity(entity, "role")
    return Policies(identity=identity, boundary=_managed(account, boundary) if boundary else None)


def policies_of_group(group: Any) -> Policies:
    return Policies(identity=_identity(group, "group"))


def _identity(entity: Any, kind: str) -> list[Policy]:
    inline = [Policy(f"{kind}_{entity.name}_{name}", kind, _text(text)) for name, text in entity.policies.items()]
    return inline + [_of_managed(policy) for policy in entity.managed_policies.values()]


def _managed(account: str, arn: str) -> list[Policy]:
    policy = iam_backends[account][PARTITION].managed_policies.get(arn)
    return [_of_managed(policy)] if policy else []


def _of_managed(policy: Any) -> Policy:
    document = next(version.document for version in policy.versions if version.is_default)
    return Policy(policy.name, "aws-managed" if ":aws:policy/" in policy.arn else "user-managed", _text(document))


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
