# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What RDS offers: versions, classes for each version and zone, and the defaults of every parameter."""

from __future__ import annotations

from typing import Any

from moto.core.responses import PaginatedResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import InvalidParameterValue
from moto.rds.responses import RDSResponse

from emulator.mend.rds import catalog
from emulator.registry import mend, operation, parameters


@operation(RDSResponse)
def describe_db_engine_versions(self: RDSResponse, request: dict[str, Any]) -> Any:
    if request.get("Engine", "postgres") != "postgres":
        raise NotImplementedError
    offered = catalog.versions(withdrawn=bool(request.get("IncludeAll")))
    wanted = request.get("EngineVersion")
    if wanted:
        offered = [version for version in offered if version == wanted or catalog.major(version) == wanted]
    if request.get("DBParameterGroupFamily"):
        offered = [
            version for version in offered if f"postgres{catalog.major(version)}" == request["DBParameterGroupFamily"]
        ]
    if request.get("DefaultOnly"):
        offered = [version for version in offered if version == catalog.newest(catalog.major(version))]
    return PaginatedResult({"DBEngineVersions": [_version(version) for version in offered]})


@mend(RDSResponse)
def describe_orderable_db_instance_options(original: Any, self: RDSResponse) -> Any:
    request = parameters(self)
    if request["Engine"] != "postgres":
        return original(self)
    zones = [zone.name for zone in ec2_backends[self.current_account][self.region].describe_availability_zones()]
    versions, classes = catalog.versions(), catalog.classes()
    if request.get("EngineVersion"):
        versions = [version for version in versions if version == request["EngineVersion"]]
    if request.get("DBInstanceClass"):
        classes = [name for name in classes if name == request["DBInstanceClass"]]
    options = [
        _option(version, instance_class, storage_type, zones)
        for version in versions
        for instance_class in classes
        for storage_type in catalog.STORAGE
    ]
    return PaginatedResult({"OrderableDBInstanceOptions": options})


@operation(RDSResponse)
def describe_engine_default_parameters(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    family = request["DBParameterGroupFamily"]
    if family not in catalog.families():
        raise InvalidParameterValue(f"ParameterGroupFamily {family} is not a valid parameter group family")
    return {"EngineDefaults": {"DBParameterGroupFamily": family, "Parameters": catalog.default_parameters()}}


def _version(version: str) -> dict[str, Any]:
    major = catalog.major(version)
    return {
        "Engine": "postgres",
        "MajorEngineVersion": major,
        "EngineVersion": version,
        "DBParameterGroupFamily": f"postgres{major}",
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}",
        "ValidUpgradeTarget": [
            {
                "Engine": "postgres",
                "EngineVersion": target,
                "Description": f"PostgreSQL {target}",
                "AutoUpgrade": False,
                "IsMajorVersionUpgrade": catalog.major(target) != major,
            }
            for target in catalog.upgrade_targets(version)
        ],
        "ExportableLogTypes": list(catalog.LOG_TYPES),
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "Status": "deprecated" if version in catalog.WITHDRAWN else "available",
        "SupportsCertificateRotationWithoutRestart": True,
        "SupportedCACertificateIdentifiers": list(catalog.AUTHORITIES),
    }


def _option(version: str, instance_class: str, storage_type: str, zones: list[str]) -> dict[str, Any]:
    least, most, iops, throughput = catalog.STORAGE[storage_type]
    return {
        "Engine": "postgres",
        "EngineVersion": version,
        "DBInstanceClass": instance_class,
        "LicenseModel": "postgresql-license",
        "AvailabilityZones": [{"Name": zone} for zone in catalog.zones_with(instance_class, zones)],
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "Vpc": True,
        "SupportsStorageEncryption": True,
        "StorageType": storage_type,
        "SupportsIops": iops,
        "SupportsStorageThroughput": throughput,
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": True,
        "MinStorageSize": least,
        "MaxStorageSize": most,
        "SupportsStorageAutoscaling": storage_type != "standard",
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
    }
