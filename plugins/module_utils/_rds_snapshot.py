# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Manual snapshots of RDS instances, however they came about.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._rds import RdsResource

_GONE = ("DBSnapshotNotFound",)


class SnapshotResource(RdsResource):
    """A snapshot; how it is made is left to those that are one."""

    kind = "RDS snapshot"
    key = "snapshot"
    holds_data = True
    fields: t.ClassVar[tuple[str, ...]] = ("instance",)
    create_only: t.ClassVar[frozenset[str]] = frozenset({"instance"})
    computed = ("arn",)
    poll_seconds = 15.0

    def find(self) -> State | None:
        found = self.aws.read(
            "rds", "describe_db_snapshots", "DBSnapshots", missing=_GONE, DBSnapshotIdentifier=self.name
        )
        if not found:
            return None
        arn = found[0]["DBSnapshotArn"]
        return {
            "name": self.name,
            "arn": arn,
            "instance": found[0]["DBInstanceIdentifier"],
            "status": found[0]["Status"],
            "created": _moments.told(found[0].get("SnapshotCreateTime")),
            "tags": self.tags_of(arn),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "instance" in desired:
            desired["instance"] = desired["instance"].lower()
        return desired

    def ready(self, state: State) -> bool:
        if state["status"] == "failed":
            raise InfraError(
                f"RDS snapshot {self.name} failed. Delete it, look at the events of the instance, and make another."
            )
        return state["status"] == "available"

    def delete(self, current: State) -> None:
        self.aws.write("rds", "delete_db_snapshot", missing=_GONE, DBSnapshotIdentifier=self.name)
