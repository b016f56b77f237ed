# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""STS: the trust policy's external id is checked, and a source identity is given back."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import Role, iam_backends
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse

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
    document = json.loads(policy) if isinstance(policy, str) else policy
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


@operation(TokenResponse)
def decode_authorization_message(_self: TokenResponse, parameters: dict[str, Any]) -> dict[str, str]:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html"""
    try:
        return {"DecodedMessage": decode(parameters["EncodedMessage"])}
    except ValueError:
        raise ServiceException("InvalidAuthorizationMessageException", "The message is not valid.") from None
