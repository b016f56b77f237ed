# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Versions as numbers, and an instance as AWS describes it."""

from __future__ import annotations

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._rds import major, numeric
from ansible_collections.sdt.infra.plugins.module_utils._rds_instance import described

INSTANCE = {
    "DBInstanceIdentifier": "database",
    "DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:database",
    "DbiResourceId": "db-ABC",
    "DBInstanceStatus": "available",
    "DBInstanceClass": "db.m5.large",
    "Engine": "postgres",
    "EngineVersion": "15.15",
    "AllocatedStorage": 100,
    "StorageEncrypted": True,
}


def test_versions_are_compared_as_numbers() -> None:
    ordered = ["15", "15.9", "15.10", "15.10-rds.20260506", "16", "16.1"]
    assert sorted(reversed(ordered), key=numeric) == ordered


@pytest.mark.parametrize(
    ("engine", "version", "expected"),
    [("postgres", "15.4", "15"), ("postgres", "15", "15"), ("mysql", "8.0.36", "8.0"), ("mariadb", "10.11.6", "10.11")],
)
def test_major_versions(engine: str, version: str, expected: str) -> None:
    assert major(engine, version) == expected


def test_what_aws_leaves_out() -> None:
    state = described(INSTANCE)
    assert state["address"] is None and state["port"] is None and state["source"] is None
    assert state["log_exports"] == [] and state["security_groups"] == [] and state["replicas"] == []
    assert state["max_allocated_storage"] == 0 and state["tags"] == {} and state["pending_changes"] == {}
    assert state["manage_master_user_password"] is False


def test_what_waits_counts_as_made() -> None:
    state = described(
        {
            **INSTANCE,
            "PendingModifiedValues": {
                "DBInstanceClass": "db.r5.large",
                "AllocatedStorage": 100,
                "MasterUserPassword": "****",
                "PendingCloudwatchLogsExports": {"LogTypesToEnable": ["upgrade"], "LogTypesToDisable": ["postgresql"]},
            },
            "EnabledCloudwatchLogsExports": ["postgresql"],
        }
    )
    assert state["instance_class"] == "db.r5.large"
    assert state["pending_changes"] == {"instance_class": {"now": "db.m5.large", "then": "db.r5.large"}}
    assert state["log_exports"] == ["upgrade"]


@pytest.mark.parametrize(("limit", "expected"), [(300, 300), (100, 0), (50, 0)])
def test_a_limit_that_is_reached_is_none(limit: int, expected: int) -> None:
    assert described({**INSTANCE, "MaxAllocatedStorage": limit})["max_allocated_storage"] == expected


def test_a_limit_is_compared_with_the_storage_that_comes() -> None:
    pending = {"AllocatedStorage": 300}
    state = described({**INSTANCE, "MaxAllocatedStorage": 300, "PendingModifiedValues": pending})
    assert state["allocated_storage"] == 300 and state["max_allocated_storage"] == 0


def test_groups_on_their_way_out_do_not_count() -> None:
    groups = [
        {"VpcSecurityGroupId": "sg-2", "Status": "adding"},
        {"VpcSecurityGroupId": "sg-1", "Status": "removing"},
        {"VpcSecurityGroupId": "sg-0", "Status": "active"},
    ]
    assert described({**INSTANCE, "VpcSecurityGroups": groups})["security_groups"] == ["sg-0", "sg-2"]
