# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""An RDS instance as AWS describes it, in the terms of our options."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State

# Options that AWS calls the same when it creates, changes and describes an instance.
SAME = {
    "allocated_storage": "AllocatedStorage",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "backup_retention_days": "BackupRetentionPeriod",
    "backup_window": "PreferredBackupWindow",
    "ca_certificate": "CACertificateIdentifier",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "database_insights_mode": "DatabaseInsightsMode",
    "deletion_protection": "DeletionProtection",
    "engine_lifecycle_support": "EngineLifecycleSupport",
    "engine_version": "EngineVersion",
    "instance_class": "DBInstanceClass",
    "iops": "Iops",
    "maintenance_window": "PreferredMaintenanceWindow",
    "monitoring_interval": "MonitoringInterval",
    "monitoring_role": "MonitoringRoleArn",
    "multi_az": "MultiAZ",
    "network_type": "NetworkType",
    "performance_insights_retention_days": "PerformanceInsightsRetentionPeriod",
    "publicly_accessible": "PubliclyAccessible",
    "storage_throughput": "StorageThroughput",
    "storage_type": "StorageType",
}
# What PendingModifiedValues may hold.
QUEUED = {
    **{
        option: SAME[option]
        for option in (
            "allocated_storage",
            "backup_retention_days",
            "ca_certificate",
            "engine_version",
            "instance_class",
            "iops",
            "multi_az",
            "storage_throughput",
            "storage_type",
        )
    },
    "iam_authentication": "IAMDatabaseAuthenticationEnabled",
    "port": "Port",
}


def described(instance: dict[str, t.Any]) -> State:
    """The whole state; a setting that waits for the maintenance window counts as it will be then."""
    now = running(instance)
    then = _pending(instance, now)
    if now["max_allocated_storage"] <= then.get("allocated_storage", now["allocated_storage"]):
        now["max_allocated_storage"] = 0  # a limit that is reached is none
    return {
        "name": instance["DBInstanceIdentifier"],
        "arn": instance["DBInstanceArn"],
        "resource_id": instance["DbiResourceId"],
        "status": instance["DBInstanceStatus"],
        "address": instance.get("Endpoint", {}).get("Address"),
        "replicas": sorted(instance.get("ReadReplicaDBInstanceIdentifiers", [])),
        "managed_secret_arn": instance.get("MasterUserSecret", {}).get("SecretArn"),
        "tags": _tags.from_list(instance.get("TagList")),
        **now,
        **then,
        "pending_changes": {option: {"now": now[option], "then": value} for option, value in then.items()},
        "pending_reboot": [
            group["DBParameterGroupName"]
            for group in instance.get("DBParameterGroups", [])
            if group["ParameterApplyStatus"] == "pending-reboot"
        ],
    }


def running(instance: dict[str, t.Any]) -> State:
    """What runs, in the terms of the options."""
    groups = instance.get("DBParameterGroups", [])
    return {
        **{option: instance.get(name) for option, name in SAME.items()},
        "backup_window": (instance.get("PreferredBackupWindow") or "").lower(),
        "maintenance_window": (instance.get("PreferredMaintenanceWindow") or "").lower(),
        "availability_zone": instance.get("AvailabilityZone"),
        "database_name": instance.get("DBName"),
        "deletion_protection": instance.get("DeletionProtection", False),
        "engine": instance["Engine"],
        "iam_authentication": instance.get("IAMDatabaseAuthenticationEnabled", False),
        "kms_key": instance.get("KmsKeyId"),
        "log_exports": sorted(_exports(instance)),
        "manage_master_user_password": bool(instance.get("MasterUserSecret")),
        "max_allocated_storage": instance.get("MaxAllocatedStorage", 0),
        "parameter_group": groups[0]["DBParameterGroupName"] if groups else None,
        "performance_insights": instance.get("PerformanceInsightsEnabled", False),
        "port": instance.get("Endpoint", {}).get("Port") or instance.get("DbInstancePort") or None,
        "security_groups": sorted(
            group["VpcSecurityGroupId"]
            for group in instance.get("VpcSecurityGroups", [])
            if group.get("Status") != "removing"
        ),
        "source": instance.get("ReadReplicaSourceDBInstanceIdentifier"),
        "storage_encrypted": instance["StorageEncrypted"],
        "subnet_group": instance.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
    }


def _pending(instance: dict[str, t.Any], now: State) -> State:
    """What AWS has accepted and changes later, where it differs from what runs."""
    values = instance.get("PendingModifiedValues", {})
    pending = {option: values[name] for option, name in QUEUED.items() if name in values}
    return {option: value for option, value in pending.items() if value != now[option]}


def _exports(instance: dict[str, t.Any]) -> set[str]:
    coming = instance.get("PendingModifiedValues", {}).get("PendingCloudwatchLogsExports", {})
    exports = {*instance.get("EnabledCloudwatchLogsExports", []), *coming.get("LogTypesToEnable", [])}
    return exports - set(coming.get("LogTypesToDisable", []))
