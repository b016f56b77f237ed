# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A verification finds each of many faults that are planted one at a time, and nothing where there is none."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import pytest
from faults import FAULTS, Planter
from runs import Run, playbook, register_images
from walks import converged, operations

SAMPLE = ("the database is open to a network", "a private subnet has no way out", "a service may not read its secret")


class World:
    """A platform that runs, and its verification."""

    def __init__(self, emulator: t.Any, inventory: str, folder: pathlib.Path):
        self.emulator, self.inventory, self.file = emulator, inventory, folder / "verified.json"
        converged(emulator, inventory, f"sdt-{inventory}")
        self.planter = Planter(emulator, f"sdt-{inventory}")

    def verified(self, *arguments: str) -> tuple[Run, list[str]]:
        self.emulator.clear()
        run = playbook(
            self.emulator.url, "playbooks/verify.yml", self.inventory, "-e", f"verify_file={self.file}", *arguments
        ).must_succeed()
        assert operations(self.emulator) == [], "it only reads"
        return run, json.loads(self.file.read_text())["findings"]

    def finds(self, name: str) -> None:
        plant, found = FAULTS[name]
        with plant(self.planter):
            _run, findings = self.verified()
        assert any(re.search(found, one) for one in findings), f"{name}: {findings}"


def test_some_faults_are_found(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", tmp_path)
    assert world.verified()[1] == []
    for name in SAMPLE:
        world.finds(name)
    assert world.verified()[1] == [], "nothing is left of them"


@pytest.mark.long
def test_every_fault_is_found(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    assert len(FAULTS) >= 25
    world = World(emulator, "prod", tmp_path)
    assert world.verified()[1] == []
    for name in FAULTS:
        world.finds(name)
    assert world.verified()[1] == [], "nothing is left of them"


@pytest.mark.long
def test_what_is_not_promised_is_not_missed(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    # Nothing was released yet, and development promises neither a standby nor a NAT gateway in each zone.
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    file, page = tmp_path / "verified.json", tmp_path / "verified.html"
    wanted = ("-e", f"verify_file={file}", "-e", f"verify_page={page}", "-e", "verify_exit_code=2")
    run = playbook(emulator.url, "playbooks/verify.yml", "dev", *wanted)
    assert run.returncode == 2, run.output
    report = json.loads(file.read_text())
    assert "auth-service runs: it is to run no task." in report["findings"]
    rows = {row["what"]: row for section in report["sections"] for row in section["rows"]}
    assert rows["the database is lost: standby"]["state"] == "not promised"
    assert rows["auth-service → database"]["state"] == "ok", "the way is there before the first task"
    assert "auth-service" in page.read_text()


def test_an_environment_that_does_not_exist_is_said_to(emulator: t.Any) -> None:
    run = playbook(emulator.url, "playbooks/verify.yml", "dev")
    assert run.returncode != 0
    assert run.failures[0].startswith("The VPC sdt-dev does not exist in us-east-1: run site.yml first.")


SLOW = json.dumps({"target": "bucket", "ms": [30.5] * 5})


def test_a_probe_measures_and_fails_above_a_limit(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", tmp_path)
    file = tmp_path / "probe.json"
    told = ("-e", f"probe_file={file}")
    emulator.clear()
    playbook(emulator.url, "playbooks/probe.yml", "dev", *told, "--check").must_succeed()
    assert operations(emulator) == [] and not file.exists()

    family = "sdt-dev-auth-service-latency"
    fast = json.dumps({"target": "bucket", "ms": [12.5] * 5})
    emulator.tasks(family=family, logs={"sql": ["Time: 9 ms", "Time: 1.5 ms"], "https": [fast]})
    playbook(emulator.url, "playbooks/probe.yml", "dev", *told).must_succeed()
    rows = json.loads(file.read_text())["sections"][0]["rows"]
    assert {(row["target"], row["p95"], row["limit"]) for row in rows} == {
        ("bucket", "12.5 ms", "20 ms"),
        ("database", "1.5 ms", "5 ms"),
    }
    assert len({row["zone"] for row in rows}) == 2
    metrics = emulator.client("cloudwatch").list_metrics(Namespace="sdt/latency")["Metrics"]
    # What alarms and the dashboard look at is what was published.
    alarms = emulator.client("cloudwatch").describe_alarms(AlarmNamePrefix="sdt-dev-latency-")["MetricAlarms"]
    assert len(alarms) == 3
    published = [sorted((one["Name"], one["Value"]) for one in metric["Dimensions"]) for metric in metrics]
    watched = {one["AlarmName"]: sorted((d["Name"], d["Value"]) for d in one["Dimensions"]) for one in alarms}
    assert watched["sdt-dev-latency-database"] in published and watched["sdt-dev-latency-bucket"] in published

    emulator.tasks(family=family, logs={"sql": ["Time: 9 ms", "Time: 1.5 ms"], "https": [SLOW]})
    slow = playbook(emulator.url, "playbooks/probe.yml", "dev", *told)
    assert slow.returncode != 0
    assert "bucket takes 30.5 ms in us-east-1a (p95), and 20 ms are the limit." in slow.failures[-1]
    assert world.verified()[1] == []


@pytest.mark.long
def test_a_release_whose_requests_do_not_arrive_is_said_to(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", tmp_path)
    register_images(emulator, "sdt-dev", "2.0")
    deploy = ("playbooks/deploy.yml", "dev", "--limit", "auth-service", "-e", "image_tag=2.0")
    plant, _found = FAULTS["the database lets nobody in"]
    with plant(world.planter):
        broken = playbook(emulator.url, *deploy)
        assert broken.returncode != 0
        assert "auth-service → database: no rule of sdt-dev-database" in broken.failures[-1]
        assert "content-service" not in broken.failures[-1], "it was not released"
        assert "rollback.yml" in broken.failures[-1]
        playbook(emulator.url, *deploy, "-e", "verify=false").must_succeed()
    playbook(emulator.url, *deploy).must_succeed()
