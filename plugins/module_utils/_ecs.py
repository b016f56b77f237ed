# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the ECS resources share: tags, capacity provider strategies, and what to wait for on a new account."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

# On a virgin account the service-linked role of ECS is made by the first request, and known a moment later.
# Others pass as well: a change that is still under way.
PASSING = ("ssume the service linked role", "UpdateInProgressException")

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
