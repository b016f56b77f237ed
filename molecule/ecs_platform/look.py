# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at services, or acts on them as releases and autoscaling do, as a client that is not ours.

Usage: python look.py show <cluster> | left | logs | measure <cluster> | push <repository> <tag>
       | scale <cluster> <service> <count> | release <cluster> <service> <image>
"""

from __future__ import annotations

import json
import sys

import boto3

KIND = "application/vnd.docker.distribution.manifest.v2+json"
KEPT = ("containerDefinitions", "family", "taskRoleArn", "executionRoleArn", "networkMode", "volumes", "cpu", "memory")
KEPT += ("requiresCompatibilities", "runtimePlatform")


def client(service: str):
    return boto3.client(service, region_name="us-east-1")


def show(cluster: str) -> dict:
    """Every service with its task definition, scaling, roles and name."""
    ecs, scaling, iam = client("ecs"), client("application-autoscaling"), client("iam")
    names = [arn.rpartition("/")[2] for arn in ecs.list_services(cluster=cluster)["serviceArns"]]
    found = {}
    for service in ecs.describe_services(cluster=cluster, services=names, include=["TAGS"])["services"]:
        name = service["serviceName"]
        definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        resource = {"ServiceNamespace": "ecs", "ResourceId": f"service/{cluster}/{name}"}
        role = definition["taskRoleArn"].rpartition("/")[2]
        execution = definition["executionRoleArn"].rpartition("/")[2]
        found[name] = {
            **service,
            "definition": definition,
            "containers": {one["name"]: one for one in definition["containerDefinitions"]},
            "target": scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource["ResourceId"]])[
                "ScalableTargets"
            ][0],
            "policies": [one["PolicyName"] for one in scaling.describe_scaling_policies(**resource)["ScalingPolicies"]],
            "task_policies": iam.list_role_policies(RoleName=role)["PolicyNames"],
            "execution_policies": iam.list_role_policies(RoleName=execution)["PolicyNames"],
        }
    return found


def left() -> dict:
    """What is there of the kinds the role makes."""
    ecs, discovery = client("ecs"), client("servicediscovery")
    secrets = client("secretsmanager").list_secrets(IncludePlannedDeletion=False)["SecretList"]
    return {
        "clusters": client("resourcegroupstaggingapi").get_resources(ResourceTypeFilters=["ecs:cluster"])[
            "ResourceTagMappingList"
        ],
        "definitions": ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"],
        "namespaces": discovery.list_namespaces()["Namespaces"],
        "names": discovery.list_services()["Services"],
        "targets": client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")[
            "ScalableTargets"
        ],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "logs": client("logs").describe_log_groups()["logGroups"],
        "roles": [
            one["RoleName"]
            for one in client("iam").list_roles(PathPrefix="/")["Roles"]
            if not one["Path"].startswith("/aws-service-role/")
        ],
        "secrets": [one["Name"] for one in secrets if one["Name"] != "sdt-molecule/database"],
    }


def logs() -> dict:
    """Days that each log group keeps its entries."""
    groups = client("logs").describe_log_groups()["logGroups"]
    return {one["logGroupName"]: one.get("retentionInDays") for one in groups}


def measure(cluster: str) -> None:
    """What Container Insights does first."""
    client("logs").create_log_group(logGroupName=f"/aws/ecs/containerinsights/{cluster}/performance")


def push(repository: str, tag: str) -> dict:
    digest = f"sha256:{tag.encode().hex():0>64}"
    part = {"mediaType": "application/octet-stream", "size": 1, "digest": digest}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": KIND, "config": part, "layers": [part]})
    answer = client("ecr").put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)
    return answer["image"]["imageId"]


def scale(cluster: str, service: str, count: str) -> None:
    client("ecs").update_service(cluster=cluster, service=service, desiredCount=int(count))


def release(cluster: str, service: str, image: str) -> None:
    """A new revision that differs in its image only."""
    ecs = client("ecs")
    current = ecs.describe_services(cluster=cluster, services=[service])["services"][0]["taskDefinition"]
    definition = ecs.describe_task_definition(taskDefinition=current)["taskDefinition"]
    request = {name: definition[name] for name in KEPT if name in definition}
    for container in request["containerDefinitions"]:
        if container["name"] == service:
            container["image"] = image
    arn = ecs.register_task_definition(**request)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=cluster, service=service, taskDefinition=arn)
    ecs.get_waiter("services_stable").wait(cluster=cluster, services=[service], WaiterConfig={"Delay": 1})


if __name__ == "__main__":
    action = {one.__name__: one for one in (show, left, logs, measure, push, scale, release)}[sys.argv[1]]
    print(json.dumps(action(*sys.argv[2:]), default=str))
