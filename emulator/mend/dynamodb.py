# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DynamoDB tables: their fields as AWS gives them, how they come and go, and encryption that can change."""

from __future__ import annotations

import re
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import MockValidationException, ResourceInUseException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.moto_api._internal import mock_random

from emulator.clock import Stage, clock
from emulator.registry import mend, state

STANDARD = "STANDARD"


@mend(Table)
def __init__(original: Any, self: Table, *args: Any, **kwargs: Any) -> None:
    if kwargs.get("sse_specification") is not None and not kwargs["sse_specification"].get("Enabled"):
        kwargs["sse_specification"] = None  # the key DynamoDB owns, which a description does not mention
    original(self, *args, **kwargs)
    self._emulator_id = str(mock_random.uuid4())
    self._emulator_class = STANDARD
    self._emulator_coming = False


@mend(Table)
def describe(original: Any, self: Table, base_key: str = "TableDescription") -> dict[str, Any]:
    answer = original(self, base_key)
    description = answer[base_key]
    description["TableId"] = self._emulator_id
    for name in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if not description.get(name):
            description.pop(name, None)
    if self._emulator_coming:
        description["TableStatus"] = "CREATING"
    if description.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        description["BillingModeSummary"].setdefault(
            "LastUpdateToPayPerRequestDateTime", description["CreationDateTime"]
        )
    else:
        description.pop("BillingModeSummary", None)  # AWS mentions it once a table has been on demand
    if self._emulator_class != STANDARD:
        description["TableClassSummary"] = {"TableClass": self._emulator_class}
    return answer


# -- a table comes and goes


@mend(DynamoHandler)
def create_table(original: Any, self: DynamoHandler) -> Any:
    backend, name = self.dynamodb_backend, self.body["TableName"]
    if _is_leaving(backend, name):
        raise ResourceInUseException(f"Table is being deleted: {name}")
    answer = original(self)
    table = backend.tables[_short(name)]
    table._emulator_class = self.body.get("TableClass") or STANDARD
    _come(backend, table)
    answer.result["TableDescription"]["TableStatus"] = "CREATING"
    return answer


def _come(backend: DynamoDBBackend, table: Table) -> None:
    table._emulator_coming = True
    stage = Stage("CREATING", "dynamodb.table.creating", lambda: setattr(table, "_emulator_coming", False))
    clock.begin(_group(backend), table.name, stage)


def _group(backend: DynamoDBBackend) -> tuple[Any, str]:
    return backend, "table"


def _is_coming(backend: DynamoDBBackend, table: Table) -> bool:
    """Somebody wants to use the table."""
    clock.look(_group(backend), table.name)
    return table._emulator_coming


def _is_leaving(backend: DynamoDBBackend, name: str) -> bool:
    """Somebody wants the name, or to delete the table once more."""
    clock.look(_group(backend), name)
    return name in _leaving(backend)


@mend(DynamoDBBackend)
def describe_table(original: Any, self: DynamoDBBackend, name: str) -> dict[str, Any]:
    clock.look(_group(self), _short(name))
    left = _leaving(self).get(_short(name))
    return {"Table": left} if left is not None else original(self, name)


@mend(DynamoDBBackend)
def delete_table(original: Any, self: DynamoDBBackend, name: str) -> Table:
    if _is_leaving(self, _short(name)):
        raise ResourceInUseException(
            f"Attempt to change a resource which is still in use: Table is being deleted: {name}"
        )
    if _short(name) in self.tables and _is_coming(self, self.tables[_short(name)]):
        raise ResourceInUseException(
            f"Attempt to change a resource which is still in use: Table is being created: {_short(name)}"
        )
    table = original(self, name)
    _leaving(self)[table.name] = {**table.describe()["TableDescription"], "TableStatus": "DELETING"}
    gone = Stage("DELETING", "dynamodb.table.deleting", lambda: _leaving(self).pop(table.name, None))
    clock.begin(_group(self), table.name, gone)
    return table


@mend(DynamoHandler)
def delete_table(original: Any, self: DynamoHandler) -> Any:  # noqa: F811 - the answer to the call above
    answer = original(self)
    answer.result["TableDescription"]["TableStatus"] = "DELETING"
    return answer


def _leaving(backend: DynamoDBBackend) -> dict[str, Any]:
    return state(backend, "leaving")


def _short(name: str) -> str:
    return name.rpartition("/")[2]


# -- what can be changed, and when


@mend(DynamoHandler)
def update_table(original: Any, self: DynamoHandler) -> Any:
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    if _is_coming(self.dynamodb_backend, table):
        raise ResourceInUseException(
            f"Attempt to change a resource which is still in use: Table is being created: {table.name}"
        )
    if "SSESpecification" in self.body:
        table.sse_specification = _encryption(table, self.body["SSESpecification"])
    if "TableClass" in self.body:
        table._emulator_class = self.body["TableClass"]
    if self.body.get("BillingMode") == "PROVISIONED" and "ProvisionedThroughput" not in self.body:
        raise MockValidationException(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified"
        )
    if self.body.get("BillingMode") == "PAY_PER_REQUEST":
        table.throughput = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}
    return original(self)


def _encryption(table: Table, wanted: dict[str, Any]) -> dict[str, Any] | None:
    if not wanted.get("Enabled"):
        return None
    key = wanted.get("KMSMasterKeyId") or table._get_default_encryption_key(table.account_id, table.region_name)
    return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}


@mend(DynamoDBBackend)
def update_continuous_backups(
    original: Any, self: DynamoDBBackend, table_name: str, point_in_time_spec: dict[str, Any]
) -> Any:
    table = self.tables.get(_short(table_name))
    if table is not None and _is_coming(self, table):
        raise _error(
            "ContinuousBackupsUnavailableException",
            f"Backups are being enabled for the table: {table.name}. Please retry later",
        )
    return original(self, table_name, point_in_time_spec)


@mend(DynamoDBBackend)
def update_time_to_live(original: Any, self: DynamoDBBackend, table_name: str, ttl_spec: dict[str, Any]) -> None:
    table = self.get_table(table_name)
    if _is_coming(self, table):
        raise ResourceInUseException(
            f"Attempt to change a resource which is still in use: Table is being created: {table.name}"
        )
    enabled, attribute = table.ttl["TimeToLiveStatus"] == "ENABLED", table.ttl.get("AttributeName")
    if enabled and ttl_spec["Enabled"]:
        differs = attribute != ttl_spec["AttributeName"]
        message = (
            f"TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
            if differs
            else "TimeToLive is already enabled"
        )
        raise MockValidationException(message)
    if not enabled and not ttl_spec["Enabled"]:
        raise MockValidationException("TimeToLive is already disabled")
    original(self, table_name, ttl_spec)
    if not ttl_spec["Enabled"]:
        table.ttl.pop("AttributeName", None)


def _error(code: str, message: str) -> JsonRESTError:
    return JsonRESTError(f"com.amazonaws.dynamodb.v20120810#{code}", message)


@mend(DynamoDBBackend)
def create_table(original: Any, self: DynamoDBBackend, name: str, *args: Any, **kwargs: Any) -> Table:  # noqa: F811 - of the backend
    if not re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", name):
        raise MockValidationException("TableName must be at least 3 characters long and at most 255 characters long")
    return original(self, name, *args, **kwargs)
