#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: dynamodb_table
version_added: 0.1.0
short_description: Manage a DynamoDB table
description:
  - Creates, changes and deletes a table with its key, capacity, encryption, recovery, time to live and tags.
  - Indexes and streams are left alone.
  - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the table, 3 to 255 letters, digits, dots, hyphens and underscores.
    type: str
  hash_key:
    description:
      - The attribute that finds an item (partition key). AWS cannot change it later.
      - Required when the table is created.
    type: dict
    suboptions:
      name:
        description: Name of the attribute.
        type: str
        required: true
      type:
        description: V(S) is text, V(N) a number, V(B) bytes.
        type: str
        choices: [S, N, B]
        default: S
  range_key:
    description: The attribute that orders items of the same O(hash_key) (sort key). AWS cannot change it later.
    type: dict
    suboptions:
      name:
        description: Name of the attribute.
        type: str
        required: true
      type:
        description: V(S) is text, V(N) a number, V(B) bytes.
        type: str
        choices: [S, N, B]
        default: S
  billing_mode:
    description:
      - What is paid for. V(PROVISIONED) needs O(read_capacity) and O(write_capacity).
      - AWS allows a change to V(PAY_PER_REQUEST) up to four times a day.
    type: str
    choices: [PAY_PER_REQUEST, PROVISIONED]
    default: PAY_PER_REQUEST
  read_capacity:
    description: Reads a second that are paid for, each of up to 4 KB.
    type: int
  write_capacity:
    description: Writes a second that are paid for, each of up to 1 KB.
    type: int
  table_class:
    description: What suits the table, many requests or much storage.
    type: str
    choices: [STANDARD, STANDARD_INFREQUENT_ACCESS]
  kms_key:
    description:
      - ARN, id or alias (C(alias/name)) of the KMS key the table is encrypted with; C(alias/aws/dynamodb) is the key of
        AWS in this account.
      - Empty for the key DynamoDB owns, which a new table has and which costs nothing.
      - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html).
    type: str
  point_in_time_recovery:
    description:
      - Whether the table can be restored to any second of the last days.
      - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html).
    type: bool
  recovery_days:
    description: How many days O(point_in_time_recovery) reaches back, from 1 to 35; AWS begins with 35.
    type: int
  ttl_attribute:
    description:
      - Attribute with the time, in seconds since 1970, at which an item is deleted. Empty for none.
      - AWS changes it once an hour.
      - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
    type: str
  deletion_protection:
    description:
      - Whether the table cannot be deleted.
      - O(state=absent) refuses a protected table, unless this is V(false), which lifts the protection first.
    type: bool
  wait_timeout:
    description: How long to wait for the table to be made, changed or deleted, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Create the table with which Terraform locks its state
  sdt.infra.dynamodb_table:
    name: sdt-prod-terraform-lock
    hash_key:
      name: LockID
    point_in_time_recovery: true
    deletion_protection: true

- name: Delete a table that is protected
  sdt.infra.dynamodb_table:
    name: sdt-dev-terraform-lock
    state: absent
    deletion_protection: false
"""

RETURN = r"""
table:
  description: >-
    The table, with the settings that were given, under the names of the options. Missing when O(each) is used; see
    RV(resources).
  returned: when a single table is managed
  type: dict
  contains:
    name:
      description: Name of the table.
      type: str
      sample: sdt-prod-terraform-lock
    id:
      description: Id of the table, another one each time a table of this name is made.
      type: str
      sample: 12345678-0123-4567-8901-123456789012
    arn:
      description: ARN of the table.
      type: str
      sample: arn:aws:dynamodb:us-east-1:123456789012:table/sdt-prod-terraform-lock
    status:
      description: State AWS reports.
      type: str
      sample: ACTIVE
    tags:
      description: Tags of the table.
      type: dict
resources:
  description: Every managed resource by its name, with the keys of RV(table).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "table", "name": "sdt-prod-terraform-lock", "fields": ["hash_key"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing, resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)
_BUSY = ("ResourceInUseException",)  # one change after the other
_NOT_YET = (*_BUSY, "ContinuousBackupsUnavailableException", "TableNotFoundException", "ResourceNotFoundException")
_AWS_KEY = "alias/aws/dynamodb"
_BUSY_SECONDS = 300  # a change of the encryption or of the class takes minutes
_CAPACITY = ("read_capacity", "write_capacity")
_RECOVERY = ("point_in_time_recovery", "recovery_days")
_KEYS = {"hash_key": "HASH", "range_key": "RANGE"}


