# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What an environment promises: platform_rto and platform_rpo, as lengths of time."""

from __future__ import annotations

import datetime
import re

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"^(\d+)([mhd])$")


def duration(text: str) -> datetime.timedelta | None:
    """30m, 4h or 1d; None for what is none of these."""
    found = _DURATION.match(text)
    return datetime.timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
