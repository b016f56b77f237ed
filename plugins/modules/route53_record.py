#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: route53_record
version_added: 0.1.0
short_description: Manage a DNS record in Route 53
description:
  - Creates, changes and deletes a record set of a hosted zone, with values or as an alias of a load balancer.
  - Record sets with a routing policy (weighted, failover and so on) are never touched.
  - See U(https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/rrsets-working-with.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description:
      - Full domain name of the record.
      - The type may follow after a blank, as in C(api.example.org AAAA), so that O(each) can have several types of a name.
    type: str
  type:
    description: Type of the record, where O(name) does not say it.
    type: str
    choices: [A, AAAA, CAA, CNAME, MX, PTR, SRV, TXT]
    default: A
  hosted_zone:
    description: Domain name or id of the hosted zone. Every resource needs it, of itself or beside O(each).
    type: str
  private_zone:
    description: Whether O(hosted_zone) as a name means the private zone of this name.
    type: bool
    default: false
  value:
    description:
      - Values of the record. Their order means nothing. Texts of V(TXT) are quoted where they are not yet.
      - Mutually exclusive with O(alias); one of them is required when the record is created.
    type: list
    elements: str
  ttl:
    description:
      - Seconds resolvers may keep the values, 0 to 2147483647; an alias has none.
      - A new record has 300 where nothing is given.
    type: int
  alias:
    description: What the record is an alias of. AWS asks nothing for queries of aliases, and the zone's apex may be one.
    type: dict
    suboptions:
      load_balancer:
        description: Name or ARN of a load balancer, instead of O(alias.dns_name) and O(alias.hosted_zone_id).
        type: str
      dns_name:
        description: DNS name of the target.
        type: str
      hosted_zone_id:
        description: Id of the hosted zone of the target, which each AWS service publishes.
        type: str
      evaluate_target_health:
        description: Whether the alias is not answered while the target is unhealthy.
        type: bool
        default: false
  wait_timeout:
    description: Seconds to wait until all name servers have a change; it takes about a minute.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Let the API's name lead to the load balancer
  sdt.infra.route53_record:
    hosted_zone: example.org
    alias: {load_balancer: sdt-prod}
    wait: false
    each:
      api.example.org A: {}
      api.example.org AAAA: {}

- name: A name for the documentation
  sdt.infra.route53_record:
    name: docs.example.org
    type: CNAME
    hosted_zone: example.org
    value: [docs.example.net]
    ttl: 3600
"""

RETURN = r"""
record:
  description: The record. Missing when O(each) is used; see RV(resources).
  returned: when a single record is managed
  type: dict
  contains:
    fqdn:
      description: Full domain name, with the final dot.
      type: str
      sample: api.example.org.
    type:
      description: Type of the record.
      type: str
      sample: A
    hosted_zone_id:
      description: Id of the hosted zone.
      type: str
    value:
      description: The values; empty for an alias.
      type: list
      elements: str
    ttl:
      description: Seconds resolvers may keep the values.
      type: int
    alias:
      description: What it is an alias of.
      type: dict
resources:
  description: Every managed resource by its name, with the keys of RV(record).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "record", "name": "api.example.org A", "fields": ["alias"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned, planned
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource
from ansible_collections.sdt.infra.plugins.module_utils._route53 import (
    change_records,
    full_name,
    in_sync,
    records_at,
    zone_id,
)

_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "PTR", "SRV", "TXT"]
_TTL = 300  # seconds
_COMMENT = "Managed by Ansible"


class Record(Resource):
    kind = "DNS record"
    key = "record"
    serves = True
    fields = ("value", "ttl", "alias")

    _change: str | None = None

    @property
    def fqdn(self) -> str:
        return full_name(self.options["name"].split()[0])

    @property
    def type(self) -> str:
        words = self.options["name"].split()
        return words[1].upper() if len(words) > 1 else self.options["type"]

    @property
    def zone(self) -> str | None:
        absent = self.options["state"] == "absent"
        return zone_id(self.aws, self.options["hosted_zone"], self.options["private_zone"], absent)

    def find(self) -> State | None:
        zone = self.zone
        found = self._record(zone)
        if found is None:
            return None
        alias = found.get("AliasTarget")
        return {
            "name": self.name,
            "fqdn": self.fqdn,
            "type": self.type,
            "hosted_zone_id": zone,
            "value": _normal(self.type, [one["Value"] for one in found.get("ResourceRecords", [])]),
            "ttl": found.get("TTL"),
            "alias": {
                "dns_name": full_name(alias["DNSName"]).rstrip("."),
                "hosted_zone_id": alias["HostedZoneId"],
                "evaluate_target_health": alias["EvaluateTargetHealth"],
            }
            if alias
            else None,
        }

    def desired(self) -> State:
        if self.type not in _TYPES:
            raise InfraError(f"DNS record {self.name}: the type must be one of {', '.join(_TYPES)}.")
        desired = super().desired()
        if "alias" in desired:
            desired["alias"] = self._target(desired["alias"])
        if "value" in desired:
            desired["value"] = _normal(self.type, desired["value"])
        return desired

    def create(self, desired: State) -> None:
        if "alias" not in desired and not desired.get("value"):
            raise InfraError(f"DNS record {self.name} does not exist; give value or alias to create it.")
        self._upsert(desired)

    def update(self, current: State, changes: State) -> None:
        kept = {"alias": current["alias"], "value": current["value"], "ttl": current["ttl"]}
        if "alias" in changes:
            kept = {}
        if "value" in changes:
            kept["alias"] = None
        self._upsert({**kept, **changes})

    def delete(self, current: State) -> None:
        record = self._record(current["hosted_zone_id"])
        if record is not None:
            self._change = change_records(self.aws, current["hosted_zone_id"], "DELETE", [record], _COMMENT)

    def ready(self, state: State) -> bool:
        if self._change and in_sync(self.aws, self._change):
            self._change = None
        return self._change is None

    def gone(self, state: State | None) -> bool:
        return state is None and self.ready({})

    def _record(self, zone: str | None) -> dict[str, t.Any] | None:
        """The record set as AWS has it."""
        if zone is None or is_planned(zone):
            return None
        found = [one for one in records_at(self.aws, zone, self.fqdn) if one["Type"] == self.type]
        if any("SetIdentifier" in one for one in found):
            raise InfraError(f"DNS record {self.name} has a routing policy, which this module does not manage.")
        return found[0] if found else None

    def _upsert(self, wanted: State) -> None:
        zone = self.zone
        record: dict[str, t.Any] = {"Name": self.fqdn, "Type": self.type}
        if wanted.get("alias"):
            record["AliasTarget"] = {
                "DNSName": wanted["alias"]["dns_name"],
                "HostedZoneId": wanted["alias"]["hosted_zone_id"],
                "EvaluateTargetHealth": wanted["alias"]["evaluate_target_health"],
            }
        else:
            ttl = wanted.get("ttl")
            record["TTL"] = _TTL if ttl is None else ttl
            record["ResourceRecords"] = [{"Value": value} for value in wanted["value"]]
        if zone is not None:
            self._change = change_records(self.aws, zone, "UPSERT", [record], _COMMENT)

    def _target(self, alias: State) -> State:
        """The option alias as name and zone."""
        health = {"evaluate_target_health": alias["evaluate_target_health"]}
        if "load_balancer" not in alias:
            if "dns_name" not in alias or "hosted_zone_id" not in alias:
                raise InfraError(f"DNS record {self.name}: alias needs load_balancer, or dns_name and hosted_zone_id.")
            return {**alias, "dns_name": full_name(alias["dns_name"]).rstrip("."), **health}
        name = alias["load_balancer"]
        arn = resolve(self.aws, "load_balancer", name)
        if is_planned(arn):
            place = {key: planned("load_balancer", f"{name}/{key}") for key in ("dns_name", "hosted_zone_id")}
            return {**place, **health}
        # The request resolve() has just made, answered from memory.
        which = {"LoadBalancerArns": [arn]} if arn == name else {"Names": [name]}
        found = self.aws.read(
            "elbv2", "describe_load_balancers", "LoadBalancers", missing=("LoadBalancerNotFound",), **which
        )
        if not found:
            raise InfraError(f"DNS record {self.name}: the load balancer {name} does not exist.")
        target = found[0]
        return {
            "dns_name": full_name(target["DNSName"]).rstrip("."),
            "hosted_zone_id": target["CanonicalHostedZoneId"],
            **health,
        }


def _normal(kind: str, values: t.Iterable[str]) -> list[str]:
    """Values in the one form and order that is compared."""
    if kind == "TXT":
        return sorted(value if value.startswith('"') else f'"{value}"' for value in values)
    if kind == "CNAME":
        return sorted(full_name(value).rstrip(".") for value in values)
    return sorted(values)


def main() -> None:
    run(
        Record,
        {
            "name": {"type": "str"},
            "type": {"type": "str", "choices": _TYPES, "default": "A"},
            "hosted_zone": {"type": "str"},
            "private_zone": {"type": "bool", "default": False},
            "value": {"type": "list", "elements": "str"},
            "ttl": {"type": "int"},
            "alias": {
                "type": "dict",
                "options": {
                    "load_balancer": {"type": "str"},
                    "dns_name": {"type": "str"},
                    "hosted_zone_id": {"type": "str"},
                    "evaluate_target_health": {"type": "bool", "default": False},
                },
            },
        },
        taggable=False,
        waits=True,
        wait_timeout=300,
        mutually_exclusive=[("value", "alias"), ("ttl", "alias")],
        needs=("hosted_zone",),
    )


if __name__ == "__main__":
    main()
