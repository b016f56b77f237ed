# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What developers do every day: release, go back, run a command. And what happens when it goes wrong."""

from __future__ import annotations

import pathlib
import threading
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook, register_images
from walks import TAKEOVER, converged, edited, nothing_to_do, operations

SERVICE = "auth-service"
LIMIT = ("--limit", SERVICE)
ONCE = f"once:sdt-dev-{SERVICE}"  # tasks that are run once, not those of the service


class World:
    """A development environment whose services run 1.0, with two more images of each."""

    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        for tag in ("1.1", "1.2"):
            register_images(emulator, "sdt-dev", tag)

    def deploy(self, tag: str, *arguments: str) -> Run:
        return self.run("deploy.yml", "-e", f"image_tag={tag}", *arguments)

    def run(self, name: str, *arguments: str) -> Run:
        self.emulator.clear()
        return playbook(
            self.emulator.url,
            f"playbooks/{name}",
            "dev",
            *(arguments if "--limit" in arguments else (*LIMIT, *arguments)),
        )

    def service(self, name: str = SERVICE) -> dict[str, t.Any]:
        return self.emulator.client("ecs").describe_services(cluster="sdt-dev", services=[name])["services"][0]

    def definition(self, name: str = SERVICE) -> dict[str, t.Any]:
        ecs = self.emulator.client("ecs")
        found = ecs.describe_task_definition(taskDefinition=self.service(name)["taskDefinition"], include=["TAGS"])
        return {**found["taskDefinition"], "tags": {one["key"]: one["value"] for one in found["tags"]}}

    def running(self, name: str = SERVICE) -> str:
        """The tag of the image the service runs, as its builder gave it."""
        image = next(one["image"] for one in self.definition(name)["containerDefinitions"] if one["name"] == name)
        known = self.images(name)
        return next(
            tag
            for digest, tags in known.items()
            for tag in tags
            if tag[0].isdigit() and (digest in image or image.endswith(f":{tag}"))
        )

    def images(self, name: str = SERVICE) -> dict[str, list[str]]:
        found = self.emulator.client("ecr").describe_images(repositoryName=f"sdt-dev/{name}")["imageDetails"]
        return {one["imageDigest"]: one["imageTags"] for one in found}

    def marks(self, name: str = SERVICE) -> dict[str, str]:
        """keep-release-1 and so on -> the tag of the image that has it."""
        return {
            mark: next(tag for tag in tags if tag[0].isdigit())
            for tags in self.images(name).values()
            for mark in tags
            if not mark[0].isdigit()
        }


@pytest.fixture
def world(emulator: t.Any) -> World:
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    register_images(emulator, "sdt-dev", "1.0")
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    return World(emulator)


