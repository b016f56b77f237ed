# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance_rules
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The listener rules of a maintenance, for all services
description:
  - Returns the value of the option C(each) of M(sdt.infra.elbv2_listener_rule).
  - The last rule answers everything with a page and the status 503; those before it let clients of some networks
    through to the services as ever. They have the priorities 1 to 9, which services leave free.
  - Rules that are not needed are absent, so that one call turns a maintenance on, off, or into another one.
options:
  _input:
    description: Names of the service hosts; an empty list, with an empty O(answer), is no maintenance.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  name:
    description: The name of the load balancer.
    type: str
    required: true
  vpc:
    description: Name or id of the VPC, as the load balancer's role has it.
    type: str
    required: true
  allow:
    description: Networks whose clients are let through, such as V(192.0.2.0/24).
    type: list
    elements: str
    default: []
  answer:
    description: Name of the target group that answers everybody else. Empty ends the maintenance.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Close the platform to everybody but the office
  sdt.infra.elbv2_listener_rule:
    load_balancer: sdt-prod
    listener_ports: [443, 80]
    each: >-
      {{ groups['services'] | sdt.infra.maintenance_rules(hostvars=hostvars, name='sdt-prod', vpc='sdt-prod',
      allow=['192.0.2.0/24'], page='<h1>Back soon</h1>') }}
"""

RETURN = r"""
_value:
  description: A map from the name of each rule to its options.
  type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.service_target_groups import service_target_groups

LAST = 9  # priority of the rule that answers everything; those below it let somebody through
_VALUES = 5  # of all conditions of one rule

Rules = dict[str, dict[str, t.Any]]


def maintenance_rules(
    services: t.Sequence[str],
    *,
    hostvars: t.Mapping[str, t.Mapping[str, t.Any]],
    name: str,
    vpc: str,
    allow: t.Sequence[str] = (),
    answer: str = "",
) -> Rules:
    """All rules a maintenance may have, those that are not needed as absent."""
    groups = service_target_groups(services, hostvars=hostvars, name=name, vpc=vpc)
    ways: list[dict[str, t.Any]] = []
    for service, group in groups.items() if answer else ():
        ways += _ways(service, hostvars[service], group, allow) if group else []
    if len(ways) >= LAST:
        raise AnsibleFilterError(
            f"{len(allow)} networks and {len(groups)} services need {len(ways)} rules, and there is room for "
            f"{LAST - 1}: allow fewer networks, or larger ones."
        )
    rules: Rules = {f"maintenance-{number}": {"state": "absent"} for number in range(1, LAST)}
    for number, way in enumerate(ways, start=1):
        rules[f"maintenance-{number}"] = {"priority": number, **way}
    forward = {"target_groups": [{"target_group": answer}]}
    closed = {"priority": LAST, "conditions": {"path": ["/*"]}, "action": {"forward": forward}}
    return {**rules, "maintenance": closed if answer else {"state": "absent"}}


def _ways(service: str, variables: t.Mapping[str, t.Any], group: str, allow: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Rules that let these networks through to a service, as many networks in one as there is room for."""
    path = variables.get("service_path", f"/{service}")
    conditions: dict[str, t.Any] = {"path": ["/*"] if path == "/" else [path, f"{path}/*"]}
    if variables.get("alb_service_hosts"):
        conditions["host"] = list(variables["alb_service_hosts"])
    room = _VALUES - sum(len(values) for values in conditions.values())
    if room < 1 and allow:
        raise AnsibleFilterError(f"The rule of {service} has no room for a network: it has too many hosts.")
    return [
        {
            "conditions": {**conditions, "source_ip": list(allow[start : start + room])},
            "action": {"forward": {"target_groups": [{"target_group": group}]}},
        }
        for start in range(0, len(allow), max(room, 1))
    ]


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"maintenance_rules": maintenance_rules}
