#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: amplify_job
version_added: 0.1.0
short_description: Build and publish a branch of an Amplify app
description:
  - Starts a job for a branch, one of its commits, or the commit of an earlier job, follows it, and fails with the last lines of the step that failed.
    What visitors see is then still what was there before.
  - A job that is under way is followed rather than started again. A commit, or an earlier job, that is what visitors see already is not built again.
  - See U(https://docs.aws.amazon.com/amplify/latest/APIReference/API_StartJob.html).
author: SDT platform engineering (@sdt)
options:
  app:
    description: Name or id of the app, which has to be connected to a repository.
    type: str
    required: true
  branch:
    description: Name of the branch.
    type: str
    required: true
  commit:
    description: The commit; the last one of the branch when left out.
    type: str
  job:
    description: Id of an earlier good job, whose commit is published again.
    type: str
  previous:
    description: Whether to go back to the last good job of an earlier commit. What was gone back from is not gone back to.
    type: bool
    default: false
  reason:
    description: Why.
    type: str
  log_lines:
    description: How many of the last lines of a failed step are told.
    type: int
    default: 20
  wait_timeout:
    description: How long to wait, in seconds.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.lock
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Looks whether there is such a branch and job, and starts nothing.
    support: full
"""

EXAMPLES = r"""
- name: Publish a commit
  sdt.infra.amplify_job:
    app: sdt-prod-frontend
    branch: main
    commit: 3f1c2ab9d7e85e4a0d1f0a51c6d7e9b2f4c80a11

- name: Go back to what was there before
  sdt.infra.amplify_job:
    app: sdt-prod-frontend
    branch: main
    previous: true
    reason: blank page
"""

RETURN = r"""
job:
  description: Id of the job.
  returned: when one was started or followed
  type: str
commit:
  description: The commit that is published.
  returned: always
  type: str
status:
  description: How the job ended.
  returned: when one was started or followed
  type: str
  sample: SUCCEED
steps:
  description: How each step ended.
  returned: when one was started or followed
  type: dict
  sample: {BUILD: SUCCEED, DEPLOY: SUCCEED, VERIFY: SUCCEED}
log:
  description: The last lines of the step that failed.
  returned: when the job did not end well
  type: list
  elements: str
"""

from ansible_collections.sdt.infra.plugins.module_utils._amplify_jobs import Jobs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing
from ansible_collections.sdt.infra.plugins.module_utils._step import run


def _publish(aws: Aws, params: State, check_mode: bool) -> State:
    app_id = existing(aws, "amplify_app", params["app"])
    if app_id is None:
        raise InfraError(
            f"The Amplify app {params['app']} does not exist in {aws.region}: run site.yml, which makes it."
        )
    jobs = Jobs(aws, app_id, params["branch"])
    wanted = {"commit": params["commit"] or "", "again": "", "reason": params["reason"] or ""}
    if params["job"] or params["previous"]:
        earlier = jobs.numbered(params["job"]) if params["job"] else None
        if jobs.running is None:
            earlier = earlier or jobs.before()
        if earlier is not None:
            wanted |= {"commit": earlier["commitId"], "again": earlier["jobId"]}
    following = jobs.running
    if following is not None and wanted["commit"] and following["commitId"] != wanted["commit"]:
        raise InfraError(
            f"Job {following['jobId']} of branch {params['branch']} is {following['status']}, for another commit "
            f"({following['commitId'][:12]}): wait until it has ended, or stop it."
        )
    if following is None and wanted["commit"] and jobs.current and jobs.current["commitId"] == wanted["commit"]:
        return {"changed": False, "commit": wanted["commit"]}
    if check_mode:
        return {"changed": True, "commit": wanted["commit"]}
    if following is not None:
        job = following["jobId"]
    else:
        again = wanted["again"]
        job = jobs.start(again=again, reason=wanted["reason"], commit="" if again else wanted["commit"])
    return {"changed": True, **jobs.follow(job, params["wait_timeout"], params["log_lines"])}


def main() -> None:
    run(
        _publish,
        {
            "app": {"type": "str", "required": True},
            "branch": {"type": "str", "required": True},
            "commit": {"type": "str"},
            "job": {"type": "str"},
            "previous": {"type": "bool", "default": False},
            "reason": {"type": "str"},
            "log_lines": {"type": "int", "default": 20},
            "wait_timeout": {"type": "int", "default": 1800},
        },
        mutually_exclusive=[("commit", "job")],
    )


if __name__ == "__main__":
    main()
