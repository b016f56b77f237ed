# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS refuses before it looks at anything: values outside the bounds of its own model."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from botocore.model import Shape

# What AWS takes though its model lacks it.
ALSO_VALID = {"BucketCannedACL": ("log-delivery-write",)}
# Longer values say nothing in an error message.
LONGEST_QUOTE = 200
# Java's character classes in Python's words; patterns with other ones are not checked.
JAVA = (
    (r"\p{L}", r"\w"),
    (r"\p{N}", r"\d"),
    (r"\p{Z}", r"\s"),
    (r"\p{ASCII}", r"[\x00-\x7f]"),
    (r"\uD800\uDC00-\uDBFF\uDFFF", "\U00010000-\U0010ffff"),
    (r"\w-", r"\w\-"),
)
NUMBERS = frozenset({"integer", "long", "float", "double"})


class Violation(NamedTuple):
    """One value outside its bounds: the member of the request it is in, what is missing or wrong, in AWS's words."""

    member: str
    missing: bool
    path: str
    text: str


def violations(shape: Shape | None, parameters: dict[str, Any]) -> list[Violation]:
    """Every value outside the model's bounds."""
    if shape is None:
        return []
    return [
        Violation(re.split(r"\W", path, maxsplit=1)[0], missing, _cased(path), text)
        for path, missing, text in _structure(shape, parameters, "")
    ]


def message(found: list[Violation]) -> str:
    count = len(found)
    return f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(one.text for one in found)}"


Found = Iterator[tuple[str, bool, str]]


def _walk(shape: Shape, value: Any, path: str) -> Found:
    kind = shape.type_name
    if kind == "string":
        if isinstance(value, str):
            yield from _string(shape, value, path)
    elif kind == "structure":
        if isinstance(value, dict):
            yield from _structure(shape, value, path + ".")
    elif kind == "list":
        if isinstance(value, list):
            yield from _bounds(shape, value, len(value), path, "length")
            member = shape.member
            for index, item in enumerate(value, 1):
                yield from _walk(member, item, f"{path}.{index}.member")
    elif kind == "map":
        if isinstance(value, dict):
            yield from _bounds(shape, value, len(value), path, "length")
            for key, item in value.items():
                yield from _walk(shape.key, key, path)
                yield from _walk(shape.value, item, f"{path}.{key}.member")
    elif kind in NUMBERS and isinstance(value, (int, float)):
        yield from _bounds(shape, value, value, path, "value")


def _structure(shape: Shape, value: dict[str, Any], prefix: str) -> Found:
    members = shape.members
    for name in shape.required_members:
        # A required token is made up by the SDK where it is not given; so does AWS for those who have none.
        if value.get(name) is None and not members[name].metadata.get("idempotencyToken"):
            path = prefix + name
            yield path, True, f"Value null at '{_cased(path)}' failed to satisfy constraint: Member must not be null"
    if shape.is_tagged_union and sum(value.get(name) is not None for name in members) != 1:
        yield from _failed(shape, None, prefix.rstrip("."), f"have exactly one of [{', '.join(members)}] set")
    for name, item in value.items():
        if item is not None and name in members:
            yield from _walk(members[name], item, prefix + name)


def _string(shape: Shape, value: str, path: str) -> Found:
    metadata = shape.metadata
    if not metadata:
        return
    yield from _bounds(shape, value, len(value), path, "length")
    enum = metadata.get("enum")
    if enum and value not in enum and value not in ALSO_VALID.get(shape.name, ()):
        yield from _failed(shape, value, path, f"satisfy enum value set: [{', '.join(enum)}]")
    pattern = metadata.get("pattern")
    if pattern and (compiled := _compiled(pattern)) and not compiled.fullmatch(value):
        yield from _failed(shape, value, path, f"satisfy regular expression pattern: {pattern}")


def _bounds(shape: Shape, value: Any, size: float, path: str, what: str) -> Found:
    metadata = shape.metadata
    if not metadata:
        return
    least, most = metadata.get("min"), metadata.get("max")
    if least is not None and size < least:
        yield from _failed(shape, value, path, f"have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield from _failed(shape, value, path, f"have {what} less than or equal to {most}")


def _failed(shape: Shape, value: Any, path: str, constraint: str) -> Found:
    quoted = f" '{value}'" if isinstance(value, (str, int, float)) and not shape.metadata.get("sensitive") else ""
    quoted = quoted if len(quoted) <= LONGEST_QUOTE else ""
    text = f"Value{quoted} at '{_cased(path)}' failed to satisfy constraint: Member must {constraint}"
    yield path, False, text


def _cased(path: str) -> str:
    """AWS writes members with a small first letter here."""
    return ".".join(part[:1].lower() + part[1:] for part in path.split("."))


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Some patterns are Java's and mean nothing here; those bounds are not checked."""
    for java, python in JAVA:
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None
