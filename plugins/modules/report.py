#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: report
version_added: 0.1.0
short_description: Show what was found as tables, and write it as JSON and as a page
description:
  - Shows sections of rows as tables on the terminal, and under them what is wrong; writes the same as JSON for programs and as one HTML
    page for people.
  - Runs on the controller and sends no request.
author: SDT platform engineering (@sdt)
options:
  title:
    description: What it is about.
    type: str
    required: true
  account:
    description: The account, 12 digits.
    type: str
  region:
    description: The region.
    type: str
  sections:
    description: What was found.
    type: list
    elements: dict
    required: true
    suboptions:
      title:
        description: What the rows are.
        type: str
        required: true
      rows:
        description: The rows, with equal keys, which are the heads of the columns.
        type: list
        elements: dict
        required: true
  findings:
    description: What is wrong, a sentence each.
    type: list
    elements: str
    default: []
  file:
    description: Where the JSON is written. Left out, it is not.
    type: path
  page:
    description: Where the HTML page is written. Left out, it is not.
    type: path
  exit_code:
    description: The exit code of C(ansible-playbook) when there are findings. V(0) leaves it at 0.
    type: int
    default: 0
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Show how production is doing
  sdt.infra.report:
    title: Status of sdt-prod
    account: "{{ status.account }}"
    region: us-east-1
    sections: "{{ status.sections }}"
    findings: "{{ status.findings }}"
    page: artifacts/status.html
"""

RETURN = r"""
ok:
  description: Whether nothing is wrong.
  returned: success
  type: bool
report:
  description: All of it, as it is written to O(file).
  returned: success
  type: dict
exit_code:
  description: The exit code asked for.
  returned: when there are findings and O(exit_code) is not 0
  type: int
"""
