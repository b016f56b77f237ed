# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter import service_groups as by_service
from ansible_collections.sdt.infra.plugins.filter import shared_groups as by_kind

service_groups = by_service.FilterModule().filters()["service_groups"]
shared_groups = by_kind.FilterModule().filters()["shared_groups"]

HOSTVARS: dict[str, dict[str, t.Any]] = {
    "auth": {"service_port": 3001, "service_database": True},
    "submission": {"service_port": 3003, "service_database": True, "service_calls": ["sandbox"]},
    "sandbox": {"service_port": 3004, "service_public": False},
    "network": {},
}
SERVICES = ["auth", "submission", "sandbox"]


def groups(**options: t.Any) -> dict[str, t.Any]:
    return service_groups(SERVICES, HOSTVARS, name="p", **options)


def peers(rules: list[dict[str, t.Any]]) -> set[tuple[int, str]]:
    return {(rule["port"], rule.get("group") or rule.get("cidr") or rule["prefix_list"]) for rule in rules}


def test_a_group_for_everything() -> None:
    assert sorted(groups()) == ["p-alb", "p-auth", "p-database", "p-endpoints", "p-sandbox", "p-submission"]


def test_the_load_balancer_reaches_public_services_only() -> None:
    alb = groups()["p-alb"]
    assert peers(alb["ingress"]) == {(80, "0.0.0.0/0"), (443, "0.0.0.0/0")}
    assert peers(alb["egress"]) == {(3001, "p-auth"), (3003, "p-submission")}


def test_users_may_be_networks_or_prefix_lists() -> None:
    alb = groups(alb_cidrs=["192.0.2.0/24", "com.amazonaws.global.cloudfront.origin-facing"])["p-alb"]
    assert (443, "192.0.2.0/24") in peers(alb["ingress"])
    assert next(rule for rule in alb["ingress"] if "prefix_list" in rule)["port"] == 80


def test_the_database_is_reached_by_those_that_use_it() -> None:
    database = groups(database_port=5433)["p-database"]
    assert peers(database["ingress"]) == {(5433, "p-auth"), (5433, "p-submission")}
    assert database["egress"] == []


def test_the_sandbox_is_reached_by_its_caller_only() -> None:
    sandbox = groups()["p-sandbox"]
    assert peers(sandbox["ingress"]) == {(3004, "p-submission")}
    assert peers(sandbox["egress"]) == {(443, "0.0.0.0/0")}


def test_a_service_reaches_what_it_calls() -> None:
    assert peers(groups()["p-submission"]["egress"]) == {
        (443, "0.0.0.0/0"),
        (3004, "p-sandbox"),
        (5432, "p-database"),
    }


def test_every_service_reaches_the_endpoints() -> None:
    assert peers(groups()["p-endpoints"]["ingress"]) == {(443, "p-auth"), (443, "p-submission"), (443, "p-sandbox")}


def test_every_rule_between_groups_has_its_other_end() -> None:
    every = groups()
    for name, group in every.items():
        for rule in group["egress"]:
            if "group" in rule:
                assert (rule["port"], name) in peers(every[rule["group"]]["ingress"])


def test_one_service_alone_adds_only_its_own_rules() -> None:
    parts = groups(only="submission")
    assert parts["own"] == {"p-submission": groups()["p-submission"]}
    others = {name: {way: peers(rules) for way, rules in given.items()} for name, given in parts["others"].items()}
    assert others == {
        "p-alb": {"egress": {(3003, "p-submission")}},
        "p-database": {"ingress": {(5432, "p-submission")}},
        "p-endpoints": {"ingress": {(443, "p-submission")}},
        "p-sandbox": {"ingress": {(3004, "p-submission")}},
    }


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"service_calls": ["nobody"], "service_port": 1}, "calls nobody, which is no service"),
        ({}, "no service_port"),
    ],
)
def test_what_cannot_be_is_refused(variables: dict[str, t.Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        service_groups(["auth"], {"auth": variables}, name="p")


def test_no_group_has_more_rules_than_aws_allows() -> None:
    names = [f"s{number}" for number in range(130)]
    hostvars = {
        name: {"service_port": 3000, "service_database": True, "service_calls": ["s1"] if name == "s129" else []}
        for name in names
    }
    found = service_groups(names, hostvars, name="p")
    assert [name for name in found if not name.startswith("p-s")] == [
        *shared_groups(names, "p-alb"),
        *shared_groups(names, "p-database"),
        *shared_groups(names, "p-endpoints"),
    ]
    assert shared_groups(names, "p-alb") == ["p-alb", "p-alb-2", "p-alb-3"]
    assert all(len(group[way]) <= 60 for group in found.values() for way in ("ingress", "egress"))
    # Each service is let in by the group that lets it out, and the other way round.
    assert (5432, "p-s129") in peers(found["p-database-3"]["ingress"])
    assert (5432, "p-database-3") in peers(found["p-s129"]["egress"])
    assert (3000, "p-alb-2") in peers(found["p-s50"]["ingress"])
    assert (3000, "p-s50") in peers(found["p-alb-2"]["egress"])
    # Users reach the load balancer, whichever of its groups lets it reach the service.
    assert [len(found[group]["ingress"]) for group in shared_groups(names, "p-alb")] == [2, 0, 0]
