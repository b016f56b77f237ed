#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: sts_caller_info
version_added: 0.1.0
short_description: Tell who calls AWS, and refuse the wrong account
description:
  - Returns the account, region and partition the credentials lead to.
  - With O(expected_account) every other account is refused, before anything else is read or written there.
  - See U(https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
author: SDT platform engineering (@sdt)
options:
  expected_account:
    description: The 12 digit id of the only account that is right.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: Refuse to work in any account but production
  sdt.infra.sts_caller_info:
    expected_account: "123456789012"
"""

RETURN = r"""
account:
  description: The 12 digit id of the account.
  returned: always
  type: str
  sample: "123456789012"
arn:
  description: ARN of the caller.
  returned: always
  type: str
  sample: arn:aws:sts::123456789012:assumed-role/deployer/ci
partition:
  description: V(aws), V(aws-cn) or V(aws-us-gov).
  returned: always
  type: str
region:
  description: The region requests go to.
  returned: always
  type: str
  sample: us-east-1
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "expected_account": {"type": "str"},
            **CONNECTION_OPTIONS,
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    expected = module.params["expected_account"]
    try:
        if expected and aws.account != expected:
            raise InfraError(
                f"The credentials belong to account {aws.account} ({aws.identity['Arn']}), but this inventory is for "
                f"account {expected} (platform_account_id). Choose the right profile or role; nothing was touched."
            )
        module.exit_json(
            changed=False, account=aws.account, arn=aws.identity["Arn"], partition=aws.partition, region=aws.region
        )
    except InfraError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
