#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: prune
version_added: 0.1.0
short_description: List or remove what carries the tags of an environment and is no longer declared
description:
  - Takes what the modules of this collection have seen in this run before this task, which has to be a preview of the whole site, and holds
    everything that carries the tags of the environment against it.
  - Removes strays in the order their dependencies need, with the modules of this collection, which refuse what is protected or not empty.
    Databases, buckets, tables and what else holds data nobody can make again is only listed.
  - Backups, what AWS makes by itself, and what belongs to other environments or to the account are never listed.
author: SDT platform engineering (@sdt)
options:
  owner:
    description: Tags of the resources of the environment.
    type: dict
    required: true
  prefix:
    description: What the names of the environment begin with.
    type: str
    required: true
  vpc:
    description: Name or id of its VPC.
    type: str
    required: true
  namespace:
    description: Name of its namespace of service discovery.
    type: str
    required: true
  state:
    description: V(listed) shows strays, V(removed) removes them.
    type: str
    choices: [listed, removed]
    default: listed
  lock:
    description: The lock of the run, as M(sdt.infra.run_lock) returns it.
    type: dict
  connection:
    description: Region, profile, role to assume and so on, as the modules of this collection take them.
    type: dict
    default: {}
attributes:
  check_mode:
    description: The option O(state) decides.
    support: none
"""

EXAMPLES = r"""
- name: List what is left over
  sdt.infra.prune:
    owner: {Project: sdt, Environment: prod, ManagedBy: ansible}
    prefix: sdt-prod
    vpc: sdt-prod
    namespace: sdt-prod.internal
  run_once: true
"""

RETURN = r"""
strays:
  description: A line for each stray, with what it belongs to and when it was made, as far as that is known.
  returned: success
  type: list
  elements: str
"""

# The work is done by the action plugin of the same name.
