# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An environment sleeps, stays asleep whoever runs, and wakes up as it was."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from runs import Run, killed_playbook, playbook
from walks import converged, edited, nothing_to_do, operations

DAY = 86400
SERVICES = ("auth-service", "content-service", "submission-service", "sandbox-runner")


class World:
    """A platform that runs."""

    def __init__(self, emulator: t.Any, inventory: str, prefix: str):
        self.emulator, self.inventory, self.prefix = emulator, inventory, prefix
        converged(emulator, inventory, prefix)

    def run(self, name: str, *arguments: str) -> Run:
        self.emulator.clear()
        return playbook(self.emulator.url, f"playbooks/{name}.yml", self.inventory, *arguments)

    def tasks(self) -> dict[str, int]:
        found = self.emulator.client("ecs").describe_services(cluster=self.prefix, services=list(SERVICES))["services"]
        return {one["serviceName"]: one["runningCount"] for one in found}

    def bounds(self) -> dict[str, tuple[int, int]]:
        scaling = self.emulator.client("application-autoscaling")
        found = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
        return {one["ResourceId"].rpartition("/")[2]: (one["MinCapacity"], one["MaxCapacity"]) for one in found}

    def database(self) -> str:
        rds = self.emulator.client("rds")
        for _look in range(3):
            found = rds.describe_db_instances(DBInstanceIdentifier=f"{self.prefix}-postgres")["DBInstances"][0]
        return found["DBInstanceStatus"]

    def muted(self) -> set[bool]:
        found = self.emulator.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{self.prefix}-")["MetricAlarms"]
        return {one["ActionsEnabled"] for one in found}

    def nats(self) -> int:
        found = self.emulator.client("ec2").describe_nat_gateways()["NatGateways"]
        return sum(one["State"] == "available" for one in found)

    def schedules(self) -> list[str]:
        return [one["Name"] for one in self.emulator.client("scheduler").list_schedules()["Schedules"]]

    def asleep(self) -> bool:
        return (
            set(self.tasks().values()) == {0}
            and set(self.bounds().values()) == {(0, 0)}
            and self.database() == "stopped"
            and self.muted() == {False}
            and self.schedules() == [f"{self.prefix}-postgres-keep-stopped"]
        )


@pytest.mark.long
def test_it_sleeps_stays_asleep_and_wakes_as_it_was(emulator: t.Any) -> None:
    world = World(emulator, "staging", "sdt-staging")
    world.run("scale", "--limit", "auth-service", "-e", "tasks=3").must_succeed()
    before = (world.tasks(), world.bounds(), world.nats())
    assert before[0]["auth-service"] == 3 and before[2] == 1

    preview = world.run("sleep", "--check", "-e", "sleep_nat=true").must_succeed()
    assert operations(emulator) == [] and world.database() == "available"
    done = world.run("sleep", "-e", "sleep_nat=true", "-e", "reason=night").must_succeed()
    assert {one[1:] for one in done.actions} <= {one[1:] for one in preview.previewed}
    assert world.asleep() and world.nats() == 0
    addresses = emulator.client("ec2").describe_addresses()["Addresses"]
    assert len(addresses) == 1, "the address of the NAT gateway stays"

    # Whoever runs leaves it asleep, and sees that nothing is wrong.
    nothing_to_do(emulator, "staging")
    assert world.run("sleep", "-e", "sleep_nat=true").must_succeed().actions == []
    status = world.run("status", "-e", "status_exit_code=2")
    assert status.returncode == 0 and "because: night" in status.output, status.output
    drift = world.run("drift")
    assert drift.returncode == 0, drift.output
    assert world.asleep()

    # AWS starts a database that was stopped for a week; it does not run for long.
    emulator.times(advance=7 * DAY + 60)
    assert world.database() in ("starting", "available", "stopped")
    emulator.times(advance=3600)
    assert world.database() == "stopped"

    woken = world.run("wake").must_succeed()
    assert "and is awake after" in woken.output
    assert (world.tasks(), world.bounds(), world.nats()) == before
    assert world.database() == "available" and world.muted() == {True} and world.schedules() == []
    calls = operations(emulator)
    assert calls.index("ec2:CreateNatGateway") < calls.index("rds:StartDBInstance") < calls.index("ecs:UpdateService")
    nothing_to_do(emulator, "staging")
    emulator.times(advance=2 * DAY)
    assert world.database() == "available", "nobody stops it any more"
    assert world.run("wake").must_succeed().actions == []


