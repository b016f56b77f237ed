# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One changed input changes exactly what it is about, in the way AWS changes it, as check mode said before."""

from __future__ import annotations

import dataclasses
import pathlib
import re
import typing as t

import pytest
from account import tagged
from runs import SERVICES, resources
from walks import edited, nothing_to_do, operations, site

BUCKET = "sdt-dev-{}-123456789012"


@dataclasses.dataclass
class Change:
    """An input with another value, and all that may follow from it."""

    limit: str  # the hosts it is about
    # '<action> <kind> <name>' -> the fields that change; a revision of a task definition replaces one
    fields: dict[str, list[str]]
    operations: set[str]  # the kinds of mutating requests
    look: t.Callable[[t.Any], t.Any]  # what the emulator then says
    sees: t.Any
    variables: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    hosts: dict[str, dict[str, t.Any]] = dataclasses.field(default_factory=dict)


def log_groups(emulator: t.Any) -> set[int]:
    return {one["retentionInDays"] for one in emulator.client("logs").describe_log_groups()["logGroups"]}


def load_balancer_ingress(emulator: t.Any) -> set[str]:
    groups = emulator.client("ec2").describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["sdt-dev-alb"]}]
    )["SecurityGroups"]
    return {source["CidrIp"] for rule in groups[0]["IpPermissions"] for source in rule["IpRanges"]}


def running_memory(emulator: t.Any) -> str:
    ecs = emulator.client("ecs")
    service = ecs.describe_services(cluster="sdt-dev", services=["auth-service"])["services"][0]
    return ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]["memory"]


def most_tasks(emulator: t.Any) -> int:
    targets = emulator.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=["service/sdt-dev/content-service"]
    )
    return targets["ScalableTargets"][0]["MaxCapacity"]


