# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route 53: values of records, routing, zones, health checks."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from emulator.rules import Refused, Request, rule

API = "https://docs.aws.amazon.com/Route53/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
FORMATS = f"{GUIDE}/ResourceRecordTypes.html"
CHANGE = "ChangeResourceRecordSets"
ROUTING = (
    "CidrRoutingConfig",
    "Failover",
    "GeoLocation",
    "GeoProximityLocation",
    "MultiValueAnswer",
    "Region",
    "Weight",
)
MAIL = re.compile(r"\d{1,5}\s+\S+")
LONGEST_LABEL, LONGEST_NAME = 63, 255
INTERVALS = (10, 30)
SEARCHING = ("HTTP_STR_MATCH", "HTTPS_STR_MATCH")

Record = dict[str, Any]


def _batch(message: str) -> Refused:
    return Refused("InvalidChangeBatch", f"[{message}]")


def _changes(request: Request, *actions: str) -> list[Record]:
    changes = request["ChangeBatch"]["Changes"]
    return [one["ResourceRecordSet"] for one in changes if one["Action"] in (actions or ("CREATE", "UPSERT"))]


def _values(record: Record) -> list[str]:
    return [one["Value"] for one in record.get("ResourceRecords") or []]


def _bad(problem: str, value: str) -> Refused:
    return _batch(f"Invalid Resource Record: 'FATAL problem: {problem} encountered with '{value}''")


def _normal(name: str) -> str:
    return name.replace("\\052", "*").rstrip(".").lower() + "."


def _zone(request: Request, name: str = "HostedZoneId") -> Any:
    return request.backend("route53").zones.get(request[name].rpartition("/")[2])


@rule("route53", CHANGE, docs=FORMATS)
def address_record(request: Request) -> None:
    """The values of A records are IPv4 addresses, those of AAAA records IPv6 addresses."""
    kinds = {
        "A": (ipaddress.IPv4Address, "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
        "AAAA": (ipaddress.IPv6Address, "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
    }
    for record in _changes(request):
        parse, problem = kinds.get(record["Type"], (None, ""))
        for value in _values(record) if parse else ():
            try:
                parse(value)
            except ValueError:
                raise _bad(problem, value) from None


@rule("route53", CHANGE, docs=FORMATS)
def text_record(request: Request) -> None:
    """The values of TXT and SPF records are in quotation marks."""
    for record in _changes(request):
        for value in _values(record) if record["Type"] in ("TXT", "SPF") else ():
            if not (value.startswith('"') and value.endswith('"') and len(value) > 1):
                raise _bad("InvalidCharacterString (Value should be enclosed in quotation marks)", value)


@rule("route53", CHANGE, docs=FORMATS)
def mail_record(request: Request) -> None:
    """The values of MX records are a priority and a name."""
    for record in _changes(request):
        for value in _values(record) if record["Type"] == "MX" else ():
            if not MAIL.fullmatch(value):
                raise _bad("MXRRDATANotTwoFields (MX record doesn't have 2 fields)", value)


@rule("route53", CHANGE, docs=f"{API}/API_ResourceRecordSet.html")
def routing_identifier(request: Request) -> None:
    """A record with a routing policy has an identifier, and only such a record has one."""
    for record in _changes(request):
        routed = any(record.get(name) is not None for name in ROUTING)
        if routed == bool(record.get("SetIdentifier")):
            continue
        change = f"Change with [Name={record['Name']}, Type={record['Type']}]"
        if routed:
            raise Refused("InvalidInput", f"Invalid request: Missing field 'SetIdentifier' in {change}")
        raise Refused(
            "InvalidInput",
            f"Invalid request: Expected exactly one of [{', '.join(ROUTING)}], but found none in {change}",
        )


@rule("route53", CHANGE, docs=f"{API}/API_ResourceRecordSet.html")
def one_routing(request: Request) -> None:
    """Records of one name and type are one simple record, or all have a routing policy."""
    zone = _zone(request)
    going = {(_normal(one["Name"]), one["Type"], one.get("SetIdentifier")) for one in _changes(request, "DELETE")}
    for record in _changes(request) if zone else ():
        name, kind, identifier = _normal(record["Name"]), record["Type"], record.get("SetIdentifier")
        for other in zone.rrsets:
            if (_normal(other.name), other.type) != (name, kind) or (name, kind, other.set_identifier) in going:
                continue
            if bool(other.set_identifier) != bool(identifier):
                raise _batch(
                    f"RRSet with DNS name {name}, type {kind}, SetIdentifier {identifier or 'null'} cannot be created "
                    "as other RRSets exist with the same name and type."
                )


@rule("route53", CHANGE, docs=f"{GUIDE}/SOA-NSrecords.html")
def zone_keeps_itself(request: Request) -> None:
    """A zone keeps its start of authority and its name servers."""
    zone = _zone(request)
    made = {(_normal(one["Name"]), one["Type"]) for one in _changes(request)}
    for record in _changes(request, "DELETE") if zone else ():
        name, kind = _normal(record["Name"]), record["Type"]
        if name == _normal(zone.name) and kind in ("NS", "SOA") and (name, kind) not in made:
            raise _batch(
                "A HostedZone must contain exactly one SOA record."
                if kind == "SOA"
                else "A HostedZone must contain at least one NS record for the zone itself."
            )


@rule("route53", CHANGE, docs=f"{API}/API_ChangeResourceRecordSets.html")
def health_check_exists(request: Request) -> None:
    """A record refers to a health check that exists."""
    for record in _changes(request):
        wanted = record.get("HealthCheckId")
        if wanted and wanted not in request.backend("route53").health_checks:
            raise Refused("NoSuchHealthCheck", f"A health check with id {wanted} does not exist.")


@rule("route53", "CreateHostedZone", docs=f"{GUIDE}/DomainNameFormat.html")
def zone_name(request: Request) -> None:
    """The name of a zone has labels of 1 to 63 characters, 255 together."""
    name = request["Name"].removesuffix(".")
    labels = name.split(".")
    if len(name) > LONGEST_NAME or re.search(r"\s", name) or not all(0 < len(one) <= LONGEST_LABEL for one in labels):
        raise Refused("InvalidDomainName", f"{name} is not a valid domain name")


@rule("route53", "CreateHealthCheck", docs=f"{API}/API_HealthCheckConfig.html")
def health_check_interval(request: Request) -> None:
    """A health check asks every 10 or every 30 seconds."""
    seconds = request["HealthCheckConfig"].get("RequestInterval")
    if seconds is not None and seconds not in INTERVALS:
        raise Refused("InvalidInput", f"Invalid parameter : RequestInterval must be one of {INTERVALS}")


@rule("route53", "CreateHealthCheck", docs=f"{API}/API_HealthCheckConfig.html")
def health_check_search(request: Request) -> None:
    """A health check looks for a text if it is of a type that does, and only then."""
    config = request["HealthCheckConfig"]
    if bool(config.get("SearchString")) != (config["Type"] in SEARCHING):
        raise Refused("InvalidInput", f"Invalid parameter : SearchString and the type {config['Type']} do not match")
