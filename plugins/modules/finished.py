#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: finished
version_added: 0.1.0
short_description: Fail for hosts that could not be finished
description:
  - Where a task brings the resources of several hosts to their state in one call, with the option C(hosts), some of them may fail and the
    others go on. This ends such tasks; it fails with everything that went wrong.
  - Runs on the controller and sends no request.
author: SDT platform engineering (@sdt)
requirements:
  - P(sdt.infra.summary#callback) has to be enabled, which collects it.
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Go on where everything is finished
  sdt.infra.finished:
  run_once: true
"""

RETURN = r"""
unfinished:
  description: What went wrong, by host.
  returned: on failure
  type: dict
"""

# The action plugin of the same name does it.
