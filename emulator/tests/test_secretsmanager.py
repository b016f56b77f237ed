# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Secrets Manager: names of deleted secrets, policies, copies, and that no value is recorded."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

from emulator.tests.documents import TRUST

NAME = "sdt/database"


@pytest.fixture
def secrets(emulator):
    client = emulator.client("secretsmanager")
    client.create_secret(Name=NAME, SecretString="hidden-first", Description="Credentials")
    return client


def refused(code, call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["Error"]["Message"]


def test_a_deleted_secret_keeps_its_name_and_takes_no_change(secrets):
    secrets.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    message = refused("InvalidRequestException", secrets.create_secret, Name=NAME, SecretString="x")
    assert "already scheduled for deletion" in message
    refused("InvalidRequestException", secrets.get_secret_value, SecretId=NAME)
    refused("InvalidRequestException", secrets.update_secret, SecretId=NAME, Description="x")
    refused("InvalidRequestException", secrets.put_secret_value, SecretId=NAME, SecretString="x")
    refused("InvalidRequestException", secrets.tag_resource, SecretId=NAME, Tags=[{"Key": "a", "Value": "b"}])
    refused("InvalidRequestException", secrets.untag_resource, SecretId=NAME, TagKeys=["a"])
    refused("InvalidRequestException", secrets.put_resource_policy, SecretId=NAME, ResourcePolicy='{"Statement": []}')
    refused(
        "InvalidRequestException",
        secrets.replicate_secret_to_regions,
        SecretId=NAME,
        AddReplicaRegions=[{"Region": "us-west-2"}],
    )
    assert secrets.describe_secret(SecretId=NAME)["DeletedDate"]


def test_it_is_restored_with_its_value_and_its_versions_go_on(secrets):
    secrets.delete_secret(SecretId=NAME)
    secrets.restore_secret(SecretId=NAME)
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "hidden-first"
    secrets.update_secret(SecretId=NAME, SecretString="hidden-second")
    stages = secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"].values()
    assert sorted(stages) == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    assert secrets.get_secret_value(SecretId=NAME, VersionStage="AWSPREVIOUS")["SecretString"] == "hidden-first"


def test_a_description_can_be_emptied(secrets):
    secrets.update_secret(SecretId=NAME, Description="")
    assert "Description" not in secrets.describe_secret(SecretId=NAME)


def test_a_copy_tells_its_key(secrets):
    regions = [{"Region": "us-west-2", "KmsKeyId": "alias/ours"}, {"Region": "eu-west-1"}]
    secrets.replicate_secret_to_regions(SecretId=NAME, AddReplicaRegions=regions)
    status = {one["Region"]: one["KmsKeyId"] for one in secrets.describe_secret(SecretId=NAME)["ReplicationStatus"]}
    assert status == {"us-west-2": "alias/ours", "eu-west-1": "alias/aws/secretsmanager"}


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_policies_are_looked_at(secrets, principal):
    refused("MalformedPolicyDocumentException", secrets.put_resource_policy, SecretId=NAME, ResourcePolicy="{}")
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    public = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    refused("PublicPolicyException", secrets.put_resource_policy, SecretId=NAME, ResourcePolicy=public)
    statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    secrets.put_resource_policy(SecretId=NAME, ResourcePolicy=json.dumps({"Statement": statement}))


def test_no_value_is_recorded(emulator, secrets):
    secrets.put_secret_value(SecretId=NAME, SecretString="hidden-second")
    secrets.update_secret(SecretId=NAME, SecretString="hidden-third")
    secrets.get_random_password()
    calls = emulator.requests()
    assert [call["resource"] for call in calls] == [NAME, NAME, NAME, None]
    assert "hidden" not in json.dumps(calls)


def test_what_belongs_to_a_database_is_rotated_by_it(emulator, secrets):
    rds = emulator.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="root1",
        ManageMasterUserPassword=True,
    )
    rds.get_waiter("db_instance_available").wait(WaiterConfig={"Delay": 0})
    rds.modify_db_instance(DBInstanceIdentifier="db", RotateMasterUserPassword=True, ApplyImmediately=True)
    arn = rds.describe_db_instances()["DBInstances"][0]["MasterUserSecret"]["SecretArn"]
    assert len(secrets.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True)["Versions"]) == 2


def test_a_secret_is_rotated_by_a_function(secrets):
    message = refused("InvalidRequestException", secrets.rotate_secret, SecretId=NAME)
    assert message == "No Lambda rotation function ARN is associated with this secret."
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "hidden-first"


def test_what_is_current_stays_so_until_the_function_has_finished(emulator, secrets):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("rotate.py", "def handler(event, context):\n    pass\n")
    emulator.client("iam").create_role(RoleName="rotate", AssumeRolePolicyDocument=TRUST.replace("ecs-tasks", "lambda"))
    function = emulator.client("lambda").create_function(
        FunctionName="rotate",
        Runtime="python3.12",
        Role="arn:aws:iam::123456789012:role/rotate",
        Handler="rotate.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    secrets.rotate_secret(
        SecretId=NAME,
        RotationLambdaARN=function["FunctionArn"],
        RotationRules={"AutomaticallyAfterDays": 30},
    )
    found = secrets.describe_secret(SecretId=NAME)
    assert found["RotationEnabled"]
    assert sorted(found["VersionIdsToStages"].values()) == [["AWSCURRENT"], ["AWSPENDING"]]
    assert secrets.get_secret_value(SecretId=NAME)["SecretString"] == "hidden-first"


def test_versions_are_listed_with_the_moment_they_were_made(secrets):
    known = {one["VersionId"]: one for one in secrets.list_secret_version_ids(SecretId=NAME)["Versions"]}
    made = [one["CreatedDate"] for one in known.values() if one["VersionStages"] == ["AWSCURRENT"]]
    time.sleep(1.1)
    again = secrets.list_secret_version_ids(SecretId=NAME)
    assert again["Name"] == NAME and again["ARN"].startswith("arn:aws:secretsmanager:")
    assert [one["CreatedDate"] for one in again["Versions"]] == made
    secrets.put_secret_value(SecretId=NAME, SecretString="second")
    secrets.put_secret_value(SecretId=NAME, SecretString="third")
    stages = sorted(one["VersionStages"] for one in secrets.list_secret_version_ids(SecretId=NAME)["Versions"])
    assert stages == [["AWSCURRENT"], ["AWSPREVIOUS"]]
    everything = secrets.list_secret_version_ids(SecretId=NAME, IncludeDeprecated=True)["Versions"]
    assert len(everything) == 3
    refused("ResourceNotFoundException", secrets.list_secret_version_ids, SecretId="nothing")
