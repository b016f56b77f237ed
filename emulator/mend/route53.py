# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route 53: changes that take hold together or not at all, exact deletions, and the rules for CNAME records."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.route53 import models
from moto.route53.exceptions import DnsNameInvalidForZone, InvalidInput
from moto.route53.models import FakeZone, RecordSet, Route53Backend
from moto.route53.responses import Route53

from emulator.clock import Stage, clock
from emulator.mend.elbv2.load_balancers import HOSTED_ZONES as LOAD_BALANCER_ZONES
from emulator.mend.elbv2.load_balancers import OTHER_ZONE
from emulator.registry import mend, replace, state

Record = dict[str, Any]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CHANGING = (
    "associate_vpc_with_hosted_zone",
    "change_resource_record_sets",
    "create_hosted_zone",
    "delete_hosted_zone",
    "disassociate_vpc_from_hosted_zone",
)


def _identifier(prefix: str) -> str:
    return prefix + "".join(mock_random.choice(LETTERS) for _ in range(20))


# Changes have an id of their own, and a state


def _with_change(original: Any, self: Route53) -> Any:
    """https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html"""
    answer = original(self)
    change = {"Id": f"/change/{_identifier('C')}", "SubmittedAt": utcnow()}
    if comment := answer.result.get("ChangeInfo", {}).get("Comment"):
        change["Comment"] = comment
    state(self.backend, "changes")[change["Id"]] = change
    status = partial(change.__setitem__, "Status")
    clock.begin(_group(self), change["Id"], Stage("PENDING", "route53.change.pending"), enter=status, last="INSYNC")
    answer.result["ChangeInfo"] = dict(change)
    return answer


def _group(response: Route53) -> tuple[Any, str]:
    return response.backend, "change"


for _name in CHANGING:
    mend(Route53, _name)(_with_change)


@mend(Route53)
def get_change(original: Any, self: Route53) -> Any:
    change_id = "/change/" + self._get_param("Id").removeprefix("/change/")
    change = state(self.backend, "changes").get(change_id)
    if change is None:
        raise ServiceException("NoSuchChange", f"Could not find resource with ID: {change_id.removeprefix('/change/')}")
    clock.look(_group(self), change_id)
    answer = original(self)
    answer.result["ChangeInfo"] = dict(change)
    return answer


# Zones


class ZoneIdentifier(models.HostedZoneIdentifier):
    """AWS's zones begin with Z."""

    def generate(self, *_args: Any, **_kwargs: Any) -> str:
        return _identifier("Z")


replace(models, "HostedZoneIdentifier", ZoneIdentifier)


@mend(Route53Backend)
def create_hosted_zone(original: Any, self: Route53Backend, name: str, *args: Any, **given: Any) -> FakeZone:
    reference = given.get("caller_reference")
    if reference and any(zone.caller_reference == reference for zone in self.zones.values()):
        message = f"A hosted zone has already been created with the specified caller reference: {reference}"
        raise ServiceException("HostedZoneAlreadyExists", message)
    zone = original(self, name, *args, **given)
    for record in zone.rrsets:
        # moto writes the start of authority as the text of a dictionary, and name servers without their dot.
        values = [value["Value"] if isinstance(value, dict) else value for value in record.records]
        record.records = [value if record.type == "SOA" else value.rstrip(".") + "." for value in values]
        record.name = name.rstrip(".") + "."
    return zone


# Records


@mend(Route53Backend)
def change_resource_record_sets(_original: Any, self: Route53Backend, zoneid: str, change_list: list[Record]) -> None:
    zone = self.get_hosted_zone(zoneid)
    records = {_key(record): record for record in zone.rrsets}
    for change in change_list:
        record = RecordSet(_normal(change["ResourceRecordSet"]))
        _check(zone, record)
        _apply(change["Action"], records, record)
    for record in records.values():
        _check_neighbours(zone, record, records)
    zone.rrsets = list(records.values())


def _key(record: RecordSet) -> tuple[str, str, str | None]:
    return record.name, record.type, record.set_identifier


def _normal(given: Record) -> Record:
    """As Route 53 keeps it: names with their dot and in lower case, values as a list."""
    record = copy.deepcopy(given)
    record["Name"] = record["Name"].replace("\\052", "*").rstrip(".").lower() + "."
    if "ResourceRecords" in record:
        record["ResourceRecords"] = [value["Value"] for value in record["ResourceRecords"] or []]
    if record.get("AliasTarget"):
        record["AliasTarget"]["DNSName"] = record["AliasTarget"]["DNSName"].rstrip(".").lower() + "."
    return record


