#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: acm_certificate
version_added: 0.1.0
short_description: Manage a public certificate of AWS Certificate Manager
description:
  - Requests a public TLS certificate that is validated by DNS, makes the validation records where the domain's hosted zone
    is in this account, and waits until the certificate is issued.
  - Where the DNS is elsewhere, the records to create are returned and reported as pending; a later run finds the
    certificate issued. AWS gives up after 72 hours; then the next run requests it again.
  - The certificate is found by its domain name. AWS renews it by itself as long as the validation records stay.
  - See U(https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
author: SDT platform engineering (@sdt)
options:
  domain_name:
    description: Domain name of the certificate, at most 64 characters; C(*.example.org) stands for all names below it.
    type: str
  subject_alternative_names:
    description:
      - Further domain names of the certificate.
      - AWS cannot change them later; others make a new certificate, and the old one is removed when nothing uses it.
    type: list
    elements: str
  key_algorithm:
    description:
      - Algorithm of the key pair. AWS cannot change it later; another makes a new certificate.
      - A new certificate has V(RSA_2048) where nothing is given.
    type: str
    choices: [RSA_2048, EC_prime256v1, EC_secp384r1]
  hosted_zone:
    description:
      - Domain name or id of the public hosted zone that gets the validation records.
      - Names outside of the zone are left to you, and reported as pending.
    type: str
  wait_timeout:
    description:
      - Seconds to wait until the certificate is issued; with O(hosted_zone) this usually takes some minutes.
      - A certificate that is not issued by then is no failure, but reported as pending.
      - With O(state=absent), seconds to wait until nothing uses it any more.
    type: int
    default: 600
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
- name: Request a certificate and validate it in the hosted zone
  sdt.infra.acm_certificate:
    domain_name: api.example.org
    hosted_zone: example.org
    tags:
      Environment: prod

- name: Request a certificate whose records somebody else creates
  sdt.infra.acm_certificate:
    domain_name: api.example.org
    subject_alternative_names: ["*.api.example.org"]
  register: requested

- name: Show the records to create
  ansible.builtin.debug:
    var: requested.certificate.records_to_create
"""

RETURN = r"""
certificate:
  description: The certificate. Missing when O(each) is used; see RV(resources).
  returned: when a single certificate is managed
  type: dict
  contains:
    arn:
      description: ARN of the certificate.
      type: str
      sample: arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    domain_name:
      description: Its domain name.
      type: str
    status:
      description: V(ISSUED) when it can be used, V(PENDING_VALIDATION) before; missing in check mode before it is requested.
      type: str
      sample: ISSUED
    validation_records:
      description: The DNS records that prove who owns the domain names; they have to stay for renewals.
      type: list
      elements: dict
      sample: [{"name": "_a1.api.example.org.", "type": "CNAME", "value": "_b2.acm-validations.aws."}]
    records_to_create:
      description: Those that somebody has to create; empty once the certificate is issued.
      type: list
      elements: dict
    expires:
      description: When it ends, unless AWS has renewed it by then.
      type: str
      sample: "2027-08-01T23:59:59+00:00"
resources:
  description: Every managed resource by its domain name, with the keys of RV(certificate).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "create", "kind": "certificate", "name": "api.example.org", "fields": ["hosted_zone"]}]
pending:
  description: What somebody has to do before the certificate is issued, one sentence each.
  returned: when it is not issued yet
  type: list
  elements: str
