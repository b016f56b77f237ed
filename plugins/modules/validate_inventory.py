#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_inventory
version_added: 0.1.0
short_description: Hold the whole inventory against the roles' specifications and what AWS can do
description:
  - Checks every variable of every host of the inventory that begins with the name of a role, or with C(platform_) or C(service_), against
    the argument specifications of the roles - names, types and choices.
  - Then holds the inventory as a whole, with the defaults of the roles, against more than a hundred rules about what belongs together -
    networks that overlap, sizes Fargate does not have, connections the database does not allow, names that are too long, pages
    that browsers would block, recovery that takes longer than C(platform_rto) promises, secrets in clear.
  - Fails with everything that is wrong at once, each with the place where the value was written, and for an unknown name with
    the nearest known one.
  - Runs on the controller and sends no request.
author: SDT platform engineering (@sdt)
options: {}
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Validate the inventory before anything else
  sdt.infra.validate_inventory:
  run_once: true
"""

RETURN = r"""
needs:
  description: What the inventory needs of an account, as M(sdt.infra.preflight_info) asks for it.
  returned: success
  type: dict
msg:
  description: Everything that is wrong, a line each.
  returned: on failure
  type: str
"""

# The work is done by the action plugin of the same name.
