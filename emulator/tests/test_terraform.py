# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A client we did not write finds nothing to complain about: Terraform builds, sees no difference, and takes down."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator import terraform, testing

CONFIGURATION = testing.ROOT / "benchmarks" / "terraform"
ENVIRONMENTS = ("dev", "staging", "prod")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(terraform.missing() is not None, reason=str(terraform.missing())),
]

# Log groups are looked at apart: AWS makes some itself, of databases and of Container Insights, and keeps them.
LISTS = (
    ("amplify", "list_apps", "apps"),
    ("application-autoscaling", "describe_scalable_targets", "ScalableTargets"),
    ("cloudwatch", "describe_alarms", "MetricAlarms"),
    ("cloudwatch", "list_dashboards", "DashboardEntries"),
    ("dynamodb", "list_tables", "TableNames"),
    ("ec2", "describe_addresses", "Addresses"),
    ("ec2", "describe_flow_logs", "FlowLogs"),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints"),
    ("ecr", "describe_repositories", "repositories"),
    ("ecs", "list_task_definitions", "taskDefinitionArns"),
    ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ("elbv2", "describe_target_groups", "TargetGroups"),
    ("rds", "describe_db_instances", "DBInstances"),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups"),
    ("s3", "list_buckets", "Buckets"),
    ("secretsmanager", "list_secrets", "SecretList"),
    ("sns", "list_topics", "Topics"),
)


def known(option):
    shown = subprocess.run(
        [sys.executable, "-m", "emulator", "--help"], cwd=testing.ROOT, capture_output=True, text=True, timeout=60
    )
    return option in shown.stdout


@pytest.fixture(params=[{}, {"times": "fast"}], ids=["at once", "in time"])
def account(request):
    if not all(known(f"--{option}") for option in request.param):
        pytest.skip("this emulator has no --times")
    with testing.start(**request.param) as emulator:
        yield emulator


def workspace(emulator, directory, environment):
    return terraform.Workspace(
        CONFIGURATION,
        directory / environment,
        emulator.url,
        f"-var-file={environment}.tfvars",
        "-var=emulator=true",
        "-var=deletion_protection=false",
        "-var=frontend_access_token=ghp_0123456789",
    )


def existing(emulator):
    """How many of each there are, as another client sees them."""
    return {f"{service} {key}": len(read(emulator, service, operation, key)) for service, operation, key in LISTS}


def read(emulator, service, operation, key):
    """What boto3 gets from an operation, all pages of it."""
    client = emulator.client(service)
    parameters = {"ServiceNamespace": "ecs"} if service == "application-autoscaling" else {}
    if client.can_paginate(operation):
        return [one for page in client.get_paginator(operation).paginate(**parameters) for one in page.get(key, [])]
    return getattr(client, operation)(**parameters)[key]


def own_log_groups(emulator):
    groups = emulator.client("logs").describe_log_groups()["logGroups"]
    return [group["logGroupName"] for group in groups if not group["logGroupName"].startswith("/aws/")]


def tagged(emulator, environment):
    pages = emulator.client("resourcegroupstaggingapi").get_paginator("get_resources")
    tags = [{"Key": "Environment", "Values": [environment]}]
    return [
        resource["ResourceARN"]
        for page in pages.paginate(TagFilters=tags)
        for resource in page["ResourceTagMappingList"]
    ]


def build_look_and_take_down(emulator, directory, environments):
    with ThreadPoolExecutor(len(environments)) as pool:
        workspaces = list(pool.map(lambda name: workspace(emulator, directory, name), environments))
        list(pool.map(terraform.Workspace.apply, workspaces))
        found = existing(emulator)
        # dev alone has no NAT gateways and no flow logs, and so on; together they have everything.
        assert all(found.values()) or environments != ENVIRONMENTS, found
        assert own_log_groups(emulator)
        assert all(tagged(emulator, name) for name in environments)
        differences = list(pool.map(terraform.Workspace.differences, workspaces))
        assert differences == [""] * len(environments)
        list(pool.map(terraform.Workspace.destroy, workspaces))
    assert {name: count for name, count in existing(emulator).items() if count} == {}
    assert own_log_groups(emulator) == []
    assert emulator.health()["gaps"] == []


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_one_environment(account, tmp_path, environment):
    build_look_and_take_down(account, tmp_path, (environment,))


def test_three_environments_side_by_side_in_one_account(account, tmp_path):
    build_look_and_take_down(account, tmp_path, ENVIRONMENTS)


READS = (
    *LISTS,
    ("acm", "list_certificates", "CertificateSummaryList"),
    ("cloudwatch", "describe_alarms", "CompositeAlarms"),
    ("ec2", "describe_internet_gateways", "InternetGateways"),
    ("ec2", "describe_nat_gateways", "NatGateways"),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces"),
    ("ec2", "describe_route_tables", "RouteTables"),
    ("ec2", "describe_security_groups", "SecurityGroups"),
    ("ec2", "describe_security_group_rules", "SecurityGroupRules"),
    ("ec2", "describe_subnets", "Subnets"),
    ("ec2", "describe_vpcs", "Vpcs"),
    ("ecs", "list_clusters", "clusterArns"),
    ("iam", "list_policies", "Policies"),
    ("iam", "list_roles", "Roles"),
    ("kms", "list_keys", "Keys"),
    ("logs", "describe_log_groups", "logGroups"),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups"),
    ("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList"),
    ("route53", "list_hosted_zones", "HostedZones"),
    ("servicediscovery", "list_namespaces", "Namespaces"),
    ("sns", "list_subscriptions", "Subscriptions"),
    ("sts", "get_caller_identity", "Arn"),
    ("xray", "get_sampling_rules", "SamplingRuleRecords"),
)


def leaves(value):
    """Every text and number in an answer, as text; moments are written in many ways and left out."""
    if isinstance(value, dict):
        return {leaf for item in value.values() for leaf in leaves(item)}
    if isinstance(value, list):
        return {leaf for item in value for leaf in leaves(item)}
    return set() if isinstance(value, (datetime.datetime, type(None))) else {str(value)}


@pytest.fixture(scope="module")
def aws_cli():
    found = subprocess.run([testing.ROOT / "tools" / "aws-cli"], capture_output=True, text=True, timeout=300)
    if found.returncode:
        pytest.skip(f"there is no AWS CLI: {found.stderr[-300:]}")
    return found.stdout.strip()


def test_the_aws_cli_and_boto3_read_the_same(aws_cli, tmp_path):
    with testing.start() as emulator:
        workspace(emulator, tmp_path, "prod").apply()
        environment = {**testing.environment(emulator.url), "AWS_DEFAULT_REGION": "us-east-1"}
        for service, operation, key in READS:
            words = ["--service-namespace", "ecs"] if service == "application-autoscaling" else []
            command = "s3api" if service == "s3" else service
            words += ["--endpoint-url", emulator.url, "--output", "json"]
            shown = subprocess.run(
                [aws_cli, command, operation.replace("_", "-"), *words],
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert shown.returncode == 0, shown.stderr
            found = read(emulator, service, operation, key)
            assert leaves(found) - leaves(json.loads(shown.stdout)[key]) == set(), (service, operation)
            if (service, operation, key) in LISTS and operation != "describe_vpc_endpoints":  # of which it has none
                assert found, f"{service} {operation} shows nothing of production"
