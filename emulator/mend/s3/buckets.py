# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a new bucket has, whom it belongs to, and paths that must not be taken for the bucket itself.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-new-bucket-faq.html
"""

from __future__ import annotations

import contextvars
import functools
import json
import re
from typing import Any

import xmltodict
from botocore.loaders import Loader
from moto.s3 import models
from moto.s3.exceptions import BucketAlreadyExists
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend, s3_backends
from moto.s3.responses import S3Response

from emulator.mend.s3.errors import refuse
from emulator.registry import mend

OWNER_ENFORCED = "BucketOwnerEnforced"
# What the request that makes a bucket says of it.
_asked_ownership = contextvars.ContextVar("asked_ownership", default=OWNER_ENFORCED)
# Canned ACLs that mean nothing more than the owner's full control.
HARMLESS_ACLS = ("private", "bucket-owner-full-control")
# Sub-resources of a bucket in a query, by method, that moto (or this package) answers.
KNOWN = {
    "GET": {
        "accelerate",
        "acl",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "replication",
        "tagging",
        "uploads",
        "versioning",
        "versions",
        "website",
    },
    "PUT": {
        "accelerate",
        "acl",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "lifecycle",
        "logging",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "publicAccessBlock",
        "replication",
        "tagging",
        "versioning",
        "website",
    },
    "DELETE": {
        "cors",
        "encryption",
        "intelligent-tiering",
        "lifecycle",
        "ownershipControls",
        "policy",
        "publicAccessBlock",
        "replication",
        "tagging",
        "website",
    },
}


@mend(FakeBucket)
def __init__(original: Any, self: FakeBucket, *args: Any, **kwargs: Any) -> None:
    original(self, *args, **kwargs)
    self.public_access_block = PublicAccessBlock(True, True, True, True)
    self.ownership_rule = _asked_ownership.get()
    self.encryption = default_encryption()


def default_encryption() -> dict[str, Any]:
    """SSE-S3, and since April 2026 no keys that customers send along with an object."""
    return {
        "Rule": {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": "false",
            "BlockedEncryptionTypes": {"EncryptionType": "SSE-C"},
        }
    }


@mend(S3Backend)
def delete_bucket_encryption(original: Any, self: S3Backend, bucket_name: str) -> None:
    """A bucket is never without encryption: deleting the setting brings the default back."""
    self.get_bucket(bucket_name).encryption = default_encryption()


@mend(S3Response)
def get_bucket_encryption(original: Any, self: S3Response) -> Any:
    """With the blocked types, which moto leaves out."""
    status, headers, body = original(self)
    blocked = self.backend.get_bucket_encryption(self.bucket_name)["Rule"].get("BlockedEncryptionTypes")
    if status == 200 and blocked:
        document = xmltodict.parse(body)
        document["ServerSideEncryptionConfiguration"]["Rule"]["BlockedEncryptionTypes"] = blocked
        body = xmltodict.unparse(document)
    return status, headers, body


@mend(S3Backend)
def get_bucket(original: Any, self: S3Backend, bucket_name: str) -> FakeBucket:
    """A bucket of another account is closed, unless its policy names this account."""
    bucket = _anyones_bucket(bucket_name) if bucket_name not in self.buckets else None
    if bucket is not None and not _admits(bucket, self.account_id):
        raise refuse("AccessDenied", "Access Denied")
    return original(self, bucket_name)


def _anyones_bucket(name: str) -> FakeBucket | None:
    partition, account = s3_backends.bucket_accounts.get(name, (None, None))
    return s3_backends[account][partition].buckets.get(name) if account else None


def _admits(bucket: FakeBucket, account: str) -> bool:
    statements = json.loads(bucket.policy)["Statement"] if bucket.policy else []
    return any(
        statement["Effect"] == "Allow"
        and (account in json.dumps(statement["Principal"]) or statement["Principal"] in ("*", {"AWS": "*"}))
        for statement in (statements if isinstance(statements, list) else [statements])
    )


@mend(S3Backend)
def put_bucket_acl(original: Any, self: S3Backend, bucket_name: str, acl: Any) -> None:
    """Where the owner is enforced there are no access control lists."""
    bucket = self.get_bucket(bucket_name)
    if bucket.ownership_rule == OWNER_ENFORCED and acl is not None and not _owners_only(acl):
        raise refuse("AccessControlListNotSupported", "The bucket does not allow ACLs")
    original(self, bucket_name, acl)


def _owners_only(acl: Any) -> bool:
    return all(grantee.id == models.OWNER for grant in acl.grants for grantee in grant.grantees)


@mend(S3Response)
def _bucket_response_put(
    original: Any, self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]
) -> Any:
    _known("PUT", querystring)
    if querystring:
        return original(self, request, bucket_name, querystring)
    _check_new(self, request, bucket_name)
    # moto looks at the ACL before it takes notice of the ownership.
    asked = _asked_ownership.set(request.headers.get("x-amz-object-ownership", OWNER_ENFORCED))
    try:
        answer = original(self, request, bucket_name, querystring)
    finally:
        _asked_ownership.reset(asked)
    if tags := _asked_tags(self):
        self.backend.put_bucket_tagging(bucket_name, tags)
    return answer


def _asked_tags(response: S3Response) -> dict[str, str]:
    """Tags that come with the creating call."""
    asked = xmltodict.parse(response.body, force_list=("Tag",)) if response.body else {}
    tags = ((asked.get("CreateBucketConfiguration") or {}).get("Tags") or {}).get("Tag", [])
    return {tag["Key"]: tag["Value"] or "" for tag in tags}


@mend(S3Response)
def _bucket_response_get(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    _known("GET", querystring)
    return original(self, bucket_name, querystring)


@mend(S3Response)
def _bucket_response_delete(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    _known("DELETE", querystring)
    return original(self, bucket_name, querystring)


def _known(method: str, querystring: dict[str, Any]) -> None:
    """moto takes DELETE /bucket?whatever for the deletion of the bucket, and PUT for its creation."""
    if unknown := (_sub_resources() & set(querystring)) - KNOWN[method]:
        raise NotImplementedError(f"{method} of a bucket's {', '.join(sorted(unknown))}")


@functools.cache
def _sub_resources() -> frozenset[str]:
    """What AWS's model has after the question mark of a bucket's path."""
    operations = Loader().load_service_model("s3", "service-2")["operations"].values()
    paths = (operation["http"]["requestUri"] for operation in operations)
    found = (
        re.fullmatch(r"/\{Bucket\}\?([\w-]+)(?:&.*)?", path) or re.fullmatch(r"/\?([\w-]+)(?:&.*)?", path)
        for path in paths
    )
    return frozenset(match[1] for match in found if match) - {"list-type", "delete"}


def _check_new(response: S3Response, request: Any, bucket_name: str) -> None:
    there = _anyones_bucket(bucket_name)
    if there is not None and there.account_id != response.current_account:
        raise BucketAlreadyExists(bucket=bucket_name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket_name):
        raise refuse("InvalidBucketName", "The specified bucket is not valid.")
    acl = request.headers.get("x-amz-acl", "private")
    ownership = request.headers.get("x-amz-object-ownership", OWNER_ENFORCED)
    if ownership == OWNER_ENFORCED and acl not in HARMLESS_ACLS:
        raise refuse(
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        )
