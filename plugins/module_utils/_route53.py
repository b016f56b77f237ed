# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Hosted zones and their records."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_AT_ONCE = 20  # records in one look: more than one name has types
_BUSY = ("PriorRequestNotComplete",)  # another change of the same zone is just being made


def zone_id(aws: Aws, zone: str, private: bool = False, absent: bool = False) -> str | None:
    """The id of a hosted zone by its domain name or id; None where it is gone and so is what is to be absent."""

    def find(_aws: Aws, name: str) -> list[str]:
        wanted = f"{name.rstrip('.').lower()}."
        answer = aws.read("route53", "list_hosted_zones_by_name", "HostedZones", DNSName=wanted)
        return [
            one["Id"].rpartition("/")[2]
            for one in answer or []
            if one["Name"] == wanted and bool(one["Config"].get("PrivateZone")) == private
        ]

    try:
        return resolve(aws, "hosted_zone", zone, find).removeprefix("/hostedzone/")
    except NotFound:
        if absent:
            return None
        raise


def full_name(name: str) -> str:
    """A DNS name as Route 53 keeps it: in lower case, with its final dot, the wildcard as a star."""
    return name.replace("\\052", "*").rstrip(".").lower() + "."


def records_at(aws: Aws, zone: str, name: str) -> list[dict[str, t.Any]]:
    """The record sets of all types at a name."""
    answer = aws.read(
        "route53",
        "list_resource_record_sets",
        missing=("NoSuchHostedZone",),
        HostedZoneId=zone,
        StartRecordName=full_name(name),
        MaxItems=str(_AT_ONCE),
    )
    found = (answer or {}).get("ResourceRecordSets", [])
    return [one for one in found if full_name(one["Name"]) == full_name(name)]


def change_records(aws: Aws, zone: str, action: str, records: list[dict[str, t.Any]], comment: str) -> str:
    """UPSERT or DELETE record sets, all or none, and return the id of the change."""
    changes = [{"Action": action, "ResourceRecordSet": record} for record in records]
    answer = aws.write(
        "route53",
        "change_resource_record_sets",
        retry=_BUSY,
        HostedZoneId=zone,
        ChangeBatch={"Comment": comment, "Changes": changes},
    )
    return answer["ChangeInfo"]["Id"]


def in_sync(aws: Aws, change: str) -> bool:
    """True when all name servers have the change."""
    answer = aws.read("route53", "get_change", "ChangeInfo", fresh=True, Id=change.rpartition("/")[2])
    return answer["Status"] == "INSYNC"
