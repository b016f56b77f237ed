# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would keep new tasks of a service from starting is found before anything is changed."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed
from test_ecs_task import LOGS, Platform

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    platform = Platform(emulator)
    platform.run("secretsmanager_secret", name="web", generate={"KEY": {"length": 20}})
    platform.run("sns_topic", name="web")
    alarm = {
        "namespace": "AWS/ECS",
        "metric_name": "CPUUtilization",
        "statistic": "Average",
        "period": 60,
        "evaluation_periods": 1,
        "threshold": 90,
        "comparison_operator": "GreaterThanThreshold",
    }
    platform.run("cloudwatch_alarm", name="web-errors", **alarm)
    container = {
        "name": "web",
        "image": "nginx",
        "log_configuration": {"options": LOGS},
        "secrets": {"KEY": {"secret": "web", "key": "KEY"}},
    }
    definition = platform.run(
        "ecs_task_definition", family="web", cpu=256, memory=512, execution_role="web", containers=[container]
    )
    platform.run(
        "ecs_service",
        name="web",
        cluster="web",
        task_definition=definition["task_definition"]["arn"],
        alarms={"names": ["web-errors"]},
    )
    return platform


def look(platform: Platform, **options: t.Any) -> dict[str, t.Any]:
    platform.emulator.clear()
    found = platform.run("ecs_start_info", **{"cluster": "web", "service": "web", **options})
    assert platform.emulator.mutations() == []
    return found


def test_where_nothing_is_wrong_nothing_is_said(platform: Platform) -> None:
    found = look(platform)
    assert found["problems"] == []
    assert (found["images"], found["alarms"], found["exists"]) == ({"web": "nginx"}, ["web-errors"], True)


def _no_role(platform: Platform) -> None:
    platform.emulator.client("iam").delete_role(RoleName="web")


def _other_trust(platform: Platform) -> None:
    platform.emulator.client("iam").update_assume_role_policy(
        RoleName="web",
        PolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"Service": "ec2.amazonaws.com"}}]}',
    )


def _secret_going(platform: Platform) -> None:
    platform.emulator.client("secretsmanager").delete_secret(SecretId="web")


def _secret_gone(platform: Platform) -> None:
    platform.emulator.client("secretsmanager").delete_secret(SecretId="web", ForceDeleteWithoutRecovery=True)


def _no_log(platform: Platform) -> None:
    platform.emulator.client("logs").delete_log_group(logGroupName="/ecs/web")


def _ringing(platform: Platform) -> None:
    platform.emulator.client("cloudwatch").set_alarm_state(
        AlarmName="web-errors", StateValue="ALARM", StateReason="5 errors"
    )


def _no_alarm(platform: Platform) -> None:
    platform.emulator.client("cloudwatch").delete_alarms(AlarmNames=["web-errors"])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_no_role, "The execution role web does not exist: run site.yml"),
        (_other_trust, "The execution role web does not trust ecs-tasks.amazonaws.com"),
        (_secret_going, "Secret web is being deleted: restore it"),
        (_secret_gone, "Secret web does not exist"),
        (_no_log, "Log group /ecs/web does not exist"),
        (_ringing, "Alarm web-errors is ringing already, so that it would not stop a bad release (5 errors)"),
        (_no_alarm, "Alarm web-errors, which should stop a bad release, does not exist"),
    ],
)
def test_each_fault_is_named(platform: Platform, fault: t.Callable[[Platform], None], said: str) -> None:
    fault(platform)
    (problem,) = look(platform)["problems"]
    assert problem.startswith(said)


def test_images_it_is_going_to_have(platform: Platform) -> None:
    platform.run("ecr_repository", name="web")
    (problem,) = look(platform, images={"web": f"{REGISTRY}/web:2"})["problems"]
    assert problem == f"Image {REGISTRY}/web:2 does not exist: push it first."
    (problem,) = look(platform, images={"web": f"{REGISTRY}/none:2"})["problems"]
    assert problem.startswith("Repository none does not exist")
    with pytest.raises(ModuleFailed, match="ECS service web has no container other; it has web"):
        look(platform, images={"other": "nginx"})


def test_a_service_that_is_not_there(platform: Platform) -> None:
    found = look(platform, service="none")
    assert not found["exists"]
    assert found["problems"] == ["ECS service none does not exist in cluster web: run site.yml, which makes it."]
