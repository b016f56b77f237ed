# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""RDS for PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses


def database(aws: Aws, name: str = "main", **given: Any) -> None:
    given = {
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "owner",
        "MasterUserPassword": "longenough",
        **given,
    }
    given = {key: value for key, value in given.items() if value is not None}
    aws.rds.create_db_instance(DBInstanceIdentifier=name, **given)


def available(aws: Aws, name: str = "main", **given: Any) -> None:
    database(aws, name, **given)
    while aws.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["DBInstanceStatus"] != "available":
        pass


def modify(aws: Aws, **given: Any) -> None:
    aws.rds.modify_db_instance(DBInstanceIdentifier="main", **given)


@refused_by_moto("InvalidParameterValue")
def identifier(aws: Aws) -> None:
    database(aws, "main--db")


@refused_by_moto("InvalidParameterValue")
def long_identifier(aws: Aws) -> None:
    database(aws, "m" * 64)


@refused_by_moto("InvalidParameterValue")
def snapshot_identifier(aws: Aws) -> None:
    available(aws)
    aws.rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier="1st")


@refuses("rds.backup_retention", "InvalidParameterValue")
def backup_retention(aws: Aws) -> None:
    database(aws, BackupRetentionPeriod=36)


@refuses("rds.backup_window", "InvalidParameterValue")
def short_window(aws: Aws) -> None:
    database(aws, PreferredBackupWindow="02:00-02:15")


@refused_by_moto("InvalidParameterValue")
def overlapping_windows(aws: Aws) -> None:
    database(aws, PreferredBackupWindow="02:00-03:00", PreferredMaintenanceWindow="sun:02:30-sun:03:30")


@refused_by_moto("InvalidParameterValue")
def short_password(aws: Aws) -> None:
    database(aws, MasterUserPassword="short")


@refuses("rds.master_username", "InvalidParameterValue")
def reserved_username(aws: Aws) -> None:
    database(aws, MasterUsername="admin")


@refuses("rds.database_name", "InvalidParameterValue")
def database_name(aws: Aws) -> None:
    database(aws, DBName="my-app")


@refuses("rds.port", "InvalidParameterValue")
def port(aws: Aws) -> None:
    database(aws, Port=80)


@refuses("rds.monitoring_interval", "InvalidParameterValue")
def monitoring_interval(aws: Aws) -> None:
    database(aws, MonitoringInterval=20, MonitoringRoleArn="arn:aws:iam::123456789012:role/monitor")


@refuses("rds.insights_retention", "InvalidParameterValue")
def insights_retention(aws: Aws) -> None:
    database(aws, EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=30)


@refused_by_moto("InvalidParameterCombination")
def most_storage(aws: Aws) -> None:
    database(aws, AllocatedStorage=100, MaxAllocatedStorage=50)


@refuses("rds.zone_of_multi_az", "InvalidParameterCombination")
def zone_of_multi_az(aws: Aws) -> None:
    database(aws, MultiAZ=True, AvailabilityZone="us-east-1a")


@refuses("rds.managed_password", "InvalidParameterCombination")
def managed_and_given_password(aws: Aws) -> None:
    database(aws, ManageMasterUserPassword=True)


@refused_by_moto("InvalidParameterCombination")
def protected(aws: Aws) -> None:
    available(aws, DeletionProtection=True)
    aws.rds.delete_db_instance(DBInstanceIdentifier="main", SkipFinalSnapshot=True)


@refused_by_moto("InvalidParameterCombination")
def withdrawn_version(aws: Aws) -> None:
    database(aws, EngineVersion="15.4")


@refused_by_moto("InvalidParameterCombination")
def shrinking(aws: Aws) -> None:
    available(aws, AllocatedStorage=50)
    modify(aws, AllocatedStorage=20)


@refuses("rds.storage_twice_in_six_hours", "InvalidParameterCombination")
def storage_twice(aws: Aws) -> None:
    available(aws)
    modify(aws, AllocatedStorage=40, ApplyImmediately=True)
    for _look in range(4):
        aws.rds.describe_db_instances(DBInstanceIdentifier="main")
    modify(aws, AllocatedStorage=80, ApplyImmediately=True)


@refuses("rds.failover_needs_multi_az", "InvalidParameterCombination")
def failover(aws: Aws) -> None:
    available(aws)
    aws.rds.reboot_db_instance(DBInstanceIdentifier="main", ForceFailover=True)


@refuses("rds.promotion_of_a_replica", "InvalidDBInstanceState")
def promotion(aws: Aws) -> None:
    available(aws)
    aws.rds.promote_read_replica(DBInstanceIdentifier="main")


@refused_by_moto("InvalidDBInstanceState")
def start_of_the_running(aws: Aws) -> None:
    available(aws)
    aws.rds.start_db_instance(DBInstanceIdentifier="main")


@refuses("rds.subnet_group_name", "InvalidParameterValue")
def subnet_group_name(aws: Aws) -> None:
    aws.rds.create_db_subnet_group(
        DBSubnetGroupName="default", DBSubnetGroupDescription="d", SubnetIds=["subnet-01234567890123456"]
    )


@refuses("rds.parameter_group_name", "InvalidParameterValue")
def parameter_group_name(aws: Aws) -> None:
    aws.rds.create_db_parameter_group(DBParameterGroupName="1st", DBParameterGroupFamily="postgres16", Description="d")


def restore(aws: Aws, **given: Any) -> None:
    aws.rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="main", TargetDBInstanceIdentifier="copy", **given
    )


@refuses("rds.restore_time", "InvalidParameterCombination")
def restore_time_and_latest(aws: Aws) -> None:
    available(aws, BackupRetentionPeriod=7)
    restore(aws, UseLatestRestorableTime=True, RestoreTime=datetime.now(UTC))


@refuses("rds.restore_time", "InvalidParameterValue")
def restore_time_in_the_future(aws: Aws) -> None:
    available(aws, BackupRetentionPeriod=7)
    restore(aws, RestoreTime=datetime.now(UTC) + timedelta(days=1))


@refuses("rds.restore_needs_backups", "PointInTimeRestoreNotEnabled")
def restore_without_backups(aws: Aws) -> None:
    available(aws, BackupRetentionPeriod=0)
    restore(aws, UseLatestRestorableTime=True)


@refuses("rds.rename_to_free", "DBInstanceAlreadyExists")
def rename_to_taken(aws: Aws) -> None:
    available(aws)
    database(aws, "other")
    modify(aws, NewDBInstanceIdentifier="other", ApplyImmediately=True)


@refuses("rds.promotion_tier", "InvalidParameterValue")
def promotion_tier(aws: Aws) -> None:
    database(aws, PromotionTier=16)


@refused_by_moto("DBSnapshotAlreadyExists")
def final_snapshot_twice(aws: Aws) -> None:
    available(aws)
    aws.rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier="last")
    for _look in range(4):
        aws.rds.describe_db_instances(DBInstanceIdentifier="main")
    aws.rds.delete_db_instance(DBInstanceIdentifier="main", FinalDBSnapshotIdentifier="last")
