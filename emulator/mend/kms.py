# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""KMS: a key's ARN is as good as its id, a deletion says what it scheduled, and AWS's own keys are AWS's."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.kms.models import Key, KmsBackend
from moto.kms.responses import KmsResponse

from emulator.clock import Stage, clock
from emulator.registry import mend
from emulator.times import DAY

DEFAULT_ROTATION_PERIOD = 365


class Keys(dict[str, Key]):
    """The keys by id, found by ARN too."""

    def __missing__(self, key_id: str) -> Key:
        if key_id.startswith("arn:") and ":key/" in key_id:
            return dict.__getitem__(self, key_id.rsplit("/", 1)[-1])
        raise KeyError(key_id)


@mend(KmsBackend, "__init__")
def init(original: Any, self: KmsBackend, region_name: str, account_id: str | None = None) -> None:
    original(self, region_name, account_id)
    self.keys = Keys(self.keys)


@mend(Key)
def to_dict(original: Any, self: Key) -> dict[str, Any]:
    told = original(self)
    told["KeyMetadata"]["MultiRegion"] = bool(self.multi_region)
    return told


@mend(KmsBackend)
def _generate_default_keys(original: Any, self: KmsBackend, alias_name: str) -> str | None:
    """The keys of aliases such as alias/aws/rds belong to AWS, which rotates them every year.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
    """
    key_id = original(self, alias_name)
    if key_id is not None:
        self.keys[key_id].key_manager = "AWS"
        self.keys[key_id].key_rotation_status = True
    return key_id


@mend(KmsResponse)
def schedule_key_deletion(original: Any, self: KmsResponse) -> str:
    answer = json.loads(original(self))
    key = self.kms_backend.keys[answer["KeyId"]]
    days = self._get_param("PendingWindowInDays") or 30
    gone = Stage(
        "PendingDeletion", "kms.key.deleting", partial(self.kms_backend.delete_key, key.id), seconds=days * DAY
    )
    clock.begin(_group(self.kms_backend), key.id, gone)
    return json.dumps({**answer, "KeyId": key.arn, "KeyState": key.key_state, "PendingWindowInDays": days})


def _group(backend: KmsBackend) -> tuple[Any, str]:
    return backend, "key"


@mend(KmsResponse)
def cancel_key_deletion(original: Any, self: KmsResponse) -> str:
    answer = json.loads(original(self))
    key = self.kms_backend.keys[answer["KeyId"]]
    clock.cancel(_group(self.kms_backend), key.id)
    # AWS leaves the key disabled.
    key.enabled, key.key_state = False, "Disabled"
    return json.dumps({"KeyId": key.arn})


@mend(KmsResponse)
def get_key_rotation_status(original: Any, self: KmsResponse) -> str:
    answer = json.loads(original(self))
    key = self.kms_backend.keys[self._get_param("KeyId")]
    period = {"RotationPeriodInDays": getattr(key, "_emulator_rotation_period", DEFAULT_ROTATION_PERIOD)}
    return json.dumps({**answer, "KeyId": key.arn, **(period if answer["KeyRotationEnabled"] else {})})


@mend(KmsResponse)
def enable_key_rotation(original: Any, self: KmsResponse) -> Any:
    answer = original(self)
    key = self.kms_backend.keys[self._get_param("KeyId")]
    key._emulator_rotation_period = self._get_param("RotationPeriodInDays") or DEFAULT_ROTATION_PERIOD
    return answer


@mend(KmsResponse)
def create_alias(original: Any, self: KmsResponse) -> Any:
    if str(self._get_param("AliasName")).startswith("alias/aws/"):
        raise ServiceException(
            "NotAuthorizedException", "Aliases that begin with alias/aws/ are reserved for AWS services"
        )
    return original(self)
