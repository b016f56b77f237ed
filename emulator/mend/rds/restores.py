# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Restored instances are new ones: what is not given again, they do not have."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.rds.models import DBInstance
from moto.rds.responses import RDSResponse

from emulator.mend.rds import instances, life, snapshots
from emulator.registry import mend, parameters

# Settings a restored instance is given in the request, or has from its source.
_GIVEN = {
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "BackupRetentionPeriod": "backup_retention_period",
    "CACertificateIdentifier": "ca_certificate_identifier",
    "CopyTagsToSnapshot": "copy_tags_to_snapshot",
    "PreferredBackupWindow": "preferred_backup_window",
    "PubliclyAccessible": "publicly_accessible",
    "StorageType": "storage_type",
}


@mend(RDSResponse)
def restore_db_instance_to_point_in_time(original: Any, self: RDSResponse) -> ActionResult:
    source = self.backend.databases.get(parameters(self).get("SourceDBInstanceIdentifier"))
    if source is not None and life.managed(source) and source.status == "creating":
        raise life.invalid_state(f"Database instance is not in available state: {source.status}.")
    return _restored(original, self, "TargetDBInstanceIdentifier")


@mend(RDSResponse)
def restore_db_instance_from_db_snapshot(original: Any, self: RDSResponse) -> ActionResult:
    name = (parameters(self).get("DBSnapshotIdentifier") or "").split(":snapshot:")[-1]
    if name in self.backend.database_snapshots:
        snapshots.check_available(self.backend.database_snapshots[name])
    return _restored(original, self, "DBInstanceIdentifier")


def _restored(original: Any, response: RDSResponse, name: str) -> ActionResult:
    request = parameters(response)
    answer = original(response)
    instance = response.backend.databases[request[name]]
    if instance.engine == "postgres" and not instance.db_cluster_identifier:
        _begin_anew(response, instance, request)
    return answer


def _begin_anew(response: RDSResponse, instance: DBInstance, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html"""
    instance.is_replica, instance.source_db_instance_identifier, instance.replicas = False, None, []
    instance.db_parameter_group_name = request.get("DBParameterGroupName")
    instance.vpc_security_group_ids = request.get("VpcSecurityGroupIds") or [_default_group(response, instance)]
    instance.multi_az = bool(request.get("MultiAZ"))
    instance.deletion_protection = bool(request.get("DeletionProtection"))
    instance.enabled_cloudwatch_logs_exports = list(request.get("EnableCloudwatchLogsExports", []))
    instance.monitoring_interval = request.get("MonitoringInterval") or 0
    instance.monitoring_role_arn = request.get("MonitoringRoleArn")
    for parameter, attribute in _GIVEN.items():
        if parameter in request:
            setattr(instance, attribute, request[parameter])
    instance.tags = request.get("Tags") or []
    instances.begin(response, instance, request, "rds.instance.restoring")


def _default_group(response: RDSResponse, instance: DBInstance) -> str:
    """The default security group of the VPC the instance is in."""
    ec2 = ec2_backends[response.current_account][response.region]
    group = getattr(instance, "db_subnet_group", None)
    return ec2.get_default_security_group(group.vpc_id if group else ec2.default_vpc.id).id
