#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_latency_task
version_added: 0.1.0
short_description: Measure how long answers take where the services are, by a task in each zone
description:
  - Runs a task on Fargate in each zone of a service, with its network, execution role and log, which asks the database and addresses
    that speak HTTPS many times over one connection each, and tells the times. The task and its definition are gone afterwards.
  - Publishes every sample to CloudWatch, as the metric C(Latency) with the dimensions C(Environment) and C(Target), and once more with C(Zone).
  - User and password of the database come from the secret; they are in no request, result or log.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-tasks.html) and
    U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  service:
    description: The service whose network is used; one that may use the database, where that is asked.
    type: str
    required: true
  secret:
    description: Name or ARN of the secret with the credentials of the database; the database is not asked without it.
    type: str
  host:
    description: Address of the database; that of the secret, when left out.
    type: str
  https:
    description:
      - What is asked over HTTPS, a map from name to host and path without the scheme, such as V(api.example.org/auth/health). Any answer
        counts, also a refusal.
    type: dict
    default: {}
  limits:
    description: Milliseconds 95 of 100 answers may take at most, by the names in O(https) and V(database). What takes longer is a finding.
    type: dict
    default: {}
  samples:
    description: How often each is asked, beside once before.
    type: int
    default: 50
  namespace:
    description: Namespace of the metric. Empty publishes nothing.
    type: str
    default: ""
  environment:
    description: Value of the dimension C(Environment).
    type: str
    default: ""
  image:
    description: An image that has C(python3), for the processor of the service.
    type: str
    default: public.ecr.aws/docker/library/python:3.13-alpine
  sql_image:
    description: An image that has C(psql), for the processor of the service.
    type: str
    default: public.ecr.aws/docker/library/postgres:17-alpine
  execution_role:
    description: ARN of the role that reads the secret and writes the log; that of the service, when left out.
    type: str
  tags:
    description: Tags of the tasks and their definition.
    type: dict
    default: {}
  wait_timeout:
    description: Seconds after which a task is stopped, and the module fails.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Looks whether there are such a service and secret, and runs nothing.
    support: full
"""

EXAMPLES = r"""
- name: Measure
  sdt.infra.ecs_latency_task:
    cluster: sdt-prod
    service: auth-service
    secret: sdt-prod/database
    https:
      bucket: sdt-prod-user-uploads-123456789012.s3.us-east-1.amazonaws.com/
    limits: {database: 5, bucket: 20}
"""

RETURN = r"""
rows:
  description: Of each zone and target C(p95), the milliseconds 95 of 100 answers did not exceed, the C(limit), and the number of C(samples).
  returned: when it ran
  type: list
  elements: dict
findings:
  description: What took too long or could not be measured, a sentence each.
  returned: when it ran
  type: list
  elements: str
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._latency import DATABASE, Probe, Zone, p95
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _measure(aws: Aws, params: State, check_mode: bool) -> State:
    probe = Probe(aws, params)
    if check_mode:
        return {}
    zones = probe.measure()
    if params["namespace"]:
        probe.publish(zones)
    targets = [*sorted(params["https"]), *([DATABASE] if params["secret"] else [])]
    told = [_told(zone, target, params["limits"].get(target)) for zone in zones for target in targets]
    return {"rows": [row for row, _finding in told], "findings": [finding for _row, finding in told if finding]}


def _told(zone: Zone, target: str, limit: t.Any) -> tuple[State, str]:
    """A row, and a finding where there is one."""
    row: State = {
        "zone": zone.name,
        "target": target,
        "p95": "",
        "limit": "" if limit is None else f"{limit} ms",
        "samples": 0,
    }
    if target not in zone.samples:
        return row, f"{target} could not be measured in {zone.name}: {zone.errors[target].rstrip('.')}."
    slowest = p95(zone.samples[target])
    row.update(p95=f"{slowest:.1f} ms", samples=len(zone.samples[target]))
    if limit is not None and slowest > float(limit):
        return row, f"{target} takes {slowest:.1f} ms in {zone.name} (p95), and {limit} ms are the limit."
    return row, ""


def main() -> None:
    run(
        _measure,
        {
            "cluster": {"type": "str", "required": True},
            "service": {"type": "str", "required": True},
            "secret": {"type": "str", "no_log": False},
            "host": {"type": "str"},
            "https": {"type": "dict", "default": {}},
            "limits": {"type": "dict", "default": {}},
            "samples": {"type": "int", "default": 50},
            "namespace": {"type": "str", "default": ""},
            "environment": {"type": "str", "default": ""},
            "image": {"type": "str", "default": "public.ecr.aws/docker/library/python:3.13-alpine"},
            "sql_image": {"type": "str", "default": "public.ecr.aws/docker/library/postgres:17-alpine"},
            "execution_role": {"type": "str"},
            "tags": {"type": "dict", "default": {}},
            "wait_timeout": {"type": "int", "default": 600},
        },
    )


if __name__ == "__main__":
    main()
