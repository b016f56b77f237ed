# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which rights calls needed is kept on request."""

from __future__ import annotations

TAGS = {"ResourceType": "vpc", "Tags": [{"Key": "Environment", "Value": "prod"}]}
BASE = "arn:aws:ec2:us-east-1:123456789012"


def test_nothing_is_kept_before_it_is_asked_for(emulator):
    emulator.client("ec2").describe_vpcs()
    assert emulator.rights() == []


def test_an_action_is_kept_once_with_what_a_policy_could_ask(emulator):
    ec2 = emulator.client("ec2")
    emulator.record_rights()
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[TAGS])["Vpc"]["VpcId"]
    ec2.describe_vpcs()
    ec2.describe_vpcs()
    ec2.delete_vpc(VpcId=vpc)
    found = [(one["action"], one["resource"]) for one in emulator.rights()]
    assert found == [
        ("ec2:CreateVpc", f"{BASE}:vpc/*"),
        ("ec2:CreateTags", f"{BASE}:vpc/*"),
        ("ec2:DescribeVpcs", "*"),
        ("ec2:DeleteVpc", f"{BASE}:vpc/{vpc}"),
    ]
    create, tags, _describe, delete = emulator.rights()
    assert create["request_tags"] == {"Environment": "prod"} and create["resource_tags"] == {}
    assert tags["context"] == {"ec2:CreateAction": ["CreateVpc"]}
    assert delete["resource_tags"] == {"Environment": "prod"}


def test_a_role_that_is_handed_on_says_to_whom(emulator):
    trust = '{"Statement": {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, %s}}'
    trust %= '"Action": "sts:AssumeRole"'
    emulator.client("iam").create_role(RoleName="task", AssumeRolePolicyDocument=trust)
    emulator.record_rights()
    emulator.client("ecs").register_task_definition(
        family="one",
        taskRoleArn="arn:aws:iam::123456789012:role/task",
        containerDefinitions=[{"name": "a", "image": "a", "memory": 64}],
    )
    (passed,) = [one for one in emulator.rights() if one["action"] == "iam:PassRole"]
    assert passed["resource"] == "arn:aws:iam::123456789012:role/task"
    assert passed["context"] == {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}


def test_it_is_forgotten(emulator):
    emulator.record_rights()
    emulator.client("iam").list_roles()
    emulator.forget_rights()
    assert emulator.rights() == []
    emulator.record_rights(False)
    emulator.client("iam").list_roles()
    assert emulator.rights() == []
