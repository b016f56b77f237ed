# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read the command and the packed module that ansible-core hands to a connection.

Both functions answer None for whatever they do not understand to the last character. ansible-core writes both, and a
later version may write them differently.
"""

from __future__ import annotations

import base64
import datetime
import io
import shlex
import sys
import typing as t
import zipfile
from dataclasses import dataclass

_START = b'\n\nif __name__ == "__main__":\n    _ansiballz_main(\n'
_ARGUMENTS = frozenset(
    ("zip_data", "ansible_module", "module_fqn", "params", "profile", "date_time", "extensions", "rlimit_nofile")
)
# The interpreter, the C library or a library read these when they start, and do not look again.
_READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "MALLOC_", "GLIBC_", "OPENSSL_", "UNIX", "HOME", "AWS_DATA_PATH")
# These give the module another copy of itself, which must be a file that exists.
_NEEDS_FILE = frozenset(("ansible.module_utils.common.respawn",))


def read_command(command: str, shell: str) -> dict[str, str] | None:
    """The environment of a command that is nothing but the controller's interpreter, optionally in an environment."""
    try:
        executable, flag, script = shlex.split(command)
        words = shlex.split(script)
    except ValueError:
        return None
    if flag != "-c" or executable != shell:
        return None
    if words[-3:] == ["&&", "sleep", "0"]:  # written by some versions for the sake of terminals
        words = words[:-3]
        script = script.removesuffix("&& sleep 0").rstrip()
    if not words or words[-1] != sys.executable:
        return None
    environment = dict(word.split("=", 1) for word in words[:-1] if "=" in word)
    # Written anew it must be the same text, or there was something for the shell to do.
    again = " ".join([*(f"{name}={shlex.quote(value)}" for name, value in environment.items()), shlex.quote(words[-1])])
    if again != script or not all(name.isidentifier() and name.isascii() for name in environment):
        return None
    return environment if may_come_late(environment) else None


def may_come_late(environment: t.Iterable[str]) -> bool:
    """Whether variables of these names have the same effect in a process that has started without them."""
    return not any(name.startswith(_READ_AT_START) for name in environment)


@dataclass(frozen=True)
class Payload:
    """A packed module: what to run, with what, and a description of the files that came with it."""

    module_fqn: str
    params: str
    profile: str
    entries: dict[str, tuple[bool, int, int]]


def read_payload(data: bytes) -> Payload | None:
    head, start, _rest = data.rpartition(_START)
    if not start or b"_ANSIBALLZ_WRAPPER = True" not in head:
        return None
    captured: dict[str, t.Any] = {}
    scope = {"__name__": "__main__", "_ansiballz_main": captured.update, "datetime": datetime}
    try:
        # The controller's own text. It only names arguments; the module itself is in one of them.
        exec(compile(data[len(head) :], "<payload>", "exec"), scope)
        if captured.keys() != _ARGUMENTS or captured["extensions"] or captured["rlimit_nofile"]:
            return None
        entries = _entries(base64.b64decode(captured["zip_data"]))
    except Exception:
        return None
    if not entries or captured["module_fqn"] not in entries or not _NEEDS_FILE.isdisjoint(entries):
        return None
    return Payload(captured["module_fqn"], captured["params"], captured["profile"], entries)


def _entries(archive: bytes) -> dict[str, tuple[bool, int, int]] | None:
    entries = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for info in file.infolist():
            path, extension = info.filename[:-3], info.filename[-3:]
            if extension != ".py":
                return None
            is_package = path.endswith("/__init__")
            name = path.removesuffix("/__init__").replace("/", ".")
            entries[name] = (is_package, info.CRC, info.file_size)
    return entries
