# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 networking: dry runs, states, defaults and refusals."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ANYWHERE = [{"CidrIp": "0.0.0.0/0"}]


def refused(call, **request):
    with pytest.raises(ClientError) as failure:
        call(**request)
    return failure.value.response["Error"]["Code"]


@pytest.fixture
def ec2(emulator):
    return emulator.client("ec2")


@pytest.fixture
def vpc(ec2):
    vpc_id = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    return vpc_id


@pytest.fixture
def gateway(ec2, vpc):
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    return gateway_id


@pytest.fixture
def subnet(ec2, vpc):
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]


def group(ec2, vpc, name):
    return ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]


def nat(ec2, subnet, wait=True):
    """A NAT gateway and its address."""
    eip = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=eip)["NatGateway"]["NatGatewayId"]
    if wait:
        states(ec2, made, 2)
    return made, eip


def states(ec2, nat_id, looks):
    return [ec2.describe_nat_gateways(NatGatewayIds=[nat_id])["NatGateways"][0]["State"] for _look in range(looks)]


class TestDryRun:
    def test_it_does_nothing(self, emulator, ec2):
        before = len(ec2.describe_vpcs()["Vpcs"])
        assert refused(ec2.create_vpc, CidrBlock="10.9.0.0/16", DryRun=True) == "DryRunOperation"
        assert len(ec2.describe_vpcs()["Vpcs"]) == before


class TestVpc:
    def test_host_bits_are_dropped(self, ec2):
        assert ec2.create_vpc(CidrBlock="10.8.7.6/16")["Vpc"]["CidrBlock"] == "10.8.0.0/16"

    def test_it_stays_while_something_is_in_it(self, ec2, vpc, gateway):
        assert refused(ec2.delete_vpc, VpcId=vpc) == "DependencyViolation"
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        service = group(ec2, vpc, "service")
        assert refused(ec2.delete_vpc, VpcId=vpc) == "DependencyViolation"
        ec2.delete_security_group(GroupId=service)
        ec2.delete_vpc(VpcId=vpc)


