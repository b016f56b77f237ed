# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What has to be done so that objects are again as they were at a moment. Pure: asks nobody.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
"""

from __future__ import annotations

import collections
import datetime
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State


class Step(t.NamedTuple):
    """An object that comes back: version is the one to copy, or empty where only markers have to go."""

    key: str
    version: str
    markers: list[str]


def steps(versions: t.Iterable[State], markers: t.Iterable[State], moment: datetime.datetime) -> list[Step]:
    """What brings every object back that was there at the moment and is deleted or another one now.

    A deleted object comes back by taking its delete markers away, an overwritten one by a copy of the version it had.
    What was made later is left alone, and nothing is lost: versions are added.
    """
    history: dict[str, list[State]] = collections.defaultdict(list)
    for one in versions:
        history[one["Key"]].append({**one, "deleted": False})
    for one in markers:
        history[one["Key"]].append({**one, "deleted": True})
    found = [_step(key, entries, moment) for key, entries in sorted(history.items())]
    return [step for step in found if step is not None]


def _step(key: str, entries: list[State], moment: datetime.datetime) -> Step | None:
    newest_first = sorted(entries, key=lambda one: (one.get("IsLatest", False), one["LastModified"]), reverse=True)
    then = next((one for one in newest_first if one["LastModified"] <= moment), None)
    if then is None or then["deleted"]:
        return None
    over = newest_first[: newest_first.index(then)]
    if not over:
        return None
    if all(one["deleted"] for one in over):
        return Step(key, "", [one["VersionId"] for one in over])
    now = over[0]
    same = not now["deleted"] and (now["ETag"], now["Size"]) == (then["ETag"], then["Size"])
    return None if same else Step(key, then["VersionId"], [])
