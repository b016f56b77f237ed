# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Roles keep what an update does not mention; service-linked roles have AWS's names."""

from __future__ import annotations

import pytest

from emulator.tests.documents import TRUST

BOUNDARY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}'


@pytest.fixture
def iam(emulator):
    return emulator.client("iam")


def test_an_update_keeps_what_it_does_not_mention(iam):
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Description="first", MaxSessionDuration=7200)
    iam.update_role(RoleName="r", Description="second")
    iam.update_role(RoleName="r", MaxSessionDuration=14400)
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("second", 14400)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.update_role(RoleName="none", Description="x")


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
        ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
        ("elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"),
        ("ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"),
    ],
)
def test_a_service_linked_role_exists_once(iam, service, name):
    role = iam.create_service_linked_role(AWSServiceName=service)["Role"]
    assert role["Arn"] == f"arn:aws:iam::123456789012:role/aws-service-role/{service}/{name}"
    assert iam.get_role(RoleName=name)["Role"]["Path"] == f"/aws-service-role/{service}/"
    with pytest.raises(iam.exceptions.InvalidInputException, match=f"{name} has been taken"):
        iam.create_service_linked_role(AWSServiceName=service)


def test_a_suffix_is_for_services_that_allow_one(iam):
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="sdt")
    with pytest.raises(iam.exceptions.InvalidInputException):
        iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="sdt")
    with pytest.raises(iam.exceptions.InvalidInputException):
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com", CustomSuffix="sdt")
    assert iam.get_role(RoleName="AWSServiceRoleForAutoScaling_sdt")


def test_client_ids_of_an_identity_provider(iam):
    arn = iam.create_open_id_connect_provider(Url="https://token.example.org", ClientIDList=["a"])[
        "OpenIDConnectProviderArn"
    ]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="b")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="a")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["b"]


def test_attachment_counts_are_per_account(emulator, iam):
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="r", PolicyArn=policy)
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1
    assumed = emulator.client("sts").assume_role(RoleArn="arn:aws:iam::222222222222:role/x", RoleSessionName="test")[
        "Credentials"
    ]
    other = emulator.client(
        "iam",
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )
    assert other.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 0


def test_only_one_user_at_a_time_tells_its_boundary(iam):
    boundary = iam.create_policy(PolicyName="b", PolicyDocument=BOUNDARY)["Policy"]["Arn"]
    iam.create_user(UserName="kim", PermissionsBoundary=boundary)
    assert iam.get_user(UserName="kim")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert "PermissionsBoundary" not in iam.list_users()["Users"][0]
    assert "PermissionsBoundary" in iam.get_user(UserName="kim")["User"]


def test_the_details_of_an_account_come_in_pages(emulator):
    iam = emulator.client("iam")
    for number in range(5):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=TRUST)
    first = iam.get_account_authorization_details(Filter=["Role"], MaxItems=2)
    assert first["IsTruncated"] and len(first["RoleDetailList"]) == 2
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["Role"], PaginationConfig={"PageSize": 2}
    )
    names = [one["RoleName"] for page in pages for one in page["RoleDetailList"]]
    assert names == [f"role-{number}" for number in range(5)]
