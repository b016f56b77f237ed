# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PostgreSQL instances: refusals, and changes that are made at once, or wait for a restart or the window."""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.logs.models import logs_backends
from moto.rds.exceptions import (
    DBInstanceNotFoundError,
    DBParameterGroupNotFoundError,
    InvalidParameterCombination,
    InvalidParameterValue,
)
from moto.rds.models import DBInstance, DBSnapshot, RDSBackend
from moto.rds.responses import RDSResponse

from emulator.clock import Stage, clock
from emulator.mend.iam import known_role
from emulator.mend.rds import catalog, life, maintenance, snapshots
from emulator.mend.rds.life import check_available, look
from emulator.registry import mend, parameters

PRINTABLE = re.compile(r"[!-~]{8,128}")
FORBIDDEN = frozenset('/@"')
# What waits for the maintenance window unless it is to be applied at once: parameter -> pending value, attribute.
QUEUED = {
    "AllocatedStorage": ("AllocatedStorage", "allocated_storage"),
    "BackupRetentionPeriod": ("BackupRetentionPeriod", "backup_retention_period"),
    "CACertificateIdentifier": ("CACertificateIdentifier", "ca_certificate_identifier"),
    "DBInstanceClass": ("DBInstanceClass", "db_instance_class"),
    "DBPortNumber": ("Port", "port"),
    "EnableIAMDatabaseAuthentication": ("IAMDatabaseAuthenticationEnabled", "enable_iam_database_authentication"),
    "EngineVersion": ("EngineVersion", "engine_version"),
    "Iops": ("Iops", "iops"),
    "MultiAZ": ("MultiAZ", "multi_az"),
    "StorageThroughput": ("StorageThroughput", "storage_throughput"),
    "StorageType": ("StorageType", "storage_type"),
}
ATTRIBUTE = dict(QUEUED.values())
STORAGE = {"AllocatedStorage", "Iops", "StorageThroughput", "StorageType"}
# What is changed at once: parameter -> attribute.
DIRECT = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "CopyTagsToSnapshot": "copy_tags_to_snapshot",
    "DatabaseInsightsMode": "database_insights_mode",
    "DeletionProtection": "deletion_protection",
    "EnablePerformanceInsights": "performance_insights_enabled",
    "EngineLifecycleSupport": "engine_lifecycle_support",
    "MaxAllocatedStorage": "max_allocated_storage",
    "MonitoringInterval": "monitoring_interval",
    "MonitoringRoleArn": "monitoring_role_arn",
    "NetworkType": "network_type",
    "PerformanceInsightsRetentionPeriod": "performance_insights_retention_period",
    "PreferredBackupWindow": "preferred_backup_window",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "PubliclyAccessible": "publicly_accessible",
    "VpcSecurityGroupIds": "vpc_security_group_ids",
}


@mend(RDSResponse)
def describe_db_instances(original: Any, self: RDSResponse) -> Any:
    look(self.backend)
    return original(self)


@mend(DBInstance)
def endpoint(original: Any, self: DBInstance) -> dict[str, Any] | None:
    return None if self.status == "creating" else {**original(self), "HostedZoneId": "Z2R2ITUGPM61AM"}


# Creating


@mend(DBInstance)
def default_storage_type(_original: Any, iops: Any) -> str:
    return "gp3" if iops is None else "io1"


@mend(DBInstance)
def default_allocated_storage(original: Any, engine: str, storage_type: str) -> int:
    return original(engine, {"gp3": "gp2", "io2": "io1"}.get(storage_type, storage_type))


