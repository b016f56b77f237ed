# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Costs are worked out from what stands in the account; nothing is changed, and nothing bought."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from runs import ROOT, Run, playbook
from walks import converged, operations


class World:
    """An environment, and what it costs."""

    def __init__(self, emulator: t.Any, inventory: str, folder: pathlib.Path):
        self.emulator, self.inventory, self.folder = emulator, inventory, folder
        converged(emulator, inventory, f"sdt-{inventory}")

    def costs(self, *arguments: str) -> tuple[Run, dict[str, list[dict[str, str]]]]:
        self.emulator.clear()
        file, prices = self.folder / "costs.json", self.folder / "prices.json"
        told = ("-e", f"cost_file={file}", "-e", f"monitoring_prices_file={prices}")
        run = playbook(self.emulator.url, "playbooks/cost.yml", self.inventory, *told, *arguments).must_succeed()
        assert operations(self.emulator) == [], "it only reads"
        sections = json.loads(file.read_text())["sections"]
        names = ("sums", "lines", "hints", "reservations")
        return run, {name: section["rows"] for name, section in zip(names, sections, strict=True)}


def _month(rows: list[dict[str, str]], **which: str) -> float:
    return sum(float(row["US dollars"]) for row in rows if which.items() <= row.items())


def test_everything_that_stands_has_its_price(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", tmp_path)
    _run, found = world.costs()
    hour = 730
    lines = found["lines"]
    task = (0.25 * 0.04048 + 0.5 * 0.004445) * hour
    assert _month(lines, what="auth-service") == pytest.approx(task, abs=0.01)
    assert _month(lines, what="sdt-dev-postgres") == pytest.approx(0.018 * hour, abs=0.01)
    assert _month(lines, what="sdt-dev-postgres: storage") == pytest.approx(20 * 0.115, abs=0.01)
    assert _month(lines, what="NAT gateways") == pytest.approx(0.045 * hour, abs=0.01)
    assert _month(lines, what="sdt-dev", component="load balancer") == pytest.approx(0.0225 * hour, abs=0.01)
    sums = {row["component"]: float(row["US dollars"]) for row in found["sums"]}
    assert sums["all"] == pytest.approx(sum(value for name, value in sums.items() if name != "all"), abs=0.05)
    assert all(sums[name] == pytest.approx(_month(lines, component=name), abs=0.05) for name in sums if name != "all")
    (reserved,) = found["reservations"]
    assert (reserved["database"], reserved["pays after months"]) == ("sdt-dev-postgres", f"{12 * 0.013 / 0.018:.1f}")
    hints = {row["what"]: row for row in found["hints"]}
    assert "sleep.yml" in hints["nights and weekends"]["hint"]
    # Each thing more costs more.
    rds = emulator.client("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="sdt-dev-postgres", DBSnapshotIdentifier="kept")
    emulator.client("ecs").update_service(cluster="sdt-dev", service="auth-service", desiredCount=3)
    address = emulator.client("ec2").allocate_address(
        Domain="vpc",
        TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": "sdt-dev-forgotten"}]}],
    )
    _run, more = world.costs()
    assert _month(more["lines"], what="auth-service") == pytest.approx(3 * task, abs=0.01)
    assert _month(more["lines"], what="1 snapshots, at most") == pytest.approx(20 * 0.095, abs=0.01)
    assert _month(more["lines"], what="addresses nothing uses") == pytest.approx(0.005 * hour, abs=0.01)
    assert any("release them" in row["hint"] for row in more["hints"])
    emulator.client("ec2").release_address(AllocationId=address["AllocationId"])


def test_prices_are_asked_for_and_belong_to_a_region(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, "dev", tmp_path)
    _run, before = world.costs()
    _run, after = world.costs("-e", "refresh=true")
    listed = json.loads((tmp_path / "prices.json").read_text())
    assert listed["region"] == "us-east-1" and listed["prices"]["database/db.t3.micro/single"] == 0.018
    assert listed["reserved"]["database/db.r5.large/multi"] == 0.33
    assert after["lines"] == before["lines"], "the list that comes with the role is what AWS said"
    # From then on these are taken.
    dearer = {**listed, "prices": {**listed["prices"], "secret": 100.0}}
    (tmp_path / "prices.json").write_text(json.dumps(dearer))
    _run, taken = world.costs()
    assert _month(taken["lines"], what="secrets") == 100 * (_month(before["lines"], what="secrets") / 0.4)
    elsewhere = playbook(
        emulator.url,
        "playbooks/cost.yml",
        "dev",
        "-e",
        "platform_region=eu-west-1",
        "-e",
        f"cost_file={tmp_path / 'x'}",
    )
    assert elsewhere.returncode != 0
    assert "The prices are those of us-east-1, and the environment is in eu-west-1" in elsewhere.failures[0]


def test_nothing_anywhere_buys() -> None:
    """No module knows an operation that reserves, purchases or subscribes to something that costs."""
    buying = ("purchase_", "create_savings_plan", "accept_reserved", "subscribe_to_")
    for path in (ROOT / "plugins").rglob("*.py"):
        text = path.read_text()
        assert not [word for word in buying if f'"{word}' in text], path
