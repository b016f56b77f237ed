# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is in an account, as its own lists say it: nothing here knows how the platform was built."""

from __future__ import annotations

import typing as t

# How what outlives a destroyed environment begins.
KEPT = (
    "table sdt-infra-runs",
    "automated backup ",
    "snapshot ",
    "secret ",
    "task definition ",
    "role AWSServiceRoleFor",
    "key ",
)


def contents(emulator: t.Any) -> set[str]:
    """'<kind> <name>' of everything in the account, and '<kind> <name> <state>' where it is on its way out."""
    found: set[str] = set()
    for lister in LISTERS:
        found |= set(lister(emulator))
    return found


def left_over(emulator: t.Any, before: set[str]) -> set[str]:
    """What is in the account now, was not before, and is not kept on purpose."""
    return {one for one in contents(emulator) - before if not one.startswith(KEPT)}


def tagged(emulator: t.Any, value: str, key: str = "Environment") -> set[str]:
    """ARNs of everything the tagging API shows with a tag, by default that of an environment."""
    filters = [{"Key": key, "Values": [value]}]
    listed = pages(emulator, "resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", TagFilters=filters)
    return {one["ResourceARN"] for one in listed}


def pages(emulator: t.Any, service: str, operation: str, key: str, **given: t.Any) -> list[t.Any]:
    client = emulator.client(service)
    if not client.can_paginate(operation):
        return list(getattr(client, operation)(**given)[key])
    return [one for page in client.get_paginator(operation).paginate(**given) for one in page.get(key) or []]


# kind -> service, operation, result key, what names it (None: the entry itself is the name)
SIMPLE: dict[str, tuple[str, str, str, str | None]] = {
    "vpc": ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    "subnet": ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    "internet gateway": ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    "address": ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    "route table": ("ec2", "describe_route_tables", "RouteTables", "RouteTableId"),
    "security group": ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "network interface": ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "flow log": ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId"),
    "bucket": ("s3", "list_buckets", "Buckets", "Name"),
    "table": ("dynamodb", "list_tables", "TableNames", None),
    "repository": ("ecr", "describe_repositories", "repositories", "repositoryName"),
    "database": ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    "automated backup": (
        "rds",
        "describe_db_instance_automated_backups",
        "DBInstanceAutomatedBackups",
        "DBInstanceIdentifier",
    ),
    "snapshot": ("rds", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier"),
    "subnet group": ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    "parameter group": ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"),
    "load balancer": ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerName"),
    "target group": ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupName"),
    "namespace": ("servicediscovery", "list_namespaces", "Namespaces", "Name"),
    "discovery service": ("servicediscovery", "list_services", "Services", "Name"),
    "hosted zone": ("route53", "list_hosted_zones", "HostedZones", "Name"),
    "certificate": ("acm", "list_certificates", "CertificateSummaryList", "DomainName"),
    "log group": ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "role": ("iam", "list_roles", "Roles", "RoleName"),
    "alarm": ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "composite alarm": ("cloudwatch", "describe_alarms", "CompositeAlarms", "AlarmName"),
    "dashboard": ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "topic": ("sns", "list_topics", "Topics", "TopicArn"),
    "subscription": ("sns", "list_subscriptions", "Subscriptions", "SubscriptionArn"),
    "tracing group": ("xray", "get_groups", "Groups", "GroupName"),
    "app": ("amplify", "list_apps", "apps", "name"),
    "key": ("kms", "list_keys", "Keys", "KeyId"),
}


def _simple(emulator: t.Any) -> t.Iterator[str]:
    for kind, (service, operation, key, name) in SIMPLE.items():
        for one in pages(emulator, service, operation, key):
            yield f"{kind} {one if name is None else one[name]}"


def _network(emulator: t.Any) -> t.Iterator[str]:
    """What EC2 goes on showing for a while after it is gone."""
    for gateway in pages(emulator, "ec2", "describe_nat_gateways", "NatGateways"):
        if gateway["State"] != "deleted":
            yield f"NAT gateway {gateway['NatGatewayId']}"
    for endpoint in pages(emulator, "ec2", "describe_vpc_endpoints", "VpcEndpoints"):
        if endpoint["State"].lower() != "deleted":
            yield f"endpoint {endpoint['VpcEndpointId']}"


def _secrets(emulator: t.Any) -> t.Iterator[str]:
    for secret in pages(emulator, "secretsmanager", "list_secrets", "SecretList", IncludePlannedDeletion=True):
        yield f"secret {secret['Name']}{' deleted' if secret.get('DeletedDate') else ''}"


def _ecs(emulator: t.Any) -> t.Iterator[str]:
    ecs = emulator.client("ecs")
    for status in ("ACTIVE", "INACTIVE"):
        for arn in pages(emulator, "ecs", "list_task_definitions", "taskDefinitionArns", status=status):
            yield f"task definition {arn.rsplit('/', 1)[-1]} {status.lower()}"
    for cluster in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]:
        if cluster["status"] == "INACTIVE":  # goes on being shown for a while
            continue
        yield f"cluster {cluster['clusterName']}"
        for service in pages(emulator, "ecs", "list_services", "serviceArns", cluster=cluster["clusterArn"]):
            yield f"service {service}"


def _scaling(emulator: t.Any) -> t.Iterator[str]:
    for kind, operation, key, name in (
        ("scalable target", "describe_scalable_targets", "ScalableTargets", "ResourceId"),
        ("scaling policy", "describe_scaling_policies", "ScalingPolicies", "PolicyARN"),
        ("scheduled action", "describe_scheduled_actions", "ScheduledActions", "ScheduledActionARN"),
    ):
        for one in pages(emulator, "application-autoscaling", operation, key, ServiceNamespace="ecs"):
            yield f"{kind} {one[name]}"


def _records(emulator: t.Any) -> t.Iterator[str]:
    for zone in pages(emulator, "route53", "list_hosted_zones", "HostedZones"):
        for record in pages(
            emulator, "route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]
        ):
            yield f"record {record['Name']} {record['Type']}"


def _sampling(emulator: t.Any) -> t.Iterator[str]:
    for rule in pages(emulator, "xray", "get_sampling_rules", "SamplingRuleRecords"):
        yield f"sampling rule {rule['SamplingRule']['RuleName']}"


def _registry(emulator: t.Any) -> t.Iterator[str]:
    scanning = emulator.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
    for rule in scanning["rules"]:
        for one in rule["repositoryFilters"]:
            yield f"scanning filter {one['filter']}"


LISTERS: tuple[t.Callable[[t.Any], t.Iterator[str]], ...] = (
    _simple,
    _network,
    _secrets,
    _ecs,
    _scaling,
    _records,
    _sampling,
    _registry,
)
