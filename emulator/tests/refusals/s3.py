# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""S3: names, and the settings of buckets."""

from __future__ import annotations

from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses

NAME = "a-bucket"


def bucket(aws: Aws, name: str = NAME, **given: Any) -> None:
    aws.s3.create_bucket(Bucket=name, **given)


def lifecycle(aws: Aws, **given: Any) -> None:
    if not aws.s3.list_buckets()["Buckets"]:
        bucket(aws)
    rule = {"Status": "Enabled", "Filter": {"Prefix": ""}, **given}
    aws.s3.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": [rule]})


def cors(aws: Aws, **given: Any) -> None:
    if not aws.s3.list_buckets()["Buckets"]:
        bucket(aws)
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://example.org"], **given}
    aws.s3.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": [rule]})


@refuses("s3.bucket_name", "InvalidBucketName")
def dots_together(aws: Aws) -> None:
    bucket(aws, "a.bucket")
    bucket(aws, "a..bucket")


@refuses("s3.bucket_name", "InvalidBucketName")
def like_an_address(aws: Aws) -> None:
    bucket(aws, "10.0.0.1")


@refuses("s3.reserved_bucket_name", "InvalidBucketName")
def reserved_prefix(aws: Aws) -> None:
    bucket(aws, "xn--bucket")


@refuses("s3.reserved_bucket_name", "InvalidBucketName")
def reserved_suffix(aws: Aws) -> None:
    bucket(aws, "bucket-s3alias")


@refused_by_moto("InvalidRequest")
def cors_method(aws: Aws) -> None:
    cors(aws, AllowedMethods=["PATCH"])


@refuses("s3.cors_wildcards", "InvalidRequest")
def cors_origin(aws: Aws) -> None:
    cors(aws, AllowedOrigins=["https://*.example.org"])
    cors(aws, AllowedOrigins=["https://*.*.example.org"])


@refuses("s3.cors_wildcards", "InvalidRequest")
def cors_header(aws: Aws) -> None:
    cors(aws, AllowedHeaders=["x-*-*"])


@refuses("s3.cors_exposed_header", "InvalidRequest")
def cors_exposed_header(aws: Aws) -> None:
    cors(aws, ExposeHeaders=["ETag"])
    cors(aws, ExposeHeaders=["*"])


@refuses("s3.lifecycle_days", "InvalidArgument")
def abort_after_nothing(aws: Aws) -> None:
    lifecycle(aws, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})
    lifecycle(aws, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 0})


@refuses("s3.lifecycle_days", "InvalidArgument")
def noncurrent_after_nothing(aws: Aws) -> None:
    lifecycle(aws, NoncurrentVersionExpiration={"NoncurrentDays": 0})


@refuses("s3.lifecycle_rule_id", "InvalidArgument")
def long_rule_id(aws: Aws) -> None:
    lifecycle(aws, ID="a" * 256, Expiration={"Days": 1})


@refuses("s3.lifecycle_date", "InvalidArgument")
def expiration_at_noon(aws: Aws) -> None:
    lifecycle(aws, Expiration={"Date": "2030-01-01T00:00:00Z"})
    lifecycle(aws, Expiration={"Date": "2030-01-01T12:00:00Z"})


@refuses("s3.lifecycle_expiration", "MalformedXML")
def expiration_by_days_and_date(aws: Aws) -> None:
    lifecycle(aws, Expiration={"Days": 1, "Date": "2030-01-01T00:00:00Z"})


@refused_by_moto("InvalidArgument")
def infrequent_at_once(aws: Aws) -> None:
    lifecycle(aws, Transitions=[{"Days": 7, "StorageClass": "STANDARD_IA"}])


@refuses("s3.encryption_key", "InvalidArgument")
def key_for_aes(aws: Aws) -> None:
    bucket(aws)
    default = {"SSEAlgorithm": "AES256", "KMSMasterKeyID": "alias/own"}
    aws.s3.put_bucket_encryption(
        Bucket=NAME,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )


def replicate(aws: Aws, target: str) -> None:
    versioned(aws, NAME)
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
    }
    aws.s3.put_bucket_replication(
        Bucket=NAME,
        ReplicationConfiguration={"Role": "arn:aws:iam::123456789012:role/replicate", "Rules": [rule]},
    )


def versioned(aws: Aws, name: str, status: str = "Enabled") -> None:
    aws.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})


@refuses("s3.replication_target", "InvalidRequest")
def replication_to_nothing(aws: Aws) -> None:
    bucket(aws)
    replicate(aws, "nothing")


@refuses("s3.replication_target", "InvalidRequest")
def replication_to_unversioned(aws: Aws) -> None:
    bucket(aws)
    bucket(aws, "target")
    replicate(aws, "target")


@refuses("s3.versioning_of_replicated", "InvalidBucketState")
def suspended_while_replicated(aws: Aws) -> None:
    bucket(aws)
    bucket(aws, "target")
    versioned(aws, "target")
    replicate(aws, "target")
    versioned(aws, NAME, "Suspended")


@refuses("s3.versioning_of_locked", "InvalidBucketState")
def suspended_while_locked(aws: Aws) -> None:
    bucket(aws, ObjectLockEnabledForBucket=True)
    versioned(aws, NAME, "Suspended")


@refused_by_moto("InvalidTargetBucketForLogging")
def logging_to_nothing(aws: Aws) -> None:
    bucket(aws)
    target = {"TargetBucket": "nothing", "TargetPrefix": ""}
    aws.s3.put_bucket_logging(Bucket=NAME, BucketLoggingStatus={"LoggingEnabled": target})


@refused_by_moto("BucketNotEmpty")
def not_empty(aws: Aws) -> None:
    bucket(aws)
    aws.s3.put_object(Bucket=NAME, Key="a", Body=b"")
    aws.s3.delete_bucket(Bucket=NAME)


@refused_by_moto("BadRequest")
def too_many_object_tags(aws: Aws) -> None:
    bucket(aws)
    tags = [{"Key": str(number), "Value": ""} for number in range(11)]
    aws.s3.put_object(Bucket=NAME, Key="a", Body=b"")
    aws.s3.put_object_tagging(Bucket=NAME, Key="a", Tagging={"TagSet": tags})


@refuses("s3.bucket_tags", "BadRequest")
def too_many_bucket_tags(aws: Aws) -> None:
    bucket(aws)
    tags = [{"Key": str(number), "Value": ""} for number in range(51)]
    aws.s3.put_bucket_tagging(Bucket=NAME, Tagging={"TagSet": tags})


@refused_by_moto("PreconditionFailed")
def wrong_etag(aws: Aws) -> None:
    bucket(aws)
    aws.s3.put_object(Bucket=NAME, Key="lock", Body=b"1")
    aws.s3.put_object(Bucket=NAME, Key="lock", Body=b"2", IfMatch='"0123"')


@refuses("s3.notification_topic", "InvalidArgument")
def notification_to_nothing(aws: Aws) -> None:
    bucket(aws)
    topic = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:nothing", "Events": ["s3:ObjectCreated:*"]}
    aws.s3.put_bucket_notification_configuration(
        Bucket=NAME, NotificationConfiguration={"TopicConfigurations": [topic]}
    )
