# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules a module imports, imported once as a module would import them.

A packed module brings its own copy of C(ansible.module_utils) and of the module_utils of collections, and imports them
in a process that knows nothing of the controller. The controller has imported some of the same files, but in its own
way: it has switched them to "controller" (warnings are displayed at once, results are serialized differently). Its
copies must therefore not be used. This file imports a second set, beside the first, from the same files on disk, and
keeps it aside in a C(ModuleSet). The child process puts the set in the place of the controller's.

A payload may only use the set when every file in it is, byte for byte, the file on disk. Otherwise the answer is "no",
and the module runs in the ordinary way.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types
import typing as t
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ansible
from ansible.release import __author__, __version__

_ROOTS = ("ansible", "ansible_collections")
_BELOW_ROOTS = tuple(f"{root}." for root in _ROOTS)
_ANSIBLE_DIRECTORY = os.path.dirname(ansible.__file__)

# What ansible-core writes into a payload in place of these two files. A payload that says something else is not ours.
_EXTEND_PATH = "from pkgutil import extend_path\n__path__=extend_path(__path__,__name__)\n"
_GENERATED = {
    "ansible": f'{_EXTEND_PATH}__version__="{__version__}"\n__author__="{__author__}"\n',
    "ansible.module_utils": _EXTEND_PATH,
    "ansible.modules": "",
}


def is_ansible_name(name: str) -> bool:
    return name in _ROOTS or name.startswith(_BELOW_ROOTS)


@dataclass(frozen=True)
class Source:
    """Where the code of a Python module is, and a fingerprint of it."""

    path: str
    is_package: bool
    fingerprint: tuple[int, int]
    generated: str | None = None

    def content(self) -> bytes:
        if self.generated is not None:
            return self.generated.encode()
        with open(self.path, "rb") as file:
            return file.read()


def _fingerprint(data: bytes) -> tuple[int, int]:
    return zlib.crc32(data), len(data)


def _collection_directory(namespace: str, collection: str) -> str | None:
    try:
        package = importlib.import_module(f"ansible_collections.{namespace}.{collection}")
    except ImportError:
        return None
    return os.path.dirname(package.__file__) if package.__file__ else None


def _generated(name: str, parts: list[str]) -> str | None:
    """The text of a package that a payload does not copy from disk, or None."""
    if name in _GENERATED:
        return _GENERATED[name]
    if parts[0] == "ansible_collections" and (len(parts) < 5 or name.endswith(".plugins.modules") or len(parts) == 5):
        return ""
    return None


class SourceFinder:
    """Finds the file on disk for a name, as ansible-core does when it packs a module."""

    def __init__(self, collection_directory: Callable[[str, str], str | None] = _collection_directory) -> None:
        self._collection_directory = collection_directory
        self._directories: dict[tuple[str, str], str | None] = {}

    def _base(self, parts: list[str]) -> str | None:
        if parts[0] == "ansible":
            return os.path.join(_ANSIBLE_DIRECTORY, *parts[1:])
        if len(parts) < 3:
            return os.path.join(os.sep, *parts)  # a package without a directory of its own
        key = (parts[1], parts[2])
        if key not in self._directories:
            self._directories[key] = self._collection_directory(*key)
        directory = self._directories[key]
        return os.path.join(directory, *parts[3:]) if directory else None

    def find(self, name: str) -> Source | None:
        parts = name.split(".")
        if parts[0] not in _ROOTS or (base := self._base(parts)) is None:
            return None
        package_file = os.path.join(base, "__init__.py")
        if (text := _generated(name, parts)) is not None:
            return Source(package_file, True, _fingerprint(text.encode()), text)
        for path, is_package in ((package_file, True), (f"{base}.py", False)):
            try:
                with open(path, "rb") as file:
                    return Source(path, is_package, _fingerprint(file.read()))
            except OSError:
                continue
        # A directory that is a package without saying so. A payload has no entry for it.
        return Source(package_file, True, _fingerprint(b""), "") if os.path.isdir(base) else None


class _GeneratedLoader(importlib.abc.InspectLoader):
    def __init__(self, text: str) -> None:
        self._text = text

    def get_source(self, fullname: str) -> str:
        return self._text

    def is_package(self, fullname: str) -> bool:
        return True


class TargetFinder(importlib.abc.MetaPathFinder):
    """Imports ansible and collection code the way it is found in the process of a module: nothing but what is there."""

    def __init__(self, find: Callable[[str], Source | None]) -> None:
        self._find = find

    def find_spec(self, fullname: str, path: object = None, target: object = None):
        if not is_ansible_name(fullname):
            return None
        source = self._find(fullname)
        if source is None:
            if fullname.startswith("ansible_collections"):
                raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
            return None
        directory = [os.path.dirname(source.path)]
        if source.generated is None:
            return importlib.util.spec_from_file_location(
                fullname, source.path, submodule_search_locations=directory if source.is_package else None
            )
        loader = _GeneratedLoader(source.generated)
        spec = importlib.machinery.ModuleSpec(fullname, loader, origin=source.path, is_package=True)
        spec.submodule_search_locations = directory
        spec.has_location = True
        return spec


def _forget_controller() -> dict[str, types.ModuleType]:
    """Remove the controller's copies, its import hooks and what they cached. Answer the copies, to be kept alive."""
    removed = {name: module for name, module in sys.modules.items() if is_ansible_name(name)}
    for name in removed:
        del sys.modules[name]
    sys.meta_path[:] = [hook for hook in sys.meta_path if not _belongs_to_ansible(hook)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if not _belongs_to_ansible(hook)]
    for path, finder in list(sys.path_importer_cache.items()):
        if _belongs_to_ansible(finder):
            del sys.path_importer_cache[path]
    return removed


