#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: kms_key
version_added: 0.1.0
short_description: Manage a KMS key
description:
  - Creates, changes and deletes a symmetric key of KMS with its alias, its policy and its rotation.
  - Deleting schedules it, as AWS asks for. Until then O(state=present) takes the same key into use again, so what it has encrypted can
    still be read.
  - See U(https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Alias of the key, without C(alias/).
    type: str
  description:
    description: What the key is for.
    type: str
  log_groups:
    description:
      - Whether CloudWatch Logs may use the key for log groups of this account and region.
      - The policy is left alone where none of O(log_groups), O(publishers), O(cloudfront_distributions) and O(policy_statements) is given; a
        new key then has that of AWS, by which only the account's own policies say who may use it.
    type: bool
  publishers:
    description: AWS services, such as C(cloudwatch.amazonaws.com), that may use it for messages to topics of this account and region.
    type: list
    elements: str
  cloudfront_distributions:
    description: ARNs of CloudFront distributions that read what is encrypted with it.
    type: list
    elements: str
  policy_statements:
    description: More statements of the key policy. The account may always do everything with the key, as its own policies allow.
    type: list
    elements: dict
  rotation_period_days:
    description: Days after which KMS makes new key material, from 90 to 2560; 0, which a new key has, never does.
    type: int
  recovery_window_days:
    description: Days from O(state=absent) until the key is gone for ever, and with it everything it has encrypted; from 7 to 30.
    type: int
    default: 30
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
- name: Encrypt logs and messages of production
  sdt.infra.kms_key:
    name: sdt-prod
    description: Logs, messages and buckets of sdt-prod
    log_groups: true
    publishers: [cloudwatch.amazonaws.com, events.amazonaws.com]
    tags: {Environment: prod}
"""

RETURN = r"""
kms_key:
  description: The key. Missing when O(each) is used; see RV(resources).
  returned: when a single key is managed
  type: dict
  contains:
    arn:
      description: ARN of the key.
      type: str
      sample: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    description:
      description: What it is for.
      type: str
    enabled:
      description: Whether it can be used.
      type: bool
    name:
      description: Its alias, without C(alias/).
      type: str
    policy:
      description: The key policy.
      type: dict
    rotation_period_days:
      description: Days after which KMS makes new key material, 0 when it does not.
      type: int
    scheduled_deletion:
      description: Whether it is going to be deleted.
      type: bool
    tags:
      description: Tags of the key.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed key by its name, with the keys of RV(kms_key).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed key.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("NotFoundException",)
_SERVICE_USE = ["kms:Decrypt", "kms:GenerateDataKey*"]
_POLICY = ("log_groups", "publishers", "cloudfront_distributions", "policy_statements")
_ROTATION = (90, 2560)
_WINDOW = (7, 30)


class Key(Resource):
    kind = "KMS key"
    key = "kms_key"
    holds_data = True
    fields = ("description", "policy", "rotation_period_days")
    exact = frozenset({"policy"})
    computed = ("arn",)

    @property
    def _alias(self) -> str:
        return f"alias/{self.name}"

    # -- reading --------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        found = self.aws.read("kms", "describe_key", "KeyMetadata", missing=_GONE, KeyId=self._alias)
        return self._state(found) if found else None

    def _state(self, found: State) -> State:
        arn = found["Arn"]
        rotation = self.aws.read("kms", "get_key_rotation_status", KeyId=arn)
        policy = self.aws.read("kms", "get_key_policy", "Policy", KeyId=arn, PolicyName="default")
        return {
            "name": self.name,
            "arn": arn,
            "description": found.get("Description", ""),
            "policy": _policy.canonical(policy),
            "rotation_period_days": rotation.get("RotationPeriodInDays", 365) if rotation["KeyRotationEnabled"] else 0,
            "enabled": found["KeyState"] not in ("Disabled", "PendingDeletion"),
            "scheduled_deletion": found["KeyState"] == "PendingDeletion",
            **({"tags": self.tags_at(arn, lambda: self._tags(arn))} if self.wants_tags else {}),
        }

    def _tags(self, arn: str) -> dict[str, str]:
        return _tags.from_list(self.aws.read("kms", "list_resource_tags", "Tags", KeyId=arn), "TagKey", "TagValue")

    def gone(self, state: State | None) -> bool:
        return state is None or state["scheduled_deletion"]

    # -- deciding -------------------------------------------------------------------------------------------------

    def desired(self) -> State:
        days = self.options["rotation_period_days"]
        if days and not _ROTATION[0] <= days <= _ROTATION[1]:
            raise InfraError(
                f"KMS key {self.name}: rotation_period_days is {days}; 0, or {_ROTATION[0]} to {_ROTATION[1]}."
            )
        desired = {**super().desired(), "enabled": True, "scheduled_deletion": False}
        if any(self.options.get(option) is not None for option in _POLICY):
            desired["policy"] = _policy.canonical({"Version": "2012-10-17", "Statement": list(self._statements())})
        return desired

    def _statements(self) -> t.Iterator[State]:
        yield {
            "Sid": "PoliciesOfTheAccount",
            "Effect": "Allow",
            "Principal": {"AWS": self.aws.arn("iam", "root", region="")},
            "Action": "kms:*",
            "Resource": "*",
        }
        if self.options["log_groups"]:
            yield {
                **self._service("LogGroups", f"logs.{self.aws.region}.{self.aws.dns_suffix}"),
                "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": self.aws.arn("logs", "log-group:*")}},
            }
        if self.options["publishers"]:
            # SNS says for which topic it needs the key; not every publisher says for which account it comes.
            yield {
                **self._service("Topics", sorted(self.options["publishers"])),
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": self.aws.arn("sns", "*")}},
            }
        if self.options["cloudfront_distributions"]:
            yield {
                **self._service("Distributions", "cloudfront.amazonaws.com"),
                "Condition": {"StringEquals": {"aws:SourceArn": sorted(self.options["cloudfront_distributions"])}},
            }
        yield from self.options["policy_statements"] or []

    @staticmethod
    def _service(sid: str, services: str | list[str]) -> State:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": services},
            "Action": _SERVICE_USE,
            "Resource": "*",
        }

    # -- writing --------------------------------------------------------------------------------------------------

    def create(self, desired: State) -> None:
        half_made = self._half_made(desired)
        if half_made is None:
            request: dict[str, t.Any] = {"Tags": _key_tags(desired.get("tags") or {})}
            if "policy" in desired:
                request["Policy"] = _policy.text(desired["policy"])
            made = self.aws.write("kms", "create_key", Description=desired.get("description", ""), **request)
            key = made["KeyMetadata"]["Arn"]
            if desired.get("rotation_period_days"):
                self._rotate(key, desired["rotation_period_days"])
        else:
            key = half_made["arn"]
            missing = {name: value for name, value in desired.items() if name != "tags" and half_made[name] != value}
            self.update(half_made, missing)
        self.aws.write("kms", "create_alias", AliasName=self._alias, TargetKeyId=key.rpartition("/")[2])

    def _half_made(self, desired: State) -> State | None:
        """A key that a run has made just like this and not given its alias any more; AWS bills it for ever."""
        aliases = self.aws.read("kms", "list_aliases", "Aliases") or []
        named = {one.get("TargetKeyId") for one in aliases}
        for one in self.aws.read("kms", "list_keys", "Keys") or []:
            if one["KeyId"] in named:
                continue
            found = self.aws.read("kms", "describe_key", "KeyMetadata", missing=_GONE, KeyId=one["KeyId"]) or {}
            if found.get("Description") != desired.get("description") or not desired.get("tags"):
                continue
            if self._tags(found["Arn"]) == desired["tags"]:
                return self._state(found)
        return None

    def update(self, current: State, changes: State) -> None:
        key = current["arn"]
        if "scheduled_deletion" in changes:
            self.aws.write("kms", "cancel_key_deletion", KeyId=key)
        if "enabled" in changes:
            self.aws.write("kms", "enable_key", KeyId=key)
        if "description" in changes:
            self.aws.write("kms", "update_key_description", KeyId=key, Description=changes["description"])
        if "policy" in changes:
            policy = _policy.text(changes["policy"])
            self.aws.write("kms", "put_key_policy", KeyId=key, PolicyName="default", Policy=policy)
        if "rotation_period_days" in changes:
            self._rotate(key, changes["rotation_period_days"])

    def _rotate(self, key: str, days: int) -> None:
        if days:
            self.aws.write("kms", "enable_key_rotation", KeyId=key, RotationPeriodInDays=days)
        else:
            self.aws.write("kms", "disable_key_rotation", KeyId=key)

    def check_delete(self, current: State) -> None:
        days = self.options["recovery_window_days"]
        if not _WINDOW[0] <= days <= _WINDOW[1]:
            raise InfraError(f"KMS key {self.name}: recovery_window_days is {days}; {_WINDOW[0]} to {_WINDOW[1]}.")

    def delete(self, current: State) -> None:
        self.aws.write(
            "kms",
            "schedule_key_deletion",
            missing=_GONE,
            KeyId=current["arn"],
            PendingWindowInDays=self.options["recovery_window_days"],
        )

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("kms", "tag_resource", KeyId=current["arn"], Tags=_key_tags(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("kms", "untag_resource", KeyId=current["arn"], TagKeys=names)


def _key_tags(tags: t.Mapping[str, str]) -> list[dict[str, str]]:
    return _tags.to_list(tags, "TagKey", "TagValue")


def main() -> None:
    run(
        Key,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "log_groups": {"type": "bool"},
            "publishers": {"type": "list", "elements": "str"},
            "cloudfront_distributions": {"type": "list", "elements": "str"},
            "policy_statements": {"type": "list", "elements": "dict"},
            "rotation_period_days": {"type": "int"},
            "recovery_window_days": {"type": "int", "default": 30},
        },
    )


if __name__ == "__main__":
    main()
