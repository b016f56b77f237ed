#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: verify_info
version_added: 0.1.0
short_description: Prove that the data flows of an environment work, and that nothing else is open
description:
  - Looks at what stands in the account, and tells of each data flow whether it works. Security groups, network ACLs, routes, NAT gateways,
    endpoints, listeners, the health of targets, secrets and policies are followed from one end to the other.
  - Tells of everything that is open although no data flow needs it, and whether each failure scenario has what it takes to get over it.
  - Policies are judged by IAM itself, so the caller needs C(iam:SimulatePrincipalPolicy). It never reads the value of a secret.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html) and
    U(https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html).
author: SDT platform engineering (@sdt)
options:
  prefix:
    description: First part of the names of the environment, such as V(sdt-prod).
    type: str
    required: true
  vpc:
    description: Name or id of the VPC.
    type: str
    required: true
  cluster:
    description: Name or ARN of the ECS cluster.
    type: str
    required: true
  load_balancer:
    description: Name of the load balancer.
    type: str
    required: true
  scheme:
    description: Whether it serves the internet or the VPC.
    type: str
    choices: [internet-facing, internal]
    default: internet-facing
  users:
    description: Networks, and names or ids of prefix lists, from which requests come.
    type: list
    elements: str
    default: [0.0.0.0/0]
  services:
    description: The services, by name.
    type: dict
    required: true
  database:
    description: Identifier of the RDS instance; empty where there is none.
    type: str
    default: ""
  database_port:
    description: Its port.
    type: int
    default: 5432
  database_secret:
    description: Name of the secret with its credentials, which only services that use the database may read.
    type: str
    default: ""
  database_standby:
    description: Whether a standby in another zone is promised.
    type: bool
    default: false
  database_replica:
    description: Identifier of a replica that has to follow it; empty where none is promised.
    type: str
    default: ""
  egress_mode:
    description: How tasks reach the internet; with V(nat_per_az) a NAT gateway in each zone is promised.
    type: str
    choices: [nat_per_az, nat_single, nat_regional, endpoints, public_ip]
    default: nat_per_az
  buckets:
    description:
      - The buckets of the environment, none of which may be public, a map from purpose to name. Without a name it is
        C(<prefix>-<purpose>-<account>).
    type: dict
    default: {}
  only:
    description: Services that are looked at; empty looks at all, and at what belongs to none.
    type: list
    elements: str
    default: []
  parts:
    description:
      - What is looked at, the V(flows), what is V(closed), and V(failures).
      - V(practices) is what AWS recommends, each by the id AWS gives it.
    type: list
    elements: str
    choices: [flows, closed, failures, practices]
    default: [flows, closed, failures]
  protected:
    description: Whether the environment is one that must not be lost, which more is recommended for. For V(practices).
    type: bool
    default: false
  flow_logs:
    description: Whether the traffic of the network is to be recorded. For V(practices).
    type: bool
    default: false
  asleep:
    description: Whether the environment sleeps, so that its alarms are muted. For V(practices).
    type: bool
    default: false
  topic:
    description: Name of the topic of the alarms; empty where there is none. For V(practices).
    type: str
    default: ""
  budget:
    description: Name of the budget; empty where none is promised. For V(practices).
    type: str
    default: ""
  drill_days:
    description: Days since the last drill of a restore there may be; V(0) promises none. For V(practices).
    type: int
    default: 0
  run_table:
    description: The table of locks and runs. For V(practices).
    type: str
    default: sdt-infra-runs
  log_prefixes:
    description: What the names of log groups of the environment begin with. For V(practices).
    type: list
    elements: str
    default: []
  app:
    description: Name or id of the Amplify app; empty where there is none.
    type: str
    default: ""
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
notes:
  - Each of O(services) has the keys C(port), C(public), C(database), C(calls), a list of services, C(buckets), a map from purpose to
    C(access), C(prefix) and C(name), and C(least), the number of tasks it has at least, as the filter
    P(sdt.infra.service_flows#filter) takes them from the inventory.
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Verify production
  sdt.infra.verify_info:
    prefix: sdt-prod
    vpc: sdt-prod
    cluster: sdt-prod
    load_balancer: sdt-prod
    services: "{{ groups['services'] | sdt.infra.service_flows(hostvars) }}"
    database: sdt-prod-postgres
  register: verified
"""

RETURN = r"""
account:
  description: The account, 12 digits.
  returned: always
  type: str
sections:
  description: The parts, each with its C(title) and C(rows) of C(what), C(state), which is V(ok), V(broken) or V(not promised), and C(why).
  returned: always
  type: list
  elements: dict
findings:
  description: What is broken, a sentence each. Empty where all is well.
  returned: always
  type: list
  elements: str
  sample: ["auth-service → database: no rule of sdt-prod-database lets auth-service in on port 5432."]
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._closed import closed
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._failures import failures
from ansible_collections.sdt.infra.plugins.module_utils._flows import flows
from ansible_collections.sdt.infra.plugins.module_utils._live import Edge, Live
from ansible_collections.sdt.infra.plugins.module_utils._practices import practices

_PARTS: dict[str, tuple[str, t.Callable[[Live], t.Iterator[Edge]]]] = {
    "flows": ("Data flows", flows),
    "closed": ("Nothing else is open", closed),
    "failures": ("Failures", failures),
    "practices": ("What AWS recommends", practices),
}
_USUAL = ("flows", "closed", "failures")
_SERVICE: State = {"port": 8080, "public": True, "database": False, "calls": [], "buckets": {}, "least": 1}
_MODES = ("nat_per_az", "nat_single", "nat_regional", "endpoints", "public_ip")


def _row(edge: Edge) -> State:
    problems = dict.fromkeys(edge.problems)
    state = "ok" if not problems else "broken" if edge.promised else "not promised"
    return {"what": edge.what, "state": state, "why": "; ".join(problems)}


def _wanted(params: State) -> State:
    services = {name: {**_SERVICE, **(given or {})} for name, given in params["services"].items()}
    for name, one in services.items():
        unknown = sorted(set(one["calls"]) - set(services))
        if unknown:
            raise InfraError(f"Service {name} calls {', '.join(unknown)}, which is no service.")
    return {**params, "services": services, "public_addresses": params["egress_mode"] == "public_ip"}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            **{name: {"type": "str", "required": True} for name in ("prefix", "vpc", "cluster", "load_balancer")},
            "scheme": {"type": "str", "choices": ["internet-facing", "internal"], "default": "internet-facing"},
            "users": {"type": "list", "elements": "str", "default": ["0.0.0.0/0"]},
            "services": {"type": "dict", "required": True},
            "database": {"type": "str", "default": ""},
            "database_port": {"type": "int", "default": 5432},
            "database_secret": {"type": "str", "default": "", "no_log": False},
            "database_standby": {"type": "bool", "default": False},
            "database_replica": {"type": "str", "default": ""},
            "egress_mode": {"type": "str", "choices": list(_MODES), "default": "nat_per_az"},
            "buckets": {"type": "dict", "default": {}},
            "only": {"type": "list", "elements": "str", "default": []},
            "parts": {"type": "list", "elements": "str", "choices": list(_PARTS), "default": list(_USUAL)},
            **{name: {"type": "bool", "default": False} for name in ("protected", "flow_logs", "asleep")},
            **{name: {"type": "str", "default": ""} for name in ("topic", "budget")},
            "drill_days": {"type": "int", "default": 0},
            "run_table": {"type": "str", "default": "sdt-infra-runs"},
            "log_prefixes": {"type": "list", "elements": "str", "default": []},
            "app": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    try:
        live = Live(aws, _wanted(module.params))
        only = set(module.params["only"])
        sections: list[State] = []
        for name in module.params["parts"]:
            title, edges = _PARTS[str(name)]
            asked = (edge for edge in edges(live) if not only or edge.service in only)
            sections.append({"title": title, "rows": aws.at_once(_row, asked)})
        account = aws.account
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        account=account,
        sections=sections,
        findings=[
            f"{row['what']}: {row['why']}." for one in sections for row in one["rows"] if row["state"] == "broken"
        ],
    )


if __name__ == "__main__":
    main()
