# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A production environment made by boto3 with calls that unpatched moto can answer too, and the calls that read it."""

from __future__ import annotations

import json
import typing as t

from serving import Read

NAME = "bench-prod"
SERVICES = ("auth", "content", "submission", "sandbox")
BUCKETS = ("uploads", "assets", "logs", "state")
ZONES = ("us-east-1a", "us-east-1b")
TAGS = {"Project": "bench", "Environment": "prod", "ManagedBy": "benchmark", "Owner": "platform"}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)

Client = t.Callable[[str], t.Any]


def tags(name: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in {**TAGS, "Name": name}.items()]


def build(client: Client) -> list[Read]:
    """Make everything; returns what to read."""
    network = _network(client("ec2"))
    reads = [
        *network["reads"],
        *_roles(client("iam")),
        *_buckets(client("s3")),
        *_database(client("rds"), network),
        *_load_balancer(client("elbv2"), network),
        *_alarms(client("cloudwatch"), client("logs")),
        *_secrets(client("secretsmanager")),
    ]
    groups = client("elbv2").describe_target_groups()["TargetGroups"]
    reads += _services(client("ecs"), network, [group["TargetGroupArn"] for group in groups])
    return [*reads, Read("resourcegroupstaggingapi", "get_resources", {})]


def _network(ec2: t.Any) -> dict[str, t.Any]:
    def tagged(kind: str, name: str) -> list[dict[str, t.Any]]:
        return [{"ResourceType": kind, "Tags": tags(name)}]

    vpc = ec2.create_vpc(CidrBlock="10.2.0.0/16", TagSpecifications=tagged("vpc", NAME))["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway", NAME))
    ec2.attach_internet_gateway(InternetGatewayId=gateway["InternetGateway"]["InternetGatewayId"], VpcId=vpc)
    subnets = []
    for number, (kind, zone) in enumerate([(kind, zone) for kind in ("public", "private") for zone in ZONES]):
        name = f"{NAME}-{kind}-{zone}"
        subnet = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.2.{number}.0/24",
            AvailabilityZone=zone,
            TagSpecifications=tagged("subnet", name),
        )["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=tagged("route-table", name))["RouteTable"]
        ec2.create_route(
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway["InternetGateway"]["InternetGatewayId"],
        )
        ec2.associate_route_table(RouteTableId=table["RouteTableId"], SubnetId=subnet)
        subnets.append(subnet)
    groups = {}
    for name in ("alb", "ecs", "rds", "endpoints"):
        groups[name] = ec2.create_security_group(
            GroupName=f"{NAME}-{name}",
            Description=name,
            VpcId=vpc,
            TagSpecifications=tagged("security-group", name),
        )["GroupId"]
    for name, group in groups.items():
        ec2.authorize_security_group_ingress(
            GroupId=group,
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": f"10.{number}.0.0/16", "Description": name} for number in range(3)],
                }
                for port in (80, 443, 5432, 6379)
            ],
        )
    reads = [
        Read("ec2", operation, {})
        for operation in (
            "describe_vpcs",
            "describe_subnets",
            "describe_security_groups",
            "describe_security_group_rules",
            "describe_route_tables",
            "describe_internet_gateways",
            "describe_tags",
        )
    ]
    return {"vpc": vpc, "public": subnets[:2], "private": subnets[2:], "groups": groups, "reads": reads}


def _roles(iam: t.Any) -> list[Read]:
    for role in ("execution", "task", "monitoring", "build"):
        iam.create_role(RoleName=f"{NAME}-{role}", AssumeRolePolicyDocument=TRUST, Tags=tags(role))
        iam.put_role_policy(RoleName=f"{NAME}-{role}", PolicyName=role, PolicyDocument=POLICY)
    role = {"RoleName": f"{NAME}-execution"}
    return [
        Read("iam", "get_role", role),
        Read("iam", "list_role_policies", role),
        Read("iam", "get_role_policy", {**role, "PolicyName": "execution"}),
        Read("iam", "list_roles", {}),
    ]


def _buckets(s3: t.Any) -> list[Read]:
    for suffix in BUCKETS:
        bucket = {"Bucket": f"{NAME}-{suffix}"}
        s3.create_bucket(**bucket)
        s3.put_bucket_tagging(**bucket, Tagging={"TagSet": tags(suffix)})
        s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_encryption(
            **bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )
        s3.put_bucket_lifecycle_configuration(
            **bucket,
            LifecycleConfiguration={
                "Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}]
            },
        )
    bucket = {"Bucket": f"{NAME}-{BUCKETS[0]}"}
    return [
        Read("s3", "list_buckets", {}),
        *(
            Read("s3", f"get_bucket_{what}", bucket)
            for what in ("tagging", "versioning", "encryption", "lifecycle_configuration", "location", "acl")
        ),
    ]


