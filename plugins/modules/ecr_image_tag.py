#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecr_image_tag
version_added: 0.1.0
short_description: Manage a tag of an image in ECR
description:
  - Gives an image that is in the repository one more tag, moves a tag to it, or takes a tag away. No image is pulled or pushed.
  - A tag that may not move, because the repository's tags are immutable, is refused.
  - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html).
author: SDT platform engineering (@sdt)
options:
  tag:
    description: The tag.
    type: str
  repository:
    description: Name of the repository. Every resource needs it, of itself or beside O(each).
    type: str
  digest:
    description: Digest of the image that gets it, with C(sha256:). Required for O(state=present).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
notes:
  - O(state=absent) refuses the last tag of an image, because ECR deletes the image with it.
"""

EXAMPLES = r"""
- name: Keep what was released
  sdt.infra.ecr_image_tag:
    repository: sdt-prod/auth-service
    tag: keep-release-8
    digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

RETURN = r"""
image_tag:
  description: The tag. Missing when O(each) is used; see RV(resources).
  returned: when a single tag is managed
  type: dict
  contains:
    tag:
      description: The tag.
      type: str
      sample: keep-release-8
    digest:
      description: Digest of the image that has it.
      type: str
resources:
  description: Every managed tag by its name, with the keys of RV(image_tag).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "image_tag", "name": "keep-release-8", "fields": ["digest"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _ecr_images
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ImageNotFoundException", *_ecr_images.NO_REPOSITORY)


class ImageTag(Resource):
    kind = "ECR image tag"
    key = "image_tag"
    identity = "tag"
    fields = ("digest",)

    def find(self) -> State | None:
        described = self._described({"imageTag": self.name})
        return {"tag": self.name, "digest": described["imageDigest"]} if described else None

    def create(self, desired: State) -> None:
        repository, digest = self.options["repository"], desired["digest"]
        found = self.aws.read(
            "ecr", "batch_get_image", "images", repositoryName=repository, imageIds=[{"imageDigest": digest}]
        )
        if not found:
            raise InfraError(f"Repository {repository} has no image {digest}: push it first, or correct the digest.")
        kind = found[0].get("imageManifestMediaType")
        self.aws.write(
            "ecr",
            "put_image",
            repositoryName=repository,
            imageManifest=found[0]["imageManifest"],
            **({"imageManifestMediaType": kind} if kind else {}),
            imageTag=self.name,
        )

    def update(self, current: State, changes: State) -> None:
        self.create(changes)

    def check_delete(self, current: State) -> None:
        described = self._described({"imageDigest": current["digest"]})
        if described and len(described.get("imageTags") or []) == 1:
            raise InfraError(
                f"Tag {self.name} is the only one of image {current['digest']}, and ECR deletes the image with its last "
                "tag: give it another tag first."
            )

    def delete(self, current: State) -> None:
        self.aws.write(
            "ecr",
            "batch_delete_image",
            missing=_GONE,
            repositoryName=self.options["repository"],
            imageIds=[{"imageTag": self.name}],
        )

    def _described(self, image: dict[str, str]) -> State | None:
        found = self.aws.read(
            "ecr",
            "describe_images",
            "imageDetails",
            missing=_GONE,
            repositoryName=self.options["repository"],
            imageIds=[image],
        )
        return found[0] if found else None


def main() -> None:
    run(
        ImageTag,
        {"tag": {"type": "str"}, "repository": {"type": "str"}, "digest": {"type": "str"}},
        taggable=False,
        required_if=[("state", "present", ("digest",))],
        needs=("repository",),
    )


if __name__ == "__main__":
    main()
