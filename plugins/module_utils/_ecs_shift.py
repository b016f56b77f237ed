# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Deployments in which ECS leads requests over: blue/green, canary and linear.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, without_none

ROLLING = "ROLLING"
OPTIONS: t.Final[State] = {
    "type": "dict",
    "options": {
        "kind": {"type": "str", "choices": [ROLLING, "BLUE_GREEN", "CANARY", "LINEAR"], "required": True},
        "bake_minutes": {"type": "int"},
        "percent": {"type": "float"},
        "step_minutes": {"type": "int"},
    },
}
# kind -> the structure of AWS, and its members for percent and step_minutes
_STEPS = {
    "CANARY": ("canaryConfiguration", "canaryPercent", "canaryBakeTimeInMinutes"),
    "LINEAR": ("linearConfiguration", "stepPercent", "stepBakeTimeInMinutes"),
}
# What a load balancer says beside its target group; key of AWS
BALANCER = {
    "alternate_target_group": "alternateTargetGroupArn",
    "listener_rule": "productionListenerRule",
    "role": "roleArn",
}
_WENT_WRONG = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")


def strategy_from(configuration: State) -> State:
    """What AWS says of a service's deployments, in the terms of the option."""
    kind = configuration.get("strategy") or ROLLING
    if kind == ROLLING:
        return {"kind": ROLLING}
    structure, percent, minutes = _STEPS.get(kind, ("", "", ""))
    steps = configuration.get(structure) or {}
    return without_none(
        {
            "kind": kind,
            "bake_minutes": configuration.get("bakeTimeInMinutes"),
            "percent": steps.get(percent),
            "step_minutes": steps.get(minutes),
        }
    )


def strategy_to(strategy: State) -> State:
    """The option as AWS wants it."""
    request: State = {"strategy": strategy["kind"]}
    if strategy["kind"] == ROLLING:
        return request
    if strategy.get("bake_minutes") is not None:
        request["bakeTimeInMinutes"] = strategy["bake_minutes"]
    if strategy["kind"] in _STEPS:
        structure, percent, minutes = _STEPS[strategy["kind"]]
        values = {percent: strategy.get("percent"), minutes: strategy.get("step_minutes")}
        request[structure] = without_none(values)
    return request


def wanted(strategy: State) -> State:
    """The option without what its kind has no use for."""
    kind = strategy["kind"]
    used = (
        ("kind",)
        if kind == ROLLING
        else ("kind", "bake_minutes", *(("percent", "step_minutes") if kind in _STEPS else ()))
    )
    return {name: strategy[name] for name in used if strategy.get(name) is not None}


def newest(aws: Aws, cluster: str, service: str) -> State:
    """The newest deployment of a service with its stage and weights; {} where there is none."""
    where = {"cluster": cluster, "service": service}
    listed = aws.read("ecs", "list_service_deployments", "serviceDeployments", fresh=True, **where) or []
    if not listed:
        return {}
    arn = max(listed, key=lambda one: str(one.get("createdAt", "")))["serviceDeploymentArn"]
    found = aws.read(
        "ecs", "describe_service_deployments", "serviceDeployments", fresh=True, serviceDeploymentArns=[arn]
    )
    return next(iter(found or []), {})


def went_wrong(deployment: State) -> str:
    """Why it leads requests back, or an empty text where it does not."""
    if deployment.get("status") not in _WENT_WRONG:
        return ""
    return str(deployment.get("statusReason") or deployment["status"]).rstrip(".")


def told(deployment: State) -> str:
    """How far it is, in half a sentence; empty where AWS does not say."""
    stage = str(deployment.get("lifecycleStage") or "").replace("_", " ").lower()
    weight = (deployment.get("targetServiceRevision") or {}).get("requestedProductionTrafficWeight")
    requests = f"{weight:g} % of the requests to the new ones" if weight is not None else ""
    return ", ".join(part for part in (stage, requests) if part)
