# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Networks in time: NAT gateways, endpoints, load balancers, targets, and what they hold on to meanwhile."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError


def refused(call, code, **request):
    with pytest.raises(ClientError) as failure:
        call(**request)
    assert failure.value.response["Error"]["Code"] == code


@pytest.fixture
def network(emulator, hourglass):
    """A VPC with a way out, two subnets and a security group."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    return SimpleNamespace(vpc=vpc, gateway=gateway, subnets=[one["SubnetId"] for one in subnets], group=group, ec2=ec2)


def nat_state(ec2, name):
    found = ec2.describe_nat_gateways(Filters=[{"Name": "nat-gateway-id", "Values": [name]}])["NatGateways"]
    return found[0]["State"] if found else None


@pytest.mark.parametrize("mode", ["zonal", "regional"])
def test_a_nat_gateway(hourglass, network, mode):
    ec2 = network.ec2
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    if mode == "zonal":
        request = {"SubnetId": network.subnets[0], "AllocationId": address}
    else:
        given = [{"AvailabilityZone": "us-east-1a", "AllocationIds": [address]}]
        request = {"VpcId": network.vpc, "AvailabilityMode": "regional", "AvailabilityZoneAddresses": given}
    made = ec2.create_nat_gateway(**request)["NatGateway"]["NatGatewayId"]
    assert hourglass.seen(lambda: nat_state(ec2, made), 2) == ["pending", "available"]
    ec2.delete_nat_gateway(NatGatewayId=made)
    with pytest.raises(ClientError):
        ec2.release_address(AllocationId=address)
    refused(ec2.delete_vpc, "DependencyViolation", VpcId=network.vpc)
    if mode == "zonal":
        refused(ec2.delete_subnet, "DependencyViolation", SubnetId=network.subnets[0])
    assert hourglass.seen(lambda: nat_state(ec2, made), 2) == ["deleting", "deleted"]
    ec2.release_address(AllocationId=address)
    ec2.delete_subnet(SubnetId=network.subnets[0])
    hourglass.turn(3600)
    assert nat_state(ec2, made) is None


def test_one_that_cannot_work_fails(hourglass, network):
    ec2 = network.ec2
    ec2.detach_internet_gateway(InternetGatewayId=network.gateway, VpcId=network.vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    request = {"SubnetId": network.subnets[0], "AllocationId": address}
    made = ec2.create_nat_gateway(**request)["NatGateway"]["NatGatewayId"]
    assert hourglass.seen(lambda: nat_state(ec2, made), 2) == ["pending", "failed"]
    ec2.release_address(AllocationId=address)


def test_an_endpoint_holds_its_subnet_until_it_is_gone(hourglass, network):
    ec2, subnet = network.ec2, network.subnets[0]
    made = ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        ServiceName="com.amazonaws.us-east-1.logs",
        VpcEndpointType="Interface",
        SubnetIds=[subnet],
        SecurityGroupIds=[network.group],
    )["VpcEndpoint"]["VpcEndpointId"]

    def look():
        found = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-id", "Values": [made]}])["VpcEndpoints"]
        return found[0]["State"] if found else None

    assert hourglass.seen(look, 2) == ["pending", "available"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    refused(ec2.delete_subnet, "DependencyViolation", SubnetId=subnet)
    assert look() == "deleting"
    hourglass.turn()
    ec2.delete_subnet(SubnetId=subnet)  # nobody had to look at the endpoint
    assert look() is None


class TestLoadBalancer:
    @pytest.fixture
    def elbv2(self, emulator):
        return emulator.client("elbv2")

    @pytest.fixture
    def balancer(self, elbv2, network):
        request = {"Name": "web", "Subnets": network.subnets, "SecurityGroups": [network.group]}
        return elbv2.create_load_balancer(**request)["LoadBalancers"][0]["LoadBalancerArn"]

    @pytest.fixture
    def targets(self, elbv2, network, balancer):
        """A group that is listened for; listeners can be made while the balancer is being provisioned."""
        request = {"Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": network.vpc, "TargetType": "ip"}
        group = elbv2.create_target_group(**request)["TargetGroups"][0]["TargetGroupArn"]
        action = {"Type": "forward", "TargetGroupArn": group}
        elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])
        return group

    def test_it_is_provisioned(self, hourglass, elbv2, balancer, targets):
        def look():
            return elbv2.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]["State"]["Code"]

        assert hourglass.seen(look, 2) == ["provisioning", "active"]

    def test_its_interfaces_outlive_it(self, hourglass, elbv2, network, balancer):
        elbv2.delete_load_balancer(LoadBalancerArn=balancer)
        refused(network.ec2.delete_security_group, "DependencyViolation", GroupId=network.group)
        hourglass.turn()
        network.ec2.delete_security_group(GroupId=network.group)

    def test_targets_are_checked_and_drained(self, hourglass, elbv2, targets):
        target = {"TargetGroupArn": targets, "Targets": [{"Id": "10.9.0.10", "Port": 80}]}

        def look():
            found = elbv2.describe_target_health(TargetGroupArn=targets)["TargetHealthDescriptions"]
            return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in found]

        elbv2.register_targets(**target)
        assert hourglass.seen(look, 2) == [[("initial", "Elb.RegistrationInProgress")], [("healthy", None)]]
        elbv2.deregister_targets(**target)
        assert hourglass.seen(look, 2) == [[("draining", "Target.DeregistrationInProgress")], []]
        delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]
        elbv2.modify_target_group_attributes(TargetGroupArn=targets, Attributes=delay)
        elbv2.register_targets(**target)
        elbv2.deregister_targets(**target)
        assert look() == []
