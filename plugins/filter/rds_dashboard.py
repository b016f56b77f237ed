# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: rds_dashboard
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The body of a dashboard of RDS instances
description:
  - Returns the body for the module M(sdt.infra.cloudwatch_dashboard), with rows for each instance.
options:
  _input:
    description: Identifiers of the instances; the first is the one that is written to, the others are its replicas.
    type: list
    elements: str
    required: true
  region:
    description: Region of the instances.
    type: str
    required: true
  max_connections:
    description: Connections the instances allow, shown as a line; 0 shows none.
    type: int
    default: 0
  latency:
    description: Target for a request from a service to the database and back, in milliseconds.
    type: float
    default: 5
"""

EXAMPLES = r"""
- name: Show the database
  sdt.infra.cloudwatch_dashboard:
    name: sdt-prod-rds
    body: "{{ ['sdt-prod-postgres', 'sdt-prod-postgres-replica'] | sdt.infra.rds_dashboard(region='us-east-1') }}"
"""

RETURN = r"""
_value:
  description: The body of the dashboard.
  type: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._dashboard import Dashboard, Graph

_RDS = "AWS/RDS"


def rds_dashboard(
    instances: t.Sequence[str], *, region: str, max_connections: int = 0, latency: float = 5
) -> dict[str, t.Any]:
    """The dashboard of a database and its replicas."""
    dashboard = Dashboard(region)
    for number, instance in enumerate(instances):
        dashboard.text(f"## {instance}")
        of = ["DBInstanceIdentifier", instance]
        limit = {f"Allowed: {int(max_connections)}": float(max_connections)} if int(max_connections) else {}
        dashboard.graphs(
            [
                Graph("CPU", [[_RDS, "CPUUtilization", *of]], label="%"),
                Graph("Connections", [[_RDS, "DatabaseConnections", *of]], "Maximum", "connections", limit),
                Graph("Memory", [[_RDS, "FreeableMemory", *of]], label="bytes free"),
                Graph("Storage", [[_RDS, "FreeStorageSpace", *of]], "Minimum", "bytes free"),
            ]
        )
        graphs = [
            Graph(
                "Latency of the storage",
                [[_RDS, "ReadLatency", *of], [_RDS, "WriteLatency", *of]],
                "Average",
                "seconds",
                {f"Target: {float(latency):g} ms": float(latency) / 1000},
            ),
            Graph("Operations", [[_RDS, "ReadIOPS", *of], [_RDS, "WriteIOPS", *of]], label="per second"),
        ]
        if number:
            graphs.append(Graph("Behind the database", [[_RDS, "ReplicaLag", *of]], "Maximum", "seconds"))
        dashboard.graphs(graphs)
    return dashboard.body


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"rds_dashboard": rds_dashboard}
