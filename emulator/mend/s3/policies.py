# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Bucket policies S3 refuses: malformed ones, those about something else, and public ones where they are blocked.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

import fnmatch
import json
import re
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import LOGGING_SERVICE_PRINCIPAL, FakeBucket, S3Backend
from moto.s3.utils import bucket_policy_is_public

from emulator.mend.s3.errors import refuse
from emulator.registry import mend

LARGEST = 20 * 1024  # bytes
ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
# Object actions that do not say Object, and bucket actions that do.
OBJECT_ACTIONS = {"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}
BUCKET_ACTIONS = {"s3:GetBucketObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"}


@mend(S3Backend)
def put_bucket_policy(original: Any, self: S3Backend, bucket_name: str, policy: bytes) -> None:
    bucket = self.get_bucket(bucket_name)
    _check(bucket, policy)
    blocked = bucket.public_access_block
    if blocked and blocked.block_public_policy and bucket_policy_is_public(policy):
        raise refuse(
            "AccessDenied",
            f"User is not authorized to perform: s3:PutBucketPolicy on resource: {bucket.arn} because public policies "
            "are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        )
    original(self, bucket_name, policy)


def _check(bucket: FakeBucket, policy: bytes) -> None:
    if len(policy) > LARGEST:
        raise _malformed("Policies must be valid JSON and the size should be less than 20KB")
    try:
        document = json.loads(policy)
        statements = document["Statement"]
    except ValueError:
        raise _malformed("Policies must be valid JSON and the first byte must be '{'") from None
    except (KeyError, TypeError):
        raise _malformed("Missing required field Statement") from None
    if unknown := set(document) - {"Version", "Id", "Statement"}:
        raise _malformed(f"Unknown field {sorted(unknown)[0]}")
    if document.get("Version") not in (None, "2012-10-17", "2008-10-17"):
        raise _malformed("The policy must contain a valid version string")
    statements = statements if isinstance(statements, list) else [statements]
    if not statements:
        raise _malformed("Could not parse the policy: Statement is empty!")
    ids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(set(ids)) < len(ids):
        raise _malformed("Policy document contains duplicate statement id")
    for statement in statements:
        _check_statement(bucket, statement)


def _check_statement(bucket: FakeBucket, statement: dict[str, Any]) -> None:
    if unknown := set(statement) - ELEMENTS:
        raise _malformed(f"Unknown field {sorted(unknown)[0]}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed(
            f"Invalid effect: {statement['Effect']}" if "Effect" in statement else "Missing required field Effect"
        )
    for element in ("Principal", "Action", "Resource"):
        if not (statement.get(element) or statement.get(f"Not{element}")):
            raise _malformed(f"Missing required field {element}")
    _check_principal(statement.get("Principal") or statement.get("NotPrincipal"))
    resources = _list(statement.get("Resource") or statement.get("NotResource"))
    if not all(
        resource == bucket.arn or resource.startswith((f"{bucket.arn}/", f"{bucket.arn}*")) for resource in resources
    ):
        raise _malformed("Policy has invalid resource")
    actions = _list(statement.get("Action", []))
    if not all(re.fullmatch(r"(s3:[A-Za-z*?]+|\*)", action) for action in actions):
        raise _malformed("Policy has invalid action")
    about = {"object" if "/" in resource or "*" in resource else "bucket" for resource in resources}
    for action in actions:
        if _level(action) and not {_level(action)} & about:
            raise _malformed("Action does not apply to any resource(s) in statement")


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or set(principal) - {"AWS", "Service", "Federated", "CanonicalUser"}:
        raise _malformed("Invalid policy syntax.")
    accounts = r"(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:.+|AIDA\w+|AROA\w+)"
    if not all(re.fullmatch(accounts, name) for name in _list(principal.get("AWS", []))):
        raise _malformed("Invalid principal in policy")
    if not all(
        re.fullmatch(r"[\w.-]+\.amazon(aws)?\.com(\.cn)?", name) for name in _list(principal.get("Service", []))
    ):
        raise _malformed("Invalid principal in policy")


def _level(action: str) -> str | None:
    """Is the action about objects or about buckets? None where it may be either."""
    if "*" in action or "?" in action:
        return None
    if action in OBJECT_ACTIONS or ("Object" in action and action not in BUCKET_ACTIONS):
        return "object"
    return "bucket" if "Bucket" in action else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _malformed(message: str) -> Exception:
    return refuse("MalformedPolicy", message)


# -- may a service write here?


def permits(bucket: FakeBucket, service: str, action: str, key: str) -> bool:
    """Does the bucket's policy let this service principal do this to this key? Conditions are taken as met."""
    statements = json.loads(bucket.policy)["Statement"] if bucket.policy else []
    return any(
        statement["Effect"] == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and service in _list(statement["Principal"].get("Service", []))
        and any(fnmatch.fnmatchcase(action, pattern) for pattern in _list(statement.get("Action", [])))
        and any(fnmatch.fnmatchcase(f"{bucket.arn}/{key}", pattern) for pattern in _list(statement.get("Resource", [])))
        for statement in _list(statements)
    )


@mend(FakeBucket)
def _log_permissions_enabled_policy(original: Any, target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """moto wants each principal to be a map and each resource to be one of three."""
    return permits(target_bucket, LOGGING_SERVICE_PRINCIPAL, "s3:PutObject", f"{target_prefix or ''}log")


@mend(FakeBucket)
def get_permission(original: Any, self: FakeBucket, action: str, resource: str) -> Any:
    """moto overlooks conditions, so that denying requests without TLS would deny all: such statements do not apply."""
    statements = _list(json.loads(self.policy)["Statement"]) if self.policy else []
    unconditional = [statement for statement in statements if "Condition" not in statement]
    if not unconditional:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({"Statement": unconditional})).is_action_permitted(action, resource)
