# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pathlib
import re

import pytest
from ansible_collections.sdt.infra.plugins.action import validate_inventory

SPECS = {
    "network": {
        "network_cidr": {"type": "str"},
        "network_egress_mode": {"type": "str", "choices": ["nat_single", "endpoints"]},
        "network_flow_logs": {"type": "bool"},
    },
    "platform": {"platform_log_retention_days": {"type": "int", "choices": [1, 30]}},
    "ecs": {},
    "ecs_platform": {
        "ecs_platform_services": {
            "type": "list",
            "elements": "dict",
            "options": {"name": {"type": "str", "required": True}, "port": {"type": "int"}},
        }
    },
    "service": {},
}


def errors(**variables: object) -> list[str]:
    return list(validate_inventory.host_errors(variables, SPECS))


def test_a_good_inventory_has_no_errors() -> None:
    assert errors(network_cidr="10.0.0.0/16", network_flow_logs="yes", platform_log_retention_days=30, other="x") == []


def test_an_unknown_variable_is_told_with_the_nearest_known_one() -> None:
    assert errors(network_egres_mode="endpoints") == [
        "network_egres_mode is not a variable of role network. Did you mean network_egress_mode?"
    ]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"network_flow_logs": "perhaps"}, "network_flow_logs.*bool"),
        ({"network_egress_mode": "carrier pigeon"}, "network_egress_mode.*nat_single"),
        ({"platform_log_retention_days": 31}, "platform_log_retention_days.*must be one of"),
        ({"ecs_platform_services": [{"port": "many", "name": "x"}]}, "ecs_platform_services.*int"),
        ({"ecs_platform_services": [{"port": 1}]}, "ecs_platform_services.*missing required.*name"),
    ],
)
def test_a_bad_value_is_told_by_name(variables: dict, said: str) -> None:
    found = errors(**variables)
    assert len(found) == 1
    assert re.search(said, found[0])


def test_everything_is_told_at_once() -> None:
    assert len(errors(network_egress_mode="x", network_flow_logs="x", platform_log_retention_days=31, service_x=1)) == 4


def test_the_longest_prefix_owns_a_variable() -> None:
    assert errors(ecs_platform_servces=[]) == [
        "ecs_platform_servces is not a variable of role ecs_platform. Did you mean ecs_platform_services?"
    ]


def test_the_roles_of_the_collection_are_read() -> None:
    specs = validate_inventory.specifications()
    assert specs["platform"]["platform_environment"]["type"] == "str"
    assert specs["service"]["service_port"]["type"] == "int"
    assert "account_state" in specs["account"]


ROLE = """
argument_specs:
  main:
    options:
      network_mask:
        type: int
        aliases: [network_bits]
        deprecated_aliases: [{name: network_bits, version: 2.0.0, collection_name: sdt.infra}]
"""


def test_a_former_name_is_told_and_checked_like_the_new_one(tmp_path: pathlib.Path) -> None:
    (tmp_path / "network" / "meta").mkdir(parents=True)
    (tmp_path / "network" / "meta" / "argument_specs.yml").write_text(ROLE)
    specs = validate_inventory.specifications(tmp_path)
    former = dict(validate_inventory.former_names({"network_bits": 24, "network_mask": "x"}, specs))
    assert {name: (now["option"], now["version"]) for name, now in former.items()} == {
        "network_bits": ("network_mask", "2.0.0")
    }
    assert list(validate_inventory.host_errors({"network_bits": 24}, specs)) == []
    assert "network_bits" in next(iter(validate_inventory.host_errors({"network_bits": "x"}, specs)))
