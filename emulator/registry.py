# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How the emulator changes moto: add an operation, mend a method, replace a value, add a whole service.

Every change says what it expects of moto and fails at start when moto has moved on, so that none is silently lost.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import moto
from moto import backend_index
from moto.core.parse import XFormedDict
from moto.core.responses import ActionResult, BaseResponse

SERVICES = Path(__file__).parent / "services"

# What was added, so that a test can compare it with AWS's own model.
OPERATIONS: list[tuple[type[BaseResponse], str]] = []
# The module of each method mended and value replaced.
CHANGES: list[str] = []


class RegistryError(RuntimeError):
    """moto no longer is what a change of ours expects."""


def operation(response_class: type[BaseResponse]) -> Callable[[Callable], Callable]:
    """Add an operation moto does not have to the response class of its service.

    The decorated function is named as the operation in snake_case. It takes the response object (region,
    current_account) and the request's parameters as a dictionary with AWS's own names, and returns the result as a
    dictionary with AWS's own names (or None), or anything else moto accepts. Refusals are moto ServiceExceptions.
    """

    def register(function: Callable[[Any, dict[str, Any]], Any]) -> Callable:
        name = function.__name__
        if hasattr(response_class, name):
            raise RegistryError(
                f"moto now has {_named(response_class)}.{name}: remove {function.__module__}.{name}, or mend it."
            )

        # moto looks for plain functions, so this must be one.
        def answer(self: BaseResponse) -> Any:
            result = function(self, parameters(self))
            return ActionResult(result) if result is None or isinstance(result, Mapping) else result

        functools.update_wrapper(answer, function)
        setattr(response_class, name, answer)
        OPERATIONS.append((response_class, name))
        return function

    return register


def mend(owner: type | ModuleType, name: str | None = None) -> Callable[[Callable], Callable]:
    """Replace a method or property of a moto class, or a function of a moto module, of the same name.

    The decorated function receives what it replaces as its first argument, then the usual arguments.
    """

    def register(function: Callable) -> Callable:
        attribute = name or function.__name__
        try:
            original = inspect.getattr_static(owner, attribute)
        except AttributeError:
            raise RegistryError(
                f"moto no longer has {_named(owner)}.{attribute}, which {function.__module__} mends."
            ) from None
        setattr(owner, attribute, _mended(original, function))
        CHANGES.append(function.__module__)
        return function

    return register


def _mended(original: Any, function: Callable) -> Any:
    """What takes the original's place, of the same kind."""
    if isinstance(original, property):
        return property(functools.partial(function, original.fget), original.fset, original.fdel)
    if isinstance(original, staticmethod):
        return staticmethod(functools.partial(function, original.__func__))
    inner = original.__func__ if isinstance(original, classmethod) else original

    def replacement(*args: Any, **kwargs: Any) -> Any:
        return function(inner, *args, **kwargs)

    functools.update_wrapper(replacement, inner)
    return classmethod(replacement) if isinstance(original, classmethod) else replacement


def replace(owner: type | ModuleType, name: str, value: Any) -> None:
    """Replace a constant of a moto class or module."""
    if not hasattr(owner, name):
        raise RegistryError(f"moto no longer has {_named(owner)}.{name}.")
    setattr(owner, name, value)
    CHANGES.append(inspect.currentframe().f_back.f_globals["__name__"])


def catch_all(urls: ModuleType, response_class: type[BaseResponse]) -> None:
    """Route every path of a REST service to its response class, which finds the operation in the model itself.

    moto lists the paths of the operations it knows; an added operation with a path of its own needs this.
    """
    urls.url_paths["{0}/.*"] = response_class.dispatch


def parameters(response: BaseResponse) -> dict[str, Any]:
    """The parameters of the request under AWS's own names, whether or not moto parses them for this service."""
    if not response.automated_parameter_parsing:
        response._get_action()  # finds the parameters in the path
        response.parse_parameters(response.normalized_request)
    return _plain(response.params)


def _plain(value: Any) -> Any:
    if isinstance(value, XFormedDict):
        value = value.original_dict()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def state(backend: Any, name: str, factory: Callable[[], Any] = dict) -> Any:
    """State of ours beside a backend's own: per account and region like it, and gone with it at a reset."""
    key = f"_emulator_{name}"
    if key not in backend.__dict__:
        backend.__dict__.setdefault(key, factory())
    return backend.__dict__[key]


@functools.cache
def load() -> None:
    """Apply every change, once: the services in services/, then the modules in mend/."""
    _load_services()
    package = importlib.import_module("emulator.mend")
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        importlib.import_module(f"{package.__name__}.{module.name}")


def _load_services() -> None:
    """Each directory in services/ becomes the package moto.<name>, with the layout of moto's own services."""
    ours = sorted(path.name for path in SERVICES.iterdir() if (path / "urls.py").is_file())
    for name in ours:
        if any((Path(path) / name).exists() for path in moto.__path__):
            raise RegistryError(f"moto now has the service {name}: remove emulator/services/{name}.")
    moto.__path__.append(str(SERVICES))
    for name in ours:
        urls = importlib.import_module(f"moto.{name}.urls")
        backend_index.backend_url_patterns += [(name, re.compile(base)) for base in urls.url_bases]


def _named(owner: type | ModuleType) -> str:
    return owner.__name__ if isinstance(owner, ModuleType) else f"{owner.__module__}.{owner.__qualname__}"
