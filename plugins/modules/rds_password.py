#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rds_password
version_added: 0.1.0
short_description: Give the administrator of an RDS instance a new password
description:
  - Makes a new password, as the version C(AWSPENDING) of the secret, sets it in the instance, waits until it counts there, and makes it the
    value of the secret. What was interrupted is finished by the next call.
  - Who logs in with the password before is refused from then on, so nothing that serves users should.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Identifier of the instance.
    type: str
    required: true
  secret:
    description: Name or ARN of the secret with C(username) and C(password).
    type: str
    required: true
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Looks whether there are such an instance and secret, and changes nothing.
    support: full
"""

EXAMPLES = r"""
- name: Give the administrator a new password
  sdt.infra.rds_password:
    name: sdt-prod-postgres
    secret: sdt-prod/database
"""

RETURN = r"""
actions:
  description: What was done, or would be done in check mode.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._rds import instance_of
from ansible_collections.sdt.infra.plugins.module_utils._secret_versions import PENDING, Secret
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _rotate(aws: Aws, params: State, check_mode: bool) -> State:
    name = params["name"]
    secret = Secret(aws, params["secret"])
    if instance_of(aws, name) is None:
        raise NotFound(f"RDS instance {name} does not exist in {aws.region}: correct the name, or run site.yml.")
    if not check_mode:
        if not secret.begun:
            secret.put({**secret.value(), "password": secret.password()}, PENDING)
        aws.write(
            "rds",
            "modify_db_instance",
            retry=("InvalidDBInstanceState",),
            retry_seconds=params["wait_timeout"],
            DBInstanceIdentifier=name,
            MasterUserPassword=secret.value(PENDING)["password"],
            ApplyImmediately=True,
        )
        _wait(aws, name, params["wait_timeout"])
        secret.promote()
    action = {"action": "update", "kind": "password", "name": name, "fields": ["password"]}
    return {"changed": True, "actions": [action]}


def _wait(aws: Aws, name: str, seconds: int) -> None:
    """Until the password counts: AWS tells it as pending, and a status of its own, meanwhile."""
    patience = Patience(aws, f"the new password of RDS instance {name}", seconds, longest=5.0)
    while True:
        found = instance_of(aws, name, fresh=True) or {}
        pending = found.get("PendingModifiedValues") or {}
        status = found.get("DBInstanceStatus", "gone")
        if status == "available" and "MasterUserPassword" not in pending:
            return
        if not patience.lasts(status):
            raise InfraError(
                f"RDS instance {name} is still {status} after {seconds} seconds. Run again: the "
                "new password is kept and set once more."
            )


def main() -> None:
    run(
        _rotate,
        {
            "name": {"type": "str", "required": True},
            "secret": {"type": "str", "required": True, "no_log": False},
            "wait_timeout": {"type": "int", "default": 600},
        },
    )


if __name__ == "__main__":
    main()
