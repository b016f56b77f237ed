# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Snapshots take their time, and what is not available yet can be neither restored, copied nor deleted.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
"""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.rds.models import DBSnapshot, RDSBackend
from moto.rds.responses import RDSResponse

from emulator.clock import Stage, clock
from emulator.mend.rds import life
from emulator.registry import mend, parameters


def _group(backend: RDSBackend) -> tuple[Any, str]:
    return backend, "snapshot"


def begin(backend: RDSBackend, snapshot: DBSnapshot, kind: str) -> None:
    def enter(status: str) -> None:
        snapshot.status = status
        snapshot.percent_progress = 100 if status == "available" else 0

    clock.begin(
        _group(backend), snapshot.db_snapshot_identifier, Stage("creating", kind), enter=enter, last="available"
    )


def check_available(snapshot: DBSnapshot) -> None:
    if snapshot.status != "available":
        raise ServiceException(
            "InvalidDBSnapshotState",
            f"The snapshot {snapshot.db_snapshot_identifier} is not in the available state: {snapshot.status}.",
        )


@mend(RDSResponse)
def create_db_snapshot(original: Any, self: RDSResponse) -> Any:
    instance = self.backend.databases.get(parameters(self)["DBInstanceIdentifier"])
    if instance is None or not life.managed(instance):
        return original(self)
    if instance.status not in life.SETTLED:
        raise life.invalid_state(
            f"Cannot create a snapshot because the database instance {instance.db_instance_identifier} is not "
            "currently in the available state."
        )
    answer = original(self)
    begin(self.backend, answer.result["DBSnapshot"], "rds.snapshot.creating")
    life.go(self.backend, instance, Stage("backing-up", "rds.snapshot.creating"))
    return answer


@mend(RDSBackend)
def copy_db_snapshot(
    original: Any, self: RDSBackend, source_db_snapshot_identifier: str, *args: Any, **more: Any
) -> Any:
    source = self.database_snapshots.get(source_db_snapshot_identifier.split(":snapshot:")[-1])
    if source is not None:
        check_available(source)
    snapshot = original(self, source_db_snapshot_identifier, *args, **more)
    begin(self, snapshot, "rds.snapshot.copying")
    return snapshot


@mend(RDSResponse)
def delete_db_snapshot(original: Any, self: RDSResponse) -> Any:
    snapshot = self.backend.database_snapshots.get(parameters(self)["DBSnapshotIdentifier"])
    if snapshot is not None:
        check_available(snapshot)
    return original(self)


@mend(RDSBackend)
def describe_db_snapshots(original: Any, self: RDSBackend, *args: Any, **more: Any) -> Any:
    clock.look(_group(self))
    return original(self, *args, **more)
