# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""KMS: key policies, and keys that are disabled or on their way out."""

from __future__ import annotations

import fnmatch
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import everything, principals, statements, unknown_principals

API = "https://docs.aws.amazon.com/kms/latest/APIReference"
STATES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"
WITH_POLICY = ("CreateKey", "PutKeyPolicy")
NOT_IN_DELETION = (
    "CreateAlias",
    "CreateGrant",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateKeyDescription",
)


def find_key(request: Request, wanted: str) -> Any:
    """The key with this id, ARN or alias, in the region its ARN names; None where there is none."""
    arn = wanted.split(":", 5)
    region, account, name = (
        (arn[3], arn[4], arn[5]) if wanted.startswith("arn:") and len(arn) == 6 else (None, None, wanted)
    )
    backend = request.backend("kms", region, account)
    if name.startswith("alias/"):
        return next((key for key in backend.keys.values() if name in key.aliases), None)
    return backend.keys.get(name.removeprefix("key/"))


def _malformed(message: str) -> Refused:
    return Refused("MalformedPolicyDocumentException", message)


def _policy(request: Request) -> list[dict[str, Any]] | None:
    if "Policy" not in request:
        return None
    try:
        return list(statements(request["Policy"]))
    except ValueError:
        raise _malformed(
            "The request was rejected because the key policy is not syntactically or semantically correct."
        ) from None


@rule("kms", *WITH_POLICY, docs="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html")
def policy_grammar(request: Request) -> None:
    """A key policy is JSON, with statements that have an effect, a principal, actions and resources."""
    for statement in _policy(request) or []:
        for element in ("Principal", "Action", "Resource"):
            if not (statement.get(element) or statement.get(f"Not{element}")):
                raise _malformed(f"Policy contains a statement with no {element}.")


@rule("kms", *WITH_POLICY, docs=f"{API}/API_PutKeyPolicy.html")
def policy_principals(request: Request) -> None:
    """Who may use a key exists."""
    for statement in _policy(request) or []:
        if unknown_principals(request, statement):
            raise _malformed("Policy contains a statement with one or more invalid principals.")


@rule("kms", *WITH_POLICY, docs=f"{API}/API_PutKeyPolicy.html")
def policy_lockout(request: Request) -> None:
    """Somebody of the account can change the policy of a key later, unless the check is bypassed."""
    found = _policy(request)
    if found is None or request.get("BypassPolicyLockoutSafetyCheck"):
        return
    for statement in found:
        own = any(name == "*" or request.account in name for name in principals(statement, "AWS"))
        own = own or statement.get("Principal") == "*"
        actions = everything(statement.get("Action", []))
        if statement["Effect"] == "Allow" and own and any(_covers(action) for action in actions):
            return
    raise _malformed("The new key policy will not allow you to update the key policy in the future.")


def _covers(action: str) -> bool:
    return fnmatch.fnmatchcase("kms:putkeypolicy", action.lower())


def _key(request: Request) -> Any:
    wanted = request.get("KeyId") or request.get("TargetKeyId")
    return find_key(request, wanted) if wanted else None


@rule("kms", *NOT_IN_DELETION, docs=STATES)
def key_in_deletion(request: Request) -> None:
    """A key that waits for its deletion is not changed."""
    key = _key(request)
    if key is not None and key.key_state == "PendingDeletion":
        raise Refused("KMSInvalidStateException", f"{key.arn} is pending deletion.")


@rule("kms", "EnableKeyRotation", docs=STATES)
def key_enabled(request: Request) -> None:
    """Only an enabled key rotates."""
    key = _key(request)
    if key is not None and key.key_state == "Disabled":
        raise Refused("DisabledException", f"{key.arn} is disabled.")
