#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service_info
version_added: 0.1.0
short_description: Tell how ECS services are doing
description:
  - Returns of each service how many tasks it has and should have, what it runs and since when, how its deployment goes, what happened
    last, and its running tasks.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  names:
    description: Names of the services; all of the cluster when left out.
    type: list
    elements: str
  stale_secrets:
    description: Whether it is told which secrets changed after tasks started with them. Needs to list versions of secrets; no value is read.
    type: bool
    default: false
  events:
    description: How many of the last events are told.
    type: int
    default: 5
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: See how the services of production are doing
  sdt.infra.ecs_service_info:
    cluster: sdt-prod
"""

RETURN = r"""
services:
  description: The services that exist, by name.
  returned: always
  type: dict
  contains:
    status:
      description: State AWS reports.
      type: str
      sample: ACTIVE
    desired_count:
      description: Number of tasks it should have.
      type: int
    running_count:
      description: Number of tasks that run.
      type: int
    pending_count:
      description: Number of tasks that are starting.
      type: int
    task_definition:
      description: ARN of the task definition it uses.
      type: str
    images:
      description: The images of its containers, by the names of the containers.
      type: dict
    secrets:
      description: ARNs of the secrets its containers get when they start.
      type: list
      elements: str
    stale_secrets:
      description: Those of them that changed after a running task was started.
      returned: with O(stale_secrets)
      type: list
      elements: str
    target_groups:
      description: ARNs of the target groups its tasks are in.
      type: list
      elements: str
    release:
      description: What the last release left in tags of the task definition, by their names without C(release:).
      type: dict
    execute_command:
      description: Whether commands can be run in its containers.
      type: bool
    deployments:
      description: The deployments, the newest first, each with its state, since when, and how many tasks of it run.
      type: list
      elements: dict
    events:
      description: What happened last, the newest first.
      type: list
      elements: dict
    tasks:
      description: The running tasks, each with its C(id), C(zone), C(status), C(health), C(created), C(started) and C(revision).
      type: list
      elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _ecs_status
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "cluster": {"type": "str", "required": True},
            "names": {"type": "list", "elements": "str"},
            "stale_secrets": {"type": "bool", "default": False},
            "events": {"type": "int", "default": 5},
            **CONNECTION_OPTIONS,
        },
        supports_check_mode=True,
    )
    cluster, names, events = (module.params[option] for option in ("cluster", "names", "events"))
    try:
        aws = Aws(module)
        services = _ecs_status.services(aws, cluster, names, events)
        if module.params["stale_secrets"]:
            for one in services.values():
                one["stale_secrets"] = [stale.secret for stale in _ecs_status.stale(aws, one)]
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, services=services)


if __name__ == "__main__":
    main()
