# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of the EC2 modules: sets that refer to each other, what is just going, refusals."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

VPC = {"name": "test", "cidr": "10.9.0.0/16"}


class Account:
    """Calls modules in an account with a VPC called test, and looks at what they made."""

    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        self.ec2 = emulator.client("ec2")
        self("ec2_vpc", **VPC)

    def __call__(self, module: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        if module not in ("ec2_vpc", "ec2_internet_gateway", "ec2_eip", "logs_log_group", "iam_role"):
            options = {"vpc": "test", **options}
        return run_module(self.emulator.url, module, options, check=check)

    def writes(self) -> list[str]:
        return [call["operation"] for call in self.emulator.mutations()]

    def subnets(self) -> None:
        zones = {
            "test-1": {"cidr": "10.9.1.0/24", "zone_number": 1},
            "test-2": {"cidr": "10.9.2.0/24", "zone_number": 2},
        }
        self("ec2_subnet", each=zones)

    def with_nat_gateway(self) -> None:
        self.subnets()
        self("ec2_internet_gateway", name="test", vpc="test")
        self("ec2_eip", name="test-nat")
        self("ec2_nat_gateway", name="test", subnet="test-1", eip="test-nat")


@pytest.fixture
def account(emulator: t.Any) -> Account:
    return Account(emulator)


# Sets


def test_groups_of_one_call_may_refer_to_each_other(account: Account) -> None:
    each = {
        "one": {"ingress": [{"port": 80, "group": "two"}], "egress": [{"port": 81, "group": "two"}]},
        "two": {"ingress": [{"port": 81, "group": "one"}], "egress": [{"port": 80, "group": "one"}]},
    }
    preview = account("ec2_security_group", check=True, each=each)
    made = account("ec2_security_group", each=each)
    assert preview["diff"] == made["diff"]
    assert made["resources"]["one"]["ingress"][0]["group"] == "two"
    account.emulator.clear()
    assert not account("ec2_security_group", each=each)["changed"]
    assert len(account.emulator.requests()) == 2

    gone = account("ec2_security_group", each={"one": {}, "two": {}}, state="absent")
    assert [action["name"] for action in gone["actions"]] == ["two", "one"]


def test_a_set_is_read_in_one_request(account: Account) -> None:
    account.subnets()
    account.emulator.clear()
    account.subnets()
    assert [call["operation"] for call in account.emulator.requests()] == ["DescribeVpcs", "DescribeSubnets"]


def test_a_subnet_moves_between_the_tables_of_one_call_in_one_step(account: Account) -> None:
    account.subnets()
    account("ec2_route_table", each={"one": {"subnets": ["test-1", "test-2"]}, "two": {"subnets": []}})
    moved = {"two": {"subnets": ["test-2"]}, "one": {"subnets": ["test-1"]}}
    preview = account("ec2_route_table", check=True, each=moved)
    account.emulator.clear()
    done = account("ec2_route_table", each=moved)
    assert preview["actions"] == done["actions"]
    assert account.writes() == ["ReplaceRouteTableAssociation"]


def test_a_changed_target_is_replaced_in_place(account: Account) -> None:
    account.with_nat_gateway()
    table = {"name": "one", "routes": [{"destination": "0.0.0.0/0", "internet_gateway": "test"}]}
    account("ec2_route_table", **table)
    account.emulator.clear()
    account("ec2_route_table", **{**table, "routes": [{"destination": "0.0.0.0/0", "nat_gateway": "test"}]})
    assert account.writes() == ["ReplaceRoute"]


def test_routes_of_aws_are_left_alone(account: Account) -> None:
    account("ec2_route_table", name="one", routes=[])
    account("ec2_vpc_endpoint", name="s3", service="s3", type="Gateway", route_tables=["one"])
    account.emulator.clear()
    assert not account("ec2_route_table", name="one", routes=[])["changed"]


# Rules


def test_a_description_is_changed_in_place_and_new_rules_come_before_old_ones_go(account: Account) -> None:
    rule = {"port": 80, "cidr": "10.0.0.0/8", "description": "old"}
    account("ec2_security_group", name="one", ingress=[rule, {"port": 81, "cidr": "10.0.0.0/8"}])
    account.emulator.clear()
    wanted = [{**rule, "description": "new"}, {"port": 82, "cidr": "10.0.0.0/8"}]
    account("ec2_security_group", name="one", ingress=wanted)
    assert account.writes() == [
        "AuthorizeSecurityGroupIngress",
        "UpdateSecurityGroupRuleDescriptionsIngress",
        "RevokeSecurityGroupIngress",
    ]


def test_rules_may_only_be_added(account: Account) -> None:
    first, second = {"port": 80, "cidr": "10.0.0.0/8"}, {"port": 81, "cidr": "10.0.0.0/8"}
    account("ec2_security_group", name="one", ingress=[first])
    done = account("ec2_security_group", name="one", ingress=[second], purge_rules=False)
    assert [rule["from_port"] for rule in done["security_group"]["ingress"]] == [80, 81]
    assert not account("ec2_security_group", name="one", ingress=[first], purge_rules=False)["changed"]


def test_the_default_group_is_emptied_and_kept(account: Account) -> None:
    empty = {"name": "default", "ingress": [], "egress": []}
    done = account("ec2_security_group", **empty)
    assert done["actions"][0]["action"] == "update"
    assert not account("ec2_security_group", **empty)["changed"]
    with pytest.raises(ModuleFailed, match="empty it instead"):
        account("ec2_security_group", check=True, name="default", state="absent")


def test_the_default_group_of_a_vpc_to_come_is_previewed(account: Account) -> None:
    preview = account("ec2_security_group", check=True, vpc="to-come", name="default", ingress=[], egress=[])
    assert preview["actions"] == [
        {
            "action": "update",
            "kind": "security_group",
            "name": "default",
            "fields": ["egress", "ingress"],
            "effects": [],
        }
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"port": 80}, "exactly one of cidr, group and prefix_list"),
        ({"cidr": "10.0.0.0/8"}, "port, or from_port and to_port"),
        ({"port": 80, "cidr": "10.0.0/8"}, "is not a network"),
        ({"port": 80, "cidr": "10.0.0.0/8", "description": "naïve"}, "refused by AWS"),
        ({"port": 80, "prefix_list": "nothing"}, "0 prefix lists are called nothing"),
    ],
)
def test_an_impossible_rule_is_refused_in_check_mode(account: Account, rule: dict, said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        account("ec2_security_group", check=True, name="one", ingress=[rule])


def test_a_group_nobody_knows_is_named(account: Account) -> None:
    with pytest.raises(ModuleFailed, match="security group nobody does not exist"):
        account("ec2_security_group", name="one", ingress=[{"port": 80, "group": "nobody"}])


# What is just going


def test_an_address_is_released_when_its_gateway_is_gone(account: Account) -> None:
    account.with_nat_gateway()
    account("ec2_nat_gateway", name="test", state="absent", wait=False)
    done = account("ec2_eip", name="test-nat", state="absent", wait=False, check=True)
    assert done["changed"]
    with pytest.raises(ModuleFailed, match="still in use"):
        account("ec2_eip", name="test-nat", state="absent", wait=False)
    # The gateway that is going counts as gone already; the next call only waits for it.
    assert not account("ec2_nat_gateway", name="test", state="absent")["changed"]
    assert account("ec2_eip", name="test-nat", state="absent")["changed"]


def test_a_new_gateway_waits_for_the_old_one_of_its_name(account: Account) -> None:
    account.with_nat_gateway()
    account("ec2_nat_gateway", name="test", state="absent", wait=False)
    again = {"name": "test", "subnet": "test-1", "eip": "test-nat"}
    assert account("ec2_nat_gateway", check=True, **again)["actions"][0]["action"] == "create"
    assert account("ec2_nat_gateway", **again)["nat_gateway"]["status"] == "available"


def test_a_gateway_that_fails_says_why_and_does_not_stand_in_the_way(account: Account) -> None:
    account.subnets()
    account("ec2_eip", name="test-nat")
    wanted = {"name": "test", "subnet": "test-1", "eip": "test-nat"}
    with pytest.raises(ModuleFailed, match="has no Internet gateway attached"):
        account("ec2_nat_gateway", **wanted)
    account("ec2_internet_gateway", name="test", vpc="test")
    assert account("ec2_nat_gateway", **wanted)["actions"][0]["action"] == "create"


def test_what_is_in_use_is_not_deleted_and_named(account: Account) -> None:
    account.subnets()
    subnet = account.ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["test-1"]}])["Subnets"][0]
    account.ec2.create_network_interface(SubnetId=subnet["SubnetId"])
    with pytest.raises(ModuleFailed, match=r"subnet test-1.*Something still uses it"):
        account("ec2_subnet", name="test-1", state="absent", wait=False)


