#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_lock_info
version_added: 0.1.0
short_description: Tell who holds the lock of an environment, and which runs there were
description:
  - Reads the lock M(sdt.infra.run_lock) takes, and the records of earlier runs, the latest first.
  - See U(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html).
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What may be locked, such as V(sdt-prod).
    type: str
    required: true
  table:
    description: Name of the table.
    type: str
    default: sdt-infra-runs
  runs:
    description: How many of the latest runs are told.
    type: int
    default: 20
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Find out who works on production
  sdt.infra.run_lock_info:
    environment: sdt-prod
  register: work
"""

RETURN = r"""
held:
  description: Who holds the lock, from where, since when, for what and why. Empty where nobody does.
  returned: always
  type: dict
  sample:
    holder: arn:aws:iam::123456789012:user/operator
    host: AWX job 4711
    playbook: site
    since: "2026-11-26T18:20:01Z"
    user: operator
told:
  description: The same as half a sentence.
  returned: always
  type: str
over:
  description: Whether that lock has not been confirmed for its seconds, so that anybody may take it.
  returned: always
  type: bool
asleep:
  description: Since when, by whom and why the environment sleeps. Empty where it does not.
  returned: always
  type: dict
runs:
  description: Runs that have ended, the latest first, each with what C(held) has, C(until), C(outcome), and all of it as a sentence C(told).
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _lock, _run_lock
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

_HIDDEN = ("environment", "record", "token", "forgotten")


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "environment": {"type": "str", "required": True},
            "table": {"type": "str", "default": "sdt-infra-runs"},
            "runs": {"type": "int", "default": 20},
        },
        supports_check_mode=True,
    )
    try:
        work = _run_lock.work(Aws(module), module.params["environment"], module.params["table"])
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        held=_shown(work.held),
        told=_lock.told(work.held) if work.held else "",
        over=work.over,
        asleep=_shown(work.asleep),
        runs=[{**_shown(one), "told": _told(one)} for one in work.runs[: module.params["runs"]]],
    )


def _told(record: dict) -> str:
    return f"{_lock.told(record)}, until {record.get('until', '')}: {record.get('outcome', '')}"


def _shown(record: dict) -> dict:
    return {name: value for name, value in record.items() if name not in _HIDDEN}


if __name__ == "__main__":
    main()
