# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What each kind of fault does to a call: an answer of its own, or None when the call goes on."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from emulator import refusals
from emulator.access import enforcement
from emulator.calls import Call
from emulator.refusals import Refusal

if TYPE_CHECKING:
    from emulator.faults import Fault

NOT_FOUND_YET = "not_found_yet"
# SO_LINGER on, for no time: closing sends a reset.
AT_ONCE = struct.pack("ii", 1, 0)

Ask = Callable[[], Response]


class Hangup(Response):
    """No answer: the connection ends, with a reset or as if the service had closed it."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__(status=0)
        self.reset = reset

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ["werkzeug.socket"]
        if self.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            # Closing the socket would wait for the files the server made of it, and the server says goodbye first.
            socket.close(connection.detach())
        raise ConnectionAbortedError("The connection was ended on request.")  # the server knows a client that left


def _said(fault: Fault, refusal: Refusal) -> Refusal:
    """What the fault says, where it says something itself."""
    given = fault.given
    return Refusal(given.code or refusal.code, given.message or refusal.message, given.status or refusal.status)


def _throttle(fault: Fault, call: Call, ask: Ask) -> Response:
    return refusals.answer(call, _said(fault, refusals.throttling(call)))


def _error(fault: Fault, call: Call, ask: Ask) -> Response:
    return refusals.answer(call, _said(fault, Refusal("", "An error asked for by a test.", 400)))


def _lost_response(fault: Fault, call: Call, ask: Ask) -> Response:
    ask()
    if fault.given.close:
        return Hangup(reset=False)
    return refusals.answer(call, _said(fault, refusals.broken(call)))


def _reset(fault: Fault, call: Call, ask: Ask) -> Response:
    return Hangup(reset=True)


def _delay(fault: Fault, call: Call, ask: Ask) -> None:
    time.sleep(fault.given.ms / 1000)


def _not_found_yet(fault: Fault, call: Call, ask: Ask) -> Response:
    if fault.given.code:
        return refusals.answer(call, _said(fault, Refusal("", "It does not exist.", 400)))
    return fault.newborn.not_found(call)


def _expired_credentials(fault: Fault, call: Call, ask: Ask) -> Response:
    return refusals.answer(call, _said(fault, refusals.expired(call)))


def _access_denied(fault: Fault, call: Call, ask: Ask) -> Response:
    return refusals.answer(call, _said(fault, enforcement.as_if_denied(call)))


KINDS: dict[str, Callable[[Any, Call, Ask], Response | None]] = {
    "access_denied": _access_denied,
    "delay": _delay,
    "error": _error,
    "expired_credentials": _expired_credentials,
    "lost_response": _lost_response,
    NOT_FOUND_YET: _not_found_yet,
    "reset": _reset,
    "throttle": _throttle,
}
# What a kind cannot do without.
NEEDS = {"delay": ("ms",), "error": ("code",)}
