# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Does what exists already satisfy what is wanted? Only what the user gave is compared."""

from __future__ import annotations

import typing as t

State = dict[str, t.Any]


def satisfied(have: t.Any, want: t.Any) -> bool:
    """True when have agrees with want in everything want says.

    A dict is satisfied by a dict that has at least its keys; a list needs the same length and order.
    """
    if isinstance(want, dict):
        return isinstance(have, dict) and all(
            satisfied(have.get(key), value) for key, value in want.items() if value is not None
        )
    if isinstance(want, list):
        return (
            isinstance(have, list)
            and len(have) == len(want)
            and all(satisfied(one, other) for one, other in zip(have, want, strict=True))
        )
    return have == want


def ordered(values: t.Iterable[t.Any]) -> list[t.Any]:
    """A list whose order means nothing, in the one order that is compared."""
    return sorted(values, key=_sort_key)


def without_none(value: t.Any) -> t.Any:
    """value without the suboptions the user left out, which Ansible fills with None."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_none(item) for item in value]
    return value


def _sort_key(value: t.Any) -> str:
    if isinstance(value, dict):
        return repr([(key, _sort_key(value[key])) for key in sorted(value)])
    return repr(value)
