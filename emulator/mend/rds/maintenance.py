# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What happens at its date: pending changes in the maintenance window, daily backups, the start of what was stopped.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from moto.core.exceptions import ServiceException
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from emulator.clock import Stage, clock
from emulator.mend.rds import life
from emulator.registry import operation, state

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ACTIONS = {
    "db-upgrade": "Upgrade to a new engine version",
    "hardware-maintenance": "Change of the instance",
}
OPT_INS = ("immediate", "next-maintenance", "undo-opt-in")


def _due(backend: RDSBackend, instance: DBInstance, what: str, *stages: Stage) -> None:
    clock.begin((backend, "calendar"), (instance.dbi_resource_id, what), *stages)


def forget(backend: RDSBackend, instance: DBInstance) -> None:
    for what in ("maintenance", "backup", "start"):
        clock.cancel((backend, "calendar"), (instance.dbi_resource_id, what))


def next_window(window: str, now: datetime, days: int) -> datetime:
    """When a window opens next: of a week, "sun:05:00-sun:06:00", or of a day, "05:00-06:00"."""
    *day, hour, minute = window.lower().split("-")[0].split(":")
    opens = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if day:
        opens += timedelta(days=(DAYS.index(day[0]) - now.weekday()) % 7)
    return opens if opens > now else opens + timedelta(days=days)


def _seconds_until(window: str, days: int) -> float:
    now = clock.utcnow()
    return (next_window(window, now, days) - now).total_seconds()


# Pending changes


def wait_for_window(backend: RDSBackend, instance: DBInstance, apply: Callable[[], None]) -> None:
    """Pending changes are made in the next maintenance window, unless something makes them before."""
    _ready(backend)[instance.dbi_resource_id] = apply  # also for ApplyPendingMaintenanceAction

    def opens() -> None:
        if instance.pending_modified_values:
            life.change(backend, instance, apply)

    seconds = _seconds_until(instance.preferred_maintenance_window, 7)
    window = Stage("", "rds.instance.maintenance", seconds=seconds)
    idle = Stage("", "rds.instance.maintenance", opens, until=lambda: instance.status in life.SETTLED)
    _due(backend, instance, "maintenance", window, idle)


def _ready(backend: RDSBackend) -> dict[str, Callable[[], None]]:
    return state(backend, "ready_changes")


@operation(RDSResponse)
def describe_pending_maintenance_actions(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    wanted = request.get("ResourceIdentifier")
    names = [
        value.split(":db:")[-1]
        for one in request.get("Filters") or []
        if one["Name"] == "db-instance-id"
        for value in one["Values"]
    ]
    found = [
        {"ResourceIdentifier": instance.db_instance_arn, "PendingMaintenanceActionDetails": _actions(instance)}
        for instance in self.backend.databases.values()
        if wanted in (None, instance.db_instance_arn)
        and (not names or instance.db_instance_identifier in names)
        and _actions(instance)
    ]
    return {"PendingMaintenanceActions": found}


@operation(RDSResponse)
def apply_pending_maintenance_action(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html"""
    arn, action = request["ResourceIdentifier"], request["ApplyAction"]
    instance = next((one for one in self.backend.databases.values() if one.db_instance_arn == arn), None)
    if instance is None:
        raise ServiceException("ResourceNotFoundFault", f"The resource {arn} was not found.")
    if request["OptInType"] not in OPT_INS:
        raise ServiceException("InvalidParameterValue", f"Invalid opt-in type: {request['OptInType']}")
    if action not in {one["Action"] for one in _actions(instance)}:
        raise ServiceException("InvalidParameterValue", f"No pending maintenance action {action} for {arn}.")
    if request["OptInType"] == "immediate":
        life.check_available(instance)
        life.change(self.backend, instance, _ready(self.backend)[instance.dbi_resource_id])
    view = {"ResourceIdentifier": arn, "PendingMaintenanceActionDetails": _actions(instance, request["OptInType"])}
    return {"ResourcePendingMaintenanceActions": view}


def _actions(instance: DBInstance, opted: str | None = None) -> list[dict[str, Any]]:
    pending = getattr(instance, "pending_modified_values", None)
    if not pending:
        return []
    action = "db-upgrade" if "EngineVersion" in pending else "hardware-maintenance"
    opens = next_window(instance.preferred_maintenance_window, clock.utcnow(), 7)
    details = {"Action": action, "Description": ACTIONS[action], "CurrentApplyDate": opens}
    return [{**details, "OptInStatus": opted} if opted else details]


# Daily backups


def back_up_daily(backend: RDSBackend, instance: DBInstance) -> None:
    """An automated backup a day, as many as are retained.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
    """

    def opens() -> None:
        if instance.backup_retention_period and instance.status == "available":
            life.go(backend, instance, *life.back_up(instance, made))
        back_up_daily(backend, instance)

    def made() -> None:
        instance.save_automated_backup()
        kept = backend.describe_db_snapshots(instance.db_instance_identifier, snapshot_type="automated")
        for old in sorted(kept, key=lambda one: one.created)[: -int(instance.backup_retention_period)]:
            backend.delete_db_snapshot(old.db_snapshot_identifier)

    seconds = _seconds_until(instance.preferred_backup_window, 1)
    _due(backend, instance, "backup", Stage("", "rds.backup.daily", opens, seconds=seconds))


# Stopped instances


def start_after_a_week(backend: RDSBackend, instance: DBInstance) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"""

    def start() -> None:
        if instance.status == "stopped":
            backend.start_db_instance(instance.db_instance_identifier)

    _due(backend, instance, "start", Stage("", "rds.instance.stopped-for-a-week", start))
