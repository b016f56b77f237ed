# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The database is brought back beside the one services use, takes its place, and nothing is lost on the way."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook, register_images
from walks import nothing_to_do, operations

USERS = ("auth-service", "content-service", "submission-service")
OWN = {
    "DBInstanceIdentifier",
    "DBInstanceArn",
    "DbiResourceId",
    "Endpoint",
    "InstanceCreateTime",
    "LatestRestorableTime",
}


class World:
    """An environment whose services run."""

    def __init__(self, emulator: t.Any, inventory: str):
        self.emulator, self.inventory = emulator, inventory
        self.database = f"sdt-{inventory}-postgres"
        playbook(emulator.url, "site.yml", inventory).must_succeed()
        register_images(emulator, f"sdt-{inventory}", "1.0")
        playbook(emulator.url, "site.yml", inventory).must_succeed()
        time.sleep(1.1)  # secrets and tasks know whole seconds
        emulator.clear()

    def run(self, name: str, *arguments: str) -> Run:
        self.emulator.clear()
        return playbook(self.emulator.url, f"playbooks/{name}", self.inventory, *arguments)

    def confirmed(self, *arguments: str) -> Run:
        return self.run("restore.yml", *arguments, "-e", f"confirm={self.inventory}")

    def instances(self) -> dict[str, dict[str, t.Any]]:
        found = self.emulator.client("rds").describe_db_instances()["DBInstances"]
        return {one["DBInstanceIdentifier"].removeprefix(self.database) or "live": one for one in found}

    def tasks(self, service: str) -> set[str]:
        ecs = self.emulator.client("ecs")
        return set(ecs.list_tasks(cluster=f"sdt-{self.inventory}", serviceName=service)["taskArns"])

    def snapshots(self) -> list[str]:
        found = self.emulator.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        return [one["DBSnapshotIdentifier"] for one in found]

    def well(self) -> None:
        nothing_to_do(self.emulator, self.inventory, "-e", "lock_takeover=true")
        status = self.run("status.yml", "-e", "status_exit_code=2")
        assert status.returncode == 0, status.output


