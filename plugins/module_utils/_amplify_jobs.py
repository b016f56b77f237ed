# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Jobs of a branch of an Amplify app: which one was good before, starting one, and following it to its end.

https://docs.aws.amazon.com/amplify/latest/APIReference/API_StartJob.html
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.urls import open_url
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._step import StepFailed

GOOD = "SUCCEED"
_OVER = (GOOD, "FAILED", "CANCELLED")
_LOG_SECONDS = 20  # until the log of a step is given up
_SHOWN = 5


class Jobs:
    """The jobs of one branch, newest first."""

    def __init__(self, aws: Aws, app_id: str, branch: str):
        self._aws = aws
        self._where: State = {"appId": app_id, "branchName": branch}
        self._branch = branch
        found = aws.read(
            "amplify", "list_jobs", "jobSummaries", missing=("NotFoundException",), fresh=True, **self._where
        )
        if found is None:
            raise NotFound(
                f"The app has no branch {branch}: correct the name, or add it to amplify_branches and run site.yml."
            )
        self.all: list[State] = sorted(found, key=lambda job: int(job["jobId"]), reverse=True)

    @property
    def running(self) -> State | None:
        """The job that has not ended."""
        return next((job for job in self.all if job["status"] not in _OVER), None)

    @property
    def current(self) -> State | None:
        """The last good job, whose result is what visitors see."""
        return next((job for job in self.all if job["status"] == GOOD), None)

    def numbered(self, job_id: str) -> State:
        """The good job of this id; raises NotFound, which names those there are."""
        good = [job for job in self.all if job["status"] == GOOD]
        found = next((job for job in good if job["jobId"] == job_id), None)
        if found is None:
            known = ", ".join(f"{job['jobId']} ({job['commitId'][:12]})" for job in good[:_SHOWN]) or "none"
            raise NotFound(f"Branch {self._branch} has no good job {job_id}; the last ones are: {known}.")
        return found

    def before(self) -> State:
        """The last good job of another commit, from before that of now came first; raises NotFound without any."""
        good = [job for job in self.all if job["status"] == GOOD]
        first = min((int(job["jobId"]) for job in good if job["commitId"] == good[0]["commitId"]), default=0)
        found = next((job for job in good if int(job["jobId"]) < first), None)
        if found is None:
            raise NotFound(
                f"There is nothing to go back to: branch {self._branch} has no good job of an earlier commit."
            )
        return found

    def start(self, *, commit: str = "", again: str = "", reason: str = "") -> str:
        """Start a job for a commit, or for that of an earlier job; the id of the new one."""
        request: State = {"jobType": "RELEASE"}
        if again:
            request = {"jobType": "RETRY", "jobId": again}
        if commit:
            request["commitId"] = commit
        if reason:
            request["jobReason"] = reason
        return self._aws.write("amplify", "start_job", **self._where, **request)["jobSummary"]["jobId"]

    def follow(self, job_id: str, timeout: int, log_lines: int) -> State:
        """Wait for its end; raises StepFailed with the last lines of the step that failed."""
        patience = Patience(self._aws, f"job {job_id} of branch {self._branch}", timeout, longest=5.0)
        while True:
            job = self._aws.read("amplify", "get_job", "job", fresh=True, jobId=job_id, **self._where)
            status, steps = job["summary"]["status"], job.get("steps") or []
            if status in _OVER:
                break
            at_work = next((step["stepName"] for step in steps if step["status"] not in (GOOD, "PENDING")), "")
            if not patience.lasts(f"{status} {at_work}".strip()):
                raise InfraError(
                    f"Job {job_id} of branch {self._branch} is {status} after {timeout} seconds; it goes on."
                )
        result: State = {
            "job": job_id,
            "status": status,
            "commit": job["summary"].get("commitId", ""),
            "steps": {step["stepName"]: step["status"] for step in steps},
        }
        if status == GOOD:
            return result
        failed: State = next((step for step in steps if step["status"] == status), {})
        result["log"] = _log(failed.get("logUrl"), log_lines)
        last = f" Its last lines: {' | '.join(result['log'])}" if result["log"] else ""
        step = f" in the step {failed['stepName']}" if failed else ""
        raise StepFailed(f"Job {job_id} of branch {self._branch} ended {status}{step}.{last}", result)


def _log(url: str | None, lines: int) -> list[str]:
    """The last lines of a step's log; without any, the job still has failed."""
    if not url:
        return []
    try:
        with open_url(url, timeout=_LOG_SECONDS, use_proxy=True) as answer:
            text = answer.read().decode(errors="replace")
    except Exception:
        return []
    return [line for line in text.splitlines() if line.strip()][-lines:]


def branches(aws: Aws, app_id: str) -> list[State]:
    """The branches of the app as AWS describes them."""
    return aws.read("amplify", "list_branches", "branches", appId=app_id) or []


def last_job(aws: Aws, app_id: str, branch: str) -> State:
    """The newest job of a branch; {} where there is none."""
    answer: t.Any = aws.read("amplify", "list_jobs", appId=app_id, branchName=branch, maxResults=1)
    return next(iter(answer.get("jobSummaries") or []), {})
