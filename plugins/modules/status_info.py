#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: status_info
version_added: 0.1.0
short_description: Tell how an environment is doing
description:
  - Reads how the services, alarms, databases and the frontend of an environment are, and who works on it, as rows to show with
    M(sdt.infra.report), and tells what is not as it should be. What is asked for is what is looked at.
  - Says which tasks still have an old value of a secret that has changed since they started. It never reads the value of a secret.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html) and
    U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the ECS cluster.
    type: str
  alarm_prefix:
    description: What the names of the alarms begin with.
    type: str
  databases:
    description: Identifiers of RDS instances; the first has to exist, the others are told where they do.
    type: list
    elements: str
  app:
    description: Name or id of the Amplify app.
    type: str
  environment:
    description: What may be locked, such as V(sdt-prod).
    type: str
  run_table:
    description: Name of the table of locks and runs.
    type: str
    default: sdt-infra-runs
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
- name: See how production is doing
  sdt.infra.status_info:
    cluster: sdt-prod
    alarm_prefix: sdt-prod-
    databases: [sdt-prod-postgres, sdt-prod-postgres-replica]
    app: sdt-prod-frontend
    environment: sdt-prod
  register: status
"""

RETURN = r"""
account:
  description: The account, 12 digits.
  returned: always
  type: str
sections:
  description: The parts that were asked for, each with its C(title) and its C(rows), which have equal keys.
  returned: always
  type: list
  elements: dict
findings:
  description: What is not as it should be, a sentence each. Empty where all is well.
  returned: always
  type: list
  elements: str
  sample: ["auth-service runs 1 of 2 tasks."]
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _status
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def _parts(aws: Aws, params: State) -> t.Iterator[_status.Part]:
    asleep = bool(params["environment"]) and _status.asleep(aws, params["environment"], params["run_table"])
    if params["cluster"]:
        yield _status.services(aws, params["cluster"])
    if params["alarm_prefix"]:
        yield _status.alarms(aws, params["alarm_prefix"], asleep)
    if params["databases"]:
        yield _status.databases(aws, params["databases"], asleep)
    if params["app"]:
        yield _status.frontend(aws, params["app"])
    if params["environment"]:
        yield _status.lock(aws, params["environment"], params["run_table"])


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "cluster": {"type": "str"},
            "alarm_prefix": {"type": "str"},
            "databases": {"type": "list", "elements": "str"},
            "app": {"type": "str"},
            "environment": {"type": "str"},
            "run_table": {"type": "str", "default": "sdt-infra-runs"},
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    try:
        parts = list(_parts(aws, module.params))
        account = aws.account
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=False,
        account=account,
        sections=[{"title": one.title, "rows": one.rows} for one in parts],
        findings=[finding for one in parts for finding in one.findings],
    )


if __name__ == "__main__":
    main()
