# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a network consists of, worked out from the inputs of the role network."""

from __future__ import annotations

import ipaddress
import itertools
import re
import typing as t

from ansible.errors import AnsibleFilterError
from ansible.module_utils.parsing.convert_bool import boolean

DOCUMENTATION = r"""
name: network_layout
version_added: 0.1.0
short_description: The parts of a network, from the inputs of the role network
description:
  - Works out the subnets, addresses, NAT gateways, route tables and VPC endpoints of a network, and which of them
    another egress mode left behind.
  - Whatever is given by its id belongs to someone else and appears in no result.
author: SDT platform engineering (@sdt)
options:
  _input:
    description:
      - A map with the keys C(name), C(vpc), C(cidr), C(zones), C(public_subnets), C(private_subnets), C(public_cidrs),
        C(private_cidrs), C(internet_gateway), C(egress_mode), C(endpoints), C(endpoint_subnets) and
        C(endpoint_groups), as described for the role's inputs of these names, and C(asleep), which leaves NAT gateways
        out.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the parts of a network
  ansible.builtin.debug:
    msg: "{{ settings | sdt.infra.network_layout }}"
"""

RETURN = r"""
_value:
  description:
    - Maps from the name of each resource to its options, as the option each of the modules takes them, under
      C(subnets), C(route_tables) and C(gateway_endpoints), and twice, as C(wanted) and C(surplus), under C(addresses),
      C(nat_gateways) and C(interface_endpoints).
    - C(owns_vpc) and C(owns_internet_gateway) say whether these are made by the role.
  type: dict
"""

EVERYWHERE = "0.0.0.0/0"

# What tasks without a way to the internet need, and what they may need.
ENDPOINTS = {
    "ecr.api": True,
    "ecr.dkr": True,
    "logs": True,
    "secretsmanager": True,
    "ssmmessages": False,
    "xray": False,
}
# The third number of the first network of each kind, as in 10.0.1.0/24.
_FIRST_PUBLIC = 1
_FIRST_PRIVATE = 10


