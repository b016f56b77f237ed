# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an account holds, field by field, so that two ways to it can be compared."""

from __future__ import annotations

import collections
import json
import re
import typing as t

from account import SIMPLE, contents, pages

Shape = collections.Counter[str]

# What is another every time: ids, addresses, moments, and what is made of them.
ANY = (
    re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d([T -][\d:.+-]+Z?)?"),
    re.compile(r"\b[a-z]+-[0-9a-f]{8,17}\b|[0-9a-f]{16,}|\b\d{1,3}(\.\d{1,3}){3}\b|\b(srv|ns)-\w+"),
    re.compile(r"\bZ[A-Z0-9]{12,}|\bd[a-z0-9]{13}\b|\b(AROA|AIDA|db-)[A-Z0-9]+|-[A-Za-z0-9]{6}$"),
)
# What AWS makes by itself, in its own time.
AWS_OWN = ("network interface", "snapshot", "automated backup")
# Fields that are: moments, and what AWS has thought of.
OWN = ("CallerReference", "LatestRestorableTime", "creationTime")


def shape(emulator: t.Any) -> Shape:
    """Everything in the account, field by field, without what is another every time."""
    found: Shape = collections.Counter()
    for kind, (service, operation, key, name) in SIMPLE.items():
        if kind in AWS_OWN:
            continue
        for one in pages(emulator, service, operation, key):
            found[f"{kind} {json.dumps(_plain(one))}"] += 1
            assert name is None or one[name]
    for one in contents(emulator):
        if not one.startswith(AWS_OWN):
            found[_same(one)] += 1
    return found


def _plain(value: t.Any) -> t.Any:
    """A description in which order means nothing."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in sorted(value.items()) if name not in OWN}
    if isinstance(value, list):
        return sorted((_plain(one) for one in value), key=json.dumps)
    return _same(str(value))


def _same(text: str) -> str:
    for pattern in ANY:
        text = pattern.sub("#", text)
    return text


def differences(found: Shape, wanted: Shape) -> list[str]:
    """What there is too much of, and what is missing."""
    return [*(f"more: {one}" for one in found - wanted), *(f"missing: {one}" for one in wanted - found)]