@pytest.mark.long
def test_a_release_and_back(world: World) -> None:
    before = {key: value for key, value in world.definition().items() if key not in _OF_A_REVISION}
    preview = world.deploy("1.1", "--check").must_succeed()
    assert operations(world.emulator) == []
    done = world.deploy("1.1", "-e", '{"reason": "faster login"}').must_succeed()
    assert {one[1:3] for one in done.actions} == {one[1:3] for one in preview.previewed}
    assert world.running() == "1.1"
    assert "auth-service runs auth-service@sha256" in done.output
    assert "in 1 of 1 tasks." in done.output and "has reached a steady state" in done.output
    assert world.service()["deployments"][0]["rolloutState"] == "COMPLETED"
    assert world.marks() == {"keep-release-1": "1.0", "keep-release-2": "1.1"}
    # Only the image has changed, and who did it and why is known.
    after = {key: value for key, value in world.definition().items() if key not in _OF_A_REVISION}
    assert _without_image(after) == _without_image(before)
    tags = world.definition()["tags"]
    assert (tags["release:by"], tags["release:reason"]) == ("arn:aws:sts::123456789012:user/moto", "faster login")
    assert tags["Component"] == SERVICE
    # The other services and the platform are as they were, and converging respects what runs.
    assert world.running("content-service") == "1.0"
    nothing_to_do(world.emulator, "dev")
    # The same again changes nothing.
    again = world.deploy("1.1", "-e", '{"reason": "faster login"}').must_succeed()
    assert again.actions == [] and operations(world.emulator) == []

    world.deploy("1.2").must_succeed()
    assert world.marks() == {"keep-release-1": "1.0", "keep-release-2": "1.1", "keep-release-3": "1.2"}
    back = world.run("rollback.yml").must_succeed()
    assert world.running() == "1.1"
    assert world.marks() == {
        "keep-release-1": "1.0",
        "keep-release-2": "1.1",
        "keep-release-3": "1.2",
        "keep-release-4": "1.1",
        "withdrawn-3": "1.2",
    }
    assert {kind for _host, _action, kind, _name in back.actions} == {"task_definition", "service", "image_tag"}
    nothing_to_do(world.emulator, "dev")
    # What was gone back from is not gone back to, under whichever number; the first is what converging started.
    world.run("rollback.yml").must_succeed()
    assert world.running() == "1.0"
    refused = world.run("rollback.yml")
    assert refused.returncode != 0 and "There is nothing to go back to" in refused.failures[0]
    # To one that is named.
    world.run("rollback.yml", "-e", "release=3").must_succeed()
    assert world.running() == "1.2"
    nothing_to_do(world.emulator, "dev")


@pytest.mark.long
def test_what_is_refused_before_anything_changes(world: World) -> None:
    def refused(run: Run, said: str) -> None:
        assert run.returncode != 0 and any(said in one for one in run.failures), run.failures
        assert operations(world.emulator) == []
        assert world.running() == "1.0"

    refused(world.run("deploy.yml"), "Say which image is meant: -e image_tag=<tag> or -e image_digest=sha256:")
    refused(world.deploy("9.9"), "has no image with the tag 9.9; its newest tags are")
    world.emulator.client("logs").delete_log_group(logGroupName=f"/ecs/sdt-dev/{SERVICE}")
    refused(world.deploy("1.1"), f"Nothing was released. Log group /ecs/sdt-dev/{SERVICE} does not exist")
    playbook(world.emulator.url, "site.yml", "dev").must_succeed()
    world.emulator.scans(repository=f"sdt-dev/{SERVICE}", findings={"CRITICAL": ["CVE-2026-1"]})
    refused(
        world.deploy("1.1", "-e", '{"service_max_findings": {"CRITICAL": 0}}'),
        "is not released: its scan has 1 findings of severity CRITICAL, allowed are 0 (CVE-2026-1)",
    )
    playbook(
        world.emulator.url, "playbooks/lock.yml", "dev", "-e", "lock_action=take", "-e", "reason=migration"
    ).must_succeed()
    refused(world.deploy("1.1"), "The environment sdt-dev is locked by")
    unknown = world.run("deploy.yml", "--limit", "no-service", "-e", "image_tag=1.1")
    assert unknown.returncode != 0 and operations(world.emulator) == []


@pytest.mark.long
def test_newer_images_do_not_push_out_what_runs_or_could_be_gone_back_to(world: World) -> None:
    """The lifecycle keeps ten images; fifteen are pushed and not released."""
    world.deploy("1.1").must_succeed()
    world.deploy("1.2").must_succeed()
    pushed = [f"2.{number}" for number in range(15)]
    for tag in pushed:
        register_images(world.emulator, "sdt-dev", tag)
    world.emulator.times(advance=86400)
    for service, kept in ((SERVICE, {"1.0", "1.1", "1.2"}), ("content-service", {"1.0"})):
        left = {tag for tags in world.images(service).values() for tag in tags if tag[0].isdigit()}
        assert kept <= left, f"{service}: what runs and what was released"
        assert left - kept < set(pushed) and len(left - kept) <= 10, f"{service}: and of the others the newest"
    assert world.running("content-service") == "1.0"
    nothing_to_do(world.emulator, "dev")
    world.run("rollback.yml").must_succeed()
    assert world.running() == "1.1"


