# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Releases that lead requests over step by step, and back at once when errors are seen; every run respects them."""

from __future__ import annotations

import pathlib
import threading
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook, register_images
from walks import converged, edited, nothing_to_do, operations

SERVICE = "auth-service"
LIMIT = ("--limit", SERVICE)


class World:
    """A platform of which one service has canary releases."""

    def __init__(self, emulator: t.Any, folder: pathlib.Path, kind: str = "canary"):
        self.emulator, self.folder = emulator, folder
        self.inventory = edited(folder, "dev", hosts={SERVICE: {"service_deployment": kind}})
        converged(emulator, self.inventory, "sdt-dev")
        for tag in ("1.1", "1.2"):
            register_images(emulator, "sdt-dev", tag)

    def run(self, name: str, *arguments: str) -> Run:
        self.emulator.clear()
        return playbook(self.emulator.url, f"playbooks/{name}.yml", self.inventory, *arguments)

    def service(self) -> dict[str, t.Any]:
        ecs = self.emulator.client("ecs")
        return ecs.describe_services(cluster="sdt-dev", services=[SERVICE])["services"][0]

    def weights(self) -> list[int]:
        """Of the target group of the service, and of the one beside it."""
        elb = self.emulator.client("elbv2")
        (balancer,) = self.service()["loadBalancers"]
        about = balancer["advancedConfiguration"]
        (rule,) = elb.describe_rules(RuleArns=[about["productionListenerRule"]])["Rules"]
        found = {one["TargetGroupArn"]: one["Weight"] for one in rule["Actions"][0]["ForwardConfig"]["TargetGroups"]}
        return [found[balancer["targetGroupArn"]], found[about["alternateTargetGroupArn"]]]

    def image(self) -> str:
        ecs = self.emulator.client("ecs")
        found = ecs.describe_task_definition(taskDefinition=self.service()["taskDefinition"])["taskDefinition"]
        return found["containerDefinitions"][0]["image"]

    def well(self) -> None:
        nothing_to_do(self.emulator, self.inventory, "-e", "lock_takeover=true")
        verified = self.run("verify", "-e", "verify_exit_code=2")
        assert verified.returncode == 0, verified.output
        status = self.run("status", "-e", "status_exit_code=2")
        assert status.returncode == 0, status.output


@pytest.mark.long
def test_a_canary_takes_over_and_the_next_one_takes_back(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path)
    settings = world.service()["deploymentConfiguration"]
    assert (settings["strategy"], settings["canaryConfiguration"]["canaryPercent"]) == ("CANARY", 10.0)
    assert settings["alarms"]["alarmNames"] == ["sdt-dev-auth-service-errors"]
    assert world.weights() == [100, 0]
    shown = emulator.client("cloudwatch").get_dashboard(DashboardName="sdt-dev-ecs")["DashboardBody"]
    groups = [one["TargetGroupName"] for one in emulator.client("elbv2").describe_target_groups()["TargetGroups"]]
    assert len(groups) == 4 and all(f"targetgroup/{group}/" in shown for group in groups), "both groups are shown"
    world.well()

    seen: list[list[int]] = []

    def watch() -> None:
        while not done.is_set():
            found = world.weights()
            if not seen or seen[-1] != found:
                seen.append(found)
            time.sleep(0.1)

    done = threading.Event()
    emulator.times(kinds={"ecs.deployment.shifting": 3})
    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    before = world.image()
    world.run("deploy", *LIMIT, "-e", "image_tag=1.1").must_succeed()
    done.set()
    watching.join(timeout=30)
    assert seen == [[100, 0], [90, 10], [0, 100]]
    released = world.image()
    assert released != before and world.service()["runningCount"] == 1
    emulator.times(kinds={"ecs.deployment.shifting": 0})
    world.well()

    # Going back leads them over too, into the first group.
    world.run("rollback", *LIMIT).must_succeed()
    assert world.weights() == [100, 0] and world.image() != released
    world.well()


@pytest.mark.long
def test_errors_lead_all_requests_back(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path)
    before = world.image()
    emulator.times(kinds={"ecs.deployment.shifting": 600})

    def ring() -> None:
        while world.weights() != [90, 10]:
            time.sleep(0.2)
        emulator.client("cloudwatch").set_alarm_state(
            AlarmName="sdt-dev-auth-service-errors", StateValue="ALARM", StateReason="errors"
        )

    ringing = threading.Thread(target=ring, daemon=True)
    ringing.start()
    failed = world.run("deploy", *LIMIT, "-e", "image_tag=1.1")
    ringing.join(timeout=30)
    assert failed.returncode != 0
    assert "requests go back to the tasks of before" in failed.failures[0] and "alarm detected" in failed.failures[0]
    assert world.weights() == [100, 0] and world.image() == before
    emulator.client("cloudwatch").set_alarm_state(
        AlarmName="sdt-dev-auth-service-errors", StateValue="OK", StateReason="fine"
    )
    emulator.times(kinds={"ecs.deployment.shifting": 0})
    world.well()


@pytest.mark.long
def test_killed_on_the_way_it_is_followed_to_its_end(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path, "linear")
    killed_playbook(
        emulator,
        "playbooks/deploy.yml",
        world.inventory,
        *LIMIT,
        "-e",
        "image_tag=1.1",
        after=lambda one: "ecs:UpdateService" in operations(one),
    )
    world.run("deploy", *LIMIT, "-e", "image_tag=1.1", "-e", "lock_takeover=true").must_succeed()
    assert world.weights() == [0, 100]
    world.well()


@pytest.mark.long
def test_from_rolling_and_back(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path, "rolling")
    assert "advancedConfiguration" not in world.service()["loadBalancers"][0]
    world.inventory = edited(tmp_path, "dev", hosts={SERVICE: {"service_deployment": "blue_green"}})
    playbook(emulator.url, "site.yml", world.inventory).must_succeed()
    world.well()
    assert world.weights() == [0, 100], "the first deployment of the new kind"
    # Rolling deployments know the first target group only, and there is no task in it.
    rolling = edited(tmp_path, "dev", hosts={SERVICE: {"service_deployment": "rolling"}})
    refused = playbook(emulator.url, "site.yml", rolling)
    assert refused.returncode != 0 and "Release once more" in "\n".join(refused.failures)
    world.inventory = edited(tmp_path, "dev", hosts={SERVICE: {"service_deployment": "blue_green"}})
    assert world.weights() == [0, 100]
    world.run("deploy", *LIMIT, "-e", "image_tag=1.1").must_succeed()
    assert world.weights() == [100, 0]
    rolling = edited(tmp_path, "dev", hosts={SERVICE: {"service_deployment": "rolling"}})
    playbook(emulator.url, "site.yml", rolling, "-e", "lock_takeover=true").must_succeed()
    world.inventory = rolling
    world.well()
    destroyed = world.run("destroy", "-e", "confirm=dev").must_succeed()
    assert destroyed.failures == []
    assert emulator.client("elbv2").describe_target_groups()["TargetGroups"] == []
