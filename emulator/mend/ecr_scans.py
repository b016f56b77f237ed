# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scans of images: those a filter of the registry is about are scanned when they are pushed.

Nobody looks into an image here, so a scan finds nothing, unless a test says so: POST /_emulator/scans.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow
from moto.ecr.exceptions import ScanNotFoundException
from moto.ecr.models import ECRBackend, Image

from emulator.registry import mend

ON_PUSH = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


@dataclass
class Result:
    # Which images; what is not given is not looked at.
    repository: str | None = None
    tag: str | None = None
    # What their scans find: names by severity.
    findings: dict[str, list[str]] = field(default_factory=dict)
    status: str = "COMPLETE"

    def fits(self, image: Image) -> bool:
        return self.repository in (None, image.repository_name) and (self.tag is None or self.tag in image.image_tags)


RESULTS: list[Result] = []


def tell(wanted: Any) -> None:
    known = {one.name for one in fields(Result)}
    if not isinstance(wanted, dict) or not wanted or set(wanted) - known:
        raise ValueError(f"Give some of {', '.join(sorted(known))}.")
    RESULTS.append(Result(**wanted))


def forget() -> None:
    RESULTS.clear()


def view() -> list[dict[str, Any]]:
    return [vars(one) for one in RESULTS]


@mend(ECRBackend)
def put_image(original: Any, self: ECRBackend, repository_name: str, *arguments: Any, **options: Any) -> Image:
    image = original(self, repository_name, *arguments, **options)
    rules = self.registry_scanning_configuration["rules"] or []
    filters = [
        one["filter"] for rule in rules if rule["scanFrequency"] in ON_PUSH for one in rule.get("repositoryFilters", [])
    ]
    if any(fnmatch.fnmatchcase(repository_name, one) for one in filters):
        image.last_scan = image.last_scan or datetime.today()
    return image


@mend(ECRBackend)
def describe_image_scan_findings(
    _original: Any, self: ECRBackend, registry_id: str | None, repository_name: str, image_id: dict[str, Any]
) -> dict[str, Any]:
    repository = self._get_repository(repository_name, registry_id)
    image = repository._get_image(image_id.get("imageTag"), image_id.get("imageDigest"))
    if not image.last_scan:
        raise ScanNotFoundException(
            image_id=str(image_id), repository_name=repository_name, registry_id=repository.registry_id
        )
    result = next((one for one in reversed(RESULTS) if one.fits(image)), Result())
    answer: dict[str, Any] = {
        "registryId": repository.registry_id,
        "repositoryName": repository_name,
        "imageId": {"imageDigest": image.image_digest, "imageTag": image.image_tag},
        "imageScanStatus": {"status": result.status},
    }
    if result.status in ("COMPLETE", "ACTIVE"):
        named = [(name, severity) for severity, names in result.findings.items() for name in names]
        answer["imageScanFindings"] = {
            "imageScanCompletedAt": iso_8601_datetime_without_milliseconds(image.last_scan),
            "vulnerabilitySourceUpdatedAt": iso_8601_datetime_without_milliseconds(utcnow()),
            "findings": [{"name": name, "severity": severity} for name, severity in named],
            "findingSeverityCounts": {severity: len(names) for severity, names in result.findings.items() if names},
        }
    return answer
