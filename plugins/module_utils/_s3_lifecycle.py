# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Lifecycle rules and archive tiers between our options and S3's form."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

_ACTIONS = {
    "transitions",
    "expire_after_days",
    "expire_delete_markers",
    "noncurrent_transitions",
    "noncurrent_expire_after_days",
    "abort_multipart_after_days",
}
# our option -> element of a Filter
_SIZES = {"larger_than": "ObjectSizeGreaterThan", "smaller_than": "ObjectSizeLessThan"}


def normal(rules: t.Iterable[State]) -> list[State]:
    """Rules as the user gave them, in the form that is compared; what they say is checked."""
    result = []
    for rule in rules:
        said = {name: value for name, value in without_none(rule).items() if value not in ({}, [], False)}
        if not _ACTIONS & set(said):
            raise InfraError(f"Lifecycle rule {rule['id']} does nothing: give it a transition or an expiration.")
        result.append(_complete({**said, "enabled": rule.get("enabled", True)}))
    ids = [rule["id"] for rule in result]
    if len(set(ids)) < len(ids):
        raise InfraError(f"Two lifecycle rules have the same id: {', '.join(ids)}.")
    return sorted(result, key=lambda rule: rule["id"])


def _complete(rule: State) -> State:
    rule.setdefault("prefix", "")
    for name in ("transitions", "noncurrent_transitions"):
        if name in rule:
            rule[name] = sorted(rule[name], key=lambda one: (one.get("after_days", 0), one["storage_class"]))
    return rule


def to_aws(rules: t.Iterable[State]) -> list[State]:
    """Compared form -> Rules of PutBucketLifecycleConfiguration."""
    return [_rule_to_aws(rule) for rule in rules]


def from_aws(rules: t.Iterable[State]) -> list[State]:
    """Rules of GetBucketLifecycleConfiguration -> compared form."""
    return sorted((_complete(_rule_from_aws(rule)) for rule in rules), key=lambda rule: rule["id"])


def _rule_to_aws(rule: State) -> State:
    result: State = {
        "ID": rule["id"],
        "Status": "Enabled" if rule["enabled"] else "Disabled",
        "Filter": filter_to_aws(rule),
        "Transitions": [
            {"Days": one["after_days"], "StorageClass": one["storage_class"]} for one in rule.get("transitions", [])
        ],
        "NoncurrentVersionTransitions": [
            without_none(
                {
                    "NoncurrentDays": one["after_days"],
                    "StorageClass": one["storage_class"],
                    "NewerNoncurrentVersions": one.get("keep"),
                }
            )
            for one in rule.get("noncurrent_transitions", [])
        ],
        "Expiration": without_none(
            {"Days": rule.get("expire_after_days"), "ExpiredObjectDeleteMarker": rule.get("expire_delete_markers")}
        ),
        "NoncurrentVersionExpiration": without_none(
            {
                "NoncurrentDays": rule.get("noncurrent_expire_after_days"),
                "NewerNoncurrentVersions": rule.get("noncurrent_keep"),
            }
        ),
        "AbortIncompleteMultipartUpload": without_none({"DaysAfterInitiation": rule.get("abort_multipart_after_days")}),
    }
    return {name: value for name, value in result.items() if value or name == "Filter"}


def _rule_from_aws(rule: State) -> State:
    expiration = rule.get("Expiration", {})
    noncurrent = rule.get("NoncurrentVersionExpiration", {})
    result = without_none(
        {
            "id": rule.get("ID", ""),
            "enabled": rule["Status"] == "Enabled",
            **filter_from_aws(rule.get("Filter") or {"Prefix": rule.get("Prefix", "")}),
            "transitions": [_transition_from_aws(one, "Days") for one in rule.get("Transitions", [])],
            "noncurrent_transitions": [
                _transition_from_aws(one, "NoncurrentDays") for one in rule.get("NoncurrentVersionTransitions", [])
            ],
            "expire_after_days": expiration.get("Days"),
            "expire_date": str(expiration["Date"]) if "Date" in expiration else None,
            "expire_delete_markers": expiration.get("ExpiredObjectDeleteMarker") or None,
            "noncurrent_expire_after_days": noncurrent.get("NoncurrentDays"),
            "noncurrent_keep": noncurrent.get("NewerNoncurrentVersions"),
            "abort_multipart_after_days": rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"),
        }
    )
    return {name: value for name, value in result.items() if value != []}


def _transition_from_aws(transition: State, days: str) -> State:
    return without_none(
        {
            "after_days": transition.get(days),
            "date": str(transition["Date"]) if "Date" in transition else None,
            "storage_class": transition["StorageClass"],
            "keep": transition.get("NewerNoncurrentVersions"),
        }
    )


def filter_to_aws(rule: State) -> State:
    """prefix, tags, larger_than and smaller_than -> Filter, in the shortest form S3 accepts."""
    tags = [{"Key": key, "Value": str(value)} for key, value in sorted((rule.get("tags") or {}).items())]
    parts: State = {"Prefix": rule["prefix"]} if rule.get("prefix") else {}
    parts.update({element: rule[option] for option, element in _SIZES.items() if rule.get(option) is not None})
    if len(parts) + len(tags) > 1:
        return {"And": {**parts, **({"Tags": tags} if tags else {})}}
    if tags:
        return {"Tag": tags[0]}
    return parts or {"Prefix": ""}


def filter_from_aws(element: State) -> State:
    """Filter -> prefix, tags, larger_than and smaller_than, as far as they are set."""
    parts = element.get("And") or element
    tags = parts.get("Tags") or ([parts["Tag"]] if "Tag" in parts else [])
    result: State = {"prefix": parts.get("Prefix") or ""}
    if tags:
        result["tags"] = {tag["Key"]: tag["Value"] for tag in tags}
    result.update({option: parts[name] for option, name in _SIZES.items() if name in parts})
    return result


_TIERS = {"archive_after_days": "ARCHIVE_ACCESS", "deep_archive_after_days": "DEEP_ARCHIVE_ACCESS"}


def tiering_to_aws(configuration: State) -> State:
    """Compared form -> IntelligentTieringConfiguration."""
    result: State = {
        "Id": configuration["id"],
        "Status": "Enabled" if configuration["enabled"] else "Disabled",
        "Tierings": [
            {"Days": configuration[option], "AccessTier": tier}
            for option, tier in _TIERS.items()
            if option in configuration
        ],
    }
    element = filter_to_aws(configuration)
    return result if element == {"Prefix": ""} else {**result, "Filter": element}


def tiering_from_aws(configuration: State) -> State:
    """IntelligentTieringConfiguration -> compared form."""
    days = {tiering["AccessTier"]: tiering["Days"] for tiering in configuration["Tierings"]}
    return {
        "id": configuration["Id"],
        "enabled": configuration["Status"] == "Enabled",
        **filter_from_aws(configuration.get("Filter") or {}),
        **{option: days[tier] for option, tier in _TIERS.items() if tier in days},
    }


def tiering_normal(configurations: t.Iterable[State]) -> list[State]:
    """Archive tiers as the user gave them, in the form that is compared."""
    result = []
    for one in configurations:
        said = {name: value for name, value in without_none(one).items() if value != {}}
        if not set(_TIERS) & set(said):
            raise InfraError(
                f"Intelligent-Tiering configuration {one['id']} does nothing: "
                "give archive_after_days or deep_archive_after_days."
            )
        result.append({"prefix": "", **said, "enabled": one.get("enabled", True)})
    return sorted(result, key=lambda one: one["id"])
