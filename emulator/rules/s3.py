# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""S3: names of buckets, CORS, lifecycles, encryption, replication."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.s3.models import s3_backends

from emulator.rules import Refused, Request, rule
from emulator.rules.common import is_address

API = "https://docs.aws.amazon.com/AmazonS3/latest/API"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
NAMING = f"{GUIDE}/bucketnamingrules.html"
PREFIXES = ("amzn-s3-demo-", "sthree-", "xn--")
SUFFIXES = ("--ol-s3", "--table-s3", "-s3alias", ".mrap")
LONGEST_RULE_ID = 255
MOST_TAGS = 50
BAD_XML = "The XML you provided was not well-formed or did not validate against our published schema"


def _argument(message: str) -> Refused:
    return Refused("InvalidArgument", message)


def _request(message: str) -> Refused:
    return Refused("InvalidRequest", message)


def _any_bucket(name: str) -> Any:
    """The bucket of this name, whoever owns it."""
    partition, account = s3_backends.bucket_accounts.get(name, (None, None))
    return s3_backends[account][partition].buckets.get(name) if account else None


@rule("s3", "CreateBucket", docs=NAMING)
def bucket_name(request: Request) -> None:
    """The name of a bucket is no IP address, and no two dots are beside each other."""
    name = request["Bucket"]
    if is_address(name) or ".." in name:
        raise Refused("InvalidBucketName", "The specified bucket is not valid.")


@rule("s3", "CreateBucket", docs=NAMING)
def reserved_bucket_name(request: Request) -> None:
    """The name of a bucket has no beginning or end that S3 keeps for itself."""
    name = request["Bucket"]
    if name.startswith(PREFIXES) or name.endswith(SUFFIXES):
        raise Refused("InvalidBucketName", "The specified bucket is not valid.")


def _cors(request: Request) -> list[dict[str, Any]]:
    return request["CORSConfiguration"]["CORSRules"]


@rule("s3", "PutBucketCors", docs=f"{GUIDE}/ManageCorsUsing.html")
def cors_wildcards(request: Request) -> None:
    """An allowed origin or header has one wildcard at most."""
    for one in _cors(request):
        for name in ("AllowedOrigin", "AllowedHeader"):
            for value in one.get(f"{name}s") or []:
                if value.count("*") > 1:
                    raise _request(f'{name} "{value}" can not have more than one wildcard.')


@rule("s3", "PutBucketCors", docs=f"{GUIDE}/ManageCorsUsing.html")
def cors_exposed_header(request: Request) -> None:
    """An exposed header is named, without wildcards."""
    for one in _cors(request):
        for value in one.get("ExposeHeaders") or []:
            if "*" in value:
                raise _request(
                    f'ExposeHeader "{value}" contains wildcard. We currently do not support wildcard for ExposeHeader.'
                )


def _lifecycle(request: Request) -> list[dict[str, Any]]:
    return (request.get("LifecycleConfiguration") or {}).get("Rules") or []


@rule("s3", "PutBucketLifecycleConfiguration", docs=f"{API}/API_LifecycleRule.html")
def lifecycle_rule_id(request: Request) -> None:
    """The ID of a lifecycle rule has up to 255 characters."""
    for one in _lifecycle(request):
        if len(one.get("ID") or "") > LONGEST_RULE_ID:
            raise _argument(f"ID length should not exceed allowed limit of {LONGEST_RULE_ID}")


@rule("s3", "PutBucketLifecycleConfiguration", docs=f"{API}/API_AbortIncompleteMultipartUpload.html")
def lifecycle_days(request: Request) -> None:
    """Uploads are given up, and noncurrent versions expire, after one day at least."""
    places = (
        ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
        ("NoncurrentVersionExpiration", "NoncurrentDays"),
    )
    for one in _lifecycle(request):
        for action, name in places:
            days = (one.get(action) or {}).get(name)
            if days is not None and days < 1:
                raise _argument(f"'{name}' for {action} action must be a positive integer")


