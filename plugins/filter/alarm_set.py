# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: alarm_set
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: Alarms for one thing, with what the user wants otherwise
description:
  - Returns a map of alarms for the option O(sdt.infra.cloudwatch_alarm#module:each).
  - Every name gets the prefix, and every alarm the common dimensions, unless it has metrics of its own.
  - >-
    An alarm with C(enabled) false becomes absent, so that an alarm that is turned off is removed; with the state
    V(absent) all of them do.
positional: prefix, overrides, state, dimensions
options:
  _input:
    description: The alarms, a map from short name to options of the module; C(enabled) may be one of them.
    type: dict
    required: true
  prefix:
    description: What every name begins with.
    type: str
    required: true
  overrides:
    description: >-
      What the user wants otherwise, a map from short name to options that take the place of the usual ones. A name
      that is not among the alarms adds one.
    type: dict
    default: {}
  state:
    description: V(present), or V(absent) to remove all.
    type: str
    default: present
  dimensions:
    description: Dimensions of the metrics of all alarms.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Watch a database
  sdt.infra.cloudwatch_alarm:
    each: "{{ alarms | sdt.infra.alarm_set('sdt-prod-database-', {'cpu-high': {'threshold': 95}}) }}"
"""

RETURN = r"""
_value:
  description: The alarms by their full names.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

_Alarms = dict[str, dict[str, t.Any]]


def alarm_set(
    alarms: _Alarms,
    prefix: str,
    overrides: _Alarms | None = None,
    state: str = "present",
    dimensions: dict[str, str] | None = None,
) -> _Alarms:
    """The alarms under their full names, with the overrides applied."""
    overrides = overrides or {}
    for name, options in overrides.items():
        if not isinstance(options, dict):
            raise AnsibleFilterError(f"The alarm {name} needs a map of options, not {options!r}.")
    merged = {name: {**alarms.get(name, {}), **overrides.get(name, {})} for name in [*alarms, *overrides]}
    return {f"{prefix}{name}": _alarm(options, state, dimensions or {}) for name, options in merged.items()}


def _alarm(options: dict[str, t.Any], state: str, dimensions: dict[str, str]) -> dict[str, t.Any]:
    given = dict(options)
    if not boolean(given.pop("enabled", True)) or state == "absent":
        return {"state": "absent"}
    if dimensions and "metrics" not in given:
        given["dimensions"] = {**dimensions, **given.get("dimensions", {})}
    return given


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"alarm_set": alarm_set}
