#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_record
version_added: 0.1.0
short_description: Remember that an environment sleeps, and what it was before
description:
  - Keeps a record beside the lock of an environment, which every run reads when it takes the lock. What is remembered first stays.
  - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html).
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What sleeps, such as V(sdt-dev).
    type: str
    required: true
  table:
    description: Name of the table of locks and runs.
    type: str
    default: sdt-infra-runs
  state:
    description: V(present) remembers it, V(absent) forgets it.
    type: str
    choices: [present, absent]
    default: present
  by:
    description: ARN of who sends it to sleep.
    type: str
  reason:
    description: Why.
    type: str
  tasks:
    description: How many tasks each service is to run again, by its name.
    type: dict
    default: {}
  nat:
    description: Whether NAT gateways go meanwhile.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Remembers and forgets nothing, and tells what it would.
    support: full
"""

EXAMPLES = r"""
- name: Remember that development sleeps
  sdt.infra.run_record:
    environment: sdt-dev
    by: arn:aws:iam::123456789012:user/ada
    reason: night
    tasks: {auth-service: 2}
"""

RETURN = r"""
asleep:
  description: What is remembered now, with C(since), C(by), C(reason), C(tasks) and C(nat). Empty where nothing is.
  returned: always
  type: dict
"""

import json
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _lock, _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import record
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _remember(aws: Aws, params: State, check_mode: bool) -> State:
    where = (params["environment"], params["table"])
    known = record(aws, *where, _lock.ASLEEP)
    if known is None:
        raise NotFound(f"The table {params['table']} does not exist in {aws.region}: run site.yml first.")
    absent = params["state"] == "absent"
    if absent == (not known):
        return {"changed": False, "asleep": known}
    key = _lock.key(params["environment"], _lock.ASLEEP)
    values: dict[str, t.Any] = {}
    if absent:
        if not check_mode:
            aws.write("dynamodb", "delete_item", TableName=params["table"], Key=key)
        return {"asleep": values}
    values = {
        "since": _moments.now(),
        "by": params["by"],
        "reason": params["reason"],
        "tasks": json.dumps({name: int(count) for name, count in params["tasks"].items()}, sort_keys=True),
        "nat": int(params["nat"]),
    }
    if not check_mode:
        item = _lock.item(params["environment"], _lock.ASLEEP, values)
        aws.write("dynamodb", "put_item", TableName=params["table"], Item=item)
    return {"asleep": values}


def main() -> None:
    run(
        _remember,
        {
            "environment": {"type": "str", "required": True},
            "table": {"type": "str", "default": "sdt-infra-runs"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "by": {"type": "str"},
            "reason": {"type": "str"},
            "tasks": {"type": "dict", "default": {}},
            "nat": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
