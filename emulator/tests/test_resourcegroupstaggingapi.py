# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The tagging API finds what was tagged, whatever its service."""

from __future__ import annotations

import json

import pytest

from emulator.tests.documents import TRUST

KEY, VALUE = "Project", "sdt"
UPPER = [{"Key": KEY, "Value": VALUE}]
LOWER = [{"key": KEY, "value": VALUE}]
MAPPING = {KEY: VALUE}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})


def found(emulator, *types, region="us-east-1", key=KEY):
    """Type and ARN of what has the tag."""
    client = emulator.client("resourcegroupstaggingapi", region=region)
    pages = client.get_paginator("get_resources").paginate(
        TagFilters=[{"Key": key, "Values": [VALUE]}], ResourceTypeFilters=list(types), ResourcesPerPage=5
    )
    return [mapping["ResourceARN"] for page in pages for mapping in page["ResourceTagMappingList"]]


def specification(kind):
    return [{"ResourceType": kind, "Tags": UPPER}]


def make_network(emulator):
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification("vpc"))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    return ec2, vpc, subnets


def make_elastic_ip(emulator):
    ec2 = emulator.client("ec2")
    allocation = ec2.allocate_address(Domain="vpc", TagSpecifications=specification("elastic-ip"))["AllocationId"]
    return f"arn:aws:ec2:us-east-1:123456789012:elastic-ip/{allocation}"


def make_vpc_endpoint(emulator):
    ec2, vpc, _subnets = make_network(emulator)
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.s3",
        VpcEndpointType="Gateway",
        TagSpecifications=specification("vpc-endpoint"),
    )
    return f"arn:aws:ec2:us-east-1:123456789012:vpc-endpoint/{endpoint['VpcEndpoint']['VpcEndpointId']}"


def make_policy(emulator):
    return emulator.client("iam").create_policy(PolicyName="p", PolicyDocument=POLICY, Tags=UPPER)["Policy"]["Arn"]


def make_oidc_provider(emulator):
    iam = emulator.client("iam")
    return iam.create_open_id_connect_provider(Url="https://token.example.org", ClientIDList=["sts"], Tags=UPPER)[
        "OpenIDConnectProviderArn"
    ]


def make_subnet_group(emulator):
    _ec2, _vpc, subnets = make_network(emulator)
    return emulator.client("rds").create_db_subnet_group(
        DBSubnetGroupName="private", DBSubnetGroupDescription="d", SubnetIds=subnets, Tags=UPPER
    )["DBSubnetGroup"]["DBSubnetGroupArn"]


def make_parameter_group(emulator):
    return emulator.client("rds").create_db_parameter_group(
        DBParameterGroupName="pg", DBParameterGroupFamily="postgres15", Description="d", Tags=UPPER
    )["DBParameterGroup"]["DBParameterGroupArn"]


def make_listener(emulator):
    _ec2, _vpc, subnets = make_network(emulator)
    elbv2 = emulator.client("elbv2")
    balancer = elbv2.create_load_balancer(Name="main", Subnets=subnets, Scheme="internal")["LoadBalancers"][0][
        "LoadBalancerArn"
    ]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    return elbv2.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action], Tags=UPPER
    )["Listeners"][0]["ListenerArn"]


def make_rule(emulator):
    listener = make_listener(emulator)
    return emulator.client("elbv2").create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
        Tags=UPPER,
    )["Rules"][0]["RuleArn"]


def make_zone(emulator):
    route53 = emulator.client("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"].rsplit("/", 1)[-1]
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=UPPER)
    return f"arn:aws:route53:::hostedzone/{zone}"


def make_namespace(emulator):
    client = emulator.client("servicediscovery")
    client.create_http_namespace(Name="sdt", Tags=UPPER)
    return client.list_namespaces()["Namespaces"][0]["Arn"]


def make_repository(emulator):
    return emulator.client("ecr").create_repository(repositoryName="api", tags=UPPER)["repository"]["repositoryArn"]


def make_log_group(emulator):
    emulator.client("logs").create_log_group(logGroupName="/sdt/api", tags=MAPPING)
    return "arn:aws:logs:us-east-1:123456789012:log-group:/sdt/api"


