#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: secretsmanager_secret
version_added: 0.1.0
short_description: Manage a secret and the keys in it
description:
  - Creates, changes and deletes a secret of AWS Secrets Manager whose value is a JSON object, a map of keys.
  - Passwords can be made by the module itself, once; they are never returned, and never made anew.
  - Values are never shown, in no result, diff or log; of a change only the names of the keys are told.
  - A secret that waits in its recovery window is restored, with its value, instead of failing because its name is taken.
  - See U(https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the secret, up to 512 characters; a path such as V(sdt-prod/database) is usual.
    type: str
  description:
    description: What the secret is for.
    type: str
  value:
    description:
      - Keys and values that are secret. Numbers and truth values become text, as V(5432) and V(true).
      - Keys of the secret that are not given are kept, unless O(purge_keys) is true.
    type: dict
  attributes:
    description:
      - Keys and values of the same JSON object that are no secret themselves, such as host and port.
      - Use it for them instead of O(value), because Ansible hides each text it knows as secret wherever it occurs.
    type: dict
  generate:
    description:
      - Keys whose value the module makes, at random, where the secret does not have the key yet.
      - A map from the key to how it is made; an empty map takes the defaults.
      - "C(length): characters, from 8 to 128, V(32) by default."
      - "C(punctuation): the signs that may occur besides letters and digits, none by default, which keeps it free of
        escapes in addresses and shells."
    type: dict
  regenerate:
    description: Whether the keys in O(generate) are made anew although they exist, each time.
    type: bool
    default: false
  purge_keys:
    description: Whether keys that are in none of O(value), O(attributes) and O(generate) are removed.
    type: bool
    default: false
  kms_key:
    description:
      - ARN, id or alias of the KMS key that encrypts the value. V(alias/aws/secretsmanager) is the key of AWS, which is
        taken when a secret is created without this option. An empty string is as good as left out.
    type: str
  policy:
    description: Policy of the secret. An empty map removes it.
    type: dict
  replica_regions:
    description: Other regions to keep a copy of the secret in. An empty list removes all copies.
    type: list
    elements: dict
    suboptions:
      region:
        description: Name of the region.
        type: str
        required: true
      kms_key:
        description: ARN, id or alias of a key of that region, the key of AWS when left out.
        type: str
  own_account_only:
    description:
      - Whether a policy of the secret refuses principals of all other accounts, whatever else would let them in; AWS services that act for
        this one are not meant. In place of O(policy).
    type: bool
    default: false
  recovery_window_days:
    description: Days a deleted secret can be restored, from 7 to 30.
    type: int
    default: 30
  force_delete:
    description: Whether O(state=absent) deletes the secret for good, at once, instead of after O(recovery_window_days).
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
- name: Keep the credentials of the database, with a password nobody has seen
  sdt.infra.secretsmanager_secret:
    name: sdt-prod/database
    attributes:
      engine: postgres
      username: sdt_admin
    generate:
      password: {length: 40}

- name: Add where the database is, once it is known
  sdt.infra.secretsmanager_secret:
    name: sdt-prod/database
    attributes:
      host: "{{ database.address }}"
      port: 5432

- name: Remove the secret; it can be restored for a week
  sdt.infra.secretsmanager_secret:
    name: sdt-prod/database
    state: absent
    recovery_window_days: 7
"""

RETURN = r"""
secret:
  description: The secret, without its values. Missing when O(each) is used; see RV(resources).
  returned: when a single secret is managed
  type: dict
  contains:
    arn:
      description: ARN of the secret. Its last six characters are made by AWS.
      type: str
      sample: arn:aws:secretsmanager:us-east-1:123456789012:secret:sdt-prod/database-AbCdEf
    name:
      description: Name of the secret.
      type: str
    version_id:
      description: Id of the current version of the value.
      type: str
resources:
  description: Every managed secret by its name, with the keys of RV(secret).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "secret", "name": "sdt-prod/database", "fields": ["generate"]}]
