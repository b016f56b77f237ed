# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What moto works out anew for every request, and is the same for every request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.core import responses, utils
from moto.core.responses import BaseResponse
from moto.core.serialize import TimestampSerializer
from moto.moto_api._internal.moto_random import MotoRandom

from emulator.registry import mend, replace


@functools.cache
def _methods(response_class: type) -> frozenset[str]:
    return frozenset(utils.method_names_from_class(response_class))


# moto inspects the response class, EC2's has 800 methods, to see whether it has the method of the operation.
replace(responses, "method_names_from_class", _methods)
# The names of operations come from the client, so what is kept of them is bounded.
replace(responses, "camelcase_to_underscores", functools.lru_cache(maxsize=10_000)(utils.camelcase_to_underscores))


@mend(MotoRandom)
def get_random_string(
    original: Callable, self: MotoRandom, length: int = 20, include_digits: bool = True, lower_case: bool = False
) -> str:
    """Every answer has 52 random characters in its header; drawing them at once takes a tenth of the time."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    drawn = "".join(self.choices(letters + "0123456789" if include_digits else letters, k=length))
    return drawn.lower() if lower_case else drawn


@mend(BaseResponse)
def _enrich_response(original: Callable, headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
    """moto looks through all of the body, byte by byte, for an element most answers do not have."""
    marker = b"<RequestId>" if isinstance(body, bytes) else "<RequestId>"
    if isinstance(body, (str, bytes)) and marker not in body:
        original(headers, "")  # which leaves its mark in the headers
        return headers, body
    return original(headers, body)


@functools.lru_cache(maxsize=10_000)
def _text(kind: type[TimestampSerializer], default: str, value: str, style: str) -> str:
    return _convert_timestamp_to_str(kind(default), value, style)


_convert_timestamp_to_str = TimestampSerializer._convert_timestamp_to_str


@mend(TimestampSerializer, "_convert_timestamp_to_str")
def convert_timestamp(original: Callable, self: TimestampSerializer, value: Any, timestamp_format: str) -> Any:
    """moto keeps many times as text, and parses each whenever it is shown."""
    if isinstance(value, str):
        return _text(type(self), self.default_format, value, timestamp_format)
    return original(self, value, timestamp_format)
