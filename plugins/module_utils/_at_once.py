# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Questions that do not need each other's answers are asked at the same time."""

from __future__ import annotations

import concurrent.futures
import typing as t

MOST = 10  # connections to one service a client of botocore keeps; more of them would be closed after each request

T = t.TypeVar("T")


def at_once(*reads: t.Callable[[], T]) -> list[T]:
    """What each returns, in their order. When all have ended, the error of the first that failed is raised."""
    if len(reads) < 2:
        return [read() for read in reads]
    with concurrent.futures.ThreadPoolExecutor(min(len(reads), MOST)) as threads:
        asked = [threads.submit(read) for read in reads]
    return [one.result() for one in asked]
