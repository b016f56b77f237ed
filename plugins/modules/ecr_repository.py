#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecr_repository
version_added: 0.1.0
short_description: Manage a container repository in ECR
description:
  - Creates, changes and deletes a private repository with its lifecycle policy, repository policy and tags.
  - Scanning is set for the whole registry, in which O(scan_frequency) adds one filter; the setting of a single repository
    is deprecated by AWS. Deleting the repository leaves the filter; see M(sdt.infra.ecr_registry_scanning).
  - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the repository, which may have several parts, such as C(sdt-prod/auth-service).
    type: str
  tag_mutability:
    description:
      - Whether a tag may move from one image to another.
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html).
    type: str
    choices: [MUTABLE, IMMUTABLE]
  tag_mutability_exclusions:
    description:
      - Up to five patterns with C(*) of tags that are the exception to O(tag_mutability), such as C(latest*).
      - An empty list means no exception.
    type: list
    elements: str
  encryption:
    description:
      - How images are encrypted. AWS cannot change it later.
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
    type: dict
    suboptions:
      type:
        description: V(AES256) are keys of S3, the others keys of KMS.
        type: str
        choices: [AES256, KMS, KMS_DSSE]
        default: AES256
      kms_key:
        description: ARN, id or alias (C(alias/name)) of the KMS key; the key C(aws/ecr) of the account when left out.
        type: str
  lifecycle_rules:
    description:
      - Which images are deleted, the most important rule first. An empty list removes the lifecycle policy.
      - An image is judged by the first rule that is about it; what an earlier rule is about, a later one cannot delete.
      - Mutually exclusive with O(lifecycle_policy).
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html).
    type: list
    elements: dict
    suboptions:
      description:
        description: What the rule is for.
        type: str
      tag_status:
        description: The images it is about. A rule about V(any) has to be the last one.
        type: str
        choices: [tagged, untagged, any]
        required: true
      tag_patterns:
        description:
          - Patterns with up to four C(*); V(["*"]) when left out.
          - Each becomes a rule of its own, because ECR selects only images that have a tag for B(all) patterns of a rule.
        type: list
        elements: str
      tag_prefixes:
        description: What a tag begins with, in place of O(lifecycle_rules[].tag_patterns); each becomes a rule of its own, too.
        type: list
        elements: str
      keep_last:
        description: How many of the newest images stay.
        type: int
      expire_after_days:
        description: Days since the push until an image is deleted.
        type: int
  lifecycle_policy:
    description: The lifecycle policy in AWS's own form. An empty map removes it.
    type: dict
  policy:
    description:
      - Who else may push and pull, as a policy document without C(Resource). An empty map removes it.
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html).
    type: dict
  scan_frequency:
    description:
      - When its images are scanned for vulnerabilities. V(MANUAL) is on demand only; V(CONTINUOUS_SCAN) needs
        O(scan_type=ENHANCED).
      - A filter of this name in the scanning configuration of the registry; the filters of others stay as they are.
      - Do not let two runs change it at the same moment; hosts of one run take turns.
      - See U(https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html).
    type: str
    choices: [SCAN_ON_PUSH, CONTINUOUS_SCAN, MANUAL]
  scan_type:
    description:
      - Who scans in the whole registry. V(ENHANCED) is Amazon Inspector, which also looks at packages of programming
        languages, and is charged for.
      - Left out, it is left alone; a new account has V(BASIC).
    type: str
    choices: [BASIC, ENHANCED]
  force_delete:
    description:
      - Whether O(state=absent) deletes the repository with the images in it, for ever.
      - Otherwise a repository that has images is refused.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Create the repository of a service
  sdt.infra.ecr_repository:
    name: sdt-prod/auth-service
    tag_mutability: IMMUTABLE
    tag_mutability_exclusions: ["latest*", "cache-*"]
    encryption:
      type: AES256
    scan_frequency: SCAN_ON_PUSH
    lifecycle_rules:
      - tag_status: tagged
        keep_last: 10
      - tag_status: untagged
        expire_after_days: 7

- name: Delete a repository with its images
  sdt.infra.ecr_repository:
    name: sdt-dev/auth-service
    state: absent
    force_delete: true
"""

RETURN = r"""
repository:
  description: >-
    The repository, with the settings that were given, under the names of the options. Missing when O(each) is used; see
    RV(resources).
  returned: when a single repository is managed
  type: dict
  contains:
    name:
      description: Name of the repository.
      type: str
      sample: sdt-prod/auth-service
    arn:
      description: ARN of the repository.
      type: str
      sample: arn:aws:ecr:us-east-1:123456789012:repository/sdt-prod/auth-service
    uri:
      description: What images are pushed to and pulled from.
      type: str
      sample: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service
    tag_mutability:
      description: Whether a tag may move, apart from the exceptions.
      type: str
      sample: IMMUTABLE
    tag_mutability_exclusions:
      description: Patterns of the tags that are the exception.
      type: list
      elements: str
    encryption:
      description: The C(type) of the encryption, and the C(kms_key) where there is one.
      type: dict
    lifecycle_policy:
      description: The lifecycle policy in AWS's form. Empty when there is none.
      type: dict
    scan_frequency:
      description: When its images are scanned.
      type: str
      sample: SCAN_ON_PUSH
    scan_type:
      description: Who scans in the whole registry.
      type: str
      sample: BASIC
    policy:
      description: The repository policy. Empty when there is none.
      type: dict
    tags:
      description: Tags of the repository.
      type: dict
