# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""RDS for PostgreSQL: what is offered and refused, what waits, what each look moves on."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

PASSWORD = "Never0To1Be2Seen3"
NO_ROLE = "arn:aws:iam::123456789012:role/none"
NO_EXTENSION = {"EngineLifecycleSupport": "open-source-rds-extended-support-disabled"}


@pytest.fixture
def rds(emulator):
    ec2, rds = emulator.client("ec2"), emulator.client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for number, zone in enumerate("aabce")
    ]
    rds.subnets = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="Group", SubnetIds=rds.subnets[1:3])
    return rds


def refused(code, call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    assert error.value.response["Error"]["Code"] == code, error.value
    return error.value.response["Error"]["Message"]


def asked(**changes):
    request = {
        "DBInstanceIdentifier": "database",
        "DBInstanceClass": "db.m5.large",
        "Engine": "postgres",
        "EngineVersion": "15.15",
        "AllocatedStorage": 100,
        "DBSubnetGroupName": "group",
        "MasterUsername": "sdt_admin",
        "MasterUserPassword": PASSWORD,
        "BackupRetentionPeriod": 7,
        **changes,
    }
    return {name: value for name, value in request.items() if value is not None}


def look(rds, name="database"):
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def settle(rds, name="database", status="available"):
    return next(found for found in (look(rds, name) for _ in range(5)) if found["DBInstanceStatus"] == status)


def make(rds, **changes):
    rds.create_db_instance(**asked(**changes))
    return settle(rds, changes.get("DBInstanceIdentifier", "database"))


def change(rds, **changes):
    return rds.modify_db_instance(DBInstanceIdentifier="database", **changes)["DBInstance"]


def now(rds, **changes):
    """Change at once, and wait until it is done."""
    pending = change(rds, ApplyImmediately=True, **changes)["PendingModifiedValues"]
    statuses = [look(rds)["DBInstanceStatus"] for _ in range(3)]
    assert statuses == ["available", "upgrading" if "EngineVersion" in pending else "modifying", "available"]
    return look(rds)


class TestOffers:
    def test_versions(self, rds):
        found = rds.describe_db_engine_versions(Engine="postgres", DBParameterGroupFamily="postgres15")
        versions = {one["EngineVersion"]: one for one in found["DBEngineVersions"]}
        assert list(versions) == ["15.13", "15.14", "15.15", "15.16", "15.17", "15.18"]
        targets = [one["EngineVersion"] for one in versions["15.17"]["ValidUpgradeTarget"]]
        assert targets == ["15.18", "16.13", "16.14", "17.9", "17.10", "18.3", "18.4"]
        majors = [one["IsMajorVersionUpgrade"] for one in versions["15.17"]["ValidUpgradeTarget"]]
        assert majors == [False, True, True, True, True, True, True]

    def test_withdrawn_versions_are_told_when_asked_for(self, rds):
        request = {"Engine": "postgres", "EngineVersion": "15.12"}
        assert rds.describe_db_engine_versions(**request)["DBEngineVersions"] == []
        (found,) = rds.describe_db_engine_versions(**request, IncludeAll=True)["DBEngineVersions"]
        assert found["Status"] == "deprecated" and found["ValidUpgradeTarget"]

    def test_the_default_is_the_newest(self, rds):
        found = rds.describe_db_engine_versions(Engine="postgres", EngineVersion="15", DefaultOnly=True)
        assert [one["EngineVersion"] for one in found["DBEngineVersions"]] == ["15.18"]

    @pytest.mark.parametrize(("name", "lacking"), [("db.m5.large", set()), ("db.m7g.large", {"us-east-1e"})])
    def test_an_old_zone_lacks_new_classes(self, rds, name, lacking):
        request = {"Engine": "postgres", "EngineVersion": "15.15", "DBInstanceClass": name}
        options = rds.describe_orderable_db_instance_options(**request)["OrderableDBInstanceOptions"]
        assert {one["StorageType"] for one in options} == {"standard", "gp2", "gp3", "io1", "io2"}
        zones = {zone["Name"] for zone in options[0]["AvailabilityZones"]}
        assert {f"us-east-1{zone}" for zone in "abcdef"} - zones == lacking

    def test_long_answers_come_in_pages(self, rds):
        pages = rds.get_paginator("describe_orderable_db_instance_options")
        found = [
            page["OrderableDBInstanceOptions"] for page in pages.paginate(Engine="postgres", EngineVersion="15.15")
        ]
        assert len(found) > 1 and all(len(page) <= 100 for page in found)

    def test_nothing_is_offered_of_what_does_not_exist(self, rds):
        for request in ({"EngineVersion": "15.4"}, {"DBInstanceClass": "db.x9.large"}):
            found = rds.describe_orderable_db_instance_options(Engine="postgres", **request)
            assert found["OrderableDBInstanceOptions"] == []


class TestCreation:
    @pytest.mark.parametrize(
        ("changes", "code", "said"),
        [
            ({"EngineVersion": "15.4"}, "InvalidParameterCombination", "Cannot find version 15.4 for postgres"),
            ({"EngineVersion": "15.12"}, "InvalidParameterCombination", "Cannot find version 15.12 for postgres"),
            ({"DBInstanceClass": "db.x9.large"}, "InvalidParameterCombination", "does not support creating"),
            ({"AllocatedStorage": 10}, "InvalidParameterValue", "Invalid storage size"),
            ({"Iops": 4000, "StorageType": "gp3"}, "InvalidParameterCombination", "storage size less than 400"),
            ({"StorageThroughput": 200, "StorageType": "gp3"}, "InvalidParameterCombination", "size less than 400"),
            ({"StorageType": "io1"}, "InvalidParameterCombination", "must specify IOPS"),
            ({"StorageType": "gp2", "Iops": 4000}, "InvalidParameterCombination", "can't specify IOPS"),
            ({"MasterUserPassword": None}, "InvalidParameterValue", "MasterUserPassword must be provided"),
            ({"MasterUserPassword": "with/slash-in-it"}, "InvalidParameterValue", "not a valid password"),
            ({"MasterUserPassword": "short"}, "InvalidParameterValue", "not a valid password"),
            ({"DBParameterGroupName": "nothing"}, "DBParameterGroupNotFound", "nothing not found"),
            ({"DBSubnetGroupName": "nothing"}, "DBSubnetGroupNotFoundFault", "nothing not found"),
            ({"VpcSecurityGroupIds": ["sg-12345678"]}, "InvalidParameterValue", "Invalid security group"),
            ({"CACertificateIdentifier": "rds-ca-2019"}, "CertificateNotFound", "rds-ca-2019"),
            ({"EnableCloudwatchLogsExports": ["audit"]}, "InvalidParameterCombination", "log types 'audit'"),
            ({"MonitoringInterval": 60, "MonitoringRoleArn": NO_ROLE}, "InvalidParameterValue", "ENHANCED_MONITORING"),
            ({"KmsKeyId": "12345678-1234-1234-1234-123456789012"}, "KMSKeyNotAccessibleFault", "does not exist"),
            ({"DatabaseInsightsMode": "advanced"}, "InvalidParameterCombination", "465 days"),
            ({"EngineVersion": "13.23", **NO_EXTENSION}, "InvalidParameterCombination", "Extended Support"),
        ],
    )
    def test_refusals(self, rds, changes, code, said):
        assert said in refused(code, rds.create_db_instance, **asked(**changes))
        assert rds.describe_db_instances()["DBInstances"] == []

    def test_zones_without_the_class(self, rds):
        group = {"DBSubnetGroupName": "old", "DBSubnetGroupDescription": "Old", "SubnetIds": rds.subnets[3:]}
        rds.create_db_subnet_group(**group)
        request = asked(DBSubnetGroupName="old", DBInstanceClass="db.m7g.large")
        refused("InsufficientDBInstanceCapacity", rds.create_db_instance, **request, MultiAZ=True)
        rds.create_db_instance(**request)

    def test_it_is_created_step_by_step(self, rds):
        rds.create_db_instance(**asked())
        first, second = look(rds), look(rds)
        assert first["DBInstanceStatus"] == "creating" and "Endpoint" not in first
        assert second["DBInstanceStatus"] == "available" and second["Endpoint"]["Port"] == 5432

    def test_what_aws_fills_in(self, rds):
        found = make(rds, EngineVersion="15", StorageEncrypted=True, EnablePerformanceInsights=True)
        assert found["EngineVersion"] == "15.18"
        assert (found["StorageType"], found["Iops"], found["StorageThroughput"]) == ("gp3", 3000, 125)
        assert found["KmsKeyId"].startswith("arn:aws:kms:us-east-1:123456789012:key/")
        assert found["CACertificateIdentifier"] == "rds-ca-rsa2048-g1" and found["PubliclyAccessible"] is False
        assert found["PerformanceInsightsEnabled"] and found["PerformanceInsightsRetentionPeriod"] == 7
        assert found["DatabaseInsightsMode"] == "standard" and found["LicenseModel"] == "postgresql-license"
        assert found["EngineLifecycleSupport"] == "open-source-rds-extended-support"
        assert found["DbiResourceId"] != make(rds, DBInstanceIdentifier="other")["DbiResourceId"]

    def test_large_gp3_is_striped(self, rds):
        found = make(rds, AllocatedStorage=400)
        assert (found["Iops"], found["StorageThroughput"]) == (12000, 500)

    def test_log_groups_are_made_by_rds(self, emulator, rds):
        make(rds, EnableCloudwatchLogsExports=["postgresql"])
        groups = emulator.client("logs").describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["/aws/rds/instance/database/postgresql"]

    def test_the_password_is_not_recorded(self, emulator, rds):
        make(rds)
        assert PASSWORD not in json.dumps(emulator.requests())


class TestChange:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"EngineVersion": "15.13"}, "Cannot upgrade postgres from 15.15 to 15.13"),
            ({"EngineVersion": "15.4"}, "Cannot upgrade postgres from 15.15 to 15.4"),
            ({"EngineVersion": "16.14"}, "AllowMajorVersionUpgrade flag"),
            ({"AllocatedStorage": 50}, "Storage cannot be reduced"),
            ({"AllocatedStorage": 500, "Iops": 3000}, "at least 12000"),
            ({"Iops": 4000}, "storage size less than 400"),
            ({"MonitoringInterval": 60}, "MonitoringRoleARN value is required"),
        ],
    )
    def test_refusals(self, rds, changes, said):
        make(rds)
        request = {"DBInstanceIdentifier": "database", **changes}
        assert said in refused("InvalidParameterCombination", rds.modify_db_instance, **request)

    def test_what_waits_is_pending_until_it_is_made(self, rds):
        make(rds)
        waiting = {"DBInstanceClass": "db.r5.large", "MultiAZ": True, "AllocatedStorage": 200, "EngineVersion": "15.18"}
        assert change(rds, **waiting)["PendingModifiedValues"] == waiting
        found = look(rds)
        assert found["DBInstanceStatus"] == "available" and found["DBInstanceClass"] == "db.m5.large"
        found = now(rds, BackupRetentionPeriod=7)
        assert {name: found[name] for name in waiting} == waiting and found.get("PendingModifiedValues", {}) == {}

    def test_a_pending_value_is_taken_back(self, rds):
        make(rds)
        change(rds, DBPortNumber=5433, EnableIAMDatabaseAuthentication=True)
        found = change(rds, DBPortNumber=5432)
        assert found["PendingModifiedValues"] == {"IAMDatabaseAuthenticationEnabled": True}
        assert now(rds, DBPortNumber=5433)["Endpoint"]["Port"] == 5433

    def test_some_changes_do_not_wait(self, rds):
        make(rds)
        change(rds, BackupRetentionPeriod=14, DeletionProtection=True, CopyTagsToSnapshot=True)
        found = look(rds)
        assert found["BackupRetentionPeriod"] == 14 and found["DeletionProtection"] and found["CopyTagsToSnapshot"]

    def test_backups_are_turned_off_later(self, rds):
        make(rds)
        assert change(rds, BackupRetentionPeriod=0)["PendingModifiedValues"] == {"BackupRetentionPeriod": 0}

    def test_storage_grows_by_a_tenth_at_least(self, rds):
        make(rds)
        assert now(rds, AllocatedStorage=101)["AllocatedStorage"] == 110

    def test_growing_over_the_step_gives_more(self, rds):
        make(rds)
        found = now(rds, AllocatedStorage=500)
        assert (found["Iops"], found["StorageThroughput"]) == (12000, 500)

    def test_a_major_upgrade_needs_a_parameter_group(self, rds):
        for major in ("15", "16"):
            group = {"DBParameterGroupName": f"pg{major}", "DBParameterGroupFamily": f"postgres{major}"}
            rds.create_db_parameter_group(**group, Description="Test")
        refused("InvalidParameterCombination", rds.create_db_instance, **asked(DBParameterGroupName="pg16"))
        make(rds, DBParameterGroupName="pg15")
        upgrade = {"EngineVersion": "16.14", "AllowMajorVersionUpgrade": True}
        assert "explicitly specify" in refused(
            "InvalidParameterCombination", rds.modify_db_instance, DBInstanceIdentifier="database", **upgrade
        )
        found = now(rds, DBParameterGroupName="pg16", **upgrade)
        assert found["EngineVersion"] == "16.14"
        assert found["DBParameterGroups"] == [{"DBParameterGroupName": "pg16", "ParameterApplyStatus": "in-sync"}]

    def test_logs_are_turned_on_and_off(self, rds):
        make(rds, EnableCloudwatchLogsExports=["postgresql"])
        exports = {"EnableLogTypes": ["upgrade"], "DisableLogTypes": ["postgresql"]}
        assert change(rds, CloudwatchLogsExportConfiguration=exports)["EnabledCloudwatchLogsExports"] == ["upgrade"]

    def test_a_busy_or_stopped_instance_is_not_changed(self, rds):
        rds.create_db_instance(**asked())
        request = {"DBInstanceIdentifier": "database", "MultiAZ": True}
        refused("InvalidDBInstanceState", rds.modify_db_instance, **request)
        settle(rds)
        rds.stop_db_instance(DBInstanceIdentifier="database")
        assert settle(rds, status="stopped")
        refused("InvalidDBInstanceState", rds.modify_db_instance, **request)
        rds.start_db_instance(DBInstanceIdentifier="database")
        assert settle(rds)
        rds.modify_db_instance(**request)


