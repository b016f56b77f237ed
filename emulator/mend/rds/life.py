# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The statuses an instance goes through, and which of them let it be changed.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.rds.models import DBInstance, RDSBackend

from emulator.clock import Stage, clock
from emulator.registry import mend

# In these an instance works and takes requests.
SETTLED = ("available", "storage-optimization", "storage-full")
STORAGE = ("AllocatedStorage", "Iops", "StorageThroughput", "StorageType")


def managed(instance: DBInstance) -> bool:
    """Whether its life is told here; clusters and other engines are left to moto."""
    return instance.engine == "postgres" and not instance.db_cluster_identifier


def invalid_state(message: str) -> ServiceException:
    return ServiceException("InvalidDBInstanceState", message)


def check_available(instance: DBInstance) -> None:
    if instance.status not in SETTLED:
        raise invalid_state(f"Database instance is not in available state: {instance.status}.")


def look(backend: RDSBackend) -> None:
    clock.look(_group(backend))


def go(backend: RDSBackend, instance: DBInstance, *stages: Stage, last: str = "available") -> None:
    """Enter these statuses; what was under way is done first."""
    finish(backend, instance)
    clock.begin(
        _group(backend), instance.dbi_resource_id, *stages, enter=partial(setattr, instance, "status"), last=last
    )


def finish(backend: RDSBackend, instance: DBInstance) -> None:
    clock.finish(_group(backend), instance.dbi_resource_id)


def _group(backend: RDSBackend) -> tuple[Any, str]:
    return backend, "instance"


# Ways


def create(backend: RDSBackend, instance: DBInstance, kind: str) -> None:
    """An instance with backups makes the first one before it is available."""
    go(backend, instance, Stage("creating", kind), *back_up(instance, instance.save_automated_backup))


def back_up(instance: DBInstance, then: Callable[[], Any] | None = None) -> list[Stage]:
    return [Stage("backing-up", "rds.instance.backing-up", then)] if instance.backup_retention_period else []


# What tells more than that something is modified.
CHANGING = {"EngineVersion": "upgrading", "DBInstanceIdentifier": "renaming"}


def change(backend: RDSBackend, instance: DBInstance, apply: Callable[[], None]) -> None:
    """Make pending changes; it takes a moment before the status says that something happens."""
    pending = set(instance.pending_modified_values)
    status = next((one for name, one in CHANGING.items() if name in pending), "modifying")
    if pending == {"IAMDatabaseAuthenticationEnabled"}:
        status = "configuring-iam-database-auth"
    stages = [Stage("available", "rds.instance.scheduling"), Stage(status, f"rds.instance.{status}", apply)]
    if pending & set(STORAGE):
        stages.append(Stage("storage-optimization", "rds.instance.storage-optimization"))
    go(backend, instance, *stages)


# What is configured at once: parameter -> status, which is also that of its kind.
CONFIGURING = {
    "MonitoringInterval": "configuring-enhanced-monitoring",
    "CloudwatchLogsExportConfiguration": "configuring-log-exports",
    "EnablePerformanceInsights": "modifying",
    "MasterUserPassword": "resetting-master-credentials",
}


def configure(backend: RDSBackend, instance: DBInstance, request: dict[str, Any]) -> None:
    statuses = dict.fromkeys(status for parameter, status in CONFIGURING.items() if parameter in request)
    if statuses:
        go(backend, instance, *(Stage(status, f"rds.instance.{status}") for status in statuses))


@mend(DBInstance)
def save_automated_backup(original: Any, self: DBInstance) -> None:
    """There is no backup yet while an instance is being created."""
    if not managed(self) or self.status == "backing-up":
        original(self)
