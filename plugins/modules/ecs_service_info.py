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
      description: The running tasks, each with its C(id), C(zone), C(status), C(health), C(started) and C(revision).
      type: list
      elements: dict
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _ecs
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

_TASKS_AT_ONCE = 100  # tasks one DescribeTasks takes
_NO_CLUSTER = ("ClusterNotFoundException",)


def _names(aws: Aws, params: State) -> list[str]:
    if params["names"] is not None:
        return list(params["names"])
    arns = aws.read("ecs", "list_services", "serviceArns", missing=_NO_CLUSTER, cluster=params["cluster"]) or []
    return sorted(arn.rpartition("/")[2] for arn in arns)


def _told(aws: Aws, params: State, service: State) -> State:
    described = _ecs.described_definition(aws, service["taskDefinition"])
    containers = described.get("taskDefinition", {}).get("containerDefinitions", [])
    return {
        "status": service["status"],
        "desired_count": service["desiredCount"],
        "running_count": service["runningCount"],
        "pending_count": service["pendingCount"],
        "task_definition": service["taskDefinition"],
        "images": {one["name"]: one["image"] for one in containers},
        "release": _ecs.release_of(described),
        "execute_command": service.get("enableExecuteCommand", False),
        "deployments": [_deployment(one) for one in service.get("deployments") or []],
        "events": [
            {"at": str(one["createdAt"]), "message": one["message"]}
            for one in (service.get("events") or [])[: params["events"]]
        ],
        "tasks": list(_tasks(aws, params["cluster"], service["serviceName"])),
    }


def _deployment(one: State) -> State:
    return {
        "id": one["id"],
        "status": one["status"],
        "rollout_state": one.get("rolloutState", ""),
        "reason": one.get("rolloutStateReason", ""),
        "revision": one["taskDefinition"].rpartition("/")[2],
        "since": str(one.get("createdAt", "")),
        "desired_count": one.get("desiredCount", 0),
        "running_count": one.get("runningCount", 0),
        "pending_count": one.get("pendingCount", 0),
        "failed_tasks": one.get("failedTasks", 0),
    }


def _tasks(aws: Aws, cluster: str, service: str) -> t.Iterator[State]:
    arns = (
        aws.read("ecs", "list_tasks", "taskArns", cluster=cluster, serviceName=service, desiredStatus="RUNNING") or []
    )
    for start in range(0, len(arns), _TASKS_AT_ONCE):
        some = arns[start : start + _TASKS_AT_ONCE]
        for task in aws.read("ecs", "describe_tasks", "tasks", cluster=cluster, tasks=some) or []:
            yield {
                "id": task["taskArn"].rpartition("/")[2],
                "zone": task.get("availabilityZone", ""),
                "status": task["lastStatus"],
                "health": task.get("healthStatus", "UNKNOWN"),
                "started": str(task.get("startedAt", "")),
                "revision": task["taskDefinitionArn"].rpartition("/")[2],
            }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "cluster": {"type": "str", "required": True},
            "names": {"type": "list", "elements": "str"},
            "events": {"type": "int", "default": 5},
            **CONNECTION_OPTIONS,
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    try:
        names = _names(aws, module.params)
        found = {name: _ecs.described_service(aws, module.params["cluster"], name, names) for name in names}
        services = {
            name: _told(aws, module.params, one) for name, one in found.items() if one and one["status"] != "INACTIVE"
        }
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, services=services)


if __name__ == "__main__":
    main()
