# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The settings of a bucket. S3 has an API for each, so each is read and written by itself."""

from __future__ import annotations

import typing as t
from abc import ABC, abstractmethod

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _s3_lifecycle
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

# A bucket that has just been made is not known everywhere yet, and S3 refuses two changes of one bucket at once.
_PASSING = ("NoSuchBucket", "OperationAborted")

PUBLIC_ACCESS = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
# option -> element of a CORS rule; the order within each list means nothing
_CORS_LISTS = {
    "allowed_origins": "AllowedOrigins",
    "allowed_methods": "AllowedMethods",
    "allowed_headers": "AllowedHeaders",
    "expose_headers": "ExposeHeaders",
}
_CORS_VALUES = {"id": "ID", "max_age_seconds": "MaxAgeSeconds"}
_SSE_C = "SSE-C"
_WHOLE_BUCKET = "EntireBucket"
_NOT_CONFIGURED = "NoSuchConfiguration"
SMALLEST = "all_storage_classes_128K"


class Setting(ABC):
    """What one API of S3 sets, under one or several options of the module."""

    options: t.ClassVar[tuple[str, ...]]
    start: t.ClassVar[State]  # what a new bucket has

    @abstractmethod
    def read(self, aws: Aws, bucket: str) -> State:
        """The current values of the options."""

    @abstractmethod
    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        """Set the options; both states have all of them."""


def get(aws: Aws, operation: str, bucket: str, *missing: str) -> State:
    """A read operation of a bucket; {} when what it asks for is not set."""
    return aws.read("s3", operation, missing=missing, Bucket=bucket) or {}


def put(aws: Aws, operation: str, bucket: str, retry: t.Sequence[str] = (), **params: t.Any) -> None:
    """A write operation of a bucket; retry names more that may pass by itself."""
    aws.write("s3", operation, retry=(*_PASSING, *retry), Bucket=bucket, **params)


class PublicAccessBlock(Setting):
    options = ("public_access_block",)
    start = {"public_access_block": dict.fromkeys(PUBLIC_ACCESS, True)}

    def read(self, aws: Aws, bucket: str) -> State:
        found = get(aws, "get_public_access_block", bucket, "NoSuchPublicAccessBlockConfiguration")
        blocked = found.get("PublicAccessBlockConfiguration", {})
        return {"public_access_block": {option: blocked.get(name, False) for option, name in PUBLIC_ACCESS.items()}}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        blocked = {**current["public_access_block"], **wanted["public_access_block"]}
        configuration = {name: blocked[option] for option, name in PUBLIC_ACCESS.items()}
        put(aws, "put_public_access_block", bucket, PublicAccessBlockConfiguration=configuration)


class ObjectOwnership(Setting):
    options = ("object_ownership",)
    start = {"object_ownership": "BucketOwnerEnforced"}

    def read(self, aws: Aws, bucket: str) -> State:
        found = get(aws, "get_bucket_ownership_controls", bucket, "OwnershipControlsNotFoundError")
        rules = found.get("OwnershipControls", {}).get("Rules") or [{"ObjectOwnership": "ObjectWriter"}]
        return {"object_ownership": rules[0]["ObjectOwnership"]}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        controls = {"Rules": [{"ObjectOwnership": wanted["object_ownership"]}]}
        put(aws, "put_bucket_ownership_controls", bucket, OwnershipControls=controls)


