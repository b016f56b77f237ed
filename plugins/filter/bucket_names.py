# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The buckets of an environment, as the inventory has them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: bucket_names
version_added: 0.1.0
short_description: The buckets of an environment and their names, from the inventory
description:
  - Returns the buckets that exist at all, with the names they are given, for what looks at all of them at once.
author: SDT platform engineering (@sdt)
positional: hostvars
options:
  _input:
    description: Names of the bucket hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the buckets
  ansible.builtin.debug:
    msg: "{{ groups['buckets'] | sdt.infra.bucket_names(hostvars) }}"
"""

RETURN = r"""
_value:
  description: A map from purpose to name; an empty text where the role P(sdt.infra.s3#role) chooses the name.
  type: dict
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean


def bucket_names(buckets: t.Iterable[str], hostvars: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, str]:
    """The names of the buckets there are; see DOCUMENTATION."""
    return {
        bucket: str(hostvars[bucket].get("s3_name", ""))
        for bucket in buckets
        if boolean(hostvars[bucket].get("s3_enabled", True))
    }


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"bucket_names": bucket_names}
