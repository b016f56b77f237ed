# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach: deployments that fail, revisions that are kept, many services at once."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed, run_module

MANIFEST = json.dumps(
    {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {}, "layers": []}
)
MISSING = "123456789012.dkr.ecr.us-east-1.amazonaws.com/none:1"


class Platform:
    """A cluster with all a service needs."""

    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        self.run("ec2_vpc", name="web", cidr="10.9.0.0/16")
        self.run("ec2_subnet", name="web", vpc="web", cidr="10.9.1.0/24", availability_zone="us-east-1a")
        self.run("iam_role", name="web", trust_policy=_TRUST)
        self.run("ecs_cluster", name="web", capacity_providers=["FARGATE"])

    def run(self, module: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(self.emulator.url, module, options, check=check)

    def define(self, image: str = "nginx", memory: int = 512, **options: t.Any) -> str:
        result = self.run(
            "ecs_task_definition",
            family="web",
            cpu=256,
            memory=memory,
            execution_role="web",
            containers=[{"name": "web", "image": image}],
            **options,
        )
        return result["task_definition"]["arn"]

    def serve(self, definition: str, **options: t.Any) -> dict[str, t.Any]:
        settings = {"name": "web", "circuit_breaker": {}, **options}
        return self.run(
            "ecs_service",
            cluster="web",
            task_definition=definition,
            launch_type="FARGATE",
            subnets=["web"],
            **settings,
        )


_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}],
}


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    return Platform(emulator)


def test_a_first_deployment_that_fails_says_why(platform: Platform) -> None:
    definition = platform.define(MISSING)
    with pytest.raises(ModuleFailed) as caught:
        platform.serve(definition)
    said = caught.value.result["msg"]
    assert "to web:1 failed: ECS deployment circuit breaker: tasks failed to start" in said
    assert "Last events: (service web) (deployment" in said
    assert "Stopped tasks: CannotPullContainerError" in said
    with pytest.raises(ModuleFailed, match="to web:1 failed"):
        platform.serve(definition)


def test_a_deployment_that_failed_is_tried_again(platform: Platform) -> None:
    platform.run("ecr_repository", name="web")
    definition = platform.define("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1")
    with pytest.raises(ModuleFailed, match="CannotPull"):
        platform.serve(definition)
    platform.emulator.client("ecr").put_image(repositoryName="web", imageManifest=MANIFEST, imageTag="1")
    assert platform.serve(definition)["service"]["running_count"] == 1
    assert not platform.serve(definition)["changed"]


def test_a_deployment_that_is_rolled_back_says_where_to(platform: Platform) -> None:
    platform.serve(platform.define())
    bad = platform.define(MISSING)
    with pytest.raises(ModuleFailed, match=r"to web:2 failed, and the service goes back to web:1\. .*CannotPull"):
        platform.serve(bad)


def test_waiting_in_vain_says_how_far_it_got(platform: Platform) -> None:
    definition = platform.define(MISSING)
    with pytest.raises(
        ModuleFailed, match=r"IN_PROGRESS, 0 of 1 tasks running\. Last events: .*unable to start a task"
    ):
        platform.serve(definition, circuit_breaker={"enable": False, "rollback": False}, wait_timeout=2)


def test_without_waiting_it_is_left_to_ecs(platform: Platform) -> None:
    result = platform.serve(platform.define(MISSING), wait=False)
    assert result["service"]["deployment"]["rollout_state"] == "IN_PROGRESS"


def test_a_service_is_made_anew_when_its_tasks_are_gone(platform: Platform) -> None:
    definition = platform.define()
    platform.serve(definition)
    platform.run("ecs_service", name="web", cluster="web", state="absent", wait=False)
    result = platform.serve(definition)
    assert [one["action"] for one in result["actions"]] == ["create"]
    assert result["service"]["running_count"] == 1


