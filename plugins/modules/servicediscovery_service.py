#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: servicediscovery_service
version_added: 0.1.0
short_description: Manage a service in a Cloud Map namespace
description:
  - Creates, changes and deletes a name in a namespace. An ECS service that is registered with it keeps its records up to
    date while tasks start and stop.
  - A service with registered instances is not deleted.
  - See U(https://docs.aws.amazon.com/cloud-map/latest/dg/working-with-services.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the service, the first part of its DNS name.
    type: str
  namespace:
    description: Name or id of the namespace. Every resource needs it, of itself or beside O(each).
    type: str
  description:
    description: What the service is for.
    type: str
  dns_records:
    description:
      - Types of DNS records, each with the seconds for which resolvers remember it.
      - AWS changes the seconds, and cannot change the types later.
    type: dict
    default: {A: 10}
  routing_policy:
    description: >-
      V(MULTIVALUE) answers with up to eight healthy instances, V(WEIGHTED) with one. AWS cannot change it later.
    type: str
    choices: [MULTIVALUE, WEIGHTED]
    default: MULTIVALUE
  custom_health_check:
    description: >-
      Whether ECS tells the health of instances, so that unhealthy ones are not returned. AWS cannot change it later.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Call the sandbox runner sandbox-runner.sdt-prod.internal
  sdt.infra.servicediscovery_service:
    name: sandbox-runner
    namespace: sdt-prod.internal
"""

RETURN = r"""
discovery_service:
  description: The service. Missing when O(each) is used; see RV(resources).
  returned: when a single service is managed
  type: dict
  contains:
    id:
      description: Id of the service.
      type: str
      sample: srv-e4anhexample0004
    arn:
      description: ARN of the service, for the option O(sdt.infra.ecs_service#module:service_registries).
      type: str
      sample: arn:aws:servicediscovery:us-east-1:123456789012:service/srv-e4anhexample0004
    name:
      description: Name of the service.
      type: str
    instances:
      description: Number of registered instances.
      type: int
    dns_records:
      description: Seconds resolvers remember each type of record.
      type: dict
      sample: {"A": 10}
    tags:
      description: Tags of the service.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed service by its name, with the keys of RV(discovery_service).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "discovery_service", "name": "auth-service", "fields": ["dns_records"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing, resolve
from ansible_collections.sdt.infra.plugins.module_utils._servicediscovery import ServiceDiscoveryResource


class DiscoveryService(ServiceDiscoveryResource):
    kind = "Cloud Map service"
    key = "discovery_service"
    serves = True
    fields = ("description", "dns_records", "routing_policy", "custom_health_check")
    create_only = frozenset({"routing_policy", "custom_health_check"})
    exact = frozenset({"dns_records"})
    computed = ("id", "arn")

    def find(self) -> State | None:
        namespace = existing(self.aws, "namespace", self.options["namespace"])
        if namespace is None:
            return None
        filters = [{"Name": "NAMESPACE_ID", "Values": [namespace]}]
        found = self.aws.read("servicediscovery", "list_services", "Services", Filters=filters)
        mine = [one for one in found or [] if one["Name"] == self.name]
        return self._state(mine[0]) if mine else None

    def desired(self) -> State:
        desired = super().desired()
        desired["dns_records"] = {kind: int(ttl) for kind, ttl in desired["dns_records"].items()}
        return desired

    def adjust(self, current: State, desired: State) -> State:
        if set(desired["dns_records"]) != set(current["dns_records"]):
            raise InfraError(
                f"Cloud Map service {self.name} has DNS records of the types {', '.join(sorted(current['dns_records']))}; "
                f"AWS cannot change dns_records to {', '.join(sorted(desired['dns_records']))}. Remove the service first "
                "(state=absent) and run again."
            )
        return desired

    def create(self, desired: State) -> None:
        request: State = {
            "Name": self.name,
            "NamespaceId": resolve(self.aws, "namespace", self.options["namespace"]),
            "DnsConfig": {"RoutingPolicy": desired["routing_policy"], "DnsRecords": _records(desired["dns_records"])},
            "Tags": _tags.to_list(desired.get("tags")),
        }
        if "description" in desired:
            request["Description"] = desired["description"]
        if desired["custom_health_check"]:
            request["HealthCheckCustomConfig"] = {}
        self.aws.write("servicediscovery", "create_service", **request)

    def update(self, current: State, changes: State) -> None:
        # UpdateService deletes the records when they are left out.
        records = {**current, **changes}["dns_records"]
        change: State = {"DnsConfig": {"DnsRecords": _records(records)}}
        if "description" in changes:
            change["Description"] = changes["description"]
        self.aws.write("servicediscovery", "update_service", Id=current["id"], Service=change)

    def delete(self, current: State) -> None:
        # ECS deregisters the instances of a service a little after its tasks stopped.
        self.aws.write(
            "servicediscovery",
            "delete_service",
            missing=("ServiceNotFound",),
            retry=("ResourceInUse",),
            retry_seconds=120,
            Id=current["id"],
        )

    def _state(self, service: State) -> State:
        dns = service.get("DnsConfig") or {}
        return {
            "id": service["Id"],
            "arn": service["Arn"],
            "name": self.name,
            "instances": service.get("InstanceCount", 0),
            "description": service.get("Description", ""),
            "dns_records": {one["Type"]: one["TTL"] for one in dns.get("DnsRecords") or []},
            "routing_policy": dns.get("RoutingPolicy"),
            "custom_health_check": service.get("HealthCheckCustomConfig") is not None,
            **self.tags(service["Arn"]),
        }


def _records(records: dict[str, int]) -> list[State]:
    return [{"Type": kind, "TTL": ttl} for kind, ttl in sorted(records.items())]


def main() -> None:
    run(
        DiscoveryService,
        {
            "name": {"type": "str"},
            "namespace": {"type": "str"},
            "description": {"type": "str"},
            "dns_records": {"type": "dict", "default": {"A": 10}},
            "routing_policy": {"type": "str", "choices": ["MULTIVALUE", "WEIGHTED"], "default": "MULTIVALUE"},
            "custom_health_check": {"type": "bool", "default": True},
        },
        needs=("namespace",),
    )


if __name__ == "__main__":
    main()
