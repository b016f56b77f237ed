# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Subnet groups and parameter groups: complete answers, and the refusals of AWS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import PaginatedResult
from moto.rds.exceptions import (
    DBParameterGroupNotFoundError,
    DBSubnetGroupNotFoundError,
    InvalidParameterCombination,
    InvalidParameterValue,
    InvalidSubnet,
)
from moto.rds.models import DBInstance, DBParameterGroup, DBSubnetGroup, RDSBackend
from moto.rds.responses import RDSResponse

from emulator.mend.rds import catalog
from emulator.registry import mend, operation, parameters

MOST_IN_ONE_REQUEST = 20


# Subnet groups


@mend(RDSBackend)
def create_subnet_group(
    original: Any, self: RDSBackend, subnet_name: str, description: str, subnets: list[Any], tags: list[dict[str, str]]
) -> DBSubnetGroup:
    if subnet_name in self.subnet_groups:
        raise ServiceException("DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists.")
    _check_subnets(subnets)
    return original(self, subnet_name.lower(), description, subnets, tags)


@mend(RDSBackend)
def modify_db_subnet_group(
    _original: Any, self: RDSBackend, subnet_name: str, description: str | None, subnets: list[Any]
) -> DBSubnetGroup:
    group = self.describe_db_subnet_groups(subnet_name)[0]
    _check_subnets(subnets)
    if subnets[0].vpc_id != group.vpc_id:
        raise InvalidSubnet(subnets[0].id)
    group.subnets = subnets
    if description is not None:
        group.description = description
    return group


@mend(RDSBackend)
def delete_subnet_group(original: Any, self: RDSBackend, subnet_name: str) -> DBSubnetGroup:
    if subnet_name not in self.subnet_groups:
        raise DBSubnetGroupNotFoundError(subnet_name)
    group = self.subnet_groups[subnet_name]
    users = [name for name, instance in self.databases.items() if getattr(instance, "db_subnet_group", None) is group]
    if users:
        raise ServiceException(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{subnet_name}' because at least one database instance: {users[0]} "
            "is still using it.",
        )
    return original(self, subnet_name)


def _check_subnets(subnets: list[Any]) -> None:
    if len({subnet.vpc_id for subnet in subnets}) != 1:
        raise InvalidSubnet(subnets[0].id if subnets else "")
    zones = sorted({subnet.availability_zone for subnet in subnets})
    if len(zones) < 2:
        raise ServiceException(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(zones)}. Add subnets to cover at least 2 AZs.",
        )


# Parameter groups


@mend(RDSBackend)
def describe_db_parameter_groups(
    original: Any, self: RDSBackend, db_parameter_group_kwargs: dict[str, Any]
) -> list[DBParameterGroup]:
    name = db_parameter_group_kwargs.get("db_parameter_group_name")
    found = original(self, {"db_parameter_group_name": name.lower()} if name else {})
    if name and not found:
        raise DBParameterGroupNotFoundError(name)
    return found


@mend(RDSBackend)
def create_db_parameter_group(
    original: Any, self: RDSBackend, db_parameter_group_kwargs: dict[str, Any]
) -> DBParameterGroup:
    family = db_parameter_group_kwargs.get("db_parameter_group_family") or ""
    if family.startswith("postgres") and family not in catalog.families():
        raise InvalidParameterValue(f"ParameterGroupFamily {family} is not a valid parameter group family")
    return original(self, db_parameter_group_kwargs)


@mend(RDSResponse)
def describe_db_parameters(original: Any, self: RDSResponse) -> Any:
    request = parameters(self)
    group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": request["DBParameterGroupName"]})[0]
    if group.family not in catalog.families():
        return original(self)
    found = [{**one, **group.parameters.get(one["ParameterName"], {})} for one in catalog.default_parameters()]
    if request.get("Source"):
        found = [one for one in found if one["Source"] == request["Source"]]
    return PaginatedResult({"Parameters": found})