def test_the_count_is_raised_and_never_lowered(platform: Platform) -> None:
    definition = platform.define()
    platform.serve(definition, desired_count=2)
    assert not platform.serve(definition, desired_count=5)["changed"]
    assert not platform.serve(definition, minimum_count=1)["changed"]
    assert platform.serve(definition, minimum_count=3)["service"]["running_count"] == 3


def test_a_forced_deployment_is_predicted(platform: Platform) -> None:
    definition = platform.define()
    first = platform.serve(definition)["service"]["deployment"]["id"]
    settings = {
        "name": "web",
        "cluster": "web",
        "task_definition": definition,
        "launch_type": "FARGATE",
        "subnets": ["web"],
        "force_new_deployment": True,
    }
    preview = platform.run("ecs_service", check=True, **settings)
    result = platform.run("ecs_service", **settings)
    assert preview["diff"] == result["diff"]
    assert result["service"]["deployment"]["id"] != first


def test_many_services_are_read_ten_at_once(platform: Platform) -> None:
    platform.define()
    names = [f"web-{number:02}" for number in range(12)]
    options = {
        "cluster": "web",
        "task_definition": "web",
        "launch_type": "FARGATE",
        "subnets": ["web"],
        "desired_count": 0,
        "each": {name: {} for name in names},
    }
    assert sorted(platform.run("ecs_service", **options)["resources"]) == names
    platform.emulator.clear()
    assert not platform.run("ecs_service", **options)["changed"]
    operations = [one["operation"] for one in platform.emulator.requests()]
    assert operations.count("DescribeServices") == 2


def test_old_revisions_go_but_not_the_one_in_use(platform: Platform) -> None:
    first = platform.define()
    for memory in (1024, 2048, 512, 1024):
        newest = platform.define(memory=memory, keep_revisions=2)
    ecs = platform.emulator.client("ecs")
    active = ecs.list_task_definitions(familyPrefix="web", status="ACTIVE")["taskDefinitionArns"]
    assert [arn.rpartition(":")[2] for arn in active] == ["4", "5"]
    assert newest == active[-1] and first not in active
    platform.define(memory=2048, keep_revisions=1, current=active[0])
    left = ecs.list_task_definitions(familyPrefix="web", status="ACTIVE")["taskDefinitionArns"]
    assert [arn.rpartition(":")[2] for arn in left] == ["4", "6"]


def test_a_revision_that_was_rolled_back_does_not_count(platform: Platform) -> None:
    good = platform.define()
    platform.define(MISSING)
    assert platform.define(current=good) == good


def test_a_size_fargate_lacks_is_refused_before_any_request(platform: Platform) -> None:
    platform.emulator.clear()
    with pytest.raises(ModuleFailed, match="256 CPU units choose one of 512, 1024, 2048 MiB"):
        platform.define(memory=600)
    assert platform.emulator.requests() == []


def test_rebalancing_needs_room_for_another_task(platform: Platform) -> None:
    with pytest.raises(ModuleFailed, match="availability_zone_rebalancing needs a maximum_percent above 100"):
        platform.serve("web", maximum_percent=100)


def test_what_the_schedule_set_is_left_alone(platform: Platform) -> None:
    platform.serve(platform.define())
    options = {
        "resource_id": "service/web/web",
        "min_capacity": 1,
        "max_capacity": 3,
        "scheduled_actions": {
            "sleep": {"schedule": "cron(0 20 * * ? *)", "min_capacity": 0, "max_capacity": 0},
            "wake": {"schedule": "cron(0 6 * * ? *)", "min_capacity": 1, "max_capacity": 3},
        },
    }
    platform.run("application_autoscaling_target", **options)
    place = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/web/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling = platform.emulator.client("application-autoscaling")
    scaling.register_scalable_target(**place, MinCapacity=0, MaxCapacity=0)
    assert not platform.run("application_autoscaling_target", **options)["changed"]
    scaling.register_scalable_target(**place, MinCapacity=2, MaxCapacity=2)
    assert platform.run("application_autoscaling_target", **options)["changed"]


