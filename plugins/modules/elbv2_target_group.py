#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_target_group
version_added: 0.1.0
short_description: Manage a target group of an Application Load Balancer
description:
  - Creates, changes and deletes a target group, its health check and attributes.
  - AWS can never change the VPC, protocol and port of a target group. Let P(sdt.infra.resource_name#filter) put a hash of
    them into the name; then a change makes a new target group, and O(supersedes) removes the old one when nothing uses
    it any more.
  - See U(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description:
      - Name of the target group, unique in the region.
      - At most 32 letters, digits and hyphens.
    type: str
  vpc:
    description:
      - Name or id of the VPC the targets are in. AWS cannot change it later.
      - Required when the target group is created.
    type: str
  protocol:
    description: How the load balancer speaks to the targets. AWS cannot change it later.
    type: str
    choices: [HTTP, HTTPS]
    default: HTTP
  protocol_version:
    description: Version of the protocol. AWS cannot change it later. A new target group has V(HTTP1).
    type: str
    choices: [HTTP1, HTTP2, GRPC]
  port:
    description:
      - Port of the targets, where a target has none of its own. AWS cannot change it later.
      - Required when the target group is created.
    type: int
  target_type:
    description:
      - What targets are; tasks of ECS on Fargate are V(ip), a function V(lambda), which has no O(vpc), O(port) and O(protocol). AWS cannot change
        it later.
    type: str
    choices: [ip, instance, lambda]
    default: ip
  ip_address_type:
    description: Addresses of the targets. AWS cannot change it later. A new target group has V(ipv4).
    type: str
    choices: [ipv4, ipv6]
  health_check:
    description: How AWS finds out whether a target may get requests.
    type: dict
    suboptions:
      path:
        description: Path that is asked for; AWS's own default is C(/).
        type: str
      port:
        description: Port that is asked, or V(traffic-port), which is AWS's own default.
        type: str
      protocol:
        description: How it is asked; AWS's own default is O(protocol).
        type: str
        choices: [HTTP, HTTPS]
      matcher:
        description: Status codes of a healthy target, such as V(200), V(200,202) or V(200-299).
        type: str
      interval:
        description: Seconds between two checks, 5 to 300. AWS's own default is 30.
        type: int
      timeout:
        description: Seconds a target has to answer, 2 to 120, less than the interval. AWS's own default is 5.
        type: int
      healthy_threshold:
        description: Good answers until a target is healthy, 2 to 10. AWS's own default is 5.
        type: int
      unhealthy_threshold:
        description: Bad answers until a target is unhealthy, 2 to 10. AWS's own default is 2.
        type: int
  deregistration_delay:
    description:
      - Seconds a target that is taken out may finish its requests, 0 to 3600. AWS's own default is 300.
      - It should be less than the time a container has to stop.
    type: int
  algorithm:
    description: How a target is chosen. AWS's own default is V(round_robin).
    type: str
    choices: [round_robin, least_outstanding_requests, weighted_random]
  anomaly_mitigation:
    description: Whether failing targets get less; only with O(algorithm=weighted_random).
    type: bool
  slow_start:
    description:
      - Seconds in which a new target gets its share step by step, 30 to 900; 0 is off.
      - Only with O(algorithm=round_robin).
    type: int
  stickiness:
    description: Whether a client stays with its target.
    type: dict
    suboptions:
      enabled:
        description: Whether clients are kept.
        type: bool
        default: true
      type:
        description: Whose cookie is used, one of the load balancer or one of the application.
        type: str
        choices: [lb_cookie, app_cookie]
        default: lb_cookie
      duration:
        description: Seconds a client is kept, 1 to 604800. AWS's own default is 86400.
        type: int
      cookie_name:
        description: Name of the cookie of the application; required for V(app_cookie).
        type: str
  cross_zone:
    description: Whether requests go to the targets of all zones, or to those of the zone they came in.
    type: str
    choices: [use_load_balancer_configuration, "true", "false"]
  function:
    description: Name or ARN of the function that answers, with O(target_type=lambda). It has to let Elastic Load Balancing invoke it.
    type: str
  supersedes:
    description:
      - The C(Name) tag of the target groups this one takes the place of.
      - All others with this tag are removed once no listener forwards to them and they have no targets.
      - With O(state=absent) they are removed beside the one called O(name), which may be missing.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Create a target group for the tasks of a service
  sdt.infra.elbv2_target_group:
    name: "{{ 'sdt-prod-auth-service' | sdt.infra.resource_name(32, {'vpc': 'sdt-prod', 'port': 8080}) }}"
    vpc: sdt-prod
    port: 8080
    health_check:
      path: /health
      interval: 15
      healthy_threshold: 2
      unhealthy_threshold: 3
    deregistration_delay: 30
    supersedes: sdt-prod-auth-service
    tags:
      Name: sdt-prod-auth-service

- name: Remove it
  sdt.infra.elbv2_target_group:
    name: sdt-prod-auth-service-1a2b3c4d
    state: absent
"""

RETURN = r"""
target_group:
  description: The target group. Missing when O(each) is used; see RV(resources).
  returned: when a single target group is managed
  type: dict
  contains:
    arn:
      description: ARN of the target group.
      type: str
      sample: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sdt-prod-auth-service-1a2b3c4d/0123456789abcdef
    arn_suffix:
      description: The part of the ARN that is the dimension TargetGroup of CloudWatch metrics.
      type: str
      sample: targetgroup/sdt-prod-auth-service-1a2b3c4d/0123456789abcdef
    name:
      description: Name of the target group.
      type: str
    load_balancers:
      description: ARNs of the load balancers that forward to it.
      type: list
      elements: str
    superseded:
      description: Names of the target groups with the tag O(supersedes) that nothing uses any more and that are still there.
      type: list
      elements: str
resources:
  description: Every managed resource by its name, with the keys of RV(target_group).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "target_group", "name": "sdt-prod-auth-service-1a2b3c4d", "fields": ["port"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import (
    Elbv2Resource,
    attribute_list,
    attribute_map,
    from_text,
    steadily,
    tags_of,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

# option -> key of the attribute
_ATTRIBUTES = {
    "deregistration_delay": "deregistration_delay.timeout_seconds",
    "algorithm": "load_balancing.algorithm.type",
    "anomaly_mitigation": "load_balancing.algorithm.anomaly_mitigation",
    "slow_start": "slow_start.duration_seconds",
    "cross_zone": "load_balancing.cross_zone.enabled",
}

# suboption of health_check -> parameter of CreateTargetGroup and ModifyTargetGroup
_HEALTH_CHECK = {
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthy_threshold": "HealthyThresholdCount",
    "unhealthy_threshold": "UnhealthyThresholdCount",
}

_IN_USE = "ResourceInUse"
_PATIENCE = 20  # seconds; a rule that was just deleted may still count as a user
_COMMON_PREFIX = 20  # characters that a shortened name shares with the tag it was made from


class TargetGroup(Elbv2Resource):
    kind = "target group"
    key = "target_group"
    serves = True
    fields = (
        "vpc",
        "protocol",
        "protocol_version",
        "port",
        "target_type",
        "ip_address_type",
        "health_check",
        *_ATTRIBUTES,
        "stickiness",
        "function",
        "superseded",
    )
    create_only = frozenset({"vpc", "protocol", "protocol_version", "port", "target_type", "ip_address_type"})
    computed = ("arn", "arn_suffix")

    def find(self) -> State | None:
        return steadily(self.aws, self._find)

    def _find(self) -> State | None:
        every = self.aws.read("elbv2", "describe_target_groups", "TargetGroups") or []
        ours = {one["TargetGroupName"]: one for one in every if one["TargetGroupName"] in self.peers}
        superseded = self._superseded(every)
        found = ours.get(self.name)
        if found is None:
            return {"name": self.name, "arn": "", "superseded": superseded} if superseded else None
        arn = found["TargetGroupArn"]
        answer = self.aws.read("elbv2", "describe_target_group_attributes", "Attributes", TargetGroupArn=arn)
        attributes = attribute_map(answer)
        return {
            "arn": arn,
            "arn_suffix": arn.rpartition(":")[2],
            "name": self.name,
            "load_balancers": sorted(found.get("LoadBalancerArns", [])),
            "superseded": superseded,
            "vpc": found.get("VpcId"),
            "protocol": found.get("Protocol"),
            "protocol_version": found.get("ProtocolVersion"),
            "port": found.get("Port"),
            "target_type": found["TargetType"],
            "function": self._function(arn) if found["TargetType"] == "lambda" else None,
            "ip_address_type": found.get("IpAddressType"),
            "health_check": _health_check(found),
            "tags": self.tags_among(arn, [one["TargetGroupArn"] for one in ours.values()]),
            "stickiness": _stickiness(attributes),
            **{option: _attribute(option, attributes.get(key)) for option, key in _ATTRIBUTES.items()},
        }

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("target_type") == "lambda":
            desired = {name: value for name, value in desired.items() if name not in ("vpc", "protocol", "port")}
        if desired.get("function") and not desired["function"].startswith("arn:"):
            desired["function"] = self.aws.arn("lambda", f"function:{desired['function']}")
        if "vpc" in desired:
            desired["vpc"] = resolve(self.aws, "vpc", desired["vpc"])
        if self.options.get("supersedes"):
            desired["superseded"] = []
        self._check(desired)
        return desired

    def leaving(self, state: State) -> bool:
        """Where there are only target groups it takes the place of, it does not exist itself yet."""
        return not state["arn"] and self.options["state"] == "present"

    def gone(self, state: State | None) -> bool:
        return state is None or self.leaving(state)

    def create(self, desired: State) -> None:
        needed = ("function",) if desired["target_type"] == "lambda" else ("vpc", "port")
        missing = [name for name in needed if name not in desired]
        if missing:
            raise InfraError(f"Target group {self.name} does not exist; give {' and '.join(missing)} to create it.")
        optional = {
            "vpc": "VpcId",
            "protocol": "Protocol",
            "port": "Port",
            "protocol_version": "ProtocolVersion",
            "ip_address_type": "IpAddressType",
        }
        made = self.aws.write(
            "elbv2",
            "create_target_group",
            Name=self.name,
            TargetType=desired["target_type"],
            **{parameter: desired[option] for option, parameter in optional.items() if option in desired},
            **_write_health_check(desired.get("health_check", {}), desired.get("protocol_version")),
            **self.tag_list(desired),
        )["TargetGroups"][0]
        self._set_attributes(made["TargetGroupArn"], desired)
        self._set_function(made["TargetGroupArn"], desired)
        self._delete_superseded()

    def update(self, current: State, changes: State) -> None:
        if "health_check" in changes:
            self.aws.write(
                "elbv2",
                "modify_target_group",
                TargetGroupArn=current["arn"],
                **_write_health_check(changes["health_check"], current["protocol_version"]),
            )
        self._set_attributes(current["arn"], changes)
        self._set_function(current["arn"], changes)
        if "superseded" in changes:
            self._delete_superseded()

    def delete(self, current: State) -> None:
        if current["arn"]:
            self._delete_one(current["arn"])
        self._delete_superseded()

    def _delete_one(self, arn: str) -> None:
        missing = ("TargetGroupNotFound",)
        try:
            self.aws.write(
                "elbv2",
                "delete_target_group",
                missing=missing,
                retry=(_IN_USE,),
                retry_seconds=_PATIENCE,
                TargetGroupArn=arn,
            )
        except AwsError as error:
            if error.code != _IN_USE:
                raise
            raise InfraError(
                f"Target group {arn.split('/')[1]} is in use: a listener or rule still forwards to it. "
                "Point that elsewhere or remove it first, then run again."
            ) from error

    def _function(self, arn: str) -> str | None:
        """The function that answers."""
        found = self.aws.read("elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=arn) or []
        return next((one["Target"]["Id"] for one in found), None)

    def _set_function(self, arn: str, wanted: State) -> None:
        """A group has one function; the permission to invoke it takes a moment to be known."""
        if wanted.get("function"):
            before = self._function(arn)
            if before:
                self.aws.write("elbv2", "deregister_targets", TargetGroupArn=arn, Targets=[{"Id": before}])
            target = [{"Id": wanted["function"]}]
            self.aws.write("elbv2", "register_targets", retry=("permission",), TargetGroupArn=arn, Targets=target)

    # -- the target groups it takes the place of ----------------------------------------------------------------

    def _superseded(self, every: list[dict[str, t.Any]]) -> list[str]:
        """Names of the target groups with the tag that nothing uses any more, ours excepted."""
        tag = self.options.get("supersedes")
        if not tag:
            return []
        candidates = {
            one["TargetGroupArn"]: one["TargetGroupName"]
            for one in every
            if one["TargetGroupName"].startswith(tag[:_COMMON_PREFIX])
            and one["TargetGroupName"] not in self.peers
            and not one.get("LoadBalancerArns")
        }
        tags = tags_of(self.aws, candidates)
        return sorted(
            name
            for arn, name in candidates.items()
            if tags.get(arn, {}).get("Name") == tag and not self._has_targets(arn)
        )

    def _has_targets(self, arn: str) -> bool:
        return bool(self.aws.read("elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=arn))

    def _delete_superseded(self) -> None:
        if not self.options.get("supersedes"):
            return
        every = self.aws.read("elbv2", "describe_target_groups", "TargetGroups") or []
        arns = {one["TargetGroupName"]: one["TargetGroupArn"] for one in every}
        for name in self._superseded(every):
            self._delete_one(arns[name])

    # -- settings -----------------------------------------------------------------------------------------------

    def _check(self, desired: State) -> None:
        """AWS's own messages about these pairs do not name the options."""
        algorithm = desired.get("algorithm", "round_robin")
        sticky = desired.get("stickiness", {})
        check = desired.get("health_check", {})
        problems = {
            "slow_start needs algorithm=round_robin": desired.get("slow_start") and algorithm != "round_robin",
            "anomaly_mitigation needs algorithm=weighted_random": desired.get("anomaly_mitigation")
            and algorithm != "weighted_random",
            "stickiness of type app_cookie needs cookie_name": sticky.get("enabled")
            and sticky.get("type") == "app_cookie"
            and not sticky.get("cookie_name"),
            "the timeout of health_check must be less than its interval": check.get("timeout", 5)
            >= check.get("interval", 30),
        }
        found = [text for text, broken in problems.items() if broken]
        if found:
            raise InfraError(f"Target group {self.name}: {'; '.join(found)}.")

    def _set_attributes(self, arn: str, wanted: State) -> None:
        attributes = {
            key: _write_attribute(option, wanted[option]) for option, key in _ATTRIBUTES.items() if option in wanted
        }
        attributes.update(_write_stickiness(wanted.get("stickiness", {})))
        if attributes:
            self.aws.write(
                "elbv2", "modify_target_group_attributes", TargetGroupArn=arn, Attributes=attribute_list(attributes)
            )


def _attribute(option: str, text: str | None) -> t.Any:
    if option == "anomaly_mitigation":
        return text == "on"
    return text if option == "cross_zone" else from_text(text)


def _write_attribute(option: str, value: t.Any) -> t.Any:
    if option == "anomaly_mitigation":
        return "on" if value else "off"
    return value


def _health_check(group: dict[str, t.Any]) -> State:
    return {
        **{option: group.get(parameter) for option, parameter in _HEALTH_CHECK.items()},
        "matcher": (group.get("Matcher") or {}).get("HttpCode") or (group.get("Matcher") or {}).get("GrpcCode"),
    }


def _write_health_check(check: State, version: str | None) -> dict[str, t.Any]:
    request = {parameter: check[option] for option, parameter in _HEALTH_CHECK.items() if option in check}
    if "matcher" in check:
        request["Matcher"] = {"GrpcCode" if version == "GRPC" else "HttpCode": check["matcher"]}
    return request


def _stickiness(attributes: dict[str, str]) -> State:
    kind = attributes.get("stickiness.type", "lb_cookie")
    return {
        "enabled": attributes.get("stickiness.enabled") == "true",
        "type": kind,
        "duration": from_text(attributes.get(f"stickiness.{kind}.duration_seconds")),
        "cookie_name": attributes.get("stickiness.app_cookie.cookie_name", ""),
    }


def _write_stickiness(sticky: State) -> dict[str, t.Any]:
    if not sticky:
        return {}
    attributes = {"stickiness.enabled": sticky["enabled"], "stickiness.type": sticky["type"]}
    if "duration" in sticky:
        attributes[f"stickiness.{sticky['type']}.duration_seconds"] = sticky["duration"]
    if "cookie_name" in sticky:
        attributes["stickiness.app_cookie.cookie_name"] = sticky["cookie_name"]
    return attributes


def main() -> None:
    run(
        TargetGroup,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"], "default": "HTTP"},
            "protocol_version": {"type": "str", "choices": ["HTTP1", "HTTP2", "GRPC"]},
            "port": {"type": "int"},
            "target_type": {"type": "str", "choices": ["ip", "instance", "lambda"], "default": "ip"},
            "ip_address_type": {"type": "str", "choices": ["ipv4", "ipv6"]},
            "health_check": {
                "type": "dict",
                "options": {
                    "path": {"type": "str"},
                    "port": {"type": "str"},
                    "protocol": {"type": "str", "choices": ["HTTP", "HTTPS"]},
                    "matcher": {"type": "str"},
                    "interval": {"type": "int"},
                    "timeout": {"type": "int"},
                    "healthy_threshold": {"type": "int"},
                    "unhealthy_threshold": {"type": "int"},
                },
            },
            "deregistration_delay": {"type": "int"},
            "algorithm": {
                "type": "str",
                "choices": ["round_robin", "least_outstanding_requests", "weighted_random"],
            },
            "anomaly_mitigation": {"type": "bool"},
            "slow_start": {"type": "int"},
            "stickiness": {
                "type": "dict",
                "options": {
                    "enabled": {"type": "bool", "default": True},
                    "type": {"type": "str", "choices": ["lb_cookie", "app_cookie"], "default": "lb_cookie"},
                    "duration": {"type": "int"},
                    "cookie_name": {"type": "str"},
                },
            },
            "cross_zone": {"type": "str", "choices": ["use_load_balancer_configuration", "true", "false"]},
            "function": {"type": "str"},
            "supersedes": {"type": "str"},
        },
    )


if __name__ == "__main__":
    main()
