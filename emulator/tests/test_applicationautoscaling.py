# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

PLACE = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/main/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}
CPU, MEMORY = "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"


@pytest.fixture
def scaling(emulator: Any) -> Any:
    """A client, and the service that is scaled."""
    ecs = emulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    container = {"name": "web", "image": "nginx", "memory": 128}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    for name in ("web", "web2"):
        ecs.create_service(cluster="main", serviceName=name, taskDefinition="web", desiredCount=0)
    return emulator.client("application-autoscaling")


def code_of(call: Any, **settings: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**{**PLACE, **settings})
    return caught.value.response["Error"]["Code"]


def register(scaling: Any, **settings: Any) -> str:
    request = {**PLACE, "MinCapacity": 1, "MaxCapacity": 3, **settings}
    return scaling.register_scalable_target(**request)["ScalableTargetARN"]


def put(scaling: Any, name: str, metric: str = CPU, **settings: Any) -> dict[str, Any]:
    return scaling.put_scaling_policy(
        **{**PLACE, **settings},
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        },
    )


def test_tags_come_with_the_target_and_go_with_it(scaling: Any) -> None:
    arn = register(scaling, Tags={"Environment": "test"})
    scaling.tag_resource(ResourceARN=arn, Tags={"Owner": "platform"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Environment"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Owner": "platform"}
    scaling.deregister_scalable_target(**PLACE)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scaling.list_tags_for_resource(ResourceARN=arn)


def test_the_suspended_state_is_whole(scaling: Any) -> None:
    register(scaling, SuspendedState={"DynamicScalingInSuspended": True})
    register(scaling, MaxCapacity=4)
    target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert target["SuspendedState"] == {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }


def test_refusals(scaling: Any) -> None:
    assert code_of(scaling.register_scalable_target, ResourceId="service/main/none", MinCapacity=1, MaxCapacity=2) == (
        "ValidationException"
    )
    assert code_of(scaling.register_scalable_target, MinCapacity=3, MaxCapacity=2) == "ValidationException"
    assert code_of(scaling.register_scalable_target, MinCapacity=3) == "ValidationException"
    assert code_of(scaling.deregister_scalable_target) == "ObjectNotFoundException"
    assert code_of(put, scaling=scaling, name="cpu") == "ObjectNotFoundException"
    register(scaling)
    assert code_of(scaling.delete_scaling_policy, PolicyName="none") == "ObjectNotFoundException"
    assert code_of(scaling.delete_scheduled_action, ScheduledActionName="none") == "ObjectNotFoundException"
    assert code_of(scaling.put_scheduled_action, ScheduledActionName="night", Schedule="0 22 * * *") == (
        "ValidationException"
    )


def test_policies_are_found_by_their_name_and_by_the_whole_resource(scaling: Any) -> None:
    register(scaling)
    register(scaling, ResourceId="service/main/web2")
    put(scaling, "cpu")
    put(scaling, "memory", metric=MEMORY)
    put(scaling, "cpu", ResourceId="service/main/web2")
    named = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["memory"], MaxResults=1)
    assert [one["PolicyName"] for one in named["ScalingPolicies"]] == ["memory"]
    found = scaling.describe_scaling_policies(**PLACE)["ScalingPolicies"]
    assert [one["PolicyName"] for one in found] == ["cpu", "memory"]


def test_policies_have_alarms_of_their_own(scaling: Any, emulator: Any) -> None:
    alarms = emulator.client("cloudwatch")
    register(scaling)
    put(scaling, "cpu")
    put(scaling, "cpu")
    assert len(alarms.describe_alarms(AlarmNamePrefix="TargetTracking-")["MetricAlarms"]) == 2
    scaling.deregister_scalable_target(**PLACE)
    assert alarms.describe_alarms()["MetricAlarms"] == []
    assert scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []


def test_scheduled_actions_return_what_was_given(scaling: Any) -> None:
    register(scaling)
    action = {"Schedule": "cron(0 22 * * ? *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}}
    scaling.put_scheduled_action(**PLACE, ScheduledActionName="night", **action)
    found = scaling.describe_scheduled_actions(**PLACE)["ScheduledActions"][0]
    assert {name: found[name] for name in action} == action
    assert "Timezone" not in found