def _belongs_to_ansible(hook: object) -> bool:
    owner = hook if isinstance(hook, (type, types.FunctionType, types.MethodType)) else type(hook)
    return is_ansible_name(getattr(owner, "__module__", None) or "")


@contextmanager
def _as_target(finder: TargetFinder) -> Iterator[list]:
    """Have the imports of a module, until the end of the block. The list then has the import hooks that were added."""
    hooks = list(sys.meta_path), list(sys.path_hooks)
    controller = _forget_controller()
    sys.meta_path.insert(0, finder)
    added: list = []
    try:
        yield added
    finally:
        added += [hook for hook in sys.meta_path if hook is not finder and hook not in hooks[0]]
        for name in [name for name in sys.modules if is_ansible_name(name)]:
            del sys.modules[name]
        sys.modules.update(controller)
        sys.meta_path[:], sys.path_hooks[:] = hooks


@dataclass(frozen=True)
class ModuleSet:
    """Imported modules by name, and the files they were imported from."""

    modules: Mapping[str, types.ModuleType]
    sources: Mapping[str, Source]
    hooks: Sequence[t.Any]

    def sources_for(self, entries: Mapping[str, tuple[bool, int, int]]) -> dict[str, Source] | None:
        """The files on disk that a payload consists of, or None when any of them differs from the payload's.

        The entries are, by module name: is it a package, its checksum and its size.
        """
        finder = SourceFinder()
        found: dict[str, Source] = {}
        for name, (is_package, *fingerprint) in entries.items():
            source = self.sources.get(name) or finder.find(name)
            if source is None or source.is_package != is_package or source.fingerprint != tuple(fingerprint):
                return None
            found[name] = source
        for name in entries:
            while (name := name.rpartition(".")[0]) and name not in found:
                if (source := self.sources.get(name) or finder.find(name)) is None or source.generated is None:
                    return None
                found[name] = source
        return found

    def install(self, sources: Mapping[str, Source]) -> object:
        """Make this process import what a payload contains, and nothing else. There is no way back.

        The caller has to keep the answer: the controller's modules must not be freed while its stack still exists.
        """
        removed = _forget_controller()
        for name, module in self.modules.items():
            if self._origin(name) in sources:
                sys.modules[name] = module
        sys.meta_path[:0] = [TargetFinder(sources.get), *self.hooks]
        return removed

    @contextmanager
    def imported(self, module: str) -> Iterator[None]:
        """Have this process import what a module of this name would, until the end of the block."""
        finder = SourceFinder()
        finder.find(module)  # the controller's import hooks know where collections are; ask before they are put aside
        with _as_target(TargetFinder(lambda name: self.sources.get(name) or finder.find(name))):
            sys.modules.update(self.modules)
            sys.meta_path[1:1] = self.hooks
            yield

    def _origin(self, name: str) -> str:
        """The module with a file that has made this one: itself, or (six does that) one above it."""
        while name not in self.sources and "." in name:
            name = name.rpartition(".")[0]
        return name


class _Warnings:
    """The warnings and deprecations that await the end of a module, in the copy of ansible-core being imported."""

    def __init__(self) -> None:
        module = importlib.import_module("ansible.module_utils.common.warnings")
        self._pending = (module._global_warnings, module._global_deprecations)

    def take(self) -> bool:
        were_there = any(self._pending)
        for pending in self._pending:
            pending.clear()
        return were_there


def import_module_set(names: Iterable[str], report: Callable[[str], None]) -> ModuleSet:
    """Import the named modules, and what they import, apart from the controller's. A name that fails is left out.

    Meanwhile the controller's own copies cannot be imported. That is why this must happen before there are tasks: the
    threads of ansible-core wait for workers then, and import nothing.
    """
    finder = SourceFinder()
    wanted = list(names)
    for name in wanted:  # the controller's import hooks know where collections are; ask before they are put aside
        finder.find(name)
    sources: dict[str, Source] = {}

    def find(name: str) -> Source | None:
        source = finder.find(name)
        if source is not None:
            sources[name] = source
        return source

    with _as_target(TargetFinder(find)) as hooks:
        warnings = _Warnings()
        for name in wanted:
            before = set(sys.modules)
            try:
                importlib.import_module(name)
            except Exception as error:
                report(f"{name}: {error}")
            if warnings.take():
                # To import this is worth a warning in the result of every module that does. Let the module import it.
                for new in [new for new in sys.modules.keys() - before if is_ansible_name(new)]:
                    del sys.modules[new]
                    parent, _dot, leaf = new.rpartition(".")
                    if parent in sys.modules:
                        vars(sys.modules[parent]).pop(leaf, None)
        modules = {name: module for name, module in sys.modules.items() if is_ansible_name(name)}
    return ModuleSet(modules, {name: sources[name] for name in modules if name in sources}, hooks)


def plugins_of(namespace: str, collection: str) -> str:
    """The directory of the plugins of a collection; empty where it is not installed."""
    base = _collection_directory(namespace, collection)
    return os.path.join(base, "plugins") if base else ""


def module_utils_of(namespace: str, collection: str) -> list[str]:
    """The names of all module_utils of a collection."""
    if not (plugins := plugins_of(namespace, collection)):
        return []
    root = os.path.join(plugins, "module_utils")
    names = []
    for directory, directories, files in os.walk(root):
        directories[:] = sorted(name for name in directories if name.isidentifier() and name != "__pycache__")
        package = ["ansible_collections", namespace, collection, "plugins", "module_utils"]
        if directory != root:
            package += os.path.relpath(directory, root).split(os.sep)
        for file in sorted(files):
            stem, extension = os.path.splitext(file)
            if extension == ".py" and stem != "__init__" and stem.isidentifier():
                names.append(".".join([*package, stem]))
    return names
