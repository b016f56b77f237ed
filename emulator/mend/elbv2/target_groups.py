# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Target groups: their attributes, and who uses them."""

from __future__ import annotations

from moto.elbv2.exceptions import InvalidConfigurationRequest, TargetGroupNotFoundError, ValidationError
from moto.elbv2.models import ELBv2Backend, FakeTargetGroup, elbv2_backends
from moto.elbv2.responses import ELBV2Response

from emulator.registry import RegistryError, mend

ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
CHOICES = {
    "load_balancing.algorithm.anomaly_mitigation": ("on", "off"),
    "load_balancing.algorithm.type": ("round_robin", "least_outstanding_requests", "weighted_random"),
    "load_balancing.cross_zone.enabled": ("true", "false", "use_load_balancer_configuration"),
    "stickiness.enabled": ("true", "false"),
}
RANGES = {
    "deregistration_delay.timeout_seconds": (0, 3600),
    "stickiness.app_cookie.duration_seconds": (1, 604800),
    "stickiness.lb_cookie.duration_seconds": (1, 604800),
}


@mend(ELBv2Backend)
def create_target_group(original, self, name, **kwargs):
    if kwargs.get("protocol") in ("HTTP", "HTTPS"):
        kwargs["protocol_version"] = kwargs.get("protocol_version") or "HTTP1"
    group = original(self, name, **kwargs)
    if group.protocol in ("HTTP", "HTTPS"):
        group.attributes = dict(ATTRIBUTES)
        group.protocol_version = kwargs["protocol_version"]
    return group


@mend(ELBV2Response)
def modify_target_group_attributes(original, self):
    original(self)
    # AWS answers with all attributes, not with those of the request.
    return self.describe_target_group_attributes()


@mend(ELBv2Backend, "modify_target_group_attributes")
def check_attributes(original, self, target_group_arn, attributes):
    group = self.target_groups.get(target_group_arn)
    if group is None:
        raise TargetGroupNotFoundError
    if group.protocol in ("HTTP", "HTTPS"):
        for key, value in attributes.items():
            _check_attribute(key, value)
        _check_together({**group.attributes, **attributes})
    return original(self, target_group_arn, attributes)


def _check_attribute(key: str, value: str) -> None:
    if key not in ATTRIBUTES:
        raise ValidationError(f"Target group attribute key '{key}' is not recognized")
    if value not in CHOICES.get(key, (value,)):
        raise ValidationError(f"'{key}' value '{value}' must be one of [{', '.join(CHOICES[key])}]")
    if key in RANGES:
        least, most = RANGES[key]
        if not value.isdigit() or not least <= int(value) <= most:
            raise ValidationError(f"'{key}' value '{value}' must be between '{least}-{most}' inclusive")
    if key == "slow_start.duration_seconds" and value != "0" and not (value.isdigit() and 30 <= int(value) <= 900):
        raise ValidationError(f"'{key}' value '{value}' must be '0' or between '30-900' inclusive")


def _check_together(wanted: dict[str, str]) -> None:
    algorithm = wanted["load_balancing.algorithm.type"]
    if wanted["slow_start.duration_seconds"] != "0" and algorithm != "round_robin":
        raise InvalidConfigurationRequest(f"You cannot enable both slow start and the algorithm '{algorithm}'")
    if wanted["load_balancing.algorithm.anomaly_mitigation"] == "on" and algorithm != "weighted_random":
        raise InvalidConfigurationRequest("Anomaly mitigation needs the algorithm 'weighted_random'")


@mend(ELBv2Backend)
def modify_target_group(original, self, arn, *args, **kwargs):
    before = dict(vars(self.target_groups[arn])) if arn in self.target_groups else {}
    group = original(self, arn, *args, **kwargs)
    timeout, interval = group.health_check_timeout_seconds, group.health_check_interval_seconds
    if group.protocol in ("HTTP", "HTTPS") and int(timeout) >= int(interval):
        vars(group).update(before)
        raise ValidationError(f"Health check timeout '{timeout}' must be smaller than the interval '{interval}'")
    return group


def _users(group: FakeTargetGroup) -> list[str]:
    """The load balancers with a listener or rule that forwards to the group."""
    backend = elbv2_backends[group.account_id][group.region_name]
    return [
        balancer.arn
        for balancer in backend.load_balancers.values()
        if any(
            group.arn in backend._get_target_group_arns_from(action_data=action.data)
            or group.arn
            in [one["TargetGroupArn"] for one in action.data.get("ForwardConfig", {}).get("TargetGroups", [])]
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
        )
    ]


if "load_balancer_arns" not in FakeTargetGroup.__init__.__code__.co_names:
    raise RegistryError("moto no longer keeps FakeTargetGroup.load_balancer_arns, which emulator.mend.elbv2 replaces.")
# moto only ever adds to its list; AWS says who uses the group now.
setattr(FakeTargetGroup, "load_balancer_arns", property(_users, lambda _self, _value: None))  # noqa: B010
