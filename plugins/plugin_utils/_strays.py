# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Strays: what carries our tags for an environment and is no longer declared, and how each is removed."""

from __future__ import annotations

import re
import typing as t

# What is not ours to remove: copies that outlive their source on purpose, and what AWS makes and ends by itself.
_KEPT = ("rds:snapshot", "rds:auto-backup", "ecs:task", "ecs:container-instance", "ec2:network-interface")
_FOR_A_WHILE = "DeclaredBy"
# Removed with what it is part of.
_PARTS = ("elasticloadbalancing:listener", "amplify:branches", "amplify:jobs")

Options = dict[str, t.Any]


class Stray(t.NamedTuple):
    """A resource nobody declares any more."""

    arn: str
    type: str  # as the tagging API calls it, such as ecs:service
    name: str
    component: str
    created: str
    module: str  # "" for what is only listed, because it holds data, or because somebody has to look at it
    options: Options

    @property
    def text(self) -> str:
        made = f", made {self.created[:10]}" if self.created else ""
        only = "" if self.module else ", only by hand"
        return f"{self.type} {self.name} (of {self.component or 'unknown'}{made}{only})"


class _Kind(t.NamedTuple):
    """How resources of a type are removed; the order of the table is the order of removal."""

    pattern: str  # of the last part of the ARN
    module: str
    options: t.Callable[[dict[str, str], dict[str, str]], Options]  # parts of the ARN, tags


def _named(parts: dict[str, str], _tags: dict[str, str]) -> Options:
    return {"name": parts["name"]}


def _tagged(_parts: dict[str, str], tags: dict[str, str]) -> Options:
    return {"name": tags.get("Name", "")}


def _in_vpc(_parts: dict[str, str], tags: dict[str, str]) -> Options:
    return {"name": tags.get("Name", ""), "vpc": tags["VPC"]}


_KINDS: dict[str, _Kind] = {
    "application-autoscaling:scalable-target": _Kind(
        r"scalable-target/.+",
        "application_autoscaling_target",
        lambda parts, tags: {
            "resource_id": parts["name"],
            "service_namespace": "ecs",
            "scalable_dimension": "ecs:service:DesiredCount",
        },
    ),
    "ecs:service": _Kind(
        r"service/(?P<cluster>[^/]+)/(?P<name>.+)",
        "ecs_service",
        lambda parts, tags: {"cluster": parts["cluster"], "name": parts["name"]},
    ),
    "elasticloadbalancing:listener-rule": _Kind(
        r"listener-rule/app/(?P<balancer>[^/]+)/.+",
        "elbv2_listener_rule",
        lambda parts, tags: {"load_balancer": parts["balancer"], "name": tags.get("Name", "")},
    ),
    "elasticloadbalancing:targetgroup": _Kind(r"targetgroup/(?P<name>[^/]+)/.+", "elbv2_target_group", _named),
    "ecs:task-definition": _Kind(
        r"task-definition/(?P<name>[^:]+):\d+", "ecs_task_definition", lambda parts, tags: {"family": parts["name"]}
    ),
    "servicediscovery:service": _Kind(
        r"service/.+",
        "servicediscovery_service",
        lambda parts, tags: {"name": parts["name"], "namespace": tags["NAMESPACE"]},
    ),
    "cloudwatch:alarm": _Kind(r"alarm:(?P<name>.+)", "cloudwatch_alarm", _named),
    "cloudwatch:dashboard": _Kind(r"dashboard/(?P<name>.+)", "cloudwatch_dashboard", _named),
    "events:rule": _Kind(r"rule/(?P<name>.+)", "events_rule", _named),
    "rds:es": _Kind(r"es:(?P<name>.+)", "rds_event_subscription", _named),
    "iam:role": _Kind(r"role/(?:.*/)?(?P<name>[^/]+)", "iam_role", _named),
    "secretsmanager:secret": _Kind(r"secret:(?P<name>.+)-\w{6}", "secretsmanager_secret", _named),
    "logs:log-group": _Kind(r"log-group:(?P<name>[^:]+)(:\*)?", "logs_log_group", _named),
    "ecr:repository": _Kind(r"repository/(?P<name>.+)", "ecr_repository", _named),
    "ecr:scanning-filter": _Kind(
        r"scanning-filter/(?P<name>.+)", "ecr_registry_scanning", lambda parts, tags: {"filter": parts["name"]}
    ),
    "rds:pg": _Kind(r"pg:(?P<name>.+)", "rds_parameter_group", _named),
    "rds:subgrp": _Kind(r"subgrp:(?P<name>.+)", "rds_subnet_group", _named),
    "ec2:vpc-flow-log": _Kind(r"vpc-flow-log/.+", "ec2_flow_log", _in_vpc),
    "ec2:vpc-endpoint": _Kind(r"vpc-endpoint/.+", "ec2_vpc_endpoint", _in_vpc),
    "ec2:natgateway": _Kind(r"natgateway/.+", "ec2_nat_gateway", _in_vpc),
    "ec2:elastic-ip": _Kind(r"elastic-ip/.+", "ec2_eip", _tagged),
    "ec2:security-group": _Kind(
        r"security-group/.+", "ec2_security_group", lambda parts, tags: {"name": parts["name"], "vpc": tags["VPC"]}
    ),
    "ec2:route-table": _Kind(r"route-table/.+", "ec2_route_table", _in_vpc),
    "ec2:subnet": _Kind(r"subnet/.+", "ec2_subnet", _in_vpc),
}


