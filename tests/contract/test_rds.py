# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of the RDS modules: versions, storage, windows, protection, snapshots, replicas."""

from __future__ import annotations

import json
import typing as t

import pytest
from botocore.exceptions import ClientError
from harness import ModuleFailed, run_module

PASSWORD = "Never0To1Be2Seen3"
NAME = "database"
ASKED = {
    "name": NAME,
    "engine_version": "15.4",
    "instance_class": "db.m5.large",
    "allocated_storage": 100,
    "storage_type": "gp3",
    "subnet_group": "group",
    "credentials_secret": "credentials",
    "backup_retention_days": 7,
}

THOUSANDS = (
    "checkpoint_timeout",
    "deadlock_timeout",
    "effective_cache_size",
    "lock_timeout",
    "log_temp_files",
    "max_connections",
    "max_wal_senders",
    "shared_buffers",
    "statement_timeout",
    "work_mem",
)


@pytest.fixture
def rds(emulator: t.Any) -> t.Any:
    """The API of RDS, with a subnet group over us-east-1a and us-east-1b, and credentials."""
    ec2, rds = emulator.client("ec2"), emulator.client("rds")
    subnet_group(ec2, rds, "group", ["us-east-1a", "us-east-1b"])
    value = json.dumps({"username": "sdt_admin", "password": PASSWORD})
    emulator.client("secretsmanager").create_secret(Name="credentials", SecretString=value)
    return rds


@pytest.fixture
def database(emulator: t.Any, rds: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "rds_instance", {**ASKED, **options}, check=check)

    return call


def subnet_group(ec2: t.Any, rds: t.Any, name: str, zones: list[str]) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones)
    ]
    rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=subnets)


def look(rds: t.Any, name: str = NAME) -> dict[str, t.Any]:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def settle(rds: t.Any, name: str = NAME, status: str = "available") -> None:
    for _ in range(5):
        if look(rds, name)["DBInstanceStatus"] == status:
            return
    raise AssertionError(f"{name} is {look(rds, name)['DBInstanceStatus']}")


class TestVersion:
    @pytest.mark.parametrize("asked", ["15", "15.4", "15.16"])
    def test_a_new_database_gets_the_newest_of_the_major_version(self, rds: t.Any, database: t.Any, asked: str) -> None:
        preview = database(check=True, engine_version=asked)
        made = database(engine_version=asked)
        newest = rds.describe_db_engine_versions(Engine="postgres", DBParameterGroupFamily="postgres15")
        assert made["instance"]["engine_version"] == newest["DBEngineVersions"][-1]["EngineVersion"]
        assert preview["diff"] == made["diff"]

    def test_what_rds_does_not_offer_is_refused_with_what_it_offers(self, database: t.Any) -> None:
        with pytest.raises(ModuleFailed, match="no postgres 15 from 15.99 on .* it offers 15.13, 15.14"):
            database(check=True, engine_version="15.99")
        with pytest.raises(ModuleFailed, match="does not offer db.x9.large .* choose another instance_class"):
            database(check=True, instance_class="db.x9.large")

    def test_a_newer_database_is_left_alone(self, emulator: t.Any, database: t.Any) -> None:
        database(engine_version="16")
        emulator.clear()
        assert not database(engine_version="15.4")["changed"]
        assert not database(engine_version="16.9")["changed"], "16.10 and later are newer than 16.9"
        assert emulator.mutations() == []

    def test_an_older_database_is_upgraded_in_its_window(self, rds: t.Any, database: t.Any) -> None:
        create_old(rds, "15.13")
        result = database(engine_version="15.15")
        assert result["instance"]["pending_changes"]["engine_version"] == {"now": "15.13", "then": "15.18"}
        assert not database(engine_version="15.15")["changed"]

    def test_a_major_upgrade_has_to_be_allowed(self, rds: t.Any, database: t.Any) -> None:
        create_old(rds, "15.13")
        with pytest.raises(ModuleFailed, match="another major version.*allow_major_version_upgrade=true"):
            database(check=True, engine_version="16")
        result = database(engine_version="16", allow_major_version_upgrade=True, apply_immediately=True)
        assert result["instance"]["engine_version"] == look(rds)["EngineVersion"] == "16.14"

    def test_the_parameter_group_comes_with_a_major_upgrade(self, rds: t.Any, database: t.Any) -> None:
        for version in ("15", "16"):
            rds.create_db_parameter_group(
                DBParameterGroupName=f"pg{version}", DBParameterGroupFamily=f"postgres{version}", Description="test"
            )
        database(parameter_group="pg15")
        asked = {"engine_version": "16", "parameter_group": "pg16", "allow_major_version_upgrade": True}
        assert database(**asked)["changed"]
        assert look(rds)["DBParameterGroups"][0]["DBParameterGroupName"] == "pg15"
        assert not database(**asked)["changed"]
        database(**asked, apply_immediately=True)
        assert look(rds)["DBParameterGroups"][0]["DBParameterGroupName"] == "pg16"
        assert not database(**asked)["changed"]


