# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Moments as texts: in UTC and of one length, so that they can be compared and read."""

from __future__ import annotations

import datetime
import typing as t


def told(value: t.Any) -> str:
    """A moment AWS gave, such as 2026-11-29T20:33:30Z; an empty text for none."""
    if not isinstance(value, datetime.datetime):
        return str(value or "")
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> str:
    """This moment."""
    return told(datetime.datetime.now(datetime.UTC))