class TestDeletion:
    def test_refusals(self, rds):
        make(rds, DeletionProtection=True)
        database = {"DBInstanceIdentifier": "database"}
        both = {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "final"}
        refused("InvalidParameterCombination", rds.delete_db_instance, **database, SkipFinalSnapshot=True)
        change(rds, DeletionProtection=False)
        refused("InvalidParameterCombination", rds.delete_db_instance, **database)
        refused("InvalidParameterCombination", rds.delete_db_instance, **database, **both)
        rds.create_db_snapshot(**database, DBSnapshotIdentifier="final")
        refused("DBSnapshotAlreadyExists", rds.delete_db_instance, **database, FinalDBSnapshotIdentifier="final")
        rds.stop_db_instance(**database)
        settle(rds, status="stopped")
        refused("InvalidDBInstanceState", rds.delete_db_instance, **database, FinalDBSnapshotIdentifier="other")
        refused("DBInstanceNotFound", rds.delete_db_instance, DBInstanceIdentifier="other", SkipFinalSnapshot=True)

    def test_it_is_deleted_step_by_step(self, rds):
        make(rds)
        rds.delete_db_instance(DBInstanceIdentifier="database", FinalDBSnapshotIdentifier="final")
        assert look(rds)["DBInstanceStatus"] == "deleting"
        request = {"DBInstanceIdentifier": "database", "SkipFinalSnapshot": True}
        rds.create_db_instance(**asked(DBInstanceIdentifier="other"))
        refused("DBInstanceNotFound", rds.describe_db_instances, DBInstanceIdentifier="database")
        refused("DBInstanceNotFound", rds.delete_db_instance, **request)

    @pytest.mark.parametrize(("goes", "statuses"), [(True, []), (False, ["retained"])])
    def test_backups_go_or_stay(self, rds, goes, statuses):
        make(rds)
        rds.delete_db_instance(DBInstanceIdentifier="database", SkipFinalSnapshot=True, DeleteAutomatedBackups=goes)
        while rds.describe_db_instances()["DBInstances"]:
            pass
        backups = rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"]
        assert [one["Status"] for one in backups] == statuses
        make(rds)  # its name is free again, whatever was kept


