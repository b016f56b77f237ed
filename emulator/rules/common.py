# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What rules of several services share."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator
from typing import Any

from emulator.mend.servicequotas import SERVICES
from emulator.registry import state
from emulator.rules import Request


def quota(request: Request, service: str, code: str) -> int:
    """The value of a quota that holds here: AWS's default, or what was asked for and granted."""
    default = SERVICES[service][1][code][1]
    applied = state(request.backend("service-quotas"), "applied")
    return int(applied.get((service, code), default))


def everything(value: Any) -> list[Any]:
    """Policies have one thing or a list of things in most places."""
    return value if isinstance(value, list) else [value]


def statements(policy: str) -> Iterator[dict[str, Any]]:
    """The statements of a policy. Raises ValueError for what is no policy at all."""
    document = json.loads(policy)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("no Statement")
    for statement in everything(document["Statement"]):
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise ValueError("no Effect")
        yield statement


def principals(statement: dict[str, Any], kind: str) -> list[str]:
    """The principals of one kind, such as AWS or Service, that a statement names."""
    principal = statement.get("Principal")
    return everything(principal.get(kind, [])) if isinstance(principal, dict) else []


def unknown_principals(request: Request, statement: dict[str, Any]) -> list[str]:
    """Roles and users of this account that do not exist. Nobody here knows about those of other accounts."""
    iam = request.backend("iam")
    known = {role.arn for role in iam.roles.values()} | {user.arn for user in iam.users.values()}
    prefixes = (f"arn:aws:iam::{request.account}:role/", f"arn:aws:iam::{request.account}:user/")
    return [arn for arn in principals(statement, "AWS") if arn.startswith(prefixes) and arn not in known]


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def first_twice(values: Iterable[Any]) -> Any:
    """The first value that is there a second time; None when all differ."""
    seen = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