@mend(RDSResponse)
def create_db_instance(original: Any, self: RDSResponse) -> ActionResult:
    request = parameters(self)
    if request["Engine"] != "postgres" or request.get("DBClusterIdentifier"):
        return original(self)
    if request["DBInstanceIdentifier"].lower() in self.backend.databases:
        return original(self)  # refuses
    version = create_version(request.get("EngineVersion"))
    check_class(self, request["DBInstanceClass"], version, request.get("DBSubnetGroupName"), request.get("MultiAZ"))
    if not request.get("ManageMasterUserPassword"):
        check_password(request.get("MasterUserPassword"))
    if not request.get("MasterUsername"):
        raise InvalidParameterValue("The parameter MasterUsername must be provided and must not be blank.")
    if catalog.major(version) in catalog.PAST_STANDARD_SUPPORT and str(request.get("EngineLifecycleSupport")).endswith(
        "disabled"
    ):
        raise InvalidParameterCombination(
            f"postgres {version} is past the end of its standard support and needs Extended Support"
        )
    kind = request.get("StorageType") or ("io1" if request.get("Iops") else "gp3")
    check_storage(kind, request.get("AllocatedStorage") or 20, request)
    check_references(self, request, version)
    self.params["EngineVersion"] = version
    self.params["StorageType"] = kind
    self.params["LicenseModel"] = "postgresql-license"
    self.params.setdefault("CACertificateIdentifier", "rds-ca-rsa2048-g1")
    self.params.setdefault("PubliclyAccessible", False)
    if request.get("StorageEncrypted") or request.get("KmsKeyId"):
        self.params["KmsKeyId"] = storage_key(self.backend, request.get("KmsKeyId"))
    answer = original(self)
    begin(self, self.backend.databases[request["DBInstanceIdentifier"]], request, "rds.instance.creating")
    return answer


def begin(response: RDSResponse, instance: DBInstance, request: dict[str, Any], kind: str) -> None:
    """What every new instance has, a replica too."""
    instance.dbi_resource_id = "db-" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(26))
    instance.waits_for_restart = False
    instance.pending_modified_values = {}
    instance.performance_insights_enabled = bool(request.get("EnablePerformanceInsights"))
    instance.performance_insights_retention_period = (
        request.get("PerformanceInsightsRetentionPeriod") or 7 if instance.performance_insights_enabled else None
    )
    instance.database_insights_mode = request.get("DatabaseInsightsMode") or "standard"
    instance.engine_lifecycle_support = request.get("EngineLifecycleSupport") or "open-source-rds-extended-support"
    instance.network_type = request.get("NetworkType") or "IPV4"
    set_performance(instance)
    make_log_groups(response, instance)
    life.create(response.backend, instance, kind)
    maintenance.back_up_daily(response.backend, instance)


def create_version(wanted: str | None) -> str:
    if wanted is None:
        return catalog.newest(catalog.DEFAULT_MAJOR)
    version = catalog.newest(wanted) if "." not in wanted else wanted
    if version not in catalog.versions():
        raise InvalidParameterCombination(f"Cannot find version {wanted} for postgres")
    return version


def check_class(
    response: RDSResponse, name: str, version: str, subnet_group: str | None, multi_az: bool | None
) -> None:
    if name not in catalog.classes():
        raise InvalidParameterCombination(
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={name}, Engine=postgres, EngineVersion={version}, LicenseModel=postgresql-license. "
            "For supported combinations of instance class and database engine version, see the documentation."
        )
    if subnet_group is None:
        return
    subnets = response.backend.describe_db_subnet_groups(subnet_group)[0].subnets
    zones = sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in subnets})
    if len(catalog.zones_with(name, zones)) < (2 if multi_az else 1):
        raise ServiceException(
            "InsufficientDBInstanceCapacity",
            f"The requested DB instance class {name} isn't available in the Availability Zones of {subnet_group}.",
        )


def check_password(password: str | None) -> None:
    if not password:
        raise InvalidParameterValue("The parameter MasterUserPassword must be provided and must not be blank.")
    if not PRINTABLE.fullmatch(password) or FORBIDDEN & set(password):
        raise InvalidParameterValue(
            "The parameter MasterUserPassword is not a valid password. "
            "Only printable ASCII characters besides '/', '@', '\"', ' ' may be used."
        )


