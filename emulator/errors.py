# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Errors that do not come from moto, in the protocol of the service that was called."""

from __future__ import annotations

import json
import warnings
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.serialize import get_serializer_class
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from emulator.calls import Call

# Not every code AWS answers with is in its models; moto says so on standard error each time.
warnings.filterwarnings("ignore", message=r"Exception\(.*does not match an error shape")


class CallError(ServiceException):
    """An error made here. moto finds out about an error by its class, so it needs one."""


def respond(call: Call, code: str, message: str, status: int | None = None) -> Response:
    """The error as AWS writes it; with the status of the service's model unless another one is given."""
    error = CallError(code, message)
    try:
        response = written(call, error, status)
    except Exception:
        body = json.dumps({"__type": error.code, "message": error.message})
        response = Response(body, status or 400, content_type="application/json")
    response.headers["X-Amzn-ErrorType"] = error.code
    return response


def written(call: Call, result: Any, status: int | None = None) -> Response:
    """An error, or a result, in the protocol of the service."""
    service = call.service_model
    model = call.model or OperationModel({"name": call.operation or "Unknown"}, service)
    answer = get_serializer_class(service.service_name, call.protocol)(model).serialize(result)
    return Response(answer["body"], status or answer["status_code"], Headers(answer["headers"]))
