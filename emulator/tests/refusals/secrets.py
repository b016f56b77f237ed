# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Secrets Manager and KMS."""

from __future__ import annotations

import json

from emulator.tests.refusals import Aws, refused_by_moto, refuses


def key_policy(principal: str = "arn:aws:iam::123456789012:root", action: str = "kms:*") -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@refuses("secretsmanager.secret_name", "ValidationException")
def secret_name(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="app/database+main@1", SecretString="x")
    aws.secretsmanager.create_secret(Name="app database", SecretString="x")


@refuses("secretsmanager.one_value", "InvalidParameterException")
def text_and_binary(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x", SecretBinary=b"x")


@refuses("secretsmanager.encryption_key", "EncryptionFailure")
def unknown_key(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["Arn"]
    aws.secretsmanager.create_secret(Name="a", SecretString="x", KmsKeyId=key)
    aws.secretsmanager.create_secret(Name="b", SecretString="x", KmsKeyId="alias/nothing")


@refused_by_moto("InvalidParameterException")
def forced_with_window(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x")
    aws.secretsmanager.delete_secret(SecretId="a", RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)


@refused_by_moto("InvalidRequestException")
def name_in_recovery_window(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x")
    aws.secretsmanager.delete_secret(SecretId="a")
    aws.secretsmanager.create_secret(Name="a", SecretString="x")


@refused_by_moto("InvalidParameterException")
def secret_with_replicas(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x", AddReplicaRegions=[{"Region": "eu-west-1"}])
    aws.secretsmanager.delete_secret(SecretId="a")


@refused_by_moto("InvalidParameterException")
def replica_at_home(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x", AddReplicaRegions=[{"Region": "us-east-1"}])


@refuses("secretsmanager.policy_principals", "MalformedPolicyDocumentException")
def policy_of_unknown_role(aws: Aws) -> None:
    aws.secretsmanager.create_secret(Name="a", SecretString="x")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/nobody"},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.secretsmanager.put_resource_policy(SecretId="a", ResourcePolicy=policy)


@refuses("kms.policy_grammar", "MalformedPolicyDocumentException")
def key_policy_grammar(aws: Aws) -> None:
    aws.kms.create_key(Policy=key_policy())
    aws.kms.create_key(Policy="{}")


@refuses("kms.policy_principals", "MalformedPolicyDocumentException")
def key_of_unknown_role(aws: Aws) -> None:
    aws.kms.create_key(Policy=key_policy("arn:aws:iam::123456789012:role/nobody"), BypassPolicyLockoutSafetyCheck=True)


@refuses("kms.policy_lockout", "MalformedPolicyDocumentException")
def key_policy_lockout(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    aws.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(action="kms:Encrypt"))


@refuses("kms.key_in_deletion", "KMSInvalidStateException")
def key_in_deletion(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    aws.kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    aws.kms.enable_key_rotation(KeyId=key)


@refuses("kms.key_enabled", "DisabledException")
def disabled_key(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    aws.kms.disable_key(KeyId=key)
    aws.kms.enable_key_rotation(KeyId=key)


@refused_by_moto("ValidationException")
def alias_name(aws: Aws) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    aws.kms.create_alias(AliasName="main", TargetKeyId=key)


@refused_by_moto("NotFoundException")
def unknown_alias(aws: Aws) -> None:
    aws.kms.delete_alias(AliasName="alias/nothing")