def _database(rds: t.Any, network: dict[str, t.Any]) -> list[Read]:
    rds.create_db_subnet_group(
        DBSubnetGroupName=NAME,
        DBSubnetGroupDescription="private",
        SubnetIds=network["private"],
        Tags=tags(NAME),
    )
    for name in (NAME, f"{NAME}-reports"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            Engine="postgres",
            EngineVersion="16.11",
            DBInstanceClass="db.m6g.large",
            AllocatedStorage=100,
            StorageType="gp3",
            MasterUsername="admin_user",
            MasterUserPassword="not-a-secret-at-all",
            DBSubnetGroupName=NAME,
            VpcSecurityGroupIds=[network["groups"]["rds"]],
            BackupRetentionPeriod=30,
            MultiAZ=True,
            Tags=tags(name),
        )
    arn = rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    return [
        Read("rds", "describe_db_instances", {}),
        Read("rds", "describe_db_subnet_groups", {}),
        Read("rds", "list_tags_for_resource", {"ResourceName": arn}),
    ]


def _load_balancer(elbv2: t.Any, network: dict[str, t.Any]) -> list[Read]:
    balancer = elbv2.create_load_balancer(
        Name=NAME,
        Subnets=network["public"],
        SecurityGroups=[network["groups"]["alb"]],
        Tags=tags(NAME),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    for priority, service in enumerate(SERVICES, 1):
        group = elbv2.create_target_group(
            Name=f"{NAME}-{service}",
            Protocol="HTTP",
            Port=3000 + priority,
            VpcId=network["vpc"],
            TargetType="ip",
            HealthCheckPath="/health",
            Tags=tags(service),
        )["TargetGroups"][0]["TargetGroupArn"]
        elbv2.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{service}/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
            Tags=tags(service),
        )
    return [
        Read("elbv2", "describe_load_balancers", {}),
        Read("elbv2", "describe_load_balancer_attributes", {"LoadBalancerArn": balancer}),
        Read("elbv2", "describe_target_groups", {}),
        Read("elbv2", "describe_listeners", {"LoadBalancerArn": balancer}),
        Read("elbv2", "describe_rules", {"ListenerArn": listener}),
        Read("elbv2", "describe_tags", {"ResourceArns": [balancer]}),
    ]


def _alarms(cloudwatch: t.Any, logs: t.Any) -> list[Read]:
    for service in SERVICES:
        logs.create_log_group(logGroupName=f"/ecs/{NAME}/{service}", tags=TAGS)
        for metric in ("CPUUtilization", "MemoryUtilization", "RunningTaskCount", "PendingTaskCount"):
            cloudwatch.put_metric_alarm(
                AlarmName=f"{NAME}-{service}-{metric}",
                Namespace="AWS/ECS",
                MetricName=metric,
                Statistic="Average",
                Period=300,
                EvaluationPeriods=2,
                Threshold=85,
                ComparisonOperator="GreaterThanThreshold",
                Dimensions=[{"Name": "ClusterName", "Value": NAME}, {"Name": "ServiceName", "Value": service}],
                Tags=tags(service),
            )
    return [Read("cloudwatch", "describe_alarms", {}), Read("logs", "describe_log_groups", {})]


def _secrets(secretsmanager: t.Any) -> list[Read]:
    for service in SERVICES:
        secretsmanager.create_secret(Name=f"{NAME}/{service}", SecretString="{}", Tags=tags(service))
    return [
        Read("secretsmanager", "list_secrets", {}),
        Read("secretsmanager", "describe_secret", {"SecretId": f"{NAME}/{SERVICES[0]}"}),
    ]


def _services(ecs: t.Any, network: dict[str, t.Any], groups: list[str]) -> list[Read]:
    ecs.create_cluster(clusterName=NAME, tags=[{"key": key, "value": value} for key, value in TAGS.items()])
    for service, group in zip(SERVICES, groups, strict=True):
        ecs.register_task_definition(
            family=f"{NAME}-{service}",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="1024",
            memory="2048",
            executionRoleArn=f"arn:aws:iam::123456789012:role/{NAME}-execution",
            taskRoleArn=f"arn:aws:iam::123456789012:role/{NAME}-task",
            containerDefinitions=[
                {
                    "name": name,
                    "image": f"example.com/{name}:1.0",
                    "memory": 512,
                    "essential": name == service,
                    "portMappings": [{"containerPort": port, "protocol": "tcp"}],
                    "environment": [{"name": f"SETTING_{number}", "value": "value"} for number in range(8)],
                }
                for port, name in ((3000, service), (2000, "xray"))
            ],
        )
        ecs.create_service(
            cluster=NAME,
            serviceName=service,
            taskDefinition=f"{NAME}-{service}",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": network["private"],
                    "securityGroups": [network["groups"]["ecs"]],
                }
            },
            loadBalancers=[{"targetGroupArn": group, "containerName": service, "containerPort": 3000}],
            tags=[{"key": key, "value": value} for key, value in TAGS.items()],
        )
    return [
        Read("ecs", "describe_clusters", {"clusters": [NAME]}),
        Read("ecs", "describe_services", {"cluster": NAME, "services": list(SERVICES)}),
        Read("ecs", "describe_task_definition", {"taskDefinition": f"{NAME}-{SERVICES[0]}"}),
        Read("ecs", "list_services", {"cluster": NAME}),
    ]