def check_storage(kind: str, size: int, request: dict[str, Any]) -> None:
    if kind not in catalog.STORAGE:
        raise InvalidParameterValue(f"Invalid storage type: {kind}")
    least, most, iops, throughput = catalog.STORAGE[kind]
    if not least <= size <= most:
        raise InvalidParameterValue(f"Invalid storage size for engine name postgres and storage type {kind}: {size}")
    if kind == "gp3" and size < catalog.GP3_STEP and (request.get("Iops") or request.get("StorageThroughput")):
        raise InvalidParameterCombination(
            "You can't specify IOPS or storage throughput for engine postgres and a storage size less than "
            f"{catalog.GP3_STEP}."
        )
    if kind == "gp3" and request.get("Iops") and request["Iops"] < 12000:
        raise InvalidParameterCombination(
            f"Invalid iops: {request['Iops']}. For gp3 of this size it is at least 12000."
        )
    if request.get("Iops") and not iops:
        raise InvalidParameterCombination(f"You can't specify IOPS for storage type {kind}.")
    if request.get("StorageThroughput") and not throughput:
        raise InvalidParameterCombination(f"You can't specify storage throughput for storage type {kind}.")
    if kind in ("io1", "io2") and not request.get("Iops"):
        raise InvalidParameterCombination(f"You must specify IOPS for storage type {kind}.")


def check_references(response: RDSResponse, request: dict[str, Any], version: str) -> None:
    """What the request names has to exist and to fit."""
    group = request.get("DBParameterGroupName")
    if group and not group.startswith("default."):
        if group not in response.backend.db_parameter_groups:
            raise DBParameterGroupNotFoundError(group)
        family, fitting = response.backend.db_parameter_groups[group].family, f"postgres{catalog.major(version)}"
        if family != fitting:
            raise InvalidParameterCombination(
                f"The Parameter Group {group} with DBParameterGroupFamily {family} can't be used for this instance. "
                f"Please use a Parameter Group with DBParameterGroupFamily {fitting}"
            )
    known = {group.id for group in ec2_backends[response.current_account][response.region].describe_security_groups()}
    for security_group in request.get("VpcSecurityGroupIds", []):
        if security_group not in known:
            raise InvalidParameterValue(f"Invalid security group , groupId= {security_group}, groupName=.")
    if request.get("MonitoringRoleArn"):
        _check_monitoring_role(request["MonitoringRoleArn"])
    certificate = request.get("CACertificateIdentifier")
    if certificate and certificate not in catalog.AUTHORITIES:
        raise ServiceException("CertificateNotFound", f"Certificate not found: {certificate}")
    exports = [
        *request.get("EnableCloudwatchLogsExports", []),
        *request.get("CloudwatchLogsExportConfiguration", {}).get("EnableLogTypes", []),
    ]
    unknown = sorted(set(exports) - set(catalog.LOG_TYPES))
    if unknown:
        raise InvalidParameterCombination(
            f"You cannot use the log types '{', '.join(unknown)}' with engine version postgres {version}."
        )
    if (
        request.get("DatabaseInsightsMode") == "advanced"
        and (request.get("PerformanceInsightsRetentionPeriod") or 0) < 465
    ):
        raise InvalidParameterCombination(
            "To enable the Advanced mode of Database Insights, set a retention period of 465 days or more."
        )


def _check_monitoring_role(arn: str) -> None:
    role = known_role(arn)
    if role is None or "monitoring.rds.amazonaws.com" not in str(role.assume_role_policy_document):
        raise InvalidParameterValue(
            "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING"
        )


def storage_key(backend: RDSBackend, wanted: str | None) -> str:
    """The ARN of the key: the one asked for, or AWS's own."""
    if wanted is None:
        return backend.kms.describe_key(backend.kms.any_id_to_key_id("alias/aws/rds")).arn
    return backend._validate_kms_key(wanted)


def set_performance(instance: DBInstance) -> None:
    """gp3 always tells its IOPS and throughput; what cannot be chosen is given."""
    if instance.storage_type != "gp3":
        return
    striped = instance.allocated_storage >= catalog.GP3_STEP
    least = (12000, 500) if striped else (3000, 125)
    instance.iops = max(int(instance.iops or 0), least[0]) if striped else least[0]
    instance.storage_throughput = max(instance.storage_throughput or 0, least[1]) if striped else least[1]


