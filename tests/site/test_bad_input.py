# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What cannot be right is refused with one clear message: before anything is asked, or before anything is written."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from runs import ROOT
from walks import broken, edited, operations, site

# What breaks a rule; tests/unit/plugins/plugin_utils/test_inventory_rules.py tries them without Ansible's ways.
BROKEN_RULES = yaml.safe_load((ROOT / "tests" / "site" / "bad_inventories.yml").read_text())

BAD = {
    "unknown variable of a role": (
        {"network_egres_mode": "endpoints"},
        {},
        ["network_egres_mode is not a variable of role network", "Did you mean network_egress_mode?"],
    ),
    "unknown shared variable": (
        {"platform_log_retention": 30},
        {},
        ["platform_log_retention is not a variable of the inventory", "Did you mean platform_log_retention_days?"],
    ),
    "unknown variable of a service": (
        {},
        {"auth-service": {"service_memmory": 512}},
        ["service_memmory", "Did you mean service_memory?", "(on auth-service)"],
    ),
    "text instead of a number": (
        {},
        {"auth-service": {"service_max_tasks": "many"}},
        ["service_max_tasks", "own.yml", "int", "(on auth-service)"],
    ),
    "text instead of a list": ({"network_zones": {"a": 1}}, {}, ["network_zones", "list"]),
    "neither yes nor no": ({"rds_multi_az": "perhaps"}, {}, ["rds_multi_az", "bool"]),
    "an impossible choice": ({"network_egress_mode": "pigeon"}, {}, ["network_egress_mode", "nat_per_az", "pigeon"]),
    "days CloudWatch does not know": ({"platform_log_retention_days": 31}, {}, ["platform_log_retention_days", "30"]),
    "a template without its variable": ({"platform_domain": "{{ nowhere }}"}, {}, ["platform_domain", "nowhere"]),
}


def refused(emulator: t.Any, inventory: str, *arguments: str) -> str:
    """The one message of a run that is refused; no request was sent."""
    run = site(emulator, inventory, *arguments)
    assert run.returncode != 0
    assert len(run.failures) == 1, run.failures
    assert "Traceback" not in run.output
    return run.failures[0]


@pytest.mark.parametrize(("variables", "hosts", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_told_by_name_and_sends_nothing(
    emulator: t.Any,
    tmp_path: pathlib.Path,
    variables: dict[str, t.Any],
    hosts: dict[str, dict[str, t.Any]],
    said: list[str],
) -> None:
    message = refused(emulator, edited(tmp_path, "dev", variables, hosts), "--limit", "static-assets")
    assert [part for part in said if part not in message] == []
    assert emulator.requests() == []


def test_everything_wrong_is_told_at_once(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    wrong = {
        "network_cird": "10.0.0.0/16",
        "rds_multi_az": "x",
        "alb_scheme": "outside",
        "rds_backup_retention_days": 40,
    }
    message = refused(emulator, edited(tmp_path, "dev", wrong, {"auth-service": {"service_memory": 8192}}))
    assert [name for name in (*wrong, "service_memory") if name not in message] == []
    assert emulator.requests() == []


@pytest.mark.long
@pytest.mark.parametrize("rule", BROKEN_RULES)
def test_a_broken_rule_is_told_and_sends_nothing(emulator: t.Any, tmp_path: pathlib.Path, rule: str) -> None:
    bad = BROKEN_RULES[rule]
    message = refused(emulator, broken(tmp_path, bad))
    assert [part for part in bad["said"] if str(part) not in message] == []
    assert emulator.requests() == []


def test_a_wrong_value_of_another_host_is_refused_whatever_the_limit(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", hosts={"user-uploads": {"s3_versioning": "sometimes"}})
    assert "s3_versioning" in refused(emulator, inventory, "--limit", "auth-service")
    assert emulator.requests() == []


def test_another_account_is_refused_after_asking_only_who_it_is(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(tmp_path, "dev", {"platform_account_id": "999999999999"})
    message = refused(emulator, inventory)
    assert "999999999999" in message and "123456789012" in message
    assert {(call["service"], call["operation"]) for call in emulator.requests()} == {("sts", "GetCallerIdentity")}


def test_what_only_aws_knows_stops_it_before_anything_is_written(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    wrong = {
        "rds_read_replica": True,
        "rds_replica_class": "db.t4g.16xlarge",
        "rds_ca_certificate": "rds-ca-2015",
        "rds_parameters": {"log_statement": "everything"},
        "alb_ssl_policy": "ELBSecurityPolicy-2099",
    }
    message = refused(emulator, edited(tmp_path, "dev", wrong))
    assert "Nothing was touched" in message
    assert [name for name in list(wrong)[1:] if name not in message] == []
    assert operations(emulator) == []
