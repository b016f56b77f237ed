#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_lock
version_added: 0.1.0
short_description: Take or release the lock of an environment
description:
  - Takes the lock of an environment, an item in a DynamoDB table that belongs to account and region. Who does not get it is told who has
    it, from where, since when and why.
  - A lock lasts for O(seconds) after it was last confirmed. Modules that are given it in their option O(sdt.infra.ec2_vpc#module:lock)
    confirm it before they write and while they wait, and write nothing more once it is lost.
  - Releasing it leaves a record of the run in the same table.
  - The table is made with M(sdt.infra.dynamodb_table); without it nothing is taken, and RV(table_missing) says so.
  - See U(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html).
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What is locked, such as V(sdt-prod).
    type: str
    required: true
  table:
    description: Name of the table, with the keys C(environment) and C(record), both texts.
    type: str
    default: sdt-infra-runs
  state:
    description: V(present) takes the lock, V(absent) releases it.
    type: str
    choices: [present, absent]
    default: present
  token:
    description:
      - What proves that a lock is ours, as C(token) in RV(lock) of the call that took it.
      - Required to release a lock, unless O(takeover) is given.
    type: str
  takeover:
    description:
      - Whether a lock somebody else holds is taken, or released. Their run writes nothing more from then on.
    type: bool
    default: false
  seconds:
    description: How long the lock lasts without being confirmed.
    type: int
    default: 900
  keep:
    description: Whether the lock stays when the playbook ends; otherwise the callback P(sdt.infra.lock#callback) releases it.
    type: bool
    default: false
  holder:
    description: ARN of who takes it.
    type: str
  user:
    description: Who that is on the machine it is taken from. By default the user of this process.
    type: str
  host:
    description: The machine, or the job, it is taken from. By default the name of this one.
    type: str
  playbook:
    description: What it is taken for.
    type: str
  reason:
    description: Why.
    type: str
  outcome:
    description: How the run ended, for its record. Empty leaves no record.
    type: str
  keep_days:
    description: For how many days the record of the run is kept.
    type: int
    default: 400
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Takes and releases nothing; warns where a real run would be refused.
    support: full
"""

EXAMPLES = r"""
- name: Lock production while the schema is changed by hand
  sdt.infra.run_lock:
    environment: sdt-prod
    reason: schema change
    seconds: 3600
    keep: true
  register: maintenance

- name: Release it
  sdt.infra.run_lock:
    environment: sdt-prod
    state: absent
    token: "{{ maintenance.lock.token }}"
"""

RETURN = r"""
lock:
  description: The lock that was taken, as the option C(lock) of other modules takes it. Empty where there is none.
  returned: always
  type: dict
  sample: {"environment": "sdt-prod", "seconds": 900, "table": "sdt-infra-runs", "token": "5f0c7a2e9b6d4e53"}
held:
  description: Who held the lock before, empty where nobody did.
  returned: always
  type: dict
table_missing:
  description: Whether there is no table yet.
  returned: always
  type: bool
asleep:
  description: Since when, by whom and why the environment sleeps, and how many tasks its services had. Empty where it does not.
  returned: when O(state=present)
  type: dict
connection:
  description: The options with which the lock can be released.
  returned: when the lock was taken, unless O(keep)
  type: dict
"""

import time

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _lock
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import RunLock


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "environment": {"type": "str", "required": True},
            "table": {"type": "str", "default": "sdt-infra-runs"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "token": {"type": "str", "no_log": False},
            "takeover": {"type": "bool", "default": False},
            "seconds": {"type": "int", "default": 900},
            "keep": {"type": "bool", "default": False},
            "holder": {"type": "str"},
            "user": {"type": "str"},
            "host": {"type": "str"},
            "playbook": {"type": "str"},
            "reason": {"type": "str"},
            "outcome": {"type": "str"},
            "keep_days": {"type": "int", "default": 400},
        },
        supports_check_mode=True,
    )
    lock = RunLock(Aws(module), module.params, module.check_mode)
    try:
        result = lock.take() if module.params["state"] == "present" else lock.release()
    except InfraError as error:
        module.fail_json(msg=str(error))
    held = result["held"]
    if module.check_mode and held and int(held.get("expires", 0)) > time.time():
        module._module.warn(
            f"A real run would be refused now: {module.params['environment']} is locked by {_lock.told(held)}."
        )
    if result.get("asleep"):
        since, reason = (result["asleep"].get(name, "") for name in ("since", "reason"))
        module._module.warn(
            f"{module.params['environment']} sleeps since {since}{f' ({reason})' if reason else ''}. What sleeps is left "
            "asleep; playbooks/wake.yml wakes it."
        )
    module.exit_json(**result)


if __name__ == "__main__":
    main()
