#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
version_added: 0.1.0
short_description: Find out what would stop a run half way, before it begins
description:
  - Asks AWS whether an environment can be made - whether quotas suffice, whether the caller has the rights, whether RDS offers what
    the database is to be, whether bucket names are free, and whether what is given (zone, certificate, key) is there.
  - An environment that has everything already costs one request; the rest is asked only while something is still to be made, or with
    O(everything).
  - Fails with all problems at once. What AWS does not let the caller ask is left out and told as a warning.
author: SDT platform engineering (@sdt)
options:
  owner:
    description: Tags of the resources of the environment.
    type: dict
    required: true
  everything:
    description: Whether all questions are asked although nothing is missing.
    type: bool
    default: false
  vpcs:
    description: How many VPCs, and as many internet gateways, the environment has.
    type: int
    default: 0
  elastic_ips:
    description: How many Elastic IPs it has.
    type: int
    default: 0
  load_balancers:
    description: How many load balancers it has.
    type: int
    default: 0
  databases:
    description: How many RDS instances it has, replicas included.
    type: int
    default: 0
  namespaces:
    description: How many namespaces of service discovery it has.
    type: int
    default: 0
  apps:
    description: How many Amplify apps it has.
    type: int
    default: 0
  bucket_count:
    description: How many buckets it has.
    type: int
    default: 0
  buckets:
    description: Names of buckets that may be taken by somebody else; C({account}) stands for the id of the account.
    type: list
    elements: str
    default: []
  least_vcpus:
    description: The vCPUs of the smallest number of tasks of all services.
    type: float
    default: 0
  most_vcpus:
    description: The vCPUs of the largest number of tasks of all services.
    type: float
    default: 0
  database:
    description: What is asked of RDS. Not asked when all databases are there, as RDS keeps what it offers no more.
    type: dict
    suboptions:
      version:
        description: Version of PostgreSQL.
        type: str
        required: true
      classes:
        description: Instance classes.
        type: list
        elements: dict
        default: []
        suboptions:
          name:
            description: The class.
            type: str
            required: true
          variable:
            description: The variable of the inventory that says it, for messages.
            type: str
            required: true
          multi_az:
            description: Whether there is a standby.
            type: bool
            default: false
      zones:
        description:
          - Zones the subnets stand in, as names, ids, or numbers among the zones of the region. Those of given subnets are not known.
        type: list
        elements: str
        default: []
      ca_certificate:
        description: Name of the authority of its certificate.
        type: str
      parameters:
        description: Parameters that are set, by name.
        type: dict
        default: {}
  ssl_policy:
    description: Name of the policy of ciphers of a load balancer.
    type: str
  hosted_zone:
    description: Name or id of a hosted zone that has to be there.
    type: str
  certificate:
    description: ARN of a certificate that has to be usable.
    type: str
  kms_key:
    description: ARN of a key that has to be usable, by CloudWatch Logs too.
    type: str
  publishers:
    description: AWS services that use it for messages to topics.
    type: list
    elements: str
    default: []
  actions:
    description: Actions of IAM the caller needs.
    type: list
    elements: str
    default: []
  rights:
    description:
      - What happens when the simulation does not allow one of O(actions). It asks for all resources, so it does not know policies that
        name resources.
    type: str
    choices: [refuse, warn]
    default: refuse
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: Look before anything is made
  sdt.infra.preflight_info:
    owner: {Project: sdt, Environment: prod, ManagedBy: ansible}
    vpcs: 1
    elastic_ips: 2
    database:
      version: "15"
      classes: [{name: db.r5.large, variable: rds_instance_class}]
    actions: [ec2:CreateVpc, rds:CreateDBInstance]
"""

RETURN = r"""
asked:
  description: Whether more than the resources of the environment was asked for.
  returned: success
  type: bool
msg:
  description: All problems.
  returned: on failure
  type: str
