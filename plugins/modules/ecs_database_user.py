#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_database_user
version_added: 0.1.0
short_description: Manage the user of a service in a PostgreSQL database, by tasks that run once
description:
  - Makes a user for a service, in the database and as the value of a secret, and rotates its password without a gap. The user is a role that
    owns what the service makes, and two logins, C(<user>_a) and C(<user>_b), that take turns.
  - A rotation gives the login whose turn it is a new password, tries it, and makes it the value of the secret. Tasks that were started before
    go on with the other login until O(retire) closes it.
  - A rotation that was interrupted is finished by the next call, whatever it asks for.
  - Passwords go from Secrets Manager to the tasks; they are in no request, result or log. The caller reads the values of both secrets.
  - See U(https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html).
author: SDT platform engineering (@sdt)
options:
  user:
    description: Name of the role in the database, such as V(auth_service).
    type: str
    required: true
  secret:
    description: Name or ARN of the secret of the service, which has to exist and may be empty.
    type: str
    required: true
  admin_secret:
    description: Name or ARN of the secret with the credentials of the database's administrator and where the database is.
    type: str
    required: true
  grants:
    description:
      - Statements that give the role its rights, run each time. They name it C(:"owner") and the database C(:"database").
    type: list
    elements: str
    default:
      - GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"owner"
      - GRANT USAGE, CREATE ON SCHEMA public TO :"owner"
      - GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"owner"
      - GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"owner"
  rotate:
    description: Whether the other login gets its turn.
    type: bool
    default: false
  retire:
    description: Whether the login before is closed, once no task uses it any more. Nothing else is done then.
    type: bool
    default: false
  repeat:
    description: Whether the present login is made once more, with the password of the secret, as in a database that was restored.
    type: bool
    default: false
  cluster:
    description: Name or ARN of the cluster the tasks run in.
    type: str
    required: true
  family:
    description: First part of the name of their task definitions.
    type: str
    required: true
  subnets:
    description: Names or ids of their subnets.
    type: list
    elements: str
    required: true
  security_groups:
    description: Names or ids of their security groups, which may reach the database.
    type: list
    elements: str
    required: true
  assign_public_ip:
    description: Whether they get public addresses.
    type: bool
    default: false
  execution_role:
    description: ARN of the role that reads both secrets and writes the log.
    type: str
    required: true
  log_group:
    description: Name of the log group they write to.
    type: str
    required: true
  cpu_architecture:
    description: Their processor.
    type: str
    choices: [X86_64, ARM64]
    default: X86_64
  image:
    description: An image that has C(sh) and C(psql).
    type: str
    default: public.ecr.aws/docker/library/postgres:17-alpine
  tags:
    description: Tags of the tasks and their definitions.
    type: dict
    default: {}
  wait_timeout:
    description: Seconds after which a task is stopped, and the module fails.
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
    description: Runs nothing, and tells what would be done. A secret that is only going to be made counts as empty.
    support: full
"""

EXAMPLES = r"""
- name: Give the service a user of its own
  sdt.infra.ecs_database_user: &user
    user: auth_service
    secret: sdt-prod/auth-service/database
    admin_secret: sdt-prod/database
    cluster: sdt-prod
    family: sdt-prod-auth-service
    subnets: [sdt-prod-private-1, sdt-prod-private-2]
    security_groups: [sdt-prod-auth-service]
    execution_role: arn:aws:iam::123456789012:role/sdt-prod-database-users
    log_group: /ecs/sdt-prod/auth-service

- name: Let the other login have its turn
  sdt.infra.ecs_database_user:
    <<: *user
    rotate: true
"""

RETURN = r"""
done:
  description: V(created), V(rotated), V(repeated), V(moved) (the database has another address), V(closed), or nothing.
  returned: always
  type: str
actions:
  description: The same as one entry, or none.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._database_user import DatabaseUser
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._step import run

_GRANTS = [
    'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"owner"',
    'GRANT USAGE, CREATE ON SCHEMA public TO :"owner"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"owner"',
    'GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"owner"',
]


def _step(aws: Aws, params: State, check_mode: bool) -> State:
    try:
        user = DatabaseUser(aws, params)
    except NotFound:
        if not check_mode:
            raise
        done = {"changed": True, "done": "created"}
    else:
        done = user.close(check_mode) if params["retire"] else user.ensure(check_mode)
    action = {"action": "update", "kind": "database user", "name": params["user"], "fields": [done["done"]]}
    return {**done, "actions": [action] if done["changed"] else []}


def main() -> None:
    run(
        _step,
        {
            **{name: {"type": "str", "required": True} for name in ("user", "cluster", "family")},
            "secret": {"type": "str", "required": True, "no_log": False},
            "admin_secret": {"type": "str", "required": True, "no_log": False},
            "grants": {"type": "list", "elements": "str", "default": _GRANTS},
            "rotate": {"type": "bool", "default": False},
            "retire": {"type": "bool", "default": False},
            "repeat": {"type": "bool", "default": False},
            "subnets": {"type": "list", "elements": "str", "required": True},
            "security_groups": {"type": "list", "elements": "str", "required": True},
            "assign_public_ip": {"type": "bool", "default": False},
            "execution_role": {"type": "str", "required": True},
            "log_group": {"type": "str", "required": True},
            "cpu_architecture": {"type": "str", "choices": ["X86_64", "ARM64"], "default": "X86_64"},
            "image": {"type": "str", "default": "public.ecr.aws/docker/library/postgres:17-alpine"},
            "tags": {"type": "dict", "default": {}},
            "wait_timeout": {"type": "int", "default": 600},
        },
    )


if __name__ == "__main__":
    main()
