#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_cluster
version_added: 0.1.0
short_description: Manage an ECS cluster
description:
  - Creates, changes and deletes a cluster of the Elastic Container Service, with its capacity providers, Container
    Insights, the logging of commands run in containers, and the default namespace of Service Connect.
  - A cluster with services is not deleted.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the cluster, up to 255 letters, digits, hyphens and underscores.
    type: str
  container_insights:
    description:
      - Metrics of CloudWatch Container Insights. V(enhanced) adds metrics of each task and container, and costs more.
      - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights.html).
    type: str
    choices: [disabled, enabled, enhanced]
  capacity_providers:
    description:
      - What services of this cluster may run on, such as V(FARGATE) and V(FARGATE_SPOT).
      - When only one of this and O(default_capacity_provider_strategy) is given, the other stays as it is.
    type: list
    elements: str
  default_capacity_provider_strategy:
    description: The strategy of services and tasks that name neither a strategy nor a launch type.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider, one of O(capacity_providers).
        type: str
        required: true
      weight:
        description: Share of the tasks beyond O(default_capacity_provider_strategy[].base), from 0 to 1000.
        type: int
        default: 1
      base:
        description: Number of tasks that run on this provider before weights count; only one provider may have one.
        type: int
        default: 0
  execute_command:
    description:
      - What is kept of commands run in containers with ECS Exec.
      - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
    type: dict
    suboptions:
      logging:
        description:
          - V(DEFAULT) logs where the container logs, V(OVERRIDE) to the log group or bucket given here, V(NONE) nowhere.
        type: str
        choices: [NONE, DEFAULT, OVERRIDE]
        default: DEFAULT
      kms_key:
        description: Id, ARN or alias of the KMS key that encrypts the traffic of the session.
        type: str
      log_group:
        description: Log group for V(OVERRIDE).
        type: str
      log_encryption:
        description: Whether the log group is encrypted; AWS refuses to log to one that is not.
        type: bool
      s3_bucket:
        description: Bucket for V(OVERRIDE).
        type: str
      s3_prefix:
        description: Prefix of the objects in the bucket.
        type: str
      s3_encryption:
        description: Whether the objects are encrypted; AWS refuses to write to a bucket that is not.
        type: bool
  service_connect_namespace:
    description: >-
      Name, id or ARN of the Cloud Map namespace services use for Service Connect by default; an empty string removes it.
    type: str
  wait_timeout:
    description: Seconds to wait for the cluster.
    type: int
    default: 300
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
- name: Create the cluster of production
  sdt.infra.ecs_cluster:
    name: sdt-prod
    container_insights: enhanced
    capacity_providers: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      - capacity_provider: FARGATE
    tags:
      Environment: prod
"""

RETURN = r"""
cluster:
  description: The cluster. Missing when O(each) is used; see RV(resources).
  returned: when a single cluster is managed
  type: dict
  contains:
    arn:
      description: ARN of the cluster.
      type: str
      sample: arn:aws:ecs:us-east-1:123456789012:cluster/sdt-prod
    name:
      description: Name of the cluster.
      type: str
    status:
      description: State AWS reports.
      type: str
      sample: ACTIVE
    active_services:
      description: Number of services.
      type: int
    running_tasks:
      description: Number of running tasks.
      type: int
    container_insights:
      description: Level of Container Insights.
      type: str
    capacity_providers:
      description: Names of the capacity providers.
      type: list
      elements: str
    default_capacity_provider_strategy:
      description: The default strategy.
      type: list
      elements: dict
    execute_command:
      description: What is kept of commands run in containers.
      type: dict
    service_connect_namespace:
      description: ARN of the default namespace of Service Connect, or an empty string.
      type: str
    tags:
      description: Tags of the cluster.
      type: dict
