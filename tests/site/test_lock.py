# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs never write to an environment at the same time, whatever the limit."""

from __future__ import annotations

import concurrent.futures
import time
import typing as t

import pytest
from runs import Run, playbook
from walks import operations, site

TABLE = "sdt-infra-runs"
LIMIT = ("--limit", "account")  # the shortest run that writes
KEY = {"environment": {"S": "sdt-dev"}, "record": {"S": "lock"}}


def lock(emulator: t.Any, *arguments: str) -> Run:
    return playbook(emulator.url, "playbooks/lock.yml", "dev", *arguments)


def records(emulator: t.Any) -> list[dict[str, str]]:
    items = emulator.client("dynamodb").scan(TableName=TABLE)["Items"]
    return [{name: next(iter(value.values())) for name, value in one.items()} for one in items]


def test_a_run_leaves_its_record_and_no_lock(emulator: t.Any) -> None:
    site(emulator, "dev", *LIMIT, "-e", "reason=first").must_succeed()
    (record,) = records(emulator)
    assert record["record"].startswith("run 20")
    assert (record["playbook"], record["reason"]) == ("site", "first")
    assert "create" in record["outcome"] and record["outcome"].startswith("ok")
    assert record["holder"].startswith("arn:aws:") and record["host"] and record["user"] and record["until"]


@pytest.mark.long
def test_the_table_is_made_and_told_by_the_first_run(emulator: t.Any) -> None:
    preview = site(emulator, "dev", *LIMIT, "--check").must_succeed()
    assert emulator.client("dynamodb").list_tables()["TableNames"] == []
    real = site(emulator, "dev", *LIMIT).must_succeed()
    assert preview.previewed == real.actions
    assert ("table", TABLE) in {(kind, name) for _host, _action, kind, name in real.actions}
    playbook(emulator.url, "playbooks/bootstrap.yml", "prod").must_succeed()
    assert operations(emulator).count("dynamodb:CreateTable") == 1


def test_a_lock_by_hand_keeps_others_out_until_it_is_released(emulator: t.Any) -> None:
    playbook(emulator.url, "playbooks/bootstrap.yml", "dev").must_succeed()
    lock(emulator, "-e", "lock_action=take", "-e", "reason=migration").must_succeed()
    emulator.clear()
    refused = site(emulator, "dev", "--limit", "network")
    assert refused.returncode != 0 and operations(emulator) == []
    assert len(refused.failures) == 1
    assert "migration" in refused.failures[0] and "lock_takeover=true" in refused.failures[0]

    preview = site(emulator, "dev", *LIMIT, "--check").must_succeed()
    assert "would be refused now" in preview.output
    site(emulator, "staging", *LIMIT).must_succeed()  # another environment is not meant

    assert lock(emulator, "-e", "lock_action=release").returncode != 0
    lock(emulator, "-e", "lock_action=release", "-e", "confirm=dev").must_succeed()
    site(emulator, "dev", *LIMIT).must_succeed()
    shown = lock(emulator).must_succeed().output
    assert "migration" in shown and "nobody" in shown


def test_a_failed_run_releases_its_lock_and_says_so(emulator: t.Any) -> None:
    playbook(emulator.url, "playbooks/bootstrap.yml", "dev").must_succeed()
    failed = playbook(emulator.url, "playbooks/unprotect.yml", "dev")
    assert failed.returncode != 0
    assert {one["record"] for one in records(emulator)}.isdisjoint({"lock"})
    assert any(one["playbook"] == "unprotect" and one["outcome"].startswith("failed") for one in records(emulator))


def test_a_lock_that_nobody_confirms_is_over(emulator: t.Any) -> None:
    playbook(emulator.url, "playbooks/bootstrap.yml", "dev").must_succeed()
    expired = {**KEY, "token": {"S": "gone"}, "expires": {"N": str(int(time.time()) - 1)}}
    emulator.client("dynamodb").put_item(TableName=TABLE, Item=expired)
    site(emulator, "dev", *LIMIT).must_succeed()


def test_who_loses_the_lock_stops_before_the_next_write(emulator: t.Any) -> None:
    playbook(emulator.url, "playbooks/bootstrap.yml", "dev").must_succeed()
    emulator.clear()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = pool.submit(site, emulator, "dev", "--limit", "network,account")
        while "ec2:CreateVpc" not in operations(emulator):
            time.sleep(0.02)
        emulator.client("dynamodb").update_item(
            TableName=TABLE,
            Key=KEY,
            UpdateExpression="SET #token = :other",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={":other": {"S": "somebody else"}},
        )
        stolen = len(emulator.mutations())
        lost = running.result()
    assert lost.returncode != 0
    assert "lost the lock of sdt-dev" in " ".join(lost.failures)
    # What was under way in that moment, within one module call, and nothing of the calls after it.
    written = [one for one in emulator.mutations()[stolen:] if one["service"] == "ec2"]
    assert len({one["operation"] for one in written}) <= 2
    assert "ec2:CreateNatGateway" not in operations(emulator)
    assert records(emulator)[0]["token"] == "somebody else", "what another holds is not released"