@rule("s3", "PutBucketLifecycleConfiguration", docs=f"{API}/API_LifecycleExpiration.html")
def lifecycle_date(request: Request) -> None:
    """A lifecycle date is at midnight in UTC."""
    for one in _lifecycle(request):
        for action in (one.get("Expiration") or {}, *(one.get("Transitions") or [])):
            moment = action.get("Date")
            if moment is not None and (moment.hour, moment.minute, moment.second) != (0, 0, 0):
                raise _argument("'Date' must be at midnight GMT")


@rule("s3", "PutBucketLifecycleConfiguration", docs=f"{API}/API_LifecycleExpiration.html")
def lifecycle_expiration(request: Request) -> None:
    """Objects expire after days, at a date, or as a lone delete marker: one of these."""
    for one in _lifecycle(request):
        expiration = one.get("Expiration") or {}
        given = [name for name in ("Days", "Date", "ExpiredObjectDeleteMarker") if expiration.get(name) is not None]
        if len(given) > 1:
            raise Refused("MalformedXML", BAD_XML)


@rule("s3", "PutBucketEncryption", docs=f"{API}/API_ServerSideEncryptionByDefault.html")
def encryption_key(request: Request) -> None:
    """A KMS key is for the encryption by KMS."""
    for one in request["ServerSideEncryptionConfiguration"]["Rules"]:
        default = one.get("ApplyServerSideEncryptionByDefault") or {}
        if default.get("KMSMasterKeyID") and not default["SSEAlgorithm"].startswith("aws:kms"):
            raise _argument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"
            )


@rule("s3", "PutBucketReplication", docs=f"{API}/API_PutBucketReplication.html")
def replication_target(request: Request) -> None:
    """A bucket replicates to a bucket that exists and has versioning."""
    for one in request["ReplicationConfiguration"]["Rules"]:
        target = _any_bucket(one["Destination"]["Bucket"].rpartition(":")[2])
        if target is None:
            raise _request("Destination bucket must exist.")
        if not target.is_versioned:
            raise _request("Destination bucket must have versioning enabled.")


def _suspended(request: Request) -> Iterator[Any]:
    """The bucket whose versioning is to be suspended."""
    bucket = request.backend("s3").buckets.get(request["Bucket"])
    if bucket is not None and request["VersioningConfiguration"].get("Status") == "Suspended":
        yield bucket


@rule("s3", "PutBucketVersioning", docs=f"{GUIDE}/replication.html")
def versioning_of_replicated(request: Request) -> None:
    """A bucket that is replicated keeps its versions."""
    for bucket in _suspended(request):
        if getattr(bucket, "replication", None):
            raise Refused(
                "InvalidBucketState",
                "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
                409,
            )


@rule("s3", "PutBucketVersioning", docs=f"{GUIDE}/object-lock.html")
def versioning_of_locked(request: Request) -> None:
    """A bucket with Object Lock keeps its versions."""
    for bucket in _suspended(request):
        if bucket.object_lock_enabled:
            raise Refused(
                "InvalidBucketState",
                "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
                409,
            )


@rule("s3", "PutBucketTagging", docs="https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html")
def bucket_tags(request: Request) -> None:
    """A bucket has up to 50 tags."""
    if len(request["Tagging"]["TagSet"]) > MOST_TAGS:
        raise Refused("BadRequest", f"Bucket tag count cannot be greater than {MOST_TAGS}")


@rule("s3", "PutBucketNotificationConfiguration", docs=f"{GUIDE}/grant-destinations-permissions-to-s3.html")
def notification_topic(request: Request) -> None:
    """A bucket notifies a topic that exists and that S3 may publish to."""
    for one in request["NotificationConfiguration"].get("TopicConfigurations") or []:
        arn = one["TopicArn"].split(":")
        topics = request.backend("sns", arn[3], arn[4]).topics if len(arn) == 6 and arn[4] == request.account else None
        if topics is None:
            continue
        topic = topics.get(one["TopicArn"])
        if topic is None or "s3.amazonaws.com" not in json.dumps(json.loads(topic.policy)):
            raise _argument("Unable to validate the following destination configurations")
