#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_failover
version_added: 0.1.0
short_description: Let the standby of an RDS instance take over
description:
  - Restarts an instance with O(sdt.infra.rds_instance#module:multi_az) so that its standby takes over, waits until it is available in the other zone,
    and tells how long that took. Connections break meanwhile.
  - The task is always changed.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html).
author: SDT platform engineering (@sdt)
options:
  instance:
    description: Identifier of the instance.
    type: str
    required: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 900
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Looks whether there is a standby, and restarts nothing.
    support: full
"""

EXAMPLES = r"""
- name: See whether production survives the loss of a zone
  sdt.infra.rds_failover:
    instance: sdt-prod-postgres
"""

RETURN = r"""
before:
  description: The zone the database was in.
  returned: always
  type: str
  sample: us-east-1a
after:
  description: The zone it is in.
  returned: when it took over
  type: str
  sample: us-east-1b
seconds:
  description: Seconds from the request until it was available in the other zone.
  returned: when it took over
  type: float
"""


from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._rds import instance_of
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _look(aws: Aws, name: str) -> State:
    instance = instance_of(aws, name, fresh=True)
    if instance is None:
        raise NotFound(f"The RDS instance {name} does not exist in {aws.region}: correct the name.")
    return instance


def _ready(instance: State) -> str:
    """The zone of an instance that can fail over; refused otherwise."""
    name, status = instance["DBInstanceIdentifier"], instance["DBInstanceStatus"]
    if not instance["MultiAZ"]:
        raise InfraError(
            f"RDS instance {name} has no standby, so nothing can take over. Set rds_multi_az to true in the inventory and run site.yml."
        )
    if status != "available":
        raise InfraError(f"RDS instance {name} is {status}: wait until it is available.")
    return instance["AvailabilityZone"]


def _failed_over(aws: Aws, name: str, before: str, timeout: int) -> State:
    patience = Patience(aws, f"RDS instance {name} to be taken over by its standby", timeout, longest=5.0)
    aws.write("rds", "reboot_db_instance", DBInstanceIdentifier=name, ForceFailover=True)
    while True:
        instance = _look(aws, name)
        zone, status = instance.get("AvailabilityZone", ""), instance["DBInstanceStatus"]
        if status == "available" and zone != before:
            return {"after": zone, "seconds": round(patience.waited, 1)}
        if not patience.lasts(f"{status} in {zone}"):
            raise InfraError(
                f"RDS instance {name} is {status} in {zone} after {timeout} seconds, and was in {before}: its events say why."
            )


def _fail_over(aws: Aws, params: State, check_mode: bool) -> State:
    before = _ready(_look(aws, params["instance"]))
    result = {} if check_mode else _failed_over(aws, params["instance"], before, params["wait_timeout"])
    return {"before": before, **result}


def main() -> None:
    run(
        _fail_over,
        {
            "instance": {"type": "str", "required": True},
            "wait_timeout": {"type": "int", "default": 900},
        },
    )


if __name__ == "__main__":
    main()
