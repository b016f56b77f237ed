# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A role that asks for an external id gets it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/deploy"


@pytest.fixture
def sts(emulator):
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": "*"},
        "Condition": {"StringEquals": {"sts:ExternalId": "sdt"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
    return emulator.client("sts")


@pytest.mark.parametrize("given", [{}, {"ExternalId": "other"}])
def test_without_the_right_external_id_access_is_denied(sts, given):
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=ROLE, RoleSessionName="test", **given)


def test_with_the_right_external_id_the_role_is_assumed(emulator, sts):
    answer = sts.assume_role(RoleArn=ROLE, RoleSessionName="test", ExternalId="sdt", SourceIdentity="someone")
    assert answer["SourceIdentity"] == "someone"
    credentials = answer["Credentials"]
    assumed = emulator.client(
        "sts",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    assert assumed.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/deploy/test"


def keys(credentials):
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials.get("SessionToken"),
    }


def test_a_session_token_stands_for_the_user(emulator):
    iam = emulator.client("iam")
    iam.create_user(UserName="kim")
    user = keys(iam.create_access_key(UserName="kim")["AccessKey"])
    allowed = {"Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="kim", PolicyName="inline", PolicyDocument=document)
    emulator.enforce_iam()
    session = keys(emulator.client("sts", **user).get_session_token(DurationSeconds=900)["Credentials"])
    assert emulator.client("sts", **session).get_caller_identity()["Arn"].endswith(":user/kim")
    assert emulator.client("ecs", **session).list_clusters()["clusterArns"] == []
    with pytest.raises(ClientError, match="AccessDenied"):
        emulator.client("ecs", **session).create_cluster(clusterName="c")
    assert len(iam.list_access_keys(UserName="kim")["AccessKeyMetadata"]) == 1
    emulator.times(advance=901)
    with pytest.raises(ClientError, match="ExpiredToken"):
        emulator.client("ecs", **session).list_clusters()


def test_a_session_token_of_the_root_user_and_of_a_role(emulator, sts):
    emulator.enforce_iam()
    root = keys(sts.get_session_token()["Credentials"])
    assert emulator.client("ecs", **root).create_cluster(clusterName="c")["cluster"]["status"] == "ACTIVE"
    role = keys(sts.assume_role(RoleArn=ROLE, RoleSessionName="test", ExternalId="sdt")["Credentials"])
    with pytest.raises(ClientError, match="session credentials"):
        emulator.client("sts", **role).get_session_token()
