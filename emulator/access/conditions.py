# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Conditions of policies: wildcards, variables and operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import functools
import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

VARIABLE = re.compile(r"\$\{([^}]+)\}")
# ${*}, ${?} and ${$} are the characters themselves.
LITERALS = {"*", "?", "$"}

Context = Callable[[str], list[str] | None]


def like(pattern: str, value: str, context: Context, *, ignore_case: bool = False) -> bool:
    """Whether a value matches a pattern with * and ?, once variables are filled in; without a value nothing does."""
    if pattern == "*":
        return True
    filled = _filled(pattern, context)
    return filled is not None and _compiled(filled, ignore_case).fullmatch(value) is not None


def _filled(pattern: str, context: Context) -> str | None:
    """The pattern as a regular expression."""
    parts, last = [], 0
    for variable in VARIABLE.finditer(pattern):
        name, _comma, default = variable.group(1).partition(",")
        values = [name] if name in LITERALS else context(name.strip())
        if values is None and default:
            values = [default.strip().strip("'")]
        if not values or len(values) > 1:
            return None
        parts += [_wild(pattern[last : variable.start()]), re.escape(values[0])]
        last = variable.end()
    return "".join([*parts, _wild(pattern[last:])])


def _wild(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


@functools.lru_cache(maxsize=4096)
def _compiled(expression: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _equals(wanted: str, value: str, context: Context) -> bool:
    return VARIABLE.sub(lambda found: (context(found.group(1)) or [found.group(0)])[0], wanted) == value


def _arn_like(wanted: str, value: str, context: Context) -> bool:
    """Each of the six parts on its own, so that a wildcard does not reach over a colon."""
    patterns, parts = wanted.split(":", 5), value.split(":", 5)
    return len(patterns) == len(parts) and all(
        like(pattern, part, context) for pattern, part in zip(patterns, parts, strict=True)
    )


def _compared(compare: Callable[[Any, Any], bool], read: Callable[[str], Any]) -> Callable[[str, str, Context], bool]:
    def holds(wanted: str, value: str, _context: Context) -> bool:
        try:
            return compare(read(value), read(wanted))
        except (ValueError, TypeError):
            return False

    return holds


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _in_network(wanted: str, value: str, _context: Context) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


COMPARISONS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
OPERATORS: dict[str, Callable[[str, str, Context], bool]] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": lambda wanted, value, context: _equals(wanted.lower(), value.lower(), context),
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda wanted, value, _context: wanted.lower() == value.lower(),
    "BinaryEquals": _equals,
    "IpAddress": _in_network,
    **{f"Numeric{name}": _compared(compare, float) for name, compare in COMPARISONS.items()},
    **{f"Date{name}": _compared(compare, _moment) for name, compare in COMPARISONS.items()},
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def hold(block: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """All operators and all keys have to hold; of the values of a key, one."""
    return all(
        _holds(name, key, [_text(value) for value in (wanted if isinstance(wanted, list) else [wanted])], context)
        for name, operands in block.items()
        for key, wanted in operands.items()
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(name: str, key: str, wanted: list[str], context: Context) -> bool:
    values = context(key)
    if name == "Null":
        return (values is None) == (wanted[0].lower() == "true")
    quantifier, _colon, plain = name.rpartition(":")
    if_exists = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    negated = plain in NEGATED
    holds = OPERATORS[NEGATED.get(plain, plain)]
    if values is None:
        # Negated operators hold for a key that is not there, and so does every one of no values.
        return if_exists or negated or quantifier == "ForAllValues"

    def one(value: str) -> bool:
        return any(holds(pattern, value, context) for pattern in wanted) != negated

    if quantifier == "ForAllValues":
        return all(one(value) for value in values)
    if quantifier == "ForAnyValue":
        return any(one(value) for value in values)
    return len(values) == 1 and one(values[0])
