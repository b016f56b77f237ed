# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECR: lifecycle policies it refuses, tags that may move where a filter says so, and digests that are digests."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections import Counter
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr.exceptions import InvalidParameterException
from moto.ecr.models import ECRBackend, Image, Repository
from moto.ecr.policy_validation import EcrLifecyclePolicyValidator

from emulator.registry import mend


class ImageTagAlreadyExistsException(ServiceException):
    code = "ImageTagAlreadyExistsException"


MOST_FILTERS = 100
MOST_RULES = 2


@mend(EcrLifecyclePolicyValidator)
def _validate_rule_top_properties(original: Any, self: EcrLifecyclePolicyValidator) -> None:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"""
    original(self)
    rules = self._rules
    priorities = [rule["rulePriority"] for rule in rules]
    if not rules or len(set(priorities)) < len(priorities):
        raise _refusal(self, "all rules must have a unique rulePriority")
    for rule in rules:
        _check_selection(self, rule["selection"])
    statuses = Counter(rule["selection"]["tagStatus"] for rule in rules)
    for status in ("any", "untagged"):
        if statuses[status] > 1:
            raise _refusal(self, f"only one rule may have the tagStatus {status}")
    last = max(rules, key=lambda rule: rule["rulePriority"])
    if statuses["any"] and last["selection"]["tagStatus"] != "any":
        raise _refusal(self, "the rule with tagStatus any must have the highest rulePriority")


def _check_selection(validator: EcrLifecyclePolicyValidator, selection: dict[str, Any]) -> None:
    tags = [selection.get("tagPatternList"), selection.get("tagPrefixList")]
    if selection["tagStatus"] == "tagged" and len([one for one in tags if one]) != 1:
        raise _refusal(validator, "a rule with tagStatus tagged needs either tagPatternList or tagPrefixList")
    if selection["tagStatus"] != "tagged" and any(tags):
        raise _refusal(validator, "tagPatternList and tagPrefixList are for the tagStatus tagged")
    if (selection["countType"] == "sinceImagePushed") != ("countUnit" in selection):
        raise _refusal(validator, "countUnit is required for sinceImagePushed, and only there")
    if any(pattern.count("*") > 4 for pattern in selection.get("tagPatternList") or []):
        raise _refusal(validator, "a tag pattern has at most four wildcards")


def _refusal(validator: EcrLifecyclePolicyValidator, message: str) -> InvalidParameterException:
    return InvalidParameterException(f"{validator.INVALID_PARAMETER_ERROR_MESSAGE}{message}'")


@mend(ECRBackend)
def _resolve_image_tag_mutability(
    original: Any, self: ECRBackend, repository: Repository, proposed_image_tag: str | None
) -> list[Image]:
    """The images that carry the tag; refused where it may not move. Filters are wildcards, not regular expressions."""
    holders = [
        image
        for image in repository.images
        if proposed_image_tag is not None and proposed_image_tag in image.image_tags
    ]
    filters = repository.image_tag_mutability_exclusion_filters or []
    excluded = any(fnmatch.fnmatchcase(proposed_image_tag or "", one["filter"]) for one in filters)
    immutable = repository.image_tag_mutability.startswith("IMMUTABLE")
    if holders and immutable != excluded:
        raise ImageTagAlreadyExistsException(
            f"The image tag '{proposed_image_tag}' already exists in the '{repository.name}' repository and cannot be "
            "overwritten because the repository is immutable.",
        )
    return holders


@mend(Image)
def _create_digest(original: Any, self: Image) -> None:
    """What a client computes too: the hash of the manifest as it was sent."""
    self._image_digest = f"sha256:{hashlib.sha256(self.image_manifest.encode()).hexdigest()}"


@mend(ECRBackend)
def put_registry_scanning_configuration(
    original: Any, self: ECRBackend, scan_type: str | None, rules: list[dict[str, Any]] | None
) -> None:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html"""
    scan_type = scan_type or self.registry_scanning_configuration["scanType"]
    rules = rules or []
    frequencies = [rule["scanFrequency"] for rule in rules]
    if scan_type == "BASIC" and "CONTINUOUS_SCAN" in frequencies:
        raise InvalidParameterException(
            "Invalid parameter at 'rules': the frequency CONTINUOUS_SCAN is for scanType ENHANCED"
        )
    if len(set(frequencies)) < len(frequencies) or len(rules) > MOST_RULES:
        raise InvalidParameterException("Invalid parameter at 'rules': one rule for each frequency")
    if any(len(rule["repositoryFilters"]) > MOST_FILTERS for rule in rules):
        raise InvalidParameterException(f"Invalid parameter at 'rules': at most {MOST_FILTERS} filters")
    original(self, scan_type, json.loads(json.dumps(rules)))
