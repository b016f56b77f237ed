#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: pricing_list_info
version_added: 0.1.0
short_description: Ask AWS for the prices of what the platform consists of
description:
  - Asks the Price List Query API for the prices of one region, for M(sdt.infra.cost_info). What the API has no price for, such as Fargate Spot, is
    taken from the list there was.
  - The API answers in the regions us-east-1, eu-central-1 and ap-south-1 for all regions, so O(region) is one of these.
  - See U(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html).
author: SDT platform engineering (@sdt)
options:
  price_region:
    description: The region whose prices are asked for.
    type: str
    required: true
  known:
    description: The list there was, with C(region), C(date), C(prices) and C(reserved).
    type: dict
    required: true
  classes:
    description: Classes of RDS instances whose prices are wanted too, beside those in O(known).
    type: list
    elements: str
    default: []
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
- name: Ask for the prices of Ireland
  sdt.infra.pricing_list_info:
    region: us-east-1
    price_region: eu-west-1
    known: "{{ lookup('ansible.builtin.file', 'prices.yml') | from_yaml }}"
  register: asked
"""

RETURN = r"""
list:
  description: The new list, with C(region), C(date), C(prices) and C(reserved).
  returned: always
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._prices import refreshed


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "price_region": {"type": "str", "required": True},
            "known": {"type": "dict", "required": True},
            "classes": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        found = refreshed(Aws(module), params["price_region"], params["classes"], params["known"])
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, list=found)


if __name__ == "__main__":
    main()