class TestReplicas:
    REPLICA = {"DBInstanceIdentifier": "replica", "SourceDBInstanceIdentifier": "database"}

    def test_it_is_an_instance_of_its_own(self, rds):
        source = make(rds, DeletionProtection=True, EnableCloudwatchLogsExports=["postgresql"], MultiAZ=True)
        rds.create_db_instance_read_replica(**self.REPLICA, Tags=[{"Key": "Name", "Value": "replica"}])
        replica = settle(rds, "replica")
        assert replica["ReadReplicaSourceDBInstanceIdentifier"] == "database"
        assert look(rds)["ReadReplicaDBInstanceIdentifiers"] == ["replica"]
        assert replica["EngineVersion"] == source["EngineVersion"] and replica["BackupRetentionPeriod"] == 0
        assert not replica["MultiAZ"] and not replica["DeletionProtection"]
        assert replica.get("EnabledCloudwatchLogsExports", []) == []
        assert replica["DBInstanceArn"] != source["DBInstanceArn"]
        assert replica["TagList"] == [{"Key": "Name", "Value": "replica"}] and source.get("TagList", []) == []
        assert replica["DBSubnetGroup"]["DBSubnetGroupName"] == "group"

    @pytest.mark.parametrize(
        ("source", "request_", "said"),
        [
            ({"BackupRetentionPeriod": 0}, {}, "Automated backups are not enabled"),
            ({"MasterUserPassword": None, "ManageMasterUserPassword": True}, {}, "managed in Secrets Manager"),
            ({}, {"DBSubnetGroupName": "group"}, "should not be specified"),
        ],
    )
    def test_refusals(self, rds, source, request_, said):
        make(rds, **source)
        request = {**self.REPLICA, **request_}
        assert said in refused("InvalidParameterCombination", rds.create_db_instance_read_replica, **request)

    def test_a_source_that_is_not_available(self, rds):
        refused("DBInstanceNotFound", rds.create_db_instance_read_replica, **self.REPLICA)
        rds.create_db_instance(**asked())
        refused("InvalidDBInstanceState", rds.create_db_instance_read_replica, **self.REPLICA)

    def test_its_end(self, rds):
        make(rds)
        rds.create_db_instance_read_replica(**self.REPLICA)
        settle(rds, "replica")
        refused("InvalidDBInstanceState", rds.stop_db_instance, DBInstanceIdentifier="database")
        off = {"DBInstanceIdentifier": "database", "BackupRetentionPeriod": 0}
        refused("InvalidParameterCombination", rds.modify_db_instance, **off)
        final = {"DBInstanceIdentifier": "replica", "FinalDBSnapshotIdentifier": "final"}
        refused("InvalidParameterCombination", rds.delete_db_instance, **final)
        rds.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)
        assert look(rds).get("ReadReplicaDBInstanceIdentifiers", []) == []

    def test_it_outlives_its_source(self, rds):
        make(rds)
        rds.create_db_instance_read_replica(**self.REPLICA)
        settle(rds, "replica")
        rds.delete_db_instance(DBInstanceIdentifier="database", SkipFinalSnapshot=True)
        assert "ReadReplicaSourceDBInstanceIdentifier" not in look(rds, "replica")


