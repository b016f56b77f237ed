# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""moto's response serialiser, with what it works out anew for every value worked out once for every shape.

It took most of the time of most answers: for each member of each structure it tried up to a dozen names by way of a
context, six alias providers and a path. Answers stay the same to the byte; tests/test_serialize.py compares them.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple

from moto.core import serialize
from moto.core.model import ListShape, Shape, StructureShape
from moto.core.serialize import (
    AttributePickerContext,
    BaseJSONSerializer,
    BaseRestSerializer,
    BaseXMLSerializer,
    ResponseSerializer,
    XFormedAttributePicker,
)
from moto.core.utils import MISSING, get_value

from emulator import xml
from emulator.registry import mend, replace

Convert = Callable[[Any], Any]
Pick = Callable[[Any, tuple[str, ...]], Any]


class Member(NamedTuple):
    """A member of a structure: the name it is written under, and how when that takes no more than a function."""

    key: str
    shape: Shape
    written: str
    convert: Convert | None


class Plan:
    """How one class of serialisers writes one structure."""

    def __init__(self, serializer: ResponseSerializer, shape: StructureShape) -> None:
        self.members = []
        for key, member in shape.members.items():
            member.parent = shape  # the alias providers look at it
            written = _written(serializer, member, key)
            self.members.append(Member(key, member, written, _convert(type(serializer), member)))
        self._found: dict[type, tuple[Pick, list[tuple[Member, tuple[str, ...]]]]] = {}
        # Serialisers of REST look where each member goes; below the top, everything goes where it stands.
        self.rest = isinstance(serializer, BaseRestSerializer)
        self.nested_is_plain = not any(
            member.shape.is_not_bound_to_body or member.written in ("body", "headers") for member in self.members
        )

    def lookups(self, value: Any) -> tuple[Pick, list[tuple[Member, tuple[str, ...]]]]:
        """How members are got from values of this type, and under which names each may be found."""
        found = self._found.get(type(value))
        if found is None:
            names = [(member, _names(value, member.key, member.shape)) for member in self.members]
            found = self._found[type(value)] = (_picker(value, names), names)
        return found


def _plan(serializer: ResponseSerializer, shape: StructureShape) -> Plan:
    plans = shape.__dict__.setdefault("_emulator_plans", {})
    plan = plans.get(type(serializer))
    if plan is None:
        plan = plans[type(serializer)] = Plan(serializer, shape)
    return plan


# Where members are found


def _names(value: Any, key: str, shape: Shape) -> tuple[str, ...]:
    """moto's own list of names, without repetitions; it depends on the type of the value, not on the value."""
    context = AttributePickerContext(obj=value, key=key, shape=shape)
    return tuple(dict.fromkeys(XFormedAttributePicker().get_possible_keys(context)))


def _picker(value: Any, names: list[tuple[Member, tuple[str, ...]]]) -> Pick:
    kind = type(value)
    dynamic = hasattr(kind, "__getattr__") or kind.__getattribute__ is not object.__getattribute__
    if any("." in name for _member, tried in names for name in tried) or (dynamic and not isinstance(value, dict)):
        return _pick_like_moto
    if kind in (dict, OrderedDict):
        return _pick_key
    return _pick_item if hasattr(kind, "__getitem__") else _pick_attribute