class Encryption(Setting):
    options = ("encryption",)
    start = {"encryption": {"algorithm": "AES256", "bucket_key": False}}

    def read(self, aws: Aws, bucket: str) -> State:
        rule = self._rule(aws, bucket)
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        encryption = {
            "algorithm": default.get("SSEAlgorithm"),
            "kms_key": default.get("KMSMasterKeyID"),
            "bucket_key": rule.get("BucketKeyEnabled", False),
            "block_sse_c": _SSE_C in rule.get("BlockedEncryptionTypes", {}).get("EncryptionType", []),
        }
        return {"encryption": without_none(encryption)}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        encryption = wanted["encryption"]
        rule: State = {
            "ApplyServerSideEncryptionByDefault": without_none(
                {"SSEAlgorithm": encryption["algorithm"], "KMSMasterKeyID": encryption.get("kms_key")}
            ),
            "BucketKeyEnabled": encryption.get("bucket_key", False),
        }
        blocked = self._blocked(aws, bucket, encryption.get("block_sse_c"))
        if blocked:
            rule["BlockedEncryptionTypes"] = {"EncryptionType": blocked}
        put(aws, "put_bucket_encryption", bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def _blocked(self, aws: Aws, bucket: str, block: bool | None) -> list[str]:
        """The request replaces the whole rule, so what is blocked already is said again unless asked otherwise."""
        if block is not None:
            return [_SSE_C] if block else ["NONE"]
        return self._rule(aws, bucket).get("BlockedEncryptionTypes", {}).get("EncryptionType", [])

    @staticmethod
    def _rule(aws: Aws, bucket: str) -> State:
        found = get(aws, "get_bucket_encryption", bucket, "ServerSideEncryptionConfigurationNotFoundError")
        return (found.get("ServerSideEncryptionConfiguration", {}).get("Rules") or [{}])[0]


class Versioning(Setting):
    options = ("versioning",)
    start = {"versioning": False}

    def read(self, aws: Aws, bucket: str) -> State:
        return {"versioning": get(aws, "get_bucket_versioning", bucket).get("Status") == "Enabled"}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        status = "Enabled" if wanted["versioning"] else "Suspended"
        put(aws, "put_bucket_versioning", bucket, VersioningConfiguration={"Status": status})


class Policy(Setting):
    options = ("policy",)
    start = {"policy": {}}

    def read(self, aws: Aws, bucket: str) -> State:
        found = get(aws, "get_bucket_policy", bucket, "NoSuchBucketPolicy")
        return {"policy": _policy.canonical(found.get("Policy")) or {}}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        if wanted["policy"]:
            put(aws, "put_bucket_policy", bucket, Policy=_policy.text(wanted["policy"]))
        else:
            put(aws, "delete_bucket_policy", bucket)


class Cors(Setting):
    options = ("cors",)
    start = {"cors": []}

    def read(self, aws: Aws, bucket: str) -> State:
        found = get(aws, "get_bucket_cors", bucket, "NoSuchCORSConfiguration")
        return {"cors": [self._from_aws(rule) for rule in found.get("CORSRules", [])]}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        names = {**_CORS_LISTS, **_CORS_VALUES}
        rules = [{names[option]: value for option, value in rule.items()} for rule in wanted["cors"]]
        if rules:
            put(aws, "put_bucket_cors", bucket, CORSConfiguration={"CORSRules": rules})
        else:
            put(aws, "delete_bucket_cors", bucket)

    @staticmethod
    def _from_aws(rule: State) -> State:
        lists = {option: ordered(rule[name]) for option, name in _CORS_LISTS.items() if rule.get(name)}
        return {**lists, **{option: rule[name] for option, name in _CORS_VALUES.items() if name in rule}}

    @staticmethod
    def normal(rules: t.Iterable[State]) -> list[State]:
        """Rules as the user gave them, in the form that is compared; their order decides, so it stays."""
        return [
            {
                option: ordered(value) if option in _CORS_LISTS else value
                for option, value in without_none(rule).items()
                if value != []
            }
            for rule in rules
        ]


class Lifecycle(Setting):
    options = ("lifecycle", "transition_minimum_size")
    start = {"lifecycle": [], "transition_minimum_size": SMALLEST}

    def read(self, aws: Aws, bucket: str) -> State:
        found = get(aws, "get_bucket_lifecycle_configuration", bucket, "NoSuchLifecycleConfiguration")
        return {
            "lifecycle": _s3_lifecycle.from_aws(found.get("Rules", [])),
            "transition_minimum_size": found.get("TransitionDefaultMinimumObjectSize", SMALLEST),
        }

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        if not wanted["lifecycle"]:
            put(aws, "delete_bucket_lifecycle", bucket)
            return
        put(
            aws,
            "put_bucket_lifecycle_configuration",
            bucket,
            LifecycleConfiguration={"Rules": _s3_lifecycle.to_aws(wanted["lifecycle"])},
            TransitionDefaultMinimumObjectSize=wanted["transition_minimum_size"],
        )


class IntelligentTiering(Setting):
    options = ("intelligent_tiering",)
    start = {"intelligent_tiering": []}

    def read(self, aws: Aws, bucket: str) -> State:
        configurations: list[State] = []
        token: State = {}
        while True:
            page = aws.read("s3", "list_bucket_intelligent_tiering_configurations", Bucket=bucket, **token)
            configurations += page.get("IntelligentTieringConfigurationList", [])
            if not page.get("IsTruncated"):
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        read = [_s3_lifecycle.tiering_from_aws(one) for one in configurations]
        return {"intelligent_tiering": sorted(read, key=lambda one: one["id"])}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        before = {one["id"]: one for one in current["intelligent_tiering"]}
        after = {one["id"]: one for one in wanted["intelligent_tiering"]}
        for name in sorted(set(before) - set(after)):
            put(aws, "delete_bucket_intelligent_tiering_configuration", bucket, Id=name)
        for name in sorted(name for name in after if after[name] != before.get(name)):
            put(
                aws,
                "put_bucket_intelligent_tiering_configuration",
                bucket,
                Id=name,
                IntelligentTieringConfiguration=_s3_lifecycle.tiering_to_aws(after[name]),
            )


class AccessLog(Setting):
    options = ("access_log_bucket", "access_log_prefix")
    start = {"access_log_bucket": "", "access_log_prefix": ""}

    def read(self, aws: Aws, bucket: str) -> State:
        enabled = get(aws, "get_bucket_logging", bucket).get("LoggingEnabled", {})
        return {
            "access_log_bucket": enabled.get("TargetBucket", ""),
            "access_log_prefix": enabled.get("TargetPrefix", ""),
        }

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        status: State = {}
        if wanted["access_log_bucket"]:
            # grants and the format of keys are not ours, and the request replaces all of it
            kept = get(aws, "get_bucket_logging", bucket).get("LoggingEnabled", {})
            target = {"TargetBucket": wanted["access_log_bucket"], "TargetPrefix": wanted["access_log_prefix"]}
            status = {"LoggingEnabled": {**kept, **target}}
        # the target may be on its way in the same run
        put(aws, "put_bucket_logging", bucket, ("InvalidTargetBucketForLogging",), BucketLoggingStatus=status)


class RequestMetrics(Setting):
    """Metrics of all requests, under the name the console gives them, which dashboards and alarms look for."""

    options = ("request_metrics",)
    start = {"request_metrics": False}

    def read(self, aws: Aws, bucket: str) -> State:
        found = aws.read(
            "s3",
            "get_bucket_metrics_configuration",
            "MetricsConfiguration",
            missing=(_NOT_CONFIGURED,),
            Bucket=bucket,
            Id=_WHOLE_BUCKET,
        )
        return {"request_metrics": found is not None and not found.get("Filter")}

    def write(self, aws: Aws, bucket: str, current: State, wanted: State) -> None:
        if wanted["request_metrics"]:
            configuration = {"Id": _WHOLE_BUCKET}
            put(
                aws,
                "put_bucket_metrics_configuration",
                bucket,
                Id=_WHOLE_BUCKET,
                MetricsConfiguration=configuration,
            )
        else:
            aws.write(
                "s3",
                "delete_bucket_metrics_configuration",
                missing=(_NOT_CONFIGURED,),
                Bucket=bucket,
                Id=_WHOLE_BUCKET,
            )


# In the order they are written: nothing is open before it is blocked, and a policy comes after what it rests on.
SETTINGS: tuple[Setting, ...] = (
    PublicAccessBlock(),
    ObjectOwnership(),
    Encryption(),
    Versioning(),
    Policy(),
    Cors(),
    Lifecycle(),
    IntelligentTiering(),
    AccessLog(),
    RequestMetrics(),
)


def read_settings(aws: Aws, bucket: str, options: t.Collection[str]) -> State:
    """The current values of these options and of those that share an API with them."""
    wanted = [setting for setting in SETTINGS if set(setting.options) & set(options)]
    state: State = {}
    for found in aws.at_once(lambda setting: setting.read(aws, bucket), wanted):
        state.update(found)
    return state


def write_settings(aws: Aws, bucket: str, current: State, changes: State) -> None:
    """Write the settings some option of which is in changes."""
    for setting in SETTINGS:
        if set(setting.options) & set(changes):
            before = {option: current[option] for option in setting.options}
            setting.write(aws, bucket, before, {**before, **{o: changes[o] for o in setting.options if o in changes}})


# -- what is in a bucket


def contents(aws: Aws, bucket: str) -> tuple[int, bool]:
    """How many versions and delete markers a bucket has, and whether there are more than were counted."""
    page = get(aws, "list_object_versions", bucket, "NoSuchBucket")
    return len(page.get("Versions", [])) + len(page.get("DeleteMarkers", [])), bool(page.get("IsTruncated"))


def empty(aws: Aws, bucket: str) -> None:
    """Remove every version, delete marker and unfinished upload of a bucket, a thousand in each request."""
    while True:
        page = aws.read("s3", "list_object_versions", fresh=True, missing=("NoSuchBucket",), Bucket=bucket) or {}
        left = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not left:
            break
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in left]
        answer = aws.write("s3", "delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if answer.get("Errors"):
            first = answer["Errors"][0]
            raise InfraError(
                f"{len(answer['Errors'])} objects of bucket {bucket} could not be deleted, such as {first['Key']}: "
                f"{first.get('Message', 'no reason given')} ({first.get('Code', 'Unknown')})."
            )
    uploads = aws.read("s3", "list_multipart_uploads", "Uploads", missing=("NoSuchBucket",), fresh=True, Bucket=bucket)
    for upload in uploads or []:
        aws.write(
            "s3",
            "abort_multipart_upload",
            missing=("NoSuchUpload",),
            Bucket=bucket,
            Key=upload["Key"],
            UploadId=upload["UploadId"],
        )
