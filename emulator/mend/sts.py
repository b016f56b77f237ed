# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""STS: the trust policy's external id is checked, a source identity is given back, and a session token is a user's."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import IAMBackend, Role, User, iam_backends
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse
from moto.sts.utils import random_session_token

from emulator.access.enforcement import decode
from emulator.registry import mend, operation

CONDITION = "sts:ExternalId"


@mend(STSBackend)
def assume_role(original: Any, self: STSBackend, **given: Any) -> Any:
    arn = given["role_arn"]
    account = arn.split(":")[4]
    role = next((role for role in iam_backends[account][self.partition].roles.values() if role.arn == arn), None)
    if role is not None:
        _check_external_id(role, given.get("external_id"))
    session = original(self, **given)
    # A role that does not exist here trusts everybody and stands for its account, which so needs no preparation.
    session._emulator_stands_for_account = role is None
    return session


def _check_external_id(role: Role, external_id: str | None) -> None:
    policy = role.assume_role_policy_document
    try:
        document = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:  # only where requests are not checked; it says nothing about external ids
        return
    statements = document.get("Statement") or []
    allowing = [
        statement
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if _is_allow(statement)
    ]
    if allowing and not any(_accepts(statement, external_id) for statement in allowing):
        raise ServiceException("AccessDenied", f"Not authorized to perform sts:AssumeRole on resource: {role.arn}")


def _is_allow(statement: dict[str, Any]) -> bool:
    return statement.get("Effect") == "Allow"


def _accepts(statement: dict[str, Any], external_id: str | None) -> bool:
    wanted = (statement.get("Condition") or {}).get("StringEquals", {}).get(CONDITION)
    return wanted is None or external_id in ([wanted] if isinstance(wanted, str) else wanted)


@mend(TokenResponse, "assume_role")
def assume_role_with_source(original: Any, self: TokenResponse) -> Any:
    answer = original(self)
    source = self._get_param("SourceIdentity")
    if source:
        answer.result["SourceIdentity"] = source
    # moto keeps the session policy, but not the managed ones that are named; see access/principals.py.
    session = answer.result["Credentials"]
    session._emulator_policy_arns = [one["arn"] for one in self._get_param("PolicyArns", [])]
    return answer


@mend(TokenResponse)
def get_session_token(original: Any, self: TokenResponse) -> Any:
    """Keys of their own each time, which stand for the user who asked.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    if self.backend.get_assumed_role_from_access_key(self.access_key):
        raise ServiceException("AccessDenied", "Cannot call GetSessionToken with session credentials")
    answer = original(self)
    credentials = answer.result["Credentials"]
    iam = iam_backends[self.current_account][self.partition]
    user = iam.get_user_from_access_key_id(self.access_key)
    key = iam.create_temp_access_key()
    key.user_name = user.name if user else None  # the root user has none
    key._emulator_expiration = credentials["Expiration"]
    credentials["AccessKeyId"] = key.access_key_id
    credentials["SecretAccessKey"] = key.secret_access_key
    credentials["SessionToken"] = random_session_token()
    return answer


@mend(IAMBackend)
def get_user_from_access_key_id(original: Any, self: IAMBackend, access_key_id: str) -> User | None:
    """Also by the keys of a session."""
    key = self.access_keys.get(access_key_id)
    if key is not None and hasattr(key, "_emulator_expiration"):
        return self.users.get(key.user_name)
    return original(self, access_key_id)


@operation(TokenResponse)
def decode_authorization_message(_self: TokenResponse, parameters: dict[str, Any]) -> dict[str, str]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html"""
    try:
        return {"DecodedMessage": decode(parameters["EncodedMessage"])}
    except ValueError:
        raise ServiceException("InvalidAuthorizationMessageException", "The message is not valid.") from None
