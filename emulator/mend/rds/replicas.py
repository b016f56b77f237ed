# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Read replicas: instances of their own, and not, as in moto, copies that share what they are made of."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import DBInstanceAlreadyExists, InvalidParameterCombination, InvalidParameterValue
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from emulator.clock import Stage
from emulator.mend.rds import instances, life
from emulator.registry import mend, parameters


@mend(RDSResponse)
def create_db_instance_read_replica(original: Any, self: RDSResponse) -> ActionResult:
    request = parameters(self)
    name, source_name = request["DBInstanceIdentifier"], request["SourceDBInstanceIdentifier"]
    source = self.backend.find_db_from_id(source_name)
    if source.engine != "postgres" or source.db_cluster_identifier:
        return original(self)
    foreign = source.region != self.region
    _check(self, request, source, foreign)
    kind = request.get("StorageType") or source.storage_type
    size = request.get("AllocatedStorage") or source.allocated_storage
    instances.check_storage(kind, size, request)
    subnet_group = (
        request.get("DBSubnetGroupName") if foreign else getattr(getattr(source, "db_subnet_group", None), "name", None)
    )
    replica = DBInstance(
        self.backend,
        db_instance_identifier=name,
        db_instance_class=request.get("DBInstanceClass") or source.db_instance_class,
        engine="postgres",
        engine_version=source.engine_version,
        port=request.get("Port") or source.port,
        allocated_storage=size,
        max_allocated_storage=request.get("MaxAllocatedStorage") or source.max_allocated_storage,
        backup_retention_period=0,
        auto_minor_version_upgrade=request.get("AutoMinorVersionUpgrade", source.auto_minor_version_upgrade),
        db_name=source.db_name,
        db_subnet_group_name=subnet_group,
        db_parameter_group_name=request.get("DBParameterGroupName")
        or (None if foreign else source.db_parameter_group_name),
        copy_tags_to_snapshot=request.get("CopyTagsToSnapshot", False),
        iops=request.get("Iops"),
        storage_throughput=request.get("StorageThroughput"),
        master_username=source.master_username,
        multi_az=request.get("MultiAZ", False),
        license_model="postgresql-license",
        preferred_backup_window=source.preferred_backup_window,
        preferred_maintenance_window=source.preferred_maintenance_window,
        publicly_accessible=request.get("PubliclyAccessible", False),
        source_db_instance_identifier=source.db_instance_arn if foreign else source.db_instance_identifier,
        storage_type=kind,
        storage_encrypted=source.storage_encrypted,
        kms_key_id=instances.storage_key(self.backend, request.get("KmsKeyId")) if foreign else source.kms_key_id,
        tags=request.get("Tags"),
        vpc_security_group_ids=request.get("VpcSecurityGroupIds") or list(source.vpc_security_group_ids),
        deletion_protection=request.get("DeletionProtection", False),
        enable_cloudwatch_logs_exports=request.get("EnableCloudwatchLogsExports"),
        ca_certificate_identifier=request.get("CACertificateIdentifier") or "rds-ca-rsa2048-g1",
        availability_zone=request.get("AvailabilityZone"),
        monitoring_interval=request.get("MonitoringInterval") or 0,
        monitoring_role_arn=request.get("MonitoringRoleArn"),
        enable_iam_database_authentication=request.get("EnableIAMDatabaseAuthentication", False),
    )
    replica.set_as_replica()
    self.backend.databases[name] = replica
    source.add_replica(replica)
    instances.begin(self, replica, request, "rds.replica.creating")
    return ActionResult({"DBInstance": replica})


def _check(response: RDSResponse, request: dict[str, Any], source: DBInstance, foreign: bool) -> None:
    name = request["DBInstanceIdentifier"]
    if name in response.backend.databases:
        raise DBInstanceAlreadyExists
    instances.look(response.backend)
    instances.check_available(source)
    if getattr(source, "manage_master_user_password", False):
        raise InvalidParameterCombination(
            "You can't create a read replica of a DB instance whose master user password is managed in Secrets Manager."
        )
    if not source.backup_retention_period and not source.is_replica:
        raise InvalidParameterCombination(
            f"Automated backups are not enabled for the source DB instance {source.db_instance_identifier}; "
            "they are required for replication."
        )
    if request.get("AllocatedStorage") and request["AllocatedStorage"] < source.allocated_storage:
        raise InvalidParameterValue("The allocated storage of a read replica can't be less than that of its source.")
    if request.get("DBSubnetGroupName") and not foreign:
        raise InvalidParameterCombination(
            "DbSubnetGroupName should not be specified for read replicas created in the same region as the master."
        )
    if foreign and source.storage_encrypted and not request.get("KmsKeyId"):
        raise InvalidParameterCombination(
            "Cannot create a cross region encrypted read replica without a KMS key of the target region."
        )
    subnet_group = getattr(getattr(source, "db_subnet_group", None), "name", None)
    instances.check_class(
        response,
        request.get("DBInstanceClass") or source.db_instance_class,
        source.engine_version,
        None if foreign else subnet_group,
        request.get("MultiAZ"),
    )
    instances.check_references(response, request, source.engine_version)


@mend(RDSBackend)
def promote_read_replica(original: Any, self: RDSBackend, db_kwargs: dict[str, Any]) -> DBInstance:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html"""
    replica = self.describe_db_instances(db_kwargs["db_instance_identifier"])[0]
    if not life.managed(replica):
        return original(self, db_kwargs)
    life.check_available(replica)
    if not replica.is_replica:
        raise life.invalid_state(f"DB Instance {replica.db_instance_identifier} is not a read replica.")

    def promoted() -> None:
        self.find_db_from_id(replica.source_db_instance_identifier).remove_replica(replica)
        original(self, {"backup_retention_period": 1, **db_kwargs})
        replica.source_db_instance_identifier = None

    life.go(self, replica, Stage("modifying", "rds.replica.promoting", promoted))
    return replica
