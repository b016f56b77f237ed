#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: plan
version_added: 0.1.0
short_description: Write what a preview said as a document, or hold it against one
description:
  - Takes what the modules of this collection said in check mode, in this run and before this task, and writes it as JSON and as one HTML
    page, and shows it as a table.
  - With O(state=compared), fails unless an earlier document says the same, and tells what has moved since.
  - Needs the callback P(sdt.infra.summary#callback). Runs on the controller and sends no request.
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What the plan is about, such as V(sdt-prod).
    type: str
    required: true
  account:
    description: The account, 12 digits.
    type: str
    required: true
  region:
    description: The region.
    type: str
    required: true
  by:
    description: Who made it.
    type: str
  state:
    description: V(written) writes the document, V(compared) compares with it.
    type: str
    choices: [written, compared]
    default: written
  file:
    description: Where the JSON is. Needed unless O(planned) is given.
    type: path
  planned:
    description: The earlier document itself, in place of O(file), with O(state=compared).
    type: dict
  digest:
    description: What V(digest) of the earlier document has to be, with O(state=compared). Left out, any is right.
    type: str
  page:
    description: Where the HTML page is written. Left out, there is none.
    type: path
  exit_code:
    description: The exit code of C(ansible-playbook) when there is anything to do. V(0) leaves it at 0.
    type: int
    default: 0
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Write the plan
  sdt.infra.plan:
    environment: sdt-prod
    account: "{{ platform_account }}"
    region: us-east-1
    file: artifacts/plan.json
    page: artifacts/plan.html
  run_once: true
"""

RETURN = r"""
counts:
  description: How many resources would be created, updated, replaced and deleted.
  returned: success
  type: dict
  sample: {"create": 3, "delete": 0, "replace": 0, "update": 1}
summary:
  description: A line for each of them.
  returned: when O(state=written)
  type: list
  elements: str
plan:
  description: The document.
  returned: when O(state=written)
  type: dict
digest:
  description: What tells it from any other, SHA-256 as 64 hexadecimal digits.
  returned: when O(state=written)
  type: str
file:
  description: Where the JSON is.
  returned: when O(state=written)
  type: str
page:
  description: Where the page is.
  returned: when O(state=written)
  type: str
exit_code:
  description: The exit code the run ends with.
  returned: when O(exit_code) was given and there is anything to do
  type: int
"""

# The work is done by the action plugin of the same name.
