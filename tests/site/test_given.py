# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resources somebody else has made are used as they are, and stay when the environment goes."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from account import contents, left_over
from walks import converged, destroy, edited, nothing_to_do, operations, site

DOMAIN = "dev.example.org"


def network(emulator: t.Any) -> dict[str, t.Any]:
    """A VPC with public and private subnets and their ways out, without any of our names and tags."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in ((1, "a"), (2, "b"), (10, "a"), (11, "b"))
    ]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    for target, members in (({"GatewayId": gateway}, subnets[:2]), ({"NatGatewayId": nat}, subnets[2:])):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for member in members:
            ec2.associate_route_table(RouteTableId=table, SubnetId=member)
    return {"platform_vpc": vpc, "platform_public_subnets": subnets[:2], "platform_private_subnets": subnets[2:]}


def zone_certificate_and_key(emulator: t.Any) -> dict[str, t.Any]:
    route53 = emulator.client("route53")
    zone = route53.create_hosted_zone(Name=DOMAIN, CallerReference="given")["HostedZone"]["Id"].split("/")[-1]
    acm = emulator.client("acm")
    certificate = acm.request_certificate(DomainName=f"api.{DOMAIN}", ValidationMethod="DNS")["CertificateArn"]
    record: dict[str, t.Any] = {}
    while "ResourceRecord" not in record:  # it comes some moments after the certificate
        time.sleep(0.2)
        record = acm.describe_certificate(CertificateArn=certificate)["Certificate"]["DomainValidationOptions"][0]
    change = {
        "Action": "CREATE",
        "ResourceRecordSet": {
            "Name": record["ResourceRecord"]["Name"],
            "Type": "CNAME",
            "TTL": 300,
            "ResourceRecords": [{"Value": record["ResourceRecord"]["Value"]}],
        },
    }
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    acm.get_waiter("certificate_validated").wait(
        CertificateArn=certificate, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return {
        "platform_domain": DOMAIN,
        "platform_hosted_zone": zone,
        "platform_certificate_arn": certificate,
        "platform_kms_key_arn": key(emulator),
    }


def key(emulator: t.Any) -> str:
    """A key that AWS may use for logs and topics."""
    kms = emulator.client("kms")
    arn = kms.create_key(Description="given")["KeyMetadata"]["Arn"]
    policy = json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    senders = ("logs.us-east-1", "cloudwatch", "events", "events.rds", "budgets")
    services = {"Service": [f"{name}.amazonaws.com" for name in senders]}
    actions = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
    policy["Statement"].append({"Effect": "Allow", "Principal": services, "Action": actions, "Resource": "*"})
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(policy))
    return arn


@pytest.mark.long
def test_given_resources_are_used_and_stay(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    given = {**network(emulator), **zone_certificate_and_key(emulator)}
    before = contents(emulator)
    inventory = edited(tmp_path, "dev", given)
    emulator.clear()
    preview = site(emulator, inventory, "--check").must_succeed()
    assert operations(emulator) == []
    assert {kind for _host, _action, kind, _name in preview.previewed} & {"vpc", "subnet", "nat_gateway"} == set()

    converged(emulator, inventory, "sdt-dev")
    nothing_to_do(emulator, inventory)
    elbv2 = emulator.client("elbv2")
    balancer = elbv2.describe_load_balancers(Names=["sdt-dev"])["LoadBalancers"][0]
    assert balancer["VpcId"] == given["platform_vpc"]
    assert {zone["SubnetId"] for zone in balancer["AvailabilityZones"]} == set(given["platform_public_subnets"])
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    https = next(one for one in listeners if one["Port"] == 443)
    assert [one["CertificateArn"] for one in https["Certificates"]] == [given["platform_certificate_arn"]]
    database = emulator.client("rds").describe_db_instances()["DBInstances"][0]
    assert database["KmsKeyId"] == given["platform_kms_key_arn"]
    records = emulator.client("route53").list_resource_record_sets(HostedZoneId=given["platform_hosted_zone"])
    assert f"api.{DOMAIN}." in {one["Name"] for one in records["ResourceRecordSets"] if one["Type"] == "A"}

    header = edited(tmp_path, "dev", {**given, "alb_response_headers": {"strict_transport_security": "max-age=60"}})
    emulator.clear()
    changed = site(emulator, header, "--limit", "load-balancer").must_succeed()
    assert changed.fields == {"update listener sdt-dev:443": ["response_headers"]}
    assert operations(emulator) == ["elbv2:ModifyListenerAttributes"]

    destroy(emulator, inventory, "-e", "confirm=dev").must_succeed()
    assert before - contents(emulator) == set()
    assert left_over(emulator, before) == set()
