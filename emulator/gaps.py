# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Calls moto cannot answer: said at once, in the protocol of the service, with a status no SDK retries."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import Any

from werkzeug.wrappers import Response

from emulator import errors
from emulator.calls import Call

# SDKs retry 500, 502, 503 and 504 for minutes; this one they report.
STATUS = 501

# Some exceptions quote everything they know.
LONGEST_REASON = 300


class Gaps:
    """The calls that could not be answered since the start or the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str, str], dict[str, Any]] = {}

    def not_implemented(self, call: Call, what: str = "") -> Response:
        # moto says the same of a part of a call, such as a filter.
        part = f" ({what})" if what and "action has not been implemented" not in what else ""
        return self._answer(call, "EmulatorNotImplemented", f"is not implemented in the emulator{part}")

    def crashed(self, call: Call, error: Exception) -> Response:
        traceback.print_exception(error, file=sys.stderr)
        what = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
        reason = f"failed inside the emulator: {what}"
        if error.__traceback__ is not None:
            place = traceback.extract_tb(error.__traceback__)[-1]
            reason += f" ({place.name}, line {place.lineno})"
        return self._answer(call, "EmulatorFailure", reason)

    def list(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(gap) for gap in self._seen.values()]

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()

    def _answer(self, call: Call, code: str, reason: str) -> Response:
        operation = call.operation or f"{call.request.method} {call.request.path}"
        with self._lock:
            gap = self._seen.setdefault(
                (call.service, operation, code),
                {"service": call.service, "operation": operation, "code": code, "message": reason, "count": 0},
            )
            gap["count"] += 1
        # The codes are named apart from every AWS error, so that nobody mistakes them for one.
        return errors.respond(call, code, f"{call.service} {operation} {reason}.", STATUS)
