#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: validate_options
version_added: 0.1.0
short_description: Hold what was given with -e against what the playbook takes
description:
  - Checks names, types and choices of the extra variables of this run against C(playbooks/meta/argument_specs.yml), and that services and buckets
    are hosts of the inventory. Variables of the inventory are left to M(sdt.infra.validate_inventory), which does this too.
  - Does nothing in a playbook that is not one of the collection, also when that imports one.
  - Runs on the controller and sends no request.
author: SDT platform engineering (@sdt)
options: {}
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Refuse options nobody knows
  sdt.infra.validate_options:
  run_once: true
"""

RETURN = r"""
msg:
  description: Everything that is wrong, a line each.
  returned: on failure
  type: str
"""

# The work is done by the action plugin of the same name.
