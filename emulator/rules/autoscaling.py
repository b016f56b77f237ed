# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Application Auto Scaling: metrics that fit, one policy for each, sensible numbers."""

from __future__ import annotations

from typing import Any

from emulator.rules import Refused, Request, rule

SERVICE = "application-autoscaling"
API = "https://docs.aws.amazon.com/autoscaling/application/APIReference"
TRACKING = "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html"
PREFIXES = {"dynamodb": "DynamoDB", "ecs": "ECSService", "elasticache": "ElastiCache", "rds": "RDS"}
REQUESTS = "ALBRequestCountPerTarget"


def _invalid(message: str) -> Refused:
    return Refused("ValidationException", message)


def _tracking(request: Request) -> dict[str, Any]:
    return request.get("TargetTrackingScalingPolicyConfiguration") or {}


def _predefined(request: Request) -> dict[str, Any]:
    return _tracking(request).get("PredefinedMetricSpecification") or {}


@rule(SERVICE, "PutScalingPolicy", docs=TRACKING)
def one_policy_per_metric(request: Request) -> None:
    """A target has one target tracking policy for a metric."""
    metric = _predefined(request).get("PredefinedMetricType")
    if metric is None:
        return
    place = (request["ServiceNamespace"], request["ResourceId"], request["ScalableDimension"])
    for policy in request.backend(SERVICE).policies.values():
        theirs = (policy.service_namespace, policy.resource_id, policy.scalable_dimension)
        if theirs != place or policy.policy_name == request["PolicyName"]:
            continue
        configuration = policy.target_tracking_scaling_policy_configuration or {}
        if (configuration.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType") == metric:
            raise _invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")


@rule(SERVICE, "PutScalingPolicy", docs=f"{API}/API_PredefinedMetricSpecification.html")
def metric_of_namespace(request: Request) -> None:
    """A predefined metric is one of the service that scales."""
    metric, namespace = _predefined(request).get("PredefinedMetricType"), request["ServiceNamespace"]
    prefix = PREFIXES.get(namespace)
    if metric is None or prefix is None or metric.startswith(prefix) or (namespace == "ecs" and metric == REQUESTS):
        return
    raise _invalid(f"Invalid metric type {metric} for the service namespace {namespace}.")


@rule(SERVICE, "PutScalingPolicy", docs=f"{API}/API_PredefinedMetricSpecification.html")
def resource_label(request: Request) -> None:
    """Requests are counted of a load balancer and target group, which a resource label names."""
    predefined = _predefined(request)
    wanted = predefined.get("PredefinedMetricType") == REQUESTS
    if wanted and not (predefined.get("ResourceLabel") or "").startswith("app/"):
        raise _invalid(f"ResourceLabel must be specified for the metric type {REQUESTS}.")
    if not wanted and predefined.get("ResourceLabel"):
        raise _invalid("ResourceLabel must not be specified for this metric type.")


@rule(SERVICE, "PutScalingPolicy", docs=f"{API}/API_TargetTrackingScalingPolicyConfiguration.html")
def cooldown(request: Request) -> None:
    """A cooldown is not negative."""
    for name in ("ScaleInCooldown", "ScaleOutCooldown"):
        if (_tracking(request).get(name) or 0) < 0:
            raise _invalid(f"{name} must not be negative.")


@rule(SERVICE, "PutScheduledAction", docs=f"{API}/API_ScalableTargetAction.html")
def scheduled_capacity(request: Request) -> None:
    """A scheduled minimum is not above the scheduled maximum."""
    action = request.get("ScalableTargetAction") or {}
    least, most = action.get("MinCapacity"), action.get("MaxCapacity")
    if least is not None and most is not None and least > most:
        raise _invalid("Maximum capacity cannot be less than minimum capacity")
