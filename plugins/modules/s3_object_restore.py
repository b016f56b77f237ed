#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: s3_object_restore
version_added: 0.1.0
short_description: Bring objects of a bucket back from their versions
description:
  - Brings objects that were deleted or overwritten after a moment back as they were then. Deleted ones come back by taking their delete markers away,
    overwritten ones by a copy of the version they had. Nothing is lost; what was made after the moment is left alone.
  - Needs a bucket with versions. Versions that a lifecycle rule has deleted are gone, and archived ones have to be restored first.
  - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html).
author: SDT platform engineering (@sdt)
options:
  bucket:
    description: Name of the bucket.
    type: str
    required: true
  prefix:
    description: What the keys begin with; a whole key is one object. An empty text is the whole bucket.
    type: str
    required: true
  moment:
    description: How they shall be, as a moment such as V(2026-11-29T20:30:00Z), UTC where no zone is said.
    type: str
    required: true
  most:
    description: How many objects may come back at once; more are refused before anything is written.
    type: int
    default: 10000
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Tells what would come back, and writes nothing.
    support: full
"""

EXAMPLES = r"""
- name: Bring back the submissions that were deleted this evening
  sdt.infra.s3_object_restore:
    bucket: sdt-prod-user-uploads-123456789012
    prefix: submissions/
    moment: "2026-11-29T20:30:00Z"
"""

RETURN = r"""
restored:
  description: Keys of the objects that came back, or would.
  returned: always
  type: list
  elements: str
failed:
  description: What did not come back, and why.
  returned: when something did not
  type: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._s3_versions import Step, steps
from ansible_collections.sdt.infra.plugins.module_utils._step import StepFailed, run

_SHOWN = 5


def _needed(aws: Aws, params: State) -> list[Step]:
    moment = _moments.parsed(params["moment"])
    where = {"Bucket": params["bucket"], "Prefix": params["prefix"]}
    missing = ("NoSuchBucket",)
    found = {
        kind: aws.read("s3", "list_object_versions", kind, missing=missing, fresh=True, **where)
        for kind in ("Versions", "DeleteMarkers")
    }
    if found["Versions"] is None:
        raise NotFound(f"The bucket {params['bucket']} does not exist: correct the name.")
    if "Status" not in (aws.read("s3", "get_bucket_versioning", Bucket=params["bucket"]) or {}):
        raise InfraError(
            f"The bucket {params['bucket']} keeps no versions: nothing comes back. Set s3_versioning to true for it "
            "in the inventory and run site.yml, for the next time."
        )
    needed = steps(found["Versions"], found["DeleteMarkers"] or [], moment)
    if len(needed) > params["most"]:
        raise InfraError(
            f"{len(needed)} objects would come back, and most allows {params['most']}: name a longer prefix, or allow more."
        )
    return needed


def _bring_back(aws: Aws, bucket: str, step: Step) -> None:
    for marker in step.markers:
        aws.write("s3", "delete_object", Bucket=bucket, Key=step.key, VersionId=marker)
    if step.version:
        source = {"Bucket": bucket, "Key": step.key, "VersionId": step.version}
        aws.write("s3", "copy_object", Bucket=bucket, Key=step.key, CopySource=source)


def _restore(aws: Aws, params: State, check_mode: bool) -> State:
    needed, failed = _needed(aws, params), {}
    for step in [] if check_mode else needed:
        try:
            _bring_back(aws, params["bucket"], step)
        except AwsError as error:
            failed[step.key] = str(error)
    restored = [step.key for step in needed if step.key not in failed]
    if failed:
        told = "; ".join(f"{key}: {why}" for key, why in list(failed.items())[:_SHOWN])
        raise StepFailed(
            f"{len(failed)} of {len(needed)} objects did not come back: {told}. Run again once that is mended.",
            {"restored": restored, "failed": failed},
        )
    return {"changed": bool(needed), "restored": restored}


def main() -> None:
    run(
        _restore,
        {
            "bucket": {"type": "str", "required": True},
            "prefix": {"type": "str", "required": True},
            "moment": {"type": "str", "required": True},
            "most": {"type": "int", "default": 10000},
        },
    )


if __name__ == "__main__":
    main()
