# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the hosted zones of the emulator answer, as a resolver on the internet would see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.route53.models import route53_backends


def is_hosted(name: str) -> bool:
    """Whether a public hosted zone here covers the name; if not, its DNS is somewhere else."""
    return any(True for _zone in _zones(name))


def resolves_to(name: str, target: str) -> bool:
    """Whether a public hosted zone here has this name as a CNAME or alias of the target."""
    wanted, target = _normal(name), _normal(target)
    for zone in _zones(name):
        for record in zone.rrsets:
            if _normal(record.name) != wanted:
                continue
            alias = (record.alias_target or {}).get("DNSName", "")
            values = [alias] if alias else [_value(value) for value in record.records] if record.type == "CNAME" else []
            if target in map(_normal, values):
                return True
    return False


def _zones(name: str) -> Iterator[Any]:
    wanted = "." + _normal(name)
    for account in list(route53_backends.values()):
        for backend in list(account.values()):
            for zone in list(backend.zones.values()):
                if not zone.private_zone and wanted.endswith("." + _normal(zone.name)):
                    yield zone


def _value(record: Any) -> str:
    return record["Value"] if isinstance(record, dict) else str(record)


def _normal(name: str) -> str:
    return name.rstrip(".").lower()
