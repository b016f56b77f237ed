#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cost_info
version_added: 0.1.0
short_description: Estimate what an environment costs in a month
description:
  - Looks at what stands in the account and works out, with a dated list of prices, what it costs in a month, what it could do without, and from when on a
    reservation of a database would pay. It changes nothing and buys nothing.
  - What is billed by use is counted as far as CloudWatch has measured it in the last 30 days; requests, data to the internet, builds and taxes
    are not in it.
  - See U(https://aws.amazon.com/pricing/).
author: SDT platform engineering (@sdt)
options:
  prefix:
    description: First part of the names of the environment, such as V(sdt-prod).
    type: str
    required: true
  cluster:
    description: Name or ARN of the ECS cluster.
    type: str
    required: true
  vpc:
    description: Name or id of the VPC.
    type: str
    required: true
  load_balancer:
    description: Name of the load balancer.
    type: str
    required: true
  buckets:
    description: The buckets, a map from purpose to name. Without a name it is C(<prefix>-<purpose>-<account>).
    type: dict
    default: {}
  log_prefixes:
    description: What the names of the environment's log groups begin with.
    type: list
    elements: str
    default: []
  prices:
    description: The list of prices, with C(region), C(date), C(prices) and C(reserved), as M(sdt.infra.pricing_list_info) returns it.
    type: dict
    required: true
  may_sleep:
    description: Whether the environment could sleep at night.
    type: bool
    default: false
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
- name: Estimate what production costs
  sdt.infra.cost_info:
    prefix: sdt-prod
    cluster: sdt-prod
    vpc: sdt-prod
    load_balancer: sdt-prod
    prices: "{{ lookup('ansible.builtin.file', 'prices.yml') | from_yaml }}"
  register: costs
"""

RETURN = r"""
account:
  description: The account, 12 digits.
  returned: always
  type: str
month:
  description: US dollars in a month.
  returned: always
  type: float
sections:
  description: Components with their sums, every line, hints and reservations, each with C(title) and C(rows).
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._cost_hints import hints, reservations
from ansible_collections.sdt.infra.plugins.module_utils._costs import Costs
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._prices import Prices


def _answer(aws: Aws, params: State) -> State:
    prices = Prices(params["prices"])
    if prices.region != aws.region:
        raise InfraError(
            f"The prices are those of {prices.region}, and the environment is in {aws.region}: ask for its prices with "
            "-e refresh=true."
        )
    costs = Costs(aws, params, prices)
    lines = list(costs.lines())
    sums: dict[str, float] = {}
    for line in lines:
        sums[line.component] = sums.get(line.component, 0) + line.month
    month = round(sum(sums.values()), 2)
    found = sorted(hints(aws, params, costs, prices, lines), key=lambda one: -one.saves)
    return {
        "account": aws.account,
        "month": month,
        "sections": [
            {
                "title": f"A month, with the prices of {prices.date}",
                "rows": [
                    *({"component": name, "US dollars": f"{value:.2f}"} for name, value in sums.items()),
                    {"component": "all", "US dollars": f"{month:.2f}"},
                ],
            },
            {
                "title": "Lines",
                "rows": [
                    {
                        "component": one.component,
                        "what": one.what,
                        "quantity": one.quantity,
                        "US dollars": f"{one.month:.2f}",
                    }
                    for one in lines
                ],
            },
            {
                "title": "What could be less",
                "rows": [{"what": one.what, "hint": one.hint, "saves": f"{one.saves:.2f}"} for one in found],
            },
            {"title": "Reservations that would pay (nothing here buys)", "rows": reservations(costs, prices)},
        ],
    }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            **{name: {"type": "str", "required": True} for name in ("prefix", "cluster", "vpc", "load_balancer")},
            "buckets": {"type": "dict", "default": {}},
            "log_prefixes": {"type": "list", "elements": "str", "default": []},
            "prices": {"type": "dict", "required": True},
            "may_sleep": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        answer = _answer(Aws(module), module.params)
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
