# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A call that was done is not done again when it comes a second time with the same token: it gets the same answer.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.wrappers import Response

from emulator import errors
from emulator.calls import Call

NAMES = ("ClientToken", "clientToken", "CreatorRequestId", "ClientRequestToken")
# Where the token is the id of a version, which moto knows.
OWN = {"secretsmanager"}
Answer = tuple[int, list[tuple[str, str]], bytes]


class Tokens:
    """The answers of calls that came with a token."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ...], tuple[str, Answer]] = {}

    def answer(self, call: Call, place: Callable[[], tuple[str, str]], ask: Callable[[], Response]) -> Response:
        """The answer; place tells the account and the region."""
        token = next((call.parameters[name] for name in NAMES if call.parameters.get(name)), None)
        if not token or not call.mutating or call.service in OWN:
            return ask()
        key = (*place(), call.service, str(call.operation), str(token))
        asked = json.dumps(call.parameters, sort_keys=True, default=str)
        if key in self._answers:
            before, (status, headers, content) = self._answers[key]
            if before != asked:
                message = "The parameters of the request are not those of the request with this token before."
                return errors.respond(call, "IdempotentParameterMismatch", message, 400)
            return Response(content, status, headers)
        response = ask()
        if response.status_code < 300:
            self._answers[key] = asked, (response.status_code, list(response.headers), response.get_data())
        return response

    def clear(self) -> None:
        self._answers.clear()