def cpu_target(emulator: t.Any) -> float:
    policies = emulator.client("application-autoscaling").describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId="service/sdt-dev/submission-service"
    )["ScalingPolicies"]
    return {one["PolicyName"]: one["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for one in policies}[
        "cpu"
    ]


def archive_days(emulator: t.Any) -> set[int]:
    rules = emulator.client("s3").get_bucket_lifecycle_configuration(Bucket=BUCKET.format("user-uploads"))["Rules"]
    return {transition["Days"] for rule in rules for transition in rule.get("Transitions", [])}


def cors_origins(emulator: t.Any) -> list[str]:
    rules = emulator.client("s3").get_bucket_cors(Bucket=BUCKET.format("static-assets"))["CORSRules"]
    return rules[0]["AllowedOrigins"]


def threshold(emulator: t.Any) -> float:
    alarms = emulator.client("cloudwatch").describe_alarms(AlarmNames=["sdt-dev-database-cpu-high"])
    return alarms["MetricAlarms"][0]["Threshold"]


def dashboard_shows_latency(emulator: t.Any) -> bool:
    body = emulator.client("cloudwatch").get_dashboard(DashboardName="sdt-dev-ecs")["DashboardBody"]
    return "33" in body


def rewrites(emulator: t.Any) -> list[str]:
    return [rule["source"] for rule in emulator.client("amplify").list_apps()["apps"][0]["customRules"]]


def database(emulator: t.Any) -> dict[str, t.Any]:
    return emulator.client("rds").describe_db_instances(DBInstanceIdentifier="sdt-dev-postgres")["DBInstances"][0]


def backup_days(emulator: t.Any) -> int:
    return database(emulator)["BackupRetentionPeriod"]


def idle_timeout(emulator: t.Any) -> str:
    elbv2 = emulator.client("elbv2")
    arn = elbv2.describe_load_balancers(Names=["sdt-dev"])["LoadBalancers"][0]["LoadBalancerArn"]
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    return {one["Key"]: one["Value"] for one in attributes}["idle_timeout.timeout_seconds"]


def images_kept(emulator: t.Any) -> bool:
    policy = emulator.client("ecr").get_lifecycle_policy(repositoryName="sdt-dev/auth-service")["lifecyclePolicyText"]
    return '"countNumber":25' in policy.replace(" ", "")


CHANGES = {
    "days logs are kept": Change(
        limit="database,services,cluster,app-logs",
        variables={"platform_log_retention_days": 14},
        fields={
            **{f"update log_group /ecs/sdt-dev/{service}": ["retention_days"] for service in SERVICES},
            "update log_group /aws/rds/instance/sdt-dev-postgres/postgresql": ["retention_days"],
            "update log_group /aws/rds/instance/sdt-dev-postgres/upgrade": ["retention_days"],
            "update log_group /aws/ecs/containerinsights/sdt-dev/performance": ["retention_days"],
            f"update bucket {BUCKET.format('app-logs')}": ["lifecycle"],
        },
        operations={"logs:PutRetentionPolicy", "s3:PutBucketLifecycleConfiguration"},
        look=log_groups,
        sees={14},
    ),
    "who reaches the load balancer": Change(
        limit="network",
        variables={"network_alb_ingress_cidrs": ["198.51.100.0/24"]},
        fields={"update security_group sdt-dev-alb": ["ingress"]},
        operations={"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"},
        look=load_balancer_ingress,
        sees={"198.51.100.0/24"},
    ),
    "memory of a task": Change(
        limit="auth-service",
        hosts={"auth-service": {"service_memory": 1024}},
        fields={
            "replace task_definition sdt-dev-auth-service": ["memory"],
            "update service auth-service": ["task_definition"],
        },
        operations={"ecs:RegisterTaskDefinition", "ecs:UpdateService"},
        look=running_memory,
        sees="1024",
    ),
    "most tasks": Change(
        limit="content-service",
        hosts={"content-service": {"service_max_tasks": 5}},
        fields={"update scalable_target service/sdt-dev/content-service": ["max_capacity"]},
        operations={"application-autoscaling:RegisterScalableTarget"},
        look=most_tasks,
        sees=5,
    ),
    "utilisation to keep": Change(
        limit="submission-service",
        hosts={"submission-service": {"ecs_platform_cpu_target": 55}},
        fields={"update scalable_target service/sdt-dev/submission-service": ["policies"]},
        operations={"application-autoscaling:PutScalingPolicy"},
        look=cpu_target,
        sees=55,
    ),
    "days until an archive": Change(
        limit="user-uploads",
        hosts={"user-uploads": {"s3_archive_after_days": 120}},
        fields={f"update bucket {BUCKET.format('user-uploads')}": ["lifecycle"]},
        operations={"s3:PutBucketLifecycleConfiguration"},
        look=archive_days,
        sees={120},
    ),
    "origins of pages": Change(
        limit="static-assets",
        hosts={"static-assets": {"s3_cors_origins": ["https://other.example.org"]}},
        fields={f"update bucket {BUCKET.format('static-assets')}": ["cors"]},
        operations={"s3:PutBucketCors"},
        look=cors_origins,
        sees=["https://other.example.org"],
    ),
    "threshold of an alarm": Change(
        limit="monitoring",
        variables={"monitoring_database_cpu": 65},
        fields={"update alarm sdt-dev-database-cpu-high": ["threshold"]},
        operations={"cloudwatch:PutMetricAlarm"},
        look=threshold,
        sees=65,
    ),
    "line in a dashboard": Change(
        limit="monitoring",
        variables={"monitoring_service_latency": 33},
        fields={
            "update dashboard sdt-dev-ecs": ["body"],
            "update alarm sdt-dev-latency-load-balancer": ["threshold"],
        },
        operations={"cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm"},
        look=dashboard_shows_latency,
        sees=True,
    ),
    "rewrite of the frontend": Change(
        limit="frontend",
        variables={"amplify_custom_rules": [{"source": "/old/<*>", "target": "/new/<*>", "status": "301"}]},
        fields={"update amplify_app sdt-dev-frontend": ["custom_rules"]},
        operations={"amplify:UpdateApp"},
        look=lambda emulator: rewrites(emulator)[1],
        sees="/old/<*>",
    ),
    "days backups are kept": Change(
        limit="database",
        variables={"rds_backup_retention_days": 9},
        fields={"update instance sdt-dev-postgres": ["backup_retention_days"]},
        operations={"rds:ModifyDBInstance"},
        look=backup_days,
        sees=9,
    ),
    "attribute of the load balancer": Change(
        limit="load-balancer",
        variables={"alb_idle_timeout": 120},
        fields={"update load_balancer sdt-dev": ["idle_timeout"]},
        operations={"elbv2:ModifyLoadBalancerAttributes"},
        look=idle_timeout,
        sees="120",
    ),
    "images that are kept": Change(
        limit="auth-service",
        hosts={"auth-service": {"ecr_keep_tagged": 25}},
        fields={"update repository sdt-dev/auth-service": ["lifecycle_policy"]},
        operations={"ecr:PutLifecyclePolicy"},
        look=images_kept,
        sees=True,
    ),
}


def walk(emulator: t.Any, directory: pathlib.Path, changes: t.Iterable[Change], *arguments: str) -> None:
    """Preview, do, look, again; and back, with the inventory as it was."""
    changes = list(changes)
    hosts: dict[str, dict[str, t.Any]] = {}
    for change in changes:
        for host, values in change.hosts.items():
            hosts.setdefault(host, {}).update(values)
    variables = {name: value for change in changes for name, value in change.variables.items()}
    inventory = edited(directory, "dev", variables, hosts)
    expected = {resource: fields for change in changes for resource, fields in change.fields.items()}

    emulator.clear()
    preview = site(emulator, inventory, "--check", "--diff", *arguments).must_succeed()
    assert preview.fields == expected
    assert operations(emulator) == []

    real = site(emulator, inventory, *arguments).must_succeed()
    assert real.fields == expected
    assert real.actions == preview.previewed
    assert set(operations(emulator)) == set().union(*(change.operations for change in changes))
    assert [change.look(emulator) for change in changes] == [change.sees for change in changes]
    nothing_to_do(emulator, inventory, *arguments)

    back = site(emulator, "dev", *arguments).must_succeed()
    assert back.fields == expected


@pytest.mark.long
def test_many_changes_at_once(development: t.Any, tmp_path: pathlib.Path) -> None:
    walk(development, tmp_path, CHANGES.values())


@pytest.mark.long
@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in CHANGES.items()])
def test_one_change_alone(development: t.Any, tmp_path: pathlib.Path, change: Change) -> None:
    walk(development, tmp_path, [change], "--limit", change.limit)


