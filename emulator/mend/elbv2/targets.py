# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The health of targets: initial until a check has passed, draining as long as the deregistration delay says.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup

from emulator.clock import Stage, clock
from emulator.registry import mend, state

DELAY = "deregistration_delay.timeout_seconds"
WHY = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": (
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
    ),
}


def health(group: FakeTargetGroup) -> dict[str, str]:
    """The state of each registered target."""
    return state(group, "health")


def _draining(group: FakeTargetGroup) -> dict[str, dict[str, Any]]:
    return state(group, "draining")


def _group(group: FakeTargetGroup) -> tuple[Any, str]:
    return group, "targets"


@mend(FakeTargetGroup)
def register(original: Any, self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
    new = [target["Id"] for target in targets if target["Id"] not in self.targets]
    original(self, targets)
    for target in new:
        _draining(self).pop(target, None)
        # A newly registered target has to pass one health check.
        check = Stage("initial", "elbv2.target.initial", seconds=float(self.health_check_interval_seconds))
        clock.begin(_group(self), target, check, enter=partial(health(self).__setitem__, target), last="healthy")


@mend(FakeTargetGroup)
def deregister(original: Any, self: FakeTargetGroup, targets: list[dict[str, Any]]) -> None:
    registered = dict(self.targets)
    original(self, targets)
    for target in targets:
        name = target["Id"]
        health(self).pop(name, None)
        clock.cancel(_group(self), name)
        if self.load_balancer_arns:
            _draining(self)[name] = registered[name]
            leave = partial(_draining(self).pop, name, None)
            delay = Stage("draining", "elbv2.target.draining", leave, seconds=float(self.attributes.get(DELAY, 300)))
            clock.begin(_group(self), name, delay)


@mend(ELBv2Backend)
def describe_target_health(
    original: Any, self: ELBv2Backend, target_group_arn: str, targets: list[dict[str, Any]]
) -> list[FakeHealthStatus]:
    group = self.target_groups.get(target_group_arn)
    if group is not None:
        clock.look(_group(group))
        targets = targets or [*group.targets.values(), *_draining(group).values()]
        if not targets:
            return []
    return [_seen(group, status) for status in original(self, target_group_arn, targets)]


def _seen(group: FakeTargetGroup, status: FakeHealthStatus) -> FakeHealthStatus:
    known = status.instance_id
    if known in _draining(group):
        found = "draining"
        status.port = _draining(group)[known]["Port"]
    elif not group.load_balancer_arns:
        found = "unused"
    elif status.status == "healthy":
        found = health(group).get(known, "healthy")
    else:
        return status
    status.status = found
    status.reason, status.description = WHY.get(found, (None, None))
    return status