def create_old(rds: t.Any, version: str) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=NAME,
        DBInstanceClass="db.m5.large",
        Engine="postgres",
        EngineVersion=version,
        AllocatedStorage=100,
        StorageType="gp3",
        StorageEncrypted=True,
        DBSubnetGroupName="group",
        MasterUsername="sdt_admin",
        MasterUserPassword=PASSWORD,
        BackupRetentionPeriod=7,
        PubliclyAccessible=False,
    )
    settle(rds)


class TestStorage:
    def test_grown_storage_is_left_alone(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        database(allocated_storage=100, max_allocated_storage=300)
        rds.modify_db_instance(DBInstanceIdentifier=NAME, AllocatedStorage=300, ApplyImmediately=True)
        settle(rds)
        settle(rds)
        emulator.clear()
        result = database(allocated_storage=100, max_allocated_storage=300)
        assert not result["changed"] and result["instance"]["allocated_storage"] == 300
        assert emulator.mutations() == []

    def test_small_gp3_takes_no_iops(self, emulator: t.Any, database: t.Any) -> None:
        with pytest.raises(ModuleFailed, match="gp3 below 400 GiB .* leave iops out"):
            database(check=True, iops=4000)
        assert database(iops=0, storage_throughput=0)["instance"]["iops"] == 3000
        with pytest.raises(ModuleFailed, match="gp3 below 400 GiB .* leave storage_throughput out"):
            database(storage_throughput=200)

    # AWS takes the next change of storage six hours later, so each of these begins with a database of its own.

    def test_gp3_grows_over_the_step(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(allocated_storage=500, apply_immediately=True)
        assert (look(rds)["Iops"], look(rds)["StorageThroughput"]) == (12000, 500)

    def test_gp3_over_the_step_takes_iops(self, rds: t.Any, database: t.Any) -> None:
        database(allocated_storage=500)
        database(allocated_storage=500, iops=15000, apply_immediately=True)
        assert look(rds)["Iops"] == 15000

    def test_gp3_with_iops_grows(self, rds: t.Any, database: t.Any) -> None:
        database(allocated_storage=500, iops=15000)
        database(allocated_storage=600, iops=15000, apply_immediately=True)
        assert (look(rds)["AllocatedStorage"], look(rds)["Iops"]) == (600, 15000)
        assert not database(allocated_storage=600, iops=15000)["changed"]

    def test_io1_becomes_gp3(self, rds: t.Any, database: t.Any) -> None:
        database(storage_type="io1", iops=2000)
        database(storage_type="gp3", apply_immediately=True)
        assert (look(rds)["StorageType"], look(rds)["Iops"]) == ("gp3", 3000)

    def test_gp3_becomes_gp2(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(storage_type="gp2", allocated_storage=200, apply_immediately=True)
        assert (look(rds)["StorageType"], look(rds)["AllocatedStorage"]) == ("gp2", 200)


class TestWindow:
    def test_a_change_that_waits_is_told_and_not_made_twice(self, emulator: t.Any, database: t.Any) -> None:
        database(maintenance_window="sun:04:30-sun:05:30")
        asked = {"maintenance_window": "sun:04:30-sun:05:30", "instance_class": "db.m5.xlarge"}
        preview = database(check=True, **asked)
        result = database(**asked)
        assert preview["pending"] == result["pending"]
        assert "changes instance_class in its maintenance window sun:04:30-sun:05:30 UTC" in result["pending"][0]
        emulator.clear()
        again = database(**asked)
        assert not again["changed"] and again["pending"] == result["pending"]
        assert emulator.mutations() == []

    def test_what_waits_can_be_made_now(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(instance_class="db.m5.xlarge")
        preview = database(check=True, instance_class="db.m5.xlarge", apply_immediately=True)
        result = database(instance_class="db.m5.xlarge", apply_immediately=True)
        assert preview["diff"] == result["diff"]
        assert result["diff"]["before"] == {"instance_class": "db.m5.large"}
        assert look(rds)["DBInstanceClass"] == "db.m5.xlarge"
        assert "pending" not in result

    def test_what_waits_can_be_taken_back(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(instance_class="db.m5.xlarge")
        assert database()["changed"]
        assert look(rds).get("PendingModifiedValues", {}) == {}

    def test_static_parameters_wait_for_a_restart(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        group = {"name": "parameters", "family": "postgres15", "parameters": {"log_lock_waits": 1}}
        run_module(emulator.url, "rds_parameter_group", group)
        assert "pending" not in database(parameter_group="parameters")
        static = {**group, "parameters": {"log_lock_waits": 1, "max_connections": 200}}
        preview = run_module(emulator.url, "rds_parameter_group", static, check=True)
        result = run_module(emulator.url, "rds_parameter_group", static)
        assert preview["pending"] == result["pending"]
        assert "max_connections" in result["pending"][0] and "log_lock_waits" not in result["pending"][0]
        assert "when it is restarted" in database(parameter_group="parameters")["pending"][0]
        rds.reboot_db_instance(DBInstanceIdentifier=NAME)
        settle(rds)
        assert "pending" not in database(parameter_group="parameters")


class TestStarting:
    def test_a_database_is_started_and_awaited_later(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        started = database(wait=False, port=5432)
        assert started["instance"]["status"] == "creating" and started["instance"]["address"] is None
        emulator.clear()
        awaited = database(port=5432)
        assert awaited["instance"]["status"] == "available" and awaited["instance"]["address"].startswith(NAME)
        assert not awaited["changed"] and emulator.mutations() == []

    def test_the_password_goes_to_aws_only(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        results = [database(check=True), database(), database()]
        assert PASSWORD not in json.dumps([*results, emulator.requests()])
        assert look(rds)["MasterUsername"] == "sdt_admin"

    @pytest.mark.parametrize("value", ["no json", '["password"]', '{"username": "sdt_admin"}'])
    def test_unfit_credentials_are_refused_without_showing_them(
        self, emulator: t.Any, database: t.Any, value: str
    ) -> None:
        emulator.client("secretsmanager").put_secret_value(SecretId="credentials", SecretString=value)
        with pytest.raises(ModuleFailed, match="not JSON with the keys username and password") as failed:
            database()
        assert value not in json.dumps(failed.value.result)

    def test_missing_credentials(self, database: t.Any) -> None:
        assert database(check=True, credentials_secret="nowhere")["changed"]
        with pytest.raises(ModuleFailed, match="secret nowhere has no value, or does not exist"):
            database(credentials_secret="nowhere")

    def test_zones_without_the_class_are_named(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        subnet_group(emulator.client("ec2"), rds, "old", ["us-east-1a", "us-east-1e"])
        asked = {"subnet_group": "old", "instance_class": "db.m7g.large"}
        with pytest.raises(ModuleFailed, match="in several zones is not offered in us-east-1e"):
            database(check=True, multi_az=True, **asked)
        assert database(**asked)["changed"]

    def test_a_preview_needs_no_parents(self, emulator: t.Any) -> None:
        result = run_module(emulator.url, "rds_instance", {**ASKED, "security_groups": ["nothing"]}, check=True)
        assert result["instance"]["address"].startswith("planned:")

    def test_a_stopped_database_is_not_touched(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        database()
        rds.stop_db_instance(DBInstanceIdentifier=NAME)
        settle(rds, status="stopped")
        emulator.clear()
        result = database(instance_class="db.m5.xlarge")
        assert not result["changed"] and emulator.mutations() == []
        assert "could not change instance_class" in result["pending"][0]

    def test_it_is_stopped_and_started(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        database()
        previewed = database(check=True, running=False)
        assert previewed["changed"] and look(rds)["DBInstanceStatus"] == "available"
        assert database(running=False)["instance"]["status"] == "stopped"
        emulator.clear()
        assert not database(running=False)["changed"] and emulator.mutations() == []
        assert not database()["changed"], "left out, it is left as it is"
        assert database(running=True)["instance"]["status"] == "available"
        assert not database(running=True)["changed"]


class TestDeleting:
    def test_protection_holds_until_it_is_lifted(self, emulator: t.Any, database: t.Any) -> None:
        database(deletion_protection=True)
        emulator.clear()
        for check in (True, False):
            with pytest.raises(ModuleFailed, match="protected against deletion. Set deletion_protection to false"):
                database(check=check, state="absent", deletion_protection=False)
        assert emulator.mutations() == []
        database(deletion_protection=False)
        assert database(state="absent")["changed"]

    def test_the_final_snapshot_has_a_name_of_its_own(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(state="absent")
        manual = [one for one in rds.describe_db_snapshots()["DBSnapshots"] if one["SnapshotType"] == "manual"]
        assert [one["DBSnapshotIdentifier"].startswith("database-final-20") for one in manual] == [True]
        assert rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"], "they are kept"

    def test_snapshot_and_backups_can_be_left_out(self, rds: t.Any, database: t.Any) -> None:
        database()
        database(state="absent", final_snapshot=False, delete_automated_backups=True)
        assert rds.describe_db_snapshots()["DBSnapshots"] == []

    def test_a_stopped_database_is_started_for_its_snapshot(self, rds: t.Any, database: t.Any) -> None:
        database()
        rds.stop_db_instance(DBInstanceIdentifier=NAME)
        settle(rds, status="stopped")
        database(state="absent")
        assert [one for one in rds.describe_db_snapshots()["DBSnapshots"] if one["SnapshotType"] == "manual"]

    def test_a_deletion_under_way_is_only_awaited(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        database()
        database(state="absent", wait=False)
        emulator.clear()
        assert not database(state="absent")["changed"]
        assert emulator.mutations() == []
        assert rds.describe_db_instances()["DBInstances"] == []

    def test_a_new_one_comes_after_the_old_is_gone(self, rds: t.Any, database: t.Any) -> None:
        database()
        old = look(rds)["DbiResourceId"]
        database(state="absent", wait=False)
        assert database()["actions"][0]["action"] == "create"
        assert look(rds)["DbiResourceId"] != old


class TestReplica:
    REPLICA = {"name": "replica", "source": NAME, "storage_type": "gp3", "instance_class": "db.m5.large"}

    @pytest.fixture
    def replica(self, emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
        def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
            return run_module(emulator.url, "rds_instance", {**self.REPLICA, **options}, check=check)

        return call

    def test_both_sides_know_each_other(self, rds: t.Any, database: t.Any, replica: t.Any) -> None:
        database()
        replica()
        assert look(rds)["ReadReplicaDBInstanceIdentifiers"] == ["replica"]
        assert look(rds, "replica")["ReadReplicaSourceDBInstanceIdentifier"] == NAME

    def test_a_source_that_cannot_be_followed_is_refused(self, database: t.Any, replica: t.Any) -> None:
        with pytest.raises(ModuleFailed, match="RDS instance database does not exist"):
            replica()
        assert replica(check=True)["changed"], "the source may be one that this run would make"
        database(backup_retention_days=0)
        with pytest.raises(ModuleFailed, match="has no automated backups"):
            replica(check=True)
        database(backup_retention_days=7, apply_immediately=True, manage_master_user_password=True)
        with pytest.raises(ModuleFailed, match="RDS manages the password of database"):
            replica(check=True)

    def test_the_source_goes_last(self, emulator: t.Any, rds: t.Any, database: t.Any, replica: t.Any) -> None:
        database()
        replica()
        with pytest.raises(ModuleFailed, match="is the source of replica, .* delete that first"):
            database(check=True, state="absent")
        each = {"state": "absent", "each": {NAME: {}, "replica": {}}}
        preview = run_module(emulator.url, "rds_instance", each, check=True)
        result = run_module(emulator.url, "rds_instance", each)
        assert [one["name"] for one in result["actions"]] == ["replica", NAME]
        assert preview["actions"] == result["actions"]
        assert rds.describe_db_instances()["DBInstances"] == []

    def test_a_promoted_replica_is_no_replica_again(self, rds: t.Any, database: t.Any, replica: t.Any) -> None:
        database()
        replica()
        rds.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
        with pytest.raises(ModuleFailed, match="source is None, asked for is 'database'"):
            replica()


def test_instances_are_told_in_one_request(emulator: t.Any, rds: t.Any, database: t.Any) -> None:
    database(tags={"Environment": "contract"})
    emulator.clear()
    for options, found in (({}, [NAME]), ({"names": ["Database"]}, [NAME]), ({"names": ["other"]}, [])):
        assert list(run_module(emulator.url, "rds_instance_info", options)["instances"]) == found
    tagged = run_module(emulator.url, "rds_instance_info", {"tags": {"Environment": "contract"}})["instances"]
    assert tagged[NAME]["status"] == "available"
    assert run_module(emulator.url, "rds_instance_info", {"tags": {"Environment": "other"}})["instances"] == {}
    assert [call["operation"] for call in emulator.requests()] == ["DescribeDBInstances"] * 5
    assert run_module(emulator.url, "rds_instance_info", {"monitoring_role": "some"})["instances"] == {}


def test_unknown_parameters_are_refused_before_anything_is_written(emulator: t.Any) -> None:
    group = {"name": "parameters", "family": "postgres15", "parameters": {"log_lock_wait": 1}}
    for check in (True, False):
        with pytest.raises(ModuleFailed, match="postgres15 has no parameter log_lock_wait"):
            run_module(emulator.url, "rds_parameter_group", group, check=check)
    run_module(emulator.url, "rds_parameter_group", {**group, "parameters": {}})
    emulator.clear()
    with pytest.raises(ModuleFailed, match="postgres15 has no parameter log_lock_wait"):
        run_module(emulator.url, "rds_parameter_group", group, check=True)
    assert emulator.mutations() == []


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("max_connections", "x", False),
        ("max_connections", 5, False),
        ("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", True),
        ("log_min_duration_statement", -1, True),
        ("log_min_duration_statement", -2, False),
        ("log_connections", True, True),
        ("log_connections", "on", False),
        ("log_statement", "ddl", True),
        ("log_statement", "everything", False),
        ("shared_preload_libraries", "pg_stat_statements,auto_explain", True),
        ("shared_preload_libraries", "pg_stat_statements,nothing", False),
    ],
)
def test_values_that_aws_refuses_are_refused_in_check_mode(
    emulator: t.Any, name: str, value: t.Any, allowed: bool
) -> None:
    group = {"name": "parameters", "family": "postgres15", "parameters": {name: value}}
    if allowed:
        assert run_module(emulator.url, "rds_parameter_group", group)["changed"]
        return
    with pytest.raises(ModuleFailed, match=f"The parameter {name} of the family postgres15 cannot be"):
        run_module(emulator.url, "rds_parameter_group", group, check=True)
    with pytest.raises(ClientError, match="allowed values"):  # AWS does
        made = {"DBParameterGroupName": "other", "DBParameterGroupFamily": "postgres15", "Description": "other"}
        emulator.client("rds").create_db_parameter_group(**made)
        changed = {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        emulator.client("rds").modify_db_parameter_group(DBParameterGroupName="other", Parameters=[changed])


def test_an_unknown_family_is_named(emulator: t.Any) -> None:
    with pytest.raises(ModuleFailed, match="no family postgres5 "):
        run_module(emulator.url, "rds_parameter_group", {"name": "parameters", "family": "postgres5"}, check=True)


def test_many_parameters_take_several_requests(emulator: t.Any) -> None:
    names = [
        one["ParameterName"]
        for one in emulator.client("rds").describe_engine_default_parameters(DBParameterGroupFamily="postgres15")[
            "EngineDefaults"
        ]["Parameters"]
        if one["IsModifiable"] and one["DataType"] == "boolean"
    ] + [f"autovacuum_{one}" for one in ("max_workers", "vacuum_scale_factor")]
    values = {**dict.fromkeys(names, 1), **dict.fromkeys(THOUSANDS, 1000)}
    assert len(values) > 20
    group = {"name": "parameters", "family": "postgres15", "parameters": values}
    emulator.clear()
    run_module(emulator.url, "rds_parameter_group", group)
    assert [one["operation"] for one in emulator.mutations()].count("ModifyDBParameterGroup") == 2
    assert not run_module(emulator.url, "rds_parameter_group", group)["changed"]
    run_module(emulator.url, "rds_parameter_group", {**group, "parameters": {}})
    found = emulator.client("rds").describe_db_parameters(DBParameterGroupName="parameters", Source="user")
    assert found["Parameters"] == []


class TestRestore:
    """A database made out of a backup has all it is given, the password of the secret included."""

    GIVEN: t.ClassVar[dict[str, t.Any]] = {
        "multi_az": True,
        "deletion_protection": True,
        "log_exports": ["postgresql"],
        "max_allocated_storage": 500,
        "maintenance_window": "sun:04:30-sun:05:30",
        "backup_window": "03:00-04:00",
        "performance_insights": True,
        "performance_insights_retention_days": 7,
        "tags": {"Owner": "platform"},
    }

    @pytest.mark.parametrize("way", ["snapshot", "time"])
    def test_everything_is_as_it_was_asked_for(self, emulator: t.Any, rds: t.Any, database: t.Any, way: str) -> None:
        database()
        run_module(emulator.url, "rds_snapshot", {"name": "before", "instance": NAME})
        settle(rds)
        backup = {"snapshot": "before"} if way == "snapshot" else {"source": NAME}
        wanted = {"name": "restored", "restore": backup, **self.GIVEN}
        preview = database(check=True, **wanted)
        assert len(rds.describe_db_instances()["DBInstances"]) == 1
        done = database(**wanted)
        assert [one["action"] for one in done["actions"]] == [one["action"] for one in preview["actions"]] == ["create"]
        found = look(rds, "restored")
        assert (found["MultiAZ"], found["DeletionProtection"], found["MaxAllocatedStorage"]) == (True, True, 500)
        assert found["DBSubnetGroup"]["DBSubnetGroupName"] == "group"
        assert found["PerformanceInsightsEnabled"] and found["EnabledCloudwatchLogsExports"] == ["postgresql"]
        assert found["TagList"] == [{"Key": "Owner", "Value": "platform"}]
        assert not database(**wanted)["changed"], "a second run has nothing to do"
        calls = [call["operation"] for call in emulator.requests() if not call["error"]]
        restored = next(number for number, call in enumerate(calls) if call.startswith("RestoreDBInstance"))
        assert {"GetSecretValue", "ModifyDBInstance"} <= set(calls[restored:]), "it gets the password of the secret"
        assert PASSWORD not in json.dumps(emulator.requests(), default=str)

    @pytest.mark.parametrize(
        ("backup", "said"),
        [
            ({"snapshot": "nothing"}, "The RDS snapshot nothing does not exist in us-east-1"),
            ({"source": "nothing"}, "The RDS instance nothing does not exist"),
            ({"source": NAME, "time": "yesterday"}, "'yesterday' is no moment: write it like"),
            ({"source": NAME, "time": "2099-01-01"}, "can be restored to .* at the latest"),
            ({"source": NAME, "time": "2020-01-01T00:00:00Z"}, "can be restored to .* at the earliest"),
            ({"source": NAME, "snapshot": "before"}, "mutually exclusive"),
        ],
    )
    def test_a_backup_there_is_not_is_refused_in_check_mode(
        self, rds: t.Any, database: t.Any, backup: dict[str, str], said: str
    ) -> None:
        database()
        settle(rds)
        with pytest.raises(ModuleFailed, match=said):
            database(check=True, name="restored", restore=backup)

    def test_a_database_without_backups_has_no_time_to_go_back_to(self, rds: t.Any, database: t.Any) -> None:
        database(backup_retention_days=0)
        with pytest.raises(ModuleFailed, match="has no automated backups: name a snapshot"):
            database(name="restored", restore={"source": NAME})


class TestFailover:
    def failover(self, emulator: t.Any, check: bool = False) -> dict[str, t.Any]:
        return run_module(emulator.url, "rds_failover", {"instance": NAME}, check=check)

    def test_the_standby_takes_over_in_another_zone(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        database(multi_az=True)
        settle(rds)
        before = look(rds)["AvailabilityZone"]
        assert self.failover(emulator, check=True)["before"] == before
        assert look(rds)["DBInstanceStatus"] == "available" and look(rds)["AvailabilityZone"] == before
        done = self.failover(emulator)
        assert (done["before"], done["after"]) == (before, look(rds)["AvailabilityZone"])
        assert done["after"] != before and done["seconds"] >= 0

    def test_what_has_no_standby_is_not_restarted(self, emulator: t.Any, rds: t.Any, database: t.Any) -> None:
        with pytest.raises(ModuleFailed, match="The RDS instance database does not exist"):
            self.failover(emulator)
        database(multi_az=False)
        settle(rds)
        for check in (True, False):
            with pytest.raises(ModuleFailed, match="has no standby, so nothing can take over"):
                self.failover(emulator, check=check)
        assert "RebootDBInstance" not in {call["operation"] for call in emulator.requests()}
