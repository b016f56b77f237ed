# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.maintenance_rules import maintenance_rules

HOSTS: dict[str, dict[str, t.Any]] = {
    "auth": {"alb_service_target_group": "auth-group"},
    "root": {"alb_service_target_group": "root-group", "service_path": "/"},
    "sandbox": {"service_public": False},
}


def rules(**options: t.Any) -> dict[str, dict[str, t.Any]]:
    return maintenance_rules(list(HOSTS), hostvars=HOSTS, name="sdt", vpc="sdt", **options)


def present(given: dict[str, dict[str, t.Any]]) -> list[str]:
    return [name for name, options in given.items() if options.get("state") != "absent"]


def test_everybody_gets_the_page() -> None:
    made = rules(answer="sdt-maintenance")
    assert present(made) == ["maintenance"] and len(made) == 9
    assert made["maintenance"]["action"] == {"forward": {"target_groups": [{"target_group": "sdt-maintenance"}]}}
    assert made["maintenance"]["priority"] == 9 and made["maintenance"]["conditions"] == {"path": ["/*"]}


def test_some_are_let_through_to_each_public_service() -> None:
    networks = [f"192.0.2.{number}/32" for number in range(4)]
    made = rules(answer="x", allow=networks)
    assert present(made) == ["maintenance-1", "maintenance-2", "maintenance-3", "maintenance"]
    assert made["maintenance-1"]["conditions"] == {"path": ["/auth", "/auth/*"], "source_ip": networks[:3]}
    assert made["maintenance-2"]["conditions"]["source_ip"] == networks[3:]
    assert made["maintenance-3"]["conditions"] == {"path": ["/*"], "source_ip": networks}
    assert made["maintenance-3"]["action"] == {"forward": {"target_groups": [{"target_group": "root-group"}]}}
    assert [made[f"maintenance-{number}"]["priority"] for number in (1, 2, 3)] == [1, 2, 3]


def test_the_end_of_it_removes_every_rule() -> None:
    assert present(rules(allow=["192.0.2.0/24"])) == [] and len(rules()) == 9


def test_what_a_load_balancer_does_not_take_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="there is room for 8"):
        rules(answer="x", allow=[f"192.0.2.{number}/32" for number in range(20)])
