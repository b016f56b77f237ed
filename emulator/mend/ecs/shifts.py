# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deployments that lead requests over: blue/green at once, canary in two steps, linear in many.

All new tasks start beside those of before, in the target group without requests; then ECS changes the weights of the
production rule step by step, waits for the bake time, and stops the tasks of before. What goes wrong on the way leads
all requests back at once.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
"""

from __future__ import annotations

import json
from functools import partial
from math import ceil
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.elbv2.models import elbv2_backends

from emulator.clock import Stage, clock
from emulator.mend.ecs import tasks
from emulator.mend.ecs.errors import invalid
from emulator.mend.iam import known_role

ADVANCED = "advancedConfiguration"
NEEDED = ("alternateTargetGroupArn", "productionListenerRule", "roleArn")
MINUTE = 60.0


def shifts(spec: dict[str, Any]) -> bool:
    """Whether a deployment of this service leads requests over."""
    return spec["deploymentConfiguration"].get("strategy", "ROLLING") != "ROLLING"


def check(backend: EC2ContainerServiceBackend, spec: dict[str, Any]) -> None:
    """What AWS refuses."""
    if not shifts(spec):
        return
    settings, strategy = spec["deploymentConfiguration"], spec["deploymentConfiguration"]["strategy"]
    for kind in ("canary", "linear"):
        if strategy == kind.upper() and not settings.get(f"{kind}Configuration"):
            raise invalid(f"{kind}Configuration is required with the deployment strategy {strategy}.")
    for one in spec["loadBalancers"]:
        about = one.get(ADVANCED) or {}
        missing = [name for name in NEEDED if not about.get(name)]
        if missing:
            raise invalid(f"advancedConfiguration needs {', '.join(missing)} with the deployment strategy {strategy}.")
        role = known_role(about["roleArn"])
        if role is None or "ecs.amazonaws.com" not in json.dumps(role.assume_role_policy_document):
            raise invalid("ECS was unable to assume the role of the load balancer's advanced configuration.")
        groups = {group["TargetGroupArn"] for group in _groups(backend, about["productionListenerRule"])}
        if not {one["targetGroupArn"], about["alternateTargetGroupArn"]} <= groups:
            raise invalid(
                "The production listener rule must forward to the target group and the alternate target group."
            )


def target_group(service: Service, one: dict[str, Any], deployment: str) -> str:
    """The ARN of the target group of a deployment's tasks."""
    alternate = service.emulated.get("groups", {}).get(deployment, 0)
    return one[ADVANCED]["alternateTargetGroupArn"] if alternate and one.get(ADVANCED) else one["targetGroupArn"]


def begin(service: Service, primary: dict[str, Any]) -> None:
    """A new deployment has the target group the one before does not have."""
    spec = service.emulated
    groups = spec.setdefault("groups", {})
    before = next((one["id"] for one in spec["deployments"] if one is not primary and one["id"] in groups), None)
    groups[primary["id"]] = 0 if before is None or not shifts(spec) else 1 - groups[before]


def roll_out(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> bool:
    """One step; tells whether there is more to do at once."""
    from emulator.mend.ecs import deployments  # which needs this

    desired = service.emulated["desiredCount"]
    running = deployments.wanted_tasks(backend, service)
    new = [task for task in running if task.started_by == primary["id"]]
    old = [task for task in running if task.started_by != primary["id"]]
    if "steps" not in primary:
        missing = desired - len(new)
        if missing > 0:
            return deployments.start_or_fail(backend, service, primary, missing)
        if sum(tasks.is_ready(backend, service, task) for task in new) < desired:
            return False
        primary["steps"] = _steps(service.emulated["deploymentConfiguration"]) if old else [(100.0, 0.0)]
        _next(backend, service, primary)
        return False
    if primary["steps"] or not primary.get("baked_over"):
        return False
    for task in old:
        tasks.stop(backend, service, task, f"Scaling activity initiated by (deployment {primary['id']})")
    if not old:
        deployments.complete(service, primary)
    return True


def _steps(settings: dict[str, Any]) -> list[tuple[float, float]]:
    """Percent of the requests, and for how many minutes."""
    bake = float(settings.get("bakeTimeInMinutes") or 0)
    if settings["strategy"] == "CANARY":
        canary = settings["canaryConfiguration"]
        return [(canary["canaryPercent"], canary.get("canaryBakeTimeInMinutes", 10)), (100.0, bake)]
    if settings["strategy"] == "LINEAR":
        linear = settings["linearConfiguration"]
        count, minutes = ceil(100 / linear["stepPercent"]), linear.get("stepBakeTimeInMinutes", 6)
        return [(linear["stepPercent"] * (number + 1), minutes) for number in range(count - 1)] + [(100.0, bake)]
    return [(100.0, bake)]


def _next(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> None:
    """Lead more requests over, and look again when that has been watched for its time."""
    if not primary["steps"]:
        primary["baked_over"] = True
        return
    percent, minutes = primary["steps"].pop(0)
    lead(backend, service, service.emulated["groups"][primary["id"]], percent)
    stage = "BAKE_TIME" if percent == 100 else "PRODUCTION_TRAFFIC_SHIFT"
    if service.emulated["history"]:
        service.emulated["history"][-1].update(lifecycleStage=stage, updatedAt=utcnow())
        service.emulated["history"][-1]["targetServiceRevision"]["requestedProductionTrafficWeight"] = percent
    wait = Stage(
        "IN_PROGRESS", "ecs.deployment.shifting", partial(_next, backend, service, primary), seconds=minutes * MINUTE
    )
    clock.begin((backend, "deployment"), primary["id"], wait)


def lead(backend: EC2ContainerServiceBackend, service: Service, index: int, percent: float) -> None:
    """Give this percentage of the requests to one of the two target groups, the rest to the other."""
    for one in service.emulated["loadBalancers"]:
        about = one.get(ADVANCED)
        if not about:
            continue
        arns = (one["targetGroupArn"], about["alternateTargetGroupArn"])
        weights = {arns[index]: percent, arns[1 - index]: 100 - percent}
        for group in _groups(backend, about["productionListenerRule"]):
            if group["TargetGroupArn"] in weights:
                group["Weight"] = round(weights[group["TargetGroupArn"]])


def go_back(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> bool:
    """All requests to what was there before, whose tasks still run; tells whether there is such a thing."""
    spec = service.emulated
    before = next((one for one in spec["deployments"] if one is not primary), None)
    if before is None:
        return False
    from emulator.mend.ecs import deployments  # which needs this

    clock.cancel((backend, "deployment"), primary["id"])
    lead(backend, service, spec["groups"][before["id"]], 100.0)
    for task in deployments.wanted_tasks(backend, service):
        if task.started_by == primary["id"]:
            tasks.stop(backend, service, task, f"Scaling activity initiated by (deployment {before['id']})")
    spec["deployments"] = [before]
    before["status"] = "PRIMARY"
    spec["taskDefinition"] = service.task_definition = before["taskDefinition"]
    spec["history"][-1].update(status="ROLLBACK_SUCCESSFUL", finishedAt=utcnow())
    return True


def _groups(backend: EC2ContainerServiceBackend, rule_arn: str) -> list[dict[str, Any]]:
    """The target groups of a rule, to be changed in place."""
    balancers = elbv2_backends[backend.account_id][backend.region_name].load_balancers.values()
    for balancer in balancers:
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                if getattr(rule, "arn", None) == rule_arn:
                    return [
                        group
                        for action in rule.actions
                        for group in (action.data.get("ForwardConfig") or {}).get("TargetGroups") or []
                    ]
    raise invalid(f"The listener rule {rule_arn} does not exist.")
