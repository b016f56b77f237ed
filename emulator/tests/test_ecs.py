# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.documents import TRUST

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:v1"
MANIFEST = '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}'


class Platform:
    """A cluster in a VPC, and one service at a time."""

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        self.ecs = emulator.client("ecs")
        self.ec2 = emulator.client("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(
                VpcId=self.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )["Subnet"]["SubnetId"]
            for number, zone in ((1, "a"), (2, "b"))
        ]
        self.group = self.ec2.create_security_group(GroupName="web", Description="web", VpcId=self.vpc)["GroupId"]
        self.ecs.create_cluster(clusterName="main", capacityProviders=["FARGATE", "FARGATE_SPOT"])

    def register(self, image: str = "nginx", **settings: Any) -> str:
        request = {
            "family": "web",
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": "web", "image": image, "portMappings": [{"containerPort": 80}]}],
        }
        if ".dkr.ecr." in image:
            self.emulator.client("iam").create_role(RoleName="pull", AssumeRolePolicyDocument=TRUST)
            request["executionRoleArn"] = "arn:aws:iam::123456789012:role/pull"
        answer = self.ecs.register_task_definition(**{**request, **settings})
        return answer["taskDefinition"]["taskDefinitionArn"]

    def create(self, **settings: Any) -> dict[str, Any]:
        request = {
            "cluster": "main",
            "serviceName": "web",
            "taskDefinition": "web",
            "desiredCount": 2,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.group]}},
        }
        return self.ecs.create_service(**{key: value for key, value in {**request, **settings}.items() if value})[
            "service"
        ]

    def look(self, times: int = 1) -> dict[str, Any]:
        for _ in range(times):
            found = self.ecs.describe_services(cluster="main", services=["web"], include=["TAGS"])["services"][0]
        return found

    def update(self, **settings: Any) -> dict[str, Any]:
        return self.ecs.update_service(cluster="main", service="web", **settings)["service"]

    def target_group(self, listener: bool) -> str:
        elb = self.emulator.client("elbv2")
        group = elb.create_target_group(
            Name="web", Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="ip", HealthCheckPath="/"
        )["TargetGroups"][0]["TargetGroupArn"]
        if listener:
            gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
            balancer = elb.create_load_balancer(Name="web", Subnets=self.subnets)["LoadBalancers"][0]["LoadBalancerArn"]
            elb.create_listener(
                LoadBalancerArn=balancer,
                Protocol="HTTP",
                Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            )
        return group


@pytest.fixture
def platform(emulator: Any) -> Platform:
    return Platform(emulator)


def refused(call: Any, code: str, message: str = ".", **settings: Any) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        call(**settings)
    assert caught.value.response["Error"]["Code"] == code


# -- clusters


def test_cluster_settings_change_by_their_own_call(platform: Platform) -> None:
    platform.ecs.update_cluster_settings(cluster="main", settings=[{"name": "containerInsights", "value": "enhanced"}])
    plain = platform.ecs.describe_clusters(clusters=["main"])["clusters"][0]
    full = platform.ecs.describe_clusters(clusters=["main"], include=["SETTINGS"])["clusters"][0]
    assert (plain["settings"], full["settings"]) == ([], [{"name": "containerInsights", "value": "enhanced"}])


def test_creating_a_cluster_again_returns_the_one_there_is(platform: Platform) -> None:
    platform.register()
    platform.create()
    assert platform.ecs.create_cluster(clusterName="main")["cluster"]["activeServicesCount"] == 1


def test_a_strategy_needs_providers_of_the_cluster(platform: Platform) -> None:
    refused(
        platform.ecs.create_cluster, "InvalidParameterException", "NONE", clusterName="x", capacityProviders=["NONE"]
    )
    platform.ecs.create_cluster(clusterName="bare")
    platform.register()
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    refused(
        platform.create,
        "InvalidParameterException",
        "associated",
        cluster="bare",
        launchType=None,
        capacityProviderStrategy=strategy,
    )


def test_a_cluster_with_services_stays(platform: Platform) -> None:
    platform.register()
    platform.create()
    refused(platform.ecs.delete_cluster, "ClusterContainsServicesException", cluster="main")
    platform.update(desiredCount=0)
    platform.ecs.delete_service(cluster="main", service="web")
    platform.look(2)
    assert platform.ecs.delete_cluster(cluster="main")["cluster"]["status"] == "INACTIVE"
    refused(platform.create, "ClusterNotFoundException")


# -- task definitions


@pytest.mark.parametrize(("cpu", "memory"), [("256", "4096"), ("512", "512"), ("300", "512"), ("8192", "17408")])
def test_fargate_sizes_come_in_pairs(platform: Platform, cpu: str, memory: str) -> None:
    refused(platform.register, "ClientException", "No Fargate configuration", cpu=cpu, memory=memory)