def make_log_groups(response: RDSResponse, instance: DBInstance) -> None:
    """RDS makes the log groups it exports to, without retention, where they are missing."""
    logs = logs_backends[response.current_account][response.region]
    for kind in instance.enabled_cloudwatch_logs_exports:
        name = f"/aws/rds/instance/{instance.db_instance_identifier}/{kind}"
        if name not in logs.groups:
            logs.create_log_group(name, {})


# Changing


@mend(RDSResponse)
def modify_db_instance(original: Any, self: RDSResponse) -> ActionResult:
    request = parameters(self)
    instance = self.backend.describe_db_instances(request["DBInstanceIdentifier"])[0]
    if instance.engine != "postgres" or instance.db_cluster_identifier:
        return original(self)
    look(self.backend)
    check_available(instance)
    _check_change(self, instance, request)
    life.finish(self.backend, instance)
    later = _queue(instance, request)
    _change_now(self, instance, request)
    if request.get("ManageMasterUserPassword") is not None or request.get("RotateMasterUserPassword"):
        _leave_to_moto(original, self, request)
    apply = partial(_apply, self.backend, instance)
    if later and request.get("ApplyImmediately"):
        life.change(self.backend, instance, apply)
    else:
        life.configure(self.backend, instance, request)
    if later:
        maintenance.wait_for_window(self.backend, instance, apply)
    return ActionResult({"DBInstance": instance})


def _check_change(response: RDSResponse, instance: DBInstance, request: dict[str, Any]) -> None:
    version = request.get("EngineVersion") or instance.engine_version
    if request.get("EngineVersion") and version != instance.engine_version:
        if version not in catalog.upgrade_targets(instance.engine_version):
            raise InvalidParameterCombination(f"Cannot upgrade postgres from {instance.engine_version} to {version}")
        if catalog.major(version) != catalog.major(instance.engine_version):
            if not request.get("AllowMajorVersionUpgrade"):
                raise InvalidParameterCombination(
                    "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
                )
            group = instance.db_parameter_group_name
            if group and not group.startswith("default.") and not request.get("DBParameterGroupName"):
                raise InvalidParameterCombination(
                    "The current DB instance parameter group is custom. You must explicitly specify a new DB instance "
                    "parameter group, either default or custom, for the engine version upgrade."
                )
    size = request.get("AllocatedStorage") or instance.allocated_storage
    if size < instance.allocated_storage:
        raise InvalidParameterCombination(
            f"Invalid storage size for engine name postgres and storage type {instance.storage_type}: {size}. "
            "Storage cannot be reduced."
        )
    kind = request.get("StorageType") or instance.storage_type
    if set(life.STORAGE) & set(request):
        if instance.status == "storage-optimization":
            raise InvalidParameterCombination(
                "You can't currently modify the storage of this DB instance because the previous storage change is "
                "being optimized."
            )
        iops = request.get("Iops") or (
            instance.iops if kind in ("io1", "io2") and kind == instance.storage_type else None
        )
        check_storage(kind, size, {**request, "Iops": iops})
    if request.get("DBInstanceClass"):
        group = getattr(instance, "db_subnet_group", None)
        check_class(response, request["DBInstanceClass"], version, group.name if group else None, instance.multi_az)
    if request.get("BackupRetentionPeriod") == 0 and instance.replicas:
        raise InvalidParameterCombination("Cannot disable backups of a DB instance that is a source for read replicas.")
    if request.get("MonitoringInterval") and not (request.get("MonitoringRoleArn") or instance.monitoring_role_arn):
        raise InvalidParameterCombination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0."
        )
    check_references(response, request, version)