def _pick_key(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        if name in value:
            return value[name]
    return None


def _pick_attribute(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        found = getattr(value, name, MISSING)
        if found is not MISSING:
            return found
    return None


def _pick_item(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        try:
            return value[name]
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return None


def _pick_like_moto(value: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        found = get_value(value, name, MISSING)
        if found is not MISSING:
            return found
    return None


# How values are written


def _json_string(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    return str(value) if value not in [None, {}, []] else value


def _xml_boolean(value: Any) -> str:
    return "true" if value is True or str(value).lower() == "true" else "false"


def _as_is(value: Any) -> Any:
    return value


# What moto's methods for simple types come down to.
CONVERSIONS: dict[Callable, Convert] = {
    ResponseSerializer._serialize_type_integer: int,
    ResponseSerializer._serialize_type_float: float,
    ResponseSerializer._default_serialize: _as_is,
    BaseXMLSerializer._serialize_type_integer: int,
    BaseXMLSerializer._serialize_type_boolean: _xml_boolean,
    BaseXMLSerializer._serialize_type_string: str,
    BaseJSONSerializer._serialize_type_string: _json_string,
}
WRITERS = (ResponseSerializer._default_serialize, BaseXMLSerializer._default_serialize)


@functools.cache
def _method(kind: type[ResponseSerializer], type_name: str) -> Callable:
    return getattr(kind, f"_serialize_type_{type_name}", kind._default_serialize)


def _convert(kind: type[ResponseSerializer], shape: Shape) -> Convert | None:
    if kind._default_serialize not in WRITERS or "xmlNamespace" in shape.serialization:
        return None
    return CONVERSIONS.get(_method(kind, shape.type_name))


def _written(serializer: ResponseSerializer, shape: Shape, key: str) -> str:
    name = serializer.get_serialized_name(shape, key)
    attribute = isinstance(serializer, BaseXMLSerializer) and shape.serialization.get("xmlAttribute", False)
    return f"@{name}" if attribute else name


@functools.cache
def _could_end_in(suffixes: tuple[str, ...], key: str) -> bool:
    """Whether a path that ends in this member may end in one of the suffixes; few do."""
    return any(f".{key}".endswith(suffix) or suffix.endswith(f".{key}") for suffix in suffixes)


def _transformed(serializer: ResponseSerializer, key: str, value: Any) -> Any:
    path = ".".join([*serializer.path, key])
    for suffix, transform in serializer._value_picker.response_transformers.items():
        if path.endswith(suffix):
            return transform(value)
    return value


def _serialize(self: ResponseSerializer, serialized: Any, value: Any, shape: Shape, key: str) -> None:
    self.path.append(key or shape.name)
    _method(type(self), shape.type_name)(self, serialized, value, shape, key)
    self.path.pop()


replace(ResponseSerializer, "_serialize", _serialize)


@mend(ResponseSerializer)
def _serialize_type_structure(
    original: Callable, self: ResponseSerializer, serialized: Any, value: Any, shape: StructureShape, key: str
) -> None:
    if value is None:
        return
    if type(self._value_picker) is not XFormedAttributePicker or isinstance(value, type):
        original(self, serialized, value, shape, key)
        return
    plan = _plan(self, shape)
    if plan.rest and not (key and plan.nested_is_plain):
        original(self, serialized, value, shape, key)
        return
    wrapper = self.MAP_TYPE() if key else serialized
    pick, names = plan.lookups(value)
    transformed = tuple(self._value_picker.response_transformers)
    for member, tried in names:
        found = pick(value, tried)
        if transformed and _could_end_in(transformed, member.key):
            found = _transformed(self, member.key, found)
        if found is None:
            continue
        if member.convert is not None:
            wrapper[member.written] = member.convert(found)
        else:
            self._serialize(wrapper, found, member.shape, member.key)
    if key:
        self._default_serialize(serialized, wrapper, shape, key)


@mend(BaseXMLSerializer, "_serialize_type_list")
def serialize_xml_list(
    original: Callable, self: BaseXMLSerializer, serialized: Any, value: Any, shape: ListShape, key: str
) -> None:
    convert = _convert(type(self), shape.member)
    items = [convert(item) for item in value] if convert is not None else []
    if not items:
        original(self, serialized, value, shape, key)
    elif shape.is_flattened:
        self._default_serialize(serialized, items, shape.member, self.get_serialized_name(shape, key))
    else:
        name = self.get_serialized_name(shape.member, "member")
        self._default_serialize(serialized, {name: items}, shape, key)


@mend(BaseJSONSerializer, "_serialize_type_list")
def serialize_json_list(
    original: Callable, self: BaseJSONSerializer, serialized: Any, value: Any, shape: ListShape, key: str
) -> None:
    convert = _convert(type(self), shape.member)
    if convert is None or self.get_serialized_name(shape.member, shape.member.name) != shape.member.name:
        original(self, serialized, value, shape, key)
    else:
        self._default_serialize(serialized, [convert(item) for item in value], shape, key)


replace(serialize, "xmltodict", SimpleNamespace(unparse=xml.unparse))
