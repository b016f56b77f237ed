#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_objects
version_added: 0.1.0
short_description: Work out which objects an AWX needs to have every verb of an environment
description:
  - Makes job templates with surveys, workflows, schedules and permissions out of definitions, as modules of the collection C(awx.awx) want them.
    The questions of surveys come from C(playbooks/meta/argument_specs.yml).
  - Fails with everything that is wrong with the definitions, or missing on this machine, before anything is sent.
  - Runs on the controller of Ansible and sends no request. The role R(sdt.infra.controller, ansible_collections.sdt.infra.controller_role) uses it.
author: SDT platform engineering (@sdt)
options:
  prefix:
    description: First part of all names, such as V(sdt-prod).
    type: str
    required: true
  nodes:
    description: Nodes the workflows have, from M(sdt.infra.controller_info).
    type: dict
    default: {}
  verbs:
    description: Which playbooks become job templates, see C(awx/verbs.yml).
    type: dict
    required: true
  workflows:
    description: Which of them become workflows, see C(awx/workflows.yml).
    type: dict
    required: true
  schedules:
    description: Which of them run by themselves, see C(awx/schedules.yml).
    type: dict
    required: true
  credentials:
    description: >-
      Credentials, each with C(name), C(type), C(inputs), which are names of environment variables by input, C(optional) inputs that may be missing,
      and C(jobs), whether jobs get it.
    type: list
    elements: dict
    required: true
  credential_types:
    description: Types of credentials, each with C(name), C(inputs), and by input C(environment) and C(extra_vars).
    type: list
    elements: dict
    default: []
  inventories:
    description: Names of the inventories that are made.
    type: list
    elements: str
    required: true
  names:
    description: Names of C(organization), C(project), C(inventory), C(fleet), C(execution_environment) and C(notification).
    type: dict
    required: true
  required:
    description: Variables of the inventory that must not be empty, with their values.
    type: dict
    default: {}
  found:
    description: What the controller has, from M(sdt.infra.controller_info).
    type: dict
    required: true
  renew:
    description: Whether these are written again.
    type: bool
    default: false
  has:
    description: What the environment has, of V(sleep), V(replica), V(standby) and V(fleet).
    type: list
    elements: str
    default: []
  protected:
    description: Whether nobody may destroy it alone.
    type: bool
    default: false
  time_zone:
    description: Time zone of schedules, by its name in the IANA database.
    type: str
    default: UTC
  forks:
    description: Hosts a job works on at the same time; V(0) leaves it to Ansible's configuration.
    type: int
    default: 0
  slices:
    description: Over how many jobs hosts of the inventory C(fleet) are spread.
    type: int
    default: 1
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Work out what the controller needs
  sdt.infra.controller_objects:
    prefix: sdt-prod
    found: "{{ there.found }}"
    verbs: {status: {team: developers}}
    workflows: {}
    schedules: {}
    credentials: [{name: sdt-prod AWS, type: Amazon Web Services, inputs: {username: KEY, password: SECRET}, jobs: true}]
    inventories: [sdt-prod]
    names: {organization: SDT, project: sdt, inventory: sdt-prod, fleet: sdt-prod fleet, execution_environment: sdt.infra}
  register: objects
"""

RETURN = r"""
mark:
  description: With what descriptions end, so that it is known what was made here.
  returned: success
  type: str
job_templates:
  description: Options of the module job_template.
  returned: success
  type: list
  elements: dict
workflow_job_templates:
  description: Options of the module workflow_job_template.
  returned: success
  type: list
  elements: dict
schedules:
  description: Options of the module schedule.
  returned: success
  type: list
  elements: dict
credential_types:
  description: Options of the module credential_type.
  returned: success
  type: list
  elements: dict
stale:
  description: Names of what was made before and is defined no more, by kind.
  returned: success
  type: dict
credentials:
  description: Credentials to write, each with C(environment), the environment variable of each input.
  returned: success
  type: list
  elements: dict
teams:
  description: The teams there are, each of which may also do what those before may, as parts of their names behind the project.
  returned: success
  type: list
  elements: str
grants:
  description: Options of the module role, with C(team) as the part of its name behind the prefix.
  returned: success
  type: list
  elements: dict
"""

# The work is done by the action plugin of the same name.