def test_what_is_restored_is_new(rds):
    rds.create_db_parameter_group(
        DBParameterGroupName="group", DBParameterGroupFamily="postgres15", Description="Group"
    )
    source = make(
        rds, MultiAZ=True, DeletionProtection=True, DBParameterGroupName="group", Tags=[{"Key": "a", "Value": "b"}]
    )
    rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="database", TargetDBInstanceIdentifier="restored", UseLatestRestorableTime=True
    )
    restored = settle(rds, "restored")
    assert restored["DbiResourceId"] != source["DbiResourceId"]
    assert not restored["MultiAZ"] and not restored["DeletionProtection"] and restored.get("TagList", []) == []
    assert restored["DBParameterGroups"][0]["DBParameterGroupName"] == "default.postgres15"
    rds.modify_db_instance(DBInstanceIdentifier="restored", MultiAZ=True)
    assert look(rds, "restored")["PendingModifiedValues"] == {"MultiAZ": True}


class TestSubnetGroups:
    def test_refusals(self, rds):
        group = {"DBSubnetGroupName": "other", "DBSubnetGroupDescription": "Other"}
        one_zone = {"SubnetIds": rds.subnets[:2]}
        refused("DBSubnetGroupDoesNotCoverEnoughAZs", rds.create_db_subnet_group, **group, **one_zone)
        refused("DBSubnetGroupDoesNotCoverEnoughAZs", rds.modify_db_subnet_group, DBSubnetGroupName="group", **one_zone)
        again = {**group, "DBSubnetGroupName": "group", "SubnetIds": rds.subnets[1:3]}
        refused("DBSubnetGroupAlreadyExists", rds.create_db_subnet_group, **again)
        refused("DBSubnetGroupNotFoundFault", rds.delete_db_subnet_group, DBSubnetGroupName="other")
        refused("DBSubnetGroupNotFoundFault", rds.describe_db_subnet_groups, DBSubnetGroupName="other")
        make(rds)
        refused("InvalidDBSubnetGroupStateFault", rds.delete_db_subnet_group, DBSubnetGroupName="group")

    def test_a_change_keeps_the_group(self, rds):
        rds.modify_db_subnet_group(DBSubnetGroupName="group", SubnetIds=rds.subnets[2:4])
        (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName="group")["DBSubnetGroups"]
        assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == rds.subnets[2:4]


