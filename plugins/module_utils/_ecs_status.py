# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""How ECS services are doing.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs, _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State

_TASKS_AT_ONCE = 100  # tasks one DescribeTasks takes
_NO_CLUSTER = ("ClusterNotFoundException",)


def services(aws: Aws, cluster: str, names: t.Sequence[str] | None = None, events: int = 5) -> dict[str, State]:
    """The services of the cluster that exist, by name: all, or those of names; with so many of their last events."""
    if names is None:
        arns = aws.read("ecs", "list_services", "serviceArns", missing=_NO_CLUSTER, cluster=cluster) or []
        names = sorted(arn.rpartition("/")[2] for arn in arns)
    found = {name: _ecs.described_service(aws, cluster, name, names) for name in names}
    return {
        name: _told(aws, cluster, one, events) for name, one in found.items() if one and one["status"] != "INACTIVE"
    }


class Stale(t.NamedTuple):
    """A secret that changed, when, and the ids of the tasks that still have the value before."""

    secret: str
    changed: str
    tasks: list[str]


def stale(aws: Aws, service: State) -> list[Stale]:
    """Tasks get the values of secrets when they start, and keep them when the secret changes. service is as above."""
    found = []
    for arn in service["secrets"]:
        changed = _changed(aws, arn)
        old = [task["id"] for task in service["tasks"] if changed and task["created"] and task["created"] < changed]
        if old:
            found.append(Stale(arn, changed, old))
    return found


def _changed(aws: Aws, secret: str) -> str:
    """When the current value of a secret was made; empty where there is none."""
    missing = ("ResourceNotFoundException",)
    versions = aws.read("secretsmanager", "list_secret_version_ids", "Versions", missing=missing, SecretId=secret)
    made = (one.get("CreatedDate") for one in versions or [] if "AWSCURRENT" in one.get("VersionStages", []))
    return _moments.told(next(made, None))


def _told(aws: Aws, cluster: str, service: State, events: int) -> State:
    described = _ecs.described_definition(aws, service["taskDefinition"])
    containers = described.get("taskDefinition", {}).get("containerDefinitions", [])
    return {
        "status": service["status"],
        "desired_count": service["desiredCount"],
        "running_count": service["runningCount"],
        "pending_count": service["pendingCount"],
        "task_definition": service["taskDefinition"],
        "images": {one["name"]: one["image"] for one in containers},
        "secrets": sorted({_secret(one["valueFrom"]) for each in containers for one in each.get("secrets") or []}),
        "target_groups": _ecs.target_groups_of(service),
        "release": _ecs.release_of(described),
        "execute_command": service.get("enableExecuteCommand", False),
        "deployments": [_deployment(one) for one in service.get("deployments") or []],
        "events": [
            {"at": _moments.told(one["createdAt"]), "message": one["message"]}
            for one in (service.get("events") or [])[:events]
        ],
        "tasks": list(_tasks(aws, cluster, service["serviceName"])),
    }


def _secret(value_from: str) -> str:
    """The ARN of the secret alone; what follows it names a key and a version."""
    return ":".join(value_from.split(":")[:7])


def _deployment(one: State) -> State:
    return {
        "id": one["id"],
        "status": one["status"],
        "rollout_state": one.get("rolloutState", ""),
        "reason": one.get("rolloutStateReason", ""),
        "revision": one["taskDefinition"].rpartition("/")[2],
        "since": _moments.told(one.get("createdAt")),
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
                "created": _moments.told(task.get("createdAt")),
                "started": _moments.told(task.get("startedAt")),
                "revision": task["taskDefinitionArn"].rpartition("/")[2],
            }
