# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""RDS for PostgreSQL: names, windows, passwords, storage, restores."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from emulator.clock import clock
from emulator.rules import Refused, Request, rule

API = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
SETTINGS = f"{GUIDE}/USER_CreateDBInstance.Settings.html"
MAKING = ("CreateDBInstance", "ModifyDBInstance")
COPYING = ("CreateDBInstanceReadReplica", "RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime")
MOST_RETENTION = 35
MONITORING = (0, 1, 5, 10, 15, 30, 60)
INSIGHTS = frozenset({7, 731, *(31 * months for months in range(1, 24))})
RESERVED_NAMES = frozenset({"admin", "azure_superuser", "public", "rdsadmin", "rds_superuser", "rdsrepladmin"})
USER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
NAME = re.compile(r"[A-Za-z](-?[A-Za-z0-9.])*")
DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
SHORTEST_WINDOW = 30  # minutes
STORAGE = {"AllocatedStorage", "Iops", "StorageThroughput", "StorageType"}
SIX_HOURS = 6 * 3600


def _value(message: str) -> Refused:
    return Refused("InvalidParameterValue", message)


def _combination(message: str) -> Refused:
    return Refused("InvalidParameterCombination", message)


def _instance(request: Request, name: str = "DBInstanceIdentifier") -> Any:
    return request.backend("rds").databases.get(request.get(name))


def _is_postgres(request: Request) -> bool:
    instance = _instance(request)
    return (request.get("Engine") or (instance.engine if instance else "")) == "postgres"


@rule("rds", *MAKING, docs=f"{GUIDE}/USER_WorkingWithAutomatedBackups.BackupRetention.html")
def backup_retention(request: Request) -> None:
    """Automated backups are kept for 0 to 35 days."""
    days = request.get("BackupRetentionPeriod", 0)
    if not 0 <= days <= MOST_RETENTION:
        raise _value(
            f"Invalid backup retention period: {days}. Retention period must be between 0 and {MOST_RETENTION}"
        )


@rule("rds", *MAKING, docs=f"{GUIDE}/USER_WorkingWithAutomatedBackups.html")
def backup_window(request: Request) -> None:
    """A backup window is hh:mm-hh:mm and lasts at least 30 minutes."""
    window = request.get("PreferredBackupWindow")
    if window is None:
        return
    found = DAILY.fullmatch(window)
    if not found:
        raise _value(f"Invalid backup window format: {window}. Should be specified as a range hh24:mi-hh24:mi")
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    minutes = ((end_hour - begin_hour) * 60 + end_minute - begin_minute) % (24 * 60)
    if minutes < SHORTEST_WINDOW:
        raise _value(f"The backup window must be at least {SHORTEST_WINDOW} minutes.")


@rule("rds", "CreateDBInstance", docs=SETTINGS)
def master_username(request: Request) -> None:
    """The master user of PostgreSQL has a name of up to 63 characters that is no reserved word."""
    name = request.get("MasterUsername")
    if name is None or not _is_postgres(request):
        return
    if name.lower() in RESERVED_NAMES or name.lower().startswith("pg_"):
        raise _value(f"MasterUsername {name} cannot be used as it is a reserved word used by the engine")
    if not USER.fullmatch(name):
        raise _value("The parameter MasterUsername must begin with a letter and contain only alphanumeric characters.")


@rule("rds", "CreateDBInstance", docs=SETTINGS)
def database_name(request: Request) -> None:
    """A database of PostgreSQL has a name of letters, digits and underscores that begins with no digit."""
    name = request.get("DBName")
    if name is not None and _is_postgres(request) and not DATABASE.fullmatch(name):
        raise _value("DBName must begin with a letter and contain only alphanumeric characters.")


@rule("rds", *MAKING, *COPYING, docs=SETTINGS)
def port(request: Request) -> None:
    """A database listens on a port from 1150 to 65535."""
    number = request.get("Port", request.get("DBPortNumber"))
    if number is not None and not 1150 <= number <= 65535:
        raise _value(f"Invalid port: {number}. The port must be between 1150 and 65535.")


@rule("rds", *MAKING, "CreateDBInstanceReadReplica", docs=f"{API}/API_CreateDBInstance.html")
def monitoring_interval(request: Request) -> None:
    """Enhanced Monitoring measures every 1, 5, 10, 15, 30 or 60 seconds, or not at all."""
    seconds = request.get("MonitoringInterval", 0)
    if seconds not in MONITORING:
        raise _value(f"Invalid monitoring interval: {seconds}. Valid values: {', '.join(map(str, MONITORING))}")


@rule("rds", *MAKING, "CreateDBInstanceReadReplica", docs=f"{API}/API_CreateDBInstance.html")
def insights_retention(request: Request) -> None:
    """Performance Insights keeps its data for 7 days, for whole months of 31 days, or for 731 days."""
    days = request.get("PerformanceInsightsRetentionPeriod", 7)
    if days not in INSIGHTS:
        raise _value(f"Invalid Performance Insights retention period: {days}. Valid values: 7, month * 31, 731")


@rule("rds", *MAKING, docs=f"{API}/API_CreateDBInstance.html")
def promotion_tier(request: Request) -> None:
    """A promotion tier is from 0 to 15."""
    tier = request.get("PromotionTier", 0)
    if not 0 <= tier <= 15:
        raise _value(f"Invalid promotion tier: {tier}. Valid values: 0 - 15")


