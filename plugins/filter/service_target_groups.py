# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: service_target_groups
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The target group of each service, from the inventory
description:
  - Returns the names the role P(sdt.infra.alb#role) gives the target groups, for what looks at all services at once.
  - A service host with the variable C(alb_service_target_group) has that name.
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
  name:
    description: What the names begin with, the name of the load balancer.
    type: str
    required: true
  vpc:
    description: Name or id of the VPC, as the load balancer's role has it.
    type: str
    required: true
  alternate:
    description: >-
      Whether the groups are meant into which deployments lead requests over; a service that has none has an empty text.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show the target groups
  ansible.builtin.debug:
    msg: "{{ groups['services'] | sdt.infra.service_target_groups(hostvars=hostvars, name='sdt', vpc='sdt') }}"
"""

RETURN = r"""
_value:
  description: A map from service to target group; an empty text for a service that is not behind the load balancer.
  type: dict
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.sdt.infra.plugins.filter.resource_name import resource_name

_PORT = 8080  # where a service does not say which


def service_target_groups(
    services: t.Iterable[str],
    *,
    hostvars: t.Mapping[str, t.Mapping[str, t.Any]],
    name: str,
    vpc: str,
    alternate: bool = False,
) -> dict[str, str]:
    """The name of the target group of each service."""
    return {service: _target_group(service, hostvars[service], name, vpc, alternate) for service in services}


def _target_group(service: str, variables: t.Mapping[str, t.Any], name: str, vpc: str, alternate: bool) -> str:
    if not boolean(variables.get("service_public", True)):
        return ""
    if alternate and variables.get("service_deployment", "rolling") == "rolling":
        return ""
    given = variables.get("alb_service_alternate_target_group" if alternate else "alb_service_target_group")
    settings = {"vpc": vpc, "port": int(variables.get("service_port", _PORT))}
    return given or resource_name(f"{name}-{service}{'-2' if alternate else ''}", 32, settings)


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"service_target_groups": service_target_groups}
