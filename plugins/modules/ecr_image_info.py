#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecr_image_info
version_added: 0.1.0
short_description: Find an image to release, or to go back to
description:
  - Finds one image of an ECR repository, by tag, by digest, by the number of a release, or as the last good release before the
    image that runs, and names it by its digest, which no later push can change.
  - Fails where there is no such image, and names the newest ones.
  - With O(max_findings) it fails too where the scan of the image found more. It waits for a scan that is under way.
  - Releases are known by tags in the registry. C(keep-release-7) was release 7, and with C(withdrawn-7) it was rolled back from.
    See M(sdt.infra.ecr_image_tag).
  - See U(https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html).
author: SDT platform engineering (@sdt)
options:
  repository:
    description: Name of the repository.
    type: str
    required: true
  tag:
    description: Tag of the image.
    type: str
  digest:
    description: Digest of the image, with C(sha256:).
    type: str
  release:
    description: Number of the release whose image it is.
    type: int
  previous:
    description: Whether it is the last good release of another image before O(running).
    type: bool
    default: false
  rolled_back_from:
    description:
      - Number of the release that O(running) has taken the place of in a roll back, 0 for none.
      - While the image that runs has no later release, that roll back has not come to its end, and with O(previous) the image that
        runs is found once more. So a roll back that was interrupted and is run again does not go back a second time.
    type: int
    default: 0
  running:
    description: The image that runs, as a task definition names it. Required for O(previous).
    type: str
  max_findings:
    description:
      - How many findings of each severity the scan may have, such as C(CRITICAL) 0. A severity that is not named has no limit.
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-basic.html).
    type: dict
    default: {}
  scan_timeout:
    description: Seconds to wait for a scan that is under way.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: Find the image to release
  sdt.infra.ecr_image_info:
    repository: sdt-prod/auth-service
    tag: 1.4.2
    max_findings: {CRITICAL: 0}

- name: Find what to go back to
  sdt.infra.ecr_image_info:
    repository: sdt-prod/auth-service
    previous: true
    running: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service:1.4.2
"""

RETURN = r"""
image:
  description: The image as a task definition should name it, by digest.
  returned: always
  type: str
  sample: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
digest:
  description: Digest of the image.
  returned: always
  type: str
tags:
  description: Tags of the image, without those of releases.
  returned: always
  type: list
  elements: str
  sample: [1.4.2]
release:
  description: Number of its newest release; 0 when it was never released.
  returned: always
  type: int
next_release:
  description: Number of the next release.
  returned: always
  type: int
  sample: 8
running_release:
  description: Number of the newest release of O(running); 0 without it, or when that was never released.
  returned: always
  type: int
from_release:
  description: >-
    Number of the release a roll back to this image goes back from: RV(running_release), or O(rolled_back_from) where that has not come
    to its end. 0 where it was never released.
  returned: always
  type: int
from_digest:
  description: Digest of the image of RV(from_release); empty without one.
  returned: always
  type: str
running_digest:
  description: Digest of O(running); empty without it, or when it is not in the repository.
  returned: always
  type: str
findings:
  description: How many findings the scan has, by severity. Empty without O(max_findings).
  returned: always
  type: dict
  sample: {HIGH: 2, LOW: 11}
releases:
  description: The releases of the repository, the last one first.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: Number of the release.
      type: int
    digest:
      description: Digest of its image.
      type: str
    tags:
      description: Tags of its image, without those of releases.
      type: list
      elements: str
    withdrawn:
      description: Whether it was rolled back from.
      type: bool
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _ecr_images
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience

_WAYS = ("tag", "digest", "release", "previous")
_UNDER_WAY = ("PENDING", "IN_PROGRESS")


def _chosen(images: _ecr_images.Images, params: State, interrupted: bool) -> State:
    if params["tag"]:
        return images.with_tag(params["tag"])
    if params["digest"]:
        return images.with_digest(params["digest"])
    if params["previous"] and interrupted:
        return t.cast(State, images.of(params["running"]))
    release = images.before(params["running"]) if params["previous"] else images.numbered(params["release"])
    return images.with_digest(release.digest)


def _scanned(aws: Aws, params: State, digest: str) -> State:
    """What the scan found, once it has ended."""
    patience = Patience(aws, f"scan of image {digest}", params["scan_timeout"])
    while True:
        found = _ecr_images.findings(aws, params["repository"], digest)
        if found is None:
            raise InfraError(
                f"Image {digest} of repository {params['repository']} was never scanned, so nobody knows what it holds. "
                "Scan it (aws ecr start-image-scan), or release without a limit of findings."
            )
        if found["status"] not in _UNDER_WAY or not patience.lasts(found["status"]):
            return found


def _judge(aws: Aws, params: State, digest: str) -> State:
    """The counts of findings; refused where there are more than allowed."""
    if not params["max_findings"]:
        return {}
    found = _scanned(aws, params, digest)
    if found["status"] not in ("COMPLETE", "ACTIVE"):
        raise InfraError(
            f"The scan of image {digest} of repository {params['repository']} has no result: its status is "
            f"{found['status'] or 'unknown'}. Scan it again, or release without a limit of findings."
        )
    told = _ecr_images.excess(found, params["max_findings"])
    if told:
        raise InfraError(
            f"Image {digest} of repository {params['repository']} is not released: its scan has {'; '.join(told)}. "
            "Build it on a newer base, or raise the limit (service_max_findings)."
        )
    return found["counts"]


def _answer(aws: Aws, params: State) -> State:
    images = _ecr_images.images(aws, params["repository"])
    running = images.of(params["running"]) if params["running"] else None
    current = _number(images.current(params["running"]) if running else None)
    interrupted = running is not None and current < params["rolled_back_from"]
    image = _chosen(images, params, interrupted)
    digest = image["imageDigest"]
    reference = f"{images.uri}@{digest}"
    left = params["rolled_back_from"] if interrupted else current
    return {
        "image": reference,
        "digest": digest,
        "tags": _ecr_images.own_tags(image),
        "release": _number(images.current(reference)),
        "next_release": images.next_number,
        "running_release": current,
        "running_digest": running["imageDigest"] if running else "",
        "from_release": left,
        "from_digest": images.numbered(left).digest if left else "",
        "findings": _judge(aws, params, digest),
        "releases": [one._asdict() for one in images.releases],
    }


def _number(release: _ecr_images.Release | None) -> int:
    return release.number if release else 0


def main() -> None:
    options: dict[str, t.Any] = {
        "repository": {"type": "str", "required": True},
        "tag": {"type": "str"},
        "digest": {"type": "str"},
        "release": {"type": "int"},
        "previous": {"type": "bool", "default": False},
        "running": {"type": "str"},
        "rolled_back_from": {"type": "int", "default": 0},
        "max_findings": {"type": "dict", "default": {}},
        "scan_timeout": {"type": "int", "default": 300},
    }
    module = AnsibleAWSModule(
        argument_spec={**options, **CONNECTION_OPTIONS},
        supports_check_mode=True,
        required_if=[("previous", True, ("running",))],
        mutually_exclusive=[("tag", "digest", "release")],
    )
    if sum(module.params[way] not in (None, "", 0, False) for way in _WAYS) != 1:
        module.fail_json(
            msg=f"Give one of {', '.join(_WAYS)}, to say which image of {module.params['repository']} is meant."
        )
    try:
        _ecr_images.check_limits(module.params["max_findings"])
        answer = _answer(Aws(module), module.params)
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
