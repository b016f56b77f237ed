# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Elastic Load Balancing: health checks, targets, actions, conditions, and how many of each."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import is_address, quota

API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference"
QUOTAS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
LISTENERS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html"
CONDITIONS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html"
RULES_PER_BALANCER = 100
GROUPS_PER_ACTION = 5
GROUPS_PER_BALANCER = 5  # security groups
LONGEST_STICKINESS = 604800
WEB = ("HTTP", "HTTPS")
FINAL = ("fixed-response", "forward", "redirect")
WITH_ACTIONS = ("CreateListener", "ModifyListener", "CreateRule", "ModifyRule")
PATH = re.compile(r"[\w.\-$/~\"'@:+&*?]+", re.ASCII)
HOST = re.compile(r"[A-Za-z0-9.*?-]+")
MATCHER = re.compile(r"\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*")
LOWEST_CODE, HIGHEST_CODE = 200, 499


def _invalid(message: str) -> Refused:
    return Refused("ValidationError", message)


def _group_of(request: Request) -> Any:
    return request.backend("elbv2").target_groups.get(request.get("TargetGroupArn"))


def _protocol(request: Request) -> str | None:
    """The protocol of the target group that is made or changed."""
    group = _group_of(request)
    return request.get("Protocol") or (group.protocol if group else None)


# Target groups


@rule("elbv2", "CreateTargetGroup", "ModifyTargetGroup", docs=f"{API}/API_CreateTargetGroup.html")
def health_check_path(request: Request) -> None:
    """The path of a health check begins with a slash."""
    path = request.get("HealthCheckPath")
    if path is not None and not path.startswith("/") and request.get("ProtocolVersion") != "GRPC":
        raise _invalid(f"Health check path '{path}' must start with a '/'")


@rule("elbv2", "CreateTargetGroup", "ModifyTargetGroup", docs=f"{API}/API_CreateTargetGroup.html")
def health_check_port(request: Request) -> None:
    """The port of a health check is traffic-port or a number from 1 to 65535."""
    port = request.get("HealthCheckPort")
    if port is None or port == "traffic-port" or (port.isdigit() and 1 <= int(port) <= 65535):
        return
    raise _invalid(f"Health check port '{port}' must be 'traffic-port' or a number between '1-65535' inclusive")


@rule("elbv2", "CreateTargetGroup", "ModifyTargetGroup", docs=f"{API}/API_CreateTargetGroup.html")
def health_check_protocol(request: Request) -> None:
    """Targets of an Application Load Balancer are checked by HTTP or HTTPS."""
    wanted = request.get("HealthCheckProtocol")
    if wanted is not None and wanted not in WEB and _protocol(request) in WEB:
        raise _invalid(f"Health check protocol '{wanted}' must be one of [{', '.join(WEB)}]")


@rule("elbv2", "CreateTargetGroup", "ModifyTargetGroup", docs=f"{API}/API_Matcher.html")
def health_check_matcher(request: Request) -> None:
    """A healthy target of an Application Load Balancer answers with HTTP codes from 200 to 499."""
    codes = request.get("Matcher", {}).get("HttpCode")
    if codes is None or _protocol(request) not in WEB or request.get("ProtocolVersion") == "GRPC":
        return
    if not MATCHER.fullmatch(codes):
        raise _invalid(f"Health check matcher HTTP code '{codes}' is not valid")
    for code in re.findall(r"\d+", codes):
        if not LOWEST_CODE <= int(code) <= HIGHEST_CODE:
            raise _invalid(
                f"Health check matcher HTTP code '{code}' must be within '{LOWEST_CODE}-{HIGHEST_CODE}' inclusive"
            )


@rule("elbv2", "RegisterTargets", docs=f"{API}/API_TargetDescription.html")
def target_address(request: Request) -> None:
    """A target of a target group for addresses is an IP address."""
    group = _group_of(request)
    if group is None or group.target_type != "ip":
        return
    for target in request["Targets"]:
        if not is_address(target["Id"]):
            raise _invalid(f"The IP address '{target['Id']}' is not a valid IPv4 or IPv6 address")


# Load balancers


def _balancer(request: Request) -> Any:
    return request.backend("elbv2").load_balancers.get(request.get("LoadBalancerArn"))


def _for_web(request: Request) -> bool:
    balancer = _balancer(request)
    return (balancer.type if balancer else request.get("Type", "application")) == "application"


def _subnets(request: Request) -> list[Any]:
    """The subnets that are asked for; none where one of them does not exist, which the operation itself refuses."""
    wanted = [*request.get("Subnets", []), *(one["SubnetId"] for one in request.get("SubnetMappings", []))]
    known = {subnet.id: subnet for zone in request.backend("ec2").subnets.values() for subnet in zone.values()}
    return [known[one] for one in wanted] if wanted and known.keys() >= set(wanted) else []


