# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.network_layout import FilterModule

network_layout = FilterModule().filters()["network_layout"]

ABSENT = {"state": "absent"}
SUBNET_IDS = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]


def layout(**changes: t.Any) -> dict[str, t.Any]:
    return network_layout(
        {
            "name": "sdt-test",
            "vpc": "sdt-test",
            "cidr": "10.7.0.0/16",
            "zones": [],
            "public_subnets": ["sdt-test-public-1", "sdt-test-public-2"],
            "private_subnets": ["sdt-test-private-1", "sdt-test-private-2"],
            "public_cidrs": [],
            "private_cidrs": [],
            "internet_gateway": "sdt-test",
            "egress_mode": "nat_per_az",
            "endpoints": {},
            "endpoint_subnets": [],
            "endpoint_groups": ["sdt-test-endpoints"],
            **changes,
        }
    )


def default_routes(parts: dict[str, t.Any]) -> dict[str, t.Any]:
    """The default route of each private table."""
    return {
        name.removeprefix("sdt-test-private-"): [route["nat_gateway"] for route in table["routes"]]
        for name, table in parts["route_tables"].items()
        if "private" in name
    }


def test_subnets_come_from_the_network() -> None:
    assert {name: options["cidr"] for name, options in layout()["subnets"].items()} == {
        "sdt-test-public-1": "10.7.1.0/24",
        "sdt-test-public-2": "10.7.2.0/24",
        "sdt-test-private-1": "10.7.10.0/24",
        "sdt-test-private-2": "10.7.11.0/24",
    }


def test_a_smaller_network_has_smaller_subnets() -> None:
    subnets = layout(cidr="10.7.0.0/22")["subnets"]
    assert [options["cidr"] for options in subnets.values()] == [
        "10.7.0.64/26",
        "10.7.0.128/26",
        "10.7.2.128/26",
        "10.7.2.192/26",
    ]


def test_networks_may_be_given() -> None:
    subnets = layout(private_cidrs=["10.7.64.0/18", "10.7.128.0/18"])["subnets"]
    assert subnets["sdt-test-private-2"]["cidr"] == "10.7.128.0/18"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"private_cidrs": ["10.7.64.0/18"]}, "2 subnets .* need as many networks, not 1"),
        ({"cidr": "10.7.0.0/26"}, "too small"),
        ({"vpc": "vpc-0a1b2c3d"}, "network_internet_gateway"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, t.Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        layout(**changes)


def test_zones_are_numbered_or_given() -> None:
    assert [options["zone_number"] for options in layout()["subnets"].values()] == [1, 2, 1, 2]
    given = layout(zones=["use1-az4", "use1-az6"])["subnets"].values()
    assert [options["availability_zone"] for options in given] == ["use1-az4", "use1-az6"] * 2


def test_a_gateway_for_each_zone() -> None:
    parts = layout(egress_mode="nat_per_az")
    assert default_routes(parts) == {"1": ["sdt-test-1"], "2": ["sdt-test-2"]}
    assert parts["nat_gateways"] == {
        "wanted": {
            "sdt-test-1": {"subnet": "sdt-test-public-1", "eip": "sdt-test-nat-1"},
            "sdt-test-2": {"subnet": "sdt-test-public-2", "eip": "sdt-test-nat-2"},
        },
        "surplus": {"sdt-test-regional": ABSENT},
    }
    assert parts["addresses"] == {"wanted": {"sdt-test-nat-1": {}, "sdt-test-nat-2": {}}, "surplus": {}}


def test_one_gateway_for_all_zones() -> None:
    parts = layout(egress_mode="nat_single")
    assert default_routes(parts) == {"1": ["sdt-test-1"], "2": ["sdt-test-1"]}
    assert parts["nat_gateways"]["surplus"] == {"sdt-test-2": ABSENT, "sdt-test-regional": ABSENT}
    assert parts["addresses"]["surplus"] == {"sdt-test-nat-2": ABSENT}


def test_a_regional_gateway() -> None:
    parts = layout(egress_mode="nat_regional")
    assert default_routes(parts) == {"1": ["sdt-test-regional"], "2": ["sdt-test-regional"]}
    assert parts["nat_gateways"]["wanted"] == {"sdt-test-regional": {"availability_mode": "regional"}}
    assert parts["addresses"]["wanted"] == {}


@pytest.mark.parametrize("mode", ["endpoints", "public_ip"])
def test_no_gateway(mode: str) -> None:
    parts = layout(egress_mode=mode)
    assert default_routes(parts) == {"1": [], "2": []}
    assert parts["nat_gateways"]["wanted"] == parts["addresses"]["wanted"] == {}


def test_endpoints_only_in_their_mode() -> None:
    wanted = layout(egress_mode="endpoints")["interface_endpoints"]
    assert sorted(options["service"] for options in wanted["wanted"].values()) == [
        "ecr.api",
        "ecr.dkr",
        "logs",
        "secretsmanager",
    ]
    assert wanted["surplus"] == {"sdt-test-ssmmessages": ABSENT, "sdt-test-xray": ABSENT}
    other = layout()["interface_endpoints"]
    assert other["wanted"] == {}
    assert len(other["surplus"]) == 6


def test_endpoints_can_be_added_and_left_out() -> None:
    settings = {"egress_mode": "endpoints", "endpoints": {"sqs": True, "xray": True, "ecr.dkr": False}}
    endpoints = layout(**settings, endpoint_subnets=["sdt-test-private-1"])["interface_endpoints"]
    assert endpoints["surplus"] == {"sdt-test-ecr.dkr": ABSENT, "sdt-test-ssmmessages": ABSENT}
    assert endpoints["wanted"]["sdt-test-sqs"]["subnets"] == ["sdt-test-private-1"]
    assert endpoints["wanted"]["sdt-test-xray"]["security_groups"] == ["sdt-test-endpoints"]


@pytest.mark.parametrize("mode", ["nat_per_az", "nat_single", "nat_regional", "endpoints", "public_ip"])
def test_every_table_leads_to_s3(mode: str) -> None:
    parts = layout(egress_mode=mode)
    assert parts["gateway_endpoints"]["sdt-test-s3"]["route_tables"] == sorted(parts["route_tables"])


def test_a_given_vpc_is_not_ours() -> None:
    parts = layout(vpc="vpc-0a1b2c3d", internet_gateway="igw-0a1b2c3d")
    assert (parts["owns_vpc"], parts["owns_internet_gateway"]) == (False, False)
    assert parts["route_tables"]["sdt-test-public"]["routes"][0]["internet_gateway"] == "igw-0a1b2c3d"


def test_given_subnets_bring_their_own_way_out() -> None:
    ids = {"public_subnets": SUBNET_IDS, "private_subnets": SUBNET_IDS}
    parts = layout(vpc="vpc-0a1b2c3d", egress_mode="endpoints", **ids)
    assert parts["subnets"] == parts["route_tables"] == parts["gateway_endpoints"] == {}
    assert parts["interface_endpoints"]["wanted"] == {}


def test_gateways_may_stand_in_given_subnets() -> None:
    parts = layout(public_subnets=SUBNET_IDS)
    assert list(parts["subnets"]) == ["sdt-test-private-1", "sdt-test-private-2"]
    assert parts["nat_gateways"]["wanted"]["sdt-test-1"]["subnet"] == SUBNET_IDS[0]
    assert sorted(parts["route_tables"]) == ["sdt-test-private-1", "sdt-test-private-2"]
