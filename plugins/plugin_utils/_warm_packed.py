# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Keep packed modules from run to run.

ansible-core packs each module once in a run, into a directory it removes at the end: a seventh of the processor time
of a run that has nothing to change. Copies of what it packed stand in the user's own directory, one set for each state
of the files that modules are packed from, and are put back when the next run starts. They hold code and no arguments.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import pathlib
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator

import ansible
from ansible.release import __version__

_DAYS = 30  # a set that was not used for as long is removed
_PARTS = ("-part", ".lock")


def keep(
    collections: Iterable[str], directories: Iterable[pathlib.Path], home: pathlib.Path, cache: pathlib.Path
) -> None:
    """Put what is kept into the cache of this run, and keep what this process finds there when it ends.

    Only modules of these collections and of ansible-core are kept; directories are where the collections' plugins are.
    Raises RuntimeError, and does nothing, when the directory is not the user's alone.
    """
    core = pathlib.Path(ansible.__file__).parent
    roots = [core / "module_utils", core / "modules"]
    roots += [plugins / part for plugins in directories for part in ("module_utils", "modules")]
    sets = home / "sdt_infra_packed"
    store = sets / _state_of(roots)
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    for directory in (sets, store):
        found = directory.stat()
        if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise RuntimeError(f"{directory} is not yours alone")
    os.utime(store)
    cache.mkdir(exist_ok=True)
    for file in store.glob("[!.]*"):
        with contextlib.suppress(FileExistsError):
            (cache / file.name).symlink_to(file)
    prefixes = ("ansible.modules.", *(f"ansible_collections.{name}.plugins.modules." for name in collections))
    atexit.register(_save, os.getpid(), prefixes, cache, store)


def _state_of(roots: Iterable[pathlib.Path]) -> str:
    """A name for the state of all files modules are packed from, and of what packs them."""
    state = hashlib.sha256(f"{__version__} {sys.version}".encode())
    for root in roots:
        for path in sorted(_files(root)):
            found = os.stat(path)
            state.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return state.hexdigest()[:32]


def _files(root: pathlib.Path) -> Iterator[str]:
    for directory, directories, files in os.walk(root):
        directories[:] = [name for name in directories if name != "__pycache__"]
        yield from (os.path.join(directory, file) for file in files)


def _save(owner: int, prefixes: tuple[str, ...], cache: pathlib.Path, store: pathlib.Path) -> None:
    """What cannot be kept is packed again; nobody is told."""
    if os.getpid() != owner:
        return
    with contextlib.suppress(OSError):
        for file in cache.iterdir():
            if file.is_symlink() or not file.name.startswith(prefixes) or file.name.endswith(_PARTS):
                continue
            part = store / f".{file.name}.{owner}"
            shutil.copyfile(file, part)
            part.chmod(0o600)
            part.rename(store / file.name)
        for other in store.parent.iterdir():
            if other.stat().st_mtime < time.time() - _DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)
