# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""moto's view functions, called without the contexts, signals and sessions Flask puts around them.

A third of the time of a small answer went into these. Only browsers, which send an Origin, still come by way of Flask,
as moto's answer to CORS is a part of it.
"""

from __future__ import annotations

from botocore.exceptions import ClientError
from flask import Flask
from flask import Response as FlaskResponse
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response


class NoRoute(Exception):
    """moto knows the service, but nothing under this path."""


def answer(app: Flask, request: BackendRequest) -> Response:
    if "HTTP_ORIGIN" in request.environ:
        request.environ["wsgi.input"].seek(0)
        return Response.from_app(app, request.environ)
    try:
        endpoint, _arguments = app.url_map.bind_to_environ(request.environ).match()
        view = app.view_functions[endpoint]
        response = _response(view.callback(request, request.raw_url, dict(request.headers)), request)
    except ClientError as error:
        response = FlaskResponse(error.response["Error"]["Message"], 400)
    except NotFound as error:
        raise NoRoute from error
    except HTTPException as error:
        return error.get_response(request.environ)
    return response


def _response(result: object, request: BackendRequest) -> Response:
    """As moto.core.utils.convert_to_flask_response makes it."""
    status, headers, content = result if len(result) == 3 else (200, {}, result)
    response = FlaskResponse(content, status, headers)
    if request.method == "HEAD" and "content-length" in headers:
        response.headers["Content-Length"] = headers["content-length"]
    # Content that is made while it is read must be made before the next call changes what it is made of.
    response.make_sequence()
    return response
