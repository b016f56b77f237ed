#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: servicediscovery_namespace
version_added: 0.1.0
short_description: Manage a private DNS namespace of Cloud Map
description:
  - Creates, changes and deletes a private DNS namespace, in which services of a VPC find each other by name.
  - AWS makes a private hosted zone in Route 53 for it, and removes it with the namespace.
  - A namespace with services is not deleted.
  - See U(https://docs.aws.amazon.com/cloud-map/latest/dg/working-with-namespaces.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the namespace and of its hosted zone, such as C(sdt-prod.internal).
    type: str
  vpc:
    description:
      - Name or id of the VPC in which the names are resolved. AWS cannot change it later.
      - Required when the namespace is created.
    type: str
  description:
    description: What the namespace is for.
    type: str
  soa_ttl:
    description: Seconds for which resolvers remember that a name does not exist. AWS begins with 15.
    type: int
  wait_timeout:
    description: Seconds to wait for the namespace.
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
- name: Let the services of production find each other
  sdt.infra.servicediscovery_namespace:
    name: sdt-prod.internal
    vpc: sdt-prod
    description: Services of production
"""

RETURN = r"""
namespace:
  description: The namespace. Missing when O(each) is used; see RV(resources).
  returned: when a single namespace is managed
  type: dict
  contains:
    id:
      description: Id of the namespace.
      type: str
      sample: ns-uwd3l5dyo5azrwha
    arn:
      description: ARN of the namespace.
      type: str
      sample: arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-uwd3l5dyo5azrwha
    name:
      description: Name of the namespace.
      type: str
    vpc:
      description: Id of the VPC.
      type: str
    hosted_zone:
      description: Id of the hosted zone AWS made.
      type: str
    description:
      description: What the namespace is for.
      type: str
    soa_ttl:
      description: Seconds for which resolvers remember that a name does not exist.
      type: int
    tags:
      description: Tags of the namespace.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed namespace by its name, with the keys of RV(namespace).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "namespace", "name": "sdt-prod.internal", "fields": ["vpc"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._servicediscovery import ServiceDiscoveryResource

_PASSING = ("ResourceInUse", "DuplicateRequest")


class Namespace(ServiceDiscoveryResource):
    kind = "Cloud Map namespace"
    key = "namespace"
    serves = True
    fields = ("vpc", "description", "soa_ttl")
    create_only = frozenset({"vpc"})
    computed = ("id", "arn", "hosted_zone")

    # The operation AWS does the work in; it knows why the work failed.
    _operation: str | None = None

    def find(self) -> State | None:
        self._check_operation()
        # Asked first: of what is listed afterwards, nothing was deleted in between.
        deletions = self._deletions()
        found = self.aws.read("servicediscovery", "list_namespaces", "Namespaces")
        mine = [one for one in found or [] if one["Name"] == self.name and one["Type"] == "DNS_PRIVATE"]
        if len(mine) > 1:
            raise InfraError(
                f"{len(mine)} private namespaces are called {self.name}, in several VPCs. Remove all but one, or give "
                "this one another name."
            )
        return {**self._state(mine[0]), "leaving": mine[0]["Id"] in self._targets(deletions)} if mine else None

    def _deletions(self) -> list[str]:
        """Operations that delete a namespace, which is shown as ever until they have ended."""
        under_way = {"TYPE": ["DELETE_NAMESPACE"], "STATUS": ["SUBMITTED", "PENDING"]}
        filters = [{"Name": name, "Values": values, "Condition": "IN"} for name, values in under_way.items()]
        found = self.aws.read("servicediscovery", "list_operations", "Operations", Filters=filters)
        return [one["Id"] for one in found or []]

    def _targets(self, operations: list[str]) -> set[str]:
        """The namespaces they are about."""
        found = [self.aws.read("servicediscovery", "get_operation", "Operation", OperationId=one) for one in operations]
        return {one.get("Targets", {}).get("NAMESPACE", "") for one in found}

    def leaving(self, state: State) -> bool:
        return bool(state["leaving"])

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("vpc"):
            desired["vpc"] = resolve(self.aws, "vpc", desired["vpc"])
        return desired

    def create(self, desired: State) -> None:
        if not desired.get("vpc"):
            raise InfraError(f"Cloud Map namespace {self.name} does not exist; give vpc to create it.")
        request: State = {"Name": self.name, "Vpc": desired["vpc"], "Tags": _tags.to_list(desired.get("tags"))}
        if "description" in desired:
            request["Description"] = desired["description"]
        if "soa_ttl" in desired:
            request["Properties"] = _soa(desired["soa_ttl"])
        self._start("create_private_dns_namespace", **request)

    def update(self, current: State, changes: State) -> None:
        change: State = {}
        if "description" in changes:
            change["Description"] = changes["description"]
        if "soa_ttl" in changes:
            change["Properties"] = _soa(changes["soa_ttl"])
        self._start("update_private_dns_namespace", Id=current["id"], Namespace=change)

    def delete(self, current: State) -> None:
        self._start(
            "delete_namespace", missing=("NamespaceNotFound",), retry=_PASSING, retry_seconds=30, Id=current["id"]
        )

    def ready(self, state: State) -> bool:
        return self._operation is None

    def _start(self, operation: str, **request: t.Any) -> None:
        self._operation = self.aws.write("servicediscovery", operation, **request).get("OperationId")

    def _check_operation(self) -> None:
        """Forget the operation when it is done; say why when it failed."""
        if self._operation is None:
            return
        operation = self.aws.read("servicediscovery", "get_operation", "Operation", OperationId=self._operation)
        if operation["Status"] == "FAIL":
            raise InfraError(
                f"AWS could not finish its work on the Cloud Map namespace {self.name}: "
                f"{operation.get('ErrorMessage', 'no reason given')} ({operation.get('ErrorCode', 'no code')})."
            )
        if operation["Status"] == "SUCCESS":
            self._operation = None

    def _state(self, namespace: State) -> State:
        properties = namespace.get("Properties", {}).get("DnsProperties", {})
        zone = properties.get("HostedZoneId", "")
        return {
            "id": namespace["Id"],
            "arn": namespace["Arn"],
            "name": self.name,
            "vpc": self._vpc(zone),
            "hosted_zone": zone,
            "description": namespace.get("Description", ""),
            "soa_ttl": (properties.get("SOA") or {}).get("TTL"),
            **self.tags(namespace["Arn"]),
        }

    def _vpc(self, zone: str) -> str:
        """The VPC of the namespace, which only its hosted zone knows."""
        answer = self.aws.read("route53", "get_hosted_zone", missing=("NoSuchHostedZone",), Id=zone) if zone else None
        vpcs = [one["VPCId"] for one in (answer or {}).get("VPCs") or []]
        # More VPCs may have been associated with the zone since; the wanted one is what matters.
        wanted = resolve(self.aws, "vpc", self.options["vpc"]) if self.options.get("vpc") else ""
        return wanted if wanted in vpcs else next(iter(vpcs), "")


def _soa(ttl: int) -> State:
    return {"DnsProperties": {"SOA": {"TTL": ttl}}}


def main() -> None:
    run(
        Namespace,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "description": {"type": "str"},
            "soa_ttl": {"type": "int"},
        },
        waits=True,
        wait_timeout=300,
    )


if __name__ == "__main__":
    main()
