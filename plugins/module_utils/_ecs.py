# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the ECS resources share: tags, capacity provider strategies, describing services and why their tasks stopped."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs_logs, _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

# On a virgin account the service-linked role of ECS is made by the first request, and known a moment later.
# Others pass as well: a change that is still under way.
PASSING = ("ssume the service linked role", "UpdateInProgressException")

RELEASE_TAGS = "release:"  # what the names of tags begin with that a release gives a task definition

STRATEGY_OPTIONS: dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "capacity_provider": {"type": "str", "required": True},
        "weight": {"type": "int", "default": 1},
        "base": {"type": "int", "default": 0},
    },
}


class EcsResource(Resource):
    """An ECS resource, which is tagged by its ARN."""

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("ecs", "tag_resource", resourceArn=current["arn"], tags=tag_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("ecs", "untag_resource", resourceArn=current["arn"], tagKeys=names)


def tag_list(tags: t.Mapping[str, str] | None) -> list[dict[str, str]]:
    """A dict of tags as ECS takes it."""
    return _tags.to_list(tags, "key", "value")


def tags_of(described: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The tags of a described resource as a dict."""
    return _tags.from_list(described.get("tags"), "key", "value")


def strategy_from(items: t.Iterable[t.Mapping[str, t.Any]] | None) -> list[State]:
    """A capacity provider strategy of AWS in the terms of the options; its order means nothing."""
    return ordered(
        {
            "capacity_provider": item["capacityProvider"].rpartition("/")[2],
            "weight": item.get("weight", 0),
            "base": item.get("base", 0),
        }
        for item in items or []
    )


def strategy_to(items: t.Iterable[t.Mapping[str, t.Any]]) -> list[State]:
    """A capacity provider strategy of the options as AWS takes it."""
    return [
        {"capacityProvider": item["capacity_provider"], "weight": item["weight"], "base": item["base"]}
        for item in items
    ]


NO_DEFINITION = ("ClientException",)  # what ECS answers for a family without active revisions
_SERVICES_AT_ONCE = 10  # services one DescribeServices takes
_EVENTS = 3
_STOPPED_TASKS = 3
_LAST_LINES = 10


def described_service(aws: Aws, cluster: str, name: str, peers: t.Sequence[str] = ()) -> State | None:
    """A service as AWS describes it, out of one request for as many of its peers as AWS describes at once."""
    names = list(peers) if name in peers else [name]
    start = names.index(name) // _SERVICES_AT_ONCE * _SERVICES_AT_ONCE
    found = aws.read(
        "ecs",
        "describe_services",
        "services",
        missing=("ClusterNotFoundException",),
        cluster=cluster,
        services=names[start : start + _SERVICES_AT_ONCE],
        include=["TAGS"],
    )
    return next((one for one in found or [] if one["serviceName"] == name), None)


def described_definition(aws: Aws, name: str) -> State:
    """The answer about a task definition, tags included; {} where there is none of that name.

    A revision that is named is described even after it was deregistered.
    """
    return (
        aws.read("ecs", "describe_task_definition", missing=NO_DEFINITION, taskDefinition=name, include=["TAGS"]) or {}
    )


def release_of(described: State) -> dict[str, str]:
    """What the last release left in tags of a described task definition, by their names without release:."""
    return {
        name.removeprefix(RELEASE_TAGS): value
        for name, value in tags_of(described).items()
        if name.startswith(RELEASE_TAGS)
    }


def target_groups_of(service: State) -> list[str]:
    """The ARNs of the target groups of a described service, with those its deployments lead requests over to."""
    balancers = [one for one in service.get("loadBalancers") or [] if one.get("targetGroupArn")]
    others = [(one.get("advancedConfiguration") or {}).get("alternateTargetGroupArn") for one in balancers]
    return [*(one["targetGroupArn"] for one in balancers), *(arn for arn in others if arn)]


def last_events(service: State | None) -> list[str]:
    """The last things that happened to a service, newest first."""
    events = ((service or {}).get("events") or [])[:_EVENTS]
    if not events:
        return []
    return ["Last events:", *(f"{event['message'].rstrip('.')}." for event in events)]


def stopped_reasons(aws: Aws, cluster: str, name: str) -> list[str]:
    """Why tasks of a service stopped, as far as AWS still knows; each reason once."""
    missing = ("ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException")
    arns = aws.read(
        "ecs",
        "list_tasks",
        "taskArns",
        missing=missing,
        fresh=True,
        cluster=cluster,
        serviceName=name,
        desiredStatus="STOPPED",
    )
    if not arns:
        return []
    tasks = aws.read("ecs", "describe_tasks", "tasks", cluster=cluster, tasks=arns[:_STOPPED_TASKS]) or []
    reasons = list(dict.fromkeys(text for task in tasks for text in _reasons(task)))
    told = ["Stopped tasks:", *(f"{reason.rstrip('.')}." for reason in reasons)] if reasons else []
    return [*told, *_last_words(aws, tasks)]


def _last_words(aws: Aws, tasks: list[State]) -> list[str]:
    """The last lines of the log of a container that ended by itself and should not have."""
    for task in tasks:
        for container in task.get("containers") or []:
            if container.get("exitCode"):
                definition = described_definition(aws, task["taskDefinitionArn"]).get("taskDefinition")
                if definition:
                    stream = _ecs_logs.stream_of(definition, container["name"], task["taskArn"])
                    lines = _ecs_logs.last_lines(aws, stream, _LAST_LINES)
                    if lines:
                        return [f"Last lines of {container['name']}: {' | '.join(lines)}"]
    return []


def _reasons(task: State) -> t.Iterator[str]:
    if task.get("stoppedReason"):
        yield task["stoppedReason"]
    for container in task.get("containers") or []:
        code = container.get("exitCode")
        said = container.get("reason") or (f"ended with exit code {code}" if code else "")
        if said and said != task.get("stoppedReason"):
            yield f"container {container.get('name')}: {said}"
