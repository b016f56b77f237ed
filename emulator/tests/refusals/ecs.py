# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS: task definitions, services, tasks, clusters."""

from __future__ import annotations

from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses
from emulator.tests.refusals.ec2 import group, subnet, vpc

APP = {"name": "app", "image": "nginx", "portMappings": [{"containerPort": 80}]}


def define(aws: Aws, *containers: dict[str, Any], **given: Any) -> str:
    given = {
        "family": "app",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        **given,
    }
    given = {key: value for key, value in given.items() if value is not None}
    made = aws.ecs.register_task_definition(containerDefinitions=list(containers) or [APP], **given)
    return made["taskDefinition"]["taskDefinitionArn"]


def service(aws: Aws, definition: str | None = None, **given: Any) -> None:
    definition = definition or define(aws)
    aws.ecs.create_cluster(clusterName="main", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    given = {"launchType": "FARGATE", "desiredCount": 1, **given}
    given = {key: value for key, value in given.items() if value is not None}
    if "networkConfiguration" not in given:
        given["networkConfiguration"] = network([subnet(aws, vpc(aws))])
    aws.ecs.create_service(cluster="main", serviceName="app", taskDefinition=definition, **given)


def network(subnets: list[str], groups: list[str] | None = None) -> dict[str, Any]:
    return {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": groups or []}}


@refused_by_moto("ClientException")
def fargate_size(aws: Aws) -> None:
    define(aws, cpu="256", memory="4096")


@refuses("ecs.circular_dependencies", "ClientException")
def circular(aws: Aws) -> None:
    second = {"name": "side", "image": "nginx", "essential": False}
    start = "START"
    define(
        aws,
        {**APP, "dependsOn": [{"containerName": "side", "condition": start}]},
        {**second, "dependsOn": [{"containerName": "app", "condition": start}]},
    )


@refuses("ecs.healthy_needs_health_check", "ClientException")
def healthy_without_check(aws: Aws) -> None:
    depends = {**APP, "dependsOn": [{"containerName": "side", "condition": "HEALTHY"}]}
    side = {"name": "side", "image": "nginx", "essential": False}
    define(aws, depends, {**side, "healthCheck": {"command": ["CMD", "true"]}})
    define(aws, depends, side)


@refuses("ecs.completing_is_not_essential", "ClientException")
def essential_completes(aws: Aws) -> None:
    depends = {**APP, "dependsOn": [{"containerName": "side", "condition": "SUCCESS"}]}
    define(aws, depends, {"name": "side", "image": "nginx", "essential": False})
    define(aws, depends, {"name": "side", "image": "nginx"})


@refuses("ecs.health_check_values", "ClientException")
def health_check_values(aws: Aws) -> None:
    define(aws, {**APP, "healthCheck": {"command": ["CMD", "true"], "interval": 5}})
    define(aws, {**APP, "healthCheck": {"command": ["CMD", "true"], "interval": 4}})


@refuses("ecs.ports_are_unique", "ClientException")
def same_port(aws: Aws) -> None:
    define(aws, APP, {**APP, "name": "side", "essential": False})


@refuses("ecs.port_names_are_unique", "ClientException")
def same_port_name(aws: Aws) -> None:
    ports = [{"containerPort": 80, "name": "http"}, {"containerPort": 81, "name": "http"}]
    define(aws, {**APP, "portMappings": ports})


@refuses("ecs.container_port", "ClientException")
def port_out_of_range(aws: Aws) -> None:
    define(aws, {**APP, "portMappings": [{"containerPort": 65536}]})


@refuses("ecs.ulimits", "ClientException")
def soft_above_hard(aws: Aws) -> None:
    define(aws, {**APP, "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 1024}]})
    define(aws, {**APP, "ulimits": [{"name": "nofile", "softLimit": 2048, "hardLimit": 1024}]})


@refuses("ecs.reservation_below_limit", "ClientException")
def reservation_above_limit(aws: Aws) -> None:
    define(aws, {**APP, "memory": 128, "memoryReservation": 256})


@refused_by_moto("ClientException")
def no_memory(aws: Aws) -> None:
    define(aws, APP, networkMode="bridge", requiresCompatibilities=["EC2"], cpu=None, memory=None)


@refuses("ecs.fargate_log_driver", "ClientException")
def log_driver(aws: Aws) -> None:
    define(aws, {**APP, "logConfiguration": {"logDriver": "syslog"}})


@refuses("ecs.fargate_lacks", "ClientException")
def placement_on_fargate(aws: Aws) -> None:
    define(aws, placementConstraints=[{"type": "memberOf", "expression": "attribute:a == b"}])


@refuses("ecs.fargate_lacks", "ClientException")
def host_volume_on_fargate(aws: Aws) -> None:
    define(aws, volumes=[{"name": "data", "host": {"sourcePath": "/data"}}])


@refuses("ecs.fargate_lacks", "ClientException")
def ipc_on_fargate(aws: Aws) -> None:
    define(aws, ipcMode="task")


@refuses("ecs.awsvpc_lacks", "ClientException")
def links_in_awsvpc(aws: Aws) -> None:
    define(aws, {**APP, "links": ["side"]}, {"name": "side", "image": "nginx"})


@refuses("ecs.awsvpc_lacks", "ClientException")
def extra_hosts_in_awsvpc(aws: Aws) -> None:
    define(aws, {**APP, "extraHosts": [{"hostname": "db", "ipAddress": "10.0.0.1"}]})


@refuses("ecs.containers_per_task_definition", "ClientException")
def too_many_containers(aws: Aws) -> None:
    define(aws, *({"name": f"c{number}", "image": "nginx"} for number in range(11)))


@refuses("ecs.container_name", "ClientException")
def container_name(aws: Aws) -> None:
    define(aws, {**APP, "name": "my app"})


@refuses("ecs.secret_and_environment", "ClientException")
def secret_and_environment(aws: Aws) -> None:
    secret = {"name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:token"}
    role = "arn:aws:iam::123456789012:role/execution"
    environment = [{"name": "TOKEN", "value": "x"}]
    define(aws, {**APP, "secrets": [secret], "environment": environment}, executionRoleArn=role)


@refuses("ecs.strategy_base", "InvalidParameterException")
def two_bases(aws: Aws) -> None:
    strategy = [{"capacityProvider": name, "base": 1, "weight": 1} for name in ("FARGATE", "FARGATE_SPOT")]
    service(aws, launchType=None, capacityProviderStrategy=strategy)


@refuses("ecs.strategy_weight", "InvalidParameterException")
def no_weight(aws: Aws) -> None:
    strategy = [{"capacityProvider": name, "weight": 0} for name in ("FARGATE", "FARGATE_SPOT")]
    service(aws, launchType=None, capacityProviderStrategy=strategy)


@refuses("ecs.awsvpc_limits", "InvalidParameterException")
def too_many_groups(aws: Aws) -> None:
    vpc_id = vpc(aws)
    groups = [group(aws, vpc_id, f"g{number}") for number in range(6)]
    service(aws, networkConfiguration=network([subnet(aws, vpc_id)], groups))


@refuses("ecs.awsvpc_in_one_vpc", "InvalidParameterException")
def group_of_another_vpc(aws: Aws) -> None:
    service(aws, networkConfiguration=network([subnet(aws, vpc(aws))], [group(aws, vpc(aws))]))


@refused_by_moto("InvalidParameterException")
def unknown_subnet(aws: Aws) -> None:
    service(aws, networkConfiguration=network(["subnet-01234567890123456"]))


@refuses("ecs.deployment_percent", "InvalidParameterException")
def minimum_above_hundred(aws: Aws) -> None:
    service(aws, deploymentConfiguration={"minimumHealthyPercent": 150, "maximumPercent": 200})


@refuses("ecs.fargate_scheduling", "InvalidParameterException")
def daemon_on_fargate(aws: Aws) -> None:
    service(aws, schedulingStrategy="DAEMON", desiredCount=None)


@refuses("ecs.fargate_scheduling", "InvalidParameterException")
def placement_of_fargate_service(aws: Aws) -> None:
    service(aws, placementStrategy=[{"type": "spread", "field": "attribute:ecs.availability-zone"}])


@refuses("ecs.platform_version", "InvalidParameterException")
def platform_version(aws: Aws) -> None:
    service(aws, platformVersion="2.0")


@refuses("ecs.tasks_per_service", "InvalidParameterException")
def too_many_tasks(aws: Aws) -> None:
    service(aws, desiredCount=5001)


@refuses("ecs.connect_port_exists", "InvalidParameterException")
def service_connect_port(aws: Aws) -> None:
    aws.servicediscovery.create_http_namespace(Name="mesh")
    service(
        aws,
        serviceConnectConfiguration={
            "enabled": True,
            "namespace": "mesh",
            "services": [{"portName": "http", "clientAliases": [{"port": 80}]}],
        },
    )


@refused_by_moto("InvalidParameterException")
def target_group_without_listener(aws: Aws) -> None:
    vpc_id = vpc(aws)
    made = aws.elbv2.create_target_group(Name="a", Protocol="HTTP", Port=80, VpcId=vpc_id, TargetType="ip")
    target = {
        "targetGroupArn": made["TargetGroups"][0]["TargetGroupArn"],
        "containerName": "app",
        "containerPort": 80,
    }
    service(aws, loadBalancers=[target], networkConfiguration=network([subnet(aws, vpc_id)]))


def run(aws: Aws, **given: Any) -> None:
    aws.ecs.create_cluster(clusterName="main")
    configuration = network([subnet(aws, vpc(aws))])
    aws.ecs.run_task(
        cluster="main",
        taskDefinition=define(aws),
        **{"launchType": "FARGATE", "networkConfiguration": configuration, **given},
    )


@refuses("ecs.tasks_per_call", "InvalidParameterException")
def eleven_tasks(aws: Aws) -> None:
    run(aws, count=11)


@refuses("ecs.override_of_a_container", "InvalidParameterException")
def override_of_nothing(aws: Aws) -> None:
    run(aws, overrides={"containerOverrides": [{"name": "side", "command": ["true"]}]})


@refuses("ecs.started_by", "InvalidParameterException")
def started_by(aws: Aws) -> None:
    run(aws, startedBy="a" * 129)


@refuses("ecs.task_network", "InvalidParameterException")
def task_without_network(aws: Aws) -> None:
    aws.ecs.create_cluster(clusterName="main")
    aws.ecs.run_task(cluster="main", taskDefinition=define(aws), launchType="FARGATE")


@refused_by_moto("ClientException")
def deregister_family(aws: Aws) -> None:
    define(aws)
    aws.ecs.deregister_task_definition(taskDefinition="app")


@refused_by_moto("ClusterContainsServicesException")
def cluster_in_use(aws: Aws) -> None:
    service(aws)
    aws.ecs.delete_cluster(cluster="main")