@pytest.mark.long
def test_a_bad_release_is_rolled_back_and_says_why(world: World) -> None:
    world.deploy("1.1").must_succeed()
    revision = world.definition()["revision"] + 1
    world.emulator.tasks(family=f"sdt-dev-{SERVICE}:{revision}", exitCodes=1, logs=["cannot read config"])
    bad = world.deploy("1.2")
    assert bad.returncode != 0
    (said,) = bad.failures
    assert "failed, and the service goes back to" in said and "Last lines of auth-service: cannot read config" in said
    assert world.running() == "1.1"
    assert world.marks() == {"keep-release-1": "1.0", "keep-release-2": "1.1"}
    nothing_to_do(world.emulator, "dev")


@pytest.mark.long
def test_what_has_to_come_first_stops_the_release_when_it_fails(world: World) -> None:
    command = ("-e", '{"service_release_command": ["migrate", "--all"]}')
    world.emulator.tasks(group=ONCE, exitCodes={SERVICE: 7}, logs={SERVICE: ["relation exists"]}, count=1)
    failed = world.deploy("1.1", *command)
    assert failed.returncode == 7
    assert "ended with exit code 7. Its last lines: relation exists" in failed.failures[0]
    assert world.running() == "1.0" and world.marks() == {"keep-release-1": "1.0"}
    nothing_to_do(world.emulator, "dev")
    world.deploy("1.1", *command).must_succeed()
    assert world.running() == "1.1"
    # The image that was going to be released ran it, before the service did.
    calls = [f"{call['service']}:{call['operation']}" for call in world.emulator.mutations()]
    assert calls.index("ecs:RunTask") < calls.index("ecs:UpdateService")


@pytest.mark.long
@pytest.mark.parametrize("after", [1, 2, 3])
def test_killed_on_the_way_the_same_command_ends_it(world: World, after: int) -> None:
    def sent(emulator: t.Any) -> bool:
        return len(operations(emulator)) >= after

    world.deploy("1.1").must_succeed()
    world.deploy("1.2").must_succeed()
    world.emulator.clear()
    killed_playbook(world.emulator, "playbooks/rollback.yml", "dev", *LIMIT, after=sent)
    if "keep-release-4" not in world.marks():  # with its number it is over: again would be one further back
        world.run("rollback.yml", *TAKEOVER).must_succeed()
    assert world.running() == "1.1"
    assert world.marks()["withdrawn-3"] == "1.2"
    nothing_to_do(world.emulator, "dev", *TAKEOVER)  # where the killed run had done all, its lock is still there


@pytest.mark.long
def test_a_command_in_the_surroundings_of_a_service(world: World) -> None:
    world.emulator.tasks(group=ONCE, logs={SERVICE: ["2 users"]}, count=1)
    done = world.run("run_task.yml", "-e", '{"command": "count users"}').must_succeed()
    assert "2 users" in done.output
    assert operations(world.emulator) == ["ecs:RunTask"]
    world.emulator.tasks(group=ONCE, exitCodes={SERVICE: 4}, count=1)
    failed = world.run("run_task.yml", "-e", '{"command": ["count", "users"]}')
    assert failed.returncode == 4
    assert world.run("run_task.yml", "-e", "command=count", "--check").must_succeed()
    assert operations(world.emulator) == []


# What every revision has of its own.
_OF_A_REVISION = ("taskDefinitionArn", "revision", "registeredAt", "registeredBy", "tags", "deregisteredAt")


def _without_image(definition: dict[str, t.Any]) -> dict[str, t.Any]:
    containers = [
        {**one, "image": None if one["name"] == SERVICE else one["image"]} for one in definition["containerDefinitions"]
    ]
    return {**definition, "containerDefinitions": containers}


