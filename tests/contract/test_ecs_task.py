# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task that runs once: to its end, with its log, and not a second time when it runs already."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed
from test_ecs_deployments import Platform as Cluster

LOGS = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web"}


class Platform(Cluster):
    """A service with all it needs, and a log."""

    def __init__(self, emulator: t.Any):
        super().__init__(emulator)
        self.run("ec2_security_group", name="web", vpc="web", description="web")
        self.run("logs_log_group", name="/ecs/web")
        self.definition = self.define("web")
        self.run(
            "ecs_service",
            name="web",
            cluster="web",
            task_definition=self.definition,
            launch_type="FARGATE",
            subnets=["web"],
            security_groups=["web"],
        )
        emulator.clear()

    def define(self, family: str) -> str:
        container = {"name": family, "image": "nginx", "log_configuration": {"options": LOGS}}
        settings = {"cpu": 256, "memory": 512, "execution_role": "web", "containers": [container]}
        return self.run("ecs_task_definition", family=family, **settings)["task_definition"]["arn"]

    def once(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run("ecs_task", cluster="web", **{"service": "web", **options})

    def started(self) -> list[dict[str, t.Any]]:
        return [call for call in self.emulator.mutations() if call["operation"] == "RunTask"]

    def tasks(self) -> list[dict[str, t.Any]]:
        ecs = self.emulator.client("ecs")
        found = [ecs.list_tasks(cluster="web", desiredStatus=status) for status in ("RUNNING", "STOPPED")]
        arns = [arn for one in found for arn in one["taskArns"]]
        return ecs.describe_tasks(cluster="web", tasks=arns, include=["TAGS"])["tasks"] if arns else []


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    return Platform(emulator)


def test_it_runs_as_the_service_does_with_its_own_command(platform: Platform) -> None:
    platform.emulator.tasks(family="web", logs=["migrating", "done"])
    result = platform.once(command=["migrate", "--all"], environment={"STEP": 2}, tags={"Component": "web"})
    assert (result["exit_code"], result["log"]) == (0, ["migrating", "done"])
    assert (result["log_group"], result["image"]) == ("/ecs/web", "nginx")
    (task,) = [one for one in platform.tasks() if one["taskArn"] == result["task"]]
    (override,) = task["overrides"]["containerOverrides"]
    assert override["command"] == ["migrate", "--all"]
    assert override["environment"] == [{"name": "STEP", "value": "2"}]
    assert task["taskDefinitionArn"] == platform.definition
    assert {"key": "Component", "value": "web"} in task["tags"]
    assert task["attachments"][0]["type"] == "ElasticNetworkInterface"


def test_in_check_mode_nothing_runs(platform: Platform) -> None:
    assert platform.once(command=["migrate"], check=True)["changed"]
    assert platform.emulator.mutations() == []


def test_one_that_fails_says_with_what_exit_code_and_its_last_words(platform: Platform) -> None:
    platform.emulator.tasks(family="web", exitCodes=3, logs=["relation exists"])
    said = r"Container web of task [\w-]+ ended with exit code 3\. Its last lines: relation"
    with pytest.raises(ModuleFailed, match=said) as caught:
        platform.once()
    assert caught.value.result["exit_code"] == 3
    assert caught.value.result["log"] == ["relation exists"]


def test_exit_codes_that_are_a_success(platform: Platform) -> None:
    platform.emulator.tasks(family="web", exitCodes=3)
    assert platform.once(exit_codes=[0, 3])["exit_code"] == 3


def test_one_that_never_runs_says_why(platform: Platform) -> None:
    platform.emulator.tasks(family="web", startFailure="ResourceInitializationError: no route")
    with pytest.raises(ModuleFailed, match=r"Task [\w-]+ of web:1 never ran: ResourceInitializationError: no route\."):
        platform.once()


def test_another_definition_needs_a_network(platform: Platform) -> None:
    other = platform.define("other")
    with pytest.raises(ModuleFailed, match="needs a network: give service, or subnets"):
        platform.once(service=None, task_definition=other)
    network = {"subnets": ["web"], "security_groups": ["web"]}
    assert platform.once(service=None, task_definition=other, **network)["exit_code"] == 0
    assert platform.once(task_definition=other)["exit_code"] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"service": "none"}, "ECS service none does not exist in cluster web: run site.yml"),
        ({"task_definition": "none"}, "Task definition none does not exist"),
        ({"container": "none"}, "Task definition web:1 has no container none; it has web"),
    ],
)
def test_what_is_not_there(platform: Platform, options: dict[str, t.Any], said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        platform.once(**options)
    assert platform.started() == []


class TestThatTakesLong:
    @pytest.fixture(autouse=True)
    def time(self, platform: Platform) -> t.Iterator[None]:
        platform.emulator.times("real", scale=1.0)
        yield
        platform.emulator.times("none")

    def test_one_that_takes_too_long_is_stopped(self, platform: Platform) -> None:
        with pytest.raises(ModuleFailed, match="was stopped, because it took longer than 1 seconds"):
            platform.once(wait_timeout=1)
        (task,) = [one for one in platform.tasks() if one["startedBy"].startswith("once-")]
        assert task["desiredStatus"] == "STOPPED"

    def test_an_equal_one_that_still_runs_is_waited_for(self, platform: Platform) -> None:
        ecs = platform.emulator.client("ecs")
        with pytest.raises(ModuleFailed):
            platform.once(command=["a"], wait_timeout=1)
        platform.emulator.clear()
        # What a run leaves that was killed: its task goes on.
        network = ecs.describe_services(cluster="web", services=["web"])["services"][0]["networkConfiguration"]
        mark = next(one["startedBy"] for one in platform.tasks() if one["startedBy"].startswith("once-"))
        left = ecs.run_task(
            cluster="web", taskDefinition="web", launchType="FARGATE", networkConfiguration=network, startedBy=mark
        )["tasks"][0]["taskArn"]
        platform.emulator.times("none")
        assert platform.once(command=["a"])["task"] == left
        assert platform.once(command=["b"])["task"] != left