def _check(zone: FakeZone, record: RecordSet) -> None:
    apex = zone.name.rstrip(".").lower() + "."
    if not (record.name == apex or record.name.endswith("." + apex)):
        raise DnsNameInvalidForZone(name=record.name, zone_name=zone.name)
    has_values = bool(record.records) and record.ttl is not None
    if has_values == bool(record.alias_target):
        message = (
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
            f"TrafficPolicyInstanceId], but found {'more than one' if has_values else 'none'} in Change with "
            f"[Name={record.name}, Type={record.type}, SetIdentifier={record.set_identifier or 'null'}]"
        )
        raise InvalidInput(message)
    if record.alias_target:
        _check_alias(record)
    if record.type == "CNAME":
        if record.name == apex:
            raise _refused(
                f"RRSet of type CNAME with DNS name {record.name} is not permitted at apex in zone {zone.name}"
            )
        if len(record.records or []) > 1:
            raise _refused(
                "Invalid Resource Record: FATAL problem: TooManyCNAMEsInRRSet (More than one value in a CNAME record)"
            )
    values = record.records or []
    if len(set(values)) < len(values):
        raise _refused("Duplicate Resource Record")


def _check_alias(record: RecordSet) -> None:
    """The target must lie in its zone; of AWS's own zones, those of load balancers are known here."""
    target, its_zone = record.alias_target["DNSName"], record.alias_target["HostedZoneId"]
    region = target.removesuffix(".elb.amazonaws.com.").rpartition(".")[2]
    if target.endswith(".elb.amazonaws.com.") and its_zone != LOAD_BALANCER_ZONES.get(region, OTHER_ZONE):
        raise _refused(
            f"Tried to create an alias that targets {target}, type {record.type} in zone {its_zone}, but the alias "
            "target name does not lie within the target zone"
        )


def _check_neighbours(zone: FakeZone, record: RecordSet, records: dict[Any, RecordSet]) -> None:
    if record.type == "CNAME" and any(
        other.name == record.name and other.type != "CNAME" for other in records.values()
    ):
        raise _refused(
            f"RRSet of type CNAME with DNS name {record.name} is not permitted as it conflicts with other records with "
            f"the same DNS name in zone {zone.name}"
        )


def _apply(action: str, records: dict[Any, RecordSet], record: RecordSet) -> None:
    key, current = _key(record), records.get(_key(record))
    described = f"[name='{record.name}', type='{record.type}'"
    described += f", set-identifier='{record.set_identifier}']" if record.set_identifier else "]"
    if action == "CREATE" and current is not None:
        raise _refused(f"Tried to create resource record set {described} but it already exists")
    if action == "DELETE":
        if current is None:
            raise _refused(f"Tried to delete resource record set {described} but it was not found")
        if _content(current) != _content(record):
            mismatch = "the values provided do not match the current values"
            raise _refused(f"Tried to delete resource record set {described} but {mismatch}")
        del records[key]
    else:
        records[key] = record


def _content(record: RecordSet) -> Any:
    fields = {name: value for name, value in vars(record).items() if value not in (None, [], "")}
    fields["records"] = sorted(record.records or [])
    fields["ttl"] = str(record.ttl)
    return fields


def _refused(message: str) -> ServiceException:
    return ServiceException("InvalidChangeBatch", f"[{message}]")


@mend(Route53)
def list_resource_record_sets(original: Any, self: Route53) -> Any:
    """Names come back with the wildcard in octal, as Route 53 writes it."""
    answer = original(self)
    shown = []
    for record in answer.result["ResourceRecordSets"]:
        record = copy.copy(record)
        record.name = record.name.replace("*", "\\052")
        shown.append(record)
    answer.result["ResourceRecordSets"] = shown
    return answer


@mend(Route53Backend, "list_resource_record_sets")
def list_from(
    original: Any, self: Route53Backend, zone_id: str, start_type: str, start_name: str, max_items: int
) -> Any:
    name = start_name.replace("\\052", "*") if start_name else start_name
    return original(self, zone_id, start_type, name, max_items)
