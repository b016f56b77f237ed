# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An environment Terraform has built is taken over with a map of names; what holds data or addresses stays the same."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from runs import ROOT, SERVICES, Action, register_images
from walks import edited, nothing_to_do, operations, site

from emulator import terraform

NAMES = yaml.safe_load((pathlib.Path(__file__).parent / "terraform_names.yml").read_text())
ADOPT = ("-e", "adopt=true")

# service, operation, result, what tells one that was made anew from the one that was there
LASTING = (
    ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId"),
    ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    ("rds", "describe_db_instances", "DBInstances", "DbiResourceId"),
    ("s3", "list_buckets", "Buckets", "CreationDate"),
    ("ecr", "describe_repositories", "repositories", "createdAt"),
    ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    ("logs", "describe_log_groups", "logGroups", "creationTime"),
)
# AWS cannot change them: another revision comes after a task definition, another flow log in the place of one.
MADE_ANEW = {("replace", "flow_log"), ("replace", "task_definition")}


def others(actions: t.Iterable[Action]) -> set[tuple[str, str]]:
    """(action, kind) of what is neither created nor updated."""
    return {(action, kind) for _host, action, kind, _name in actions if action not in ("create", "update")}


def lasting(emulator: t.Any) -> set[str]:
    """What must be the same thing afterwards, not one of the same name."""
    found = set()
    for service, operation, result, identity in LASTING:
        for one in getattr(emulator.client(service), operation)()[result]:
            name = next((one[key] for key in ("Name", "logGroupName", "repositoryName") if key in one), "")
            found.add(f"{result} {name} {one[identity]}")
    return found


def hosts(names: dict[str, dict[str, t.Any]]) -> dict[str, dict[str, t.Any]]:
    """The variables of each host; what stands under services is for each of them."""
    own = {service: {**names["services"], **names.get(service, {})} for service in SERVICES}
    return {**{name: values for name, values in names.items() if name != "services"}, **own}


@pytest.mark.long
@pytest.mark.skipif(terraform.missing() is not None, reason=str(terraform.missing()))
def test_production_of_terraform_is_taken_over(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    terraform.Workspace(
        ROOT / "benchmarks" / "terraform",
        tmp_path / "terraform",
        emulator.url,
        "-var-file=prod.tfvars",
        "-var=emulator=true",
        "-var=frontend_access_token=ghp_0123456789",
    ).apply()
    register_images(emulator, "sdt-prod", tag="1.0.0")
    before = lasting(emulator)
    inventory = edited(tmp_path, "prod", hosts=hosts(NAMES))

    emulator.clear()
    planned = site(emulator, inventory, "--check", *ADOPT).must_succeed()
    assert operations(emulator) == []
    assert others(planned.previewed) <= MADE_ANEW
    for field in ("create vpc sdt-prod", "create bucket", "create database sdt-prod-postgres"):
        assert not any(one.startswith(field) for one in planned.fields), field

    refused = site(emulator, inventory)
    assert "belongs to somebody else" in refused.failures[-1] and "adopt=true" in refused.failures[-1]
    assert before == lasting(emulator)
    done = site(emulator, inventory, *ADOPT).must_succeed()
    assert others(done.actions) <= MADE_ANEW
    assert before <= lasting(emulator)
    nothing_to_do(emulator, inventory)