def _queue(instance: DBInstance, request: dict[str, Any]) -> bool:
    """Note what waits; true when something waits."""
    pending = instance.pending_modified_values
    for parameter, (name, attribute) in QUEUED.items():
        if parameter not in request:
            continue
        value = request[parameter]
        if parameter == "BackupRetentionPeriod" and value and instance.backup_retention_period:
            instance.backup_retention_period = value
            continue
        if parameter == "AllocatedStorage" and value > instance.allocated_storage:
            value = max(value, -(-instance.allocated_storage * 11 // 10))  # AWS grows by a tenth at least
        pending[name] = value
        if value == getattr(instance, attribute):
            del pending[name]
    if request.get("NewDBInstanceIdentifier"):
        pending["DBInstanceIdentifier"] = request["NewDBInstanceIdentifier"].lower()
    if "DBParameterGroupName" in request and "EngineVersion" in pending:
        instance.group_after_upgrade = request["DBParameterGroupName"]
    return bool(pending)


def _apply(backend: RDSBackend, instance: DBInstance) -> None:
    pending, instance.pending_modified_values = instance.pending_modified_values, {}
    if "DBInstanceIdentifier" in pending:
        _rename(backend, instance, pending.pop("DBInstanceIdentifier"))
    for name, value in pending.items():
        setattr(instance, ATTRIBUTE[name], value)
    if STORAGE & pending.keys():
        instance.storage_changed_at = clock.now()
    if "EngineVersion" in pending and getattr(instance, "group_after_upgrade", None):
        instance.db_parameter_group_name = instance.group_after_upgrade
    set_performance(instance)


def _rename(backend: RDSBackend, instance: DBInstance, name: str) -> None:
    """Replicas stay with their source.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
    """
    former = instance.db_instance_identifier
    backend.modify_db_instance(former, {"new_db_instance_identifier": name})
    for other in backend.databases.values():
        if getattr(other, "source_db_instance_identifier", None) == former:
            other.source_db_instance_identifier = name
        if former in (other.replicas or []):
            other.replicas = [name if one == former else one for one in other.replicas]


def _change_now(response: RDSResponse, instance: DBInstance, request: dict[str, Any]) -> None:
    for parameter, attribute in DIRECT.items():
        if parameter in request:
            setattr(instance, attribute, request[parameter])
    if request.get("MonitoringInterval") == 0:
        instance.monitoring_role_arn = None
    if "MasterUserPassword" in request:
        check_password(request["MasterUserPassword"])
        instance.master_user_password = request["MasterUserPassword"]
    group = request.get("DBParameterGroupName")
    if group and group != instance.db_parameter_group_name and "EngineVersion" not in instance.pending_modified_values:
        instance.db_parameter_group_name = group
        instance.waits_for_restart = True
    exports = request.get("CloudwatchLogsExportConfiguration", {})
    kept = [kind for kind in instance.enabled_cloudwatch_logs_exports if kind not in exports.get("DisableLogTypes", [])]
    instance.enabled_cloudwatch_logs_exports = [
        *kept,
        *(kind for kind in exports.get("EnableLogTypes", []) if kind not in kept),
    ]
    make_log_groups(response, instance)


def _leave_to_moto(original: Any, response: RDSResponse, request: dict[str, Any]) -> None:
    for name in request:
        if name not in (
            "ApplyImmediately",
            "DBInstanceIdentifier",
            "ManageMasterUserPassword",
            "MasterUserSecretKmsKeyId",
            "RotateMasterUserPassword",
        ):
            del response.params[name]
    original(response)


@mend(RDSResponse)
def reboot_db_instance(original: Any, self: RDSResponse) -> ActionResult:
    """What is pending is made on the way, but for upgrades.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (ApplyImmediately)
    """
    request = parameters(self)
    instance = self.backend.describe_db_instances(request["DBInstanceIdentifier"])[0]
    if not life.managed(instance):
        return original(self)
    check_available(instance)
    if request.get("ForceFailover") and not instance.multi_az:
        raise InvalidParameterCombination(
            "ForceFailover cannot be specified since the instance is not configured for either MultiAZ or High "
            "Availability"
        )

    def restarted() -> None:
        instance.waits_for_restart = False
        if request.get("ForceFailover"):
            instance.availability_zone = standby_zone(instance)
        if instance.pending_modified_values and "EngineVersion" not in instance.pending_modified_values:
            _apply(self.backend, instance)

    kind = "rds.instance.failing-over" if request.get("ForceFailover") else "rds.instance.rebooting"
    life.go(self.backend, instance, Stage("rebooting", kind, restarted))
    return ActionResult({"DBInstance": instance})


def standby_zone(instance: DBInstance) -> str:
    """Another zone of its subnets; without a group of subnets, of the region."""
    group = getattr(instance, "db_subnet_group", None)
    of_region = [f"{instance.region}{letter}" for letter in "ab"]
    zones = sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in group.subnets}) if group else of_region
    return next((zone for zone in zones if zone != instance.availability_zone), instance.availability_zone)


