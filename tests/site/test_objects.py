# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files come back from their versions, deleted ones and overwritten ones, and nothing else is touched."""

from __future__ import annotations

import datetime
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook
from walks import nothing_to_do, operations

BUCKET = "sdt-dev-user-uploads-123456789012"
LIMIT = ("--limit", "user-uploads")


class World:
    """A bucket with files, some of which were lost after a moment."""

    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        playbook(emulator.url, "site.yml", "dev").must_succeed()
        self.s3 = emulator.client("s3")
        for key in ("submissions/1", "submissions/2", "submissions/3", "avatars/1"):
            self.put(key, "good")
        time.sleep(1.1)  # S3 tells whole seconds
        self.moment = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        time.sleep(1.1)
        self.s3.delete_object(Bucket=BUCKET, Key="submissions/1")
        self.put("submissions/2", "bad")
        self.put("submissions/4", "new")
        self.s3.delete_object(Bucket=BUCKET, Key="avatars/1")

    def put(self, key: str, text: str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def files(self) -> dict[str, str]:
        found = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {one["Key"]: self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read().decode() for one in found}

    def restore(self, *arguments: str) -> Run:
        self.emulator.clear()
        given = ("-e", f"restore_time={self.moment}", *arguments)
        return playbook(self.emulator.url, "playbooks/restore_objects.yml", "dev", *LIMIT, *given)


@pytest.mark.long
def test_files_come_back_as_they_were(emulator: t.Any) -> None:
    world = World(emulator)
    before = world.files()
    assert before == {"submissions/2": "bad", "submissions/3": "good", "submissions/4": "new"}
    refused = world.restore()
    assert refused.returncode != 0 and "Nothing was brought back" in refused.failures[0]
    unknown = world.restore("-e", "prefix=submissions/", "-e", "restore_time=yesterday")
    assert unknown.returncode != 0 and "'yesterday' is no moment" in unknown.failures[0]
    preview = world.restore("-e", "prefix=submissions/", "--check").must_succeed()
    assert "2 objects" in preview.output and "submissions/1, submissions/2" in preview.output
    assert operations(emulator) == [] and world.files() == before
    world.restore("-e", "prefix=submissions/").must_succeed()
    after = {"submissions/1": "good", "submissions/2": "good", "submissions/3": "good", "submissions/4": "new"}
    assert world.files() == after
    again = world.restore("-e", "prefix=submissions/").must_succeed()
    assert operations(emulator) == [] and "0 objects" in again.output
    world.restore("-e", "everything=true").must_succeed()
    assert world.files() == {**after, "avatars/1": "good"}
    nothing_to_do(emulator, "dev")


@pytest.mark.long
def test_killed_on_the_way_the_same_command_ends_it(emulator: t.Any) -> None:
    def sent(emulator: t.Any) -> bool:
        return any(one.startswith("s3:") for one in operations(emulator))

    world = World(emulator)
    emulator.clear()
    given = (*LIMIT, "-e", f"restore_time={world.moment}", "-e", "everything=true")
    killed_playbook(emulator, "playbooks/restore_objects.yml", "dev", *given, after=sent)
    world.restore("-e", "everything=true", "-e", "lock_takeover=true").must_succeed()
    assert world.files()["submissions/1"] == world.files()["submissions/2"] == world.files()["avatars/1"] == "good"
