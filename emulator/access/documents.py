# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Policy documents: their statements, where these stand in the text, and what they match.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from emulator.access import conditions

# The values of a condition key in a request; none where the request has no such key.
Context = Callable[[str], list[str] | None]


class Named(IntEnum):
    """How a policy of a resource names a principal. Only the last grants by itself, whatever limits the principal."""

    ACCOUNT = 1
    ROLE = 2  # or everybody
    SELF = 3


@dataclass(frozen=True)
class Request:
    """One action on one resource by one principal, which policies allow or not."""

    action: str
    resource: str
    context: Context
    # Every name the principal may be written under in a resource's policy, and how well it fits.
    principals: Mapping[str, Named] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Statement:
    policy: Policy
    content: Mapping[str, Any]
    start: int = 0
    end: int = 0

    @property
    def allows(self) -> bool:
        return self.content.get("Effect") == "Allow"

    @property
    def condition_keys(self) -> set[str]:
        return {key for operands in self.content.get("Condition", {}).values() for key in operands}

    def concerns(self, request: Request) -> bool:
        """Whether the statement is about this action and resource, whatever its conditions."""
        content = self.content
        if not self._element("Action", request.action, request.context, ignore_case=True):
            return False
        # A trust policy has no resource.
        if ("Resource" in content or "NotResource" in content) and not self._element(
            "Resource", request.resource, request.context
        ):
            return False
        return not ("Principal" in content or "NotPrincipal" in content) or self._principal(request)

    def matches(self, request: Request) -> bool:
        return self.concerns(request) and conditions.hold(self.content.get("Condition", {}), request.context)

    def names(self, request: Request) -> int:
        """How well the statement names the principal; 0 when it does not."""
        written = _principals(self.content.get("Principal"))
        everybody = [Named.ROLE] if "*" in written else []
        return max([*everybody, *(fit for name, fit in request.principals.items() if name in written)], default=0)

    def _element(self, name: str, value: str, context: Context, *, ignore_case: bool = False) -> bool:
        patterns = self.content.get(name)
        if patterns is not None:
            return any(_like(pattern, value, context, ignore_case) for pattern in as_list(patterns))
        patterns = as_list(self.content.get(f"Not{name}") or [])
        return bool(patterns) and not any(_like(pattern, value, context, ignore_case) for pattern in patterns)

    def _principal(self, request: Request) -> bool:
        if "NotPrincipal" in self.content:
            return not _principals(self.content["NotPrincipal"]) & set(request.principals)
        return self.names(request) > 0


@dataclass(frozen=True, eq=False)
class Policy:
    """A document, and what it is called in answers."""

    name: str
    kind: str
    text: str

    @functools.cached_property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(Statement(self, content, start, end) for content, start, end in _parsed(self.text))

    def matching(self, request: Request) -> list[Statement]:
        return [statement for statement in self.statements if statement.matches(request)]

    def position(self, offset: int) -> dict[str, int]:
        """Line and column, counted from one."""
        before = self.text[:offset]
        return {"Line": before.count("\n") + 1, "Column": offset - (before.rfind("\n") + 1) + 1}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[tuple[dict[str, Any], int, int], ...]:
    """The statements and where each begins and ends. A document that is no policy grants nothing."""
    decoder = json.JSONDecoder()
    try:
        whole = json.loads(text)
        wanted = as_list(whole.get("Statement", []))
        place = re.search(r'"Statement"\s*:\s*\[?\s*', text)
        offset = place.end() if place else 0
        found = []
        for _statement in wanted:
            content, end = decoder.raw_decode(text, offset)
            found.append((content, offset, end))
            offset = re.compile(r"[\s,]*").match(text, end).end()
    except (ValueError, AttributeError):
        return ()
    return tuple(found)


def _like(pattern: str, value: str, context: Context, ignore_case: bool) -> bool:
    return conditions.like(pattern, value, context, ignore_case=ignore_case)


def _principals(element: Any) -> set[str]:
    """The principals of an element, an account under its ARN."""
    if not isinstance(element, Mapping):
        return {str(element)}
    names = set()
    for kind, values in element.items():
        for value in as_list(values):
            is_account = kind == "AWS" and re.fullmatch(r"\d{12}", str(value))
            names.add(f"arn:aws:iam::{value}:root" if is_account else str(value))
    return names
