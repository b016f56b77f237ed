# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: s3_lifecycle_rules
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: Make the lifecycle rules of a bucket from what should happen to its objects
description:
  - Returns the rules for the option O(sdt.infra.s3_bucket#module:lifecycle).
  - A number of days that is 0 means never.
  - Objects that are deleted before they would be archived are not archived.
options:
  _input:
    description:
      - A map with any of C(archive_after_days), C(archive_class), C(intelligent_tiering), C(expire_after_days),
        C(versioning), C(noncurrent_expire_after_days), C(noncurrent_keep) and C(abort_multipart_after_days).
      - Archiving and C(intelligent_tiering) exclude each other, because both decide the storage class.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the rules of a bucket with versions
  ansible.builtin.debug:
    msg: >-
      {{ {'archive_after_days': 90, 'archive_class': 'GLACIER_IR', 'versioning': true,
          'noncurrent_expire_after_days': 90, 'noncurrent_keep': 3, 'abort_multipart_after_days': 7}
         | sdt.infra.s3_lifecycle_rules }}
"""

RETURN = r"""
_value:
  description: The rules, each with an id.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_LEAST_DAYS = 30  # before S3 takes an object for infrequently accessed
_KNOWN = {
    "archive_after_days",
    "archive_class",
    "intelligent_tiering",
    "expire_after_days",
    "versioning",
    "noncurrent_expire_after_days",
    "noncurrent_keep",
    "abort_multipart_after_days",
}


def s3_lifecycle_rules(wanted: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """The rules, as few as there can be."""
    if not isinstance(wanted, dict) or set(wanted) - _KNOWN:
        raise AnsibleFilterError(f"s3_lifecycle_rules takes a map with the keys {', '.join(sorted(_KNOWN))}.")
    rules = [_objects(wanted), _versions(wanted), _uploads(wanted)]
    return [rule for rule in rules if len(rule) > 1]


def _objects(wanted: dict[str, t.Any]) -> dict[str, t.Any]:
    rule: dict[str, t.Any] = {"id": "objects"}
    expire = int(wanted.get("expire_after_days") or 0)
    transition = _transition(wanted)
    if transition and (not expire or transition["after_days"] < expire):
        rule["transitions"] = [transition]
    if expire:
        rule["expire_after_days"] = expire
    return rule


def _transition(wanted: dict[str, t.Any]) -> dict[str, t.Any] | None:
    days = int(wanted.get("archive_after_days") or 0)
    if wanted.get("intelligent_tiering"):
        if days:
            raise AnsibleFilterError(
                f"A bucket either archives after {days} days or uses Intelligent-Tiering, not both: "
                "set archive_after_days to 0 or intelligent_tiering to false."
            )
        return {"after_days": 0, "storage_class": "INTELLIGENT_TIERING"}
    if not days:
        return None
    storage_class = wanted.get("archive_class") or "GLACIER_IR"
    if storage_class in _INFREQUENT and days < _LEAST_DAYS:
        raise AnsibleFilterError(f"S3 moves objects to {storage_class} after {_LEAST_DAYS} days or more, not {days}.")
    return {"after_days": days, "storage_class": storage_class}


def _versions(wanted: dict[str, t.Any]) -> dict[str, t.Any]:
    rule: dict[str, t.Any] = {"id": "versions"}
    if not wanted.get("versioning"):
        return rule
    days = int(wanted.get("noncurrent_expire_after_days") or 0)
    if days:
        rule["noncurrent_expire_after_days"] = days
        keep = int(wanted.get("noncurrent_keep") or 0)
        if keep:
            rule["noncurrent_keep"] = keep
    rule["expire_delete_markers"] = True
    return rule


def _uploads(wanted: dict[str, t.Any]) -> dict[str, t.Any]:
    days = int(wanted.get("abort_multipart_after_days") or 0)
    return {"id": "uploads", **({"abort_multipart_after_days": days} if days else {})}


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"s3_lifecycle_rules": s3_lifecycle_rules}
