# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keep what botocore works out again for each new client, and give it to the clients of this process and its children.

All of it follows from the files that come with botocore, and from nothing else: neither configuration nor credentials
nor requests are kept. Each place where botocore is asked to remember is checked first. If a version of botocore does it
in another way, that place is left as it is, and clients take the time they always took.
"""

from __future__ import annotations

import gzip
import inspect
import json
import os
import types
import typing as t
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

try:
    import boto3
    import botocore.client
    import botocore.hooks
    import botocore.loaders
    import botocore.regions
    import botocore.session
except ImportError:
    pass  # _warm then leaves clients to be created in the ordinary way

# What a session of boto3 finds on its own search path, next to that of botocore. A plain session of botocore does not.
_ONLY_BOTO3 = "resources-1"


class _PlainFiles:
    """Reads the files that come with botocore into plain dicts, without their prose.

    Its own know their order twice; all of that is memory each fork has to map.
    """

    _OPEN: t.ClassVar[dict[str, t.Callable]] = {".json": open, ".json.gz": gzip.open}

    def exists(self, file_path: str) -> bool:
        return any(os.path.isfile(file_path + ending) for ending in self._OPEN)

    def load_file(self, file_path: str) -> t.Any:
        for ending, opened in self._OPEN.items():
            with suppress(FileNotFoundError), opened(file_path + ending, "rb") as file:
                return json.loads(file.read(), object_hook=_without_prose)
        return None


def _without_prose(known: dict[str, t.Any]) -> dict[str, t.Any]:
    if isinstance(known.get("documentation"), str):
        known["documentation"] = ""  # botocore expects it with some
    return known


class _Replacement(t.NamedTuple):
    owner: t.Any
    name: str
    original: t.Any
    substitute: t.Any


class ClientCache:
    """Wrappers around functions of botocore that remember their answers, by the identity of what they are given."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._loaded: dict[tuple, object] = {}
        self._unused: list[t.Any] = []
        self._replacements: list[_Replacement] = []
        self._replace(botocore.session, "get_session", ["env_vars"], self._get_session)
        self._replace(botocore.session, "create_loader", ["search_path_string"], self._create_loader)
        self._replace(botocore.hooks, "accepts_kwargs", ["func"], self._accepts_kwargs)
        parameters = ["self", "event_emitter", "event_aliases"]
        self._replace(botocore.hooks.EventAliaser, "__init__", parameters, self._aliaser)
        parameters = ["ruleset_data", "partition_data", "excluded_params"]
        self._replace(botocore.regions, "EndpointProvider", parameters, self._provider)
        creator = botocore.client.ClientCreator
        self._replace(creator, "_load_service_model", ["self", "service_name", "api_version"], self._service_model)
        for name in ("_create_methods", "_create_name_mapping"):
            self._replace(creator, name, ["self", "service_model"], self._of_service_model)

    def fill(self, services: Iterable[str]) -> None:
        """Create a client of each service, once, to learn what that needs. No request is made."""
        with self._installed():
            # Given explicitly, so that neither configuration nor the machine is asked.
            session = boto3.session.Session("none", "none", region_name="us-east-1")
            session._loader.file_loader = _PlainFiles()
            for service in services:
                try:
                    client = session.client(service)
                    for page in ("paginators-1", "waiters-2"):
                        with suppress(Exception):
                            session._loader.load_service_model(service, page)
                    client.exceptions  # noqa: B018 - the classes of the service's errors
                except Exception as error:
                    self._report(f"{service}: {error}")
            cached = getattr(session._loader, "_cache", {})
            self._loaded = {key: value for key, value in cached.items() if _ONLY_BOTO3 not in key}
        self._unused = [botocore.session.get_session()]

    def install(self) -> None:
        for place in self._replacements:
            setattr(place.owner, place.name, place.substitute)

    @contextmanager
    def _installed(self) -> Iterator[None]:
        self.install()
        try:
            yield
        finally:
            for place in self._replacements:
                setattr(place.owner, place.name, place.original)

    def _replace(self, owner: t.Any, name: str, parameters: list[str], wrap: Callable) -> None:
        try:
            original = getattr(owner, name)
            if list(inspect.signature(original).parameters) != parameters:
                raise TypeError("other parameters")
        except (AttributeError, TypeError, ValueError) as error:
            self._report(f"botocore works in another way here, left as it is: {owner.__name__}.{name}: {error}")
        else:
            self._replacements.append(_Replacement(owner, name, original, wrap(original)))

    def _create_loader(self, original: Callable) -> Callable:
        def create_loader(search_path_string=None):
            loader = original(search_path_string)
            if search_path_string is None and isinstance(getattr(loader, "_cache", None), dict):
                loader._cache.update(self._loaded)
            return loader

        return create_loader

    def _get_session(self, original: Callable) -> Callable:
        """The first session of a process was made before: it knows nothing of the environment until it is asked."""

        def get_session(env_vars=None):
            return self._unused.pop() if self._unused and env_vars is None else original(env_vars)

        return get_session

    def _accepts_kwargs(self, original: Callable) -> Callable:
        answers: dict[types.FunctionType, object] = {}

        def accepts_kwargs(func):
            function = getattr(func, "__func__", func) if isinstance(func, types.MethodType) else func
            if not isinstance(function, types.FunctionType):
                return original(func)
            if function not in answers:
                answers[function] = original(func)
            return answers[function]

        return accepts_kwargs

    def _aliaser(self, original: Callable) -> Callable:
        names: dict[str, str] = {}

        def __init__(self, event_emitter, event_aliases=None):
            original(self, event_emitter, event_aliases)
            if hasattr(self, "_alias_name_cache") and self._event_aliases == botocore.hooks.EVENT_ALIASES:
                self._alias_name_cache = names

        return __init__

    def _provider(self, original: type) -> Callable:
        answers: dict[tuple, tuple] = {}

        def provider(ruleset_data, partition_data, excluded_params=None):
            key = (id(ruleset_data), id(partition_data), frozenset(excluded_params or ()))
            if key not in answers:  # what the identity is of is kept with the answer, or it might be taken by another
                answers[key] = (original(ruleset_data, partition_data, excluded_params), ruleset_data, partition_data)
            return answers[key][0]

        return provider

    def _service_model(self, original: Callable) -> Callable:
        answers: dict[tuple[int, str], tuple] = {}

        def _load_service_model(self, service_name, api_version=None):
            model = original(self, service_name, api_version)
            description = getattr(model, "_service_description", None)
            if description is None:
                return model
            return answers.setdefault((id(description), service_name), (model, description))[0]

        return _load_service_model

    def _of_service_model(self, original: Callable) -> Callable:
        answers: dict[int, tuple] = {}

        def of_service_model(self, service_model):
            if (key := id(service_model)) not in answers:
                answers[key] = (original(self, service_model), service_model)
            return dict(answers[key][0])

        return of_service_model