def test_a_half_made_internet_gateway_is_attached_or_removed(account: Account) -> None:
    named = {"ResourceType": "internet-gateway", "Tags": [{"Key": "Name", "Value": "test"}]}
    account.ec2.create_internet_gateway(TagSpecifications=[named])
    assert account("ec2_internet_gateway", name="test", vpc="test")["actions"][0]["action"] == "update"
    assert account("ec2_internet_gateway", name="test", state="absent")["changed"]
    assert not account("ec2_internet_gateway", name="test", state="absent")["changed"]


@pytest.mark.parametrize(
    "module",
    ["ec2_subnet", "ec2_nat_gateway", "ec2_route_table", "ec2_security_group", "ec2_vpc_endpoint", "ec2_flow_log"],
)
def test_in_a_vpc_that_is_gone_nothing_is_left_to_remove(account: Account, module: str) -> None:
    assert not account(module, vpc="gone", name="one", state="absent")["changed"]
    with pytest.raises(ModuleFailed, match="vpc gone does not exist"):
        needed = {"ec2_subnet": {"cidr": "10.9.1.0/24"}, "ec2_vpc_endpoint": {"service": "s3"}}
        account(module, vpc="gone", name="one", **{"ec2_flow_log": {"destination": "x"}, **needed}.get(module, {}))


