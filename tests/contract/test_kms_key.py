# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of kms_key: keys on their way out, keys half made, and who may use one."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

NAME = "sdt-dev"
OPTIONS = {"name": NAME, "description": "Logs of sdt-dev", "rotation_period_days": 365, "tags": {"Environment": "dev"}}


@pytest.fixture
def key(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "kms_key", {**OPTIONS, **options}, check=check)

    return call


def keys(emulator: t.Any) -> list[str]:
    """The ARNs of all keys that are not AWS's."""
    kms = emulator.client("kms")
    found = [kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in kms.list_keys()["Keys"]]
    return [one["Arn"] for one in found if one["KeyManager"] == "CUSTOMER"]


def test_a_key_on_its_way_out_is_taken_into_use_again(emulator: t.Any, key: t.Any) -> None:
    first = key()["kms_key"]["arn"]
    key(state="absent", recovery_window_days=7)
    assert emulator.client("kms").describe_key(KeyId=first)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert not key(state="absent")["changed"]
    again = key(check=True)
    assert "scheduled_deletion" in again["actions"][0]["fields"]
    assert key()["kms_key"]["arn"] == first
    assert emulator.client("kms").describe_key(KeyId=first)["KeyMetadata"]["KeyState"] == "Enabled"
    assert emulator.client("kms").get_key_rotation_status(KeyId=first)["KeyRotationEnabled"]
    assert not key()["changed"]


def test_a_key_somebody_disabled_is_enabled(emulator: t.Any, key: t.Any) -> None:
    arn = key()["kms_key"]["arn"]
    emulator.client("kms").disable_key(KeyId=arn)
    assert key()["actions"][0]["fields"] == ["enabled"]
    assert emulator.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["Enabled"]


def test_a_key_that_never_got_its_alias_is_not_made_twice(emulator: t.Any, key: t.Any) -> None:
    emulator.faults({"kind": "access_denied", "service": "kms", "operation": "CreateAlias", "times": 1})
    with pytest.raises(ModuleFailed, match="kms:CreateAlias"):
        key()
    first = keys(emulator)
    assert len(first) == 1
    assert key()["kms_key"]["arn"] == first[0]
    assert keys(emulator) == first


def test_a_key_of_somebody_else_without_alias_is_left_alone(emulator: t.Any, key: t.Any) -> None:
    theirs = emulator.client("kms").create_key(
        Description=OPTIONS["description"], Tags=[{"TagKey": "Environment", "TagValue": "prod"}]
    )["KeyMetadata"]["Arn"]
    assert key()["kms_key"]["arn"] != theirs


@pytest.mark.parametrize("option", [{"rotation_period_days": 30}, {"state": "absent", "recovery_window_days": 3}])
def test_days_out_of_range_are_refused(emulator: t.Any, key: t.Any, option: dict[str, t.Any]) -> None:
    key()
    emulator.clear()
    with pytest.raises(ModuleFailed, match="_days is"):
        key(check=True, **option)
    assert emulator.mutations() == []


def test_logs_may_use_it_when_it_says_so(emulator: t.Any, key: t.Any) -> None:
    group = {"name": "/sdt/test", "kms_key": f"alias/{NAME}"}
    key(log_groups=False)
    with pytest.raises(ModuleFailed, match="not allowed to be used"):
        run_module(emulator.url, "logs_log_group", group)
    arn = key(log_groups=True)["kms_key"]["arn"]
    run_module(emulator.url, "logs_log_group", group)
    assert emulator.client("logs").describe_log_groups()["logGroups"][0]["kmsKeyId"] == arn


def test_a_policy_of_a_role_may_name_the_alias(emulator: t.Any, key: t.Any) -> None:
    arn = key()["kms_key"]["arn"]
    alias = arn.rpartition(":")[0] + f":alias/{NAME}"
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": alias}
    role = {
        "name": "reader",
        "trusted_services": ["ecs-tasks.amazonaws.com"],
        "policies": {"use": {"Version": "2012-10-17", "Statement": [statement]}},
    }
    run_module(emulator.url, "iam_role", role)
    found = emulator.client("iam").get_role_policy(RoleName="reader", PolicyName="use")["PolicyDocument"]
    assert found["Statement"][0]["Resource"] == [arn]
    assert not run_module(emulator.url, "iam_role", role)["changed"]