"""

import json
import secrets
import string
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _generated, _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)
_OWN_KEY = "alias/aws/secretsmanager"  # what AWS takes when no key is given, and then does not tell
_CONTENT = frozenset({"value", "attributes", "generate", "keys"})


class Secret(Resource):
    kind = "secret"
    key = "secret"
    holds_data = True
    fields = ("description", "kms_key", "value", "attributes", "generate", "policy", "replica_regions")
    exact = frozenset({"policy", "replica_regions"})
    secret = frozenset({"value", "attributes"})
    computed = ("arn", "version_id")

    # -- reading --------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        found = self.aws.read("secretsmanager", "describe_secret", missing=_GONE, SecretId=self.name)
        if found is None:
            return None
        waiting = bool(found.get("DeletedDate"))
        versions = found.get("VersionIdsToStages", {})
        return {
            "arn": found["ARN"],
            "name": self.name,
            "description": found.get("Description", ""),
            "kms_key": found.get("KmsKeyId", _OWN_KEY),
            "replica_regions": [
                {"region": one["Region"], "kms_key": one.get("KmsKeyId", _OWN_KEY)}
                for one in sorted(found.get("ReplicationStatus", []), key=lambda one: one["Region"])
            ],
            "policy": self._read_policy() if self._wants_policy and not waiting else {},
            "tags": _tags.from_list(found.get("Tags")),
            "version_id": next((name for name, stages in versions.items() if "AWSCURRENT" in stages), None),
            "scheduled_deletion": waiting,
            **({} if waiting else self._found_content()),
        }

    def gone(self, state: State | None) -> bool:
        return state is None or (state["scheduled_deletion"] and not self.options["force_delete"])

    # -- deciding -------------------------------------------------------------------------------------------------

    def desired(self) -> State:
        desired = super().desired()
        for option in ("value", "attributes"):
            if option in desired:
                desired[option] = {name: _text(item) for name, item in desired[option].items()}
        if "generate" in desired:
            for name, how in desired["generate"].items():
                _generated.how(name, how)
            desired["generate"] = sorted(desired["generate"])
        if self.options["own_account_only"]:
            if "policy" in desired:
                raise InfraError(f"Secret {self.name}: own_account_only makes the policy, so leave policy out.")
            desired["policy"] = self._own_account_only()
        if "policy" in desired:
            desired["policy"] = _policy.canonical(desired["policy"]) or {}
        if desired.get("kms_key") == "":
            del desired["kms_key"]
        if "kms_key" in desired:
            desired["kms_key"] = self._kms_key(desired["kms_key"])
        if "replica_regions" in desired:
            desired["replica_regions"] = [
                {"region": one["region"], "kms_key": one.get("kms_key", _OWN_KEY)}
                for one in sorted(desired["replica_regions"], key=lambda one: one["region"])
            ]
        if self.options["purge_keys"] and _CONTENT & set(desired):
            desired["keys"] = sorted(self._asked_keys())
        return desired

    def adjust(self, current: State, desired: State) -> State:
        if "replica_regions" in desired:
            desired = {**desired, "replica_regions": self._replicas_in_the_light_of(current, desired)}
        if not current["scheduled_deletion"]:
            if current["kms_key"] != desired.get("kms_key") and "kms_key" in desired:
                current["kms_key"] = self._kms_key(current["kms_key"])  # it may be told as an id or an alias
            return desired
        # AWS shows nothing of it until it is restored; update() then looks what has to be changed in it.
        kept = {name: value for name, value in desired.items() if name not in {*_CONTENT, "policy"}}
        return {**kept, "scheduled_deletion": False}

    # -- writing --------------------------------------------------------------------------------------------------

    def create(self, desired: State) -> None:
        request: dict[str, t.Any] = {"Name": self.name, "Tags": _tags.to_list(desired.get("tags"))}
        if "description" in desired:
            request["Description"] = desired["description"]
        if desired.get("kms_key", _OWN_KEY) != _OWN_KEY:
            request["KmsKeyId"] = desired["kms_key"]
        if _CONTENT & set(desired):
            request["SecretString"] = self._merged({})
        if desired.get("replica_regions"):
            request["AddReplicaRegions"] = _replicas(desired["replica_regions"])
        # The name of a secret that was deleted for good is free after a moment.
        self.aws.write("secretsmanager", "create_secret", retry=("scheduled for deletion",), **request)
        if desired.get("policy"):
            self._set_policy(desired["policy"])

    def update(self, current: State, changes: State) -> None:
        if "scheduled_deletion" in changes:
            self.aws.write("secretsmanager", "restore_secret", SecretId=self.name)
            current = self.find() or current
            desired = self.desired()
            changes = {**changes, **{name: desired[name] for name in {*_CONTENT, "policy"} if name in desired}}
        request: dict[str, t.Any] = {}
        if "description" in changes:
            request["Description"] = changes["description"]
        if "kms_key" in changes:
            request["KmsKeyId"] = changes["kms_key"]
        if _CONTENT & set(changes):
            content = self._content()
            merged = self._merged(content)
            if json.loads(merged) != content:
                request["SecretString"] = merged
        if request:
            self.aws.write("secretsmanager", "update_secret", SecretId=self.name, **request)
        if changes.get("policy", current["policy"]) != current["policy"]:
            self._set_policy(changes["policy"])
        if "replica_regions" in changes:
            self._replicate(current["replica_regions"], changes["replica_regions"])

    def delete(self, current: State) -> None:
        if current["replica_regions"]:
            self._replicate(current["replica_regions"], [])
        how: dict[str, t.Any] = {"RecoveryWindowInDays": self.options["recovery_window_days"]}
        if self.options["force_delete"]:
            how = {"ForceDeleteWithoutRecovery": True}
        self.aws.write("secretsmanager", "delete_secret", missing=_GONE, SecretId=self.name, **how)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("secretsmanager", "tag_resource", SecretId=self.name, Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("secretsmanager", "untag_resource", SecretId=self.name, TagKeys=names)

    # -- the content ----------------------------------------------------------------------------------------------

    def _found_content(self) -> State:
        """The content, read only if something is asked of it."""
        if all(self.options.get(option) is None for option in ("value", "attributes", "generate")):
            return {}
        content = self._content()
        return {
            "value": {name: _text(item) for name, item in content.items()},
            "attributes": {name: _text(item) for name, item in content.items()},
            "generate": []
            if self.options["regenerate"]
            else sorted(set(self.options.get("generate") or {}) & set(content)),
            "keys": sorted(content),
        }

    def _content(self) -> dict[str, t.Any]:
        text = self.aws.read("secretsmanager", "get_secret_value", "SecretString", missing=_GONE, SecretId=self.name)
        try:
            content = json.loads(text or "{}")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise InfraError(
                f"The value of the secret {self.name} is no JSON object, so no keys can be set in it. Remove the secret, "
                "or manage it without value, attributes and generate."
            )
        return content

    def _merged(self, content: dict[str, t.Any]) -> str:
        """The new content: what is there, what is given, and new passwords where there are none."""
        given = {**(self.options.get("value") or {}), **(self.options.get("attributes") or {})}
        generate = self.options.get("generate") or {}
        kept = content
        if self.options["purge_keys"]:
            kept = {name: item for name, item in content.items() if name in self._asked_keys()}
        changed = {name: _text(item) for name, item in given.items() if _text(kept.get(name)) != _text(item)}
        there = set(given) if self.options["regenerate"] else {*kept, *given}
        made = {name: _random_text(**_generated.how(name, how)) for name, how in generate.items() if name not in there}
        return json.dumps({**kept, **changed, **made}, sort_keys=True)

    def _asked_keys(self) -> set[str]:
        return {name for option in ("value", "attributes", "generate") for name in self.options.get(option) or {}}

    # -- the rest -------------------------------------------------------------------------------------------------

    def _kms_key(self, key: str) -> str:
        return key if key == _OWN_KEY else resolve(self.aws, "kms_key", key)

    def _replicas_in_the_light_of(self, current: State, desired: State) -> list[State]:
        """A region without kms_key keeps the key it has."""
        given = {one["region"] for one in self.options["replica_regions"] if one.get("kms_key")}
        present = {one["region"]: one for one in current["replica_regions"]}
        return [
            one if one["region"] in given else present.get(one["region"], one) for one in desired["replica_regions"]
        ]

    @property
    def _wants_policy(self) -> bool:
        return self.options["own_account_only"] or self.options.get("policy") is not None

    def _own_account_only(self) -> State:
        statement = {
            "Sid": "OwnAccountOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "secretsmanager:*",
            "Resource": "*",
            "Condition": {
                "StringNotEquals": {"aws:PrincipalAccount": self.aws.account},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    def _read_policy(self) -> State:
        found = self.aws.read(
            "secretsmanager", "get_resource_policy", "ResourcePolicy", missing=_GONE, SecretId=self.name
        )
        return _policy.canonical(found) or {}

    def _set_policy(self, policy: State) -> None:
        if policy:
            self.aws.write(
                "secretsmanager",
                "put_resource_policy",
                SecretId=self.name,
                ResourcePolicy=_policy.text(policy),
                BlockPublicPolicy=True,
            )
        else:
            self.aws.write("secretsmanager", "delete_resource_policy", SecretId=self.name)

    def _replicate(self, current: list[State], wanted: list[State]) -> None:
        unwanted = [one["region"] for one in current if one not in wanted]
        if unwanted:
            self.aws.write(
                "secretsmanager",
                "remove_regions_from_replication",
                SecretId=self.name,
                RemoveReplicaRegions=unwanted,
            )
        missing = [one for one in wanted if one not in current]
        if missing:
            self.aws.write(
                "secretsmanager",
                "replicate_secret_to_regions",
                SecretId=self.name,
                AddReplicaRegions=_replicas(missing),
            )


def _text(item: t.Any) -> t.Any:
    """Scalars as text, so that 5432 and "5432" are the same."""
    if isinstance(item, bool):
        return str(item).lower()
    return item if item is None or isinstance(item, (dict, list)) else str(item)


def _random_text(length: int, punctuation: str) -> str:
    """A random text with at least one character of each kind."""
    kinds = [string.ascii_lowercase, string.ascii_uppercase, string.digits, *([punctuation] if punctuation else [])]
    characters = [secrets.choice(kind) for kind in kinds]
    characters += [secrets.choice("".join(kinds)) for _more in range(length - len(kinds))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def _replicas(regions: list[State]) -> list[dict[str, str]]:
    return [
        {"Region": one["region"], **({"KmsKeyId": one["kms_key"]} if one["kms_key"] != _OWN_KEY else {})}
        for one in regions
    ]


def main() -> None:
    run(
        Secret,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "value": {"type": "dict", "no_log": True},
            "attributes": {"type": "dict"},
            "generate": {"type": "dict", "no_log": False},
            "regenerate": {"type": "bool", "default": False},
            "purge_keys": {"type": "bool", "default": False},
            "kms_key": {"type": "str", "no_log": False},
            "policy": {"type": "dict"},
            "own_account_only": {"type": "bool", "default": False},
            "replica_regions": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "region": {"type": "str", "required": True},
                    "kms_key": {"type": "str", "no_log": False},
                },
            },
            "recovery_window_days": {"type": "int", "default": 30},
            "force_delete": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
