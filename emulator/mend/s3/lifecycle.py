# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lifecycle configurations: kept whole, and refused where S3 refuses them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import NoSuchLifecycleConfiguration
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from emulator.mend.s3.errors import refuse
from emulator.registry import mend, parameters

# Colder and colder: a later transition goes further to the right.
WATERFALL = ("STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
LEAST_DAYS = 30  # that an object stays before it becomes infrequently accessed
ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)
SMALLEST_HEADER = "x-amz-transition-default-minimum-object-size"
DEFAULT_SMALLEST = "all_storage_classes_128K"


@mend(S3Response)
def _bucket_response_put(
    original: Any, self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]
) -> Any:
    if "lifecycle" not in querystring:
        return original(self, request, bucket_name, querystring)
    configuration = parameters(self).get("LifecycleConfiguration") or {}
    rules = configuration.get("Rules") or []
    _check(rules)
    answer = original(self, request, bucket_name, querystring)
    smallest = request.headers.get(SMALLEST_HEADER, DEFAULT_SMALLEST)
    self.backend.get_bucket(bucket_name)._emulator_lifecycle = {
        "Rules": rules,
        "TransitionDefaultMinimumObjectSize": smallest,
    }
    return (200, {SMALLEST_HEADER: smallest}, "") if answer == "" else answer


@mend(S3Response)
def get_bucket_lifecycle(original: Any, self: S3Response) -> Any:
    bucket = self.backend.get_bucket(self.bucket_name)
    configuration = getattr(bucket, "_emulator_lifecycle", None)
    if not configuration:
        raise NoSuchLifecycleConfiguration(bucket_name=self.bucket_name)
    self.data["Action"] = "GetBucketLifecycleConfiguration"
    return self.serialized(ActionResult(configuration))


@mend(FakeBucket)
def delete_lifecycle(original: Any, self: FakeBucket) -> None:
    original(self)
    self._emulator_lifecycle = None


def _check(rules: list[dict[str, Any]]) -> None:
    if not rules:
        raise refuse(
            "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"
        )
    ids = [rule["ID"] for rule in rules if rule.get("ID")]
    if len(set(ids)) < len(ids):
        raise refuse("InvalidArgument", "RuleId must be unique. Found same ID for more than one rule")
    for rule in rules:
        _check_rule(rule)


def _check_rule(rule: dict[str, Any]) -> None:
    if "Filter" not in rule and "Prefix" not in rule:
        raise refuse(
            "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"
        )
    if not any(rule.get(action) for action in ACTIONS):
        raise refuse("InvalidRequest", "At least one action needs to be specified in a rule")
    everything = rule.get("Filter") or {}
    tags = everything.get("Tag") or (everything.get("And") or {}).get("Tags")
    expiration = rule.get("Expiration") or {}
    if tags and expiration.get("ExpiredObjectDeleteMarker"):
        raise refuse("InvalidRequest", "ExpiredObjectDeleteMarker cannot be specified with Tags.")
    if tags and rule.get("AbortIncompleteMultipartUpload"):
        raise refuse("InvalidRequest", "AbortIncompleteMultipartUpload cannot be specified with Tags.")
    if "Days" in expiration and int(expiration["Days"]) < 1:
        raise refuse("InvalidArgument", "'Days' for Expiration action must be a positive integer")
    noncurrent = rule.get("NoncurrentVersionExpiration") or {}
    _check_transitions("Transition", "Days", rule.get("Transitions") or [], expiration.get("Days"))
    _check_transitions(
        "NoncurrentVersionTransition",
        "NoncurrentDays",
        rule.get("NoncurrentVersionTransitions") or [],
        noncurrent.get("NoncurrentDays"),
    )
    for part in (noncurrent, *(rule.get("NoncurrentVersionTransitions") or [])):
        if "NewerNoncurrentVersions" in part and not 1 <= int(part["NewerNoncurrentVersions"]) <= 100:
            raise refuse(
                "InvalidArgument", "NewerNoncurrentVersions must be a positive integer less than or equal to 100"
            )


def _check_transitions(action: str, key: str, transitions: list[dict[str, Any]], expires: Any) -> None:
    by_days = sorted(
        (int(one[key]), WATERFALL.index(one["StorageClass"]), one["StorageClass"]) for one in transitions if key in one
    )
    for days, _rank, name in by_days:
        if name in INFREQUENT and days < LEAST_DAYS:
            raise refuse(
                "InvalidArgument",
                f"'{key}' in {action} action must be greater than or equal to {LEAST_DAYS} for storageClass '{name}'",
            )
        if expires is not None and int(expires) <= days:
            raise refuse(
                "InvalidArgument",
                f"'{key}' in the Expiration action must be greater than '{key}' in the {action} action",
            )
    for (days, rank, name), (later_days, later_rank, later_name) in pairwise(by_days):
        if later_rank <= rank or later_days == days:
            raise refuse(
                "InvalidArgument",
                f"'{key}' in the {action} action for StorageClass '{later_name}' must be after the one for '{name}'",
            )
        if name in INFREQUENT and later_days < days + LEAST_DAYS:
            raise refuse(
                "InvalidArgument",
                f"'{key}' in the {action} action for '{later_name}' must be {LEAST_DAYS} days after that for '{name}'",
            )