def test_a_policy_is_refused_where_it_is_not_as_documented(platform: Platform) -> None:
    with pytest.raises(ModuleFailed, match=r"policies\.cpu: .*target"):
        platform.run(
            "application_autoscaling_target",
            resource_id="service/web/web",
            min_capacity=1,
            max_capacity=2,
            policies={"cpu": {"metric": "ECSServiceAverageCPUUtilization"}},
        )


def test_a_namespace_without_its_vpc_says_why(emulator: t.Any) -> None:
    options = {"name": "x.internal", "vpc": "vpc-0123456789abcdef0"}
    with pytest.raises(ModuleFailed, match=r"The VPC ID .* is invalid\. \(CANNOT_CREATE_HOSTED_ZONE\)"):
        run_module(emulator.url, "servicediscovery_namespace", options)


def test_a_count_is_what_it_is_set_to(platform: Platform) -> None:
    definition = platform.define()
    platform.serve(definition, desired_count=2)
    for count in (3, 1):
        preview = platform.run("ecs_service", check=True, name="web", cluster="web", count=count)
        real = platform.run("ecs_service", name="web", cluster="web", count=count)
        assert preview["diff"] == real["diff"]
        assert real["service"]["running_count"] == count
    assert not platform.run("ecs_service", name="web", cluster="web", count=1)["changed"]


def test_how_services_are_doing(platform: Platform) -> None:
    platform.serve(platform.define(tags={"release:by": "ada"}), desired_count=2)
    platform.emulator.clear()
    everything = platform.run("ecs_service_info", cluster="web")["services"]
    assert platform.emulator.mutations() == []
    assert everything == platform.run("ecs_service_info", cluster="web", names=["web", "none"])["services"]
    web = everything["web"]
    assert (web["desired_count"], web["running_count"], web["pending_count"]) == (2, 2, 0)
    assert (web["images"], web["release"]) == ({"web": "nginx"}, {"by": "ada"})
    assert [(one["status"], one["rollout_state"]) for one in web["deployments"]] == [("PRIMARY", "COMPLETED")]
    assert [(one["zone"], one["status"], one["revision"]) for one in web["tasks"]] == [
        ("us-east-1a", "RUNNING", "web:1")
    ] * 2
    assert "steady state" in web["events"][0]["message"]
    assert platform.run("ecs_service_info", cluster="none")["services"] == {}


def test_a_release_takes_over_what_runs_and_keeps_its_tags(platform: Platform) -> None:
    first = platform.define(tags={"Team": "web", "release:by": "ada"}, cpu_architecture="ARM64")
    like = {"family": "web", "current": first, "like": first}
    same = platform.run("ecs_task_definition", **like)
    assert not same["changed"]
    settings = {**like, "images": {"web": "nginx:2"}, "tags": {"Team": "web", "release:by": "bob"}}
    preview = platform.run("ecs_task_definition", check=True, **settings)
    second = platform.run("ecs_task_definition", **settings)
    assert preview["diff"] == second["diff"]
    assert second["actions"][0]["fields"] == ["containers", "tags"]
    described = platform.emulator.client("ecs").describe_task_definition(taskDefinition="web:2")["taskDefinition"]
    assert described["containerDefinitions"][0]["image"] == "nginx:2"
    assert described["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    # Converging looks after its own tags and leaves those of releases.
    converged = platform.define("nginx:2", tags={"Team": "core"}, cpu_architecture="ARM64")
    assert converged == second["task_definition"]["arn"]
    found = platform.emulator.client("ecs").describe_task_definition(taskDefinition="web:2", include=["TAGS"])["tags"]
    assert {one["key"]: one["value"] for one in found} == {"Team": "core", "release:by": "bob"}
    with pytest.raises(ModuleFailed, match="has no container other"):
        platform.run("ecs_task_definition", **like, images={"other": "nginx"})
    with pytest.raises(ModuleFailed, match="none:1 does not exist: correct the name in like"):
        platform.run("ecs_task_definition", family="web", like="none:1")
