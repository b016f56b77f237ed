# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import datetime
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._s3_versions import Step, steps


def at(minute: int) -> datetime.datetime:
    return datetime.datetime(2026, 11, 29, 20, minute, tzinfo=datetime.UTC)


def version(key: str, minute: int, tag: str = "", latest: bool = False) -> dict[str, t.Any]:
    tag = tag or f"{key}{minute}"
    return {
        "Key": key,
        "VersionId": f"v{minute}",
        "LastModified": at(minute),
        "ETag": tag,
        "Size": 1,
        "IsLatest": latest,
    }


def marker(key: str, minute: int, latest: bool = True) -> dict[str, t.Any]:
    return {"Key": key, "VersionId": f"m{minute}", "LastModified": at(minute), "IsLatest": latest}


def test_what_was_deleted_comes_back_without_a_copy() -> None:
    assert steps([version("a", 1)], [marker("a", 5)], at(3)) == [Step("a", "", ["m5"])]
    twice = [marker("a", 6), marker("a", 5, latest=False)]
    assert steps([version("a", 1)], twice, at(3)) == [Step("a", "", ["m6", "m5"])]


def test_what_was_overwritten_gets_the_version_it_had() -> None:
    both = [version("a", 5, latest=True), version("a", 1)]
    assert steps(both, [], at(3)) == [Step("a", "v1", [])]
    assert steps(both, [marker("a", 7)], at(3)) == [Step("a", "v1", [])]  # and deleted then
    assert steps(both, [], at(6)) == []


def test_it_is_done_once() -> None:
    restored = [version("a", 9, tag="same", latest=True), version("a", 5), version("a", 1, tag="same")]
    assert steps(restored, [], at(3)) == []


def test_what_was_not_there_then_is_left_alone() -> None:
    assert steps([version("a", 5, latest=True)], [], at(3)) == []
    gone = [version("a", 5, latest=True), version("a", 1)]
    assert steps(gone, [marker("a", 2, latest=False)], at(3)) == []
