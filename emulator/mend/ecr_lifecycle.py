# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lifecycle policies of ECR: once a day, images that a policy has expired are deleted.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
"""

from __future__ import annotations

import fnmatch
import json
from datetime import UTC
from functools import partial
from typing import Any

from moto.ecr.models import ECRBackend, Image, Repository

from emulator.clock import clock
from emulator.registry import mend
from emulator.times import DAY

KIND = "ecr.images.expiring"


@mend(ECRBackend)
def put_lifecycle_policy(
    original: Any, self: ECRBackend, registry_id: str, repository_name: str, lifecycle_policy_text: str
) -> dict[str, Any]:
    answer = original(self, registry_id, repository_name, lifecycle_policy_text)
    repository = self._get_repository(repository_name, registry_id)
    clock.watch((self, "lifecycle"), repository_name, KIND, partial(_expire, repository))
    return answer


def _expire(repository: Repository) -> bool:
    gone = expired(json.loads(repository.lifecycle_policy or '{"rules": []}')["rules"], repository.images)
    repository.images = [image for image in repository.images if image not in gone]
    return bool(gone)


def expired(rules: list[dict[str, Any]], images: list[Image]) -> list[Image]:
    """The images the rules delete. What an earlier rule is about, a later one counts, but cannot delete."""
    gone: list[Image] = []
    judged: list[Image] = []
    for rule in sorted(rules, key=lambda rule: rule["rulePriority"]):
        about = [image for image in images if _selected(rule["selection"], image)]
        newest_first = sorted(reversed(about), key=lambda image: image.image_pushed_at, reverse=True)
        gone += [image for image in _too_many(rule["selection"], newest_first) if image not in judged]
        judged += about
    return gone


def _selected(selection: dict[str, Any], image: Image) -> bool:
    """An image needs a tag for each of the patterns."""
    tags = [tag for tag in image.image_tags if tag]
    if selection["tagStatus"] != "tagged":
        return selection["tagStatus"] == "any" or not tags
    patterns = [
        *(selection.get("tagPatternList") or []),
        *(f"{one}*" for one in selection.get("tagPrefixList") or []),
    ]
    return bool(tags) and all(any(fnmatch.fnmatchcase(tag, pattern) for tag in tags) for pattern in patterns)


def _too_many(selection: dict[str, Any], newest_first: list[Image]) -> list[Image]:
    if selection["countType"] == "imageCountMoreThan":
        return newest_first[selection["countNumber"] :]
    latest = clock.utcnow().replace(tzinfo=UTC).timestamp() - selection["countNumber"] * DAY
    return [image for image in newest_first if image.image_pushed_at < latest]
