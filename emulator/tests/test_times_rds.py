# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Databases in time: their statuses, what is refused meanwhile, and what happens at its date."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

DAY = 86400
DATABASE = {"DBInstanceIdentifier": "database"}
REPLICA = {"DBInstanceIdentifier": "replica", "SourceDBInstanceIdentifier": "database"}


def refused(call, code, **request):
    with pytest.raises(ClientError) as failure:
        call(**request)
    assert failure.value.response["Error"]["Code"] == code, failure.value


@pytest.fixture
def rds(emulator, hourglass):
    ec2, rds = emulator.client("ec2"), emulator.client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    ids = [one["SubnetId"] for one in subnets]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="Group", SubnetIds=ids)
    return rds


def create(rds, **changes):
    request = {
        **DATABASE,
        "DBInstanceClass": "db.m5.large",
        "Engine": "postgres",
        "EngineVersion": "15.15",
        "AllocatedStorage": 100,
        "DBSubnetGroupName": "group",
        "MasterUsername": "sdt_admin",
        "MasterUserPassword": "Never0To1Be2Seen3",
        "BackupRetentionPeriod": 2,
        **changes,
    }
    rds.create_db_instance(**request)


@pytest.fixture
def database(rds, hourglass):
    """It is there."""
    create(rds)
    hourglass.seen(lambda: status(rds), 2)


def found(rds, name="database"):
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def status(rds, name="database"):
    try:
        return found(rds, name)["DBInstanceStatus"]
    except rds.exceptions.DBInstanceNotFoundFault:
        return None


def snapshots(rds, kind="automated"):
    return [one["DBSnapshotIdentifier"] for one in rds.describe_db_snapshots(SnapshotType=kind)["DBSnapshots"]]


def test_it_is_created_with_its_first_backup(rds, hourglass):
    create(rds)
    refused(rds.modify_db_instance, "InvalidDBInstanceState", **DATABASE, MultiAZ=True)
    refused(rds.delete_db_instance, "InvalidDBInstanceState", **DATABASE, SkipFinalSnapshot=True)
    refused(rds.create_db_instance_read_replica, "InvalidDBInstanceState", **REPLICA)
    refused(rds.create_db_snapshot, "InvalidDBInstanceState", **DATABASE, DBSnapshotIdentifier="early")
    assert snapshots(rds) == []
    assert hourglass.seen(lambda: status(rds), 3) == ["creating", "backing-up", "available"]
    assert len(snapshots(rds)) == 1


def test_without_backups_it_is_available_at_once(rds, hourglass):
    create(rds, BackupRetentionPeriod=0)
    assert hourglass.seen(lambda: status(rds), 3) == ["creating", "available"]
    assert snapshots(rds) == []


@pytest.mark.parametrize(
    ("changes", "statuses"),
    [
        ({"DBInstanceClass": "db.r5.large"}, ["modifying"]),
        ({"AllocatedStorage": 200}, ["modifying", "storage-optimization"]),
        ({"EngineVersion": "15.18"}, ["upgrading"]),
    ],
)
def test_a_change_at_once(rds, hourglass, database, changes, statuses):
    rds.modify_db_instance(**DATABASE, ApplyImmediately=True, **changes)
    assert hourglass.seen(lambda: status(rds), 4) == ["available", *statuses, "available"]
    assert {name: found(rds)[name] for name in changes} == changes


def test_sign_in_with_iam_is_configured(rds, hourglass, database):
    rds.modify_db_instance(**DATABASE, ApplyImmediately=True, EnableIAMDatabaseAuthentication=True)
    assert hourglass.seen(lambda: status(rds), 3) == ["available", "configuring-iam-database-auth", "available"]
    assert found(rds)["IAMDatabaseAuthenticationEnabled"]


def test_storage_is_not_changed_while_it_is_optimized(rds, hourglass, database):
    rds.modify_db_instance(**DATABASE, ApplyImmediately=True, AllocatedStorage=200)
    hourglass.seen(lambda: status(rds), 2)
    assert status(rds) == "storage-optimization"
    refused(rds.modify_db_instance, "InvalidParameterCombination", **DATABASE, AllocatedStorage=300)
    rds.modify_db_instance(**DATABASE, CopyTagsToSnapshot=True)