def test_a_database_class_waits_for_its_window_unless_told(development: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"rds_instance_class": "db.t3.small"})
    limit = ("--limit", "database")
    changed = {"update instance sdt-dev-postgres": ["instance_class"]}

    waiting = site(development, inventory, *limit).must_succeed()
    assert waiting.fields == changed
    assert set(operations(development)) == {"rds:ModifyDBInstance"}
    found = database(development)
    assert found["DBInstanceClass"] == "db.t3.micro"
    assert found["PendingModifiedValues"] == {"DBInstanceClass": "db.t3.small"}
    nothing_to_do(development, inventory, *limit)

    now = site(development, inventory, *limit, "-e", "rds_apply_immediately=true").must_succeed()
    assert now.fields == changed
    assert database(development)["DBInstanceClass"] == "db.t3.small"
    nothing_to_do(development, inventory, *limit)
    site(development, "dev", *limit, "-e", "rds_apply_immediately=true").must_succeed()


@pytest.mark.long
def test_a_tag_comes_to_everything_and_replaces_nothing(development: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"platform_tags": {"CostCentre": "4711"}})
    before = tagged(development, "dev")
    preview = site(development, inventory, "--check").must_succeed()
    real = site(development, inventory).must_succeed()
    assert real.actions == preview.previewed
    assert {tuple(fields) for fields in real.fields.values()} == {("tags",)}
    assert {name.split()[0] for name in real.fields} == {"update"}
    unmarked = before - tagged(development, "4711", key="CostCentre")
    # What is on its way out keeps what it had, and so do tasks, which get theirs when they start.
    kinds = {re.split("[:/]", arn.split(":", 5)[5])[0] for arn in unmarked}
    assert kinds <= {"natgateway", "snapshot", "task", "task-definition"}
    nothing_to_do(development, inventory)
    assert site(development, "dev").must_succeed().fields == real.fields