class TestSubnet:
    def test_nothing_gets_a_public_address_by_itself(self, ec2, vpc, subnet):
        found = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        assert (found["MapPublicIpOnLaunch"], found["DefaultForAz"]) == (False, False)

    def test_networks_that_overlap_or_lie_outside_are_refused(self, ec2, vpc, subnet):
        assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.9.1.128/25") == "InvalidSubnet.Conflict"
        assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.8.1.0/24") == "InvalidSubnet.Range"
        assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.9.2.0/29") == "InvalidSubnet.Range"

    def test_zones_are_those_of_the_region(self, ec2, vpc, emulator):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24", AvailabilityZoneId="use1-az1")["Subnet"]
        assert made["AvailabilityZoneId"] == "use1-az1"
        foreign = {"VpcId": vpc, "CidrBlock": "10.9.3.0/24", "AvailabilityZone": "eu-west-1a"}
        assert refused(ec2.create_subnet, **foreign) == "InvalidParameterValue"
        west = emulator.client("ec2", region="eu-west-1")
        other = west.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        made = west.create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")["Subnet"]
        assert made["AvailabilityZone"].startswith("eu-west-1")

    def test_it_stays_while_interfaces_are_in_it(self, ec2, subnet):
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        assert refused(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
        ec2.delete_network_interface(NetworkInterfaceId=interface)
        ec2.delete_subnet(SubnetId=subnet)

    def test_it_stays_while_a_load_balancer_stands_in_it(self, ec2, vpc, gateway, subnet, emulator):
        second = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24", AvailabilityZone="us-east-1b")["Subnet"][
            "SubnetId"
        ]
        front = group(ec2, vpc, "front")
        elb = emulator.client("elbv2")
        made = elb.create_load_balancer(Name="front", Subnets=[subnet, second], SecurityGroups=[front])
        assert refused(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
        assert refused(ec2.delete_security_group, GroupId=front) == "DependencyViolation"
        assert refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == "DependencyViolation"
        elb.delete_load_balancer(LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"])
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

    def test_it_stays_while_a_database_is_in_it(self, ec2, vpc, subnet, emulator):
        second = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24", AvailabilityZone="us-east-1b")["Subnet"][
            "SubnetId"
        ]
        database = group(ec2, vpc, "database")
        rds = emulator.client("rds")
        rds.create_db_subnet_group(DBSubnetGroupName="one", DBSubnetGroupDescription="one", SubnetIds=[subnet, second])
        rds.create_db_instance(
            DBInstanceIdentifier="one",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="platform",
            MasterUserPassword="a-long-password",
            DBSubnetGroupName="one",
            VpcSecurityGroupIds=[database],
        )
        assert refused(ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
        assert refused(ec2.delete_security_group, GroupId=database) == "DependencyViolation"


class TestInternetGateway:
    def test_a_vpc_has_one(self, ec2, vpc, gateway):
        other = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        assert refused(ec2.attach_internet_gateway, InternetGatewayId=other, VpcId=vpc) == "InvalidParameterValue"

    def test_it_stays_while_addresses_are_mapped(self, ec2, vpc, gateway, subnet):
        gone, _eip = nat(ec2, subnet)
        assert refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == "DependencyViolation"
        ec2.delete_nat_gateway(NatGatewayId=gone)
        states(ec2, gone, 2)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


class TestAddress:
    def test_it_says_where_it_comes_from(self, ec2):
        ec2.allocate_address(Domain="vpc")
        found = ec2.describe_addresses()["Addresses"][0]
        assert (found["PublicIpv4Pool"], found["NetworkBorderGroup"]) == ("amazon", "us-east-1")

    def test_it_is_kept_while_in_use(self, ec2, gateway, subnet):
        eip = ec2.allocate_address(Domain="vpc")["AllocationId"]
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        made = ec2.associate_address(AllocationId=eip, NetworkInterfaceId=interface)
        assert refused(ec2.release_address, AllocationId=eip) == "InvalidIPAddress.InUse"
        ec2.disassociate_address(AssociationId=made["AssociationId"])
        ec2.release_address(AllocationId=eip)

    def test_one_of_a_nat_gateway_is_not_ours_until_that_is_gone(self, ec2, gateway, subnet):
        made, eip = nat(ec2, subnet)
        ec2.delete_nat_gateway(NatGatewayId=made)
        assert refused(ec2.release_address, AllocationId=eip) == "AuthFailure"
        states(ec2, made, 2)
        ec2.release_address(AllocationId=eip)


class TestNatGateway:
    def test_it_takes_time_to_come_and_to_go_and_stays_visible(self, ec2, gateway, subnet):
        made, _eip = nat(ec2, subnet, wait=False)
        assert states(ec2, made, 3) == ["pending", "available", "available"]
        ec2.delete_nat_gateway(NatGatewayId=made)
        assert states(ec2, made, 3) == ["deleting", "deleted", "deleted"]

    def test_it_is_found_by_tag_and_state(self, ec2, gateway, subnet):
        made, _eip = nat(ec2, subnet)
        ec2.create_tags(Resources=[made], Tags=[{"Key": "Name", "Value": "one"}])
        by_tag = [{"Name": "tag:Name", "Values": ["one"]}, {"Name": "state", "Values": ["available"]}]
        assert [one["NatGatewayId"] for one in ec2.describe_nat_gateways(Filters=by_tag)["NatGateways"]] == [made]
        other = [{"Name": "tag:Name", "Values": ["other"]}]
        assert ec2.describe_nat_gateways(Filters=other)["NatGateways"] == []

    def test_without_internet_gateway_it_fails(self, ec2, subnet):
        made, _eip = nat(ec2, subnet, wait=False)
        assert states(ec2, made, 2) == ["pending", "failed"]
        found = ec2.describe_nat_gateways(NatGatewayIds=[made])["NatGateways"][0]
        assert found["FailureCode"] == "Gateway.NotAttached"

    def test_an_address_serves_one(self, ec2, gateway, subnet):
        _made, eip = nat(ec2, subnet)
        assert refused(ec2.create_nat_gateway, SubnetId=subnet, AllocationId=eip) == "Resource.AlreadyAssociated"
        assert refused(ec2.create_nat_gateway, SubnetId=subnet) == "MissingParameter"

    def test_a_regional_one_follows_the_subnets(self, ec2, vpc, gateway, subnet):
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24", AvailabilityZone="us-east-1b")
        made = ec2.create_nat_gateway(AvailabilityMode="regional", VpcId=vpc)["NatGateway"]
        assert (made["AvailabilityMode"], made["AutoProvisionZones"], made["VpcId"]) == ("regional", "enabled", vpc)
        assert [one["AvailabilityZone"] for one in made["NatGatewayAddresses"]] == ["us-east-1a", "us-east-1b"]
        addresses = ec2.describe_addresses()["Addresses"]
        assert {one["ServiceManaged"] for one in addresses} == {"rnat"}
        assert refused(ec2.release_address, AllocationId=addresses[0]["AllocationId"]) == "AuthFailure"
        ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
        states(ec2, made["NatGatewayId"], 2)
        assert ec2.describe_addresses()["Addresses"] == []

    def test_a_regional_one_takes_and_gives_back_addresses(self, ec2, vpc, gateway, subnet):
        first, second = (ec2.allocate_address(Domain="vpc")["AllocationId"] for _number in range(2))
        given = [{"AvailabilityZone": "us-east-1a", "AllocationIds": [first]}]
        request = {"AvailabilityMode": "regional", "VpcId": vpc, "AvailabilityZoneAddresses": given}
        made = ec2.create_nat_gateway(**request)["NatGateway"]
        assert made["AutoProvisionZones"] == "disabled"
        nat_id = made["NatGatewayId"]
        ec2.associate_nat_gateway_address(NatGatewayId=nat_id, AllocationIds=[second], AvailabilityZone="us-east-1b")
        association = made["NatGatewayAddresses"][0]["AssociationId"]
        ec2.disassociate_nat_gateway_address(NatGatewayId=nat_id, AssociationIds=[association])
        ec2.release_address(AllocationId=first)
        left = ec2.describe_nat_gateways(NatGatewayIds=[nat_id])["NatGateways"][0]["NatGatewayAddresses"]
        assert [(one["AllocationId"], one["AvailabilityZone"]) for one in left] == [(second, "us-east-1b")]

    def test_tags_have_their_types(self, ec2, gateway, subnet):
        made, eip = nat(ec2, subnet)
        ec2.create_tags(Resources=[made, eip], Tags=[{"Key": "Name", "Value": "one"}])
        kinds = {tag["ResourceId"]: tag["ResourceType"] for tag in ec2.describe_tags()["Tags"]}
        assert (kinds[made], kinds[eip]) == ("natgateway", "elastic-ip")


class TestRouteTable:
    @pytest.fixture
    def table(self, ec2, vpc):
        return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    def test_a_route_needs_a_target_in_its_vpc(self, ec2, table, gateway):
        route = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
        missing = "nat-00000000000000000"
        assert refused(ec2.create_route, NatGatewayId=missing, **route) == "InvalidNatGatewayID.NotFound"
        foreign = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        assert refused(ec2.create_route, GatewayId=foreign, **route) == "InvalidParameterValue"
        assert refused(ec2.replace_route, GatewayId=gateway, **route) == "InvalidParameterValue"
        ec2.create_route(GatewayId=gateway, **route)
        assert refused(ec2.create_route, GatewayId=gateway, **route) == "RouteAlreadyExists"

    def test_a_route_to_what_is_gone_is_a_black_hole(self, ec2, table, gateway, subnet):
        made, _eip = nat(ec2, subnet)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=made)
        ec2.delete_nat_gateway(NatGatewayId=made)
        states(ec2, made, 2)
        routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        assert [route["State"] for route in routes] == ["active", "blackhole"]

    def test_a_subnet_has_one_table(self, ec2, vpc, table, subnet):
        other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        made = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
        assert refused(ec2.associate_route_table, RouteTableId=other, SubnetId=subnet) == "Resource.AlreadyAssociated"
        ec2.replace_route_table_association(AssociationId=made, RouteTableId=other)
        ec2.delete_route_table(RouteTableId=table)
        assert refused(ec2.delete_route_table, RouteTableId=other) == "DependencyViolation"

    def test_the_main_table_stays(self, ec2, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
        main = ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
        assert refused(ec2.delete_route_table, RouteTableId=main) == "DependencyViolation"


class TestSecurityGroup:
    def test_a_new_default_group_allows_itself(self, ec2, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        default = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
        assert default["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == default["GroupId"]
        assert default["IpPermissionsEgress"][0]["IpRanges"] == ANYWHERE
        assert refused(ec2.delete_security_group, GroupId=default["GroupId"]) == "CannotDelete"

    def test_reserved_names_and_odd_descriptions_are_refused(self, ec2, vpc):
        request = {"VpcId": vpc, "Description": "x"}
        assert refused(ec2.create_security_group, GroupName="default", **request) == "InvalidParameterValue"
        assert refused(ec2.create_security_group, GroupName="sg-1", **request) == "InvalidParameterValue"
        odd = {**request, "Description": "naïve"}
        assert refused(ec2.create_security_group, GroupName="one", **odd) == "InvalidParameterValue"

    def test_rules_keep_their_descriptions_whatever_they_are_about(self, ec2, vpc):
        one, other = group(ec2, vpc, "one"), group(ec2, vpc, "other")
        lists = ec2.describe_managed_prefix_lists()["PrefixLists"]
        s3 = next(entry["PrefixListId"] for entry in lists if entry["PrefixListName"].endswith(".s3"))
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "network"}],
            "UserIdGroupPairs": [{"GroupId": other, "Description": "group"}],
            "PrefixListIds": [{"PrefixListId": s3, "Description": "list"}],
        }
        made = ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=[rule])
        assert sorted(entry["Description"] for entry in made["SecurityGroupRules"]) == ["group", "list", "network"]
        found = ec2.describe_security_groups(GroupIds=[one])["SecurityGroups"][0]["IpPermissions"][0]
        peers = ("IpRanges", "UserIdGroupPairs", "PrefixListIds")
        assert [found[peer][0]["Description"] for peer in peers] == ["network", "group", "list"]

        rule["UserIdGroupPairs"][0]["Description"] = "new"
        del rule["PrefixListIds"][0]["Description"]
        change = {"GroupId": one, "IpPermissions": [rule]}
        assert ec2.update_security_group_rule_descriptions_ingress(**change)["Return"] is True
        found = ec2.describe_security_groups(GroupIds=[one])["SecurityGroups"][0]["IpPermissions"][0]
        assert [found[peer][0].get("Description") for peer in peers] == ["network", "new", None]
        missing = {"GroupId": other, "IpPermissions": [rule]}
        assert refused(ec2.update_security_group_rule_descriptions_ingress, **missing) == "InvalidPermission.NotFound"

    def test_a_rule_with_another_description_is_the_same_and_nothing_is_half_done(self, ec2, vpc):
        one, other = group(ec2, vpc, "one"), group(ec2, vpc, "other")
        known = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
        pair = [{"GroupId": other, "Description": "first"}]
        ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=[{**known, "UserIdGroupPairs": pair}])
        again = {**known, "UserIdGroupPairs": [{"GroupId": other, "Description": "second"}]}
        new = {"IpProtocol": "tcp", "FromPort": 81, "ToPort": 81, "IpRanges": ANYWHERE}
        change = {"GroupId": one, "IpPermissions": [new, again]}
        assert refused(ec2.authorize_security_group_ingress, **change) == "InvalidPermission.Duplicate"
        assert refused(ec2.revoke_security_group_ingress, **change) == "InvalidPermission.NotFound"
        rules = ec2.describe_security_groups(GroupIds=[one])["SecurityGroups"][0]["IpPermissions"]
        assert [rule["FromPort"] for rule in rules] == [80]

    def test_it_stays_while_another_refers_to_it_or_an_interface_has_it(self, ec2, vpc, subnet):
        one, other = group(ec2, vpc, "one"), group(ec2, vpc, "other")
        rule = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": one}]}
        ec2.authorize_security_group_egress(GroupId=other, IpPermissions=[rule])
        assert refused(ec2.delete_security_group, GroupId=one) == "DependencyViolation"
        ec2.revoke_security_group_egress(GroupId=other, IpPermissions=[rule])
        interface = ec2.create_network_interface(SubnetId=subnet, Groups=[one])["NetworkInterface"]
        assert refused(ec2.delete_security_group, GroupId=one) == "DependencyViolation"
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        ec2.delete_security_group(GroupId=one)


