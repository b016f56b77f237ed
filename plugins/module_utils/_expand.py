# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""References inside texts: ${load_balancer:sdt-prod} in a metric or a rewrite rule becomes what AWS calls it.

These values hold ids AWS makes, or the account and region, so nobody can write them down beforehand. What does not
exist yet is a placeholder in check mode and a clear refusal otherwise.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._planned import planned

_REFERENCE = re.compile(r"\$\{(?P<kind>[a-z_]+):(?P<name>[^}]+)\}")


def expand(aws: Aws, value: t.Any) -> t.Any:
    """value with every reference in its texts replaced; dicts and lists are walked."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _resolved(aws, found["kind"], found["name"]), value)
    if isinstance(value, dict):
        return {name: expand(aws, item) for name, item in value.items()}
    if isinstance(value, list):
        return [expand(aws, item) for item in value]
    return value


def _resolved(aws: Aws, kind: str, name: str) -> str:
    if kind not in _KINDS:
        raise InfraError(f"${{{kind}:{name}}} is no reference: known are {', '.join(sorted(_KINDS))}.")
    found = _KINDS[kind](aws, name)
    if found is not None:
        return found
    if aws.check_mode:
        return planned(kind, name)
    what = kind.removesuffix("_dns").replace("_", " ")
    raise NotFound(f"The {what} {name} does not exist in {aws.region}: create it first, or correct the name.")


def _load_balancer(aws: Aws, name: str) -> dict[str, t.Any] | None:
    # One request for all, whatever the number of references.
    found = aws.read("elbv2", "describe_load_balancers", "LoadBalancers") or []
    return next((one for one in found if one["LoadBalancerName"] == name), None)


def _load_balancer_dns(aws: Aws, name: str) -> str | None:
    balancer = _load_balancer(aws, name)
    return balancer["DNSName"] if balancer else None


def _load_balancer_dimension(aws: Aws, name: str) -> str | None:
    """app/<name>/<id>, the end of the ARN."""
    balancer = _load_balancer(aws, name)
    return balancer["LoadBalancerArn"].partition(":loadbalancer/")[2] if balancer else None


def _target_group_dimension(aws: Aws, name: str) -> str | None:
    """targetgroup/<name>/<id>, the last part of the ARN."""
    found = aws.read("elbv2", "describe_target_groups", "TargetGroups") or []
    arn = next((one["TargetGroupArn"] for one in found if one["TargetGroupName"] == name), None)
    return arn.rpartition(":")[2] if arn else None


_KINDS: dict[str, t.Callable[[Aws, str], str | None]] = {
    "load_balancer": _load_balancer_dimension,
    "load_balancer_dns": _load_balancer_dns,
    "target_group": _target_group_dimension,
    "ecs_cluster": lambda aws, name: aws.arn("ecs", f"cluster/{name}"),
    # What the ARNs of the services of a cluster begin with.
    "ecs_services": lambda aws, name: aws.arn("ecs", f"service/{name}/"),
}