def _settings(instance: dict[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in instance.items() if name not in OWN}


@pytest.mark.long
def test_back_up_restore_swap_and_forget(emulator: t.Any) -> None:
    world = World(emulator, "dev")
    # A snapshot, and what a preview of it says.
    preview = world.run("backup.yml", "-e", "snapshot=before-migration", "--check").must_succeed()
    assert operations(emulator) == [] and world.snapshots() == []
    done = world.run("backup.yml", "-e", "snapshot=before-migration", "-e", "reason=migration").must_succeed()
    assert [one[1:] for one in done.actions] == [one[1:] for one in preview.previewed]
    assert world.snapshots() == ["before-migration"]
    world.run("backup.yml").must_succeed()
    assert len(world.snapshots()) == 2, "without a name each has one of its own"

    # Beside the database, and the same in everything that can be set.
    live = world.instances()["live"]
    refused = world.run("restore.yml", "-e", "snapshot=nothing")
    assert refused.returncode != 0 and "The RDS snapshot nothing does not exist" in refused.failures[0]
    world.run("restore.yml", "-e", "snapshot=before-migration", "--check").must_succeed()
    assert operations(emulator) == []
    world.run("restore.yml", "-e", "snapshot=before-migration").must_succeed()
    beside = world.instances()
    assert set(beside) == {"live", "-restored"}
    assert _settings(beside["-restored"]) == _settings(live)
    world.well()
    again = world.run("restore.yml", "-e", "snapshot=before-migration").must_succeed()
    assert again.actions == []

    # It takes the place of the other when that is confirmed, and just the services that use it get new tasks.
    swap = ("-e", "swap=true")
    unconfirmed = world.run("restore.yml", *swap)
    assert unconfirmed.returncode != 0 and "Nothing was changed" in unconfirmed.failures[0]
    assert operations(emulator) == []
    before = {service: world.tasks(service) for service in (*USERS, "sandbox-runner")}
    world.confirmed(*swap, "--check").must_succeed()
    assert operations(emulator) == [] and set(world.instances()) == {"live", "-restored"}
    world.confirmed(*swap).must_succeed()
    after = world.instances()
    assert set(after) == {"live", "-replaced"}
    assert after["live"]["DbiResourceId"] == beside["-restored"]["DbiResourceId"]
    assert after["-replaced"]["DbiResourceId"] == live["DbiResourceId"]
    assert after["live"]["Endpoint"]["Address"] == live["Endpoint"]["Address"]
    for service in USERS:
        assert not before[service] & world.tasks(service), f"{service} talks to the database of before"
    assert world.tasks("sandbox-runner") == before["sandbox-runner"]
    world.well()
    assert world.confirmed(*swap).must_succeed().actions == [], "once is enough"

    # One is kept already, so the next swap is refused until it is not needed any more.
    world.run("restore.yml").must_succeed()
    refused = world.confirmed(*swap)
    assert refused.returncode != 0 and "is kept from an earlier swap" in refused.failures[0]
    world.confirmed("-e", "discard=true").must_succeed()
    assert set(world.instances()) == {"live", "-replaced"}
    world.confirmed("-e", "forget=true").must_succeed()
    assert set(world.instances()) == {"live"}
    assert any(one.startswith("sdt-dev-postgres-replaced-final-") for one in world.snapshots())
    nothing = world.confirmed(*swap)
    assert nothing.returncode != 0 and "run restore.yml first" in nothing.failures[0]
    world.well()


@pytest.mark.long
@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_killed_swap_is_ended_by_the_next(emulator: t.Any, after: int) -> None:
    """Production has a replica, which is made anew and renamed too."""
    world = World(emulator, "prod")
    world.run("restore.yml").must_succeed()
    made = world.instances()["-restored"]["DbiResourceId"]
    emulator.clear()

    def sent(emulator: t.Any) -> bool:
        return sum(one.startswith("rds:") for one in operations(emulator)) >= after

    arguments = ("-e", "swap=true", "-e", "confirm=prod")
    killed_playbook(emulator, "playbooks/restore.yml", "prod", *arguments, after=sent)
    world.confirmed("-e", "swap=true", "-e", "lock_takeover=true").must_succeed()
    found = world.instances()
    assert set(found) == {"live", "-replica", "-replaced", "-replaced-replica"}
    assert found["live"]["DbiResourceId"] == made
    assert found["-replica"]["ReadReplicaSourceDBInstanceIdentifier"] == world.database
    assert found["-replaced-replica"]["ReadReplicaSourceDBInstanceIdentifier"] == f"{world.database}-replaced"
    world.well()


@pytest.mark.long
def test_the_standby_of_production_takes_over(emulator: t.Any) -> None:
    world = World(emulator, "prod")
    before = world.instances()["live"]["AvailabilityZone"]
    refused = world.run("failover_test.yml")
    assert refused.returncode != 0 and "To interrupt the database of sdt-prod" in refused.failures[0]
    world.run("failover_test.yml", "-e", "confirm=prod", "--check").must_succeed()
    assert operations(emulator) == []
    done = world.run("failover_test.yml", "-e", "confirm=prod").must_succeed()
    after = world.instances()["live"]["AvailabilityZone"]
    assert operations(emulator) == ["rds:RebootDBInstance"]
    assert after != before and f"went from {before} to {after} in" in done.output
    world.well()


@pytest.mark.long
def test_development_has_no_standby_to_take_over(emulator: t.Any) -> None:
    world = World(emulator, "dev")
    refused = world.run("failover_test.yml", "-e", "confirm=dev")
    assert refused.returncode != 0 and "has no standby" in refused.failures[0]
    assert operations(emulator) == []


@pytest.mark.long
@pytest.mark.parametrize("lost", [False, True])
def test_the_replica_becomes_the_database(emulator: t.Any, lost: bool) -> None:
    world = World(emulator, "prod")
    before = world.instances()
    tasks = world.tasks("auth-service")
    refused = world.run("promote_replica.yml")
    assert refused.returncode != 0 and "To replace the database of sdt-prod" in refused.failures[0]
    world.run("promote_replica.yml", "-e", "confirm=prod", "--check").must_succeed()
    assert operations(emulator) == []
    if lost:  # by somebody with the rights to do so
        rds = emulator.client("rds")
        rds.modify_db_instance(DBInstanceIdentifier=world.database, DeletionProtection=False, ApplyImmediately=True)
        rds.delete_db_instance(DBInstanceIdentifier=world.database, SkipFinalSnapshot=True)
        while "live" in world.instances():
            pass
    world.run("promote_replica.yml", "-e", "confirm=prod").must_succeed()
    after = world.instances()
    assert set(after) == {"live", "-replica"} | (set() if lost else {"-replaced"})
    assert after["live"]["DbiResourceId"] == before["-replica"]["DbiResourceId"]
    assert after["-replica"]["ReadReplicaSourceDBInstanceIdentifier"] == world.database
    assert _settings(after["live"]).keys() >= {"MultiAZ", "BackupRetentionPeriod"}
    for name in ("MultiAZ", "BackupRetentionPeriod", "DBInstanceClass", "DeletionProtection"):
        assert after["live"][name] == before["live"][name], name
    assert not tasks & world.tasks("auth-service")
    world.well()


@pytest.mark.long
def test_without_a_replica_there_is_nothing_to_promote(emulator: t.Any) -> None:
    world = World(emulator, "dev")
    refused = world.run("promote_replica.yml", "-e", "confirm=dev")
    assert refused.returncode != 0 and "no sdt-dev-postgres-replica to promote" in refused.failures[0]
    assert operations(emulator) == []


SQL, LATENCY = "sdt-dev-auth-service-sql", "sdt-dev-auth-service-latency"
FAST = {"sql": ["Time: 8.0 ms", "Time: 1.0 ms", "Time: 2.0 ms"]}


@pytest.mark.long
def test_a_drill_measures_reports_and_leaves_nothing(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev")
    before, snapshots = world.instances(), world.snapshots()
    file, page = tmp_path / "drill.json", tmp_path / "drill.html"
    written = ("-e", f"rds_drill_file={file}", "-e", f"rds_drill_page={page}")
    world.run("drill.yml", *written, "--check").must_succeed()
    assert operations(emulator) == []

    emulator.tasks(family=SQL, logs={"sql": ["412"]})
    emulator.tasks(family=LATENCY, logs=FAST)
    done = world.run("drill.yml", *written).must_succeed()
    calls = operations(emulator)
    assert (
        calls.index("rds:RestoreDBInstanceToPointInTime")
        < calls.index("ecs:RunTask")
        < calls.index("rds:DeleteDBInstance")
    )
    report = json.loads(file.read_text())
    rows = {row["what"]: row for row in report["sections"][0]["rows"]}
    assert report["ok"] and rows["first good answer after (RTO)"]["kept"] == "yes"
    assert rows["work that would be lost (RPO)"]["promised"] == "24h"
    assert {"what": "answered", "value": "412"} in report["sections"][1]["rows"]
    assert [row["p95"] for row in report["sections"][2]["rows"]] == ["2.0 ms", "2.0 ms"], "in each zone"
    assert "Nothing is wrong." in done.output and "412" in page.read_text()

    # It fails where a promise is not kept, or nobody answers, and cleans up all the same.
    missed = world.run("drill.yml", *written, "-e", "rds_rpo=1d", "-e", "rds_rto=0m", "-e", "rds_drill_retry_seconds=0")
    took = json.loads(file.read_text())["sections"][0]["rows"][1]["measured"]
    assert missed.returncode != 0 and f"RTO: {took}, and 0m was promised." in missed.failures[-1]
    emulator.tasks(family=SQL, exitCodes={"sql": 2}, logs={"sql": ["FATAL: password authentication failed"]})
    silent = world.run("drill.yml", *written, "-e", "rds_drill_retry_seconds=0")
    assert silent.returncode != 0 and "password authentication failed" in silent.failures[-1]
    assert json.loads(file.read_text())["sections"][0]["rows"][1]["measured"] == "never"

    assert set(world.instances()) == set(before) and world.snapshots() == snapshots
    ecs = emulator.client("ecs")
    assert ecs.list_task_definitions(familyPrefix=SQL, status="ACTIVE")["taskDefinitionArns"] == []
    world.well()


@pytest.mark.long
def test_a_killed_drill_is_cleaned_up_by_the_next(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    def sent(emulator: t.Any) -> bool:
        return "ecs:RegisterTaskDefinition" in operations(emulator)

    world = World(emulator, "dev")
    killed_playbook(emulator, "playbooks/drill.yml", "dev", after=sent)
    assert set(world.instances()) == {"live", "-drill"}
    emulator.tasks(family=LATENCY, logs=FAST)
    world.run("drill.yml", "-e", "lock_takeover=true", "-e", f"rds_drill_file={tmp_path / 'drill.json'}").must_succeed()
    assert set(world.instances()) == {"live"}
    world.well()