@pytest.mark.long
def test_scaling_opening_a_session_and_who_did_what(world: World) -> None:
    refused = world.run("scale.yml", "-e", "tasks=99")
    assert refused.returncode != 0 and "scales between 1 and" in refused.failures[0]
    assert operations(world.emulator) == []
    world.run("scale.yml", "-e", "tasks=2", "-e", "reason=lunch").must_succeed()
    assert (world.service()["desiredCount"], world.service()["runningCount"]) == (2, 2)
    assert operations(world.emulator) == ["ecs:UpdateService"]
    nothing_to_do(world.emulator, "dev")

    refused = world.run("exec.yml")
    assert refused.returncode != 0 and "set ecs_platform_execute_command to true" in refused.failures[0]
    world.emulator.client("ecs").update_service(cluster="sdt-dev", service=SERVICE, enableExecuteCommand=True)
    shown = world.run("exec.yml", "-e", "command=bash").must_succeed().output
    tasks = world.emulator.client("ecs").list_tasks(cluster="sdt-dev", serviceName=SERVICE)["taskArns"]
    for task in tasks:
        assert f"--task {task.rpartition('/')[2]} --container {SERVICE} --interactive --command bash" in shown
    assert operations(world.emulator) == []

    world.emulator.client("logs").create_log_stream(logGroupName=f"/ecs/sdt-dev/{SERVICE}", logStreamName="a")
    event = {"timestamp": int(time.time() * 1000), "message": "ERROR no database"}
    world.emulator.client("logs").put_log_events(
        logGroupName=f"/ecs/sdt-dev/{SERVICE}", logStreamName="a", logEvents=[event]
    )
    for more in (("-e", "filter=ERROR"), ("-e", "follow=2")):
        assert "ERROR no database" in world.run("logs.yml", *more).must_succeed().output
        assert operations(world.emulator) == []

    log = world.run("audit_log.yml").must_succeed().output
    assert f"scale {SERVICE} to 2" in log and "lunch" in log
    assert operations(world.emulator) == []


@pytest.mark.long
def test_an_alarm_that_begins_to_ring_rolls_back(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"platform_rollback_on_alarm": True})
    converged(emulator, inventory, "sdt-dev")
    register_images(emulator, "sdt-dev", "1.1")
    cloudwatch, ecs = emulator.client("cloudwatch"), emulator.client("ecs")
    before = ecs.describe_services(cluster="sdt-dev", services=[SERVICE])["services"][0]
    watched = before["deploymentConfiguration"]["alarms"]
    assert watched == {"alarmNames": ["sdt-dev-auth-service-errors"], "enable": True, "rollback": True}
    internal = ecs.describe_services(cluster="sdt-dev", services=["sandbox-runner"])["services"][0]
    assert not internal["deploymentConfiguration"]["alarms"]["enable"], "nobody counts the errors of what is not public"
    emulator.times(kinds={"ecs.deployment.baking": 20})
    emulator.clear()

    def ring() -> None:
        while "ecs:UpdateService" not in operations(emulator):
            time.sleep(0.2)
        cloudwatch.set_alarm_state(AlarmName=watched["alarmNames"][0], StateValue="ALARM", StateReason="errors")

    ringing = threading.Thread(target=ring, daemon=True)
    ringing.start()
    run = playbook(emulator.url, "playbooks/deploy.yml", inventory, *LIMIT, "-e", "image_tag=1.1")
    ringing.join(timeout=60)
    assert run.returncode != 0
    assert "alarm detected" in run.failures[0]
    emulator.times(kinds={"ecs.deployment.baking": 0})
    after = ecs.describe_services(cluster="sdt-dev", services=[SERVICE])["services"][0]
    assert after["taskDefinition"] == before["taskDefinition"]
    # It still rings, so the next release is refused before anything changes.
    emulator.clear()
    refused = playbook(emulator.url, "playbooks/deploy.yml", inventory, *LIMIT, "-e", "image_tag=1.1")
    assert refused.returncode != 0 and "sdt-dev-auth-service-errors" in refused.failures[0]
    assert operations(emulator) == []
