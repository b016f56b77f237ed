# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Containers in time: the life of tasks, deployments and their ends, and how a test sets them."""

from __future__ import annotations

import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.documents import TRUST
from emulator.tests.test_ecs import Platform, refused

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


@pytest.fixture
def platform(emulator: Any, hourglass: Any) -> Platform:
    made = Platform(emulator)
    hourglass.turn()  # its capacity providers are associated
    # What only keeps a test waiting: the scheduler looks at once, and health checks are quick.
    emulator.times(kinds={"ecs.service.scheduling": 0, "ecs.task.stopping": 0, "ecs.task.deprovisioning": 0})
    return made


def statuses(platform: Platform, desired: str = "RUNNING") -> list[str]:
    arns = platform.ecs.list_tasks(cluster="main", desiredStatus=desired)["taskArns"]
    if not arns:
        return []
    found = platform.ecs.describe_tasks(cluster="main", tasks=arns)["tasks"]
    return sorted(task["lastStatus"] for task in found)


def rollout(platform: Platform) -> list[tuple[str, str, int, int]]:
    """Each deployment: its revision, state, and how many tasks run and are pending."""
    return [
        (one["taskDefinition"].split(":")[-1], one["rolloutState"], one["runningCount"], one["pendingCount"])
        for one in platform.look()["deployments"]
    ]


def test_a_deployment_starts_its_tasks(platform: Platform, hourglass: Any) -> None:
    platform.register()
    platform.create()
    assert hourglass.seen(lambda: (rollout(platform), statuses(platform)), 5) == [
        ([("1", "IN_PROGRESS", 0, 0)], []),
        ([("1", "IN_PROGRESS", 0, 2)], ["PROVISIONING"] * 2),
        ([("1", "IN_PROGRESS", 0, 2)], ["PENDING"] * 2),
        ([("1", "IN_PROGRESS", 0, 2)], ["ACTIVATING"] * 2),
        ([("1", "COMPLETED", 2, 0)], ["RUNNING"] * 2),
    ]
    assert "steady state" in platform.look()["events"][0]["message"]


def settled(platform: Platform, hourglass: Any, **settings: Any) -> None:
    """A service that has reached its steady state."""
    platform.register()
    platform.create(**settings)
    hourglass.seen(lambda: rollout(platform), 6)
    assert [one[1] for one in rollout(platform)] == ["COMPLETED"]


def test_a_new_revision_takes_over_when_it_runs(platform: Platform, hourglass: Any) -> None:
    settled(platform, hourglass)
    platform.update(taskDefinition=platform.register(cpu="512", memory="1024"))
    assert hourglass.seen(lambda: rollout(platform), 5) == [
        [("2", "IN_PROGRESS", 0, 0), ("1", "COMPLETED", 2, 0)],
        [("2", "IN_PROGRESS", 0, 2), ("1", "COMPLETED", 2, 0)],
        [("2", "COMPLETED", 2, 0)],
    ]


def test_it_takes_turns_where_there_is_no_room(platform: Platform, hourglass: Any) -> None:
    bounds = {"maximumPercent": 100, "minimumHealthyPercent": 50}
    settled(platform, hourglass, deploymentConfiguration=bounds, availabilityZoneRebalancing="DISABLED")
    platform.update(taskDefinition=platform.register(cpu="512", memory="1024"))
    seen = hourglass.seen(lambda: rollout(platform), 10)
    assert all(sum(one[2] + one[3] for one in deployments) <= 2 for deployments in seen)
    assert all(sum(one[2] for one in deployments) >= 1 for deployments in seen)
    assert seen[-1] == [("2", "COMPLETED", 2, 0)]


def test_targets_have_to_be_healthy(platform: Platform, hourglass: Any) -> None:
    group = platform.target_group(listener=True)
    platform.register()
    balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    platform.create(loadBalancers=balancers, desiredCount=1)

    def look() -> tuple[Any, ...]:
        elb = platform.emulator.client("elbv2")
        found = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return rollout(platform)[0][1:3], [one["TargetHealth"]["State"] for one in found]

    assert hourglass.seen(look, 6) == [
        (("IN_PROGRESS", 0), []),
        (("IN_PROGRESS", 1), ["initial"]),
        (("COMPLETED", 1), ["healthy"]),
    ]
    platform.update(desiredCount=0)
    assert hourglass.seen(look, 1) == [(("COMPLETED", 0), ["draining"]), (("COMPLETED", 0), [])]