@pytest.mark.long
def test_a_change_reaches_what_sleeps_and_the_rest_waits(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", "sdt-dev")
    world.run("sleep").must_succeed()
    changed = {"platform_log_retention_days": 14, "rds_backup_retention_days": 8}
    inventory = edited(tmp_path, "dev", changed, hosts={"auth-service": {"service_min_tasks": 2}})
    run = playbook(emulator.url, "site.yml", inventory).must_succeed()
    assert "could not change backup_retention_days" in run.output
    assert world.asleep()
    world.inventory = inventory
    world.run("wake").must_succeed()
    assert world.tasks()["auth-service"] == 2
    playbook(emulator.url, "site.yml", inventory).must_succeed()
    nothing_to_do(emulator, inventory)
    rds = emulator.client("rds").describe_db_instances(DBInstanceIdentifier="sdt-dev-postgres")["DBInstances"][0]
    assert rds["BackupRetentionPeriod"] == 8


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("sleep", "application-autoscaling:RegisterScalableTarget"),
        ("sleep", "rds:StopDBInstance"),
        ("wake", "rds:StartDBInstance"),
        ("wake", "ecs:UpdateService"),
    ],
)
def test_killed_it_goes_on(emulator: t.Any, name: str, sent: str) -> None:
    world = World(emulator, "dev", "sdt-dev")
    before = (world.tasks(), world.bounds(), world.nats())
    if name == "wake":
        world.run("sleep").must_succeed()
    emulator.clear()
    killed_playbook(emulator, f"playbooks/{name}.yml", "dev", after=lambda one: sent in operations(one))
    world.run(name, "-e", "lock_takeover=true").must_succeed()
    if name == "sleep":
        assert world.asleep()
        world.run("wake").must_succeed()
    assert (world.tasks(), world.bounds(), world.nats()) == before
    nothing_to_do(emulator, "dev")


@pytest.mark.long
def test_what_aws_refuses_on_the_way_is_done_by_the_next_run(emulator: t.Any) -> None:
    world = World(emulator, "dev", "sdt-dev")
    before = (world.tasks(), world.bounds(), world.nats())
    for name, operation in (("sleep", "StopDBInstance"), ("wake", "StartDBInstance")):
        emulator.faults({"kind": "access_denied", "service": "rds", "operation": operation})
        refused = world.run(name)
        assert refused.returncode != 0 and f"rds:{operation}" in refused.failures[0], refused.failures
        emulator.clear_faults()
        nothing_to_do(emulator, "dev")  # it sleeps, or sleeps still: no run goes on with half of it
        world.run(name).must_succeed()
    assert (world.tasks(), world.bounds(), world.nats()) == before and world.database() == "available"
    nothing_to_do(emulator, "dev")


def test_production_never_sleeps(emulator: t.Any) -> None:
    run = playbook(emulator.url, "playbooks/sleep.yml", "prod")
    assert run.returncode != 0 and "sdt-prod never sleeps: it is production" in run.failures[0]
    assert emulator.mutations() == []


@pytest.mark.long
def test_what_sleeps_can_be_destroyed(emulator: t.Any) -> None:
    world = World(emulator, "dev", "sdt-dev")
    world.run("sleep").must_succeed()
    world.run("destroy", "-e", "confirm=dev").must_succeed()
    assert world.schedules() == []
    roles = [one["RoleName"] for one in emulator.client("iam").list_roles()["Roles"]]
    assert [one for one in roles if one.startswith("sdt-dev")] == []
