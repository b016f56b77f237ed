# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each service is to reach, and from where, as the inventory says it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: service_flows
version_added: 0.1.0
short_description: What each service is to reach, from the inventory
description:
  - Returns of each service what it is for M(sdt.infra.verify_info), which proves it from the live account.
  - A service that is isolated uses no database and no buckets, whatever else is said.
author: SDT platform engineering (@sdt)
positional: hostvars
options:
  _input:
    description: Names of the service hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what services reach
  ansible.builtin.debug:
    msg: "{{ groups['services'] | sdt.infra.service_flows(hostvars) }}"
"""

RETURN = r"""
_value:
  description: >-
    A map from service to C(port), C(public), C(database), C(calls), C(buckets) and C(least), the tasks it has at least.
  type: dict
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

_PORT = 8080  # where a service does not say which


def service_flows(
    services: t.Iterable[str], hostvars: t.Mapping[str, t.Mapping[str, t.Any]]
) -> dict[str, dict[str, t.Any]]:
    """What each service reaches; see DOCUMENTATION."""
    return {service: _flows(hostvars[service]) for service in services}


def _flows(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    isolated = boolean(variables.get("service_isolated", False))
    return {
        "port": int(variables.get("service_port", _PORT)),
        "public": boolean(variables.get("service_public", True)),
        "database": boolean(variables.get("service_database", False)) and not isolated,
        "calls": sorted(variables.get("service_calls") or []),
        "buckets": {} if isolated else dict(variables.get("service_buckets") or {}),
        "least": int(variables.get("service_min_tasks", 1)),
    }


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"service_flows": service_flows}
