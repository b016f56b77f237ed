# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The WSGI application: moto's dispatcher, with every call recorded, delayed when asked, and always answered."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import botocore
import moto
from moto import backends
from moto.core.base_backend import BackendDict, BaseBackend, backend_lock
from moto.core.model_instances import reset_model_data
from moto.iam.models import get_account_id_from
from moto.moto_api import state_manager
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from emulator import calls, direct, registry, rules, strict
from emulator.clock import clock
from emulator.direct import NoRoute
from emulator.gaps import Gaps
from emulator.hostility import MISSING, BadRequest, Hostility
from emulator.mend import amplify_builds, ecr_scans
from emulator.mend.ecs import task_rules
from emulator.recorder import Recorder
from emulator.tokens import Tokens

CONTROL = "/_emulator/"
ACCESS_KEY = re.compile(r"Credential=([^/]+)/")
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/")
DEFAULT_REGION = "us-east-1"
XML_CODE = re.compile(rb"<Code>([^<]+)</Code>")
# These wait for messages, or call this server themselves, while they answer.
WAITING = ("awslambda", "batch", "cloudformation", "sqs", "stepfunctions")
# moto's own pages, no AWS service.
INTERNAL = ("moto_api", "instance_metadata")


class UnknownService(Exception):
    """moto does not know the service at all."""


class Dispatcher(DomainDispatcherApplication):
    """moto's dispatcher, which lists moto's directory for every request, with that looked up once."""

    def __init__(self) -> None:
        super().__init__(_create_app)
        self._modules = frozenset(backends.list_of_moto_modules())
        self._by_host = functools.cache(self._backend_for_host)

    def get_backend_for_host(self, host: str | None) -> Any:
        return self._by_host(host)

    def _backend_for_host(self, host: str | None) -> Any:
        if host is None or host == "moto_api" or host in self._modules:
            return host
        return next((name for name, pattern in self.backend_url_patterns if pattern.match(f"http://{host}")), None)


def _create_app(backend: str | None) -> Any:
    if backend is None:
        raise UnknownService
    app = create_backend_app(backend)
    app.backend = backend

    def no_route(error: NotFound) -> Response:
        # Flask's own answer is an HTML page; operations that answer 404 themselves do not come here.
        raise NoRoute from error

    app.register_error_handler(NotFound, no_route)
    return app


class Told(NamedTuple):
    """Something the emulator is told from outside."""

    view: Callable[[], Any]
    change: Callable[[Any], Any]
    forget: Callable[[], Any] | None = None


TOLD = {
    "times": Told(clock.view, clock.change),
    "tasks": Told(task_rules.view, task_rules.tell, task_rules.forget),
    "builds": Told(amplify_builds.view, amplify_builds.tell, amplify_builds.forget),
    "scans": Told(ecr_scans.view, ecr_scans.tell, ecr_scans.forget),
}


