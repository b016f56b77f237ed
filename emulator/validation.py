# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWS refuses before it looks at anything: values outside the bounds of its own model."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape


def violations(shape: Shape | None, parameters: dict[str, Any]) -> list[str]:
    """Every value outside the model's bounds, in AWS's words."""
    return list(_structure(shape, parameters, "")) if shape is not None else []


def message(found: list[str]) -> str:
    count = len(found)
    return f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(found)}"


def _walk(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        yield from _structure(shape, value, path + ".")
    elif shape.type_name == "list" and isinstance(value, list):
        yield from _bounds(shape, len(value), path, "length")
        for index, item in enumerate(value, 1):
            yield from _walk(shape.member, item, f"{path}.{index}.member")
    elif shape.type_name == "map" and isinstance(value, dict):
        yield from _bounds(shape, len(value), path, "length")
        for key, item in value.items():
            yield from _walk(shape.key, key, path)
            yield from _walk(shape.value, item, f"{path}.{key}.member")
    elif shape.type_name == "string" and isinstance(value, str):
        yield from _string(shape, value, path)
    elif shape.type_name in ("integer", "long", "float", "double") and isinstance(value, (int, float)):
        yield from _bounds(shape, value, path, "value")


def _structure(shape: Shape, value: dict[str, Any], prefix: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{prefix}{name}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        yield from _walk(member, value.get(name), prefix + name)


def _string(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _bounds(shape, len(value), path, "length")
    if shape.enum and value not in shape.enum:
        yield _failed(path, f"satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := _compiled(pattern)) and not compiled.fullmatch(value):
        yield _failed(path, f"satisfy regular expression pattern: {pattern}")


def _bounds(shape: Shape, size: float, path: str, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _failed(path, f"have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _failed(path, f"have {what} less than or equal to {most}")


def _failed(path: str, constraint: str) -> str:
    return f"Value at '{path}' failed to satisfy constraint: Member must {constraint}"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Some patterns are Java's and mean nothing here; those bounds are not checked."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