@rule("elbv2", "CreateLoadBalancer", "SetSubnets", docs=f"{API}/API_CreateLoadBalancer.html")
def subnets_of_one_network(request: Request) -> None:
    """The subnets of a load balancer are all in one VPC, which stays the same."""
    balancer = _balancer(request)
    places = {subnet.vpc_id for subnet in _subnets(request)} | ({balancer.vpc_id} if balancer else set())
    if len(places) > 1:
        raise Refused("InvalidSubnet", "All subnets must belong to the same VPC")


@rule("elbv2", "CreateLoadBalancer", "SetSubnets", docs=f"{API}/API_CreateLoadBalancer.html")
def one_subnet_of_a_zone(request: Request) -> None:
    """A load balancer has one subnet of each zone it is in."""
    zones = [subnet.availability_zone for subnet in _subnets(request)]
    if len(set(zones)) < len(zones):
        raise Refused(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )


@rule("elbv2", "CreateLoadBalancer", "SetSubnets", docs=f"{API}/API_CreateLoadBalancer.html")
def two_zones(request: Request) -> None:
    """An Application Load Balancer is in two zones at least."""
    subnets = _subnets(request)
    if subnets and _for_web(request) and len({subnet.availability_zone for subnet in subnets}) < 2:
        raise _invalid("At least two subnets in two different Availability Zones must be specified")


@rule("elbv2", "CreateLoadBalancer", "SetSubnets", docs=f"{API}/API_CreateLoadBalancer.html")
def way_to_the_internet(request: Request) -> None:
    """A load balancer that faces the internet is in a VPC with an internet gateway."""
    balancer = _balancer(request)
    scheme = balancer.scheme if balancer else request.get("Scheme", "internet-facing")
    gateways = request.backend("ec2").internet_gateways.values()
    connected = {gateway.vpc.id for gateway in gateways if gateway.vpc}
    places = [subnet.vpc_id for subnet in _subnets(request)]
    if scheme == "internet-facing" and places and places[0] not in connected:
        raise Refused("InvalidSubnet", f"VPC {places[0]} has no internet gateway")


@rule("elbv2", "CreateLoadBalancer", "SetSecurityGroups", docs=f"{API}/API_CreateLoadBalancer.html")
def security_groups_of_the_network(request: Request) -> None:
    """The security groups of a load balancer are those of its VPC."""
    balancer = _balancer(request)
    places = [balancer.vpc_id] if balancer else [subnet.vpc_id for subnet in _subnets(request)]
    for name in request.get("SecurityGroups", []) if places else []:
        group = request.backend("ec2").get_security_group_from_id(name)
        if group is not None and group.vpc_id != places[0]:
            raise Refused("InvalidSecurityGroup", f"The security group '{name}' does not belong to VPC '{places[0]}'")


@rule("elbv2", "CreateLoadBalancer", "SetSecurityGroups", docs=QUOTAS)
def security_groups(request: Request) -> None:
    """A load balancer has up to 5 security groups."""
    if len(request.get("SecurityGroups", [])) > GROUPS_PER_BALANCER:
        raise Refused(
            "InvalidConfigurationRequest",
            f"A load balancer cannot have more than '{GROUPS_PER_BALANCER}' security groups",
        )


@rule("elbv2", "CreateListener", docs=QUOTAS)
def listeners_per_load_balancer(request: Request) -> None:
    """A load balancer has no more listeners than the quota, 50 unless it was raised."""
    balancer = request.backend("elbv2").load_balancers.get(request["LoadBalancerArn"])
    if balancer and len(balancer.listeners) >= quota(request, "elasticloadbalancing", "L-B6DF7632"):
        raise Refused("TooManyListeners", "The maximum number of listeners has been reached for the load balancer")


@rule("elbv2", "CreateRule", docs=QUOTAS)
def rules_per_load_balancer(request: Request) -> None:
    """A load balancer has up to 100 rules beside the default ones of its listeners."""
    balancer, _listener = _place(request)
    if balancer is None:
        return
    rules = sum(not one.is_default for listener in balancer.listeners.values() for one in listener.rules.values())
    if rules >= RULES_PER_BALANCER:
        raise Refused("TooManyRules", "The maximum number of rules has been reached for the load balancer")


def _place(request: Request) -> tuple[Any, Any]:
    """The load balancer and the listener a request is about, or None and None."""
    for balancer in request.backend("elbv2").load_balancers.values():
        listener = balancer.listeners.get(request.get("ListenerArn"))
        if listener is not None:
            return balancer, listener
    return None, None


# Actions


def _actions(request: Request) -> list[dict[str, Any]]:
    return request.get("DefaultActions") or request.get("Actions") or []