def make_app(emulator):
    return emulator.client("amplify").create_app(name="web", tags=MAPPING)["app"]["appArn"]


def make_group(emulator):
    return emulator.client("xray").create_group(GroupName="errors", Tags=UPPER)["Group"]["GroupARN"]


KINDS = {
    "ec2:elastic-ip": make_elastic_ip,
    "ec2:vpc-endpoint": make_vpc_endpoint,
    "iam:policy": make_policy,
    "iam:oidc-provider": make_oidc_provider,
    "rds:subgrp": make_subnet_group,
    "rds:pg": make_parameter_group,
    "elasticloadbalancing:listener": make_listener,
    "elasticloadbalancing:listener-rule": make_rule,
    "route53:hostedzone": make_zone,
    "servicediscovery:namespace": make_namespace,
    "ecr:repository": make_repository,
    "logs:log-group": make_log_group,
    "amplify:apps": make_app,
    "xray:group": make_group,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_tagged_and_untagged(emulator, kind):
    arn = KINDS[kind](emulator)
    assert found(emulator, kind) == [arn]
    assert arn in found(emulator)
    assert arn in found(emulator, kind.split(":")[0])
    assert found(emulator, "sqs") == []

    tagging = emulator.client("resourcegroupstaggingapi")
    assert tagging.tag_resources(ResourceARNList=[arn], Tags={"Extra": VALUE})["FailedResourcesMap"] == {}
    assert found(emulator, key="Extra") == [arn]
    assert tagging.untag_resources(ResourceARNList=[arn], TagKeys=["Extra"])["FailedResourcesMap"] == {}
    assert found(emulator, key="Extra") == []


def test_roles_are_not_found_as_in_aws(emulator):
    emulator.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=UPPER)
    assert found(emulator) == []


def test_global_resources_are_found_in_one_region_only(emulator):
    arn = make_zone(emulator)
    assert found(emulator, region="us-east-1") == [arn]
    assert found(emulator, region="eu-west-1") == []


def test_buckets_are_found_in_their_own_region_only(emulator):
    s3 = emulator.client("s3", region="eu-west-1")
    s3.create_bucket(Bucket="sdt-files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_tagging(Bucket="sdt-files", Tagging={"TagSet": UPPER})
    assert found(emulator, region="eu-west-1") == ["arn:aws:s3:::sdt-files"]
    assert found(emulator, region="us-east-1") == []


def test_resources_without_tags_are_not_found(emulator):
    _ec2, _vpc, subnets = make_network(emulator)
    emulator.client("elbv2").create_load_balancer(Name="main", Subnets=subnets, Scheme="internal")
    tagging = emulator.client("resourcegroupstaggingapi")
    kinds = [mapping["ResourceARN"].split(":")[2] for mapping in tagging.get_resources()["ResourceTagMappingList"]]
    assert kinds == ["ec2"]


def test_describe_tags_names_the_types_as_aws_does(emulator):
    ec2, _vpc, subnets = make_network(emulator)
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=specification("elastic-ip"))["AllocationId"]
    gateway = ec2.create_nat_gateway(
        SubnetId=subnets[0], AllocationId=address, TagSpecifications=specification("natgateway")
    )
    gateway_id = gateway["NatGateway"]["NatGatewayId"]
    for kind, resource in (("elastic-ip", address), ("natgateway", gateway_id)):
        tags = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": [kind]}])["Tags"]
        assert [(tag["ResourceType"], tag["ResourceId"], tag["Key"]) for tag in tags] == [(kind, resource, KEY)]


def test_resources_asked_for_by_arn_come_in_one_answer(emulator):
    cloudwatch, tagging = emulator.client("cloudwatch"), emulator.client("resourcegroupstaggingapi")
    arns = []
    for number in range(60):
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number}",
            Namespace="AWS/RDS",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Tags=[{"Key": "Number", "Value": str(number)}],
        )
        arns.append(f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:alarm-{number}")
    answer = tagging.get_resources(ResourceARNList=arns)
    assert len(answer["ResourceTagMappingList"]) == 60 and not answer["PaginationToken"]
    with pytest.raises(tagging.exceptions.InvalidParameterException):
        tagging.get_resources(ResourceARNList=arns, ResourcesPerPage=10)
