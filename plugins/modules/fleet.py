#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet
version_added: 0.1.0
short_description: Run a playbook of the collection for one environment
description:
  - Runs a playbook with the inventory and the variables of an environment in an C(ansible-playbook) of its own, on the controller, and writes what it says
    to a file. Where hosts are environments, as many run at the same time as there are forks.
  - Fails when the playbook does, and then shows the last errors of its log.
author: SDT platform engineering (@sdt)
options:
  verb:
    description: Name of the playbook, such as V(drift).
    type: str
    required: true
  inventory:
    description: The inventory of the environment.
    type: path
    required: true
  variables:
    description: Extra variables, which are what the environment differs in.
    type: dict
    default: {}
  options:
    description: Options of the playbook. They win over O(variables).
    type: dict
    default: {}
  check:
    description: Whether it only says what would change.
    type: bool
    default: false
  log:
    description: Where what it says is written.
    type: path
    required: true
  timeout:
    description: Seconds after which it is ended.
    type: int
    default: 7200
attributes:
  check_mode:
    description: Runs all the same; O(check) is what makes the playbook a preview.
    support: none
"""

EXAMPLES = r"""
- name: See what has moved
  sdt.infra.fleet:
    verb: drift
    inventory: inventories/staging
    variables: {platform_environment: customer-17, network_cidr: 10.17.0.0/16}
    log: "artifacts/fleet/{{ inventory_hostname }}.log"
"""

RETURN = r"""
rc:
  description: Exit code of the playbook.
  returned: always
  type: int
log:
  description: The file with what it said.
  returned: always
  type: str
"""

# The work is done by the action plugin of the same name.