def _forwards(request: Request) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The forward configurations with their target groups."""
    for action in _actions(request):
        if action.get("Type") == "forward":
            config = action.get("ForwardConfig") or {}
            yield config, config.get("TargetGroups") or [{"TargetGroupArn": action.get("TargetGroupArn")}]


@rule("elbv2", *WITH_ACTIONS, docs=f"{API}/API_Action.html")
def one_final_action(request: Request) -> None:
    """A rule has exactly one action that forwards, redirects or answers, and it is the last one."""
    actions = sorted(_actions(request), key=lambda action: action.get("Order") or 1)
    if not actions:
        return
    final = [action.get("Type") in FINAL for action in actions]
    if sum(final) != 1 or not final[-1]:
        raise Refused(
            "InvalidLoadBalancerAction",
            "Exactly one action must be of type forward, redirect or fixed-response, and it must be the last one",
        )


@rule("elbv2", *WITH_ACTIONS, docs=QUOTAS)
def groups_per_action(request: Request) -> None:
    """A forward action has up to 5 target groups."""
    for _config, groups in _forwards(request):
        if len(groups) > GROUPS_PER_ACTION:
            raise _invalid(f"A forward action cannot have more than '{GROUPS_PER_ACTION}' target groups")


@rule("elbv2", *WITH_ACTIONS, docs=f"{API}/API_TargetGroupTuple.html")
def forward_weight(request: Request) -> None:
    """The weight of a target group is from 0 to 999."""
    for _config, groups in _forwards(request):
        for group in groups:
            if not 0 <= (group.get("Weight") or 0) <= 999:
                raise _invalid(f"The weight '{group['Weight']}' of a target group must be between '0-999' inclusive")


@rule("elbv2", *WITH_ACTIONS, docs=f"{API}/API_TargetGroupStickinessConfig.html")
def forward_stickiness(request: Request) -> None:
    """Stickiness to a target group lasts from 1 second to 7 days."""
    for config, _groups in _forwards(request):
        stickiness = config.get("TargetGroupStickinessConfig") or {}
        duration = stickiness.get("DurationSeconds")
        if stickiness.get("Enabled") and not 1 <= (duration or 0) <= LONGEST_STICKINESS:
            raise _invalid(f"The stickiness duration '{duration}' must be between '1-{LONGEST_STICKINESS}' inclusive")


@rule("elbv2", *WITH_ACTIONS, docs=LISTENERS)
def listener_and_target_protocol(request: Request) -> None:
    """A listener for HTTP or HTTPS forwards to target groups for HTTP or HTTPS."""
    _balancer, listener = _place(request)
    protocol = request.get("Protocol") or (listener.protocol if listener else None)
    for _config, groups in _forwards(request):
        for one in groups:
            group = request.backend("elbv2").target_groups.get(one.get("TargetGroupArn"))
            if group is not None and protocol in WEB and group.protocol not in (*WEB, None):
                raise Refused(
                    "IncompatibleProtocols",
                    f"The listener protocol '{protocol}' is not supported with a target group with the protocol "
                    f"'{group.protocol}'",
                )


@rule("elbv2", *WITH_ACTIONS, docs=f"{API}/API_RedirectActionConfig.html")
def redirect_port(request: Request) -> None:
    """A redirection goes to a port from 1 to 65535 or to the one it came to."""
    for action in _actions(request):
        port = (action.get("RedirectConfig") or {}).get("Port")
        if port is None or port == "#{port}" or (port.isdigit() and 1 <= int(port) <= 65535):
            continue
        raise _invalid(f"The redirect port '{port}' must be '#{{port}}' or between '1-65535' inclusive")


# Conditions


def _values(request: Request, field: str, config: str) -> list[str]:
    found = [one for one in request.get("Conditions", []) if one.get("Field", field) == field]
    return [value for one in found for value in (one.get(config) or {}).get("Values") or one.get("Values") or []]


@rule("elbv2", "CreateRule", "ModifyRule", docs=CONDITIONS)
def path_pattern(request: Request) -> None:
    """A path pattern has letters, digits, wildcards and the signs AWS names."""
    for value in _values(request, "path-pattern", "PathPatternConfig"):
        if not PATH.fullmatch(value):
            raise _invalid(f"The path pattern '{value}' contains characters that are not valid")


@rule("elbv2", "CreateRule", "ModifyRule", docs=CONDITIONS)
def host_pattern(request: Request) -> None:
    """A host name condition has letters, digits, hyphens and wildcards, and a dot with letters behind it."""
    for value in _values(request, "host-header", "HostHeaderConfig"):
        if not HOST.fullmatch(value) or "." not in value:
            raise _invalid(f"The host header '{value}' is not a valid host name")


@rule("elbv2", "CreateRule", "ModifyRule", docs=CONDITIONS)
def source_network(request: Request) -> None:
    """A source condition is a network in CIDR notation."""
    for value in _values(request, "source-ip", "SourceIpConfig"):
        try:
            ipaddress.ip_network(value, strict=False)
        except ValueError:
            network = False
        else:
            network = "/" in value
        if not network:
            raise _invalid(f"The source IP '{value}' must be in CIDR format")
