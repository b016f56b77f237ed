#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: controller_info
version_added: 0.1.0
short_description: Read which objects an AWX has
description:
  - Reads names and descriptions of what an organization of an AWX has, by the lookup C(controller_api) of the given collection.
  - How the controller is reached and who asks comes from the environment, C(CONTROLLER_HOST) and C(CONTROLLER_OAUTH_TOKEN), or
    C(CONTROLLER_USERNAME) and C(CONTROLLER_PASSWORD).
  - See U(https://docs.ansible.com/projects/awx/en/24.6.1/rest_api/index.html).
author: SDT platform engineering (@sdt)
options:
  collection:
    description: Collection with the modules for the controller, such as V(awx.awx).
    type: str
    required: true
  api_path:
    description: Where the API begins, such as V(/api/controller/). Left out, the collection knows.
    type: str
  organization:
    description: The organization.
    type: str
    required: true
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: See what the controller has
  sdt.infra.controller_info:
    collection: awx.awx
    organization: SDT
  register: controller
"""

RETURN = r"""
nodes:
  description: >-
    The nodes of workflows by their workflow, each with what it C(starts), C(approval), C(job_type), C(extra_data), and the nodes that follow it as
    C(success_nodes), C(failure_nodes) and C(always_nodes).
  returned: success
  type: dict
found:
  description: Descriptions of objects by their names, by their kind, such as C(job_templates).
  returned: success
  type: dict
  sample: {"job_templates": {"sdt-prod status": "Shows how the environment is doing [sdt.infra sdt-prod]"}}
"""

# The work is done by the action plugin of the same name.
