# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: resource_name
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: Fit a name into the length AWS allows, keeping it unique
description:
  - Returns the name unchanged where it fits.
  - A longer name is cut and ends in a hash of the whole name, so that two long names never become the same.
  - With O(settings) the name always ends in a hash of the name and these settings. That is for resources whose settings
    AWS cannot change, such as the port of a target group. Other settings give another name, so the new resource can
    exist beside the old one until nothing uses that any more.
  - The same input gives the same name in every run and on every machine.
positional: length, settings
options:
  _input:
    description: The full name.
    type: str
    required: true
  length:
    description: Longest name allowed, in characters, at least 10.
    type: int
    required: true
  settings:
    description:
      - What the name stands for besides itself, anything that can be written as JSON.
      - The order of keys means nothing.
    type: raw
"""

EXAMPLES = r"""
- name: Show a name that fits
  ansible.builtin.debug:
    msg: "{{ 'sdt-prod' | sdt.infra.resource_name(32) }}" # sdt-prod

- name: Show a name that is too long
  ansible.builtin.debug:
    msg: "{{ 'sdt-production-submission-service' | sdt.infra.resource_name(32) }}" # sdt-production-submissi-35fc0b7e

- name: Show a target group's name, which changes with its port
  ansible.builtin.debug:
    msg: "{{ 'sdt-prod-auth-service' | sdt.infra.resource_name(32, {'port': 8080, 'protocol': 'HTTP'}) }}"
"""

RETURN = r"""
_value:
  description: The name, never longer than O(length).
  type: str
"""

import hashlib
import json
import typing as t

from ansible.errors import AnsibleFilterError

_HASH_LENGTH = 8


def resource_name(name: str, length: int, settings: t.Any = None) -> str:
    """name within length characters, ending in a hash where it is too long or settings are given."""
    if not isinstance(name, str) or not name:
        raise AnsibleFilterError(f"resource_name needs a name, not {name!r}.")
    if isinstance(length, bool) or not isinstance(length, int) or length < _HASH_LENGTH + 2:
        raise AnsibleFilterError(f"resource_name needs a length of at least {_HASH_LENGTH + 2}, not {length!r}.")
    if settings is None and len(name) <= length:
        return str(name)
    whole = json.dumps([name, settings], sort_keys=True, default=str)
    mark = hashlib.sha256(whole.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: length - _HASH_LENGTH - 1].rstrip('-')}-{mark}"


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"resource_name": resource_name}
