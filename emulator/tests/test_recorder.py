# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the recorder says about a call."""

from __future__ import annotations

import contextlib
import json
import urllib.request

import pytest
from botocore.exceptions import ClientError


def recorded(emulator, service, operation, **parameters):
    emulator.clear()
    with contextlib.suppress(ClientError):
        getattr(emulator.client(service), operation)(**parameters)
    (call,) = emulator.requests()
    return call


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "name", "mutating", "resource"),
    [
        # One per protocol, and the operations whose names say little.
        ("ec2", "describe_vpcs", {"VpcIds": ["vpc-1", "vpc-2"]}, "DescribeVpcs", False, "vpc-1,vpc-2"),
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "CreateVpc", True, None),
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16", "DryRun": True}, "CreateVpc", False, None),
        (
            "ec2",
            "create_tags",
            {"Resources": ["vpc-1"], "Tags": [{"Key": "a", "Value": "b"}]},
            "CreateTags",
            True,
            "vpc-1",
        ),
        ("ecs", "create_service", {"cluster": "c", "serviceName": "api"}, "CreateService", True, "api"),
        ("ecs", "list_services", {"cluster": "c"}, "ListServices", False, "c"),
        ("ecr", "get_authorization_token", {}, "GetAuthorizationToken", False, None),
        (
            "ecr",
            "batch_get_image",
            {"repositoryName": "api", "imageIds": [{"imageTag": "1"}]},
            "BatchGetImage",
            False,
            "api",
        ),
        ("elbv2", "describe_load_balancers", {"Names": ["main"]}, "DescribeLoadBalancers", False, "main"),
        ("rds", "delete_db_instance", {"DBInstanceIdentifier": "db"}, "DeleteDBInstance", True, "db"),
        ("s3", "head_bucket", {"Bucket": "files-1"}, "HeadBucket", False, "files-1"),
        ("s3", "get_bucket_versioning", {"Bucket": "files-1"}, "GetBucketVersioning", False, "files-1"),
        (
            "s3",
            "put_bucket_tagging",
            {"Bucket": "files-1", "Tagging": {"TagSet": []}},
            "PutBucketTagging",
            True,
            "files-1",
        ),
        ("s3", "put_object", {"Bucket": "files-1", "Key": "a/b c"}, "PutObject", True, "files-1/a/b c"),
        ("s3", "list_objects_v2", {"Bucket": "files-1"}, "ListObjectsV2", False, "files-1"),
        (
            "s3",
            "delete_objects",
            {"Bucket": "files-1", "Delete": {"Objects": [{"Key": "a"}]}},
            "DeleteObjects",
            True,
            "files-1",
        ),
        ("s3", "list_buckets", {}, "ListBuckets", False, None),
        (
            "iam",
            "simulate_principal_policy",
            {"PolicySourceArn": "arn:aws:iam::1:role/r", "ActionNames": ["s3:*"]},
            "SimulatePrincipalPolicy",
            False,
            "arn:aws:iam::1:role/r",
        ),
        (
            "iam",
            "put_role_policy",
            {"RoleName": "r", "PolicyName": "p", "PolicyDocument": "{}"},
            "PutRolePolicy",
            True,
            "r",
        ),
        ("sts", "get_caller_identity", {}, "GetCallerIdentity", False, None),
        ("logs", "filter_log_events", {"logGroupName": "/sdt"}, "FilterLogEvents", False, "/sdt"),
        (
            "logs",
            "put_retention_policy",
            {"logGroupName": "/sdt", "retentionInDays": 7},
            "PutRetentionPolicy",
            True,
            "/sdt",
        ),
        ("cloudwatch", "delete_alarms", {"AlarmNames": ["a", "b"]}, "DeleteAlarms", True, "a,b"),
        ("route53", "get_hosted_zone", {"Id": "Z123"}, "GetHostedZone", False, "Z123"),
        ("dynamodb", "get_item", {"TableName": "locks", "Key": {"id": {"S": "x"}}}, "GetItem", False, "locks"),
        ("dynamodb", "put_item", {"TableName": "locks", "Item": {"id": {"S": "x"}}}, "PutItem", True, "locks"),
        ("kms", "encrypt", {"KeyId": "alias/a", "Plaintext": b"x"}, "Encrypt", False, "alias/a"),
        ("secretsmanager", "get_secret_value", {"SecretId": "s"}, "GetSecretValue", False, "s"),
        ("amplify", "delete_app", {"appId": "d1"}, "DeleteApp", True, "d1"),
        ("resourcegroupstaggingapi", "get_resources", {}, "GetResources", False, None),
        ("elb", "describe_load_balancers", {}, "DescribeLoadBalancers", False, None),
    ],
)
def test_operation_kind_and_resource(emulator, service, operation, parameters, name, mutating, resource):
    call = recorded(emulator, service, operation, **parameters)
    assert (call["service"], call["operation"], call["mutating"], call["resource"]) == (
        service,
        name,
        mutating,
        resource,
    )


def test_status_error_and_account(emulator):
    call = recorded(emulator, "ecs", "describe_services", cluster="none", services=["a"])
    assert (call["status"], call["error"], call["account"]) == (400, "ClusterNotFoundException", "123456789012")
    call = recorded(emulator, "s3", "get_bucket_tagging", Bucket="none")
    assert (call["status"], call["error"]) == (404, "NoSuchBucket")
    call = recorded(emulator, "ec2", "describe_subnets", SubnetIds=["subnet-00000000"])
    assert (call["status"], call["error"]) == (400, "InvalidSubnetID.NotFound")


def test_secrets_are_never_recorded(emulator):
    secret = "hunter2-hunter2"
    emulator.client("secretsmanager").create_secret(Name="db", SecretString=secret)
    emulator.client("rds").create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword=secret,
    )
    emulator.client("ssm").put_parameter(Name="/db", Value=secret, Type="SecureString")
    emulator.client("amplify").create_app(name="web", repository="https://github.com/sdt/web", accessToken=secret)
    with urllib.request.urlopen(f"{emulator.url}/_emulator/requests") as response:
        text = response.read().decode()
    assert [call["resource"] for call in json.loads(text)] == ["db", "db", "/db", "web"]
    assert secret not in text


def test_a_failed_write_counts_as_a_write(emulator):
    with pytest.raises(ClientError):
        emulator.client("ecs").delete_cluster(cluster="none")
    assert [call["operation"] for call in emulator.mutations()] == ["DeleteCluster"]
