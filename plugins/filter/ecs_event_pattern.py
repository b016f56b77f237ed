# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: ecs_event_pattern
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: The event pattern of what happens in a cluster
description:
  - Returns the pattern for O(sdt.infra.events_rule#module:event_pattern), with references that the module resolves.
  - >-
    It matches events of the cluster's services by name, and tasks that Fargate Spot has taken away. Such a task changes
    its state several times on its way; only the last one matches, so that there is one message for each task.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html),
    U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html) and
    U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html).
positional: cluster, spot
options:
  _input:
    description: Names of events of services and deployments, such as V(SERVICE_DEPLOYMENT_FAILED).
    type: list
    elements: str
    required: true
  cluster:
    description: Name of the cluster.
    type: str
    required: true
  spot:
    description: Whether interruptions by Fargate Spot match.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Tell what goes wrong in the cluster
  sdt.infra.events_rule:
    name: sdt-prod-ecs-events
    event_pattern: "{{ ['SERVICE_DEPLOYMENT_FAILED'] | sdt.infra.ecs_event_pattern('sdt-prod') }}"
    targets: {topic: {topic: sdt-prod-alarms}}
"""

RETURN = r"""
_value:
  description: The pattern; empty when nothing was asked for.
  type: dict
"""

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean


def ecs_event_pattern(events: t.Sequence[str], cluster: str, spot: bool = True) -> dict[str, t.Any]:
    """What matches these events of the services of the cluster, and interruptions of its tasks."""
    alternatives: list[dict[str, t.Any]] = []
    if events:
        alternatives.append(
            {
                "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
                # Events of deployments name their cluster nowhere else.
                "resources": [{"prefix": f"${{ecs_services:{cluster}}}"}],
                "detail": {"eventName": list(events)},
            }
        )
    if boolean(spot):
        alternatives.append(
            {
                "detail-type": ["ECS Task State Change"],
                "detail": {
                    "clusterArn": [f"${{ecs_cluster:{cluster}}}"],
                    "lastStatus": ["STOPPED"],
                    "stopCode": ["SpotInterruption"],
                },
            }
        )
    if not alternatives:
        return {}
    matching = alternatives[0] if len(alternatives) == 1 else {"$or": alternatives}
    return {"source": ["aws.ecs"], **matching}


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"ecs_event_pattern": ecs_event_pattern}
