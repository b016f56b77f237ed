# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: ecs_dashboard
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The body of a dashboard of an ECS cluster
description:
  - Returns the body for the module M(sdt.infra.cloudwatch_dashboard), with a row for each service.
  - Services behind the load balancer show requests, errors and response times too.
options:
  _input:
    description: The services, a map from name to target group; that of a service nobody outside can reach is empty.
    type: dict
    required: true
  alternates:
    description: The target groups into which deployments lead requests over, a map like the services.
    type: dict
    default: {}
  cluster:
    description: Name of the cluster.
    type: str
    required: true
  region:
    description: Region of the cluster.
    type: str
    required: true
  load_balancer:
    description: Name of the load balancer; empty where there is none.
    type: str
    default: ""
  container_insights:
    description: Whether the cluster publishes how many tasks run.
    type: bool
    default: true
  buckets:
    description: Names of buckets whose response times are shown; they have to publish request metrics.
    type: list
    elements: str
    default: []
  service_latency:
    description: Target for a request from the load balancer to a service and back, in milliseconds.
    type: float
    default: 10
  storage_latency:
    description: Target for the first byte from a bucket, in milliseconds.
    type: float
    default: 20
  database_latency:
    description: Target for an answer of the database, in milliseconds.
    type: float
    default: 5
  probe_namespace:
    description: Namespace of what M(sdt.infra.ecs_latency_task) has measured; empty shows none of it.
    type: str
    default: ""
  environment:
    description: Value of its dimension C(Environment).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show the services
  sdt.infra.cloudwatch_dashboard:
    name: sdt-prod-ecs
    body: "{{ {'auth-service': 'sdt-prod-auth-service-1a2b3c4d'} | sdt.infra.ecs_dashboard(
      cluster='sdt-prod', region='us-east-1', load_balancer='sdt-prod') }}"
"""

RETURN = r"""
_value:
  description: The body of the dashboard.
  type: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._dashboard import Dashboard, Graph

_BALANCER = "AWS/ApplicationELB"
_INSIGHTS = "ECS/ContainerInsights"
_WHOLE_BUCKET = "EntireBucket"  # the usual name of a metrics configuration without filter


def ecs_dashboard(
    services: dict[str, str],
    *,
    cluster: str,
    region: str,
    alternates: t.Mapping[str, str] | None = None,
    load_balancer: str = "",
    container_insights: bool = True,
    buckets: t.Sequence[str] = (),
    service_latency: float = 10,
    storage_latency: float = 20,
    database_latency: float = 5,
    probe_namespace: str = "",
    environment: str = "",
) -> dict[str, t.Any]:
    """The dashboard of a cluster with a row for each service."""
    dashboard = Dashboard(region)
    if load_balancer:
        dashboard.text("## Load balancer")
        dashboard.graphs(_balancer(load_balancer, float(service_latency)))
    for service, target_group in services.items():
        dashboard.text(f"## {service}")
        graphs = [_load(cluster, service)]
        if container_insights:
            graphs.append(_tasks(cluster, service))
        if load_balancer and target_group:
            groups = [target_group, (alternates or {}).get(service, "")]
            graphs += _requests(load_balancer, list(filter(None, groups)), float(service_latency))
        dashboard.graphs(graphs)
    if buckets:
        dashboard.text("## Buckets")
        dashboard.graphs([_first_byte(buckets, float(storage_latency))])
    if probe_namespace:
        dashboard.text("## Latency where the services are")
        limits = {"load_balancer": service_latency, "database": database_latency, "bucket": storage_latency}
        dashboard.graphs([_probed(probe_namespace, environment, *one) for one in limits.items()])
    return dashboard.body


def _probed(namespace: str, environment: str, target: str, limit: float) -> Graph:
    metric = [namespace, "Latency", "Environment", environment, "Target", target, {"stat": "p95"}]
    limit = float(limit)
    return Graph(f"{target}, p95", [metric], "p95", "milliseconds", {f"Target: {limit:g} ms": limit})


def _balancer(name: str, latency: float) -> list[Graph]:
    of = ["LoadBalancer", f"${{load_balancer:{name}}}"]
    return [
        Graph("Requests", [[_BALANCER, "RequestCount", *of]], "Sum", "requests per minute"),
        Graph(
            "Errors",
            [[_BALANCER, "HTTPCode_ELB_5XX_Count", *of], [_BALANCER, "HTTPCode_Target_5XX_Count", *of]],
            "Sum",
            "errors per minute",
        ),
        _response_time([of], latency),
    ]


def _load(cluster: str, service: str) -> Graph:
    of = ["ClusterName", cluster, "ServiceName", service]
    return Graph(
        "CPU and memory", [["AWS/ECS", "CPUUtilization", *of], ["AWS/ECS", "MemoryUtilization", *of]], label="%"
    )


def _tasks(cluster: str, service: str) -> Graph:
    of = ["ClusterName", cluster, "ServiceName", service]
    return Graph("Tasks", [[_INSIGHTS, "DesiredTaskCount", *of], [_INSIGHTS, "RunningTaskCount", *of]], label="tasks")


def _requests(balancer: str, groups: list[str], latency: float) -> list[Graph]:
    """Of all target groups of a service; requests are in one of them, and during a deployment in both."""
    of = [
        ["TargetGroup", f"${{target_group:{group}}}", "LoadBalancer", f"${{load_balancer:{balancer}}}"]
        for group in groups
    ]
    counted = ("RequestCount", "HTTPCode_Target_5XX_Count")
    return [
        Graph("Requests and errors", [[_BALANCER, name, *one] for name in counted for one in of], "Sum", "per minute"),
        _response_time(of, latency),
    ]


def _response_time(of: list[list[str]], latency: float) -> Graph:
    metrics = [
        [_BALANCER, "TargetResponseTime", *one, {"stat": stat, "label": stat}]
        for one in of
        for stat in ("p50", "p95", "p99")
    ]
    return Graph("Response time", metrics, "p95", "seconds", {f"Target: {latency:g} ms": latency / 1000})


def _first_byte(buckets: t.Sequence[str], latency: float) -> Graph:
    metrics = [
        ["AWS/S3", "FirstByteLatency", "BucketName", bucket, "FilterId", _WHOLE_BUCKET, {"stat": "p95"}]
        for bucket in buckets
    ]
    return Graph("First byte, p95", metrics, "p95", "milliseconds", {f"Target: {latency:g} ms": latency})


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"ecs_dashboard": ecs_dashboard}
