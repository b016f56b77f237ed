#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_snapshot
version_added: 0.1.0
short_description: Manage a manual snapshot of an RDS instance
description:
  - Makes and deletes snapshots. They stay until they are deleted, also when the instance is gone.
  - A snapshot that exists is not made again; give each a name of its own.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Identifier of the snapshot; letters, digits and hyphens, at most 255.
    type: str
  instance:
    description: Identifier of the instance. Required to make one.
    type: str
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 3600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Keep the database as it is before the migration
  sdt.infra.rds_snapshot:
    name: sdt-prod-postgres-before-migration
    instance: sdt-prod-postgres
"""

RETURN = r"""
snapshot:
  description: The snapshot. Missing when O(each) is used; see RV(resources).
  returned: when a single snapshot is managed
  type: dict
  contains:
    name:
      description: Identifier of the snapshot.
      type: str
      sample: sdt-prod-postgres-before-migration
    arn:
      description: ARN of the snapshot.
      type: str
    instance:
      description: Identifier of the instance it was made of.
      type: str
    status:
      description: State AWS reports.
      type: str
      sample: available
    created:
      description: When it was made, in UTC.
      type: str
      sample: "2026-11-29T20:30:00Z"
    tags:
      description: Tags of the snapshot.
      type: dict
resources:
  description: Every managed snapshot by its name, with the keys of RV(snapshot).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "snapshot", "name": "sdt-prod-postgres-before-migration", "fields": ["instance"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds_snapshot import SnapshotResource

_NO_INSTANCE = ("DBInstanceNotFound",)
_BUSY = ("InvalidDBInstanceState",)


class Snapshot(SnapshotResource):
    def create(self, desired: State) -> None:
        if not desired.get("instance"):
            raise InfraError(f"RDS snapshot {self.name} does not exist; give instance to make it.")
        made = self.aws.write(
            "rds",
            "create_db_snapshot",
            missing=_NO_INSTANCE,
            retry=_BUSY,  # as while AWS makes a backup
            retry_seconds=self.options["wait_timeout"],
            DBSnapshotIdentifier=self.name,
            DBInstanceIdentifier=desired["instance"],
            Tags=_tags.to_list(desired.get("tags")),
        )
        if made is None:
            raise NotFound(
                f"The RDS instance {desired['instance']} does not exist in {self.aws.region}: correct the name."
            )


def main() -> None:
    run(
        Snapshot,
        {
            "name": {"type": "str"},
            "instance": {"type": "str"},
        },
        waits=True,
        wait_timeout=3600,
    )


if __name__ == "__main__":
    main()
