# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""How a value of a secret is generated, as inventories and modules say it."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

_DEFAULT = {"length": 32, "punctuation": ""}
_SHORTEST, _LONGEST = 8, 128


def how(name: str, given: t.Any) -> dict[str, t.Any]:
    """Length and punctuation of the value of this name; InfraError for what cannot be meant."""
    if not isinstance(given or {}, dict):
        raise InfraError(f"generate of {name} is a map of {' and '.join(_DEFAULT)}, not {type(given).__name__}.")
    said = {**_DEFAULT, **(given or {})}
    unknown = sorted(set(said) - set(_DEFAULT))
    if unknown:
        raise InfraError(f"generate of {name} knows {' and '.join(_DEFAULT)}, not {', '.join(unknown)}.")
    length = str(said["length"])
    if not length.isdecimal() or not _SHORTEST <= int(length) <= _LONGEST:
        raise InfraError(f"generate of {name}: length is from {_SHORTEST} to {_LONGEST}, not {length}.")
    return {"length": int(length), "punctuation": str(said["punctuation"])}