class TestParameterGroups:
    @pytest.fixture
    def group(self, rds):
        rds.create_db_parameter_group(
            DBParameterGroupName="parameters", DBParameterGroupFamily="postgres15", Description="Group"
        )
        return {"DBParameterGroupName": "parameters"}

    def test_refusals(self, rds, group):
        unknown = {"DBParameterGroupName": "other"}
        refused("DBParameterGroupNotFound", rds.describe_db_parameter_groups, **unknown)
        refused("DBParameterGroupNotFound", rds.describe_db_parameters, **unknown)
        refused("DBParameterGroupNotFound", rds.modify_db_parameter_group, **unknown, Parameters=[])
        refused("InvalidParameterValue", rds.describe_engine_default_parameters, DBParameterGroupFamily="postgres5")
        refused(
            "InvalidParameterValue",
            rds.create_db_parameter_group,
            DBParameterGroupName="new",
            DBParameterGroupFamily="postgres5",
            Description="New",
        )
        for code, name, value, method in (
            ("InvalidParameterValue", "log_lock_wait", "1", "immediate"),
            ("InvalidParameterValue", "log_lock_waits", "2", "immediate"),
            ("InvalidParameterValue", "data_directory", "/", "pending-reboot"),
            ("InvalidParameterValue", "work_mem", "63", "immediate"),
            ("InvalidParameterValue", "shared_preload_libraries", "nothing", "pending-reboot"),
            ("InvalidParameterCombination", "max_connections", "100", "immediate"),
        ):
            parameter = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
            refused(code, rds.modify_db_parameter_group, **group, Parameters=[parameter])
        many = [{"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": "immediate"}] * 21
        refused("InvalidParameterCombination", rds.modify_db_parameter_group, **group, Parameters=many)
        make(rds, **group)
        refused("InvalidDBParameterGroupState", rds.delete_db_parameter_group, **group)

    def test_a_value_is_set_and_reset(self, rds, group):
        parameter = {"ParameterName": "work_mem", "ParameterValue": "8192", "ApplyMethod": "immediate"}
        rds.modify_db_parameter_group(**group, Parameters=[parameter])
        (found,) = rds.describe_db_parameters(**group, Source="user")["Parameters"]
        assert found["ParameterValue"] == "8192" and found["ApplyType"] == "dynamic"
        everything = rds.describe_db_parameters(**group)["Parameters"]
        assert len(everything) > 40 and found in everything
        rds.reset_db_parameter_group(**group, Parameters=[{"ParameterName": "work_mem", "ApplyMethod": "immediate"}])
        assert rds.describe_db_parameters(**group, Source="user")["Parameters"] == []

    def test_static_parameters_wait_for_a_restart(self, rds, group):
        make(rds, **group)
        make(rds, DBInstanceIdentifier="other")
        parameter = {"ParameterName": "max_connections", "ParameterValue": "100", "ApplyMethod": "pending-reboot"}
        rds.modify_db_parameter_group(**group, Parameters=[parameter])
        assert look(rds)["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"
        assert look(rds, "other")["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
        rds.reboot_db_instance(DBInstanceIdentifier="database")
        assert settle(rds)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
