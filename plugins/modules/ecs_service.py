#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service
version_added: 0.1.0
short_description: Manage an ECS service
description:
  - Creates, changes and deletes a service that keeps tasks running, with rolling deployments.
  - Waits until the deployment is complete, and fails at once when it failed or was rolled back, with the last events of
    the service and what its stopped tasks say.
  - The number of tasks belongs to the autoscaler. O(desired_count) is the number a new service begins with.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the service, up to 255 letters, digits, hyphens and underscores.
    type: str
  cluster:
    description: Name or ARN of the cluster. Every resource needs it, of itself or beside O(each).
    type: str
  task_definition:
    description:
      - ARN, C(family:revision), or a family for its newest active revision.
      - Required when the service is created.
    type: str
  desired_count:
    description: Number of tasks a new service begins with. An existing service is left as it was scaled.
    type: int
    default: 1
  minimum_count:
    description: Number of tasks an existing service is raised to when it has fewer. It is never lowered.
    type: int
  count:
    description:
      - Number of tasks an existing service is set to. The autoscaler goes on from there.
    type: int
  launch_type:
    description:
      - Capacity of the tasks, when no strategy is given.
      - Mutually exclusive with O(capacity_provider_strategy).
    type: str
    choices: [FARGATE, EC2, EXTERNAL]
  capacity_provider_strategy:
    description:
      - How tasks are spread over capacity providers of the cluster. A change starts a new deployment.
      - Without this and O(launch_type), a new service gets the default strategy of the cluster.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider.
        type: str
        required: true
      weight:
        description: Share of the tasks beyond O(capacity_provider_strategy[].base), from 0 to 1000.
        type: int
        default: 1
      base:
        description: Number of tasks that run on this provider before weights count; only one provider may have one.
        type: int
        default: 0
  platform_version:
    description: Version of Fargate, such as V(1.4.0) or V(LATEST).
    type: str
  subnets:
    description: Names or ids of the subnets of the tasks.
    type: list
    elements: str
  security_groups:
    description: Names or ids of the security groups of the tasks.
    type: list
    elements: str
  assign_public_ip:
    description: Whether each task gets a public IPv4 address, as it needs in a public subnet to reach the internet.
    type: bool
  load_balancers:
    description:
      - Target groups in which tasks are registered. An empty list removes all.
      - A target group has to be used by a listener or rule before the service is created.
    type: list
    elements: dict
    suboptions:
      target_group:
        description: Name or ARN of the target group, with target type C(ip).
        type: str
        required: true
      container_name:
        description: Container that answers.
        type: str
        required: true
      container_port:
        description: Port on which it answers.
        type: int
        required: true
      alternate_target_group:
        description: Name or ARN of the other target group; each deployment takes the one the deployment before does not have.
        type: str
      listener_rule:
        description: ARN of the rule that forwards to both, whose weights ECS changes.
        type: str
      role:
        description: Name or ARN of the role with which ECS changes it.
        type: str
  health_check_grace_period:
    description: Seconds after the start of a task during which failed health checks of load balancers do not count.
    type: int
  service_registries:
    description: Cloud Map services in which tasks are registered. An empty list removes all.
    type: list
    elements: dict
    suboptions:
      registry:
        description: ARN of the Cloud Map service.
        type: str
        required: true
      container_name:
        description: Container, for SRV records.
        type: str
      container_port:
        description: Port of the container, for SRV records.
        type: int
      port:
        description: Port, for SRV records.
        type: int
  minimum_healthy_percent:
    description: Percent of the desired tasks that run at least during a deployment. AWS begins with 100.
    type: int
  maximum_percent:
    description: Percent of the desired tasks that run at most during a deployment. AWS begins with 200.
    type: int
  strategy:
    description:
      - How a deployment takes the place of the one before. V(ROLLING) exchanges tasks within O(minimum_healthy_percent) and
        O(maximum_percent). The others start all new tasks beside those of before and lead requests over, all at once (V(BLUE_GREEN)), a part
        first (V(CANARY)) or step by step (V(LINEAR)); they need O(load_balancers) with O(load_balancers[].alternate_target_group).
      - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html).
    type: dict
    suboptions:
      kind:
        description: Which.
        type: str
        choices: [ROLLING, BLUE_GREEN, CANARY, LINEAR]
        required: true
      bake_minutes:
        description: For how long the tasks of before stay when all requests are led over, in which going back takes a moment.
        type: int
      percent:
        description: Percent of the requests the canary gets, or each step leads over.
        type: float
      step_minutes:
        description: How long the canary, or each step, is watched.
        type: int
  circuit_breaker:
    description:
      - Whether a deployment whose tasks do not start fails, in place of going on for ever.
      - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
    type: dict
    suboptions:
      enable:
        description: Whether it fails.
        type: bool
        default: true
      rollback:
        description: Whether the service then goes back to the last deployment that was complete.
        type: bool
        default: true
      threshold_type:
        description: >-
          How O(circuit_breaker.threshold) is meant, a number of tasks or a percentage of the desired ones, within the
          bounds of AWS or without. AWS begins with 50 percent, at least 3 and at most 200 tasks.
        type: str
        choices: [COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT]
      threshold:
        description: Failed tasks after which the deployment fails.
        type: int
  alarms:
    description:
      - CloudWatch alarms that fail a deployment. An alarm that is in state C(ALARM) when a deployment begins is ignored.
      - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html).
    type: dict
    suboptions:
      names:
        description: Names of the alarms.
        type: list
        elements: str
        required: true
      enable:
        description: Whether they are watched.
        type: bool
        default: true
      rollback:
        description: Whether the service goes back to the last deployment that was complete.
        type: bool
        default: true
  availability_zone_rebalancing:
    description:
      - Whether tasks are moved to even out the availability zones. It needs a O(maximum_percent) above 100.
      - It is sent with each change, because AWS has different defaults for new and existing services.
    type: bool
    default: true
  enable_execute_command:
    description: Whether commands can be run in containers. A change starts a new deployment. It needs a task role.
    type: bool
  propagate_tags:
    description: Where tasks get their tags from.
    type: str
    choices: [NONE, SERVICE, TASK_DEFINITION]
  ecs_managed_tags:
    description: Whether ECS tags tasks with the names of cluster and service.
    type: bool
  service_connect:
    description:
      - Service Connect, in AWS's own terms written in snake case.
      - See U(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectConfiguration.html).
    type: dict
    suboptions:
      enabled:
        description: Whether it is used.
        type: bool
        default: true
      namespace:
        description: Name or ARN of the Cloud Map namespace.
        type: str
      services:
        description: What the service offers, each with C(port_name), C(discovery_name) and C(client_aliases).
        type: list
        elements: dict
  force_new_deployment:
    description: Whether to start a new deployment although nothing changes. The task is then always changed.
    type: bool
    default: false
  wait_timeout:
    description: Seconds to wait for a deployment to be complete, or for the tasks of a deleted service to end.
    type: int
    default: 1200
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Run the auth service
  sdt.infra.ecs_service:
    name: auth-service
    cluster: sdt-prod
    task_definition: sdt-prod-auth-service
    desired_count: 2
    capacity_provider_strategy:
      - {capacity_provider: FARGATE, base: 1, weight: 1}
      - {capacity_provider: FARGATE_SPOT, weight: 4}
    subnets: [sdt-prod-private-1, sdt-prod-private-2]
    security_groups: [sdt-prod-auth-service]
    load_balancers:
      - {target_group: sdt-prod-auth-service, container_name: auth-service, container_port: 8080}
    circuit_breaker: {rollback: true}
    propagate_tags: SERVICE
    tags:
      Environment: prod