class TestEndpoint:
    S3 = "com.amazonaws.us-east-1.s3"
    LOGS = "com.amazonaws.us-east-1.logs"

    def found(self, ec2, endpoint):
        return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]

    def test_a_gateway_has_its_routes(self, ec2, vpc):
        first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _number in range(2))
        made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=self.S3, RouteTableIds=[first])["VpcEndpoint"]
        assert (made["VpcEndpointType"], made["State"], made["PrivateDnsEnabled"]) == ("Gateway", "available", False)
        assert json.loads(made["PolicyDocument"])["Version"] == "2008-10-17"

        def targets(table):
            routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
            return [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route]

        endpoint = made["VpcEndpointId"]
        assert (targets(first), targets(second)) == ([endpoint], [])
        change = {"AddRouteTableIds": [second], "RemoveRouteTableIds": [first]}
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, **change)
        assert (targets(first), targets(second)) == ([], [endpoint])
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        assert targets(second) == []
        assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []

    def test_an_interface_has_interfaces_and_names(self, ec2, vpc, subnet):
        second = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.2.0/24", AvailabilityZone="us-east-1b")["Subnet"][
            "SubnetId"
        ]
        one, other = group(ec2, vpc, "one"), group(ec2, vpc, "other")
        request = {"VpcId": vpc, "ServiceName": self.LOGS, "VpcEndpointType": "Interface"}
        made = ec2.create_vpc_endpoint(SubnetIds=[subnet], SecurityGroupIds=[one], **request)["VpcEndpoint"]
        endpoint = made["VpcEndpointId"]
        assert [self.found(ec2, endpoint)["State"] for _look in range(2)] == ["pending", "available"]
        assert refused(ec2.create_vpc_endpoint, SubnetIds=[subnet], **request) == "InvalidParameter"
        assert "logs.us-east-1.amazonaws.com" in [entry["DnsName"] for entry in made["DnsEntries"]]

        change = {"AddSubnetIds": [second], "AddSecurityGroupIds": [other], "RemoveSecurityGroupIds": [one]}
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False, **change)
        found = self.found(ec2, endpoint)
        assert sorted(found["SubnetIds"]) == sorted([subnet, second])
        assert [entry["GroupId"] for entry in found["Groups"]] == [other]
        assert found["PrivateDnsEnabled"] is False
        assert len(found["NetworkInterfaceIds"]) == 2
        ec2.delete_security_group(GroupId=one)
        assert refused(ec2.delete_security_group, GroupId=other) == "DependencyViolation"
        assert refused(ec2.delete_subnet, SubnetId=second) == "DependencyViolation"

        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        assert self.found(ec2, endpoint)["State"] == "deleting"
        assert refused(ec2.describe_vpc_endpoints, VpcEndpointIds=[endpoint]) == "InvalidVpcEndpointId.NotFound"
        ec2.delete_subnet(SubnetId=second)

    def test_what_does_not_fit_is_refused(self, ec2, vpc, subnet):
        def refusal(service, **request):
            return refused(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=service, **request)

        assert refusal("com.amazonaws.us-east-1.nothing") == "InvalidServiceName"
        assert refusal(self.LOGS, VpcEndpointType="Gateway") == "InvalidParameter"
        assert refusal(self.S3, VpcEndpointType="Gateway", SubnetIds=[subnet]) == "InvalidParameter"
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
        assert refusal(self.LOGS, VpcEndpointType="Interface", SubnetIds=[subnet]) == "InvalidParameter"
        assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
        gone = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000000000000"])["Unsuccessful"]
        assert gone[0]["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


class TestFlowLog:
    @pytest.fixture
    def request_(self, emulator, vpc):
        emulator.client("s3").create_bucket(Bucket="flow-logs")
        return {
            "ResourceType": "VPC",
            "ResourceIds": [vpc],
            "TrafficType": "ALL",
            "LogDestinationType": "s3",
            "LogDestination": "arn:aws:s3:::flow-logs/vpc",
        }

    def test_all_settings_are_shown(self, ec2, request_):
        options = {"FileFormat": "parquet", "PerHourPartition": True}
        ec2.create_flow_logs(DestinationOptions=options, MaxAggregationInterval=60, **request_)
        found = ec2.describe_flow_logs()["FlowLogs"][0]
        assert found["DestinationOptions"] == {**options, "HiveCompatiblePartitions": False}
        assert (found["MaxAggregationInterval"], found["LogDestination"]) == (60, request_["LogDestination"])

    def test_two_are_alike_when_everything_is(self, ec2, request_):
        ec2.create_flow_logs(**request_)
        assert refused(ec2.create_flow_logs, **request_) == "FlowLogAlreadyExists"
        ec2.create_flow_logs(**{**request_, "TrafficType": "REJECT"})
        assert len(ec2.describe_flow_logs()["FlowLogs"]) == 2

    def test_a_missing_bucket_is_said_in_the_answer(self, ec2, request_):
        answer = ec2.create_flow_logs(**{**request_, "LogDestination": "arn:aws:s3:::nowhere"})
        assert answer["FlowLogIds"] == []
        assert "nowhere" in answer["Unsuccessful"][0]["Error"]["Message"]