def network_layout(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    """The parts of a network; see DOCUMENTATION."""
    return _Layout(settings).parts()


class _Layout:
    def __init__(self, settings: dict[str, t.Any]):
        self._settings = settings
        self._name: str = settings["name"]
        self._mode: str = settings["egress_mode"]
        self._public = list(settings["public_subnets"])
        self._private = list(settings["private_subnets"])
        self._owns_vpc = not _is_id("vpc", settings["vpc"])
        self._owns_gateway = self._owns_vpc and not _is_id("igw", settings["internet_gateway"])

    def parts(self) -> dict[str, t.Any]:
        if not self._owns_vpc and self._ours(self._public) and not _is_id("igw", self._settings["internet_gateway"]):
            raise AnsibleFilterError(
                "Public subnets in a VPC that exists already need network_internet_gateway to be the id of its gateway."
            )
        tables = self._route_tables()
        return {
            "owns_vpc": self._owns_vpc,
            "owns_internet_gateway": self._owns_gateway,
            "subnets": self._subnets(),
            "addresses": _divided(self._addresses(), self._nat_names("nat-")),
            "nat_gateways": _divided(self._nat_gateways(), [*self._nat_names(), f"{self._name}-regional"]),
            "route_tables": tables,
            "interface_endpoints": _divided(self._interface_endpoints(), self._endpoint_names()),
            "gateway_endpoints": self._gateway_endpoints(tables),
        }

    def _subnets(self) -> dict[str, t.Any]:
        public = self._networks(self._public, self._settings["public_cidrs"], _FIRST_PUBLIC)
        return {**public, **self._networks(self._private, self._settings["private_cidrs"], _FIRST_PRIVATE)}

    def _networks(self, names: list[str], cidrs: list[str], first: int) -> dict[str, t.Any]:
        """The subnets of one kind that are ours, in their zones."""
        subnets: dict[str, t.Any] = {}
        if not self._ours(names):
            return subnets
        given = cidrs or [self._network(first + index) for index in range(len(names))]
        if len(given) != len(names):
            raise AnsibleFilterError(
                f"{len(names)} subnets ({', '.join(names)}) need as many networks, not {len(given)}."
            )
        zones = self._settings["zones"]
        for index, (name, cidr) in enumerate(zip(names, given, strict=True)):
            where = {"availability_zone": zones[index % len(zones)]} if zones else {"zone_number": index + 1}
            subnets[name] = {"cidr": cidr, **where}
        return {name: options for name, options in subnets.items() if name in self._ours(names)}

    def _network(self, number: int) -> str:
        """The number-th /24 of the network, or the number-th of 16 parts where it has no room for as many."""
        whole = ipaddress.ip_network(self._settings["cidr"])
        prefix = 24 if whole.prefixlen <= 20 else whole.prefixlen + 4
        found = next(itertools.islice(whole.subnets(new_prefix=min(prefix, 28)), number, None), None)
        if found is None:
            raise AnsibleFilterError(
                f"{whole} is too small for its subnets: give a larger network_cidr, or network_public_cidrs and "
                "network_private_cidrs."
            )
        return str(found)

    def _nat_names(self, infix: str = "") -> list[str]:
        return [f"{self._name}-{infix}{number}" for number in range(1, len(self._private) + 1)]

    def _zonal_gateways(self) -> int:
        """How many NAT gateways stand in a subnet."""
        if not self._ours(self._private):
            return 0
        return {"nat_per_az": min(len(self._private), len(self._public)), "nat_single": 1}.get(self._mode, 0)

    def _addresses(self) -> dict[str, t.Any]:
        return {name: {} for name in self._nat_names("nat-")[: self._zonal_gateways()]}

    def _nat_gateways(self) -> dict[str, t.Any]:
        if self._settings.get("asleep"):  # the addresses stay, as others may know them
            return {}
        if self._mode == "nat_regional" and self._ours(self._private):
            return {f"{self._name}-regional": {"availability_mode": "regional"}}
        zonal = list(zip(self._nat_names(), self._public, self._nat_names("nat-"), strict=False))
        return {name: {"subnet": subnet, "eip": address} for name, subnet, address in zonal[: self._zonal_gateways()]}

    def _route_tables(self) -> dict[str, t.Any]:
        tables: dict[str, t.Any] = {}
        if self._ours(self._public):
            gateway = self._settings["internet_gateway"]
            tables[f"{self._name}-public"] = {
                "subnets": self._ours(self._public),
                "routes": [{"destination": EVERYWHERE, "internet_gateway": gateway}],
            }
        gateways = list(self._nat_gateways())
        for index, subnet in enumerate(self._private):
            if subnet in self._ours(self._private):
                routes = (
                    [{"destination": EVERYWHERE, "nat_gateway": gateways[index % len(gateways)]}] if gateways else []
                )
                tables[f"{self._name}-private-{index + 1}"] = {"subnets": [subnet], "routes": routes}
        return tables

    def _endpoint_services(self) -> dict[str, bool]:
        return {**ENDPOINTS, **{name: boolean(wanted) for name, wanted in self._settings["endpoints"].items()}}

    def _endpoint_names(self) -> list[str]:
        return [f"{self._name}-{service}" for service in self._endpoint_services()]

    def _interface_endpoints(self) -> dict[str, t.Any]:
        if self._mode != "endpoints" or not self._ours(self._private):
            return {}
        return {
            f"{self._name}-{service}": {
                "service": service,
                "type": "Interface",
                "subnets": self._settings["endpoint_subnets"] or self._private,
                "security_groups": list(self._settings["endpoint_groups"]),
                "private_dns": True,
            }
            for service, wanted in self._endpoint_services().items()
            if wanted
        }

    def _gateway_endpoints(self, tables: dict[str, t.Any]) -> dict[str, t.Any]:
        if not tables:
            return {}
        return {f"{self._name}-s3": {"service": "s3", "type": "Gateway", "route_tables": sorted(tables)}}

    @staticmethod
    def _ours(subnets: list[str]) -> list[str]:
        return [name for name in subnets if not _is_id("subnet", name)]


def _is_id(prefix: str, name: str) -> bool:
    return bool(re.match(rf"^{prefix}-[0-9a-f]+$", name))


def _divided(wanted: dict[str, t.Any], names: list[str]) -> dict[str, t.Any]:
    """What is wanted, and what has one of our names but is not."""
    return {"wanted": wanted, "surplus": {name: {"state": "absent"} for name in names if name not in wanted}}


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Any]:
        return {"network_layout": network_layout}
