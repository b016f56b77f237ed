# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services that a stack makes are listed, described and deployed like others."""

from __future__ import annotations

import json
from typing import Any

CONTAINER = {"Name": "web", "Image": "public.ecr.aws/nginx/nginx", "Memory": 128}


def template(count: int) -> str:
    definition = {"Family": "web", "ContainerDefinitions": [CONTAINER]}
    service = {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Definition"}, "DesiredCount": count}
    resources = {
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "stack"}},
        "Definition": {"Type": "AWS::ECS::TaskDefinition", "Properties": definition},
        "Service": {"Type": "AWS::ECS::Service", "Properties": service},
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})


def described(ecs: Any) -> list[dict[str, Any]]:
    arns = ecs.list_services(cluster="stack")["serviceArns"]
    return ecs.describe_services(cluster="stack", services=arns)["services"] if arns else []


def test_a_service_of_a_stack(emulator: Any) -> None:
    stacks, ecs = emulator.client("cloudformation"), emulator.client("ecs")
    stacks.create_stack(StackName="web", TemplateBody=template(1))
    (service,) = described(ecs)
    assert (service["status"], service["desiredCount"]) == ("ACTIVE", 1)
    assert len(service["deployments"]) == 1
    stacks.update_stack(StackName="web", TemplateBody=template(2))
    (service,) = described(ecs)
    assert service["desiredCount"] == 2
