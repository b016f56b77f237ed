# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2: networks, addresses, groups."""

from __future__ import annotations

from emulator.tests.refusals import Aws, refused_by_moto, refuses


def vpc(aws: Aws, cidr: str = "10.0.0.0/16") -> str:
    return aws.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]


def subnet(aws: Aws, vpc_id: str, cidr: str = "10.0.1.0/24", zone: str = "us-east-1a") -> str:
    return aws.ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]


def group(aws: Aws, vpc_id: str, name: str = "app") -> str:
    return aws.ec2.create_security_group(GroupName=name, Description="test", VpcId=vpc_id)["GroupId"]


@refused_by_moto("InvalidVpc.Range")
def vpc_too_large(aws: Aws) -> None:
    vpc(aws, "10.0.0.0/16")
    vpc(aws, "10.0.0.0/15")


@refused_by_moto("InvalidVpc.Range")
def vpc_too_small(aws: Aws) -> None:
    vpc(aws, "10.0.0.0/28")
    vpc(aws, "10.0.0.0/29")


@refuses("ec2.vpcs_per_region", "VpcLimitExceeded")
def sixth_vpc(aws: Aws) -> None:
    for number in range(5):  # the default VPC is the first of five
        vpc(aws, f"10.{number}.0.0/16")


@refuses("ec2.internet_gateways_per_region", "InternetGatewayLimitExceeded")
def sixth_internet_gateway(aws: Aws) -> None:
    for _number in range(6):
        aws.ec2.create_internet_gateway()


@refuses("ec2.addresses_per_region", "AddressLimitExceeded")
def sixth_address(aws: Aws) -> None:
    for _number in range(6):
        aws.ec2.allocate_address(Domain="vpc")


@refuses("ec2.nat_gateways_per_zone", "NatGatewayLimitExceeded")
def sixth_nat_gateway(aws: Aws) -> None:
    subnet_id = subnet(aws, vpc(aws))
    for _number in range(6):
        aws.ec2.create_nat_gateway(SubnetId=subnet_id, ConnectivityType="private")


@refused_by_moto("InvalidSubnet.Range")
def subnet_elsewhere(aws: Aws) -> None:
    subnet(aws, vpc(aws), "10.1.0.0/24")


@refused_by_moto("InvalidSubnet.Conflict")
def subnet_twice(aws: Aws) -> None:
    vpc_id = vpc(aws)
    subnet(aws, vpc_id, "10.0.0.0/24")
    subnet(aws, vpc_id, "10.0.0.128/25")


@refused_by_moto("InvalidSubnet.Range")
def subnet_too_small(aws: Aws) -> None:
    subnet(aws, vpc(aws), "10.0.0.0/29")


@refuses("ec2.one_attribute_at_a_time", "InvalidParameterCombination")
def two_vpc_attributes(aws: Aws) -> None:
    vpc_id = vpc(aws)
    aws.ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport={"Value": True})
    aws.ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport={"Value": True}, EnableDnsHostnames={"Value": True})


@refuses("ec2.group_name", "InvalidParameterValue")
def group_name(aws: Aws) -> None:
    vpc_id = vpc(aws)
    group(aws, vpc_id, "a name (of/any:kind)")
    group(aws, vpc_id, "what?")


@refuses("ec2.group_name", "InvalidParameterValue")
def long_group_name(aws: Aws) -> None:
    group(aws, vpc(aws), "a" * 256)


def permit(aws: Aws, group_id: str, first: int, last: int, protocol: str = "tcp", cidr: str = "10.0.0.0/8") -> None:
    permission = {
        "IpProtocol": protocol,
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": cidr}],
    }
    aws.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])


@refuses("ec2.port_range", "InvalidParameterValue")
def ports_reversed(aws: Aws) -> None:
    group_id = group(aws, vpc(aws))
    permit(aws, group_id, 80, 443)
    permit(aws, group_id, 443, 80)


@refuses("ec2.port_range", "InvalidParameterValue")
def port_too_high(aws: Aws) -> None:
    permit(aws, group(aws, vpc(aws)), 443, 65536)


@refuses("ec2.group_protocol", "InvalidParameterValue")
def unknown_protocol(aws: Aws) -> None:
    group_id = group(aws, vpc(aws))
    permit(aws, group_id, 53, 53, "udp")
    permit(aws, group_id, 53, 53, "dns")


@refused_by_moto("InvalidParameterValue")
def no_network(aws: Aws) -> None:
    permit(aws, group(aws, vpc(aws)), 53, 53, "udp", "10.0.0.0/33")