def test_settings_have_statuses_of_their_own(emulator, rds, hourglass, database):
    principal = {"Service": "monitoring.rds.amazonaws.com"}
    trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
    role = emulator.client("iam").create_role(RoleName="monitoring", AssumeRolePolicyDocument=json.dumps(trust))
    monitoring = {"MonitoringInterval": 60, "MonitoringRoleArn": role["Role"]["Arn"]}
    rds.modify_db_instance(**DATABASE, **monitoring)
    assert hourglass.seen(lambda: status(rds), 2) == ["configuring-enhanced-monitoring", "available"]
    rds.modify_db_instance(**DATABASE, CloudwatchLogsExportConfiguration={"EnableLogTypes": ["postgresql"]})
    assert hourglass.seen(lambda: status(rds), 2) == ["configuring-log-exports", "available"]


def test_it_gets_another_name(rds, hourglass, database):
    rds.modify_db_instance(**DATABASE, ApplyImmediately=True, NewDBInstanceIdentifier="other")
    seen = hourglass.seen(lambda: (status(rds), status(rds, "other")), 3)
    assert seen == [("available", None), ("renaming", None), (None, "available")]


def test_it_is_rebooted_stopped_and_started(rds, hourglass, database):
    refused(rds.reboot_db_instance, "InvalidParameterCombination", **DATABASE, ForceFailover=True)
    rds.reboot_db_instance(**DATABASE)
    refused(rds.stop_db_instance, "InvalidDBInstanceState", **DATABASE)
    assert hourglass.seen(lambda: status(rds), 2) == ["rebooting", "available"]
    rds.stop_db_instance(**DATABASE)
    assert hourglass.seen(lambda: status(rds), 2) == ["stopping", "stopped"]
    rds.start_db_instance(**DATABASE)
    assert hourglass.seen(lambda: status(rds), 2) == ["starting", "available"]


def test_a_failover_needs_a_standby(rds, hourglass):
    create(rds, MultiAZ=True)
    hourglass.seen(lambda: status(rds), 2)
    rds.reboot_db_instance(**DATABASE, ForceFailover=True)
    assert hourglass.seen(lambda: status(rds), 2) == ["rebooting", "available"]


def test_what_was_stopped_starts_after_a_week(rds, hourglass, database):
    rds.stop_db_instance(**DATABASE)
    hourglass.turn(6 * DAY)
    assert status(rds) == "stopped"
    hourglass.turn(DAY)
    assert hourglass.seen(lambda: status(rds), 2) == ["starting", "available"]


def test_it_is_deleted_with_a_last_snapshot(rds, hourglass, database):
    rds.delete_db_instance(**DATABASE, FinalDBSnapshotIdentifier="final")
    refused(rds.delete_db_instance, "InvalidDBInstanceState", **DATABASE, SkipFinalSnapshot=True)
    assert hourglass.seen(lambda: status(rds), 2) == ["deleting", None]
    assert snapshots(rds, "manual") == ["final"]


