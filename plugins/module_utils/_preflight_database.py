# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What only RDS knows about the databases of an inventory: looks as those of _preflight."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ec2, _rds, _rds_parameters
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._preflight import Problems

_ENGINE = "postgres"


def database(aws: Aws, wanted: dict[str, t.Any]) -> Problems:
    """What RDS would refuse of the option database of preflight_info."""
    version = wanted["version"]
    offered = [
        one for one in _rds.offered(aws, _ENGINE, version) if _rds.suffices(_ENGINE, one["EngineVersion"], version)
    ]
    if not offered:
        yield (
            f"RDS offers no PostgreSQL {_rds.major(_ENGINE, version)} from {version} on in {aws.region}: choose "
            "another version (rds_engine_version)."
        )
        return
    zones = _named_zones(aws, wanted["zones"])
    for one in wanted["classes"]:
        yield from _class(aws, one, version, zones)
    authorities = {name for one in offered for name in one.get("SupportedCACertificateIdentifiers", [])}
    authority = wanted["ca_certificate"]
    if authority and authorities and authority not in authorities:
        yield (
            f"RDS has no authority {authority} for PostgreSQL {version}: choose one of "
            f"{', '.join(sorted(authorities))} (rds_ca_certificate)."
        )
    if wanted["parameters"]:
        family = f"{_ENGINE}{_rds.major(_ENGINE, version)}"
        for problem in _rds_parameters.problems(_rds_parameters.changeable(aws, family), family, wanted["parameters"]):
            yield f"{problem} (rds_parameters)"


def _class(aws: Aws, wanted: dict[str, t.Any], version: str, zones: set[str]) -> Problems:
    """Whether RDS offers the class for such a version, in two zones and in those of the subnets."""
    name, variable = wanted["name"], wanted["variable"]
    options = aws.read(
        "rds",
        "describe_orderable_db_instance_options",
        "OrderableDBInstanceOptions",
        Engine=_ENGINE,
        DBInstanceClass=name,
        Vpc=True,
    )
    fitting = [one for one in options or [] if _rds.suffices(_ENGINE, one["EngineVersion"], version)]
    if not fitting:
        yield (
            f"RDS does not offer {name} with PostgreSQL {version} in {aws.region}: choose another class ({variable}) "
            "or version (rds_engine_version)."
        )
        return
    offered = {zone["Name"] for one in fitting for zone in one.get("AvailabilityZones", [])}
    if len(offered) < 2 or (wanted["multi_az"] and not any(one.get("MultiAZCapable") for one in fitting)):
        yield (
            f"RDS offers {name} with PostgreSQL {version} in {len(offered)} zones of {aws.region}"
            f"{' and without a standby' if wanted['multi_az'] else ''}: choose another class ({variable})."
        )
    elif lacking := zones - offered:
        yield (
            f"RDS offers {name} with PostgreSQL {version} in {', '.join(sorted(offered))}, and not in "
            f"{', '.join(sorted(lacking))}, where the private subnets stand: choose another class ({variable}) or "
            "other zones (network_zones)."
        )


def _named_zones(aws: Aws, zones: t.Sequence[str]) -> set[str]:
    """The names of zones given by their names, their ids, or their numbers among those of the region."""
    known = _ec2.zones(aws) if zones else []
    every = {str(number): zone["ZoneName"] for number, zone in enumerate(known, 1)}
    every |= {zone["ZoneId"]: zone["ZoneName"] for zone in known}
    return {every.get(zone, zone) for zone in zones}
