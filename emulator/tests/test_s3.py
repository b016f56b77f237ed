# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""S3: what a new bucket has, and what is refused."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

BUCKET = "sdt-test"
ARN = f"arn:aws:s3:::{BUCKET}"


@pytest.fixture
def s3(emulator):
    client = emulator.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def refused(code, call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_new_bucket_is_closed_owned_and_encrypted(s3):
    blocked = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert blocked and all(blocked.values())
    rule = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"][0]
    assert rule == {"ObjectOwnership": "BucketOwnerEnforced"}
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert encryption["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_deleting_the_encryption_brings_the_default_back(s3):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.delete_bucket_encryption(Bucket=BUCKET)
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_no_access_control_lists_where_the_owner_is_enforced(s3):
    refused("AccessControlListNotSupported", s3.put_bucket_acl, Bucket=BUCKET, ACL="public-read")
    refused("InvalidBucketAclWithObjectOwnership", s3.create_bucket, Bucket="sdt-open", ACL="public-read")
    s3.put_bucket_acl(Bucket=BUCKET, ACL="private")
    s3.create_bucket(Bucket="sdt-writer", ObjectOwnership="ObjectWriter")
    s3.put_bucket_acl(Bucket="sdt-writer", ACL="log-delivery-write")
    s3.create_bucket(Bucket="sdt-lists", ObjectOwnership="ObjectWriter", ACL="log-delivery-write")
    assert len(s3.get_bucket_acl(Bucket="sdt-lists")["Grants"]) > 1


def test_what_moto_does_not_know_is_not_taken_for_the_bucket(emulator, s3):
    refused("EmulatorNotImplemented", s3.delete_bucket_analytics_configuration, Bucket=BUCKET, Id="a")
    refused("EmulatorNotImplemented", s3.get_bucket_analytics_configuration, Bucket=BUCKET, Id="a")
    s3.head_bucket(Bucket=BUCKET)


def test_a_bucket_of_another_account_is_closed(emulator, s3):
    role = emulator.client("sts").assume_role(RoleArn="arn:aws:iam::222222222222:role/other", RoleSessionName="other")
    keys = role["Credentials"]
    other = emulator.client(
        "s3",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    refused("403", other.head_bucket, Bucket=BUCKET)
    assert refused("BucketAlreadyExists", other.create_bucket, Bucket=BUCKET) == 409
    statement = allow("s3:ListBucket", ARN, {"AWS": "arn:aws:iam::222222222222:root"})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(statement))
    other.head_bucket(Bucket=BUCKET)


# -- policies


def allow(action, resource, principal, **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, "Principal": principal, **more}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


LOGS = {"Service": "delivery.logs.amazonaws.com"}


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        '{"Version": "2012-10-17"}',
        policy(),
        policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}),
        policy(allow("s3:GetObject", f"{ARN}/*", LOGS, Conditions={})),
        policy(allow("s3:GetObject", "arn:aws:s3:::another/*", LOGS)),
        policy(allow("s3:PutObject", ARN, LOGS)),
        policy(allow("s3:GetBucketAcl", f"{ARN}/*", LOGS)),
        policy(allow("s3:GetObject", f"{ARN}/*", {"AWS": "somebody"})),
        policy(allow("ec2:RunInstances", ARN, LOGS)),
        policy(allow("s3:GetObject", f"{ARN}/*", LOGS, Sid="a"), allow("s3:PutObject", f"{ARN}/*", LOGS, Sid="a")),
    ],
)
def test_a_malformed_policy_is_refused(s3, document):
    assert refused("MalformedPolicy", s3.put_bucket_policy, Bucket=BUCKET, Policy=document) == 400


def test_a_public_policy_is_refused_while_blocked(s3):
    public = policy(allow("s3:GetObject", f"{ARN}/*", "*"))
    assert refused("AccessDenied", s3.put_bucket_policy, Bucket=BUCKET, Policy=public) == 403
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=public)


def test_policies_for_services_and_denials_are_accepted(s3):
    tls = {"Effect": "Deny", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"], "Principal": "*"}
    tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    document = policy(tls, allow("s3:PutObject", f"{ARN}/AWSLogs/*", LOGS), allow(["s3:GetBucketAcl"], ARN, LOGS))
    s3.put_bucket_policy(Bucket=BUCKET, Policy=document)
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == json.loads(document)


def test_denying_requests_without_tls_leaves_the_others(s3):
    tls = {"Effect": "Deny", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"], "Principal": "*"}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy({**tls, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}))
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"1")
    assert s3.get_object(Bucket=BUCKET, Key="a")["Body"].read() == b"1"
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy({**tls, "Action": "s3:GetObject", "Resource": f"{ARN}/*"}))
    refused("403", s3.get_object, Bucket=BUCKET, Key="a")