resources:
  description: Every managed resource by its name, with the keys of RV(repository).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "repository", "name": "sdt-prod/auth-service", "fields": ["encryption"]}]
"""

import json

from ansible_collections.sdt.infra.plugins.module_utils import _ecr, _ecr_scanning, _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("RepositoryNotFoundException",)
_WITH_EXCLUSION = "_WITH_EXCLUSION"
_TAGGING = ("tag_mutability", "tag_mutability_exclusions")
_SCANNING = ("scan_frequency", "scan_type")
_NOT_SCANNED = "MANUAL"


class Repository(Resource):
    kind = "ECR repository"
    key = "repository"
    holds_data = True
    fields = (*_TAGGING, *_SCANNING, "encryption", "lifecycle_policy", "policy")
    create_only = frozenset({"encryption"})
    exact = frozenset({"lifecycle_policy", "policy"})
    computed = ("arn", "uri")

    def desired(self) -> State:
        desired = super().desired()
        if "tag_mutability_exclusions" in desired:
            desired["tag_mutability_exclusions"] = ordered(desired["tag_mutability_exclusions"])
        if "encryption" in desired:
            desired["encryption"] = self._encryption(desired["encryption"])
        rules = self.options.get("lifecycle_rules")
        if rules is not None:
            desired["lifecycle_policy"] = _ecr.lifecycle_policy(rules)
        if "lifecycle_policy" in desired:
            desired["lifecycle_policy"] = _ecr.canonical(desired["lifecycle_policy"])
        if "policy" in desired:
            desired["policy"] = _policy.canonical(desired["policy"]) or {}
        return desired

    def find(self) -> State | None:
        found = self._described()
        if found is None:
            return None
        mutability = found["imageTagMutability"]
        state: State = {
            "name": self.name,
            "arn": found["repositoryArn"],
            "uri": found["repositoryUri"],
            "tag_mutability": mutability.removesuffix(_WITH_EXCLUSION),
            "tag_mutability_exclusions": ordered(
                one["filter"] for one in found.get("imageTagMutabilityExclusionFilters", [])
            ),
            "encryption": without_none(
                {
                    "type": found.get("encryptionConfiguration", {}).get("encryptionType", "AES256"),
                    "kms_key": found.get("encryptionConfiguration", {}).get("kmsKey"),
                }
            ),
        }
        if self.wants_tags:
            state["tags"] = self.tags_at(state["arn"], lambda: self._tags(state["arn"]))
        if self.options.get("state") == "absent":
            return state
        if any(self.options.get(name) is not None for name in _SCANNING):
            scanning = _ecr_scanning.configuration(self.aws)
            state["scan_frequency"] = _ecr_scanning.frequency_of(scanning["rules"], self.name) or _NOT_SCANNED
            state["scan_type"] = scanning["scanType"]
        if self.options.get("lifecycle_rules") is not None or self.options.get("lifecycle_policy") is not None:
            state["lifecycle_policy"] = _ecr.canonical(
                self._text("get_lifecycle_policy", "lifecyclePolicyText", "LifecyclePolicyNotFoundException")
            )
        if self.options.get("policy") is not None:
            document = self._text("get_repository_policy", "policyText", "RepositoryPolicyNotFoundException")
            state["policy"] = _policy.canonical(document) or {}
        return state

    def create(self, desired: State) -> None:
        request: State = {}
        if "encryption" in desired:
            key = desired["encryption"].get("kms_key")
            request["encryptionConfiguration"] = {
                "encryptionType": desired["encryption"]["type"],
                **({"kmsKey": key} if key else {}),
            }
        self.aws.write(
            "ecr",
            "create_repository",
            repositoryName=self.name,
            **_mutability({"tag_mutability": "MUTABLE", "tag_mutability_exclusions": [], **desired}),
            **request,
            tags=_tags.to_list(desired.get("tags")),
        )
        self._write({name: desired[name] for name in ("lifecycle_policy", "policy") if desired.get(name)})
        if set(_SCANNING) & set(desired):
            self._scan(desired)

    def update(self, current: State, changes: State) -> None:
        if set(_TAGGING) & set(changes):
            self.aws.write(
                "ecr", "put_image_tag_mutability", repositoryName=self.name, **_mutability({**current, **changes})
            )
        self._write(changes)
        if set(_SCANNING) & set(changes):
            self._scan({**current, **changes})

    def check_delete(self, current: State) -> None:
        if self.options["force_delete"]:
            return
        listed = self.aws.read("ecr", "list_images", "imageIds", missing=_GONE, repositoryName=self.name)
        images = {image["imageDigest"] for image in listed or []}
        if images:
            raise InfraError(
                f"ECR repository {self.name} is not empty: it holds {len(images)} image{'s' if len(images) > 1 else ''}. "
                "Set force_delete to delete them for ever, or remove them first."
            )

    def delete(self, current: State) -> None:
        self.aws.write(
            "ecr", "delete_repository", missing=_GONE, repositoryName=self.name, force=self.options["force_delete"]
        )

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("ecr", "tag_resource", resourceArn=current["arn"], tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("ecr", "untag_resource", resourceArn=current["arn"], tagKeys=names)

    def _described(self) -> State | None:
        """Out of the first page of all repositories where they fit in, which serves a whole run; or by its name."""
        found, complete = self.aws.read_some("ecr", "describe_repositories", "repositories")
        if not complete:
            found = self.aws.read(
                "ecr", "describe_repositories", "repositories", missing=_GONE, repositoryNames=[self.name]
            )
        return next((one for one in found or [] if one["repositoryName"] == self.name), None)

    def _tags(self, arn: str) -> dict[str, str]:
        return _tags.from_list(self.aws.read("ecr", "list_tags_for_resource", "tags", resourceArn=arn))

    def _text(self, operation: str, key: str, missing: str) -> State | None:
        text = self.aws.read("ecr", operation, key, missing=(missing,), repositoryName=self.name)
        return json.loads(text) if text else None

    def _encryption(self, wanted: State) -> State:
        if wanted["type"] == "AES256" and "kms_key" in wanted:
            raise InfraError(f"ECR repository {self.name}: kms_key needs the encryption type KMS or KMS_DSSE.")
        if "kms_key" in wanted:
            wanted = {**wanted, "kms_key": resolve(self.aws, "kms_key", wanted["kms_key"])}
        return wanted

    def _scan(self, wanted: State) -> None:
        frequency = wanted.get("scan_frequency", _NOT_SCANNED)
        put = None if frequency == _NOT_SCANNED else frequency
        _ecr_scanning.put_filter(self.aws, self.name, put, wanted.get("scan_type"))

    def _write(self, changes: State) -> None:
        """The lifecycle policy and the repository policy, as far as they are in changes."""
        if changes.get("lifecycle_policy"):
            text = json.dumps(changes["lifecycle_policy"], sort_keys=True)
            self.aws.write("ecr", "put_lifecycle_policy", repositoryName=self.name, lifecyclePolicyText=text)
        elif "lifecycle_policy" in changes:
            missing = ("LifecyclePolicyNotFoundException",)
            self.aws.write("ecr", "delete_lifecycle_policy", missing=missing, repositoryName=self.name)
        if changes.get("policy"):
            text = _policy.text(self.options["policy"])
            self.aws.write("ecr", "set_repository_policy", repositoryName=self.name, policyText=text)
        elif "policy" in changes:
            missing = ("RepositoryPolicyNotFoundException",)
            self.aws.write("ecr", "delete_repository_policy", missing=missing, repositoryName=self.name)


def _mutability(state: State) -> State:
    """The parameters for tag_mutability and its exceptions, which AWS names together."""
    patterns = state["tag_mutability_exclusions"]
    if not patterns:
        return {"imageTagMutability": state["tag_mutability"]}
    return {
        "imageTagMutability": state["tag_mutability"] + _WITH_EXCLUSION,
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": one} for one in patterns],
    }


def main() -> None:
    run(
        Repository,
        {
            "name": {"type": "str"},
            "tag_mutability": {"type": "str", "choices": ["MUTABLE", "IMMUTABLE"]},
            "tag_mutability_exclusions": {"type": "list", "elements": "str"},
            "encryption": {
                "type": "dict",
                "options": {
                    "type": {"type": "str", "choices": ["AES256", "KMS", "KMS_DSSE"], "default": "AES256"},
                    "kms_key": {"type": "str", "no_log": False},
                },
            },
            "lifecycle_rules": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "description": {"type": "str"},
                    "tag_status": {"type": "str", "choices": ["tagged", "untagged", "any"], "required": True},
                    "tag_patterns": {"type": "list", "elements": "str"},
                    "tag_prefixes": {"type": "list", "elements": "str"},
                    "keep_last": {"type": "int"},
                    "expire_after_days": {"type": "int"},
                },
                "mutually_exclusive": [("tag_patterns", "tag_prefixes"), ("keep_last", "expire_after_days")],
                "required_one_of": [("keep_last", "expire_after_days")],
            },
            "lifecycle_policy": {"type": "dict"},
            "policy": {"type": "dict"},
            "scan_frequency": {"type": "str", "choices": ["SCAN_ON_PUSH", "CONTINUOUS_SCAN", _NOT_SCANNED]},
            **_ecr_scanning.SCANNING_OPTIONS,
            "force_delete": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("lifecycle_rules", "lifecycle_policy")],
    )


if __name__ == "__main__":
    main()
