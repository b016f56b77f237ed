# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may talk to whom: the security groups of the platform, worked out from its services."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

DOCUMENTATION = r"""
name: service_groups
version_added: 0.1.0
short_description: The security groups of the platform, from its services
description:
  - Works out the security groups of the load balancer, the database, the VPC endpoints and of each service, with the
    rules between them, from what the inventory says about the services.
  - A service is reached by the load balancer when it is public and by the services that list it in C(service_calls); it
    reaches AWS's APIs, the services it calls, and the database when it uses it. Nothing else is allowed.
  - A group has up to 60 rules in each direction, so each 50 services share groups of the load balancer, the database
    and the endpoints with one another; P(sdt.infra.shared_groups#filter) tells their names.
author: SDT platform engineering (@sdt)
positional: hostvars
options:
  _input:
    description: Names of the services, which are inventory hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description:
      - Variables of all inventory hosts. Of a service C(service_port), C(service_public), C(service_database) and
        C(service_calls) are read. A service is public unless C(service_public) is false.
    type: dict
    required: true
  name:
    description: Prefix of the names of the groups.
    type: str
    required: true
  alb_cidrs:
    description: Networks, or names or ids of prefix lists, that reach the load balancer.
    type: list
    elements: str
    default: [0.0.0.0/0]
  database_port:
    description: Port of the database.
    type: int
    default: 5432
  only:
    description:
      - One service. The result is then its own group, and under C(others) the rules of other groups that refer to it.
    type: str
"""

EXAMPLES = r"""
- name: Create the security groups
  sdt.infra.ec2_security_group:
    vpc: sdt-prod
    each: "{{ groups['services'] | sdt.infra.service_groups(hostvars, name='sdt-prod') }}"
"""

RETURN = r"""
_value:
  description:
    - A map from the name of each group to its C(description), C(ingress) and C(egress), as
      M(sdt.infra.ec2_security_group) takes them.
    - With O(only), C(own) and C(others), each such a map.
  type: dict
"""

_HTTPS = 443
_SHARING = 50  # services that have their rules in one group; AWS allows 60 rules unless asked for more
_APIS = "AWS APIs, images and HTTPS"
_DIRECTIONS = ("ingress", "egress")


def service_groups(
    names: list[str],
    hostvars: t.Mapping[str, t.Mapping[str, t.Any]],
    *,
    name: str,
    alb_cidrs: t.Sequence[str] = ("0.0.0.0/0",),
    database_port: int = 5432,
    only: str | None = None,
) -> dict[str, t.Any]:
    """The groups; see DOCUMENTATION."""
    services = {service: _Service(service, hostvars[service], names, f"{name}-{service}") for service in names}
    balancers, databases, endpoints = (
        shared_groups(names, f"{name}-{kind}") for kind in ("alb", "database", "endpoints")
    )
    groups = {
        **{group: _group("Load balancer") for group in balancers},
        **{group: _group("Database") for group in databases},
        **{group: _group("VPC endpoints") for group in endpoints},
        **{service.group: _group(f"Tasks of {service.name}") for service in services.values()},
    }
    groups[balancers[0]]["ingress"] = _from_users(alb_cidrs)

    def allow(source: str, target: str, port: int, why: str) -> None:
        groups[source]["egress"].append({"port": port, "group": target, "description": why})
        groups[target]["ingress"].append({"port": port, "group": source, "description": why})

    for number, service in enumerate(services.values()):
        shared = number // _SHARING
        if service.public:
            allow(balancers[shared], service.group, service.port, f"Requests for {service.name}")
        for callee in service.calls:
            allow(service.group, services[callee].group, services[callee].port, f"{service.name} calls {callee}")
        if service.database:
            allow(service.group, databases[shared], database_port, f"Database of {service.name}")
        # The same in every egress mode, so that changing the mode of a live network interrupts nothing: without a way
        # to the internet, 0.0.0.0/0 is what the VPC holds.
        groups[service.group]["egress"].append({"port": _HTTPS, "cidr": "0.0.0.0/0", "description": _APIS})
        to_endpoints = {"group": service.group, "description": f"AWS APIs for {service.name}"}
        groups[endpoints[shared]]["ingress"].append({"port": _HTTPS, **to_endpoints})
    return groups if only is None else _divided(groups, services[only].group)


def shared_groups(names: t.Sequence[str], first: str) -> list[str]:
    """The groups that have rules for all services; see the filter of this name."""
    return [first, *(f"{first}-{number}" for number in range(2, -(-len(names) // _SHARING) + 1))]


class _Service:
    """What the inventory says about a service, checked."""

    def __init__(self, name: str, variables: t.Mapping[str, t.Any], names: list[str], group: str):
        self.name = name
        self.group = group
        if "service_port" not in variables:
            raise AnsibleFilterError(f"Service {name} has no service_port in the inventory.")
        self.port = int(variables["service_port"])
        self.public = boolean(variables.get("service_public", True))
        self.database = boolean(variables.get("service_database", False))
        self.calls = sorted(str(one) for one in variables.get("service_calls") or [])
        unknown = sorted(set(self.calls) - set(names))
        if unknown:
            raise AnsibleFilterError(
                f"Service {name} calls {', '.join(unknown)}, which is no service: there are {', '.join(sorted(names))}."
            )


def _group(description: str) -> dict[str, t.Any]:
    return {"description": description, "ingress": [], "egress": []}


def _from_users(sources: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Rules for the ports of the load balancer; what is no network names a prefix list."""
    return [
        {"port": port, ("cidr" if "/" in source else "prefix_list"): source, "description": why}
        for source in sources
        for port, why in ((80, "HTTP, redirected"), (_HTTPS, "HTTPS"))
    ]


def _divided(groups: dict[str, t.Any], own: str) -> dict[str, t.Any]:
    others: dict[str, t.Any] = {}
    for name, group in groups.items():
        rules = {
            direction: [rule for rule in group[direction] if rule.get("group") == own] for direction in _DIRECTIONS
        }
        given = {direction: found for direction, found in rules.items() if found}
        if name != own and given:
            others[name] = given
    return {"own": {own: groups[own]}, "others": others}


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Any]:
        return {"service_groups": service_groups}