def test_access_logs_need_a_policy_that_lets_them_in(s3):
    s3.create_bucket(Bucket="sdt-source")
    status = {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "source/"}}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{ARN}/*"}
    deny["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    for resource, enough in ((f"{ARN}/other/*", False), (f"{ARN}/source/*", True)):
        logging = allow("s3:PutObject", [resource], {"Service": "logging.s3.amazonaws.com"})
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(deny, logging))
        if enough:
            s3.put_bucket_logging(Bucket="sdt-source", BucketLoggingStatus=status)
        else:
            refused(
                "InvalidTargetBucketForLogging",
                s3.put_bucket_logging,
                Bucket="sdt-source",
                BucketLoggingStatus=status,
            )
    assert s3.get_bucket_logging(Bucket="sdt-source")["LoggingEnabled"] == status["LoggingEnabled"]


# -- lifecycle


def rule(name="a", **more):
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": ""}, **more}


def put(s3, *rules, **more):
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)}, **more)


def moves(*steps):
    return [{"Days": days, "StorageClass": name} for days, name in steps]


def test_a_lifecycle_comes_back_whole(s3):
    rules = [
        rule(
            Filter={"And": {"Prefix": "x/", "ObjectSizeGreaterThan": 1024}},
            Transitions=moves((0, "INTELLIGENT_TIERING")),
            NoncurrentVersionExpiration={"NoncurrentDays": 90, "NewerNoncurrentVersions": 3},
        ),
        rule("b", Expiration={"ExpiredObjectDeleteMarker": True}),
        rule("c", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
    ]
    put(s3, *rules, TransitionDefaultMinimumObjectSize="varies_by_storage_class")
    found = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)
    assert found["Rules"] == rules
    assert found["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    s3.delete_bucket_lifecycle(Bucket=BUCKET)
    refused("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=BUCKET)


@pytest.mark.parametrize(
    ("code", "rules"),
    [
        ("MalformedXML", []),
        ("MalformedXML", [{"ID": "a", "Status": "Enabled", "Expiration": {"Days": 1}}]),
        ("InvalidRequest", [rule()]),
        ("InvalidArgument", [rule(Expiration={"Days": 1}), rule(Expiration={"Days": 2})]),
        ("InvalidArgument", [rule(Transitions=moves((29, "STANDARD_IA")))]),
        ("InvalidArgument", [rule(Transitions=moves((30, "STANDARD_IA"), (45, "GLACIER")))]),
        ("InvalidArgument", [rule(Transitions=moves((30, "GLACIER"), (60, "STANDARD_IA")))]),
        ("InvalidArgument", [rule(Transitions=moves((30, "GLACIER")), Expiration={"Days": 30})]),
        (
            "InvalidArgument",
            [rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 1, "StorageClass": "STANDARD_IA"}])],
        ),
        ("InvalidArgument", [rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101})]),
        (
            "InvalidRequest",
            [
                rule(
                    Filter={"Tag": {"Key": "a", "Value": "b"}},
                    AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7},
                )
            ],
        ),
    ],
)
def test_an_impossible_lifecycle_is_refused(s3, code, rules):
    with pytest.raises(ClientError) as error:
        put(s3, *rules)
    assert error.value.response["Error"]["Code"] == code


def test_a_possible_lifecycle_is_accepted(s3):
    put(
        s3, rule(Transitions=moves((30, "STANDARD_IA"), (90, "GLACIER_IR"), (200, "GLACIER")), Expiration={"Days": 365})
    )


# -- intelligent tiering


def test_archive_tiers_come_back(s3):
    configuration = {"Id": "all", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    s3.put_bucket_intelligent_tiering_configuration(
        Bucket=BUCKET, Id="all", IntelligentTieringConfiguration=configuration
    )
    listed = s3.list_bucket_intelligent_tiering_configurations(Bucket=BUCKET)["IntelligentTieringConfigurationList"]
    one = s3.get_bucket_intelligent_tiering_configuration(Bucket=BUCKET, Id="all")["IntelligentTieringConfiguration"]
    assert listed == [configuration] == [one]
    s3.delete_bucket_intelligent_tiering_configuration(Bucket=BUCKET, Id="all")
    refused("NoSuchConfiguration", s3.get_bucket_intelligent_tiering_configuration, Bucket=BUCKET, Id="all")
    s3.head_bucket(Bucket=BUCKET)


def test_archive_tiers_have_bounds(s3):
    configuration = {"Id": "all", "Status": "Enabled", "Tierings": [{"Days": 30, "AccessTier": "ARCHIVE_ACCESS"}]}
    refused(
        "InvalidArgument",
        s3.put_bucket_intelligent_tiering_configuration,
        Bucket=BUCKET,
        Id="all",
        IntelligentTieringConfiguration=configuration,
    )


# -- deleting


def test_versions_and_markers_keep_a_bucket(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"1")
    s3.delete_object(Bucket=BUCKET, Key="a")
    assert refused("BucketNotEmpty", s3.delete_bucket, Bucket=BUCKET) == 409
    found = s3.list_object_versions(Bucket=BUCKET)
    left = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in [*found["Versions"], *found["DeleteMarkers"]]]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": left})
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize("place", [{}, {"LocationConstraint": "eu-west-1"}])
def test_tags_come_with_the_creating_call(emulator, place):
    client = emulator.client("s3", region="eu-west-1" if place else "us-east-1")
    tags = [{"Key": "Environment", "Value": "dev"}, {"Key": "Name", "Value": ""}]
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={**place, "Tags": tags})
    assert client.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags
    one = client.create_bucket(Bucket=f"{BUCKET}-2", CreateBucketConfiguration={**place, "Tags": tags[:1]})
    assert one and client.get_bucket_tagging(Bucket=f"{BUCKET}-2")["TagSet"] == tags[:1]