def test_a_replica_comes_and_is_promoted(rds, hourglass, database):
    rds.create_db_instance_read_replica(**REPLICA)
    assert hourglass.seen(lambda: status(rds, "replica"), 2) == ["creating", "available"]
    refused(rds.promote_read_replica, "InvalidDBInstanceState", **DATABASE)
    rds.promote_read_replica(DBInstanceIdentifier="replica", BackupRetentionPeriod=3)
    assert hourglass.seen(lambda: status(rds, "replica"), 2) == ["modifying", "available"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in found(rds, "replica")
    assert found(rds).get("ReadReplicaDBInstanceIdentifiers", []) == []
    assert found(rds, "replica")["BackupRetentionPeriod"] == 3


def test_snapshots_are_made_copied_and_restored(rds, hourglass, database):
    def look(name):
        (one,) = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
        return one["Status"], one["PercentProgress"]

    restore = {"DBInstanceIdentifier": "restored", "DBSnapshotIdentifier": "first"}
    copy = {"SourceDBSnapshotIdentifier": "first", "TargetDBSnapshotIdentifier": "second"}
    rds.create_db_snapshot(**DATABASE, DBSnapshotIdentifier="first")
    assert status(rds) == "backing-up"
    refused(rds.restore_db_instance_from_db_snapshot, "InvalidDBSnapshotState", **restore)
    refused(rds.copy_db_snapshot, "InvalidDBSnapshotState", **copy)
    refused(rds.delete_db_snapshot, "InvalidDBSnapshotState", DBSnapshotIdentifier="first")
    assert hourglass.seen(lambda: look("first"), 2) == [("creating", 0), ("available", 100)]
    rds.copy_db_snapshot(**copy)
    rds.restore_db_instance_from_db_snapshot(**restore)
    assert hourglass.seen(lambda: (look("second")[0], status(rds, "restored")), 3) == [
        ("creating", "creating"),
        ("available", "backing-up"),
        ("available", "available"),
    ]


def test_a_restore_to_a_point_in_time(rds, hourglass):
    create(rds)
    target = {"SourceDBInstanceIdentifier": "database", "TargetDBInstanceIdentifier": "restored"}
    refused(rds.restore_db_instance_to_point_in_time, "InvalidDBInstanceState", **target, UseLatestRestorableTime=True)
    hourglass.seen(lambda: status(rds), 2)
    rds.restore_db_instance_to_point_in_time(**target, UseLatestRestorableTime=True)
    assert hourglass.seen(lambda: status(rds, "restored"), 3) == ["creating", "backing-up", "available"]


# At its date


def window_in(hours):
    """A maintenance window that opens in so many hours."""
    opens = datetime.now(UTC) + timedelta(hours=hours)
    closes = opens + timedelta(hours=1)
    return "-".join(f"{one:%a:%H:%M}".lower() for one in (opens, closes))


def backup_window_in(hours):
    return "-".join(f"{datetime.now(UTC) + timedelta(hours=hours + more):%H:%M}" for more in (0, 1))


@pytest.fixture
def pending(rds, hourglass):
    """An instance with a change that waits for the window, which opens tomorrow."""
    create(rds, PreferredMaintenanceWindow=window_in(20), PreferredBackupWindow=backup_window_in(10))
    hourglass.seen(lambda: status(rds), 2)
    rds.modify_db_instance(**DATABASE, DBInstanceClass="db.r5.large")


def actions(rds):
    (one,) = rds.describe_pending_maintenance_actions()["PendingMaintenanceActions"] or [None]
    return one and [detail["Action"] for detail in one["PendingMaintenanceActionDetails"]]


def test_pending_changes_are_made_in_the_maintenance_window(rds, hourglass, pending):
    assert found(rds)["PendingModifiedValues"] == {"DBInstanceClass": "db.r5.large"}
    assert actions(rds) == ["hardware-maintenance"]
    hourglass.turn(12 * 3600)
    assert found(rds)["DBInstanceClass"] == "db.m5.large"
    hourglass.turn(8 * 3600)
    assert hourglass.seen(lambda: status(rds), 3)[-2:] == ["modifying", "available"]
    assert found(rds)["DBInstanceClass"] == "db.r5.large" and actions(rds) is None


def test_or_with_the_next_reboot(rds, hourglass, pending):
    rds.reboot_db_instance(**DATABASE)
    hourglass.turn()
    assert found(rds)["DBInstanceClass"] == "db.r5.large" and actions(rds) is None


def test_or_when_the_action_is_applied(rds, hourglass, pending):
    arn = found(rds)["DBInstanceArn"]
    request = {"ResourceIdentifier": arn, "ApplyAction": "hardware-maintenance", "OptInType": "immediate"}
    refused(rds.apply_pending_maintenance_action, "InvalidParameterValue", **{**request, "ApplyAction": "db-upgrade"})
    unknown = {**request, "ResourceIdentifier": arn + "-not"}
    refused(rds.apply_pending_maintenance_action, "ResourceNotFoundFault", **unknown)
    rds.apply_pending_maintenance_action(**request)
    assert hourglass.seen(lambda: status(rds), 3) == ["available", "modifying", "available"]
    assert found(rds)["DBInstanceClass"] == "db.r5.large"


def test_backups_are_made_daily_and_retained_as_long_as_asked_for(rds, hourglass):
    create(rds, PreferredMaintenanceWindow=window_in(20), PreferredBackupWindow=backup_window_in(10))
    hourglass.seen(lambda: status(rds), 2)
    (first,) = snapshots(rds)
    hourglass.turn(11 * 3600)
    assert hourglass.seen(lambda: status(rds), 2) == ["backing-up", "available"]
    assert len(snapshots(rds)) == 2
    hourglass.turn(DAY)
    hourglass.seen(lambda: status(rds), 2)
    assert len(snapshots(rds)) == 2 and first not in snapshots(rds)
