# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every value is held against AWS's model, and refused with the code and in the protocol of its service."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

UNCHECKED = Config(parameter_validation=False)
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1234567890123456"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "text"),
    [
        # required
        ("ec2", "create_subnet", {"CidrBlock": "10.0.0.0/24"}, "MissingParameter", "the parameter VpcId"),
        ("rds", "create_db_instance", {"Engine": "postgres"}, "MissingParameter", "DBInstanceIdentifier"),
        ("iam", "get_role", {}, "ValidationError", "Value null at 'roleName'"),
        ("ecs", "create_service", {}, "InvalidParameterException", "Value null at 'serviceName'"),
        ("logs", "put_retention_policy", {"logGroupName": "a"}, "InvalidParameterException", "retentionInDays"),
        ("amplify", "create_app", {}, "BadRequestException", "Value null at 'name'"),
        # enum
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "x"}, "InvalidParameterValue", "enum"),
        ("ecs", "create_service", {"serviceName": "a", "launchType": "X"}, "InvalidParameterException", "enum value"),
        ("s3", "create_bucket", {"Bucket": "abc", "ACL": "x"}, "InvalidArgument", "enum value set"),
        # pattern and length
        ("iam", "create_role", {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"}, "ValidationError", "pattern"),
        ("ecr", "create_repository", {"repositoryName": "App"}, "InvalidParameterException", "pattern"),
        ("logs", "create_log_group", {"logGroupName": "what?"}, "InvalidParameterException", "pattern"),
        ("kms", "create_key", {"Tags": [{"TagKey": "", "TagValue": ""}]}, "ValidationException", "tagKey"),
        ("servicediscovery", "create_http_namespace", {"Name": "a" * 1025}, "InvalidInput", "length less than"),
        # range
        (
            "elbv2",
            "create_listener",
            {"LoadBalancerArn": ARN, "Port": 70000, "DefaultActions": [{"Type": "forward"}]},
            "ValidationError",
            "Value '70000' at 'port'",
        ),
        ("secretsmanager", "list_secrets", {"MaxResults": 101}, "ValidationException", "less than or equal to 100"),
        # types
        ("ecs", "create_cluster", {"clusterName": 5}, "SerializationException", "NUMBER_VALUE"),
        ("ecs", "list_clusters", {"maxResults": "many"}, "SerializationException", "invalid literal"),
    ],
)
def test_values_out_of_bounds(emulator, service, operation, parameters, code, text):
    client = emulator.client(service, config=UNCHECKED)
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**parameters)
    response = refused.value.response
    assert response["Error"]["Code"] == code
    assert text in response["Error"]["Message"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-emulator-rule"] == "model"


def test_all_violations_are_told_at_once(emulator):
    with pytest.raises(ClientError, match="2 validation errors detected: .*'path'.*; .*'roleName'"):
        emulator.client("iam").create_role(RoleName="a b", Path="x", AssumeRolePolicyDocument="{}")


def test_a_configuration_of_a_bucket_is_bad_xml(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="a-bucket")
    with pytest.raises(ClientError, match="MalformedXML"):
        s3.put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration={"Status": "On"})


def test_what_the_model_lacks_is_taken(emulator):
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="logs", ObjectOwnership="ObjectWriter")
    s3.put_bucket_acl(Bucket="logs", ACL="log-delivery-write")


def test_secret_values_are_not_quoted(emulator):
    secret = "s" * 70000
    with pytest.raises(ClientError) as refused:
        emulator.client("secretsmanager").create_secret(Name="a", SecretString=secret)
    assert "secretString" in refused.value.response["Error"]["Message"]
    assert "sss" not in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"maxResults": []}', b'{"nextToken": {}}'])
def test_a_body_that_does_not_fit(emulator, body):
    headers = {
        "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListClusters",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/ecs/aws4_request",
    }
    request = urllib.request.Request(emulator.url, data=body, headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 400
    assert b"SerializationException" in refused.value.read()


def test_a_number_that_is_none_in_a_query(emulator):
    with pytest.raises(ClientError, match="MalformedInput"):
        emulator.client("rds", config=UNCHECKED).describe_db_instances(MaxRecords="many")
