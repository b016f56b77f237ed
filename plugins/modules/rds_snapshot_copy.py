#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_snapshot_copy
version_added: 0.1.0
short_description: Keep a copy of a snapshot of an RDS instance in another region
description:
  - Copies a manual snapshot into the region this module works in (O(region)), where it stays when its own region is lost, and waits until
    it is there.
  - A copy that exists is left as it is.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Identifier of the copy. Required unless O(each) is used.
    type: str
  source:
    description: ARN of the snapshot that is copied. Required to make a copy.
    type: str
  kms_key:
    description: ARN, id or alias of the key of this region that encrypts the copy; keys do not leave their region.
    type: str
    default: alias/aws/rds
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 7200
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
- name: Keep a copy on the other coast
  sdt.infra.rds_snapshot_copy:
    region: us-west-2
    name: sdt-prod-postgres-nightly
    source: arn:aws:rds:us-east-1:123456789012:snapshot:sdt-prod-postgres-nightly
"""

RETURN = r"""
snapshot:
  description: The copy. Missing when O(each) is used; see RV(resources).
  returned: when a single copy is managed
  type: dict
  contains:
    name:
      description: Identifier of the copy.
      type: str
    arn:
      description: ARN of the copy.
      type: str
    instance:
      description: Identifier of the instance the snapshot was made of.
      type: str
    status:
      description: State AWS reports.
      type: str
      sample: available
resources:
  description: Every managed copy by its name, with the keys of RV(snapshot).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds_snapshot import SnapshotResource


class Copy(SnapshotResource):
    fields = ()
    create_only = frozenset()

    def create(self, desired: State) -> None:
        source = self.options.get("source")
        if not source:
            raise InfraError(f"RDS snapshot {self.name} does not exist; give source to copy it.")
        made = self.aws.write(
            "rds",
            "copy_db_snapshot",
            missing=("DBSnapshotNotFound",),
            SourceDBSnapshotIdentifier=source,
            TargetDBSnapshotIdentifier=self.name,
            SourceRegion=source.split(":")[3],
            KmsKeyId=self.options["kms_key"],
            Tags=_tags.to_list(desired.get("tags")),
        )
        if made is None:
            raise NotFound(f"The RDS snapshot {source} does not exist: correct its name.")


def main() -> None:
    run(
        Copy,
        {
            "name": {"type": "str"},
            "source": {"type": "str"},
            "kms_key": {"type": "str", "default": "alias/aws/rds", "no_log": False},
        },
        waits=True,
        wait_timeout=7200,
    )


if __name__ == "__main__":
    main()
