# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Taking and releasing the lock of an environment, for the module run_lock and for the callback lock."""

from __future__ import annotations

import base64
import getpass
import gzip
import json
import secrets
import socket
import time
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _lock, _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError

_DAY = 86400
_CONNECTION = ("region", "profile", "endpoint_url", "aws_ca_bundle", "assume_role_arn", "assume_role_external_id")


class Work(t.NamedTuple):
    """What is and was done with an environment: the lock, {} where nobody has it, the runs, and whether it is over."""

    held: dict[str, t.Any]
    runs: list[dict[str, t.Any]]  # the latest first
    over: bool
    asleep: dict[str, t.Any]  # since when, by whom and why it sleeps; {} where it does not


def work(aws: Aws, environment: str, table: str) -> Work:
    """The lock and the records of runs; none of either where there is no table."""
    answer = aws.read(
        "dynamodb",
        "query",
        TableName=table,
        KeyConditionExpression="environment = :environment",
        ExpressionAttributeValues={":environment": {"S": environment}},
        ScanIndexForward=False,  # run ... comes after lock in the order of the alphabet
        ConsistentRead=True,
        missing=("ResourceNotFoundException",),
    )
    records = [_lock.values_of(one) for one in (answer or {}).get("Items", [])]
    held: dict[str, t.Any] = next((one for one in records if one["record"] == _lock.RECORD), {})
    asleep: dict[str, t.Any] = next((one for one in records if one["record"] == _lock.ASLEEP), {})
    runs = [one for one in records if one["record"] not in (_lock.RECORD, _lock.ASLEEP)]
    return Work(held, runs, bool(held) and int(held.get("expires", 0)) < time.time(), asleep)


def record(aws: Aws, environment: str, table: str, name: str) -> dict[str, t.Any] | None:
    """The values of one record: {} where there is none, None where there is no table."""
    answer = aws.read(
        "dynamodb",
        "get_item",
        TableName=table,
        Key=_lock.key(environment, name),
        ConsistentRead=True,
        missing=("ResourceNotFoundException",),
        fresh=True,
    )
    return None if answer is None else _lock.values_of(answer.get("Item"))


def plans_of(environment: str) -> str:
    """The environment plans are kept under, so that who reads locks and runs does not read them too."""
    return f"{environment} plans"


def packed(plan: dict[str, t.Any]) -> str:
    """A plan as DynamoDB keeps it: its JSON, compressed, as text."""
    return base64.b64encode(gzip.compress(json.dumps(plan).encode(), mtime=0)).decode()


def unpacked(text: str) -> dict[str, t.Any]:
    """The plan again."""
    return t.cast(dict[str, t.Any], json.loads(gzip.decompress(base64.b64decode(text))))


