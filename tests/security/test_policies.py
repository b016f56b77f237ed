# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every policy of an environment, as it is in the account: least privilege, and nobody's deputy."""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path += [str(ROOT / "tools"), str(ROOT / "tests" / "site")]

import walks
from policy_rules import problems, resource_problems
from runs import SERVICES, playbook

from emulator import testing

PREFIX = "sdt-staging"
# With all that makes policies of its own: users in the database, traces, and commands in containers.
SETTINGS = {"platform_database_users": True, "platform_tracing": True, "ecs_platform_execute_command": True}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[testing.Emulator]:
    with testing.start() as running:
        inventory = walks.edited(tmp_path_factory.mktemp("inventory"), "staging", SETTINGS)
        walks.converged(running, inventory, PREFIX)
        closing = ("-e", "maintenance=on", "-e", "confirm=staging")
        for name, *options in (("maintenance.yml", *closing), ("sleep.yml",)):
            playbook(running.url, f"playbooks/{name}", inventory, *options).must_succeed()
        yield running


@pytest.fixture(scope="module")
def roles(emulator: testing.Emulator) -> dict[str, dict[str, t.Any]]:
    details = emulator.client("iam").get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    return {one["RoleName"]: one for one in details if not one["RoleName"].startswith("AWSServiceRole")}


def test_rights_are_the_least(roles: dict[str, dict[str, t.Any]]) -> None:
    assert len(roles) > 2 * len(SERVICES)
    found = {
        f"{name}: {one}"
        for name, role in roles.items()
        for policy in role["RolePolicyList"]
        for one in problems(policy["PolicyDocument"])
    }
    assert found == set()


def test_roles_are_assumed_for_this_account_only(roles: dict[str, dict[str, t.Any]]) -> None:
    for name, role in roles.items():
        assert resource_problems(role["AssumeRolePolicyDocument"]) == [], name
        assert "aws:SourceAccount" in json.dumps(role["AssumeRolePolicyDocument"]), name


def test_each_service_has_a_task_role_of_its_own(emulator: testing.Emulator) -> None:
    ecs = emulator.client("ecs")
    described = ecs.describe_services(cluster=PREFIX, services=list(SERVICES))["services"]
    tasks = [ecs.describe_task_definition(taskDefinition=one["taskDefinition"])["taskDefinition"] for one in described]
    assert len({one["taskRoleArn"] for one in tasks}) == len(SERVICES)
    assert len({one["executionRoleArn"] for one in tasks}) == len(SERVICES)


def test_resources_are_open_to_nobody_and_nobodys_deputy(emulator: testing.Emulator) -> None:
    s3, sns, kms, secrets = (emulator.client(name) for name in ("s3", "sns", "kms", "secretsmanager"))
    policies = {one["Name"]: s3.get_bucket_policy(Bucket=one["Name"])["Policy"] for one in s3.list_buckets()["Buckets"]}
    for topic in sns.list_topics()["Topics"]:
        policies[topic["TopicArn"]] = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]["Policy"]
    key = kms.describe_key(KeyId=f"alias/{PREFIX}")["KeyMetadata"]["KeyId"]
    policies["key"] = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    for secret in secrets.list_secrets()["SecretList"]:
        policies[secret["Name"]] = secrets.get_resource_policy(SecretId=secret["Name"])["ResourcePolicy"]
        assert "aws:PrincipalAccount" in policies[secret["Name"]]
    assert len(policies) > 4 + 1 + 1 + 1
    assert {f"{name}: {one}" for name, text in policies.items() for one in resource_problems(json.loads(text))} == set()


class TestSandbox:
    """Code nobody vouches for: no way to the database, no secret, no credentials that are good for anything."""

    @pytest.fixture(scope="class")
    def task(self, emulator: testing.Emulator) -> dict[str, t.Any]:
        ecs = emulator.client("ecs")
        (service,) = ecs.describe_services(cluster=PREFIX, services=["sandbox-runner"])["services"]
        found = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        return {**found, "network": service["networkConfiguration"]["awsvpcConfiguration"]}

    def test_its_credentials_are_good_for_nothing(self, task: dict[str, t.Any], roles: dict[str, t.Any]) -> None:
        role = roles[task["taskRoleArn"].rpartition("/")[2]]
        assert role["RolePolicyList"] == [] and role["AttachedManagedPolicies"] == []

    def test_it_is_given_no_secret(self, task: dict[str, t.Any], roles: dict[str, t.Any]) -> None:
        assert all(not one.get("secrets") for one in task["containerDefinitions"])
        assert "secretsmanager" not in json.dumps(roles[task["executionRoleArn"].rpartition("/")[2]]["RolePolicyList"])

    def test_it_has_no_way_to_the_database(self, emulator: testing.Emulator, task: dict[str, t.Any]) -> None:
        ec2, rds = emulator.client("ec2"), emulator.client("rds")
        own = set(task["network"]["securityGroups"])
        groups = {one["GroupId"]: one for one in ec2.describe_security_groups()["SecurityGroups"]}
        for instance in rds.describe_db_instances()["DBInstances"]:
            for one in instance["VpcSecurityGroups"]:
                for rule in groups[one["VpcSecurityGroupId"]]["IpPermissions"]:
                    assert not own & {pair["GroupId"] for pair in rule["UserIdGroupPairs"]}
                    assert rule["IpRanges"] == [] and rule["Ipv6Ranges"] == [] and rule["PrefixListIds"] == []
        for group in own:
            for rule in groups[group]["IpPermissionsEgress"]:
                assert rule["IpProtocol"] != "-1" and not rule.get("FromPort", 0) <= 5432 <= rule.get("ToPort", 65535)