def test_a_deleted_service_drains(platform: Platform, hourglass: Any) -> None:
    settled(platform, hourglass)
    platform.ecs.delete_service(cluster="main", service="web", force=True)
    refused(platform.ecs.delete_cluster, "ClusterContainsServicesException", cluster="main")
    refused(platform.create, "InvalidParameterException", "Draining")
    assert hourglass.seen(lambda: platform.look()["status"], 2) == ["DRAINING", "INACTIVE"]
    assert platform.ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert platform.ecs.delete_cluster(cluster="main")["cluster"]["status"] == "INACTIVE"


def test_a_cluster_is_busy_while_its_providers_change(platform: Platform, hourglass: Any) -> None:
    change = {"cluster": "main", "capacityProviders": ["FARGATE"], "defaultCapacityProviderStrategy": []}
    changed = platform.ecs.put_cluster_capacity_providers(**change)["cluster"]
    assert changed["attachmentsStatus"] == "UPDATE_IN_PROGRESS"
    refused(platform.ecs.put_cluster_capacity_providers, "ResourceInUseException", "busy", **change)
    hourglass.turn()
    platform.ecs.put_cluster_capacity_providers(**change)


def test_a_stopped_task_is_replaced(platform: Platform, hourglass: Any) -> None:
    settled(platform, hourglass, desiredCount=1)
    (task,) = platform.ecs.list_tasks(cluster="main")["taskArns"]
    stopped = platform.ecs.stop_task(cluster="main", task=task)["task"]
    assert (stopped["desiredStatus"], stopped["stopCode"]) == ("STOPPED", "UserInitiated")
    assert hourglass.seen(lambda: statuses(platform), 4)[-1] == ["RUNNING"]
    assert platform.ecs.list_tasks(cluster="main")["taskArns"] != [task]


