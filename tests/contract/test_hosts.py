# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One call for several inventory hosts: each resource belongs to its host, and a failure leaves the others going."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module
from test_ecr import push

OWNER = {"Project": "sdt", "Environment": "dev"}
GROUPS = {
    "auth-service": {"name": "/ecs/auth", "tags": {**OWNER, "Component": "auth-service"}},
    "content-service": {"each": {"/ecs/content": {}, "/ecs/more": {"retention_days": 7}}, "retention_days": 30},
    "sandbox-runner": {"tags": OWNER},  # has none
}


def logs(emulator: t.Any, hosts: t.Any, check: bool = False) -> dict[str, t.Any]:
    return run_module(emulator.url, "logs_log_group", {"hosts": hosts, "owner": OWNER}, check=check)


def found(emulator: t.Any) -> dict[str, t.Any]:
    groups = emulator.client("logs").describe_log_groups()["logGroups"]
    return {one["logGroupName"]: one.get("retentionInDays") for one in groups}


def test_each_resource_belongs_to_its_host(emulator: t.Any) -> None:
    preview = logs(emulator, GROUPS, check=True)
    assert found(emulator) == {}
    real = logs(emulator, GROUPS)
    assert real["actions"] == preview["actions"]
    assert [(one["host"], one["name"]) for one in real["actions"]] == [
        ("auth-service", "/ecs/auth"),
        ("content-service", "/ecs/content"),
        ("content-service", "/ecs/more"),
    ]
    assert found(emulator) == {"/ecs/auth": None, "/ecs/content": 30, "/ecs/more": 7}
    assert sorted(real["resources"]) == sorted(found(emulator))
    emulator.clear()
    assert not logs(emulator, GROUPS)["changed"]
    assert emulator.mutations() == []


def test_hosts_may_have_resources_of_one_name(emulator: t.Any) -> None:
    """Tags of images: each repository has its own."""
    digests = {}
    for name in ("auth", "content"):
        run_module(emulator.url, "ecr_repository", {"name": name})
        (digests[name],) = push(emulator, f"1.0-{name}", name=name)
    hosts = {
        name: {"repository": name, "each": {"keep-release-1": {"digest": digest}}} for name, digest in digests.items()
    }
    real = run_module(emulator.url, "ecr_image_tag", {"hosts": hosts})
    assert [one["host"] for one in real["actions"]] == ["auth", "content"]
    for repository, digest in digests.items():
        images = emulator.client("ecr").describe_images(repositoryName=repository)["imageDetails"]
        assert [(one["imageDigest"], sorted(one["imageTags"])) for one in images] == [
            (digest, [f"1.0-{repository}", "keep-release-1"])
        ]


def test_what_fails_for_one_leaves_the_others_going(emulator: t.Any) -> None:
    emulator.client("logs").create_log_group(logGroupName="/ecs/content", tags={"Owner": "somebody"})
    real = logs(emulator, GROUPS)
    assert list(real["unfinished"]) == ["content-service"]
    assert "belongs to somebody else" in real["unfinished"]["content-service"]
    assert any("belongs to somebody else" in str(one) for one in real["warnings"])
    assert "/ecs/auth" in found(emulator) and "/ecs/more" in found(emulator)


def test_what_fails_for_all_fails(emulator: t.Any) -> None:
    hosts = {name: GROUPS[name] for name in ("auth-service", "content-service")}
    for name in ("/ecs/auth", "/ecs/content"):
        emulator.client("logs").create_log_group(logGroupName=name, tags={"Owner": "somebody"})
    with pytest.raises(ModuleFailed, match=r"/ecs/auth.*belongs to somebody.*/ecs/content"):
        logs(emulator, hosts)


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        (["auth-service"], "run_once"),
        ({"auth-service": "x"}, "run_once"),
        ({"auth-service": {"name": "/ecs/auth", "retention_days": "soon"}}, "/ecs/auth.*retention_days"),
    ],
)
def test_what_makes_no_sense_is_refused(emulator: t.Any, hosts: t.Any, said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        logs(emulator, hosts)
    assert emulator.mutations() == []


def test_what_every_resource_needs_may_come_from_its_host(emulator: t.Any) -> None:
    with pytest.raises(ModuleFailed, match=r"auth.*missing required arguments: namespace"):
        run_module(emulator.url, "servicediscovery_service", {"name": "auth"})
    with pytest.raises(ModuleFailed, match=r"auth.*missing required arguments: namespace"):
        run_module(emulator.url, "servicediscovery_service", {"hosts": {"auth": {"name": "auth"}}})


def test_images_of_several_services(emulator: t.Any) -> None:
    run_module(emulator.url, "ecr_repository", {"name": "auth"})
    hosts = {
        name: {"cluster": "main", "service": name, "repository": name, "image": image}
        for name, image in {"auth": None, "content": "public.ecr.aws/nginx/nginx:1"}.items()
    }
    answer = run_module(emulator.url, "ecs_service_image_info", {"hosts": hosts})
    assert {name: one["available"] for name, one in answer["services"].items()} == {"auth": False, "content": True}
    (pending,) = answer["pending"]
    assert "ECS service auth has no tasks yet" in pending
    with pytest.raises(ModuleFailed, match=r"needs cluster, repository"):
        run_module(emulator.url, "ecs_service_image_info", {"service": "auth"})
    emulator.faults({"kind": "access_denied", "service": "ecr", "operation": "DescribeImages", "resource": "auth"})
    answer = run_module(emulator.url, "ecs_service_image_info", {"hosts": hosts})
    assert list(answer["unfinished"]) == ["auth"] and list(answer["services"]) == ["content"]
