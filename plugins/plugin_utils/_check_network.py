# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about networks: addresses, subnets, zones and the way out.

https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""

from __future__ import annotations

import ipaddress
import itertools
import re
import typing as t

from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.sdt.infra.plugins.filter.network_layout import network_layout
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Host, Inventory, Problem, rule

_INPUTS = (
    "name",
    "vpc",
    "cidr",
    "zones",
    "public_subnets",
    "private_subnets",
    "public_cidrs",
    "private_cidrs",
    "internet_gateway",
    "egress_mode",
    "endpoints",
    "endpoint_subnets",
)
_RESERVED = 5  # addresses AWS keeps in every subnet
_BALANCER = 8  # free addresses a load balancer needs in each of its subnets, which has to be a /27 at least
_ESSENTIAL = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")  # what a task cannot start without
_PUBLIC_REGISTRIES = re.compile(r"^(?!\d{12}\.dkr\.ecr\.)[\w.-]+/")
_ZONE = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")


@rule
def network_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if _network(host["network_cidr"]) is not None:
        return
    yield host.problem(
        "network_cidr", f"{host['network_cidr']!r} is no IPv4 network; it is written like 10.0.0.0/16, host bits zero."
    )


@rule
def network_has_a_size_aws_allows(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    network = _network(host["network_cidr"])
    if network and not 16 <= network.prefixlen <= 28:
        yield host.problem("network_cidr", f"{network} is a /{network.prefixlen}; a VPC has from /16 to /28.")


@rule
def network_is_private(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    network = _network(host["network_cidr"])
    if network and not network.is_private:
        yield host.problem(
            "network_cidr",
            f"{network} belongs to the internet: use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
        )


@rule
def layout_is_possible(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if _network(host["network_cidr"]) is not None:
        try:
            layout(host)
        except AnsibleError as error:
            yield host.problem("network_cidr", str(error))


@rule
def subnets_are_networks(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for variable in ("network_public_cidrs", "network_private_cidrs"):
        for cidr in host[variable]:
            if _network(cidr) is None:
                yield host.problem(variable, f"{cidr!r} is no IPv4 network; it is written like 10.0.1.0/24.")


@rule
def subnets_lie_in_the_vpc(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    vpc = _network(host["network_cidr"])
    for name, subnet in _subnets(host).items():
        if vpc and not subnet.subnet_of(vpc):
            yield host.problem(_where_given(host, subnet), f"{subnet} of {name} lies outside of the VPC {vpc}.")


@rule
def subnets_do_not_overlap(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for (name, subnet), (other, its) in itertools.combinations(_subnets(host).items(), 2):
        if subnet.overlaps(its):
            yield host.problem(_where_given(host, its), f"{its} of {other} overlaps {subnet} of {name}.")


@rule
def subnets_have_a_size_aws_allows(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for name, subnet in _subnets(host).items():
        if not 16 <= subnet.prefixlen <= 28:
            yield host.problem(_where_given(host, subnet), f"{subnet} of {name}: a subnet has from /16 to /28.")


@rule
def public_subnets_have_room_for_a_load_balancer(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    subnets = _subnets(host)
    for name in host["network_public_subnets"]:
        if name in subnets and subnets[name].prefixlen in (28,):
            yield host.problem(
                _where_given(host, subnets[name]),
                f"{subnets[name]} of {name} is too small for a load balancer, which needs a /27 with {_BALANCER} "
                "free addresses.",
            )


@rule
def private_subnets_have_room_for_all_tasks(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if host["network_egress_mode"] == "public_ip":
        return
    subnets = [subnet for name, subnet in _subnets(host).items() if name in host["network_private_subnets"]]
    if not subnets:
        return
    room = sum(subnet.num_addresses - _RESERVED for subnet in subnets)
    others = 2 * len(subnets) + sum(
        len(endpoint["subnets"]) for endpoint in layout(host)["interface_endpoints"]["wanted"].values()
    )
    tasks = sum(
        service.number("ecs_platform_max_tasks") * max(service.number("ecs_platform_maximum_percent"), 100) // 100
        for service in inventory.services
    )
    if tasks + others > room:
        yield host.problem(
            "network_private_cidrs",
            f"the private subnets have room for {room} addresses; {tasks} tasks at most, while all are deployed, "
            f"and {others} for "
            "database and endpoints need more. Give larger networks, or lower service_max_tasks.",
        )


@rule
def zones_are_two_at_least(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if host["network_zones"] and len(set(host["network_zones"])) < 2:
        yield host.problem(
            "network_zones", "load balancer and database need subnets in two zones at least: name two, or none."
        )


@rule
def zones_belong_to_the_region(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for zone in host["network_zones"]:
        if _ZONE.match(zone) and zone[:-1] != host["platform_region"]:
            yield host.problem("network_zones", f"{zone} is no zone of platform_region {host['platform_region']}.")


@rule
def each_kind_of_subnet_is_there_twice(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for variable in ("network_public_subnets", "network_private_subnets"):
        if len(set(host[variable])) < 2:
            yield host.problem(variable, "two subnets at least are needed, in two zones.")


@rule
def environments_do_not_overlap(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    network = _network(host["network_cidr"])
    for name, variables in inventory.neighbours().items():
        other = _network(variables.get("network_cidr"))
        if other and network and network.overlaps(other):
            yield host.problem(
                "network_cidr", f"{network} overlaps {other} of the environment {name}: they could never be connected."
            )


@rule
def reserved_networks_are_left_alone(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    network = _network(host["network_cidr"])
    for name, cidr in host["network_reserved_cidrs"].items():
        other = _network(cidr)
        if other is None:
            yield host.problem("network_reserved_cidrs", f"{cidr!r} of {name} is no IPv4 network, such as 10.0.0.0/16.")
        elif network and network.overlaps(other):
            yield host.problem(
                "network_cidr", f"{network} overlaps {other}, which network_reserved_cidrs keeps for {name}."
            )


@rule
def tasks_reach_what_they_start_with(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if host["network_egress_mode"] != "endpoints":
        return
    missing = [name for name in _ESSENTIAL if not host["network_endpoints"].get(name, True)]
    if missing:
        yield host.problem(
            "network_endpoints",
            f"in the mode endpoints, tasks cannot start without {', '.join(missing)}: they pull images, read "
            "secrets and write logs there.",
        )


@rule
def images_can_be_pulled(inventory: Inventory) -> t.Iterator[Problem]:
    if inventory.network is None or inventory.network["network_egress_mode"] != "endpoints":
        return
    for service in inventory.services:
        images = {"ecs_platform_image": service["ecs_platform_image"]}
        if service.flag("ecs_platform_tracing") and not service.flag("ecs_platform_isolated"):
            images["ecs_platform_tracing_image"] = service["ecs_platform_tracing_image"]
        for variable, image in images.items():
            if image and _PUBLIC_REGISTRIES.match(image):
                yield service.problem(
                    variable,
                    f"in the egress mode endpoints, tasks cannot pull {image}: nothing leads to that registry. "
                    "Copy the image to ECR, or choose another network_egress_mode.",
                )


@rule
def traces_can_be_sent(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if host["network_egress_mode"] != "endpoints" or boolean(host["network_endpoints"].get("xray", False)):
        return
    if any(one.flag("ecs_platform_tracing") and not one.flag("ecs_platform_isolated") for one in inventory.services):
        yield host.problem(
            "network_endpoints", "tracing is on, and without the endpoint xray no trace leaves the network."
        )


@rule
def each_zone_has_a_public_subnet_for_its_nat(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if host["network_egress_mode"] != "nat_per_az":
        return
    public, private = host["network_public_subnets"], host["network_private_subnets"]
    if len(public) < len(private):
        yield host.problem(
            "network_public_subnets",
            f"{len(private)} private subnets with a NAT gateway each need as many public subnets, not {len(public)}.",
        )


@rule
def callers_of_the_load_balancer_are_networks(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    for cidr in host["network_alb_ingress_cidrs"]:
        looks_like_one = re.match(r"^[\d.:a-fA-F]+/\d+$|^[\d.]+$", str(cidr))
        if looks_like_one and _any_network(cidr) is None:
            yield host.problem("network_alb_ingress_cidrs", f"{cidr!r} is no network, such as 203.0.113.0/24.")


def _network(text: t.Any) -> ipaddress.IPv4Network | None:
    network = _any_network(text)
    return network if isinstance(network, ipaddress.IPv4Network) else None


def _any_network(text: t.Any) -> t.Any:
    try:
        return ipaddress.ip_network(str(text)) if "/" in str(text) else None
    except ValueError:
        return None


def layout(host: Host) -> dict[str, t.Any]:
    """The parts of the network, as the role network works them out, but for groups of endpoints: no rule asks."""
    return network_layout({**{name: host[f"network_{name}"] for name in _INPUTS}, "endpoint_groups": []})


def _subnets(host: Host) -> dict[str, ipaddress.IPv4Network]:
    """The subnets of ours by their names, without those whose network is no network."""
    if _network(host["network_cidr"]) is None:
        return {}
    try:
        subnets = layout(host)["subnets"]
    except AnsibleError:
        return {}  # layout_is_possible says so
    networks = {name: _network(options["cidr"]) for name, options in subnets.items()}
    return {name: network for name, network in networks.items() if network is not None}


def _where_given(host: Host, subnet: ipaddress.IPv4Network) -> str:
    """The variable this network comes from."""
    for variable in ("network_public_cidrs", "network_private_cidrs"):
        if str(subnet) in host[variable]:
            return variable
    return "network_cidr"
