#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_parameter_group
version_added: 0.1.0
short_description: Manage an RDS parameter group
description:
  - Creates, changes and deletes a group of database parameters.
  - Dynamic parameters are changed at once, static ones wait until the databases that use the group are restarted;
    the result says so under RV(pending). Nothing is ever restarted by this module.
  - Names are checked against the family before anything is written, in check mode too.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithDBInstanceParamGroups.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the group. AWS keeps it in lower case. The groups of AWS, C(default.*), cannot be changed.
    type: str
  family:
    description:
      - Family of parameters, engine and major version, such as V(postgres15). AWS cannot change it later.
      - Required when the group is created.
    type: str
  description:
    description:
      - What the group is for. AWS cannot change it later.
      - AWS wants one, so it is V(Managed by Ansible) when it is left out at creation.
    type: str
  parameters:
    description:
      - The parameters to set, a map from name to value. V(true) and V(false) become V(1) and V(0).
      - An empty map resets all of them.
    type: dict
  purge_parameters:
    description: Whether parameters that are set in the group but not in O(parameters) go back to their default.
    type: bool
    default: true
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Accept encrypted connections only and log what takes longer than a second
  sdt.infra.rds_parameter_group:
    name: sdt-prod-postgres15
    family: postgres15
    parameters:
      rds.force_ssl: 1
      log_min_duration_statement: 1000
"""

RETURN = r"""
parameter_group:
  description: The group. Missing when O(each) is used; see RV(resources).
  returned: when a single group is managed
  type: dict
  contains:
    arn:
      description: ARN of the group.
      type: str
      sample: arn:aws:rds:us-east-1:123456789012:pg:sdt-prod-postgres15
    family:
      description: Engine and major version.
      type: str
      sample: postgres15
    name:
      description: Name of the group.
      type: str
    parameters:
      description: The parameters that are set, as text.
      type: dict
      sample: {"rds.force_ssl": "1"}
resources:
  description: Every managed group by its name, with the keys of RV(parameter_group).
  returned: always
  type: dict
pending:
  description: Static parameters that wait for a restart of the databases that use the group, one sentence each.
  returned: when there are such
  type: list
  elements: str
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "update", "kind": "parameter_group", "name": "sdt-prod-postgres15", "fields": ["parameters"]}]
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _rds_parameters, _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._rds import RdsResource

_BATCH = 20  # the most parameters one request may change


class ParameterGroup(RdsResource):
    kind = "RDS parameter group"
    key = "parameter_group"
    fields = ("family", "description", "parameters")
    create_only = frozenset({"family", "description"})
    exact = frozenset({"parameters"})
    computed = ("arn",)

    _exists = False
    _static: tuple[str, ...] = ()

    def find(self) -> State | None:
        groups = self.aws.read("rds", "describe_db_parameter_groups", "DBParameterGroups") or []
        group = next((one for one in groups if one["DBParameterGroupName"] == self.name), None)
        self._exists = group is not None
        if group is None:
            return None
        return {
            "arn": group["DBParameterGroupArn"],
            "name": self.name,
            "family": group["DBParameterGroupFamily"],
            "description": group["Description"],
            "parameters": self._set_parameters(),
            "tags": self.tags_of(group["DBParameterGroupArn"]),
        }

    def desired(self) -> State:
        desired = super().desired()
        if "parameters" in desired:
            desired["parameters"] = {name: _rds_parameters.text(value) for name, value in desired["parameters"].items()}
        if not self._exists and desired.get("family"):
            self._checked(desired["family"], desired.get("parameters", {}))
        return desired

    def adjust(self, current: State, desired: State) -> State:
        if "parameters" not in desired:
            return desired
        if not self.options["purge_parameters"]:
            desired = {**desired, "parameters": {**current["parameters"], **desired["parameters"]}}
        wanted, unwanted = _tags.difference(current["parameters"], desired["parameters"])
        types = self._checked(current["family"], wanted) if wanted or unwanted else {}
        self._static = tuple(sorted(name for name in {*wanted, *unwanted} if types.get(name) == "static"))
        return desired

    def create(self, desired: State) -> None:
        if "family" not in desired:
            raise InfraError(f"RDS parameter group {self.name} does not exist; give family to create it.")
        self.aws.write(
            "rds",
            "create_db_parameter_group",
            DBParameterGroupName=self.name,
            DBParameterGroupFamily=desired["family"],
            Description=desired.get("description", "Managed by Ansible"),
            Tags=_tags.to_list(desired.get("tags")),
        )
        if desired.get("parameters"):
            self.update({"family": desired["family"], "parameters": {}}, {"parameters": desired["parameters"]})

    def update(self, current: State, changes: State) -> None:
        wanted, unwanted = _tags.difference(current["parameters"], changes["parameters"])
        types = self._checked(current["family"], {})
        for names in _batches(sorted(wanted)):
            parameters = [{**_parameter(types, name), "ParameterValue": wanted[name]} for name in names]
            self.aws.write("rds", "modify_db_parameter_group", DBParameterGroupName=self.name, Parameters=parameters)
        for names in _batches(unwanted):
            parameters = [_parameter(types, name) for name in names]
            self.aws.write(
                "rds",
                "reset_db_parameter_group",
                DBParameterGroupName=self.name,
                ResetAllParameters=False,
                Parameters=parameters,
            )

    def delete(self, current: State) -> None:
        self.aws.write(
            "rds", "delete_db_parameter_group", missing=("DBParameterGroupNotFound",), DBParameterGroupName=self.name
        )

    def pending(self, state: State) -> list[str]:
        if not self._static:
            return []
        return [
            f"Databases that use the parameter group {self.name} take over {', '.join(self._static)} when they are "
            "restarted ('aws rds reboot-db-instance')."
        ]

    def _set_parameters(self) -> dict[str, str]:
        """What is set in the group, and of the asked ones also those that AWS counts as default because they equal it."""
        asked = self.options.get("parameters")
        if asked is None:
            return {}
        found = self._parameters(Source="user")
        if set(asked) - set(found):
            everything = self._parameters()
            found.update({name: everything[name] for name in asked if name in everything})
        return found

    def _parameters(self, **filters: t.Any) -> dict[str, str]:
        found = self.aws.read("rds", "describe_db_parameters", "Parameters", DBParameterGroupName=self.name, **filters)
        return {one["ParameterName"]: one["ParameterValue"] for one in found or [] if "ParameterValue" in one}

    def _checked(self, family: str, wanted: dict[str, str]) -> dict[str, str]:
        """dynamic or static, by name, of every parameter; InfraError where AWS would refuse one of the wanted."""
        known = _rds_parameters.changeable(self.aws, family)
        said = list(_rds_parameters.problems(known, family, wanted))
        if said:
            raise InfraError(" ".join(said))
        return {name: one["ApplyType"] for name, one in known.items()}


def _parameter(types: dict[str, str], name: str) -> dict[str, str]:
    method = "immediate" if types.get(name) == "dynamic" else "pending-reboot"
    return {"ParameterName": name, "ApplyMethod": method}


def _batches(names: list[str]) -> list[list[str]]:
    return [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]


def main() -> None:
    run(
        ParameterGroup,
        {
            "name": {"type": "str"},
            "family": {"type": "str"},
            "description": {"type": "str"},
            "parameters": {"type": "dict"},
            "purge_parameters": {"type": "bool", "default": True},
        },
    )


if __name__ == "__main__":
    main()