"""

import datetime
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _preflight, _preflight_database
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import REFUSED, AwsError, InfraError

_NOBODY = ("InvalidInput", "NoSuchEntity")  # a federated user has no policies the simulator knows
_DATABASE = {
    "version": {"type": "str", "required": True},
    "classes": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "variable": {"type": "str", "required": True},
            "multi_az": {"type": "bool", "default": False},
        },
    },
    "zones": {"type": "list", "elements": "str", "default": []},
    "ca_certificate": {"type": "str"},
    "parameters": {"type": "dict", "default": {}},
}

Told = tuple[list[str], list[str]]  # problems and warnings


class _Preflight:
    """All looks of one call."""

    def __init__(self, aws: Aws, params: dict[str, t.Any]):
        self._aws = aws
        self._params = params
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.asked = False

    def look(self) -> None:
        to_make = _preflight.missing(self._params, _preflight.ours(self._aws, self._params["owner"]))
        self._ask({"credentials": lambda: _only(_preflight.credentials(*_lifetime(self._aws)))})
        if to_make or self._params["everything"]:
            self.asked = True
            self._ask(self._looks(to_make))

    def _looks(self, to_make: dict[_preflight.Quota, int]) -> dict[str, t.Callable[[], Told]]:
        aws, params = self._aws, self._params
        looks: dict[str, t.Callable[[], Told]] = {
            "quotas": lambda: _only(_preflight.quotas(aws, to_make)),
            "the quota of Fargate": lambda: _preflight.fargate(aws, params["least_vcpus"], params["most_vcpus"]),
            "rights": self._rights,
            "bucket names": lambda: _only(_preflight.buckets(aws, params["buckets"])),
        }
        if params["database"] and (params["everything"] or any(one.needed == "databases" for one in to_make)):
            looks["what RDS offers"] = lambda: _only(_preflight_database.database(aws, params["database"]))
        if params["ssl_policy"]:
            looks["ssl_policy"] = lambda: _only(_preflight.ssl_policy(aws, params["ssl_policy"]))
        if params["hosted_zone"]:
            looks["hosted_zone"] = lambda: _only(_preflight.hosted_zone(aws, params["hosted_zone"]))
        if params["certificate"]:
            looks["certificate"] = lambda: _only(_preflight.certificate(aws, params["certificate"]))
        if params["kms_key"]:
            looks["kms_key"] = lambda: _only(_preflight.key(aws, params["kms_key"], params["publishers"]))
        return looks

    def _rights(self) -> Told:
        said = list(_preflight.rights(self._aws, self._params["actions"])) if self._params["actions"] else []
        return ([], said) if self._params["rights"] == "warn" else (said, [])

    def _ask(self, looks: dict[str, t.Callable[[], Told]]) -> None:
        for problems, warnings in self._aws.at_once(lambda look: _told(*look), looks.items()):
            self.problems += problems
            self.warnings += warnings


def _only(problems: t.Iterable[str]) -> Told:
    return list(problems), []


def _told(what: str, look: t.Callable[[], Told]) -> Told:
    try:
        return look()
    except AwsError as error:
        if error.code not in (*REFUSED, *_NOBODY):
            raise
        return [], [f"Preflight could not look at {what}: {error}"]


def _lifetime(aws: Aws) -> tuple[datetime.datetime | None, bool]:
    """When the credentials end, and whether they renew themselves."""
    credentials = aws.credentials
    expires = getattr(credentials, "_expiry_time", None)
    return expires, getattr(credentials, "_refresh_using", None) is not None


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "owner": {"type": "dict", "required": True},
            "everything": {"type": "bool", "default": False},
            **{quota.needed: {"type": "int", "default": 0} for quota in _preflight.QUOTAS},
            "buckets": {"type": "list", "elements": "str", "default": []},
            "least_vcpus": {"type": "float", "default": 0},
            "most_vcpus": {"type": "float", "default": 0},
            "database": {"type": "dict", "options": _DATABASE},
            "ssl_policy": {"type": "str"},
            "hosted_zone": {"type": "str"},
            "certificate": {"type": "str"},
            "kms_key": {"type": "str", "no_log": False},
            "publishers": {"type": "list", "elements": "str", "default": []},
            "rights": {"type": "str", "choices": ["refuse", "warn"], "default": "refuse"},
            "actions": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    preflight = _Preflight(Aws(module), module.params)
    try:
        preflight.look()
    except InfraError as error:
        module.fail_json(msg=f"Preflight could not look: {error}")
    for warning in preflight.warnings:
        module._module.warn(warning)
    if preflight.problems:
        module.fail_json(msg="\n".join(["Nothing was touched. This would stop the run half way:", *preflight.problems]))
    module.exit_json(changed=False, asked=preflight.asked)


if __name__ == "__main__":
    main()