class Table(Resource):
    kind = "DynamoDB table"
    key = "table"
    holds_data = True
    fields = (
        *_KEYS,
        "billing_mode",
        *_CAPACITY,
        "table_class",
        "kms_key",
        *_RECOVERY,
        "ttl_attribute",
        "deletion_protection",
    )
    create_only = frozenset(_KEYS)
    computed = ("id", "arn")

    def desired(self) -> State:
        desired = super().desired()
        if desired["billing_mode"] == "PAY_PER_REQUEST":
            desired = {name: value for name, value in desired.items() if name not in _CAPACITY}
        if desired.get("kms_key"):
            # AWS makes its own key for the first table of an account that wants it.
            own = existing(self.aws, "kms_key", _AWS_KEY) or _AWS_KEY if desired["kms_key"] == _AWS_KEY else None
            desired["kms_key"] = own or resolve(self.aws, "kms_key", desired["kms_key"])
        if not desired.get("point_in_time_recovery", True):
            desired.pop("recovery_days", None)
        return desired

    def adjust(self, current: State, desired: State) -> State:
        before, after = current.get("ttl_attribute"), desired.get("ttl_attribute")
        if before and after and before != after:
            raise InfraError(
                f"DynamoDB table {self.name} already deletes items by {before}, and AWS changes that once an hour. "
                f'Set ttl_attribute to "" first, and to {after} an hour later.'
            )
        return desired

    def find(self) -> State | None:
        found = self.aws.read("dynamodb", "describe_table", "Table", missing=_GONE, TableName=self.name)
        if found is None:
            return None
        types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
        roles = {one["KeyType"]: one["AttributeName"] for one in found["KeySchema"]}
        capacity = found.get("ProvisionedThroughput", {})
        state: State = {
            "name": self.name,
            "id": found["TableId"],
            "arn": found["TableArn"],
            "status": found["TableStatus"],
            **{
                option: {"name": roles[role], "type": types[roles[role]]}
                for option, role in _KEYS.items()
                if role in roles
            },
            "billing_mode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "read_capacity": capacity.get("ReadCapacityUnits"),
            "write_capacity": capacity.get("WriteCapacityUnits"),
            "table_class": found.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
            "kms_key": found.get("SSEDescription", {}).get("KMSMasterKeyArn", ""),
            "deletion_protection": found.get("DeletionProtectionEnabled", False),
        }
        if self.leaving(state):
            return state
        if self.wants_tags:
            state["tags"] = self.tags_at(state["arn"], lambda: self._tags(state["arn"]))
        return state if self.options.get("state") == "absent" else {**state, **self._more()}

    def _tags(self, arn: str) -> dict[str, str]:
        found = self.aws.read("dynamodb", "list_tags_of_resource", "Tags", missing=_GONE, ResourceArn=arn)
        return _tags.from_list(found)

    def _more(self) -> State:
        """What AWS tells in requests of their own, as far as it was given."""
        state: State = {}
        if any(self.options.get(option) is not None for option in _RECOVERY):
            answer = self.aws.read("dynamodb", "describe_continuous_backups", missing=_NOT_YET, TableName=self.name)
            backups = (answer or {}).get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
            state["point_in_time_recovery"] = backups.get("PointInTimeRecoveryStatus") == "ENABLED"
            state["recovery_days"] = backups.get("RecoveryPeriodInDays")
        if self.options.get("ttl_attribute") is not None:
            answer = self.aws.read("dynamodb", "describe_time_to_live", missing=_NOT_YET, TableName=self.name)
            ttl = (answer or {}).get("TimeToLiveDescription", {})
            enabled = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
            state["ttl_attribute"] = ttl.get("AttributeName", "") if enabled else ""
        return state

    def create(self, desired: State) -> None:
        if "hash_key" not in desired:
            raise InfraError(f"DynamoDB table {self.name} does not exist; give hash_key to create it.")
        keys = {option: desired[option] for option in _KEYS if option in desired}
        try:
            self.aws.write(
                "dynamodb",
                "create_table",
                TableName=self.name,
                KeySchema=[{"AttributeName": key["name"], "KeyType": _KEYS[option]} for option, key in keys.items()],
                AttributeDefinitions=[
                    {"AttributeName": key["name"], "AttributeType": key["type"]} for key in keys.values()
                ],
                **_billing(desired),
                **without_none(
                    {
                        "TableClass": desired.get("table_class"),
                        "DeletionProtectionEnabled": desired.get("deletion_protection"),
                        "SSESpecification": self._encryption(desired["kms_key"]) if desired.get("kms_key") else None,
                        "Tags": _tags.to_list(desired["tags"]) if desired.get("tags") else None,
                    }
                ),
            )
        except AwsError as error:
            if error.code != "ResourceInUseException":
                raise
            return  # another run makes it at this moment, with all its settings; it is waited for below
        if desired.get("point_in_time_recovery"):
            self._recovery(desired)
        if desired.get("ttl_attribute"):
            self._time_to_live(desired["ttl_attribute"], True)

    def update(self, current: State, changes: State) -> None:
        wanted = {**current, **changes}
        if "deletion_protection" in changes:
            self._change(DeletionProtectionEnabled=changes["deletion_protection"])
        if {"billing_mode", *_CAPACITY} & set(changes):
            self._change(**_billing(wanted))
        if "table_class" in changes:
            self._change(TableClass=changes["table_class"])
        if "kms_key" in changes:
            self._change(SSESpecification=self._encryption(changes["kms_key"]))
        if set(_RECOVERY) & set(changes):
            self._recovery(wanted)
        if "ttl_attribute" in changes:
            self._time_to_live(changes["ttl_attribute"] or current["ttl_attribute"], bool(changes["ttl_attribute"]))

    def _encryption(self, key: str) -> State:
        if not key:
            return {"Enabled": False}
        # AWS wants its own key not to be named.
        named = {} if self.options["kms_key"] == _AWS_KEY else {"KMSMasterKeyId": key}
        return {"Enabled": True, "SSEType": "KMS", **named}

    def check_delete(self, current: State) -> None:
        if current["deletion_protection"] and self.options.get("deletion_protection") is not False:
            raise InfraError(
                f"DynamoDB table {self.name} is protected from deletion: "
                "set deletion_protection to false to delete it nevertheless."
            )

    def delete(self, current: State) -> None:
        if current["deletion_protection"]:
            self._change(DeletionProtectionEnabled=False)
        self.aws.write(
            "dynamodb",
            "delete_table",
            missing=_GONE,
            retry=_BUSY,
            retry_seconds=_BUSY_SECONDS,
            TableName=self.name,
        )

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        arn = current["arn"]
        self.aws.write("dynamodb", "tag_resource", retry=_BUSY, ResourceArn=arn, Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("dynamodb", "untag_resource", retry=_BUSY, ResourceArn=current["arn"], TagKeys=names)

    def ready(self, state: State) -> bool:
        if state["status"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS":
            raise InfraError(
                f"DynamoDB table {self.name} may not use its KMS key {state['kms_key']}: "
                "enable the key and let its policy allow DynamoDB, then run again."
            )
        return state["status"] == "ACTIVE"

    def leaving(self, state: State) -> bool:
        return state["status"] == "DELETING"

    def _change(self, **params: t.Any) -> None:
        """UpdateTable takes one kind of change at a time, while no other is under way."""
        self.aws.write(
            "dynamodb", "update_table", retry=_BUSY, retry_seconds=_BUSY_SECONDS, TableName=self.name, **params
        )

    def _recovery(self, wanted: State) -> None:
        specification: State = {"PointInTimeRecoveryEnabled": wanted["point_in_time_recovery"]}
        if wanted["point_in_time_recovery"] and wanted.get("recovery_days"):
            specification["RecoveryPeriodInDays"] = wanted["recovery_days"]
        self.aws.write(
            "dynamodb",
            "update_continuous_backups",
            retry=_NOT_YET,
            retry_seconds=_BUSY_SECONDS,
            TableName=self.name,
            PointInTimeRecoverySpecification=specification,
        )

    def _time_to_live(self, attribute: str, enabled: bool) -> None:
        self.aws.write(
            "dynamodb",
            "update_time_to_live",
            retry=_NOT_YET,
            retry_seconds=_BUSY_SECONDS,
            TableName=self.name,
            TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute},
        )


def _billing(wanted: State) -> State:
    if wanted["billing_mode"] == "PAY_PER_REQUEST":
        return {"BillingMode": "PAY_PER_REQUEST"}
    return {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {
            "ReadCapacityUnits": wanted["read_capacity"],
            "WriteCapacityUnits": wanted["write_capacity"],
        },
    }


def main() -> None:
    attribute = {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["S", "N", "B"], "default": "S"},
        },
    }
    run(
        Table,
        {
            "name": {"type": "str"},
            "hash_key": {**attribute, "no_log": False},
            "range_key": {**attribute, "no_log": False},
            "billing_mode": {
                "type": "str",
                "choices": ["PAY_PER_REQUEST", "PROVISIONED"],
                "default": "PAY_PER_REQUEST",
            },
            "read_capacity": {"type": "int"},
            "write_capacity": {"type": "int"},
            "table_class": {"type": "str", "choices": ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]},
            "kms_key": {"type": "str", "no_log": False},
            "point_in_time_recovery": {"type": "bool"},
            "recovery_days": {"type": "int"},
            "ttl_attribute": {"type": "str"},
            "deletion_protection": {"type": "bool"},
        },
        waits=True,
        required_if=[("billing_mode", "PROVISIONED", _CAPACITY)],
        required_by={"recovery_days": ["point_in_time_recovery"]},
    )


if __name__ == "__main__":
    main()
