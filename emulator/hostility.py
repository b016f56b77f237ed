# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What makes the emulator harder to work with, on request: latency, faults, IAM. And the control endpoints for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from emulator.access import enforcement
from emulator.access.evidence import Evidence
from emulator.calls import Call
from emulator.faults import BadFault, Faults

MISSING = object()
CONTROLS = ("faults", "iam", "latency", "rights")


class BadRequest(ValueError):
    """A control request that says what it wants in a way that is not understood."""


class Hostility:
    def __init__(self, latency: float, enforce_iam: bool) -> None:
        self.faults = Faults()
        self.evidence = Evidence()
        self._at_start = (latency, enforce_iam)
        self.reset()

    def reset(self) -> None:
        """As at the start, without faults."""
        self.latency, self.enforces_iam = self._at_start
        self.faults.clear()
        self.evidence.clear()
        self.evidence.records = False

    def delay(self) -> None:
        if self.latency:
            time.sleep(self.latency)

    def answer(self, call: Call, ask: Callable[[], Response]) -> tuple[Response, str | None]:
        """The answer to a call and the faults that struck it."""
        return self.faults.answer(call, ask)

    def refusal(self, call: Call) -> Response | None:
        """What IAM refuses; asked while the call has its turn, as the policies may be changed by the one before."""
        self.evidence.take(call)
        return enforcement.refusal(call) if self.enforces_iam else None

    # Control

    def control(self, method: str, name: str, body: Any) -> Any:
        """The JSON answer to a control request, None for an empty one, MISSING when it is not one of these."""
        name, _slash, rest = name.partition("/")
        endpoint = getattr(self, f"_{method.lower()}_{name}", None) if name in CONTROLS else None
        if endpoint is None or (rest and (method, name) != ("DELETE", "faults")):
            return MISSING
        try:
            return endpoint(rest) if rest else endpoint(body)
        except (BadFault, TypeError) as error:
            raise BadRequest(str(error)) from error

    def _post_faults(self, body: Any) -> Any:
        return self.faults.add(body)

    def _get_faults(self, _body: Any) -> Any:
        return self.faults.list()

    def _delete_faults(self, name: str | None) -> Any:
        if not name:
            self.faults.clear()
            return None
        return None if self.faults.remove(name) else MISSING

    def _get_latency(self, _body: Any) -> Any:
        return {"ms": round(self.latency * 1000)}

    def _post_latency(self, body: Any) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get("ms"), (int, float)) or body["ms"] < 0:
            raise BadRequest('Say how long: {"ms": 50}.')
        self.latency = body["ms"] / 1000
        return self._get_latency(None)

    def _get_iam(self, _body: Any) -> Any:
        return {"enforce": self.enforces_iam}

    def _post_iam(self, body: Any) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get("enforce"), bool):
            raise BadRequest('Say whether: {"enforce": true}.')
        self.enforces_iam = body["enforce"]
        return self._get_iam(None)

    def _get_rights(self, _body: Any) -> Any:
        return self.evidence.list()

    def _post_rights(self, body: Any) -> Any:
        if not isinstance(body, dict) or not isinstance(body.get("record"), bool):
            raise BadRequest('Say whether: {"record": true}.')
        self.evidence.records = body["record"]
        return {"record": self.evidence.records}

    def _delete_rights(self, _body: Any) -> Any:
        self.evidence.clear()
