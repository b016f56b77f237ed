# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._ecs_task import (
    FARGATE_SIZES,
    camel,
    canonical,
    canonical_volumes,
    container_problems,
    from_aws,
    size_problem,
    snake,
    to_aws,
)

DESCRIBED: dict[str, t.Any] = {
    "name": "web",
    "image": "nginx",
    "cpu": 0,
    "essential": True,
    "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp", "name": "http", "appProtocol": "http"}],
    "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": ""}],
    "secrets": [{"name": "TOKEN", "valueFrom": "arn:aws:ssm:x"}],
    "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp", "readOnly": False}],
    "volumesFrom": [],
    "systemControls": [],
    "dependsOn": [{"containerName": "init", "condition": "SUCCESS"}],
    "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 0},
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "x"}, "secretOptions": []},
    "linuxParameters": {"initProcessEnabled": True, "capabilities": {}},
    "ulimits": [{"name": "nproc", "softLimit": 1, "hardLimit": 2}, {"name": "core", "softLimit": 1, "hardLimit": 1}],
    "readonlyRootFilesystem": False,
    "dockerLabels": {"com.example.someLabel": "yes"},
}
WANTED: dict[str, t.Any] = {
    "name": "web",
    "image": "nginx",
    "essential": True,
    "cpu": None,
    "port_mappings": [{"container_port": 80, "protocol": "tcp", "name": "http", "app_protocol": "http"}],
    "environment": {"A": "", "B": 2},
    "secrets": {"TOKEN": "arn:aws:ssm:x"},
    "mount_points": [{"source_volume": "tmp", "container_path": "/tmp"}],
    "depends_on": {"init": "SUCCESS"},
    "health_check": {"command": ["CMD", "true"]},
    "log_configuration": {"driver": "awslogs", "options": {"awslogs-group": "x"}},
    "linux_parameters": {"init_process_enabled": True},
    "ulimits": [
        {"name": "core", "soft_limit": 1, "hard_limit": 1},
        {"name": "nproc", "soft_limit": 1, "hard_limit": 2},
    ],
    "docker_labels": {"com.example.someLabel": "yes"},
    "version_consistency": "enabled",
}


def test_what_is_meant_and_what_is_described_are_equal() -> None:
    assert from_aws(DESCRIBED) == canonical(WANTED)


def test_what_is_sent_comes_back_equal() -> None:
    assert from_aws(to_aws(canonical(WANTED))) == canonical(WANTED)


@pytest.mark.parametrize(
    "change",
    [
        {"image": "nginx:2"},
        {"essential": False},
        {"environment": [{"name": "A", "value": "other"}, {"name": "B", "value": "2"}]},
        {"environment": [{"name": "A", "value": ""}, {"name": "B", "value": "2"}, {"name": "C", "value": "3"}]},
        {"secrets": []},
        {"readonlyRootFilesystem": True},
        {"privileged": True},
        {"somethingNew": {"someSetting": 1}},
        {"healthCheck": {"command": ["CMD", "true"], "interval": 10}},
        {"stopTimeout": 60},
        {"portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "udp"}]},
    ],
)
def test_what_differs_is_seen(change: dict[str, t.Any]) -> None:
    assert from_aws({**DESCRIBED, **change}) != canonical(WANTED)


def test_the_order_of_a_command_means_something() -> None:
    one, other = ({**WANTED, "command": command} for command in (["a", "b"], ["b", "a"]))
    assert canonical(one) != canonical(other)


def test_a_container_that_is_not_essential_says_so() -> None:
    assert to_aws(canonical({"name": "x", "image": "y", "essential": False}))["essential"] is False
    assert to_aws(canonical({"name": "x", "image": "y"}))["essential"] is True


def test_volumes() -> None:
    described = [{"name": "b", "host": {}}, {"name": "a", "efs_volume_configuration": {"file_system_id": "fs-1"}}]
    wanted = [
        {"name": "a", "efs_volume_configuration": {"file_system_id": "fs-1", "root_directory": "/"}},
        {"name": "b"},
    ]
    assert canonical_volumes(described) == canonical_volumes(wanted)


@pytest.mark.parametrize(
    ("cpu", "memory"), [(cpu, memory) for cpu, memories in FARGATE_SIZES.items() for memory in memories]
)
def test_sizes_fargate_has(cpu: int, memory: int) -> None:
    assert size_problem(cpu, memory) is None


@pytest.mark.parametrize(
    ("cpu", "memory", "said"),
    [(300, 512, "256, 512"), (256, 4096, "512, 1024, 2048 MiB"), (8192, 17408, "16384, 20480"), (512, 512, "1024")],
)
def test_sizes_fargate_lacks_are_told_with_those_it_has(cpu: int, memory: int, said: str) -> None:
    assert said in (size_problem(cpu, memory) or "")


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ({"mount_points": [{"source_volume": "none"}]}, "unknown volume none"),
        ({"depends_on": {"none": "START"}}, "unknown container none"),
        ({"depends_on": {"web": "START"}}, "unknown container web"),
        ({"stop_timeout": 121}, "2 to 120"),
        ({"essential": False}, "essential"),
    ],
)
def test_problems(container: dict[str, t.Any], said: str) -> None:
    problems = container_problems([{"name": "web", "image": "nginx", **container}], [{"name": "tmp"}])
    assert [said in problem for problem in problems] == [True]


def test_names_are_used_once() -> None:
    containers = [{"name": "web"}, {"name": "web"}]
    assert "used twice" in container_problems(containers, [])[0]


@pytest.mark.parametrize(
    ("name", "option"),
    [("containerPort", "container_port"), ("readonlyRootFilesystem", "readonly_root_filesystem"), ("name", "name")],
)
def test_names(name: str, option: str) -> None:
    assert (snake(name), camel(option)) == (option, name)