def test_defaults_are_filled_in(platform: Platform) -> None:
    platform.register(volumes=[{"name": "tmp"}])
    found = platform.ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    assert found["volumes"] == [{"name": "tmp", "host": {}}]
    container = found["containerDefinitions"][0]
    assert container["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]
    assert (container["cpu"], container["essential"], container["environment"]) == (0, True, [])


def test_secrets_need_an_execution_role(platform: Platform) -> None:
    container = {"name": "web", "image": "nginx", "secrets": [{"name": "A", "valueFrom": "b"}]}
    refused(platform.register, "ClientException", "executionRoleArn", containerDefinitions=[container])


def test_a_family_stands_for_its_newest_active_revision(platform: Platform) -> None:
    first, second = platform.register(), platform.register(cpu="512", memory="1024")
    assert platform.ecs.list_task_definitions(familyPrefix="web", sort="DESC")["taskDefinitionArns"] == [second, first]
    platform.ecs.deregister_task_definition(taskDefinition=second)
    found = platform.ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    assert found["taskDefinitionArn"] == first
    refused(platform.create, "ClientException", "inactive", taskDefinition=second)
    platform.ecs.deregister_task_definition(taskDefinition=first)
    refused(platform.ecs.describe_task_definition, "ClientException", taskDefinition="web")


# -- services


def test_a_service_returns_what_it_was_given(platform: Platform) -> None:
    given = {
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 4, "base": 0}],
        "platformVersion": "1.4.0",
        "propagateTags": "SERVICE",
        "enableECSManagedTags": True,
        "tags": [{"key": "Environment", "value": "test"}],
    }
    platform.register()
    platform.create(launchType=None, **given)
    found = platform.look()
    breaker = {"maximumPercent": 200, "minimumHealthyPercent": 100}
    assert found["deploymentConfiguration"].items() >= {**given.pop("deploymentConfiguration"), **breaker}.items()
    assert {name: found[name] for name in given} == given
    assert "launchType" not in found
    assert found["availabilityZoneRebalancing"] == "ENABLED"


def test_a_deployment_gets_on_with_each_look(platform: Platform) -> None:
    platform.register()
    platform.create()
    assert platform.look()["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    done = platform.look()
    assert (done["deployments"][0]["rolloutState"], done["runningCount"]) == ("COMPLETED", 2)
    tasks = platform.ecs.list_tasks(cluster="main", serviceName="web")["taskArns"]
    described = platform.ecs.describe_tasks(cluster="main", tasks=tasks)["tasks"]
    assert [task["lastStatus"] for task in described] == ["RUNNING", "RUNNING"]
    assert len(platform.ec2.describe_network_interfaces()["NetworkInterfaces"]) == 2


def test_a_new_task_definition_is_a_new_deployment(platform: Platform) -> None:
    platform.register()
    platform.create()
    platform.look(2)
    second = platform.register(cpu="512", memory="1024")
    platform.update(taskDefinition=second)
    under_way = platform.look()
    assert [one["status"] for one in under_way["deployments"]] == ["PRIMARY", "ACTIVE"]
    done = platform.look()
    assert [one["taskDefinition"] for one in done["deployments"]] == [second]
    history = platform.ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"]
    assert [one["status"] for one in history] == ["SUCCESSFUL", "SUCCESSFUL"]
    arns = [one["serviceDeploymentArn"] for one in history]
    assert len(platform.ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]) == 2


def test_settings_that_start_no_deployment(platform: Platform) -> None:
    platform.register()
    first = platform.create()["deployments"][0]["id"]
    assert platform.update(availabilityZoneRebalancing="DISABLED")["deployments"][0]["id"] == first
    assert platform.update(forceNewDeployment=True)["deployments"][0]["id"] != first


def test_a_missing_image_fails_the_first_deployment(platform: Platform) -> None:
    platform.register(IMAGE)
    platform.create(
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}}, desiredCount=1
    )
    failed = platform.look(2)
    assert failed["deployments"][0]["rolloutState"] == "FAILED"
    stopped = platform.ecs.list_tasks(cluster="main", serviceName="web", desiredStatus="STOPPED")["taskArns"]
    task = platform.ecs.describe_tasks(cluster="main", tasks=stopped)["tasks"][0]
    assert "CannotPullContainerError" in task["stoppedReason"]


def test_without_a_circuit_breaker_it_goes_on_trying(platform: Platform) -> None:
    platform.register(IMAGE)
    platform.create()
    assert platform.look(5)["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_the_circuit_breaker_rolls_back(platform: Platform) -> None:
    good = platform.register()
    platform.create(deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}})
    platform.look(2)
    bad = platform.register(IMAGE)
    platform.update(taskDefinition=bad)
    rolling_back = platform.look(2)
    states = [(one["taskDefinition"], one["rolloutState"]) for one in rolling_back["deployments"][:2]]
    assert states == [(good, "IN_PROGRESS"), (bad, "FAILED")]
    done = platform.look(2)
    assert [one["taskDefinition"] for one in done["deployments"]] == [good]
    assert done["taskDefinition"] == good


