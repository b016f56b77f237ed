# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Secrets Manager: a secret waiting for its deletion keeps its name and takes no change, and policies are looked at."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.secretsmanager.exceptions import InvalidRequestException, SecretNotFoundException
from moto.secretsmanager.models import SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from emulator.clock import Stage, clock
from emulator.registry import mend
from emulator.times import DAY

MARKED = "You can't perform this operation on the secret because it was marked for deletion."


def check_alive(backend: SecretsManagerBackend, secret_id: str) -> None:
    if secret_id in backend.secrets and backend.secrets[secret_id].is_deleted():
        raise InvalidRequestException(MARKED)


@mend(SecretsManagerBackend)
def create_secret(original: Any, self: SecretsManagerBackend, name: str, **values: Any) -> str:
    if name in self.secrets and self.secrets[name].is_deleted():
        raise InvalidRequestException(
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    return original(self, name=name, **values)


@mend(SecretsManagerBackend)
def delete_secret(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    recovery_window_in_days: int | None,
    force_delete_without_recovery: bool,
) -> tuple[str, str, float]:
    """It is kept for its recovery window, and then gone.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    """
    arn, name, date = original(self, secret_id, recovery_window_in_days, force_delete_without_recovery)
    if name in self.secrets:
        window = (recovery_window_in_days or 30) * DAY
        gone = Stage("deleted", "secretsmanager.secret.deleting", lambda: self.secrets.pop(name), seconds=window)
        clock.begin(_group(self), arn, gone)
    else:
        clock.cancel(_group(self), arn)
    return arn, name, date


@mend(SecretsManagerBackend)
def restore_secret(original: Any, self: SecretsManagerBackend, secret_id: str) -> tuple[str, str]:
    arn, name = original(self, secret_id)
    clock.cancel(_group(self), arn)
    return arn, name


def _group(backend: SecretsManagerBackend) -> tuple[Any, str]:
    return backend, "secret"


@mend(SecretsManagerBackend)
def update_secret(original: Any, self: SecretsManagerBackend, secret_id: str, **values: Any) -> str:
    check_alive(self, secret_id)
    answer = original(self, secret_id=secret_id, **values)
    if values.get("description") is not None:  # moto takes an empty one for none
        self.secrets[secret_id].description = values["description"]
    return answer


@mend(SecretsManagerBackend)
def put_secret_value(original: Any, self: SecretsManagerBackend, secret_id: str, **values: Any) -> str:
    check_alive(self, secret_id)
    return original(self, secret_id=secret_id, **values)


@mend(SecretsManagerBackend)
def tag_resource(original: Any, self: SecretsManagerBackend, arn: str, tags: dict[str, str]) -> None:
    check_alive(self, arn)
    original(self, arn, tags)


@mend(SecretsManagerBackend)
def untag_resource(original: Any, self: SecretsManagerBackend, arn: str, tag_keys: list[str]) -> None:
    check_alive(self, arn)
    original(self, arn, tag_keys)


@mend(SecretsManagerBackend)
def replicate_secret_to_regions(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    replica_regions: list[dict[str, str]],
    force_overwrite: bool,
) -> Any:
    check_alive(self, secret_id)
    answer = original(self, secret_id, replica_regions, force_overwrite)
    for replica in self.secrets[secret_id].replicas:  # moto tells AWS's own key for all of them
        asked = next((one for one in replica_regions if one["Region"] == replica.region), {})
        replica.config["KmsKeyId"] = asked.get("KmsKeyId") or replica.config["KmsKeyId"]
    return answer


@mend(SecretsManagerBackend)
def rotate_secret(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    client_request_token: str | None = None,
    rotation_lambda_arn: str | None = None,
    rotation_rules: dict[str, Any] | None = None,
    rotate_immediately: bool = True,
) -> str:
    """A function rotates; while it has not finished, the current version stays the current one.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
    """
    secret = self.secrets.get(secret_id)
    if secret is not None and secret.owning_service:  # which rotates it without a function
        return original(self, secret_id, client_request_token, rotation_lambda_arn, rotation_rules, rotate_immediately)
    function = rotation_lambda_arn or getattr(secret, "rotation_lambda_arn", "")
    if secret is not None and not secret.is_deleted() and not function:
        raise InvalidRequestException("No Lambda rotation function ARN is associated with this secret.")
    current = getattr(secret, "default_version_id", None)
    answer = original(self, secret_id, client_request_token, function, rotation_rules, rotate_immediately)
    newest = secret.versions.get(secret.default_version_id, {})
    if "AWSCURRENT" not in newest.get("version_stages", []):
        secret.set_default_version_id(current)
    return answer


@mend(SecretsManagerResponse)
def list_secret_version_ids(original: Any, self: SecretsManagerResponse) -> str:
    """Each version with the moment it was made; those without a stage are deprecated and told when asked for.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
    """
    secret_id = self._get_param("SecretId")
    if secret_id not in self.backend.secrets:
        raise SecretNotFoundException()
    secret = self.backend.secrets[secret_id]
    versions = [
        {
            "VersionId": version_id,
            "VersionStages": version["version_stages"],
            "CreatedDate": version["createdate"],
        }
        for version_id, version in secret.versions.items()
        if version["version_stages"] or self._get_bool_param("IncludeDeprecated", False)
    ]
    return json.dumps({"ARN": secret.arn, "Name": secret.name, "Versions": versions})


@mend(SecretsManagerResponse)
def put_resource_policy(original: Any, self: SecretsManagerResponse) -> str:
    check_alive(self.backend, self._get_param("SecretId"))
    try:
        statements = json.loads(self._get_param("ResourcePolicy"))["Statement"]
    except (ValueError, KeyError, TypeError):
        raise ServiceException(
            "MalformedPolicyDocumentException", "This resource policy contains a syntax error."
        ) from None
    public = any(_is_public(one) for one in (statements if isinstance(statements, list) else [statements]))
    if public and self._get_bool_param("BlockPublicPolicy", True):
        raise ServiceException(
            "PublicPolicyException", "You can't attach a resource policy that allows broad access to the secret."
        )
    return original(self)


def _is_public(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    accounts = principal.get("AWS", []) if isinstance(principal, dict) else principal
    everyone = "*" in (accounts if isinstance(accounts, list) else [accounts])
    return everyone and statement.get("Effect") == "Allow" and not statement.get("Condition")