@pytest.mark.long
def test_tracing_on_and_off(development: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"platform_tracing": True})
    traced = [name for name in SERVICES if name != "sandbox-runner"]  # isolated, so never
    preview = site(development, inventory, "--check").must_succeed()
    real = site(development, inventory).must_succeed()
    assert real.actions == preview.previewed
    assert set(real.fields) == {
        *(f"replace task_definition sdt-dev-{name}" for name in traced),
        *(f"update service {name}" for name in traced),
        *(f"update role sdt-dev-{name}-task" for name in traced),
        "create sampling_rule sdt-dev",
        "create group sdt-dev",
    }
    assert containers(development, "auth-service") == 2
    assert containers(development, "sandbox-runner") == 1
    nothing_to_do(development, inventory)
    back = site(development, "dev").must_succeed()
    assert set(back.fields) == {name.replace("create", "delete") for name in real.fields}
    assert containers(development, "auth-service") == 1


def containers(emulator: t.Any, service: str) -> int:
    ecs = emulator.client("ecs")
    found = ecs.describe_services(cluster="sdt-dev", services=[service])["services"][0]["taskDefinition"]
    return len(ecs.describe_task_definition(taskDefinition=found)["taskDefinition"]["containerDefinitions"])


@pytest.mark.long
def test_a_replica_comes_and_goes(development: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"rds_read_replica": True})
    limit = ("--limit", "database,monitoring")
    preview = site(development, inventory, *limit, "--check").must_succeed()
    real = site(development, inventory, *limit).must_succeed()
    assert resources(real.actions) >= resources(preview.previewed)
    made = {name for name in real.fields if name.startswith("create")}
    assert "create instance sdt-dev-postgres-replica" in made
    assert {name for name in real.fields if not name.startswith("create")} == {
        "update secret sdt-dev/database",  # where to read
        "update dashboard sdt-dev-rds",
        "update event_subscription sdt-dev-database",
    }
    assert database(development)["ReadReplicaDBInstanceIdentifiers"] == ["sdt-dev-postgres-replica"]
    nothing_to_do(development, inventory, *limit)
    nothing_to_do(development, inventory)
    back = site(development, "dev", *limit).must_succeed()
    assert {name for name in back.fields if name.startswith("delete")} == {
        name.replace("create", "delete") for name in made
    }
    assert database(development)["ReadReplicaDBInstanceIdentifiers"] == []


PHASES = {
    "make": {"ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:CreateVpcEndpoint"},
    "route": {"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"},
    "remove": {"ec2:DeleteNatGateway", "ec2:DeleteVpcEndpoints", "ec2:ReleaseAddress"},
}
EGRESS = [  # mode, NAT gateways, interface endpoints, requests that change routes
    ("nat_per_az", 2, False, {"ec2:ReplaceRoute"}),
    ("endpoints", 0, True, {"ec2:DeleteRoute"}),
    ("nat_single", 1, False, {"ec2:CreateRoute"}),
]


@pytest.mark.long
def test_another_way_out_is_there_before_the_old_one_goes(development: t.Any, tmp_path: pathlib.Path) -> None:
    limit = ("--limit", "network")
    ec2 = development.client("ec2")
    for mode, gateways, endpoints, routing in EGRESS:
        inventory = edited(tmp_path, "dev", {"network_egress_mode": mode})
        preview = site(development, inventory, *limit, "--check").must_succeed()
        development.clear()
        real = site(development, inventory, *limit).must_succeed()
        assert real.actions == preview.previewed
        sent = operations(development)
        places = {kind: [place for place, one in enumerate(sent) if one in kinds] for kind, kinds in PHASES.items()}
        assert {sent[place] for place in places["route"]} == routing
        assert places["make"] == [] or max(places["make"]) < min(places["route"])
        assert places["remove"] == [] or max(places["route"]) < min(places["remove"])
        found = ec2.describe_nat_gateways(Filters=[{"Name": "state", "Values": ["available"]}])["NatGateways"]
        assert len(found) == gateways
        types = {one["VpcEndpointType"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
        assert ("Interface" in types) == endpoints
        assert len(ec2.describe_addresses()["Addresses"]) == gateways
        nothing_to_do(development, inventory, *limit)