def type_of(arn: str) -> str:
    """ecs:service, s3:bucket and so on, from an ARN."""
    service, rest = arn.split(":", 5)[2], arn.split(":", 5)[5]
    if service == "s3":
        return "s3:bucket"
    if service == "sns":
        return "sns:topic"
    return f"{service}:{re.split('[:/]', rest)[0]}"


def undeclared(resources: dict[str, dict[str, t.Any]], seen: t.Collection[str]) -> list[str]:
    """The ARNs of what no module of the preview has seen. Revisions belong to their family.

    What a playbook makes for a while, and takes back itself, says so in a tag.
    """
    repositories = {one.rpartition(":repository/")[2] for one in seen if ":repository/" in one}
    families = {one.rpartition(":")[0] for one in seen if ":task-definition/" in one}
    found = []
    for arn, resource in resources.items():
        declared = arn in seen or _FOR_A_WHILE in (resource.get("tags") or {})
        declared = declared or arn.removesuffix(":*") in seen or re.split("[:/]", arn)[-1] in seen
        declared = declared or (type_of(arn) == "ecs:task-definition" and arn.rpartition(":")[0] in families)
        declared = declared or arn.partition(":scanning-filter/")[2] in repositories
        if not declared and type_of(arn) not in (*_KEPT, *_PARTS):
            found.append(arn)
    return found


def strays(resources: dict[str, dict[str, t.Any]], arns: t.Iterable[str], vpc: str, namespace: str) -> list[Stray]:
    """The strays in the order they can be removed; revisions of one family are one."""
    order = [*_KINDS, ""]
    found: dict[tuple[str, str], Stray] = {}
    for arn in arns:
        one = _stray(arn, resources[arn], {"VPC": vpc, "NAMESPACE": namespace})
        found.setdefault((one.type, one.name), one)
    return sorted(found.values(), key=lambda one: (order.index(one.type if one.type in _KINDS else ""), one.name))


def _stray(arn: str, resource: dict[str, t.Any], place: dict[str, str]) -> Stray:
    kind, tags = _KINDS.get(type_of(arn)), resource["tags"]
    rest = arn.split(":", 5)[5]
    found = re.fullmatch(kind.pattern, rest) if kind else None
    parts = {"name": re.split("[:/]", rest)[-1], **(found.groupdict() if found else {})}
    if resource.get("name"):
        parts["name"] = resource["name"]
    options = kind.options(parts, {**tags, **place}) if kind and found else {}
    name = str(options.get("name") or tags.get("Name") or parts["name"])
    removable = bool(options) and "" not in options.values()
    return Stray(
        arn=arn,
        type=type_of(arn),
        name=name,
        component=tags.get("Component", ""),
        created=resource.get("created", ""),
        module=kind.module if kind and removable else "",
        options=options if removable else {},
    )
