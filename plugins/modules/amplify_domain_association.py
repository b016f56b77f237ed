#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_domain_association
version_added: 0.1.0
short_description: Manage the custom domain of an Amplify app
description:
  - Connects, changes and disconnects a domain of an app of AWS Amplify Hosting.
  - >-
    With O(hosted_zone) the records the domain needs are written to Route 53, and removed with the domain. Without it they are
    reported in RV(pending) until the domain works.
  - See U(https://docs.aws.amazon.com/amplify/latest/userguide/custom-domains.html).
author: SDT platform engineering (@sdt)
options:
  domain:
    description: The domain, such as V(example.org).
    type: str
  app:
    description: Name or id of the app. Every resource needs it, of itself or beside O(each).
    type: str
  subdomains:
    description:
      - What is published where, a map from prefix to branch. The empty prefix is the domain itself.
      - Required when the domain is connected.
    type: dict
  auto_subdomain:
    description: Whether branches that are added by themselves get a name under the domain.
    type: bool
  auto_subdomain_patterns:
    description: For which branches that happens.
    type: list
    elements: str
  auto_subdomain_role:
    description: Role with which Amplify writes their records, as a name (with its path) or an ARN.
    type: str
  certificate_arn:
    description:
      - ARN of a certificate of yours in us-east-1; an empty string means a certificate Amplify makes and renews.
    type: str
  hosted_zone:
    description: Route 53 zone of the domain, as a name or an id. The records are written there.
    type: str
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 1800
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
- name: Publish the frontend under the domain
  sdt.infra.amplify_domain_association:
    app: sdt-prod-frontend
    domain: example.org
    subdomains:
      "": main
      www: main
    hosted_zone: example.org
    wait: false
"""

RETURN = r"""
amplify_domain:
  description: The domain. Missing when O(each) is used; see RV(resources).
  returned: when a single domain is managed
  type: dict
  contains:
    arn:
      description: ARN of the association.
      type: str
    domain:
      description: The domain.
      type: str
    status:
      description: State AWS reports.
      type: str
      sample: AVAILABLE
    subdomains:
      description: What is published where.
      type: dict
    records:
      description: The DNS records the domain needs, as far as AWS has told them.
      type: list
      elements: dict
      sample: [{"name": "www.example.org", "type": "CNAME", "value": "d111111abcdef8.cloudfront.net"}]
    published:
      description: Whether all of them are in O(hosted_zone).
      returned: when O(hosted_zone) is given
      type: bool
resources:
  description: Every managed domain by its name, with the keys of RV(amplify_domain).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed domain.
  returned: always
  type: list
  elements: dict
pending:
  description: The DNS records that have to be made elsewhere, one sentence each.
  returned: when there are any
  type: list
  elements: str
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._amplify import GONE, PartOfApp
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing, resolve

_CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"  # the zone of every CloudFront distribution, for alias records
_TTL = 300
_RECORDS_KNOWN_WITHIN = 60  # seconds in which AWS usually names the records
_SEPARATOR = " CNAME "


class Record(t.NamedTuple):
    """A DNS record the domain needs; names and values have no dot at the end."""

    name: str
    type: str
    value: str

    def record_set(self) -> dict[str, t.Any]:
        """The record in the terms of Route 53."""
        record: dict[str, t.Any] = {"Name": self.name, "Type": self.type}
        if self.type == "A":
            target = {"HostedZoneId": _CLOUDFRONT_ZONE, "DNSName": self.value, "EvaluateTargetHealth": False}
            record["AliasTarget"] = target
        else:
            record.update(TTL=_TTL, ResourceRecords=[{"Value": self.value}])
        return record


class DomainAssociation(PartOfApp):
    kind = "Amplify domain"
    key = "amplify_domain"
    serves = True
    identity = "domain"
    fields = ("subdomains", "auto_subdomain", "auto_subdomain_patterns", "auto_subdomain_role", "certificate_arn")
    exact = frozenset({"subdomains"})
    computed = ("arn",)

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        self._complete = False  # whether AWS has named all records

    def find(self) -> State | None:
        app_id = self.app_id()
        if app_id is None:
            return None
        found = self.aws.read(
            "amplify",
            "get_domain_association",
            "domainAssociation",
            appId=app_id,
            domainName=self.name,
            missing=GONE,
        )
        if found is None:
            return None
        certificate = found.get("certificate") or {}
        records = self._records(found)
        state = {
            "arn": found["domainAssociationArn"],
            "domain": self.name,
            "status": found["domainStatus"],
            "reason": found.get("statusReason") or "",
            "update_status": found.get("updateStatus") or "",
            "subdomains": {
                one["subDomainSetting"]["prefix"]: one["subDomainSetting"]["branchName"] for one in found["subDomains"]
            },
            "auto_subdomain": found.get("enableAutoSubDomain", False),
            "auto_subdomain_patterns": sorted(found.get("autoSubDomainCreationPatterns") or []),
            "auto_subdomain_role": found.get("autoSubDomainIAMRole") or "",
            "certificate_arn": certificate.get("customCertificateArn") or "",
            "records": [record._asdict() for record in records],
        }
        if self.options.get("hosted_zone"):
            state["published"] = not self._missing(records)
        return state

    def desired(self) -> State:
        desired = super().desired()
        if "subdomains" in desired:
            desired["subdomains"] = {str(prefix or ""): str(branch) for prefix, branch in desired["subdomains"].items()}
        if "auto_subdomain_patterns" in desired:
            desired["auto_subdomain_patterns"] = sorted(desired["auto_subdomain_patterns"])
        if desired.get("auto_subdomain_role"):
            desired["auto_subdomain_role"] = resolve(self.aws, "role", desired["auto_subdomain_role"])
        if self.options.get("hosted_zone"):
            resolve(self.aws, "hosted_zone", self.options["hosted_zone"])
            desired["published"] = True
        return desired

    def create(self, desired: State) -> None:
        if not desired.get("subdomains"):
            raise InfraError(f"Domain {self.name} is not connected; give subdomains to connect it.")
        self.aws.write("amplify", "create_domain_association", **self._named(), **_request(desired))
        self._publish()

    def update(self, current: State, changes: State) -> None:
        sent = _request(changes)
        if sent:
            self.aws.write("amplify", "update_domain_association", **self._named(), **sent)
        self._publish()
        needed = (self.find() or {}).get("records") or []
        self._unpublish([record for record in current["records"] if record not in needed])

    def delete(self, current: State) -> None:
        self.aws.write("amplify", "delete_domain_association", **self._named(), missing=GONE)
        self._unpublish(current.get("records") or [])

    def ready(self, state: State) -> bool:
        if state["status"] == "FAILED" or state["update_status"] == "UPDATE_FAILED":
            raise InfraError(f"Domain {self.name} could not be connected: {state['reason'] or 'AWS gives no reason'}.")
        return state["status"] == "AVAILABLE"

    def pending(self, state: State) -> list[str]:
        if self.options.get("hosted_zone") or state.get("status") == "AVAILABLE":
            return []
        return [
            f"Domain {self.name}: make the DNS record {_for_people(Record(**one))} where its zone is."
            for one in state.get("records") or []
        ]

    # -- DNS ----------------------------------------------------------------------------------------------------

    def _records(self, found: dict[str, t.Any]) -> list[Record]:
        """What AWS has told so far; it says <pending> before it knows."""
        texts = []
        custom = bool((found.get("certificate") or {}).get("customCertificateArn"))
        if not custom:
            texts.append((None, found.get("certificateVerificationDNSRecord") or ""))
        for one in found["subDomains"]:
            texts.append((one["subDomainSetting"]["prefix"], one.get("dnsRecord") or ""))
        known = [_parsed(self.name, prefix, text) for prefix, text in texts]
        records = sorted({record for record in known if record is not None})
        self._complete = None not in known
        return records

    def _zone(self) -> str | None:
        zone = self.options.get("hosted_zone")
        find = existing if self.options.get("state") == "absent" else resolve
        found = find(self.aws, "hosted_zone", zone) if zone else None
        return None if found is None or is_planned(found) else found.rpartition("/")[2]

    def _there(self) -> dict[tuple[str, str], dict[str, t.Any]]:
        """The record sets of the zone by name and type."""
        zone = self._zone()
        if zone is None:
            return {}
        sets = self.aws.read("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone)
        return {(_plain(one["Name"]), one["Type"]): one for one in sets or []}

    def _missing(self, records: list[Record]) -> list[Record]:
        there = self._there()
        return [record for record in records if not self._holds(there, record)]

    @staticmethod
    def _holds(there: dict[tuple[str, str], dict[str, t.Any]], record: Record) -> bool:
        return _value(there.get((record.name, record.type), {})) == record.value

    def _publish(self) -> None:
        """Write the records as AWS names them; what it names later is written by a later run."""
        if self._zone() is None:
            return
        seconds = self.options["wait_timeout"] if self.options.get("wait") else _RECORDS_KNOWN_WITHIN
        patience = Patience(self.aws, f"the records of domain {self.name}", seconds)
        self.aws.forget()
        while True:
            state = self.find()
            if state is not None:
                missing = self._missing([Record(**one) for one in state["records"]])
                self._change("UPSERT", [record.record_set() for record in missing])
                if self._complete:
                    return
            if not patience.lasts(self.progress(state)):
                return

    def _unpublish(self, records: list[State]) -> None:
        """Remove these records where they still are what the domain needed."""
        there = self._there()
        needed = [Record(**one) for one in records]
        ours = [there[record.name, record.type] for record in needed if self._holds(there, record)]
        self._change("DELETE", ours)  # as they are in the zone: Route 53 deletes only what is described exactly

    def _change(self, action: str, sets: list[dict[str, t.Any]]) -> None:
        if sets:
            self.aws.write(
                "route53",
                "change_resource_record_sets",
                HostedZoneId=self._zone(),
                ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": one} for one in sets]},
            )

    def _named(self) -> State:
        return {"appId": self.app_id(), "domainName": self.name}


def _request(settings: State) -> dict[str, t.Any]:
    sent: dict[str, t.Any] = {}
    if "subdomains" in settings:
        sent["subDomainSettings"] = [
            {"prefix": prefix, "branchName": branch} for prefix, branch in sorted(settings["subdomains"].items())
        ]
    if "auto_subdomain" in settings:
        sent["enableAutoSubDomain"] = settings["auto_subdomain"]
    if "auto_subdomain_patterns" in settings:
        sent["autoSubDomainCreationPatterns"] = settings["auto_subdomain_patterns"]
    if "auto_subdomain_role" in settings:
        sent["autoSubDomainIAMRole"] = settings["auto_subdomain_role"]
    if "certificate_arn" in settings:
        custom = settings["certificate_arn"]
        sent["certificateSettings"] = (
            {"type": "CUSTOM", "customCertificateArn": custom} if custom else {"type": "AMPLIFY_MANAGED"}
        )
    return sent


def _parsed(domain: str, prefix: str | None, text: str) -> Record | None:
    """'www CNAME d1.cloudfront.net' as a record; the domain itself cannot be a CNAME and becomes an alias."""
    left, found, value = text.partition(_SEPARATOR)
    value = _plain(value)
    if not found or not value or "<" in value:
        return None
    if prefix is None:
        return Record(_plain(left), "CNAME", value)
    return Record(f"{prefix}.{domain}", "CNAME", value) if prefix else Record(domain, "A", value)


def _value(record_set: dict[str, t.Any]) -> str | None:
    """The one value of a record set of Route 53; None where there is none, or more than one."""
    if "AliasTarget" in record_set:
        return _plain(record_set["AliasTarget"]["DNSName"])
    values = record_set.get("ResourceRecords") or []
    return _plain(values[0]["Value"]) if len(values) == 1 else None


def _plain(name: str) -> str:
    """Without the dot at the end, and with * where Route 53 writes its code."""
    return name.strip().rstrip(".").replace("\\052", "*")


def _for_people(record: Record) -> str:
    kind = "ALIAS (or ANAME)" if record.type == "A" else record.type
    return f"{record.name} {kind} {record.value}"


def main() -> None:
    run(
        DomainAssociation,
        {
            "domain": {"type": "str"},
            "app": {"type": "str"},
            "subdomains": {"type": "dict"},
            "auto_subdomain": {"type": "bool"},
            "auto_subdomain_patterns": {"type": "list", "elements": "str"},
            "auto_subdomain_role": {"type": "str"},
            "certificate_arn": {"type": "str"},
            "hosted_zone": {"type": "str"},
        },
        taggable=False,
        waits=True,
        wait_timeout=1800,
        needs=("app",),
    )


if __name__ == "__main__":
    main()
