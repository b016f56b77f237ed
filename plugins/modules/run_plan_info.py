#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: run_plan_info
version_added: 0.1.0
short_description: Read a plan that is kept beside the lock of an environment
description:
  - Reads what M(sdt.infra.run_plan) has kept. Fails when there is none.
  - See U(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html).
author: SDT platform engineering (@sdt)
options:
  environment:
    description: What the plan is of, such as V(sdt-prod).
    type: str
    required: true
  table:
    description: Name of the table of locks and runs.
    type: str
    default: sdt-infra-runs
  digest:
    description: What tells the plan from any other.
    type: str
    required: true
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
- name: Read the plan that was approved
  sdt.infra.run_plan_info:
    environment: sdt-prod
    digest: "{{ plan_digest }}"
  register: approved
"""

RETURN = r"""
plan:
  description: The plan.
  returned: success
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import plans_of, record, unpacked


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "environment": {"type": "str", "required": True},
            "table": {"type": "str", "default": "sdt-infra-runs"},
            "digest": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        found = record(Aws(module), plans_of(params["environment"]), params["table"], params["digest"])
        if not found:
            raise NotFound(
                f"No plan of {params['environment']} with the digest {params['digest']} is kept in {params['table']}; "
                "nothing was touched. It may have been forgotten after its days: make a new plan and have it approved."
            )
        plan = unpacked(found["plan"])
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, plan=plan)


if __name__ == "__main__":
    main()
