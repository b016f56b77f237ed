#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_sql_task
version_added: 0.1.0
short_description: Run a statement in a PostgreSQL database by a task that runs once
description:
  - Runs C(psql) in a task on Fargate that has the network, execution role and log of a service that may use the database, and
    waits for its end. User and password come from the secret; they are in no request, result or log.
  - The statement stands in a task definition, which whoever may describe it can read, so no secrets belong into it. It is
    deregistered afterwards.
  - The task is always changed, because nobody knows what a statement does.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-tasks.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  service:
    description: A service that may use the database.
    type: str
    required: true
  secret:
    description: Name or ARN of the secret with C(username), C(password), C(dbname), C(port) and C(host), which the execution role may read.
    type: str
    required: true
  host:
    description: Address of the database; that of the secret, when left out.
    type: str
  statement:
    description: The statement.
    type: str
    required: true
  image:
    description: An image that has C(psql), for the processor of the service.
    type: str
    default: public.ecr.aws/docker/library/postgres:17-alpine
  execution_role:
    description: ARN of the role that reads the secret and writes the log; that of the service, when left out.
    type: str
  tags:
    description: Tags of the task and its definition.
    type: dict
    default: {}
  log_lines:
    description: Number of lines of the answer to return, from its end.
    type: int
    default: 50
  retry_seconds:
    description: For how long it is tried again while it fails, in seconds.
    type: int
    default: 0
  wait_timeout:
    description: Seconds after which one task is stopped, and the module fails.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Looks whether there are such a service and secret, and runs nothing.
    support: full
"""

EXAMPLES = r"""
- name: Count users
  sdt.infra.ecs_sql_task:
    cluster: sdt-prod
    service: auth-service
    secret: sdt-prod/database
    statement: select count(*) from users
"""

RETURN = r"""
log:
  description: What it answered, line by line.
  returned: when it ran
  type: list
  elements: str
exit_code:
  description: Exit code of C(psql).
  returned: when it ran
  type: int
seconds:
  description: How long the last task ran.
  returned: when it ran
  type: float
"""

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_sql import Sql
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _ask(aws: Aws, params: State, check_mode: bool) -> State:
    sql = Sql(aws, params)
    return {} if check_mode else sql.ask()


def main() -> None:
    run(
        _ask,
        {
            "cluster": {"type": "str", "required": True},
            "service": {"type": "str", "required": True},
            "secret": {"type": "str", "required": True, "no_log": False},
            "host": {"type": "str"},
            "statement": {"type": "str", "required": True},
            "image": {"type": "str", "default": "public.ecr.aws/docker/library/postgres:17-alpine"},
            "execution_role": {"type": "str"},
            "tags": {"type": "dict", "default": {}},
            "log_lines": {"type": "int", "default": 50},
            "retry_seconds": {"type": "int", "default": 0},
            "wait_timeout": {"type": "int", "default": 600},
        },
    )


if __name__ == "__main__":
    main()
