# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Moments as texts: in UTC and of one length, so that they can be compared and read."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def told(value: t.Any) -> str:
    """A moment AWS gave, such as 2026-11-29T20:33:30Z; an empty text for none."""
    if not isinstance(value, datetime.datetime):
        return str(value or "")
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text: str) -> datetime.datetime:
    """A moment as people write it, UTC where they say no zone; raises InfraError for what is none."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise InfraError(f"{text!r} is no moment: write it like 2026-11-29T20:30:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def now() -> str:
    """This moment."""
    return told(datetime.datetime.now(datetime.UTC))