"""

import datetime
import time
import typing as t
import uuid

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource
from ansible_collections.sdt.infra.plugins.module_utils._route53 import (
    change_records,
    full_name,
    records_at,
    zone_id,
)

_ALIVE = ["ISSUED", "PENDING_VALIDATION"]
# A list without key types shows RSA certificates only.
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
_MISSING = ("ResourceNotFoundException",)
_TTL = 300  # seconds
_COMMENT = "Validation of a certificate, managed by Ansible"
_RECORDS_TIMEOUT = 120  # seconds until AWS says which records it wants; usually less than ten
_STUCK = datetime.timedelta(minutes=30)  # records that are not seen by then will not be seen in this run either


class Certificate(Resource):
    kind = "certificate"
    key = "certificate"
    serves = True
    identity = "domain_name"
    fields = ("subject_alternative_names", "key_algorithm", "hosted_zone")
    replace_on = frozenset({"subject_alternative_names", "key_algorithm"})
    computed = ("arn",)

    _requested: str | None = None  # the ARN of what this call has requested
    _left: str | None = None  # the ARN of what it replaced and could not remove
    _patient_until: float | None = None

    def find(self) -> State | None:
        detail = self._detail(self._requested) if self._requested else self._best()
        if detail is None:
            return None
        names = sorted(set(detail.get("SubjectAlternativeNames", [])) - {self.name})
        found = self.aws.read(
            "acm", "list_tags_for_certificate", "Tags", missing=_MISSING, CertificateArn=detail["CertificateArn"]
        )
        return {
            "arn": detail["CertificateArn"],
            "domain_name": self.name,
            "subject_alternative_names": names,
            "key_algorithm": _algorithm(detail),
            "status": detail["Status"],
            "reason": detail.get("FailureReason", ""),
            "requested": str(detail.get("CreatedAt", "")),
            "expires": detail["NotAfter"].isoformat() if "NotAfter" in detail else None,
            "validation_records": _records(detail),
            "records_to_create": self._records_to_create(detail),
            "hosted_zone": self._validated_in(detail),
            "tags": _tags.from_list(found),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "subject_alternative_names" in desired:
            desired["subject_alternative_names"] = sorted(set(desired["subject_alternative_names"]) - {self.name})
        if "hosted_zone" in desired:
            desired["hosted_zone"] = self._zone()
        return desired

    def create(self, desired: State) -> None:
        optional: dict[str, t.Any] = {}
        if desired.get("subject_alternative_names"):
            optional["SubjectAlternativeNames"] = desired["subject_alternative_names"]
        if desired.get("tags"):
            optional["Tags"] = _tags.to_list(desired["tags"])
        self._requested = self.aws.write(
            "acm",
            "request_certificate",
            DomainName=self.name,
            ValidationMethod="DNS",
            KeyAlgorithm=desired.get("key_algorithm", "RSA_2048"),
            IdempotencyToken=uuid.uuid4().hex,  # one for all attempts of this request
            **optional,
        )["CertificateArn"]
        if "hosted_zone" in desired:
            self._validate(self._requested)

    def update(self, current: State, changes: State) -> None:
        self._validate(current["arn"])

    def replace(self, current: State, desired: State) -> None:
        """The new one first; the old one stays as long as a load balancer serves it."""
        self.create({**{name: current[name] for name in ("key_algorithm", "tags")}, **desired})
        detail = self._detail(current["arn"])
        if detail is not None and not detail.get("InUseBy"):
            self._delete_one(current["arn"], 0)
        elif detail is not None:
            self._left = current["arn"]

    def delete(self, current: State) -> None:
        patience = self.options["wait_timeout"] if self.options["wait"] else 0
        zone = self._zone()
        every = [one["CertificateArn"] for one in self._candidates()]
        for arn in every:
            # Others of this domain are ours where they are tagged alike: what an earlier replacement left.
            if arn == current["arn"] or self._tags(arn) == current["tags"]:
                self._delete_one(arn, patience)
        if zone is not None:
            self._remove_records(zone, current["validation_records"])

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("acm", "add_tags_to_certificate", CertificateArn=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        gone = [{"Key": name} for name in names]
        self.aws.write("acm", "remove_tags_from_certificate", CertificateArn=current["arn"], Tags=gone)

    def ready(self, state: State) -> bool:
        if state["status"] == "ISSUED":
            return True
        if state["status"] != "PENDING_VALIDATION":
            raise InfraError(
                f"AWS did not issue certificate {self.name}: {state['status']} {state['reason']}. "
                "See https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting.html."
            )
        if state["records_to_create"]:
            return True  # somebody has to; waiting for that helps nobody
        if self._patient_until is None:
            # The loop fails at the end of wait_timeout; here a slow validation is no failure.
            self._patient_until = time.monotonic() + self.options["wait_timeout"] - 1.5 * self.poll_seconds
        return time.monotonic() > self._patient_until or _is_stuck(state)

    def pending(self, state: State) -> list[str]:
        if state.get("status") != "PENDING_VALIDATION":
            return []
        if not state["validation_records"]:
            return [f"Certificate {self.name} is requested: run again to see how it is to be validated."]
        if not state["records_to_create"]:
            return [
                f"Certificate {self.name} is not issued yet, though its validation records are in hosted zone "
                f"{self.options.get('hosted_zone')}: check that the domain is delegated to the name servers of that zone, "
                "then run again."
            ]
        wanted = "; ".join(f"{one['name']} {one['type']} {one['value']}" for one in state["records_to_create"])
        return [
            f"Certificate {self.name} waits for its validation: create these DNS records, then run again: {wanted}."
        ]

    def warnings(self, state: State) -> list[str]:
        if self._left:
            return [
                f"The earlier certificate {self._left} of {self.name} is still in use and was left. "
                "Remove it when nothing uses it any more."
            ]
        return []

    # -- certificates -------------------------------------------------------------------------------------------

    def _candidates(self) -> list[dict[str, t.Any]]:
        """What AWS issued, or is about to issue, for the domain."""
        found = self.aws.read(
            "acm",
            "list_certificates",
            "CertificateSummaryList",
            CertificateStatuses=_ALIVE,
            Includes={"keyTypes": _KEY_TYPES},
        )
        return [one for one in found or [] if one.get("DomainName") == self.name and one.get("Type") == "AMAZON_ISSUED"]

    def _best(self) -> dict[str, t.Any] | None:
        """The certificate with the wanted names and key, else any; an issued one, else the newest."""
        details = [self._detail(one["CertificateArn"]) for one in self._candidates()]
        alive = [detail for detail in details if detail is not None]
        alive.sort(key=lambda one: (self._fits(one), one["Status"] == "ISSUED", str(one.get("CreatedAt"))))
        return alive[-1] if alive else None

    def _fits(self, detail: dict[str, t.Any]) -> bool:
        wanted = self.options.get("subject_alternative_names")
        algorithm = self.options.get("key_algorithm")
        names = set(detail.get("SubjectAlternativeNames", [])) | {self.name}
        return (wanted is None or names == {*wanted, self.name}) and algorithm in (None, _algorithm(detail))

    def _detail(self, arn: str) -> dict[str, t.Any] | None:
        return self.aws.read("acm", "describe_certificate", "Certificate", missing=_MISSING, CertificateArn=arn)

    def _tags(self, arn: str) -> dict[str, str]:
        found = self.aws.read("acm", "list_tags_for_certificate", "Tags", missing=_MISSING, CertificateArn=arn)
        return _tags.from_list(found)

    def _delete_one(self, arn: str, patience: int) -> None:
        # A listener that is gone counts as a user for some minutes.
        self.aws.write(
            "acm",
            "delete_certificate",
            missing=_MISSING,
            retry=("ResourceInUseException",),
            retry_seconds=patience,
            CertificateArn=arn,
        )

    # -- validation ---------------------------------------------------------------------------------------------

    def _zone(self) -> str | None:
        zone = self.options.get("hosted_zone")
        absent = self.options["state"] == "absent"
        return zone_id(self.aws, zone, absent=absent) if zone else None

    def _within(self, zone: str, records: list[dict[str, str]]) -> list[dict[str, str]]:
        """The records that belong into the zone."""
        found = self.aws.read("route53", "get_hosted_zone", "HostedZone", missing=("NoSuchHostedZone",), Id=zone)
        return [one for one in records if found and one["name"].endswith("." + full_name(found["Name"]))]

    def _records_to_create(self, detail: dict[str, t.Any]) -> list[dict[str, str]]:
        """The validation records that are not ours to make and may still be missing."""
        if detail["Status"] != "PENDING_VALIDATION":
            return []
        zone = self._zone()
        ours = self._within(zone, _records(detail)) if zone else []
        return [one for one in _records(detail) if one not in ours]

    def _validated_in(self, detail: dict[str, t.Any]) -> str | None:
        """The zone, where the certificate is issued or all of its validation records are there."""
        zone = self._zone()
        if zone is None or detail["Status"] == "ISSUED":
            return zone
        wanted = self._within(zone, _records(detail))
        there = all(
            any(one["Type"] == record["type"] and _values(one) == [record["value"]] for one in found)
            for record in wanted
            for found in [records_at(self.aws, zone, record["name"])]
        )
        return zone if there and wanted else None

    def _validate(self, arn: str) -> None:
        """Create the validation records, as soon as AWS says which."""
        zone = self._zone()
        patience = Patience(self.aws, f"the records of certificate {self.name}", _RECORDS_TIMEOUT)
        while True:
            detail = self.aws.read(
                "acm", "describe_certificate", "Certificate", missing=_MISSING, fresh=True, CertificateArn=arn
            )
            if detail and _records(detail):
                break
            if not patience.lasts("not named yet"):
                raise InfraError(
                    f"AWS has not said within {_RECORDS_TIMEOUT} seconds how certificate {self.name} is to be validated. "
                    "Run again."
                )
        wanted = self._within(zone, _records(detail)) if zone else []
        if zone and wanted:
            change_records(self.aws, zone, "UPSERT", [_record_set(one) for one in wanted], _COMMENT)

    def _remove_records(self, zone: str, records: list[dict[str, str]]) -> None:
        """Remove the validation records, unless another certificate is renewed by them."""
        found = self.aws.read(
            "acm", "list_certificates", "CertificateSummaryList", Includes={"keyTypes": _KEY_TYPES}, fresh=True
        )
        others = {name.removeprefix("*.") for one in found or [] for name in _names(one)}
        gone = [
            one
            for record in self._within(zone, records)
            if record["name"].partition(".")[2].rstrip(".") not in others
            for one in records_at(self.aws, zone, record["name"])
            if one["Type"] == record["type"] and _values(one) == [record["value"]]
        ]
        if gone:
            change_records(self.aws, zone, "DELETE", gone, _COMMENT)


def _algorithm(detail: dict[str, t.Any]) -> str:
    """AWS writes RSA-2048 where it asks for RSA_2048."""
    return detail.get("KeyAlgorithm", "").replace("-", "_")


def _names(summary: dict[str, t.Any]) -> set[str]:
    return {summary.get("DomainName", ""), *summary.get("SubjectAlternativeNameSummaries", [])}


def _records(detail: dict[str, t.Any]) -> list[dict[str, str]]:
    """The validation records, once each; empty while AWS has not named all of them."""
    options = detail.get("DomainValidationOptions", [])
    if not all("ResourceRecord" in one for one in options):
        return []
    found = {one["ResourceRecord"]["Name"]: one["ResourceRecord"] for one in options}
    return [{"name": name, "type": one["Type"], "value": one["Value"]} for name, one in sorted(found.items())]


def _record_set(record: dict[str, str]) -> dict[str, t.Any]:
    return {
        "Name": record["name"],
        "Type": record["type"],
        "TTL": _TTL,
        "ResourceRecords": [{"Value": record["value"]}],
    }


def _values(record_set: dict[str, t.Any]) -> list[str]:
    return [one["Value"] for one in record_set.get("ResourceRecords", [])]


def _is_stuck(state: State) -> bool:
    """True when it has been waiting for so long that it will not be issued while we wait."""
    if not state["requested"]:
        return False
    requested = datetime.datetime.fromisoformat(state["requested"])
    return datetime.datetime.now(requested.tzinfo) - requested > _STUCK


def main() -> None:
    run(
        Certificate,
        {
            "domain_name": {"type": "str"},
            "subject_alternative_names": {"type": "list", "elements": "str"},
            "key_algorithm": {
                "type": "str",
                "choices": ["RSA_2048", "EC_prime256v1", "EC_secp384r1"],
                "no_log": False,
            },
            "hosted_zone": {"type": "str"},
        },
        waits=True,
        wait_timeout=600,
    )


if __name__ == "__main__":
    main()
