#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task
version_added: 0.1.0
short_description: Run a task on Fargate once, and wait for its end
description:
  - Runs one task, of the task definition of a service or of another one, with another command if need be. It has the image, the
    environment variables, the secrets, the roles and the network of the service.
  - Waits until the task has ended, and returns its exit code and the last lines of its log. Fails when the exit code is none of
    O(exit_codes), and says why when the task never ran.
  - An equal task of an earlier call that still runs is not started a second time. It is waited for, so that a playbook that was
    killed can be run again.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  service:
    description: Service whose task definition and network the task gets.
    type: str
  task_definition:
    description: ARN, C(family:revision) or family of another task definition. Required without O(service).
    type: str
  container:
    description: Container that gets O(command) and O(environment), and whose exit code counts. By default the one named like O(service), or
      the first one.
    type: str
  command:
    description: Command in place of that of the image.
    type: list
    elements: str
  environment:
    description:
      - Environment variables beside those of the task definition.
      - Whoever may describe tasks can read them, so no secrets belong here.
    type: dict
    default: {}
  cpu:
    description: CPU units of the task in place of those of the task definition.
    type: int
  memory:
    description: MiB of memory of the task in place of that of the task definition.
    type: int
  subnets:
    description: Names or ids of subnets, in place of those of O(service).
    type: list
    elements: str
  security_groups:
    description: Names or ids of security groups, in place of those of O(service).
    type: list
    elements: str
  assign_public_ip:
    description: Whether the task gets a public IPv4 address; as O(service) when left out.
    type: bool
  tags:
    description: Tags of the task.
    type: dict
    default: {}
  exit_codes:
    description: Exit codes that are a success.
    type: list
    elements: int
    default: [0]
  log_lines:
    description: Number of lines of the log to return, from its end.
    type: int
    default: 50
  wait_timeout:
    description: Seconds after which the task is stopped, and the module fails.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Runs nothing.
    support: full
"""

EXAMPLES = r"""
- name: Migrate the schema with the image that is going to be released
  sdt.infra.ecs_task:
    cluster: sdt-prod
    service: auth-service
    task_definition: sdt-prod-auth-service:12
    command: [npm, run, migrate]
"""

RETURN = r"""
task:
  description: ARN of the task; empty in check mode.
  returned: always
  type: str
exit_code:
  description: Exit code of the container.
  returned: when the container has ended
  type: int
log:
  description: The last lines of its log.
  returned: when the container has ended
  type: list
  elements: str
log_group:
  description: Log group of the container.
  returned: when the container has ended
  type: str
log_stream:
  description: Log stream of the container.
  returned: when the container has ended
  type: str
image:
  description: Image of the container.
  returned: when the container has ended
  type: str
seconds:
  description: How long it ran.
  returned: when the container has ended
  type: float
stopped_reason:
  description: What AWS says why the task stopped.
  returned: when the container has ended
  type: str
"""

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_run import Task
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _run(aws: Aws, params: State, check_mode: bool) -> State:
    if check_mode and is_planned(params["task_definition"]):
        return {"task": ""}
    task = Task(aws, params)
    return {"task": ""} if check_mode else task.follow(task.start())


def main() -> None:
    run(
        _run,
        {
            "cluster": {"type": "str", "required": True},
            "service": {"type": "str"},
            "task_definition": {"type": "str"},
            "container": {"type": "str"},
            "command": {"type": "list", "elements": "str"},
            "environment": {"type": "dict", "default": {}},
            "cpu": {"type": "int"},
            "memory": {"type": "int"},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "assign_public_ip": {"type": "bool"},
            "tags": {"type": "dict", "default": {}},
            "exit_codes": {"type": "list", "elements": "int", "default": [0]},
            "log_lines": {"type": "int", "default": 50},
            "wait_timeout": {"type": "int", "default": 1800},
        },
        required_one_of=[("service", "task_definition")],
    )


if __name__ == "__main__":
    main()
