# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Placeholders for what does not exist yet.

In check mode a parent may be missing because this very run would create it. Its id is then a placeholder such as
planned:vpc/sdt-prod. A request that would carry one is not sent: nothing can exist below a parent that does not.
"""

from __future__ import annotations

import typing as t

_MARK = "planned:"


def planned(kind: str, name: str) -> str:
    """The placeholder of the resource of this kind and name."""
    return f"{_MARK}{kind}/{name}"


def is_planned(value: t.Any) -> bool:
    """True when value is, or contains, a placeholder."""
    if isinstance(value, str):
        return _MARK in value
    if isinstance(value, dict):
        return any(is_planned(item) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(is_planned(item) for item in value)
    return False
