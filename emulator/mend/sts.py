# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""STS: the trust policy's external id is checked, and a source identity is given back."""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import ServiceException
from moto.iam.models import iam_backends
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse

from emulator.registry import mend

CONDITION = "sts:ExternalId"


@mend(STSBackend)
def assume_role(original: Any, self: STSBackend, **given: Any) -> Any:
    arn = given["role_arn"]
    _check_external_id(self.partition, arn, given.get("external_id"))
    return original(self, **given)


def _check_external_id(partition: str, arn: str, external_id: str | None) -> None:
    """A role that does not exist here trusts everybody, so that other accounts need no preparation."""
    account = arn.split(":")[4]
    role = next((role for role in iam_backends[account][partition].roles.values() if role.arn == arn), None)
    if role is None:
        return
    policy = role.assume_role_policy_document
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = document.get("Statement") or []
    allowing = [
        statement
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if _is_allow(statement)
    ]
    if allowing and not any(_accepts(statement, external_id) for statement in allowing):
        raise ServiceException("AccessDenied", f"Not authorized to perform sts:AssumeRole on resource: {arn}")


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
    return answer
