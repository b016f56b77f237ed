#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_plan
version_added: 0.1.0
short_description: Keep a plan beside the lock of an environment until it is done
description:
  - Keeps a plan by its digest in the table of locks and runs, for machines that share no files. A plan that is kept stays as it is.
    M(sdt.infra.run_plan_info) reads it.
  - DynamoDB keeps items up to 400 KB (U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)); plans are
    compressed.
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What the plan is of, such as V(sdt-prod).
    type: str
    required: true
  table:
    description: Name of the table of locks and runs.
    type: str
    default: sdt-infra-runs
  digest:
    description: What tells the plan from any other, SHA-256 as 64 hexadecimal digits.
    type: str
    required: true
  plan:
    description: The plan.
    type: dict
    required: true
  keep_days:
    description: Days after which it may be forgotten.
    type: int
    default: 7
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Keeps nothing, and tells whether it would.
    support: full
"""

EXAMPLES = r"""
- name: Keep the plan for whoever does it
  sdt.infra.run_plan:
    environment: sdt-prod
    digest: "{{ written.digest }}"
    plan: "{{ written.plan }}"
"""

RETURN = r"""
size:
  description: Bytes it takes.
  returned: always
  type: int
"""

import time

from ansible_collections.sdt.infra.plugins.module_utils import _lock
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import packed, plans_of, record
from ansible_collections.sdt.infra.plugins.module_utils._step import run

_MOST = 400 * 1024 - 2048  # bytes of an item, without what stands beside the plan


def _keep(aws: Aws, params: State, check_mode: bool) -> State:
    environment, table = plans_of(params["environment"]), params["table"]
    known = record(aws, environment, table, params["digest"])
    if known is None:
        raise NotFound(
            f"The table {table} does not exist in {aws.region}, so the plan cannot be kept: run bootstrap.yml first."
        )
    text = packed(params["plan"])
    if len(text) > _MOST:
        raise InfraError(
            f"The plan takes {len(text)} bytes and DynamoDB keeps {_MOST}. Make it of a part of the environment (--limit), or write it to a file."
        )
    if not known and not check_mode:
        values = {"plan": text, "forgotten": int(time.time()) + params["keep_days"] * 86400}
        aws.write("dynamodb", "put_item", TableName=table, Item=_lock.item(environment, params["digest"], values))
    return {"changed": not known, "size": len(text)}


def main() -> None:
    run(
        _keep,
        {
            "environment": {"type": "str", "required": True},
            "table": {"type": "str", "default": "sdt-infra-runs"},
            "digest": {"type": "str", "required": True},
            "plan": {"type": "dict", "required": True},
            "keep_days": {"type": "int", "default": 7},
        },
    )


if __name__ == "__main__":
    main()