# The rest


def test_a_zone_the_region_does_not_have(account: Account) -> None:
    with pytest.raises(ModuleFailed, match=r"zone number 9, but us-east-1 has 6 zones: us-east-1a"):
        account("ec2_subnet", name="one", cidr="10.9.1.0/24", zone_number=9)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "needs eip and subnet"),
        ({"connectivity_type": "private"}, "needs subnet"),
        ({"subnet": "test-1"}, "needs eip"),
    ],
)
def test_a_nat_gateway_says_what_it_needs(account: Account, options: dict, said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        account("ec2_nat_gateway", check=True, name="one", **options)


def test_an_endpoint_takes_what_fits_its_type(account: Account) -> None:
    with pytest.raises(ModuleFailed, match="of type Gateway; subnets is for Interface"):
        account("ec2_vpc_endpoint", check=True, name="s3", service="s3", type="Gateway", subnets=["one"])


def test_two_of_one_name_are_refused(account: Account) -> None:
    for _number in range(2):
        table = account.ec2.create_route_table(VpcId=account.ec2.describe_vpcs()["Vpcs"][-1]["VpcId"])["RouteTable"]
        account.ec2.create_tags(Resources=[table["RouteTableId"]], Tags=[{"Key": "Name", "Value": "one"}])
    with pytest.raises(ModuleFailed, match="2 resources of kind route table carry the Name tag one"):
        account("ec2_route_table", name="one", state="absent")


# Flow logs


@pytest.fixture
def flow_log(account: Account) -> dict[str, t.Any]:
    account.emulator.client("s3").create_bucket(Bucket="flow-logs")
    return {"name": "test", "destination": "flow-logs/vpc"}


def flow_logs(account: Account) -> list[dict[str, t.Any]]:
    return account.ec2.describe_flow_logs()["FlowLogs"]


def test_a_new_flow_log_starts_before_the_old_one_ends(account: Account, flow_log: dict) -> None:
    account("ec2_flow_log", **flow_log)
    account.emulator.clear()
    done = account("ec2_flow_log", **flow_log, aggregation_interval=60)
    assert account.writes() == ["CreateFlowLogs", "DeleteFlowLogs"]
    assert done["actions"][0]["action"] == "replace"
    assert done["flow_log"]["file_format"] == "parquet"
    assert done["flow_log"]["destination"] == "arn:aws:s3:::flow-logs/vpc"
    assert len(flow_logs(account)) == 1


def test_an_interrupted_replacement_is_finished(account: Account, flow_log: dict) -> None:
    account("ec2_flow_log", **flow_log, traffic_type="REJECT")
    first = flow_logs(account)[0]
    account.ec2.delete_tags(Resources=[first["FlowLogId"]], Tags=[{"Key": "Name"}])
    account("ec2_flow_log", **flow_log)
    account.ec2.create_tags(Resources=[first["FlowLogId"]], Tags=[{"Key": "Name", "Value": "test"}])

    preview = account("ec2_flow_log", check=True, **flow_log)
    done = account("ec2_flow_log", **flow_log)
    assert preview["actions"] == done["actions"]
    assert [log["TrafficType"] for log in flow_logs(account)] == ["ALL"]
    assert not account("ec2_flow_log", **flow_log)["changed"]


def test_what_aws_refuses_within_its_answer_is_a_failure(account: Account) -> None:
    with pytest.raises(ModuleFailed, match="nowhere"):
        account("ec2_flow_log", name="test", destination="nowhere")
    assert flow_logs(account) == []


def test_a_log_group_needs_a_role(account: Account) -> None:
    with pytest.raises(ModuleFailed, match="needs role"):
        account("ec2_flow_log", check=True, name="test", destination_type="cloud-watch-logs", destination="/vpc/test")