"""

RETURN = r"""
service:
  description: The service. Missing when O(each) is used; see RV(resources).
  returned: when a single service is managed
  type: dict
  contains:
    arn:
      description: ARN of the service.
      type: str
      sample: arn:aws:ecs:us-east-1:123456789012:service/sdt-prod/auth-service
    name:
      description: Name of the service.
      type: str
    status:
      description: State AWS reports.
      type: str
      sample: ACTIVE
    task_definition:
      description: ARN of the task definition.
      type: str
    desired_count:
      description: Number of tasks that should run.
      type: int
    running_count:
      description: Number of tasks that run.
      type: int
    pending_count:
      description: Number of tasks that start.
      type: int
    deployment:
      description: The primary deployment.
      type: dict
      contains:
        id:
          description: Id of the deployment.
          type: str
        rollout_state:
          description: V(IN_PROGRESS), V(COMPLETED) or V(FAILED).
          type: str
        failed_tasks:
          description: Number of tasks that failed to start.
          type: int
    tags:
      description: Tags of the service.
      type: dict
resources:
  description: Every managed service by its name, with the keys of RV(service).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "service", "name": "auth-service", "fields": ["task_definition"]}]
"""

import collections
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs_shift
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered, without_none
from ansible_collections.sdt.infra.plugins.module_utils._ecs import (
    PASSING,
    STRATEGY_OPTIONS,
    EcsResource,
    described_service,
    last_events,
    stopped_reasons,
    strategy_from,
    strategy_to,
    tag_list,
    tags_of,
)
from ansible_collections.sdt.infra.plugins.module_utils._ecs_task import to_camel, to_snake
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import target_states
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve, resolve_all

_GONE = ("ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException")
# What passes: a listener rule, or the interface of a task, that is not known everywhere yet.
_RETRY = (*PASSING, "does not have an associated load balancer")
_STILL_SCALED = ("scaled above 0",)
_NETWORK = ("subnets", "security_groups", "assign_public_ip")
_DEPLOYMENT = ("minimum_healthy_percent", "maximum_percent", "strategy", "circuit_breaker", "alarms")
# Running tasks take no notice of these unless a new deployment starts.
_FORCING = frozenset({"capacity_provider_strategy", "launch_type", "enable_execute_command"})
# option -> key of CreateService, UpdateService and DescribeServices
_PLAIN = {
    "platform_version": "platformVersion",
    "health_check_grace_period": "healthCheckGracePeriodSeconds",
    "enable_execute_command": "enableExecuteCommand",
    "propagate_tags": "propagateTags",
    "ecs_managed_tags": "enableECSManagedTags",
}
_REGISTRY = {
    "registry": "registryArn",
    "container_name": "containerName",
    "container_port": "containerPort",
    "port": "port",
}


class Service(EcsResource):
    kind = "ECS service"
    key = "service"
    serves = True
    fields = (
        "task_definition",
        "desired_count",
        "launch_type",
        "capacity_provider_strategy",
        *_NETWORK,
        "load_balancers",
        "service_registries",
        *_DEPLOYMENT,
        "availability_zone_rebalancing",
        "service_connect",
        *_PLAIN,
        "force_new_deployment",
    )
    computed = ("arn",)

    # The deployment this call started.
    _started: State | None = None
    _forced = False
    _shift: State | None = None  # the newest deployment, where requests are led over

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        if options.get("availability_zone_rebalancing") and (options.get("maximum_percent") or 200) <= 100:
            raise InfraError(
                f"ECS service {self.name}: availability_zone_rebalancing needs a maximum_percent above 100, because a "
                "task is started before another one stops. Raise maximum_percent, or set "
                "availability_zone_rebalancing to false."
            )

    def find(self) -> State | None:
        service = described_service(self.aws, self.options["cluster"], self.name, self.peers)
        if service is None or service["status"] == "INACTIVE":
            return None
        network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        deployments = service.get("deployments") or []
        primary: State = next((one for one in deployments if one["status"] == "PRIMARY"), {})
        return {
            "arn": service["serviceArn"],
            "name": self.name,
            "status": service["status"],
            "task_definition": service.get("taskDefinition"),
            "desired_count": service["desiredCount"],
            "running_count": service["runningCount"],
            "pending_count": service["pendingCount"],
            "launch_type": service.get("launchType"),
            "capacity_provider_strategy": strategy_from(service.get("capacityProviderStrategy")),
            "subnets": ordered(network.get("subnets") or []),
            "security_groups": ordered(network.get("securityGroups") or []),
            "assign_public_ip": network.get("assignPublicIp") == "ENABLED",
            "load_balancers": ordered(_balancer(one) for one in service.get("loadBalancers") or []),
            "service_registries": ordered(_registry(one) for one in service.get("serviceRegistries") or []),
            **_deployment_from(service.get("deploymentConfiguration") or {}),
            "availability_zone_rebalancing": service.get("availabilityZoneRebalancing") == "ENABLED",
            "service_connect": to_snake(primary.get("serviceConnectConfiguration") or {"enabled": False}),
            **{option: service.get(key, _START.get(option)) for option, key in _PLAIN.items()},
            "force_new_deployment": self._forced,
            "deployment": _rollout(primary),
            "replaced_count": sum(one.get("runningCount", 0) for one in deployments if one is not primary),
            "tags": tags_of(service),
        }

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("task_definition"):
            desired["task_definition"] = resolve(self.aws, "task_definition", desired["task_definition"])
        if "subnets" in desired:
            desired["subnets"] = resolve_all(self.aws, "subnet", desired["subnets"])
        if "security_groups" in desired:
            desired["security_groups"] = resolve_all(self.aws, "security_group", desired["security_groups"])
        if "capacity_provider_strategy" in desired:
            desired["capacity_provider_strategy"] = ordered(desired["capacity_provider_strategy"])
        if "load_balancers" in desired:
            desired["load_balancers"] = ordered(self._balancer(one) for one in desired["load_balancers"])
        if "strategy" in desired:
            desired["strategy"] = _ecs_shift.wanted(desired["strategy"])
        if "service_registries" in desired:
            desired["service_registries"] = ordered(desired["service_registries"])
        if "alarms" in desired:
            desired["alarms"] = {**desired["alarms"], "names": ordered(desired["alarms"]["names"])}
        if not desired["force_new_deployment"]:
            del desired["force_new_deployment"]
        return desired

    def _balancer(self, one: State) -> State:
        kinds = {"target_group": "target_group", "alternate_target_group": "target_group", "role": "role"}
        return {
            name: resolve(self.aws, kinds[name], value) if name in kinds else value
            for name, value in one.items()
            if value not in (None, "")
        }

    def adjust(self, current: State, desired: State) -> State:
        """The count belongs to the autoscaler; it is raised only where a minimum is asked for.

        AWS gives a deployment up that failed with nothing to go back to; what was in its way may be gone by now.
        """
        if current["deployment"]["rollout_state"] == "FAILED":
            desired = {**desired, "force_new_deployment": True}
        count = self.options.get("count")
        if count is None:
            count = max(current["desired_count"], self.options.get("minimum_count") or 0)
        return {**desired, "desired_count": count}

    def create(self, desired: State) -> None:
        missing = [name for name in ("task_definition", "subnets") if not desired.get(name)]
        if missing:
            raise InfraError(f"ECS service {self.name} does not exist; give {' and '.join(missing)} to create it.")
        request = {
            "cluster": self.options["cluster"],
            "serviceName": self.name,
            "desiredCount": desired["desired_count"],
            "tags": tag_list(desired.get("tags")),
            **self._request(desired, desired),
        }
        if "launch_type" in desired:
            request["launchType"] = desired["launch_type"]
        answer = self.aws.write("ecs", "create_service", retry=_RETRY, retry_seconds=60, **request)
        self._remember(answer)

    def update(self, current: State, changes: State) -> None:
        request = {"cluster": self.options["cluster"], "service": self.name, **self._request(changes, current)}
        if "desired_count" in changes:
            request["desiredCount"] = changes["desired_count"]
        if "launch_type" in changes:
            # The way back from a strategy is an empty one.
            request["capacityProviderStrategy"] = []
        if "force_new_deployment" in changes or _FORCING & set(changes):
            request["forceNewDeployment"] = True
            self._forced = "force_new_deployment" in changes
        answer = self.aws.write("ecs", "update_service", retry=_RETRY, retry_seconds=60, **request)
        self._remember(answer)

    def delete(self, current: State) -> None:
        where = {"cluster": self.options["cluster"], "service": self.name}
        if current["desired_count"]:
            self.aws.write("ecs", "update_service", missing=_GONE, desiredCount=0, **where)
        self.aws.write("ecs", "delete_service", missing=_GONE, retry=_STILL_SCALED, **where)

    def leaving(self, state: State) -> bool:
        return state["status"] == "DRAINING"

    def ready(self, state: State) -> bool:
        deployment = state["deployment"]
        started = self._started
        if started and state["strategy"]["kind"] != _ecs_shift.ROLLING:
            self._check_shift(started)
        if started and deployment["id"] != started["id"]:
            if deployment["created_at"] <= started["created_at"]:
                return False  # what was read is older than what was written
            raise InfraError(
                f"The deployment {started['id']} of ECS service {self.name} to {_short(started['task_definition'])} "
                f"failed, and the service goes back to {_short(deployment['task_definition'])}. {self._why()}"
            )
        if deployment["rollout_state"] == "FAILED":
            raise InfraError(
                f"The deployment {deployment['id']} of ECS service {self.name} to "
                f"{_short(deployment['task_definition'])} failed: {deployment['reason'].rstrip('.')}. {self._why()}"
            )
        if self.options.get("count") is not None and state["running_count"] != state["desired_count"]:
            return False
        return deployment["rollout_state"] in ("COMPLETED", None)  # other deployment controllers have no rollout

    def _check_shift(self, started: State) -> None:
        """Raise where ECS leads requests back: the deployment before is then the one that is described."""
        self._shift = _ecs_shift.newest(self.aws, self.options["cluster"], self.name)
        why = _ecs_shift.went_wrong(self._shift)
        if why:
            raise InfraError(
                f"The deployment {started['id']} of ECS service {self.name} to {_short(started['task_definition'])} failed, "
                f"and requests go back to the tasks of before: {why}. {self._why()}"
            )

    def progress(self, state: State | None) -> str:
        if state is None:
            return "not found"
        new, old = state["deployment"]["running_count"], state["replaced_count"]
        running = f"{new} of {state['desired_count']} {'new ' if old else ''}tasks running"
        shift = _ecs_shift.told(self._shift or {}) if old else ""
        parts = [running, *([f"{old} old ones"] if old else []), *([shift] if shift else []), *self._targets(state)]
        return f"{state['deployment']['rollout_state'] or state['status']}, {', '.join(parts)}. {self._why()}"

    def _targets(self, state: State) -> t.Iterator[str]:
        """How the load balancers find the tasks."""
        for one in state["load_balancers"]:
            states = collections.Counter(target_states(self.aws, one["target_group"], fresh=True))
            if states:
                yield "targets " + ", ".join(f"{count} {name}" for name, count in sorted(states.items()))

    def _request(self, settings: State, otherwise: State) -> State:
        """What CreateService and UpdateService have in common; otherwise completes what AWS only takes whole."""
        request: State = {key: settings[option] for option, key in _PLAIN.items() if option in settings}
        # Always said, because AWS has other defaults for a new service than for an existing one.
        request["availabilityZoneRebalancing"] = "ENABLED" if self._rebalancing(settings, otherwise) else "DISABLED"
        if "task_definition" in settings:
            request["taskDefinition"] = settings["task_definition"]
        if "capacity_provider_strategy" in settings:
            request["capacityProviderStrategy"] = strategy_to(settings["capacity_provider_strategy"])
        if set(_NETWORK) & set(settings):
            request["networkConfiguration"] = _network_to({**otherwise, **settings})
        if "load_balancers" in settings:
            request["loadBalancers"] = [
                {
                    "targetGroupArn": one["target_group"],
                    "containerName": one["container_name"],
                    "containerPort": one["container_port"],
                    **_advanced(one),
                }
                for one in settings["load_balancers"]
            ]
        if "service_registries" in settings:
            request["serviceRegistries"] = [
                {key: one[option] for option, key in _REGISTRY.items() if option in one}
                for one in settings["service_registries"]
            ]
        if "service_connect" in settings:
            request["serviceConnectConfiguration"] = to_camel(settings["service_connect"])
        if set(_DEPLOYMENT) & set(settings):
            request["deploymentConfiguration"] = _deployment_to({**otherwise, **settings})
        return request

    @staticmethod
    def _rebalancing(settings: State, otherwise: State) -> bool:
        return bool({**otherwise, **settings}.get("availability_zone_rebalancing"))

    def _remember(self, answer: State) -> None:
        """Keep the deployment a request started, to tell it from one that takes its place."""
        deployments = answer["service"].get("deployments") or []
        self._started = next((_rollout(one) for one in deployments if one["status"] == "PRIMARY"), None)

    def _why(self) -> str:
        """What the service and its tasks say."""
        return " ".join(
            [
                *last_events(described_service(self.aws, self.options["cluster"], self.name, self.peers)),
                *stopped_reasons(self.aws, self.options["cluster"], self.name),
            ]
        )


# What AWS means where it says nothing.
_START = {"health_check_grace_period": 0, "propagate_tags": "NONE"}


def _rollout(deployment: State) -> State:
    return {
        "id": deployment.get("id"),
        "task_definition": deployment.get("taskDefinition", ""),
        "rollout_state": deployment.get("rolloutState"),
        "reason": deployment.get("rolloutStateReason", ""),
        "failed_tasks": deployment.get("failedTasks", 0),
        "running_count": deployment.get("runningCount", 0),
        "created_at": str(deployment.get("createdAt", "")),
    }


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]


def _balancer(one: State) -> State:
    about = one.get("advancedConfiguration") or {}
    return {
        "target_group": one.get("targetGroupArn", ""),
        "container_name": one.get("containerName", ""),
        "container_port": one.get("containerPort", 0),
        **{option: about[key] for option, key in _ecs_shift.BALANCER.items() if about.get(key)},
    }


def _advanced(one: State) -> State:
    about = {key: one[option] for option, key in _ecs_shift.BALANCER.items() if one.get(option)}
    return {"advancedConfiguration": about} if about else {}


def _registry(one: State) -> State:
    return {option: one[key] for option, key in _REGISTRY.items() if one.get(key)}


def _network_to(settings: State) -> State:
    return {
        "awsvpcConfiguration": {
            "subnets": settings["subnets"],
            "securityGroups": settings.get("security_groups") or [],
            "assignPublicIp": "ENABLED" if settings.get("assign_public_ip") else "DISABLED",
        }
    }


def _deployment_from(configuration: State) -> State:
    breaker = configuration.get("deploymentCircuitBreaker") or {}
    threshold = breaker.get("thresholdConfiguration") or {}
    alarms = configuration.get("alarms") or {}
    return {
        "minimum_healthy_percent": configuration.get("minimumHealthyPercent"),
        "maximum_percent": configuration.get("maximumPercent"),
        "strategy": _ecs_shift.strategy_from(configuration),
        "circuit_breaker": without_none(
            {
                "enable": breaker.get("enable", False),
                "rollback": breaker.get("rollback", False),
                "threshold_type": threshold.get("type"),
                "threshold": threshold.get("value"),
            }
        ),
        "alarms": {
            "names": ordered(alarms.get("alarmNames") or []),
            "enable": alarms.get("enable", False),
            "rollback": alarms.get("rollback", False),
        },
    }


def _deployment_to(settings: State) -> State:
    request: State = {}
    if settings.get("minimum_healthy_percent") is not None:
        request["minimumHealthyPercent"] = settings["minimum_healthy_percent"]
    if settings.get("maximum_percent") is not None:
        request["maximumPercent"] = settings["maximum_percent"]
    if "strategy" in settings:
        request.update(_ecs_shift.strategy_to(settings["strategy"]))
    if "circuit_breaker" in settings:
        breaker = settings["circuit_breaker"]
        request["deploymentCircuitBreaker"] = {"enable": breaker["enable"], "rollback": breaker["rollback"]}
        if "threshold" in breaker:
            request["deploymentCircuitBreaker"]["thresholdConfiguration"] = {
                "type": breaker["threshold_type"],
                "value": breaker["threshold"],
            }
    if "alarms" in settings:
        alarms = settings["alarms"]
        request["alarms"] = {
            "alarmNames": alarms["names"],
            "enable": alarms["enable"],
            "rollback": alarms["rollback"],
        }
    return request


def _list_of(options: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
    return {"type": "list", "elements": "dict", **({"options": options} if options else {})}


def main() -> None:
    run(
        Service,
        {
            "name": {"type": "str"},
            "cluster": {"type": "str"},
            "task_definition": {"type": "str"},
            "desired_count": {"type": "int", "default": 1},
            "minimum_count": {"type": "int"},
            "count": {"type": "int"},
            "launch_type": {"type": "str", "choices": ["FARGATE", "EC2", "EXTERNAL"]},
            "capacity_provider_strategy": STRATEGY_OPTIONS,
            "platform_version": {"type": "str"},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "assign_public_ip": {"type": "bool"},
            "load_balancers": _list_of(
                {
                    "target_group": {"type": "str", "required": True},
                    "container_name": {"type": "str", "required": True},
                    "container_port": {"type": "int", "required": True},
                    "alternate_target_group": {"type": "str"},
                    "listener_rule": {"type": "str"},
                    "role": {"type": "str"},
                }
            ),
            "health_check_grace_period": {"type": "int"},
            "service_registries": _list_of(
                {
                    "registry": {"type": "str", "required": True},
                    "container_name": {"type": "str"},
                    "container_port": {"type": "int"},
                    "port": {"type": "int"},
                }
            ),
            "minimum_healthy_percent": {"type": "int"},
            "maximum_percent": {"type": "int"},
            "strategy": _ecs_shift.OPTIONS,
            "circuit_breaker": {
                "type": "dict",
                "options": {
                    "enable": {"type": "bool", "default": True},
                    "rollback": {"type": "bool", "default": True},
                    "threshold_type": {"type": "str", "choices": ["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"]},
                    "threshold": {"type": "int"},
                },
                "required_together": [("threshold_type", "threshold")],
            },
            "alarms": {
                "type": "dict",
                "options": {
                    "names": {"type": "list", "elements": "str", "required": True},
                    "enable": {"type": "bool", "default": True},
                    "rollback": {"type": "bool", "default": True},
                },
            },
            "availability_zone_rebalancing": {"type": "bool", "default": True},
            "enable_execute_command": {"type": "bool"},
            "propagate_tags": {"type": "str", "choices": ["NONE", "SERVICE", "TASK_DEFINITION"]},
            "ecs_managed_tags": {"type": "bool"},
            "service_connect": {
                "type": "dict",
                "options": {
                    "enabled": {"type": "bool", "default": True},
                    "namespace": {"type": "str"},
                    "services": _list_of(),
                },
            },
            "force_new_deployment": {"type": "bool", "default": False},
        },
        waits=True,
        wait_timeout=1200,
        mutually_exclusive=[("launch_type", "capacity_provider_strategy"), ("count", "minimum_count")],
        needs=("cluster",),
    )


if __name__ == "__main__":
    main()
