# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""One thing AWS recommends, and how it is looked at."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._live import Live

Look = t.Callable[[Live], t.Iterator[str]]


class Practice(t.NamedTuple):
    """A recommendation: AWS's id of it, what it says, what is not so, and whether the environment asks for it."""

    id: str
    what: str
    problems: Look
    promised: t.Callable[[Live], bool] = lambda live: True


def protected(live: Live) -> bool:
    """Whether the environment is one that must not be lost, as production is."""
    return bool(live.wanted["protected"])