def test_an_image_in_the_registry_starts(platform: Platform) -> None:
    ecr = platform.emulator.client("ecr")
    ecr.create_repository(repositoryName="web")
    ecr.put_image(repositoryName="web", imageTag="v1", imageManifest=MANIFEST)
    platform.register(IMAGE)
    platform.create()
    assert platform.look(2)["runningCount"] == 2


def test_a_missing_role_keeps_tasks_from_starting(platform: Platform) -> None:
    platform.register(taskRoleArn="arn:aws:iam::123456789012:role/none")
    platform.create()
    found = platform.look(2)
    assert found["runningCount"] == 0
    assert "unable to assume the role" in found["events"][0]["message"]


def test_tasks_are_targets_and_instances(platform: Platform) -> None:
    group = platform.target_group(listener=True)
    discovery = platform.emulator.client("servicediscovery")
    discovery.create_private_dns_namespace(Name="x.internal", Vpc=platform.vpc)
    discovery.list_namespaces()
    namespace = discovery.list_namespaces()["Namespaces"][0]["Id"]
    registry = discovery.create_service(
        Name="web", NamespaceId=namespace, DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]}
    )["Service"]
    platform.register()
    platform.create(
        loadBalancers=[{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
        serviceRegistries=[{"registryArn": registry["Arn"]}],
    )
    platform.look(2)
    elb = platform.emulator.client("elbv2")
    assert len(elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]) == 2
    assert len(discovery.list_instances(ServiceId=registry["Id"])["Instances"]) == 2
    platform.update(desiredCount=0)
    platform.look()
    assert discovery.list_instances(ServiceId=registry["Id"])["Instances"] == []
    assert (
        platform.ec2.describe_network_interfaces(Filters=[{"Name": "description", "Values": ["moto ECS"]}])[
            "NetworkInterfaces"
        ]
        == []
    )


def test_a_target_group_needs_a_listener(platform: Platform) -> None:
    group = platform.target_group(listener=False)
    platform.register()
    balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]
    refused(platform.create, "InvalidParameterException", "associated load balancer", loadBalancers=balancers)
    balancers = [{"targetGroupArn": group, "containerName": "web", "containerPort": 81}]
    refused(platform.create, "InvalidParameterException", "container port", loadBalancers=balancers)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"cluster": "none"}, "ClusterNotFoundException"),
        ({"taskDefinition": "none"}, "ClientException"),
        ({"serviceName": "no spaces"}, "InvalidParameterException"),
        ({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}, "InvalidParameterException"),
        ({"networkConfiguration": None}, "InvalidParameterException"),
        ({"healthCheckGracePeriodSeconds": 30}, "InvalidParameterException"),
        ({"enableExecuteCommand": True}, "InvalidParameterException"),
        (
            {"deploymentConfiguration": {"maximumPercent": 100, "minimumHealthyPercent": 100}},
            "InvalidParameterException",
        ),
        ({"serviceRegistries": [{"registryArn": "arn:aws:none"}]}, "InvalidParameterException"),
    ],
)
def test_refusals(platform: Platform, settings: dict[str, Any], code: str) -> None:
    platform.register()
    refused(platform.create, code, **settings)


def test_a_name_is_taken_once(platform: Platform) -> None:
    platform.register()
    platform.create()
    refused(platform.create, "InvalidParameterException", "not idempotent")


def test_a_change_of_capacity_has_to_be_forced(platform: Platform) -> None:
    platform.register()
    platform.create()
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    refused(platform.update, "InvalidParameterException", "force", capacityProviderStrategy=strategy)
    changed = platform.update(capacityProviderStrategy=strategy, forceNewDeployment=True)
    assert "launchType" not in changed


def test_a_service_is_deleted_when_its_tasks_are_gone(platform: Platform) -> None:
    platform.register()
    platform.create()
    platform.look(2)
    refused(platform.ecs.delete_service, "InvalidParameterException", "scaled above 0", cluster="main", service="web")
    platform.update(desiredCount=0)
    platform.ecs.delete_service(cluster="main", service="web")
    refused(platform.create, "InvalidParameterException", "Draining")
    assert [platform.look()["status"] for _ in range(2)] == ["DRAINING", "INACTIVE"]
    refused(platform.update, "ServiceNotActiveException", desiredCount=1)
    assert platform.create()["status"] == "ACTIVE"


def test_a_task_runs_whose_containers_have_no_memory_of_their_own(platform: Platform) -> None:
    platform.register()
    network = {"awsvpcConfiguration": {"subnets": platform.subnets, "securityGroups": [platform.group]}}
    run = platform.ecs.run_task(
        cluster="main", taskDefinition="web", launchType="FARGATE", networkConfiguration=network
    )
    assert (len(run["tasks"]), run["failures"]) == (1, [])
    kept = platform.ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["containerDefinitions"][0]
    assert "memory" not in kept
