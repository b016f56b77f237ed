# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Tags between AWS's list form and a dict, and the difference of two tag sets."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws


def from_list(tags: t.Iterable[t.Mapping[str, str]] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """[{Key, Value}] as AWS returns it -> dict, without the aws:* tags, which are AWS's own."""
    return {tag[key]: tag.get(value, "") for tag in tags or [] if not tag[key].startswith("aws:")}


def to_list(tags: t.Mapping[str, str] | None, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """dict -> [{Key, Value}], sorted by key."""
    return [{key: name, value: str(text)} for name, text in sorted((tags or {}).items())]


def own(tags: t.Mapping[str, str] | None) -> dict[str, str]:
    """A tag dict as AWS returns it, without the aws:* tags."""
    return {name: value for name, value in (tags or {}).items() if not name.startswith("aws:")}


def difference(current: t.Mapping[str, str], wanted: t.Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What to set and which keys to remove so that current becomes wanted."""
    return (
        {name: value for name, value in wanted.items() if current.get(name) != value},
        sorted(set(current) - set(wanted)),
    )


def owned(aws: Aws, owner: t.Mapping[str, t.Any]) -> dict[str, dict[str, str]]:
    """ARN -> tags of everything that carries the owner's tags, in one request and its pages.

    See https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html: what is new or
    gone is shown some seconds late, and what never had a tag never.
    """
    found = aws.read(
        "resourcegroupstaggingapi",
        "get_resources",
        "ResourceTagMappingList",
        ResourcesPerPage=100,
        TagFilters=[{"Key": name, "Values": [str(value)]} for name, value in owner.items()],
    )
    return {one["ResourceARN"]: from_list(one["Tags"]) for one in found or []}
