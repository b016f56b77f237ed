#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance_info
version_added: 0.1.0
short_description: Tell which RDS instances exist
description:
  - Returns the RDS instances of the account and region, all or those that match, in one request.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html).
author: SDT platform engineering (@sdt)
options:
  names:
    description: Only the instances of these identifiers.
    type: list
    elements: str
  monitoring_role:
    description: Only the instances whose Enhanced Monitoring writes with this role, by name (with its path) or ARN.
    type: str
  tags:
    description: Only the instances that have all of these tags.
    type: dict
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: See how the databases of production are
  sdt.infra.rds_instance_info:
    tags:
      Environment: prod
"""

RETURN = r"""
instances:
  description: The instances by name, with the keys that M(sdt.infra.rds_instance) returns.
  returned: always
  type: dict
  contains:
    address:
      description: DNS name to connect to; missing until AWS has made the instance.
      type: str
    restorable_until:
      description: The latest moment it can be restored to, in UTC. Empty without automated backups.
      type: str
      sample: "2026-11-29T20:30:00Z"
    status:
      description: What AWS says it is doing.
      type: str
      sample: available
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import satisfied
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._rds_instance import described
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "names": {"type": "list", "elements": "str"},
            "monitoring_role": {"type": "str"},
            "tags": {"type": "dict"},
            **CONNECTION_OPTIONS,
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    names, role, tags = (module.params[option] for option in ("names", "monitoring_role", "tags"))
    try:
        found = [
            {**described(instance), "restorable_until": _moments.told(instance.get("LatestRestorableTime"))}
            for instance in aws.read("rds", "describe_db_instances", "DBInstances") or []
        ]
        if names is not None:
            found = [one for one in found if one["name"] in {name.lower() for name in names}]
        if role:
            arn = resolve(aws, "role", role)
            found = [one for one in found if one["monitoring_role"] == arn]
        if tags:
            found = [one for one in found if satisfied(one["tags"], tags)]
        module.exit_json(changed=False, instances={one["name"]: one for one in found})
    except InfraError as error:
        module.fail_json(msg=str(error))


if __name__ == "__main__":
    main()
