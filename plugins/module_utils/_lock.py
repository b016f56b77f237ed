# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The lock of an environment: one item in a DynamoDB table, so that two runs never write at the same time.

The table has the key environment and record. The lock is the record "lock" of an environment; what runs have done are
its records "run <time> <token>"; while it sleeps, "asleep" tells since when and what it will be again. A lock that is
not confirmed for its seconds is over, and anybody may take it.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError

RECORD = "lock"
ASLEEP = "asleep"  # the record of an environment that sleeps
_CONFIRMED_FOR = 5  # seconds a confirmation is believed within one module call
_NOT_MET = "ConditionalCheckFailedException"
_NO_TABLE = "ResourceNotFoundException"

Call = t.Callable[[str, str, dict[str, t.Any]], dict[str, t.Any]]


class Lock:
    """A lock this run holds. call sends a request: service, operation, parameters."""

    def __init__(self, call: Call, table: str, environment: str, token: str, seconds: int):
        self._call = call
        self._table = table
        self._environment = environment
        self._token = token
        self._seconds = seconds
        self._confirmed = float("-inf")

    def confirm(self) -> None:
        """Make sure that it is still ours, and hold it for its seconds from now; raise InfraError when it is not."""
        if time.monotonic() - self._confirmed < min(_CONFIRMED_FOR, self._seconds / 3):
            return
        try:
            self._call(
                "dynamodb",
                "update_item",
                {
                    "TableName": self._table,
                    "Key": key(self._environment, RECORD),
                    "UpdateExpression": "SET expires = :expires",
                    "ConditionExpression": "#token = :token",
                    "ExpressionAttributeNames": {"#token": "token"},
                    "ExpressionAttributeValues": {
                        ":token": {"S": self._token},
                        ":expires": {"N": str(int(time.time()) + self._seconds)},
                    },
                },
            )
        except AwsError as error:
            if error.code not in (_NOT_MET, _NO_TABLE):
                raise
            raise InfraError(
                f"This run has lost the lock of {self._environment}, so it writes nothing more. Somebody took it over, "
                "or it was released: see who with playbooks/lock.yml. What is done so far stays; run again to go on."
            ) from error
        self._confirmed = time.monotonic()


def key(environment: str, record: str) -> dict[str, t.Any]:
    """The key of an item."""
    return {"environment": {"S": environment}, "record": {"S": record}}


def item(environment: str, record: str, values: dict[str, t.Any]) -> dict[str, t.Any]:
    """An item as DynamoDB takes it; values that are None are left out."""
    typed = {
        name: {"N": str(value)} if isinstance(value, int) else {"S": str(value)}
        for name, value in values.items()
        if value is not None and value != ""
    }
    return {**key(environment, record), **typed}


def values_of(found: dict[str, t.Any] | None) -> dict[str, t.Any]:
    """The values of an item DynamoDB gave; {} for none."""
    return {name: int(one["N"]) if "N" in one else one["S"] for name, one in (found or {}).items()}


def told(held: dict[str, t.Any]) -> str:
    """Who holds a lock, from where, since when and why, in half a sentence."""
    who = (
        f"{held.get('user', 'somebody')} on {held.get('host', 'an unknown machine')} ({held.get('holder', 'unknown')})"
    )
    reason = f", because: {held['reason']}" if held.get("reason") else ""
    return f"{who}, since {held.get('since', 'some time')}, for {held.get('playbook', 'a playbook')}{reason}"
