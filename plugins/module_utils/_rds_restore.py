# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Making an RDS instance out of a backup: what is asked for at once, and what only one that exists can be given.

What is not said, a restored instance does not have: its security group and parameter group are the default ones of the
account then, and it is in one zone.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
"""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._rds import instance_of

OPTIONS: t.Final[State] = {
    "type": "dict",
    "options": {
        "snapshot": {"type": "str"},
        "source": {"type": "str"},
        "time": {"type": "str", "default": "latest"},
    },
    "required_one_of": [("snapshot", "source")],
    "mutually_exclusive": [("snapshot", "source")],
}
# Options that come with the backup: its data has been written so.
FROM_BACKUP = frozenset(
    {"allocated_storage", "database_name", "engine", "engine_version", "kms_key", "storage_encrypted"}
)
LATEST = "latest"
# Parameters of a create request that both ways to restore leave to a change of the instance.
_LATER = frozenset(
    {
        "DatabaseInsightsMode",
        "EnablePerformanceInsights",
        "MaxAllocatedStorage",
        "MonitoringInterval",
        "MonitoringRoleArn",
        "PerformanceInsightsRetentionPeriod",
        "PreferredMaintenanceWindow",
    }
)


class Restore(t.NamedTuple):
    """The request that restores, and the parameters of the change that follows it."""

    operation: str
    request: State
    later: State


def restore(aws: Aws, name: str, backup: State, asked: State) -> Restore:
    """How an instance of this name is made out of a backup; asked is what CreateDBInstance would be asked for.

    Raises NotFound and InfraError where there is no such backup, also in check mode.
    """
    later = {parameter: value for parameter, value in asked.items() if parameter in _LATER}
    now = {parameter: value for parameter, value in asked.items() if parameter not in _LATER}
    if backup.get("snapshot"):
        request = {**now, "DBInstanceIdentifier": name, "DBSnapshotIdentifier": _snapshot(aws, backup["snapshot"])}
        return Restore("restore_db_instance_from_db_snapshot", request, later)
    now.pop("DBInstanceIdentifier", None)
    request = {**now, "TargetDBInstanceIdentifier": name, "SourceDBInstanceIdentifier": backup["source"]}
    return Restore("restore_db_instance_to_point_in_time", {**request, **_moment(aws, backup)}, later)


def _snapshot(aws: Aws, name: str) -> str:
    missing = ("DBSnapshotNotFound",)
    found = aws.read("rds", "describe_db_snapshots", "DBSnapshots", missing=missing, DBSnapshotIdentifier=name)
    if not found:
        raise NotFound(f"The RDS snapshot {name} does not exist in {aws.region}: correct the name.")
    if found[0]["Status"] != "available":
        raise InfraError(f"The RDS snapshot {name} is {found[0]['Status']}: wait until it is available.")
    return name


def _moment(aws: Aws, backup: State) -> State:
    source = backup["source"]
    instance = instance_of(aws, source)
    if instance is None:
        raise NotFound(
            f"The RDS instance {source} does not exist in {aws.region}: name a snapshot, or correct the name."
        )
    if not instance.get("BackupRetentionPeriod"):
        raise InfraError(f"RDS instance {source} has no automated backups: name a snapshot.")
    if backup["time"] == LATEST:
        return {"UseLatestRestorableTime": True}
    wanted = _moments.parsed(backup["time"])
    latest = instance.get("LatestRestorableTime")
    if latest is not None and wanted > latest:
        raise InfraError(
            f"RDS instance {source} can be restored to {_moments.told(latest)} at the latest; give that or earlier."
        )
    kept = datetime.timedelta(days=instance["BackupRetentionPeriod"])
    if latest is not None and wanted < latest - kept:
        raise InfraError(
            f"RDS instance {source} can be restored to {_moments.told(latest - kept)} at the earliest: go back less."
        )
    return {"RestoreTime": wanted}
