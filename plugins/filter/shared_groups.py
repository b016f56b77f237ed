# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many security groups it takes to have a rule for each service, and what they are called."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.filter.service_groups import shared_groups

DOCUMENTATION = r"""
name: shared_groups
version_added: 0.1.0
short_description: Names of the security groups that have rules for all services
description:
  - Tells the names of the groups P(sdt.infra.service_groups#filter) makes for the load balancer, the database or the
    endpoints, each of which has the rules of up to 50 services. With 50 services or fewer it is the first alone.
author: SDT platform engineering (@sdt)
positional: first
options:
  _input:
    description: Names of the services, in the order of the inventory.
    type: list
    elements: str
    required: true
  first:
    description: Name of the first group.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show the groups of the database
  ansible.builtin.debug:
    msg: "{{ groups['services'] | sdt.infra.shared_groups('sdt-prod-database') }}"
"""

RETURN = r"""
_value:
  description: The names.
  type: list
  elements: str
"""


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"shared_groups": shared_groups}
