# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Requests read as AWS reads them: what is of another type than its place is refused; moto's parsers bend it."""

from __future__ import annotations

import json
from typing import Any

from moto.core.parse import (
    PROTOCOL_PARSERS,
    BaseJSONParser,
    JSONParser,
    RequestParserError,
    RestJSONParser,
)

NUMBERS = (int, float)
# JSON's name of what was sent, as AWS's parser says it.
JSON_NAMES = {bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE", str: "STRING_VALUE"}


class Malformed(Exception):
    """The body cannot be read, or something in it is of the wrong type."""


class _Typed(BaseJSONParser):
    def _parse_structure(self, shape: Any, value: Any) -> Any:
        return super()._parse_structure(shape, _of(dict, value, "structure"))

    def _parse_list(self, shape: Any, value: Any) -> Any:
        at_header = shape.serialization.get("location") in ("header", "querystring")
        return super()._parse_list(shape, value if at_header else _of(list, value, "list"))

    def _parse_map(self, shape: Any, value: Any) -> Any:
        return super()._parse_map(shape, _of(dict, value, "map"))

    def _parse_string(self, shape: Any, value: Any) -> Any:
        # Only REST protocols have a parser for strings, for header values that are JSON.
        parse = getattr(super(), "_parse_string", None)
        return parse(shape, value) if parse else _of((str, type(None)), value, "String")

    def _parse_integer(self, shape: Any, value: Any) -> Any:
        return super()._parse_integer(shape, _of((*NUMBERS, str), value, "Integer"))

    _parse_long = _parse_short = _parse_byte = _parse_integer

    def _parse_float(self, shape: Any, value: Any) -> Any:
        return super()._parse_float(shape, _of((*NUMBERS, str), value, "Float"))

    _parse_double = _parse_float

    def _parse_body_as_json(self, body: Any) -> Any:
        return json.loads(body) if body else {}


class TypedJSON(_Typed, JSONParser):
    pass


class TypedRestJSON(_Typed, RestJSONParser):
    pass


PARSERS = {**PROTOCOL_PARSERS, "json": TypedJSON, "rest-json": TypedRestJSON}


def _of(kinds: Any, value: Any, wanted: str) -> Any:
    if value is None or (isinstance(value, kinds) and not (isinstance(value, bool) and kinds is not bool)):
        return value
    raise Malformed(f"{JSON_NAMES.get(type(value), 'START_OF_STRUCTURE')} can not be converted to {wanted}")


def parse(protocol: str, model: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The parameters under AWS's names."""
    parser = PARSERS.get(protocol)
    if parser is None:
        raise NotImplementedError(protocol)
    try:
        return parser(model).parse(request) or {}
    except (RequestParserError, ValueError) as error:
        raise Malformed(str(error).partition("\n")[0]) from error