class Emulator:
    def __init__(self, latency: float = 0, enforce_iam: bool = False, lenient: bool = False) -> None:
        registry.load()
        rules.load()
        self._lenient = lenient
        self._hostility = Hostility(latency, enforce_iam)
        self._dispatcher = Dispatcher()
        self._recorder = Recorder()
        self._gaps = Gaps()
        self._tokens = Tokens()
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(CONTROL):
            return self._control(Request(environ))(environ, start_response)
        self._hostility.delay()
        return self._answer(environ)(environ, start_response)

    # AWS

    def _answer(self, environ: dict[str, Any]) -> Response:
        try:
            app = self._dispatcher.get_application(environ)
        except UnknownService:
            call = _unidentified(environ)
            return self._recorded(call, self._gaps.not_implemented(call), environ)
        except Exception as error:
            call = _unidentified(environ)
            return self._recorded(call, self._gaps.crashed(call, error), environ)
        if app.backend in INTERNAL:
            return self._internal(app, environ)
        call = calls.identify(app.backend, environ)
        response, fault = self._hostility.answer(call, lambda: self._ask(app, call))
        return self._recorded(call, response, environ, fault)

    def _internal(self, app: Any, environ: dict[str, Any]) -> Response:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/moto-api/reset"):
            # moto's way takes seconds, and others may be in the middle of a call.
            self._reset()
            return _json({"status": "ok"})
        return Response.from_app(app, environ)

    def _ask(self, app: Any, call: calls.Call) -> Response:
        """One call at a time, as each is one step on AWS, while moto and our mends change what others may be reading.

        Threads would not make it faster: all of it is Python.
        """
        with contextlib.nullcontext() if app.backend in WAITING else self._turn:
            return self._ask_moto(app, call)

    def _ask_moto(self, app: Any, call: calls.Call) -> Response:
        try:
            if app.backend not in WAITING:
                clock.tick()
            environ = call.request.environ
            response = self._refusal(call) or self._tokens.answer(
                call, lambda: (_account(environ), _region(environ)), lambda: direct.answer(app, call.request)
            )
        except (NotImplementedError, NoRoute) as error:
            return self._gaps.not_implemented(call, str(error))
        except Exception as error:  # whatever breaks in moto, the client gets an answer
            return self._gaps.crashed(call, error)
        if response.status_code == 500:
            # moto catches some of its own crashes.
            return self._gaps.crashed(call, RuntimeError(response.get_data(as_text=True)))
        return response

    def _refusal(self, call: calls.Call) -> Response | None:
        """Before anything is done: may the caller do this, and would AWS do it for anybody?"""
        refused = self._hostility.refusal(call)
        if refused is None and not self._lenient:
            environ = call.request.environ
            refused = strict.refusal(call, _account(environ), _region(environ))
        return refused

    def _recorded(
        self, call: calls.Call, response: Response, environ: dict[str, Any], fault: str | None = None
    ) -> Response:
        self._recorder.record(
            service=call.service,
            operation=call.operation,
            mutating=call.mutating,
            resource=call.resource,
            status=response.status_code,
            error=_error_code(response),
            account=_account(environ),
            fault=fault,
        )
        return response

    # Control

    def _control(self, request: Request) -> Response:
        method, name = request.method, request.path.removeprefix(CONTROL).rstrip("/")
        if name in TOLD:
            return self._told(request, TOLD[name])
        if (method, name.partition("/")[0]) == ("GET", "builds"):
            log = amplify_builds.LOGS.get(name.partition("/")[2])
            return Response(log or "", status=200 if log is not None else 404, mimetype="text/plain")
        if (method, name) == ("GET", "requests"):
            return _json(self._recorder.calls())
        if (method, name) == ("DELETE", "requests"):
            self._recorder.clear()
            return Response(status=204)
        if (method, name) == ("POST", "reset"):
            self._reset()
            return Response(status=204)
        if (method, name) == ("GET", "health"):
            return _json(
                {"status": "ok", "moto": moto.__version__, "botocore": botocore.__version__, "gaps": self._gaps.list()}
            )
        try:
            answer = self._hostility.control(method, name, request.get_json(silent=True, force=True))
        except BadRequest as error:
            return _json({"message": str(error)}, 400)
        if answer is not MISSING:
            return _json(answer) if answer is not None else Response(status=204)
        return _json({"message": f"There is no {method} {request.path}; see the emulator's README."}, 404)

    def _told(self, request: Request, what: Told) -> Response:
        """What a test says of the world: looked at, added to, or forgotten."""
        if request.method == "POST":
            return self._changed(request, what.change, what.view)
        if request.method == "DELETE" and what.forget:
            what.forget()
            return Response(status=204)
        return _json(what.view())

    def _changed(self, request: Request, change: Callable[[Any], Any], view: Callable[[], Any]) -> Response:
        """A change of what the emulator is told; one it does not understand changes nothing."""
        with self._turn:
            clock.tick()  # until now, the world was as it was told before
            try:
                change(json.loads(request.get_data()))
            except ValueError as error:
                return _json({"message": str(error)}, 400)
            return _json(view())

    def _reset(self) -> None:
        with self._turn:
            clock.reset()
            self._tokens.clear()
            task_rules.forget()
            ecr_scans.forget()
            amplify_builds.forget()
            _drop_backends()
            reset_model_data()
            state_manager.__init__()
            self._recorder.clear()
            self._gaps.clear()
            self._hostility.reset()


def _drop_backends() -> None:
    """Forget every backend. moto's own reset builds each of them anew first, which takes ten times as long."""
    with backend_lock:
        for service in BackendDict._instances:
            for _account, _region, backend in service.iter_backends():
                if type(backend).reset is not BaseBackend.reset:
                    backend.reset()  # it has files or threads to give back
            service.clear()
        BackendDict._instances.clear()
        for cache in _caches_of_methods(len(sys.modules)):
            cache.cache_clear()


@functools.cache
def _caches_of_methods(_modules: int) -> list[Any]:
    """Where methods of moto's classes remember results: with the objects they were asked for, and all that holds."""
    classes = {
        one
        for name, module in list(sys.modules.items())
        if name.startswith("moto.")
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__.startswith("moto.")
    }
    return [member for one in classes for member in vars(one).values() if hasattr(member, "cache_clear")]


def _unidentified(environ: dict[str, Any]) -> calls.Call:
    service = environ.get("HTTP_AUTHORIZATION", "").split("/")[3:4]
    request = calls.Request(dict(environ))
    return calls.Call("", service[0] if service else "unknown", request, operation=calls.named_operation(request))


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")


def _account(environ: dict[str, Any]) -> str:
    if "HTTP_X_MOTO_ACCOUNT_ID" in environ:
        return environ["HTTP_X_MOTO_ACCOUNT_ID"]
    key = ACCESS_KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
    return get_account_id_from(key.group(1) if key else "")


def _region(environ: dict[str, Any]) -> str:
    scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope else DEFAULT_REGION


def _error_code(response: Response) -> str | None:
    if response.status_code < 400:
        return None
    header = response.headers.get("X-Amzn-ErrorType")
    if header:
        return header.split(":")[0].rsplit("#", 1)[-1]
    body = response.get_data()
    found = XML_CODE.search(body)
    if found:
        return found.group(1).decode()
    try:
        error = json.loads(body)
        return str(error.get("__type") or error.get("code")).rsplit("#", 1)[-1]
    except (ValueError, AttributeError):
        return str(response.status_code)