@refused_by_moto("RulesPerSecurityGroupLimitExceeded")
def too_many_group_rules(aws: Aws) -> None:
    group_id = group(aws, vpc(aws))
    for first, last in ((0, 60), (60, 61)):
        ranges = [{"CidrIp": f"10.{number}.0.0/16"} for number in range(first, last)]
        permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges}
        aws.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])


@refuses("ec2.groups_per_interface", "SecurityGroupsPerInterfaceLimitExceeded")
def too_many_groups(aws: Aws) -> None:
    vpc_id = vpc(aws)
    subnet_id = subnet(aws, vpc_id)
    groups = [group(aws, vpc_id, f"group-{number}") for number in range(6)]
    aws.ec2.create_network_interface(SubnetId=subnet_id, Groups=groups[:5])
    aws.ec2.create_network_interface(SubnetId=subnet_id, Groups=groups)


@refuses("ec2.address_in_subnet", "InvalidParameterValue")
def address_elsewhere(aws: Aws) -> None:
    subnet_id = subnet(aws, vpc(aws))
    aws.ec2.create_network_interface(SubnetId=subnet_id, PrivateIpAddress="10.0.1.9")
    aws.ec2.create_nat_gateway(SubnetId=subnet_id, ConnectivityType="private", PrivateIpAddress="10.0.2.9")


@refused_by_moto("DependencyViolation")
def main_route_table(aws: Aws) -> None:
    filters = [{"Name": "vpc-id", "Values": [vpc(aws)]}]
    table = aws.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
    aws.ec2.delete_route_table(RouteTableId=table)


@refuses("ec2.association_in_one_vpc", "InvalidParameterValue")
def association_between_vpcs(aws: Aws) -> None:
    first, second = vpc(aws), vpc(aws)
    table = aws.ec2.create_route_table(VpcId=first)["RouteTable"]["RouteTableId"]
    aws.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet(aws, second))


@refused_by_moto("InvalidParameterValue")
def route_to_foreign_gateway(aws: Aws) -> None:
    table = aws.ec2.create_route_table(VpcId=vpc(aws))["RouteTable"]["RouteTableId"]
    gateway = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)


@refused_by_moto("DependencyViolation")
def attached_gateway(aws: Aws) -> None:
    gateway = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc(aws))
    aws.ec2.delete_internet_gateway(InternetGatewayId=gateway)


@refuses("ec2.tag_resource_type", "InvalidParameterValue")
def tags_of_another_type(aws: Aws) -> None:
    tags = [{"Key": "Name", "Value": "main"}]
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])
    aws.ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=[{"ResourceType": "subnet", "Tags": tags}])


@refused_by_moto("InvalidParameter")
def flow_log_interval(aws: Aws) -> None:
    aws.s3.create_bucket(Bucket="flow-logs")
    aws.ec2.create_flow_logs(
        ResourceIds=[vpc(aws)],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flow-logs",
        MaxAggregationInterval=300,
    )


@refused_by_moto("InvalidGroup.NotFound")
def endpoint_with_foreign_group(aws: Aws) -> None:
    first, second = vpc(aws), vpc(aws)
    aws.ec2.create_vpc_endpoint(
        VpcId=first,
        ServiceName="com.amazonaws.us-east-1.logs",
        VpcEndpointType="Interface",
        SubnetIds=[subnet(aws, first)],
        SecurityGroupIds=[group(aws, second)],
    )


@refused_by_moto("InvalidVpcID.NotFound")
def tags_of_nothing(aws: Aws) -> None:
    aws.ec2.create_tags(Resources=["vpc-01234567890123456"], Tags=[{"Key": "a", "Value": "b"}])


@refuses("ec2.local_route", "InvalidParameterValue")
def local_route(aws: Aws) -> None:
    table = aws.ec2.create_route_table(VpcId=vpc(aws))["RouteTable"]["RouteTableId"]
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16")


@refused_by_moto("Resource.AlreadyAssociated")
def address_in_use(aws: Aws) -> None:
    vpc_id = vpc(aws)
    subnet_id = subnet(aws, vpc_id)
    gateway = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    aws.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc_id)
    address = aws.ec2.allocate_address(Domain="vpc")["AllocationId"]
    first, second = (
        aws.ec2.create_network_interface(SubnetId=subnet_id)["NetworkInterface"]["NetworkInterfaceId"] for _ in "ab"
    )
    aws.ec2.associate_address(AllocationId=address, NetworkInterfaceId=first)
    aws.ec2.associate_address(AllocationId=address, NetworkInterfaceId=second, AllowReassociation=False)
