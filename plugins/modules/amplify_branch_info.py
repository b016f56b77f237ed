#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_branch_info
version_added: 0.1.0
short_description: Tell which branches of an Amplify app are published
description:
  - Returns the branches of the app, with their last jobs, and which of them are previews, that nobody declares.
  - See U(https://docs.aws.amazon.com/amplify/latest/userguide/pr-previews.html).
author: SDT platform engineering (@sdt)
options:
  app:
    description: Name or id of the app.
    type: str
    required: true
  declared:
    description: Names of the branches that are no previews.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: List the previews of the frontend
  sdt.infra.amplify_branch_info:
    app: sdt-dev-frontend
    declared: [main]
"""

RETURN = r"""
branches:
  description: The branches by name; none where there is no app.
  returned: always
  type: dict
  contains:
    branch:
      description: Its name.
      type: str
    preview:
      description: Whether nobody declares it.
      type: bool
    stage:
      description: What is published from it.
      type: str
      sample: PULL_REQUEST
    url:
      description: Where it is published.
      type: str
    idle_days:
      description: Whole days since its last job began, or since it was made.
      type: int
    last_job:
      description: Id and status of its last job.
      type: str
      sample: 7 SUCCEED
"""

import datetime

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _amplify_jobs
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing


def _told(aws: Aws, app_id: str, branch: State, declared: list[str]) -> State:
    name = branch["branchName"]
    job = _amplify_jobs.last_job(aws, app_id, name)
    last = job.get("startTime") or branch["createTime"]
    return {
        "branch": name,
        "preview": name not in declared,
        "stage": branch.get("stage", ""),
        "url": f"https://{branch.get('displayName') or name}.{app_id}.amplifyapp.com",
        "idle_days": (datetime.datetime.now(datetime.UTC) - last).days,
        "last_job": f"{job['jobId']} {job['status']}" if job else "none",
    }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "app": {"type": "str", "required": True},
            "declared": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    try:
        app_id = existing(aws, "amplify_app", module.params["app"])
        found = _amplify_jobs.branches(aws, app_id) if app_id else []
        branches = {one["branchName"]: _told(aws, app_id or "", one, module.params["declared"]) for one in found}
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, branches=branches)


if __name__ == "__main__":
    main()
