# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run modules in forks of this process, or in workers. The callback prepares, the connection and the action ask."""

from __future__ import annotations

import functools
import gc
import inspect
import os
import pathlib
import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from ansible import constants
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_imports, _warm_payload, _warm_process
from ansible_collections.sdt.infra.plugins.plugin_utils._warm_process import NotStarted

__all__ = [
    "NotStarted",
    "kept_to_the_end",
    "prepare",
    "prepare_packing",
    "recognize",
    "run_in_worker",
    "worker_can_run",
]

_RUNNER = "ansible.module_utils._internal._ansiballz._loader"
_RUNNER_ARGUMENTS = {"json_params", "profile", "module_fqn", "modlib_path", "extensions"}
_ALWAYS = (
    _RUNNER,
    "ansible.module_utils.basic",
    "ansible.module_utils.urls",
    "ansible.module_utils._internal._json._profiles._module_legacy_c2m",
    "ansible.module_utils._internal._json._profiles._module_legacy_m2c",
)

_modules: _warm_imports.ModuleSet | None = None
_prepared_by: int | None = None
_used_by: int | None = None


@contextmanager
def kept_to_the_end() -> Iterator[None]:
    """What is made in the block lives to the end: walking it takes a collector time, and copies memory in each fork."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def prepare(collections: Iterable[str], services: Iterable[str], report: Callable[[str], None]) -> None:
    """Import what modules import. To be called once, in the process that will start all others."""
    global _modules, _prepared_by
    if _modules is not None:
        return
    if not _warm_process.is_supported():
        report("Modules run in the ordinary way: on this system a fork cannot stand for a new process.")
        return
    names = list(_ALWAYS)
    for collection in collections:
        namespace, _dot, name = collection.partition(".")
        names += _warm_imports.module_utils_of(namespace, name)
    modules = _warm_imports.import_module_set(names, report)
    runner = modules.modules[_RUNNER]
    if not inspect.signature(runner.run_module).parameters.keys() >= _RUNNER_ARGUMENTS:
        raise RuntimeError("this version of ansible-core starts modules in another way")
    _modules, _prepared_by = modules, os.getpid()
    _try(
        {
            "Plugins are loaded": functools.partial(_load_plugins, collections),
            "Templates are compiled": _keep_templates,
            "What was read from files is copied": _share_scalars,
        },
        report,
    )
    _with_the_first_worker(
        functools.partial(_try, {"AWS clients are created": functools.partial(_fill_clients, services, report)}, report)
    )


def _with_the_first_worker(step: Callable[[], None]) -> None:
    """Have this done while the first worker runs: this process has nothing to do then but to wait for it."""
    steps = [step]

    def started() -> None:
        if steps and os.getpid() == _prepared_by:
            with kept_to_the_end():
                steps.pop()()

    os.register_at_fork(after_in_parent=started)


def prepare_packing(collections: Iterable[str], report: Callable[[str], None]) -> None:
    """Prepare for modules that have to be packed. To be called in the same process, once, before the first of them."""
    if _modules is not None and os.getpid() == _prepared_by:
        _try(
            {
                "Modules are packed": functools.partial(_remember_imports, _modules),
                "Modules are kept": functools.partial(_keep_packed, collections),
            },
            report,
        )


def _try(steps: Mapping[str, Callable[[], None]], report: Callable[[str], None]) -> None:
    """What cannot be prepared costs time and nothing else: modules, workers and clients do it themselves, then."""
    for what, step in steps.items():
        try:
            step()
        except Exception as error:
            report(f"{what} in the ordinary way: {error}")


# Each imports what it needs itself, so that one that cannot be imported takes nothing else along.


def _load_plugins(collections: Iterable[str]) -> None:
    from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_plugins

    _warm_plugins.load(collections)


def _remember_imports(modules: _warm_imports.ModuleSet) -> None:
    from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_packing

    _warm_packing.remember_imports((name, source.content()) for name, source in modules.sources.items())


def _keep_packed(collections: Iterable[str]) -> None:
    from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_packed

    names = [name for name in collections if _warm_imports.plugins_of(*name.split("."))]
    _warm_packed.keep(
        names,
        [pathlib.Path(_warm_imports.plugins_of(*name.split("."))) for name in names],
        pathlib.Path(constants.ANSIBLE_HOME),
        pathlib.Path(constants.DEFAULT_LOCAL_TMP) / "ansiballz_cache",
    )


def _keep_templates() -> None:
    from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_memory, _warm_templates

    _warm_templates.keep_compiled(_warm_memory.Memory())


def _share_scalars() -> None:
    from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_copies

    _warm_copies.share_scalars()


def _fill_clients(services: Iterable[str], report: Callable[[str], None]) -> None:
    if services:
        from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_botocore

        clients = _warm_botocore.ClientCache(report)
        clients.fill(services)
        clients.install()


def worker_can_run(environment: Iterable[str]) -> bool:
    """Whether run_in_worker can be called, for a module with these environment variables."""
    return (
        _modules is not None
        and os.getpid() not in (_prepared_by, _used_by)
        and _warm_process.may_fork()
        and _warm_payload.may_come_late(environment)
    )


def run_in_worker(
    module: str, params: str, profile: str, cwd: str | None, environment: Mapping[str, str]
) -> tuple[int, bytes, bytes]:
    """Run a module, known to behave, in the worker of its task: once, as it may leave something behind in its modules.

    The module is given by its full name as a Python module, its parameters as ansible-core writes them for the profile.
    Answers the exit code, and what the module wrote to standard output and standard error.
    """
    global _used_by
    _used_by = os.getpid()
    modules = t.cast(_warm_imports.ModuleSet, _modules)
    _warm_process.end_with_parent()
    with modules.imported(module):
        return _warm_process.run_here(_runner(modules, module, params, profile), cwd, environment)


def _runner(modules: _warm_imports.ModuleSet, module: str, params: str, profile: str) -> Callable[[], None]:
    """What a packed module calls in a process of its own, to be called where the modules of the set are imported."""
    return functools.partial(
        modules.modules[_RUNNER].run_module,
        json_params=params.encode(),
        profile=profile,
        module_fqn=module,
        modlib_path=None,
        extensions={},
    )


def recognize(command: str, shell: str, data: bytes, cwd: str | None) -> Callable[[], tuple[int, bytes, bytes]] | None:
    """What to call to run a packed module in a fork, or None when this is not a case for it."""
    if _modules is None or not _warm_process.may_fork():
        return None
    if (environment := _warm_payload.read_command(command, shell)) is None:
        return None
    if (payload := _warm_payload.read_payload(data)) is None:
        return None
    if (sources := _modules.sources_for(payload.entries)) is None:
        return None
    modules = _modules
    kept: list[object] = []

    def prepare_child() -> None:
        kept.append(modules.install(sources))

    run_module = _runner(modules, payload.module_fqn, payload.params, payload.profile)

    def run() -> tuple[int, bytes, bytes]:
        if os.getpid() != _prepared_by:  # a worker
            _warm_process.end_with_parent()
        return _warm_process.run_in_fork(prepare_child, run_module, cwd, environment)

    return run