class RunLock:
    """The lock of one environment. params are the options of the module run_lock."""

    def __init__(self, aws: Aws, params: dict[str, t.Any], check_mode: bool):
        self._aws = aws
        self._params = params
        self._check_mode = check_mode
        self._environment: str = params["environment"]
        self._table: str = params["table"]

    def take(self) -> dict[str, t.Any]:
        if self._check_mode:
            held = self._read()
            return {
                "changed": False,
                "lock": {},
                "held": held or {},
                "table_missing": held is None,
                "asleep": self._asleep(),
            }
        token = secrets.token_hex(8)
        values = self._described(token)
        try:
            answer = self._aws.write(
                "dynamodb",
                "put_item",
                TableName=self._table,
                Item=_lock.item(self._environment, _lock.RECORD, values),
                ReturnValues="ALL_OLD",
                **({} if self._params["takeover"] else self._free(token)),
            )
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return {"changed": False, "lock": {}, "held": {}, "table_missing": True, "asleep": {}}
            if error.code != "ConditionalCheckFailedException":
                raise
            raise InfraError(self._refusal(self._read() or {})) from error
        before = _lock.values_of(answer.get("Attributes"))
        return {
            "changed": False,  # nothing of the environment is
            "lock": {
                "table": self._table,
                "environment": self._environment,
                "token": token,
                "seconds": self._params["seconds"],
            },
            "held": before if before.get("token") != token else {},
            "table_missing": False,
            "asleep": self._asleep(),
            **({} if self._params["keep"] else {"connection": self._connection()}),
        }

    def release(self) -> dict[str, t.Any]:
        held = self._read()
        answer = {"changed": False, "lock": {}, "held": held or {}, "table_missing": held is None}
        if self._check_mode or not held:
            return answer
        token = held["token"] if self._params["takeover"] else self._params["token"]
        if not token:
            raise InfraError(
                f"The lock of {self._environment} is held by {_lock.told(held)}. To release it, give its token, or "
                "takeover=true when that run is gone."
            )
        try:
            self._aws.write("dynamodb", "transact_write_items", TransactItems=self._transaction(held, token))
        except AwsError as error:
            if error.code != "TransactionCanceledException":
                raise
            raise InfraError(
                f"The lock of {self._environment} is not this one any more; it is held by {_lock.told(held)}."
            ) from error
        return answer

    def _transaction(self, held: dict[str, t.Any], token: str) -> list[dict[str, t.Any]]:
        """Release the lock and leave the record of its run, both or neither."""
        steps: list[dict[str, t.Any]] = [
            {
                "Delete": {
                    "TableName": self._table,
                    "Key": _lock.key(self._environment, _lock.RECORD),
                    "ConditionExpression": "#token = :token",
                    "ExpressionAttributeNames": {"#token": "token"},
                    "ExpressionAttributeValues": {":token": {"S": token}},
                }
            }
        ]
        if self._params["outcome"]:
            record = {name: value for name, value in held.items() if name not in ("environment", "record", "expires")}
            record.update(
                until=_moments.now(), outcome=self._params["outcome"], forgotten=int(time.time()) + self._kept()
            )
            steps.append(
                {
                    "Put": {
                        "TableName": self._table,
                        "Item": _lock.item(
                            self._environment, f"run {held.get('since', _moments.now())} {token}", record
                        ),
                    }
                }
            )
        return steps

    def _connection(self) -> dict[str, t.Any]:
        return {name: self._params[name] for name in _CONNECTION if self._params.get(name)}

    def _kept(self) -> int:
        return int(self._params["keep_days"]) * _DAY

    def _described(self, token: str) -> dict[str, t.Any]:
        described = {name: self._params[name] for name in ("holder", "playbook", "reason")}
        return {
            **described,
            "token": token,
            "user": self._params["user"] or _user(),
            "host": self._params["host"] or socket.gethostname(),
            "since": _moments.now(),
            "expires": int(time.time()) + self._params["seconds"],
        }

    @staticmethod
    def _free(token: str) -> dict[str, t.Any]:
        """The condition that nobody has it, or we: a request whose answer was lost is sent again, and finds itself."""
        return {
            "ConditionExpression": "attribute_not_exists(#record) OR expires < :now OR #token = :token",
            "ExpressionAttributeNames": {"#record": "record", "#token": "token"},
            "ExpressionAttributeValues": {":now": {"N": str(int(time.time()))}, ":token": {"S": token}},
        }

    def _read(self) -> dict[str, t.Any] | None:
        """Who holds the lock: {} for nobody, None when there is no table."""
        return record(self._aws, self._environment, self._table, _lock.RECORD)

    def _asleep(self) -> dict[str, t.Any]:
        return record(self._aws, self._environment, self._table, _lock.ASLEEP) or {}

    def _refusal(self, held: dict[str, t.Any]) -> str:
        left = max(int(held.get("expires", 0)) - int(time.time()), 0)
        return (
            f"The environment {self._environment} is locked by {_lock.told(held)}. Wait until that run has ended. If "
            f"it was killed, its lock is over in {left // 60 + 1} minutes; -e lock_takeover=true takes it over at once."
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container may have a user without a name
