# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed, run_module

OWNER = {"Project": "sdt", "Environment": "dev", "ManagedBy": "ansible"}
TAGS = [{"Key": name, "Value": value} for name, value in OWNER.items()]


def look(emulator: t.Any, **options: t.Any) -> dict[str, t.Any]:
    emulator.clear()
    return run_module(emulator.url, "preflight_info", {"owner": OWNER, **options})


def refused(emulator: t.Any, **options: t.Any) -> str:
    with pytest.raises(ModuleFailed) as failed:
        look(emulator, **options)
    assert emulator.mutations() == []
    return str(failed.value)


def database(instance_class: str = "db.r5.large", **said: t.Any) -> dict[str, t.Any]:
    """A wanted database; its class is said by the variable of the replica."""
    return {"version": "15.4", "classes": [{"name": instance_class, "variable": "rds_replica_class"}], **said}


def test_an_account_that_can_take_it_is_told_so(emulator: t.Any) -> None:
    answer = look(
        emulator,
        vpcs=1,
        elastic_ips=2,
        load_balancers=1,
        databases=2,
        namespaces=1,
        apps=1,
        bucket_count=4,
        buckets=["quite-a-new-name"],
        least_vcpus=2,
        most_vcpus=5,
        database={
            "version": "15.4",
            "classes": [{"name": "db.r5.large", "variable": "rds_instance_class", "multi_az": True}],
            "zones": ["1", "us-east-1b"],
            "ca_certificate": "rds-ca-rsa2048-g1",
            "parameters": {"rds.force_ssl": True, "work_mem": "{DBInstanceClassMemory/65536}"},
        },
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        actions=["ec2:CreateVpc"],
    )
    assert answer["asked"] and not answer["changed"]
    assert emulator.mutations() == []


def test_what_is_complete_costs_one_request_about_it(emulator: t.Any) -> None:
    emulator.client("ec2").allocate_address(
        Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": TAGS}]
    )
    assert not look(emulator, elastic_ips=1, actions=["ec2:CreateVpc"])["asked"]
    assert [call["operation"] for call in emulator.requests()] == ["GetResources"]
    assert look(emulator, elastic_ips=2)["asked"]
    assert look(emulator, elastic_ips=1, everything=True)["asked"]


def test_a_quota_that_would_be_exceeded_is_named(emulator: t.Any) -> None:
    for _address in range(4):
        emulator.client("ec2").allocate_address(Domain="vpc")
    said = refused(emulator, elastic_ips=2)
    assert "EC2-VPC Elastic IPs" in said and "is 5, 4 are in use, and 2 more are needed" in said


def test_fargate_refuses_the_least_and_warns_of_the_most(emulator: t.Any) -> None:
    assert "the services need 8 at least" in refused(emulator, vpcs=1, least_vcpus=8, most_vcpus=20)
    assert "scaling ends before" in str(look(emulator, vpcs=1, least_vcpus=2, most_vcpus=20)["warnings"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"database": database("db.r99.large")}, ["db.r99.large", "(rds_replica_class)"]),
        ({"database": database("db.m7g.large", zones=["1", "use1-az3"])}, ["not in us-east-1e", "network_zones"]),
        ({"database": database(version="15.99")}, ["no PostgreSQL 15 from 15.99", "rds_engine_version"]),
        ({"database": database(ca_certificate="rds-ca-2015")}, ["rds-ca-2015", "rds-ca-rsa2048-g1", "rds_ca_"]),
        (
            {"database": database(parameters={"no_such": 1, "max_connections": "x"})},
            ["postgres15 has no parameter no_such", "max_connections of the family", "cannot be x", "(rds_parameters)"],
        ),
        ({"ssl_policy": "ELBSecurityPolicy-2099"}, ["ELBSecurityPolicy-2099", "alb_ssl_policy"]),
        ({"hosted_zone": "example.org"}, ["hosted zone example.org", "platform_hosted_zone"]),
        (
            {"certificate": "arn:aws:acm:us-east-1:123456789012:certificate/8c5a3b1e-0000-4000-8000-000000000001"},
            ["platform_certificate_arn", "does not exist"],
        ),
        (
            {"kms_key": "arn:aws:kms:us-east-1:123456789012:key/8c5a3b1e-0000-4000-8000-000000000001"},
            ["platform_kms_key_arn", "does not exist"],
        ),
    ],
)
def test_what_is_not_there_is_named(emulator: t.Any, options: dict[str, t.Any], said: list[str]) -> None:
    message = refused(emulator, everything=True, **options)
    assert [part for part in said if part not in message] == []


def test_a_database_with_the_parameters_of_its_family_alone_can_be_made(emulator: t.Any) -> None:
    assert look(emulator, everything=True, database=database())["asked"]


def test_a_given_key_lets_those_use_it_that_have_to(emulator: t.Any) -> None:
    kms, topics = emulator.client("kms"), ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    key = kms.create_key()["KeyMetadata"]["Arn"]
    asked = {"everything": True, "kms_key": key, "publishers": topics}
    said = refused(emulator, **asked)
    assert "cloudwatch.amazonaws.com, events.amazonaws.com, logs.us-east-1.amazonaws.com use it" in said
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    services = {"Service": ["logs.us-east-1.amazonaws.com", *topics]}
    use = {"Effect": "Allow", "Principal": services, "Action": "kms:*", "Resource": "*"}
    policy["Statement"].append({**use, "Effect": "Deny", "Action": "kms:Encrypt"})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    assert "logs.us-east-1.amazonaws.com" in refused(emulator, **asked)
    policy["Statement"][-1] = use
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    assert look(emulator, **asked)["asked"]


def test_rds_is_not_asked_when_all_databases_are_there(emulator: t.Any) -> None:
    assert look(emulator, vpcs=1, database=database("db.t1.micro", version="9"))["asked"]
    assert "PostgreSQL 9" in refused(emulator, databases=1, database=database("db.t1.micro", version="9"))


def test_all_problems_are_told_at_once(emulator: t.Any) -> None:
    said = refused(emulator, everything=True, hosted_zone="example.org", vpcs=20)
    assert "example.org" in said and "L-F678F1CE" in said


def test_rights_the_caller_lacks_are_named(emulator: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    iam = emulator.client("iam")
    iam.create_user(UserName="builder")
    statement = {"Effect": "Allow", "Action": ["ec2:*", "iam:Simulate*", "tag:*", "sts:*"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="builder", PolicyName="some", PolicyDocument=policy)
    keys = iam.create_access_key(UserName="builder")["AccessKey"]
    actions = ["ec2:CreateVpc", "rds:CreateDBInstance"]
    given = {
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "everything": True,
        "actions": actions,
    }
    said = refused(emulator, **given)
    assert "user/builder is not allowed rds:CreateDBInstance" in said and "CreateVpc" not in said
    assert "rds:CreateDBInstance" in str(look(emulator, **given, rights="warn")["warnings"])
