# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: bucket_alarms
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The same alarms for every bucket
description:
  - Returns a map of alarms for the option O(sdt.infra.cloudwatch_alarm#module:each), a set for each bucket.
  - >-
    They watch the metrics of all requests of the bucket, and are named C(<name>-bucket-<bucket>-<alarm>), where a
    bucket whose name begins with C(<name>-) leaves that out.
positional: name, alarms, overrides, state
options:
  _input:
    description: Names of the buckets. They publish request metrics with the filter C(EntireBucket).
    type: list
    elements: str
    required: true
  name:
    description: First part of the names of all alarms.
    type: str
    required: true
  alarms:
    description: The alarms of a bucket, a map from short name to options of the module.
    type: dict
    required: true
  overrides:
    description: What the user wants otherwise for all buckets, as in P(sdt.infra.alarm_set#filter).
    type: dict
    default: {}
  state:
    description: V(present), or V(absent) to remove all.
    type: str
    default: present
"""

EXAMPLES = r"""
- name: Watch two buckets
  sdt.infra.cloudwatch_alarm:
    each: "{{ ['sdt-prod-user-uploads-123456789012', 'shared'] | sdt.infra.bucket_alarms('sdt-prod', alarms) }}"
"""

RETURN = r"""
_value:
  description: The alarms by their full names.
  type: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.filter.alarm_set import alarm_set

_WHOLE_BUCKET = "EntireBucket"  # the usual name of a metrics configuration without filter


def bucket_alarms(
    buckets: t.Iterable[str],
    name: str,
    alarms: dict[str, dict[str, t.Any]],
    overrides: dict[str, dict[str, t.Any]] | None = None,
    state: str = "present",
) -> dict[str, dict[str, t.Any]]:
    """The alarms of all buckets under their full names."""
    found: dict[str, dict[str, t.Any]] = {}
    for bucket in buckets:
        prefix = f"{name}-bucket-{bucket.removeprefix(f'{name}-')}-"
        found |= alarm_set(alarms, prefix, overrides, state, {"BucketName": bucket, "FilterId": _WHOLE_BUCKET})
    return found


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"bucket_alarms": bucket_alarms}