@mend(RDSBackend)
def stop_db_instance(
    original: Any, self: RDSBackend, db_instance_identifier: str, db_snapshot_identifier: str | None = None
) -> DBInstance:
    instance = self.describe_db_instances(db_instance_identifier)[0]
    if instance.replicas:
        raise ServiceException(
            "InvalidDBInstanceState", "The DB instance is a source of read replicas and cannot be stopped."
        )
    instance = original(self, db_instance_identifier, db_snapshot_identifier)
    life.go(self, instance, Stage("stopping", "rds.instance.stopping"), last="stopped")
    maintenance.start_after_a_week(self, instance)
    return instance


@mend(RDSBackend)
def start_db_instance(original: Any, self: RDSBackend, db_instance_identifier: str) -> DBInstance:
    instance = original(self, db_instance_identifier)
    life.go(self, instance, Stage("starting", "rds.instance.starting"))
    return instance


# Deleting


@mend(RDSBackend)
def delete_db_instance(
    original: Any,
    self: RDSBackend,
    db_instance_identifier: str,
    final_db_snapshot_identifier: str | None = None,
    skip_final_snapshot: bool | None = False,
    delete_automated_backups: bool | None = True,
) -> DBInstance:
    instance = self.databases.get(db_instance_identifier)
    if instance is None:
        raise DBInstanceNotFoundError(db_instance_identifier)
    if instance.engine != "postgres" or instance.db_cluster_identifier:
        return original(
            self, db_instance_identifier, final_db_snapshot_identifier, skip_final_snapshot, delete_automated_backups
        )
    look(self)
    if instance.status == "deleting":
        raise life.invalid_state(f"Instance {db_instance_identifier} is already being deleted.")
    if instance.status == "creating":
        raise life.invalid_state(f"Instance {db_instance_identifier} is currently creating - please wait.")
    if skip_final_snapshot and final_db_snapshot_identifier:
        raise InvalidParameterCombination("Cannot specify FinalDBSnapshotIdentifier when SkipFinalSnapshot is true.")
    if not skip_final_snapshot and not final_db_snapshot_identifier:
        raise InvalidParameterCombination(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        )
    if final_db_snapshot_identifier and instance.is_replica:
        raise InvalidParameterCombination(
            "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance"
        )
    if final_db_snapshot_identifier and instance.status not in life.SETTLED:
        raise life.invalid_state(
            f"Cannot create a snapshot because the database instance {db_instance_identifier} is not currently in the "
            "available state.",
        )
    instance = original(
        self, db_instance_identifier, final_db_snapshot_identifier, skip_final_snapshot, delete_automated_backups
    )
    for name in instance.replicas:  # without its source, a replica is a database of its own
        replica = self.databases[name]
        replica.is_replica, replica.source_db_instance_identifier = False, None
    self.databases[db_instance_identifier] = instance
    if final_db_snapshot_identifier:
        snapshots.begin(self, self.database_snapshots[final_db_snapshot_identifier], "rds.snapshot.creating")
    maintenance.forget(self, instance)
    gone = partial(self.databases.pop, db_instance_identifier)
    life.go(self, instance, Stage("deleting", "rds.instance.deleting", gone), last="deleting")
    return instance


@mend(RDSBackend)
def create_auto_snapshot(
    original: Any, self: RDSBackend, db_instance_identifier: str, db_snapshot_identifier: str
) -> DBSnapshot:
    """Its name ends with the minute; an instance made again within one must not stumble over a backup that was kept."""
    name, number = db_snapshot_identifier, 1
    while name in self.database_snapshots:
        number += 1
        name = f"{db_snapshot_identifier}-{number}"
    return original(self, db_instance_identifier, name)
