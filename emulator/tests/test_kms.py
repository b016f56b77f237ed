# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keys are found by id and by ARN."""

from __future__ import annotations

import pytest


@pytest.fixture
def kms(emulator):
    return emulator.client("kms")


@pytest.mark.parametrize("identifier", ["KeyId", "Arn"])
def test_a_key_is_scheduled_for_deletion_and_saved(kms, identifier):
    metadata = kms.create_key()["KeyMetadata"]
    key = metadata[identifier]
    scheduled = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert (scheduled["KeyId"], scheduled["KeyState"], scheduled["PendingWindowInDays"]) == (
        metadata["Arn"],
        "PendingDeletion",
        7,
    )
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert kms.cancel_key_deletion(KeyId=key)["KeyId"] == metadata["Arn"]
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    kms.enable_key(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"] is True


def test_a_key_says_that_it_is_of_one_region(kms):
    assert kms.create_key()["KeyMetadata"]["MultiRegion"] is False
    assert kms.create_key(MultiRegion=True)["KeyMetadata"]["MultiRegion"] is True


def test_rotation_has_a_period(kms):
    key = kms.create_key()["KeyMetadata"]["Arn"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 180


def test_an_alias_moves_and_is_unique(kms):
    first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.create_alias(AliasName="alias/sdt", TargetKeyId=first)
    with pytest.raises(kms.exceptions.AlreadyExistsException):
        kms.create_alias(AliasName="alias/sdt", TargetKeyId=second)
    kms.update_alias(AliasName="alias/sdt", TargetKeyId=second)
    assert kms.describe_key(KeyId="alias/sdt")["KeyMetadata"]["KeyId"] == second
    assert [alias["AliasName"] for alias in kms.list_aliases(KeyId=second)["Aliases"]] == ["alias/sdt"]


def test_the_aliases_of_aws_are_reserved(kms):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(kms.exceptions.ClientError, match="NotAuthorizedException"):
        kms.create_alias(AliasName="alias/aws/sdt", TargetKeyId=key)


def test_the_keys_of_aws_are_no_customers(kms):
    managed = kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]
    assert managed["KeyManager"] == "AWS"
    assert kms.get_key_rotation_status(KeyId=managed["KeyId"])["KeyRotationEnabled"]
    assert kms.create_key()["KeyMetadata"]["KeyManager"] == "CUSTOMER"
