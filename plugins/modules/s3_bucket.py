#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: s3_bucket
version_added: 0.1.0
short_description: Manage an S3 bucket with all of its settings
description:
  - Creates, changes and deletes a bucket, its protection, policy, CORS, lifecycle, archive tiers, access log and tags.
  - Each setting has an API of its own; only those that are given are read, and only those that differ are written.
  - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description:
      - Name of the bucket, unique among all buckets of all AWS accounts, 3 to 63 lower case letters, digits, dots and
        hyphens.
      - The bucket is made in the region of the module call.
    type: str
  public_access_block:
    description:
      - What is done about public access lists and policies. A new bucket blocks all of it.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
    type: dict
    suboptions:
      block_public_acls:
        description: Whether public access lists are refused.
        type: bool
        default: true
      ignore_public_acls:
        description: Whether public access lists have no effect.
        type: bool
        default: true
      block_public_policy:
        description: Whether public bucket policies are refused.
        type: bool
        default: true
      restrict_public_buckets:
        description: Whether only the account and AWS services get in where a policy is public.
        type: bool
        default: true
  object_ownership:
    description:
      - Who owns what is uploaded. V(BucketOwnerEnforced), which a new bucket has, switches access lists off.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).
    type: str
    choices: [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
  encryption:
    description:
      - How objects are encrypted that come without a wish of their own. A new bucket has V(AES256).
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
    type: dict
    suboptions:
      algorithm:
        description: V(AES256) is SSE-S3, V(aws:kms) and V(aws:kms:dsse) use a key of KMS.
        type: str
        choices: [AES256, 'aws:kms', 'aws:kms:dsse']
        default: AES256
      kms_key:
        description: ARN, id or alias (C(alias/name)) of the KMS key; the key C(aws/s3) of the account when left out.
        type: str
      bucket_key:
        description: Whether one key for the bucket saves requests to KMS. Means nothing with V(AES256).
        type: bool
        default: true
      block_sse_c:
        description: >-
          Whether uploads with keys of the client (SSE-C) are refused. Left out, it is left alone; new buckets refuse
          them since April 2026. Needs botocore 1.41.
        type: bool
  versioning:
    description:
      - Whether overwritten and deleted objects are kept as versions.
      - Versioning cannot be taken back, V(false) suspends it.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html).
    type: bool
  policy_statements:
    description:
      - Statements of the bucket policy, in AWS's form.
      - A statement without C(Resource) is about the bucket and all of its objects.
      - When this or one of O(tls_only), O(log_delivery) and O(cloudfront_distributions) is given, the whole policy is
        managed, and what is not asked for is removed from it.
    type: list
    elements: dict
  tls_only:
    description: Whether the policy denies requests without TLS.
    type: bool
  log_delivery:
    description:
      - Who may deliver logs into this bucket, limited to this account and region.
      - V(alb) are access logs of load balancers (U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html)),
        which need O(encryption) V(AES256).
      - V(flow_logs) are VPC flow logs (U(https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html)).
      - V(s3) are access logs of other buckets.
    type: list
    elements: str
    choices: [alb, flow_logs, s3]
  log_prefix:
    description: What the keys of delivered logs begin with, such as C(logs/). Must not contain C(AWSLogs).
    type: str
    default: ""
  cloudfront_distributions:
    description:
      - ARNs of CloudFront distributions that may read all objects through origin access control.
      - See U(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html).
    type: list
    elements: str
  cors:
    description:
      - Rules for browsers that come from other origins; the first that matches decides. An empty list removes all.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html).
    type: list
    elements: dict
    suboptions:
      id:
        description: Name of the rule.
        type: str
      allowed_origins:
        description: Origins such as C(https://app.example.org), with at most one C(*) each.
        type: list
        elements: str
        required: true
      allowed_methods:
        description: HTTP methods.
        type: list
        elements: str
        choices: [GET, PUT, POST, DELETE, HEAD]
        required: true
      allowed_headers:
        description: Headers a preflight request may ask for.
        type: list
        elements: str
      expose_headers:
        description: Headers of the answer that scripts may read; C(ETag) is needed for multipart uploads.
        type: list
        elements: str
      max_age_seconds:
        description: How long a browser may remember the answer to a preflight request, in seconds.
        type: int
  lifecycle:
    description:
      - What happens to objects with time. All rules are compared as a whole, and what is not in the list is removed.
      - An empty list removes all.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html).
    type: list
    elements: dict
    suboptions:
      id:
        description: Name of the rule, unique in the bucket.
        type: str
        required: true
      enabled:
        description: Whether the rule is followed.
        type: bool
        default: true
      prefix:
        description: What the keys of the objects begin with.
        type: str
      tags:
        description: Tags the objects have.
        type: dict
      larger_than:
        description: Only objects larger than this, in bytes.
        type: int
      smaller_than:
        description: Only objects smaller than this, in bytes.
        type: int
      transitions:
        description: Moves to other storage classes.
        type: list
        elements: dict
        suboptions:
          after_days:
            description: Days since the object was made; at least 30 for V(STANDARD_IA) and V(ONEZONE_IA).
            type: int
            required: true
          storage_class:
            description:
              - Where it goes. From V(GLACIER) and V(DEEP_ARCHIVE) it has to be restored before it can be read, which
                takes minutes to hours; from V(GLACIER_IR) it is read at once.
            type: str
            choices: [STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
            required: true
      expire_after_days:
        description: Days since the object was made until it is deleted, or hidden by a delete marker where versioned.
        type: int
      expire_delete_markers:
        description: Whether delete markers are removed that have no versions beneath them any more.
        type: bool
      noncurrent_transitions:
        description: Moves of versions that were overwritten or deleted.
        type: list
        elements: dict
        suboptions:
          after_days:
            description: Days since the version became noncurrent.
            type: int
            required: true
          storage_class:
            description: Where it goes.
            type: str
            choices: [STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
            required: true
          keep:
            description: How many of the newest noncurrent versions stay where they are, from 1 to 100.
            type: int
      noncurrent_expire_after_days:
        description: Days since a version became noncurrent until it is deleted.
        type: int
      noncurrent_keep:
        description: How many of the newest noncurrent versions are never deleted, from 1 to 100.
        type: int
      abort_multipart_after_days:
        description: Days until an upload in parts that was never finished is removed.
        type: int
  transition_minimum_size:
    description:
      - Which small objects stay where they are by default. V(all_storage_classes_128K) are all below 128 KB,
        V(varies_by_storage_class) lets them go to V(GLACIER) and V(DEEP_ARCHIVE).
      - A filter for the size in a rule goes before it.
    type: str
    choices: [all_storage_classes_128K, varies_by_storage_class]
  intelligent_tiering:
    description:
      - Archive tiers for objects in the storage class V(INTELLIGENT_TIERING). An empty list removes all.
      - What was archived has to be restored before it can be read.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html).
    type: list
    elements: dict
    suboptions:
      id:
        description: Name of the configuration, unique in the bucket.
        type: str
        required: true
      enabled:
        description: Whether it is followed.
        type: bool
        default: true
      prefix:
        description: What the keys of the objects begin with.
        type: str
      tags:
        description: Tags the objects have.
        type: dict
      archive_after_days:
        description: Days without access until an object is archived, from 90 to 730.
        type: int
      deep_archive_after_days:
        description: Days without access until an object is archived deeply, from 180 to 730.
        type: int
  access_log_bucket:
    description:
      - Bucket that receives a record of every request to this one; empty for none.
      - It needs O(log_delivery) V(s3), and must be another bucket of the same account and region.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html).
    type: str
  access_log_prefix:
    description: What the keys of these records begin with.
    type: str
  request_metrics:
    description:
      - >-
        Whether CloudWatch gets metrics of all requests every minute, with the filter C(EntireBucket). They are billed as custom
        metrics.
      - See U(https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-configurations.html).
    type: bool
  warn_unserved:
    description: >-
      Whether to warn while the policy lets neither a CloudFront distribution nor anybody read, for files that are meant
      for browsers.
    type: bool
    default: false
  force_empty:
    description:
      - Whether O(state=absent) first deletes everything in the bucket, with all versions, for ever.
      - Otherwise a bucket that is not empty is refused.
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
- name: Create a private bucket for what users upload
  sdt.infra.s3_bucket:
    name: sdt-prod-user-uploads-123456789012
    public_access_block: {}
    object_ownership: BucketOwnerEnforced
    encryption:
      algorithm: AES256
    versioning: true
    tls_only: true
    cors:
      - allowed_origins: [https://app.example.org]
        allowed_methods: [GET, PUT, POST]
        allowed_headers: ["*"]
        expose_headers: [ETag]
        max_age_seconds: 3000
    lifecycle:
      - id: archive
        transitions:
          - after_days: 90
            storage_class: GLACIER_IR
        noncurrent_expire_after_days: 90
        noncurrent_keep: 3
        expire_delete_markers: true
        abort_multipart_after_days: 7
    tags:
      Environment: prod

- name: Create a bucket that receives logs
  sdt.infra.s3_bucket:
    name: sdt-prod-app-logs-123456789012
    tls_only: true
    log_delivery: [alb, flow_logs]

- name: Delete a bucket with all that is in it
  sdt.infra.s3_bucket:
    name: sdt-dev-user-uploads-123456789012
    state: absent
    force_empty: true
"""

RETURN = r"""
bucket:
  description: >-
    The bucket, with the settings that were given, under the names of the options. Missing when O(each) is used; see
    RV(resources).
  returned: when a single bucket is managed
  type: dict
  contains:
    name:
      description: Name of the bucket.
      type: str
      sample: sdt-prod-app-logs-123456789012
    arn:
      description: ARN of the bucket.
      type: str
      sample: arn:aws:s3:::sdt-prod-app-logs-123456789012
    region:
      description: Region the bucket is in.
      type: str
      sample: us-east-1
    domain_name:
      description: Host name of the bucket in its region, for CloudFront and clients.
      type: str
      sample: sdt-prod-app-logs-123456789012.s3.us-east-1.amazonaws.com
    policy:
      description: The bucket policy, in one form for all policies that mean the same. Empty when there is none.
      type: dict
    tags:
      description: Tags of the bucket.
      type: dict
resources:
  description: Every managed resource by its name, with the keys of RV(bucket).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "bucket", "name": "sdt-prod-app-logs-123456789012", "fields": ["versioning"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _s3, _s3_lifecycle, _s3_policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, satisfied
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_POLICY_OPTIONS = ("policy_statements", "tls_only", "log_delivery", "cloudfront_distributions")
_AES256 = "AES256"
# The one region whose name is not said when a bucket is made.
_FIRST_REGION = "us-east-1"
_ATTEMPTS = 5  # to delete a bucket into which something still writes


class Bucket(Resource):
    kind = "S3 bucket"
    key = "bucket"
    holds_data = True
    fields = tuple(option for setting in _s3.SETTINGS for option in setting.options)
    exact = frozenset({"policy", "cors", "lifecycle", "intelligent_tiering"})
    computed = ("arn", "domain_name")

    def desired(self) -> State:
        desired = super().desired()
        if "encryption" in desired:
            desired["encryption"] = self._encryption(desired["encryption"])
        if any(self.options.get(option) is not None for option in _POLICY_OPTIONS):
            desired["policy"] = _policy.canonical(self._document()) or {}
        if "cors" in desired:
            desired["cors"] = _s3.Cors.normal(desired["cors"])
        if "intelligent_tiering" in desired:
            desired["intelligent_tiering"] = _s3_lifecycle.tiering_normal(desired["intelligent_tiering"])
        if "lifecycle" in desired:
            desired["lifecycle"] = _s3_lifecycle.normal(desired["lifecycle"])
            if not desired["lifecycle"]:
                desired.pop("transition_minimum_size", None)  # goes with the rules
        return desired

    def find(self) -> State | None:
        head = self._head()
        if head is None:
            return None
        region = head.get("BucketRegion") or self.aws.region
        if region != self.aws.region:
            raise InfraError(
                f"S3 bucket {self.name} exists in {region}, and a bucket cannot move to {self.aws.region}: "
                "choose another name, or run with that region."
            )
        state: State = {
            "name": self.name,
            "arn": f"arn:{self.aws.partition}:s3:::{self.name}",
            "region": region,
            "domain_name": f"{self.name}.s3.{region}.{self.aws.dns_suffix}",
        }
        if self.options.get("state") != "absent":
            state.update(_s3.read_settings(self.aws, self.name, self.desired()))
        if self.wants_tags:
            state["tags"] = self.tags_at(state["arn"], lambda: _tags.from_list(self._all_tags()))
        return state

    def create(self, desired: State) -> None:
        configuration: State = {} if self.aws.region == _FIRST_REGION else {"LocationConstraint": self.aws.region}
        if desired.get("tags"):
            configuration["Tags"] = _tags.to_list(desired["tags"])
        request: State = {"CreateBucketConfiguration": configuration} if configuration else {}
        if "object_ownership" in desired:
            request["ObjectOwnership"] = desired["object_ownership"]
        self.aws.write(
            "s3",
            "create_bucket",
            missing=("BucketAlreadyOwnedByYou",),  # another run made it a moment ago
            retry=("OperationAborted",),
            Bucket=self.name,
            **request,
        )
        start: State = {name: value for setting in _s3.SETTINGS for name, value in setting.start.items()}
        start["object_ownership"] = desired.get("object_ownership", start["object_ownership"])
        changes = {
            name: value
            for name, value in desired.items()
            if name in start and not (start[name] == value if name in self.exact else satisfied(start[name], value))
        }
        self.update(start, changes)

    def update(self, current: State, changes: State) -> None:
        if "policy" in changes:
            changes = {**changes, "policy": self._document()}  # as the user wrote it; canonical is only for comparing
        _s3.write_settings(self.aws, self.name, current, changes)

    def check_delete(self, current: State) -> None:
        if self.options["force_empty"]:
            return
        count, more = _s3.contents(self.aws, self.name)
        if count:
            raise InfraError(
                f"S3 bucket {self.name} is not empty: it holds {'more than ' if more else ''}{count} "
                f"object{'s' if count > 1 else ''}, counting all versions and delete markers. Set force_empty to delete them for ever, or empty it first."
            )

    def delete(self, current: State) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            if self.options["force_empty"]:
                _s3.empty(self.aws, self.name)
            try:
                self.aws.write("s3", "delete_bucket", missing=("NoSuchBucket",), Bucket=self.name)
                return
            except AwsError as error:
                written_meanwhile = error.code == "BucketNotEmpty" and self.options["force_empty"]
                if not written_meanwhile or attempt == _ATTEMPTS:
                    raise

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self._put_tags({**_tags.from_list(self._all_tags()), **tags})

    def remove_tags(self, current: State, names: list[str]) -> None:
        kept = {name: value for name, value in _tags.from_list(self._all_tags()).items() if name not in names}
        self._put_tags(kept)

    def warnings(self, state: State) -> list[str]:
        if not self.options["warn_unserved"] or _s3_policy.serves(state.get("policy")):
            return []
        return [
            f"S3 bucket {self.name} holds files for browsers, but it is private and no CloudFront distribution may read "
            "it: only clients with AWS credentials or presigned URLs reach them. "
            "Put a distribution in front and name it in cloudfront_distributions."
        ]

    def _head(self) -> State | None:
        try:
            return self.aws.read("s3", "head_bucket", missing=("404", "NoSuchBucket"), Bucket=self.name)
        except AwsError as error:
            if error.code not in ("403", "AccessDenied"):
                raise
            raise InfraError(
                f"S3 bucket {self.name} exists, but this caller may not see it. Either its name is taken by another AWS "
                "account, as names are shared by all: choose another. Or the caller lacks the right s3:ListBucket."
            ) from error

    def _encryption(self, wanted: State) -> State:
        if wanted["algorithm"] == _AES256:
            if "kms_key" in wanted:
                raise InfraError(f"S3 bucket {self.name}: kms_key needs the algorithm aws:kms or aws:kms:dsse.")
            return {name: value for name, value in wanted.items() if name != "bucket_key"}
        if "alb" in (self.options.get("log_delivery") or []):
            raise InfraError(
                f"S3 bucket {self.name}: load balancers deliver their logs only to buckets encrypted with AES256."
            )
        if "kms_key" in wanted:
            wanted = {**wanted, "kms_key": resolve(self.aws, "kms_key", wanted["kms_key"])}
        return wanted

    def _document(self) -> State:
        options = self.options
        if "AWSLogs" in options["log_prefix"]:
            raise InfraError(f"S3 bucket {self.name}: log_prefix must not contain AWSLogs, which AWS adds itself.")
        delivery = options.get("log_delivery") or []
        account = self.aws.account if delivery else ""
        place = _s3_policy.Place(self.name, self.aws.partition, self.aws.region, account)
        return _s3_policy.document(
            place,
            statements=options.get("policy_statements") or [],
            tls_only=bool(options.get("tls_only")),
            log_delivery=delivery,
            log_prefix=options["log_prefix"],
            cloudfront_distributions=sorted(options.get("cloudfront_distributions") or []),
        )

    def _all_tags(self) -> list[dict[str, str]]:
        found = self.aws.read("s3", "get_bucket_tagging", "TagSet", missing=("NoSuchTagSet",), Bucket=self.name)
        return found or []

    def _put_tags(self, tags: dict[str, str]) -> None:
        """S3 takes the whole set; the tags of AWS itself have to be in it, or they would be lost."""
        theirs = [tag for tag in self._all_tags() if tag["Key"].startswith("aws:")]
        _s3.put(self.aws, "put_bucket_tagging", self.name, Tagging={"TagSet": [*theirs, *_tags.to_list(tags)]})


def _transitions(**more: t.Any) -> dict[str, t.Any]:
    classes = ["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
    return {
        "type": "list",
        "elements": "dict",
        "options": {
            "after_days": {"type": "int", "required": True},
            "storage_class": {"type": "str", "choices": classes, "required": True},
            **more,
        },
    }


_FILTER: dict[str, t.Any] = {
    "id": {"type": "str", "required": True},
    "enabled": {"type": "bool", "default": True},
    "prefix": {"type": "str"},
    "tags": {"type": "dict"},
}


def main() -> None:
    run(
        Bucket,
        {
            "name": {"type": "str"},
            "public_access_block": {
                "type": "dict",
                "options": {option: {"type": "bool", "default": True} for option in _s3.PUBLIC_ACCESS},
            },
            "object_ownership": {
                "type": "str",
                "choices": ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"],
            },
            "encryption": {
                "type": "dict",
                "options": {
                    "algorithm": {"type": "str", "choices": [_AES256, "aws:kms", "aws:kms:dsse"], "default": _AES256},
                    "kms_key": {"type": "str", "no_log": False},
                    "bucket_key": {"type": "bool", "default": True, "no_log": False},
                    "block_sse_c": {"type": "bool"},
                },
            },
            "versioning": {"type": "bool"},
            "policy_statements": {"type": "list", "elements": "dict"},
            "tls_only": {"type": "bool"},
            "log_delivery": {"type": "list", "elements": "str", "choices": list(_s3_policy.RECEIVERS)},
            "log_prefix": {"type": "str", "default": ""},
            "cloudfront_distributions": {"type": "list", "elements": "str"},
            "cors": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "id": {"type": "str"},
                    "allowed_origins": {"type": "list", "elements": "str", "required": True},
                    "allowed_methods": {
                        "type": "list",
                        "elements": "str",
                        "choices": ["GET", "PUT", "POST", "DELETE", "HEAD"],
                        "required": True,
                    },
                    "allowed_headers": {"type": "list", "elements": "str"},
                    "expose_headers": {"type": "list", "elements": "str"},
                    "max_age_seconds": {"type": "int"},
                },
            },
            "lifecycle": {
                "type": "list",
                "elements": "dict",
                "options": {
                    **_FILTER,
                    "larger_than": {"type": "int"},
                    "smaller_than": {"type": "int"},
                    "transitions": _transitions(),
                    "expire_after_days": {"type": "int"},
                    "expire_delete_markers": {"type": "bool"},
                    "noncurrent_transitions": _transitions(keep={"type": "int"}),
                    "noncurrent_expire_after_days": {"type": "int"},
                    "noncurrent_keep": {"type": "int"},
                    "abort_multipart_after_days": {"type": "int"},
                },
                "required_by": {"noncurrent_keep": ["noncurrent_expire_after_days"]},
                "mutually_exclusive": [("expire_after_days", "expire_delete_markers")],
            },
            "transition_minimum_size": {"type": "str", "choices": [_s3.SMALLEST, "varies_by_storage_class"]},
            "intelligent_tiering": {
                "type": "list",
                "elements": "dict",
                "options": {
                    **_FILTER,
                    "archive_after_days": {"type": "int"},
                    "deep_archive_after_days": {"type": "int"},
                },
            },
            "access_log_bucket": {"type": "str"},
            "access_log_prefix": {"type": "str"},
            "request_metrics": {"type": "bool"},
            "warn_unserved": {"type": "bool", "default": False},
            "force_empty": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
