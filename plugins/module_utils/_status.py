# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""How an environment is doing, part by part: rows to show, and sentences about what is not as it should be."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _amplify_jobs, _ecs_status, _lock, _moments
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import target_states
from ansible_collections.sdt.infra.plugins.module_utils._errors import NotFound
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import work

_GOOD_JOBS = ("SUCCEED", "RUNNING", "PENDING", "PROVISIONING")


class Part(t.NamedTuple):
    """One part of the environment. Rows have equal keys; findings are sentences, empty where all is well."""

    title: str
    rows: list[State]
    findings: list[str]


def services(aws: Aws, cluster: str) -> Part:
    """Tasks, images, deployments and targets of the services, and whether tasks have old values of secrets."""
    rows: list[State] = []
    findings: list[str] = []
    for name, one in _ecs_status.services(aws, cluster, events=1).items():
        newest = one["deployments"][0] if one["deployments"] else {}
        targets = [target for arn in one["target_groups"] for target in target_states(aws, arn)]
        healthy = targets.count("healthy")
        rows.append(
            {
                "service": name,
                "state": "" if one["status"] == "ACTIVE" else one["status"],
                "running": f"{one['running_count']} of {one['desired_count']}",
                "pending": one["pending_count"],
                "image": one["images"].get(name, "").rpartition("/")[2].replace("sha256:", "")[-40:],
                "released by": one["release"].get("by", "").rpartition("/")[2],
                "why": one["release"].get("reason", ""),
                "rollout": newest.get("rollout_state", ""),
                "since": newest.get("since", ""),
                "targets": f"{healthy} of {len(targets)} healthy" if one["target_groups"] else "none",
            }
        )
        findings += _of_service(name, one, newest, targets)
        findings += [
            f"{len(stale.tasks)} of {len(one['tasks'])} tasks of {name} run with an old value of the secret "
            f"{stale.secret.rpartition(':')[2]}, which changed at {stale.changed}."
            for stale in _ecs_status.stale(aws, one)
        ]
    if not rows:
        findings.append(f"Cluster {cluster} has no services.")
    return Part("Services", rows, findings)


def _of_service(name: str, one: State, newest: State, targets: list[str]) -> t.Iterator[str]:
    if one["status"] != "ACTIVE":
        yield f"{name} is {one['status']}: it is being deleted."
    if one["running_count"] < one["desired_count"]:
        last = f" Its last event: {one['events'][0]['message'].rstrip('.')}." if one["events"] else ""
        yield f"{name} runs {one['running_count']} of {one['desired_count']} tasks.{last}"
    if newest.get("rollout_state") == "FAILED":
        yield f"The last deployment of {name} failed: {newest['reason'].rstrip('.')}."
    if len(one["deployments"]) > 1:
        yield f"{name} is being deployed: {newest['running_count']} of {newest['desired_count']} new tasks run."
    bad = collections.Counter(state for state in targets if state not in ("healthy", "draining", "initial"))
    if bad:
        yield f"Targets of {name}: {', '.join(f'{count} {state}' for state, count in sorted(bad.items()))}."


def alarms(aws: Aws, prefix: str, asleep: bool = False) -> Part:
    """The alarms whose names begin with prefix that are not OK."""
    found: list[State] = []
    for kind in ("MetricAlarm", "CompositeAlarm"):
        found += aws.read("cloudwatch", "describe_alarms", f"{kind}s", AlarmNamePrefix=prefix, AlarmTypes=[kind]) or []
    rows = [
        {
            "alarm": one["AlarmName"],
            "state": one["StateValue"],
            "since": _moments.told(one.get("StateTransitionedTimestamp") or one.get("StateUpdatedTimestamp")),
            "why": one.get("StateReason", ""),
            "tells": "yes" if one.get("ActionsEnabled", True) else "nobody",
        }
        for one in sorted(found, key=lambda one: (one["StateValue"] != "ALARM", one["AlarmName"]))
        if one["StateValue"] == "ALARM"
    ]
    findings = [f"Alarm {one['alarm']} is ringing: {one['why'].rstrip('.')}." for one in rows]
    counts = collections.Counter(one["StateValue"] for one in found)
    if asleep:
        findings = []  # what sleeps is missed by its alarms
    elif found and not any(one.get("ActionsEnabled", True) for one in found):
        findings.append("All alarms are muted: they tell nobody.")
    told = ", ".join(f"{counts[state]} {state}" for state in ("ALARM", "INSUFFICIENT_DATA", "OK") if counts[state])
    return Part(f"Alarms ({told or 'none'})", rows, findings)


def databases(aws: Aws, names: t.Sequence[str], asleep: bool = False) -> Part:
    """State, zones and latest restorable moment of the databases of these names that exist; the first has to."""
    rows, findings = [], []
    found = {one["DBInstanceIdentifier"]: one for one in aws.read("rds", "describe_db_instances", "DBInstances") or []}
    for name in names:
        one = found.get(name)
        if one is None:
            if name == names[0]:
                findings.append(f"Database {name} does not exist.")
            continue
        waiting = ", ".join(sorted(one.get("PendingModifiedValues") or {}))
        rows.append(
            {
                "database": name,
                "status": one["DBInstanceStatus"],
                "class": one["DBInstanceClass"],
                "version": one["EngineVersion"],
                "zone": one.get("AvailabilityZone", ""),
                "standby": one.get("SecondaryAvailabilityZone", "yes") if one["MultiAZ"] else "none",
                "restorable until": _moments.told(one.get("LatestRestorableTime")),
                "waits": waiting,
            }
        )
        if one["DBInstanceStatus"] != "available" and not (asleep and one["DBInstanceStatus"] == "stopped"):
            findings.append(f"Database {name} is {one['DBInstanceStatus']}.")
    return Part("Database", rows, findings)


def frontend(aws: Aws, app: str) -> Part:
    """The branches of the Amplify app with their last jobs."""
    rows, findings = [], []
    try:
        app_id = resolve(aws, "amplify_app", app)
    except NotFound:
        return Part("Frontend", [], [f"Amplify app {app} does not exist."])
    for branch in _amplify_jobs.branches(aws, app_id):
        job = _amplify_jobs.last_job(aws, app_id, branch["branchName"])
        rows.append(
            {
                "branch": branch["branchName"],
                "stage": branch.get("stage", ""),
                "last job": job.get("jobId", "none"),
                "status": job.get("status", ""),
                "commit": job.get("commitId", "")[:12],
                "since": _moments.told(job.get("startTime")),
            }
        )
        if job and job["status"] not in _GOOD_JOBS:
            findings.append(f"Job {job['jobId']} of branch {branch['branchName']} ended {job['status']}.")
    return Part("Frontend", rows, findings)


def lock(aws: Aws, environment: str, table: str) -> Part:
    """Who works on the environment, and how the last run ended."""
    found = work(aws, environment, table)
    rows = []
    if found.asleep:
        why = f", because: {found.asleep['reason']}" if found.asleep.get("reason") else ""
        rows.append({"what": "sleeps", "who": f"since {found.asleep['since']}, by {found.asleep['by']}{why}"})
    if found.held:
        rows.append({"what": "locked by", "who": _lock.told(found.held) + " (over: anybody may take it)" * found.over})
    if found.runs:
        rows.append({"what": "last run", "who": f"{_lock.told(found.runs[0])}: {found.runs[0].get('outcome', '')}"})
    return Part("Lock", rows, [])


def asleep(aws: Aws, environment: str, table: str) -> bool:
    """Whether the environment sleeps, so that it is well without tasks and database."""
    return bool(work(aws, environment, table).asleep)