@mend(RDSBackend)
def modify_db_parameter_group(
    original: Any,
    self: RDSBackend,
    db_parameter_group_name: str,
    db_parameter_group_parameters: Iterable[dict[str, Any]],
) -> DBParameterGroup:
    group = self.describe_db_parameter_groups({"db_parameter_group_name": db_parameter_group_name})[0]
    changes = list(db_parameter_group_parameters)
    if group.family in catalog.families():
        _check_parameters(group, changes)
        for change in changes:
            if not catalog.allows(change["ParameterName"], change["ParameterValue"]):
                allowed = catalog.PARAMETERS[change["ParameterName"]][2]
                raise InvalidParameterValue(
                    f"Invalid parameter value: {change['ParameterValue']} for: {change['ParameterName']} "
                    f"allowed values are: {allowed}"
                )
    marked = [{**change, "Source": "user"} for change in changes]
    _wait_for_restart(self, group, changes)
    return original(self, group.name, marked)


@operation(RDSResponse)
def reset_db_parameter_group(self: RDSResponse, request: dict[str, Any]) -> dict[str, Any]:
    group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": request["DBParameterGroupName"]})[0]
    changes = request.get("Parameters", [])
    if request.get("ResetAllParameters"):
        changes = [{"ParameterName": name} for name in group.parameters]
    else:
        _check_parameters(group, changes)
    for change in changes:
        group.parameters.pop(change["ParameterName"], None)
    _wait_for_restart(self.backend, group, changes)
    return {"DBParameterGroupName": group.name}


@mend(RDSBackend)
def delete_db_parameter_group(original: Any, self: RDSBackend, db_parameter_group_name: str) -> DBParameterGroup:
    if db_parameter_group_name.startswith("default."):
        raise InvalidParameterValue(f"Default DBParameterGroup cannot be deleted: {db_parameter_group_name}")
    users = [
        instance for instance in self.databases.values() if instance.db_parameter_group_name == db_parameter_group_name
    ]
    if users:
        raise ServiceException(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {db_parameter_group_name}, "
            "so the group cannot be deleted",
        )
    return original(self, db_parameter_group_name)


@mend(DBInstance)
def db_parameter_group_status_list(_original: Any, self: DBInstance) -> list[dict[str, str]]:
    """A status of the instance, not, as in moto, of the group."""
    status = "pending-reboot" if getattr(self, "waits_for_restart", False) else "in-sync"
    return [
        {"DBParameterGroupName": group.name, "ParameterApplyStatus": status} for group in self.db_parameter_groups()
    ]


def _check_parameters(group: DBParameterGroup, changes: list[dict[str, Any]]) -> None:
    if group.name.startswith("default."):
        raise ServiceException(
            "InvalidDBParameterGroupState", f"Default parameter group {group.name} cannot be modified"
        )
    if len(changes) > MOST_IN_ONE_REQUEST:
        raise InvalidParameterCombination(f"Only {MOST_IN_ONE_REQUEST} parameters can be modified in one request")
    for change in changes:
        name = change["ParameterName"]
        if name not in catalog.PARAMETERS:
            raise InvalidParameterValue(f"Could not find parameter with name: {name}")
        if name in catalog.READ_ONLY:
            raise InvalidParameterValue(f"The parameter {name} cannot be modified.")
        if catalog.PARAMETERS[name][0] == "static" and change.get("ApplyMethod") == "immediate":
            raise InvalidParameterCombination("cannot use immediate apply method for static parameter")


def _wait_for_restart(backend: RDSBackend, group: DBParameterGroup, changes: list[dict[str, Any]]) -> None:
    if not any(change.get("ApplyMethod", "pending-reboot") == "pending-reboot" for change in changes):
        return
    for instance in backend.databases.values():
        if instance.db_parameter_group_name == group.name:
            instance.waits_for_restart = True