@rule("rds", "CreateDBInstance", *COPYING, docs=f"{API}/API_CreateDBInstance.html")
def zone_of_multi_az(request: Request) -> None:
    """The zone of a Multi-AZ instance is AWS's choice."""
    if request.get("MultiAZ") and "AvailabilityZone" in request:
        raise _combination("Requesting a specific availability zone is not valid for Multi-AZ instances.")


@rule("rds", *MAKING, docs=f"{GUIDE}/rds-secrets-manager.html")
def managed_password(request: Request) -> None:
    """A password RDS manages in Secrets Manager is not given as well."""
    if request.get("ManageMasterUserPassword") and "MasterUserPassword" in request:
        raise _combination("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
    if "MasterUserSecretKmsKeyId" in request and request.get("ManageMasterUserPassword") is False:
        raise _combination("You can't specify MasterUserSecretKmsKeyId when ManageMasterUserPassword is disabled.")


@rule("rds", "ModifyDBInstance", docs=f"{GUIDE}/USER_PIOPS.ModifyingExisting.html")
def storage_twice_in_six_hours(request: Request) -> None:
    """The storage of an instance is not changed again within six hours of the last change."""
    instance = _instance(request)
    changed = getattr(instance, "storage_changed_at", None)
    attributes = {"AllocatedStorage": "allocated_storage", "Iops": "iops", "StorageType": "storage_type"}
    asked = any(
        name in request and request[name] != getattr(instance, attributes.get(name, "storage_throughput"), None)
        for name in STORAGE
    )
    if asked and changed is not None and clock.now() - changed < SIX_HOURS:
        raise _combination(
            "You can't currently modify the storage of this DB instance because the previous storage change is being "
            "optimized."
        )


@rule("rds", "RebootDBInstance", docs=f"{API}/API_RebootDBInstance.html")
def failover_needs_multi_az(request: Request) -> None:
    """Only a Multi-AZ instance can be rebooted with a failover."""
    instance = _instance(request)
    if instance is not None and request.get("ForceFailover") and not instance.multi_az:
        raise _combination("Cannot reboot with force-failover: the DB instance is not a Multi-AZ instance.")


@rule("rds", "PromoteReadReplica", docs=f"{API}/API_PromoteReadReplica.html")
def promotion_of_a_replica(request: Request) -> None:
    """Only a read replica can be promoted."""
    instance = _instance(request)
    if instance is not None and not instance.is_replica:
        raise Refused("InvalidDBInstanceState", "DB Instance is not a read replica.")


@rule("rds", "CreateDBSubnetGroup", docs=f"{API}/API_CreateDBSubnetGroup.html")
def subnet_group_name(request: Request) -> None:
    """A DB subnet group is not named default, and has up to 255 letters, digits, dots, underscores, spaces, hyphens."""
    name = request["DBSubnetGroupName"]
    if name.lower() == "default" or not re.fullmatch(r"[A-Za-z0-9 ._-]{1,255}", name):
        raise _value(f"The parameter DBSubnetGroupName is not a valid identifier: {name}")


@rule("rds", "CreateDBParameterGroup", docs=f"{API}/API_CreateDBParameterGroup.html")
def parameter_group_name(request: Request) -> None:
    """The name of a parameter group begins with a letter, and no hyphen is beside another or at the end."""
    name = request["DBParameterGroupName"]
    if len(name) > 255 or not NAME.fullmatch(name):
        raise _value(
            "The parameter DBParameterGroupName is not a valid identifier. Identifiers must begin with a letter; must "
            "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two "
            "consecutive hyphens."
        )


@rule("rds", "RestoreDBInstanceToPointInTime", docs=f"{API}/API_RestoreDBInstanceToPointInTime.html")
def restore_time(request: Request) -> None:
    """A restore is to the latest time or to one given time, which has passed."""
    moment = request.get("RestoreTime")
    if bool(moment) == bool(request.get("UseLatestRestorableTime")):
        raise _combination("Exactly one of RestoreTime and UseLatestRestorableTime must be specified.")
    if moment is not None and moment > datetime.now(UTC).replace(tzinfo=None):
        raise _value(f"The specified restore time {moment.isoformat()}Z is in the future.")


@rule("rds", "RestoreDBInstanceToPointInTime", docs=f"{GUIDE}/USER_PIT.html")
def restore_needs_backups(request: Request) -> None:
    """Only an instance with automated backups can be restored to a point in time."""
    source = _instance(request, "SourceDBInstanceIdentifier")
    if source is not None and not source.backup_retention_period:
        raise Refused(
            "PointInTimeRestoreNotEnabled",
            f"Point in time restore is not enabled for the DB instance {source.db_instance_identifier}",
        )


@rule("rds", "ModifyDBInstance", docs=f"{API}/API_ModifyDBInstance.html")
def rename_to_free(request: Request) -> None:
    """An instance is not renamed to the name of another one."""
    name = request.get("NewDBInstanceIdentifier")
    if name is not None and name.lower() in request.backend("rds").databases:
        raise Refused("DBInstanceAlreadyExists", "DB instance already exists")