def test_a_new_role_is_not_known_everywhere_at_once(platform: Platform, hourglass: Any) -> None:
    platform.emulator.times(kinds={"iam.role.propagating": 600})
    role = platform.emulator.client("iam").create_role(RoleName="task", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    platform.register(taskRoleArn=role)
    platform.create(desiredCount=1)
    platform.emulator.times(kinds={"ecs.service.scheduling": 60})
    hourglass.seen(lambda: rollout(platform), 4)
    assert "unable to assume the role" in platform.look()["events"][0]["message"]
    hourglass.turn(600)
    assert hourglass.seen(lambda: rollout(platform), 6)[-1] == [("1", "COMPLETED", 1, 0)]


# As a test wants it


def test_a_task_is_run_once(platform: Platform, hourglass: Any) -> None:
    task = run(platform)
    assert hourglass.seen(lambda: one(platform, task)["lastStatus"], 6) == [
        "PROVISIONING",
        "PENDING",
        "ACTIVATING",
        "RUNNING",
        "DEACTIVATING",
        "STOPPED",
    ]
    found = one(platform, task)
    assert (found["stopCode"], found["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert [container["exitCode"] for container in found["containers"]] == [0]
    assert found["startedAt"] < found["stoppedAt"] or found["startedAt"] == found["stoppedAt"]
    hourglass.turn(3600)
    assert platform.ecs.describe_tasks(cluster="main", tasks=[task])["tasks"] == []


def run(platform: Platform, **settings: Any) -> str:
    platform.register(**settings)
    network = {"awsvpcConfiguration": {"subnets": platform.subnets[:1], "securityGroups": [platform.group]}}
    request = {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network}
    return platform.ecs.run_task(**request)["tasks"][0]["taskArn"]


def one(platform: Platform, task: str) -> dict[str, Any]:
    return platform.ecs.describe_tasks(cluster="main", tasks=[task])["tasks"][0]


def test_its_exit_codes_and_log_lines_are_set(platform: Platform, hourglass: Any) -> None:
    logs = platform.emulator.client("logs")
    logs.create_log_group(logGroupName="/ecs/web")
    platform.emulator.client("iam").create_role(RoleName="pull", AssumeRolePolicyDocument=TRUST)
    options = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs"}
    containers = [
        {"name": "migrate", "image": "migrate", "logConfiguration": {"logDriver": "awslogs", "options": options}},
        {"name": "proxy", "image": "proxy", "essential": False},
    ]
    platform.emulator.tasks(family="web", exitCodes={"migrate": 3}, logs={"migrate": ["one", "two"]})
    task = run(platform, containerDefinitions=containers, executionRoleArn="arn:aws:iam::123456789012:role/pull")
    hourglass.seen(lambda: one(platform, task)["lastStatus"], 6)
    found = {container["name"]: container["exitCode"] for container in one(platform, task)["containers"]}
    assert found == {"migrate": 3, "proxy": 0}
    stream = f"ecs/migrate/{task.split('/')[-1]}"
    events = logs.get_log_events(logGroupName="/ecs/web", logStreamName=stream)["events"]
    assert [event["message"] for event in events] == ["one", "two"]


def test_a_task_that_never_starts(platform: Platform, hourglass: Any) -> None:
    platform.emulator.tasks(startFailure="ResourceInitializationError: unable to pull secrets", count=1)
    task = run(platform)
    assert hourglass.seen(lambda: one(platform, task)["lastStatus"], 3) == ["PROVISIONING", "PENDING", "STOPPED"]
    found = one(platform, task)
    assert found["stopCode"] == "TaskFailedToStart" and "unable to pull secrets" in found["stoppedReason"]
    assert "exitCode" not in found["containers"][0]
    second = run(platform)
    assert hourglass.seen(lambda: one(platform, second)["lastStatus"], 6)[3] == "RUNNING"


def test_the_circuit_breaker_ends_a_rollout_that_fails(platform: Platform, hourglass: Any) -> None:
    settled(platform, hourglass, desiredCount=1, deploymentConfiguration=BREAKER)
    platform.emulator.tasks(family="web:2", exitCodes=1)
    platform.update(taskDefinition=platform.register(cpu="512", memory="1024"))
    seen = hourglass.seen(lambda: [(one[0], one[1]) for one in rollout(platform)], 30)
    assert seen == [
        [("2", "IN_PROGRESS"), ("1", "COMPLETED")],
        [("1", "IN_PROGRESS"), ("2", "FAILED"), ("1", "COMPLETED")],
        [("1", "COMPLETED")],
    ]
    history = platform.ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"]
    assert history[0]["status"] == "ROLLBACK_SUCCESSFUL"


def test_unhealthy_tasks_are_replaced(platform: Platform, hourglass: Any) -> None:
    check = {"command": ["CMD-SHELL", "true"]}
    container = {"name": "web", "image": "nginx", "healthCheck": check, "portMappings": [{"containerPort": 80}]}
    platform.register(containerDefinitions=[container])
    platform.create(desiredCount=1)
    assert hourglass.seen(lambda: rollout(platform)[0][1:3], 6) == [
        ("IN_PROGRESS", 0),
        ("IN_PROGRESS", 1),
        ("COMPLETED", 1),
    ]
    (task,) = platform.ecs.list_tasks(cluster="main")["taskArns"]
    assert one(platform, task)["healthStatus"] == "HEALTHY"
    platform.emulator.tasks(task=task, health="UNHEALTHY")
    hourglass.seen(lambda: rollout(platform), 5)
    stopped = one(platform, task)
    assert (stopped["healthStatus"], stopped["lastStatus"]) == ("UNHEALTHY", "STOPPED")
    assert "health checks" in stopped["stoppedReason"]
    assert rollout(platform) == [("1", "COMPLETED", 1, 0)]


def test_rules_are_told_and_forgotten(platform: Platform) -> None:
    assert platform.emulator.tasks(family="web", exitCodes=1) == [{"family": "web", "exitCodes": 1}]
    with pytest.raises(urllib.error.HTTPError):
        platform.emulator.tasks(mood="bad")
    assert platform.emulator.tasks() == [{"family": "web", "exitCodes": 1}]
    platform.emulator.reset()
    assert platform.emulator.tasks() == []


def test_in_no_time_a_task_runs_for_a_look(platform: Platform) -> None:
    platform.emulator.times("none", kinds={"ecs.task.stopping": None, "ecs.task.deprovisioning": None})
    task = run(platform)
    assert [one(platform, task)["lastStatus"] for _look in range(2)] == ["RUNNING", "STOPPED"]
    with pytest.raises(ClientError, match="not found"):
        platform.ecs.stop_task(cluster="main", task="0" * 32)