resources:
  description: Every managed cluster by its name, with the keys of RV(cluster).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "cluster", "name": "sdt-prod", "fields": ["capacity_providers"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered, without_none
from ansible_collections.sdt.infra.plugins.module_utils._ecs import (
    PASSING,
    STRATEGY_OPTIONS,
    EcsResource,
    strategy_from,
    strategy_to,
    tag_list,
    tags_of,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_AT_ONCE = 100  # clusters one DescribeClusters takes
_MISSING = ("ClusterNotFoundException",)
_STILL_ENDING = ("ClusterContainsTasksException", "ClusterContainsServicesException", "UpdateInProgressException")
_CAPACITY = ("capacity_providers", "default_capacity_provider_strategy")

# option of execute_command -> where AWS has it
_EXECUTE = {"logging": "logging", "kms_key": "kmsKeyId"}
_EXECUTE_LOG = {
    "log_group": "cloudWatchLogGroupName",
    "log_encryption": "cloudWatchEncryptionEnabled",
    "s3_bucket": "s3BucketName",
    "s3_prefix": "s3KeyPrefix",
    "s3_encryption": "s3EncryptionEnabled",
}


class Cluster(EcsResource):
    kind = "ECS cluster"
    key = "cluster"
    serves = True
    fields = ("container_insights", *_CAPACITY, "execute_command", "service_connect_namespace")
    computed = ("arn",)

    def find(self) -> State | None:
        cluster = self._described()
        if cluster is None:
            return None
        insights = {one["name"]: one["value"] for one in cluster.get("settings") or []}
        return {
            "arn": cluster["clusterArn"],
            "name": self.name,
            "status": cluster["status"],
            "attachments_status": cluster.get("attachmentsStatus", ""),
            "active_services": cluster["activeServicesCount"],
            "running_tasks": cluster["runningTasksCount"],
            "container_insights": insights.get("containerInsights", "disabled"),
            "capacity_providers": ordered(cluster.get("capacityProviders") or []),
            "default_capacity_provider_strategy": strategy_from(cluster.get("defaultCapacityProviderStrategy")),
            "execute_command": _execute_from(cluster.get("configuration") or {}),
            "service_connect_namespace": (cluster.get("serviceConnectDefaults") or {}).get("namespace", ""),
            "tags": tags_of(cluster),
        }

    def desired(self) -> State:
        desired = super().desired()
        for name in _CAPACITY:
            if name in desired:
                desired[name] = ordered(desired[name])
        if desired.get("service_connect_namespace"):
            desired["service_connect_namespace"] = self._namespace_arn(desired["service_connect_namespace"])
        return desired

    def create(self, desired: State) -> None:
        request: State = {"clusterName": self.name, "tags": tag_list(desired.get("tags"))}
        if "container_insights" in desired:
            request["settings"] = _insights(desired["container_insights"])
        if "capacity_providers" in desired:
            request["capacityProviders"] = desired["capacity_providers"]
        if "default_capacity_provider_strategy" in desired:
            request["defaultCapacityProviderStrategy"] = strategy_to(desired["default_capacity_provider_strategy"])
        if "execute_command" in desired:
            request["configuration"] = {"executeCommandConfiguration": _execute_to(desired["execute_command"])}
        if desired.get("service_connect_namespace"):
            request["serviceConnectDefaults"] = {"namespace": desired["service_connect_namespace"]}
        self.aws.write("ecs", "create_cluster", retry=PASSING, **request)

    def update(self, current: State, changes: State) -> None:
        # Three calls, because AWS has one for each of these.
        if "container_insights" in changes:
            settings = _insights(changes["container_insights"])
            self.aws.write("ecs", "update_cluster_settings", retry=PASSING, cluster=self.name, settings=settings)
        if set(_CAPACITY) & set(changes):
            capacity = {**current, **changes}
            self.aws.write(
                "ecs",
                "put_cluster_capacity_providers",
                retry=PASSING,
                cluster=self.name,
                capacityProviders=capacity["capacity_providers"],
                defaultCapacityProviderStrategy=strategy_to(capacity["default_capacity_provider_strategy"]),
            )
        request: State = {}
        if "execute_command" in changes:
            # What stands beside it in the configuration is sent along, so that it stays.
            kept = (self._described() or {}).get("configuration") or {}
            whole = {**current["execute_command"], **changes["execute_command"]}
            request["configuration"] = {**kept, "executeCommandConfiguration": _execute_to(whole)}
        if "service_connect_namespace" in changes:
            request["serviceConnectDefaults"] = {"namespace": changes["service_connect_namespace"]}
        if request:
            self.aws.write("ecs", "update_cluster", retry=PASSING, cluster=self.name, **request)

    def delete(self, current: State) -> None:
        if current["active_services"]:
            raise InfraError(
                f"The ECS cluster {self.name} still has {current['active_services']} services. Remove them first: "
                "AWS deletes no cluster with services."
            )
        # Tasks of services that were just deleted take a while to stop.
        self.aws.write(
            "ecs", "delete_cluster", missing=_MISSING, retry=_STILL_ENDING, retry_seconds=300, cluster=self.name
        )

    def ready(self, state: State) -> bool:
        return state["status"] == "ACTIVE" and not state["attachments_status"].endswith("IN_PROGRESS")

    def _described(self) -> State | None:
        """The description of this cluster, out of one request for as many as AWS describes at once."""
        start = self.peers.index(self.name) // _AT_ONCE * _AT_ONCE
        found = self.aws.read(
            "ecs",
            "describe_clusters",
            "clusters",
            clusters=list(self.peers[start : start + _AT_ONCE]),
            include=["TAGS", "SETTINGS", "CONFIGURATIONS"],
        )
        # A deleted cluster stays visible as INACTIVE for a while.
        alive = [one for one in found or [] if one["clusterName"] == self.name and one["status"] != "INACTIVE"]
        return alive[0] if alive else None

    def _namespace_arn(self, name: str) -> str:
        if name.startswith("arn:"):
            return name
        return self.aws.arn("servicediscovery", f"namespace/{resolve(self.aws, 'namespace', name)}")


def _insights(level: str) -> list[dict[str, str]]:
    return [{"name": "containerInsights", "value": level}]


def _execute_from(configuration: State) -> State:
    execute = configuration.get("executeCommandConfiguration") or {}
    log = execute.get("logConfiguration") or {}
    return without_none(
        {
            **{option: execute.get(key) for option, key in _EXECUTE.items()},
            **{option: log.get(key) for option, key in _EXECUTE_LOG.items()},
        }
    )


def _execute_to(options: State) -> State:
    request = {key: options[option] for option, key in _EXECUTE.items() if option in options}
    log = {key: options[option] for option, key in _EXECUTE_LOG.items() if option in options}
    if log and options["logging"] == "OVERRIDE":
        request["logConfiguration"] = log
    return request


def main() -> None:
    run(
        Cluster,
        {
            "name": {"type": "str"},
            "container_insights": {"type": "str", "choices": ["disabled", "enabled", "enhanced"]},
            "capacity_providers": {"type": "list", "elements": "str"},
            "default_capacity_provider_strategy": STRATEGY_OPTIONS,
            "execute_command": {
                "type": "dict",
                "options": {
                    "logging": {"type": "str", "choices": ["NONE", "DEFAULT", "OVERRIDE"], "default": "DEFAULT"},
                    "kms_key": {"type": "str", "no_log": False},
                    "log_group": {"type": "str"},
                    "log_encryption": {"type": "bool"},
                    "s3_bucket": {"type": "str"},
                    "s3_prefix": {"type": "str"},
                    "s3_encryption": {"type": "bool"},
                },
            },
            "service_connect_namespace": {"type": "str"},
        },
        waits=True,
        wait_timeout=300,
    )


if __name__ == "__main__":
    main()
