# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deployments: the scheduler of ECS looks after each service, step by step.

A deployment starts its tasks within maximumPercent, waits until they run and are healthy, stops those before within
minimumHealthyPercent, and is COMPLETED when only its own are left, with alarms after a while longer. Where tasks do not
start or do not stay, it goes on trying, unless the circuit breaker ends it; an alarm that begins to ring ends it too.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
"""

from __future__ import annotations

from functools import partial
from math import ceil, floor
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.moto_api._internal import mock_random

from emulator.clock import Stage, clock
from emulator.mend.ecs import shifts, tasks
from emulator.mend.ecs.task_life import LiveTask

MAX_EVENTS = 100
# How tasks end that were not told to.
FAILURES = ("EssentialContainerExited", "TaskFailedToStart")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
BREAKER = {"percent": 50, "least": 3, "most": 200}


def _tasks(backend: EC2ContainerServiceBackend, service: Service) -> list[LiveTask]:
    known = backend.tasks.get(service.cluster_name, {}).values()
    return [task for task in known if task.group == f"service:{service.name}"]


def live_tasks(backend: EC2ContainerServiceBackend, service: Service) -> list[LiveTask]:
    return [task for task in _tasks(backend, service) if task.last_status != "STOPPED"]


def wanted_tasks(backend: EC2ContainerServiceBackend, service: Service) -> list[LiveTask]:
    """The tasks that are to go on running."""
    return _wanted(live_tasks(backend, service))


def _wanted(found: list[LiveTask]) -> list[LiveTask]:
    return [task for task in found if task.desired_status == "RUNNING"]


# -- attention --------------------------------------------------------------------------------------------------------


def attend(backend: EC2ContainerServiceBackend, service: Service) -> None:
    clock.watch((backend, "service"), service.arn, "ecs.service.scheduling", partial(_step, backend, service))


def look(backend: EC2ContainerServiceBackend, service: Service) -> None:
    for deployment in service.emulated["deployments"][:1]:
        clock.look((backend, "deployment"), deployment["id"])
    clock.look((backend, "service"), service.arn)


def _step(backend: EC2ContainerServiceBackend, service: Service) -> bool:
    """One thing after the other; tells whether there is more to do at once."""
    failed = _notice(backend, service)
    if service.status != "ACTIVE":
        return _drain(backend, service)
    primary = service.emulated["deployments"][0]
    if primary["rolloutState"] == "COMPLETED":
        return _scale(backend, service, primary) and not failed
    if primary["rolloutState"] != "IN_PROGRESS" or not primary["started"]:
        return False
    if failed:
        primary["failedTasks"] += failed
        if _trips(service, primary):
            rollback = service.emulated["deploymentConfiguration"]["deploymentCircuitBreaker"].get("rollback")
            _break(backend, service, primary, "circuit breaker", "tasks failed to start.", rollback)
            return False
    if _ringing(backend, service) - primary["ringing"]:
        rollback = service.emulated["deploymentConfiguration"]["alarms"].get("rollback")
        _break(backend, service, primary, "deployment", "alarm detected", rollback)
        return False
    roll_out = shifts.roll_out if shifts.shifts(service.emulated) else _roll_out
    return roll_out(backend, service, primary) and (not failed or _breaker(service))


def _drain(backend: EC2ContainerServiceBackend, service: Service) -> bool:
    """A deleted service stops its tasks, and is inactive when they have stopped."""
    left = live_tasks(backend, service)
    for task in _wanted(left):
        tasks.stop(backend, service, task, "The service was deleted")
    if not left:
        service.status = "INACTIVE"
        clock.cancel((backend, "service"), service.arn)
    return False


def _notice(backend: EC2ContainerServiceBackend, service: Service) -> int:
    """How many tasks of the primary deployment ended, or must end, that should not have."""
    primary = next(iter(service.emulated["deployments"]), {"id": None})
    failed = 0
    for task in _tasks(backend, service):
        if task.desired_status == "RUNNING" and task.health_status == "UNHEALTHY":
            tasks.stop(backend, service, task, "Task failed container health checks")
            failing = True
        else:
            failing = task.desired_status == "STOPPED" and task.stop_code in FAILURES
        if task.desired_status == "STOPPED" and not getattr(task, "noticed", False):
            task.noticed = True
            tasks.leave(backend, service, task)
            failed += failing and task.started_by == primary["id"]
    return failed


# -- deployments ------------------------------------------------------------------------------------------------------


def deploy(backend: EC2ContainerServiceBackend, service: Service, rollback: bool = False) -> None:
    """A new primary deployment; the one before it goes on until the new one is complete."""
    spec = service.emulated
    number = f"{mock_random.randint(10**18, 10**19 - 1)}"
    for deployment in spec["deployments"]:
        deployment["status"] = "ACTIVE"
    now = utcnow()
    primary: dict[str, Any] = {
        "id": f"ecs-svc/{number}",
        "status": "PRIMARY",
        "taskDefinition": spec["taskDefinition"],
        "desiredCount": spec["desiredCount"],
        "failedTasks": 0,
        "createdAt": now,
        "updatedAt": now,
        "networkConfiguration": spec.get("networkConfiguration"),
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment ecs-svc/{number} in progress.",
        "started": False,
        "rollback": rollback,
        "ringing": _ringing(backend, service),  # alarms that ring already are ignored
        "baked": not _alarms(service),
        **{key: spec[key] for key in ("launchType", "serviceConnectConfiguration", "platformFamily") if key in spec},
    }
    if "platformVersion" in spec:
        primary["platformVersion"] = "1.4.0" if spec["platformVersion"] == "LATEST" else spec["platformVersion"]
    if spec["capacityProviderStrategy"]:
        primary["capacityProviderStrategy"] = spec["capacityProviderStrategy"]
    spec["deployments"].insert(0, primary)
    shifts.begin(service, primary)
    starting = Stage("IN_PROGRESS", "ecs.deployment.starting", partial(primary.update, started=True))
    clock.begin((backend, "deployment"), primary["id"], starting)
    if rollback:
        return
    arn = service.arn.replace(":service/", ":service-deployment/") + f"/{number}"
    spec["history"].append(
        {
            "serviceDeploymentArn": arn,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": now,
            "startedAt": now,
            "status": "IN_PROGRESS",
            "deploymentConfiguration": spec["deploymentConfiguration"],
            "targetServiceRevision": {
                "arn": arn.replace(":service-deployment/", ":service-revision/"),
                "requestedTaskCount": spec["desiredCount"],
            },
            "targetServiceRevisionArn": arn.replace(":service-deployment/", ":service-revision/"),
        }
    )


def _roll_out(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> bool:
    spec = service.emulated
    desired, settings = spec["desiredCount"], spec["deploymentConfiguration"]
    running = _wanted(live_tasks(backend, service))
    new = [task for task in running if task.started_by == primary["id"]]
    old = [task for task in running if task.started_by != primary["id"]]
    ready = [task for task in new if tasks.is_ready(backend, service, task)]
    if len(new) == len(ready) == desired and not old:
        if not primary["baked"]:
            return _bake(backend, primary)
        complete(service, primary)
        return True
    room = max(floor(desired * settings["maximumPercent"] / 100) - len(running), 0)
    missing = min(max(desired - len(new), 0), room)
    if missing and not _starts(backend, service, primary, missing):
        return True  # the next step notices
    # Tasks of before may go when there are enough without them; those that do not run serve nobody.
    serving = [task for task in old if task.last_status == "RUNNING"]
    spare = max(len(ready) + len(serving) - ceil(desired * settings["minimumHealthyPercent"] / 100), 0)
    going = [task for task in old if task.last_status != "RUNNING"] + serving[:spare] + new[desired:]
    _stop(backend, service, going, f"Scaling activity initiated by (deployment {primary['id']})")
    return bool(missing or going)


def start_or_fail(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any], count: int) -> bool:
    """So many more tasks, which may be unable to start; there is more to do in any case."""
    _starts(backend, service, primary, count)
    return True


def _starts(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any], count: int) -> bool:
    reason = tasks.why_not(backend, primary["taskDefinition"])
    if reason:
        _cannot_start(backend, service, primary, count, reason)
        return False
    _start(backend, service, primary, count)
    return True


def _bake(backend: EC2ContainerServiceBackend, primary: dict[str, Any]) -> bool:
    """Its tasks run; its alarms are watched for a while before it is complete."""
    if not primary.get("baking"):
        primary["baking"] = True
        baking = Stage("IN_PROGRESS", "ecs.deployment.baking", partial(primary.update, baked=True))
        clock.begin((backend, "deployment"), primary["id"], baking)
    return False


def complete(service: Service, primary: dict[str, Any]) -> None:
    spec = service.emulated
    primary["rolloutState"] = "COMPLETED"
    primary["rolloutStateReason"] = f"ECS deployment {primary['id']} completed."
    primary["updatedAt"] = utcnow()
    spec["deployments"] = [primary]
    spec["settled"] = primary["taskDefinition"]
    if spec["history"] and spec["history"][-1]["status"] in ("IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
        status = "ROLLBACK_SUCCESSFUL" if primary["rollback"] else "SUCCESSFUL"
        spec["history"][-1].update(status=status, finishedAt=utcnow())
    _event(service, f"(service {service.name}) (deployment {primary['id']}) deployment completed.")
    _event(service, f"(service {service.name}) has reached a steady state.")


def _scale(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any]) -> bool:
    """As many tasks as are wanted, of the settled deployment."""
    spec = service.emulated
    running = _wanted(live_tasks(backend, service))
    surplus = running[spec["desiredCount"] :]
    _stop(backend, service, surplus, "Scaling activity initiated by the service")
    missing = spec["desiredCount"] - len(running)
    reason = tasks.why_not(backend, spec["taskDefinition"]) if missing > 0 else None
    if reason:
        tasks.fail(backend, service, spec["taskDefinition"], reason)
        _event(service, f"(service {service.name}) was unable to place a task. Reason: {reason}.")
        return False
    if missing > 0:
        _start(backend, service, primary, missing)
    return bool(surplus or missing > 0)


def _start(backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any], count: int) -> None:
    already = len(_wanted(live_tasks(backend, service)))
    for number in range(count):
        tasks.start(backend, service, primary["taskDefinition"], already + number)
    _event(service, f"(service {service.name}) has started {count} tasks.")


def _stop(backend: EC2ContainerServiceBackend, service: Service, going: list[LiveTask], reason: str) -> None:
    for task in going:
        tasks.stop(backend, service, task, reason)


# -- failures ---------------------------------------------------------------------------------------------------------


def _cannot_start(
    backend: EC2ContainerServiceBackend, service: Service, primary: dict[str, Any], count: int, reason: str
) -> None:
    for _task in range(count):
        tasks.fail(backend, service, primary["taskDefinition"], reason)
    _event(service, f"(service {service.name}) was unable to start a task. Reason: {reason}.")


def _breaker(service: Service) -> bool:
    breaker = service.emulated["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    return bool(breaker.get("enable"))


def _trips(service: Service, primary: dict[str, Any]) -> bool:
    spec = service.emulated
    breaker = spec["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    threshold = breaker.get("thresholdConfiguration") or {}
    if threshold.get("type") == "COUNT":
        limit = threshold["value"]
    else:
        share = ceil(spec["desiredCount"] * threshold.get("value", BREAKER["percent"]) / 100)
        limit = min(max(share, BREAKER["least"]), BREAKER["most"])
    return _breaker(service) and primary["failedTasks"] >= limit


def _alarms(service: Service) -> list[str]:
    alarms = service.emulated["deploymentConfiguration"].get("alarms") or {}
    return alarms.get("alarmNames") or [] if alarms.get("enable") else []


def _ringing(backend: EC2ContainerServiceBackend, service: Service) -> set[str]:
    known = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    return {name for name in _alarms(service) if name in known and known[name].state_value == "ALARM"}


def _break(
    backend: EC2ContainerServiceBackend,
    service: Service,
    primary: dict[str, Any],
    who: str,
    reason: str,
    rollback: bool | None,
) -> None:
    """The circuit breaker or an alarm ends a deployment, and the service may go back to what last was complete."""
    spec = service.emulated
    primary["rolloutState"] = "FAILED"
    primary["rolloutStateReason"] = f"ECS deployment {who}: {reason}"
    _event(service, f"(service {service.name}) (deployment {primary['id']}) deployment failed: {reason}")
    if rollback and shifts.shifts(spec):
        spec["history"][-1].update(statusReason=primary["rolloutStateReason"])
        if shifts.go_back(backend, service, primary):
            _event(service, f"(service {service.name}) rolled back to deployment {spec['deployments'][0]['id']}.")
            return
    back = spec["settled"]
    if rollback and back and back != primary["taskDefinition"]:
        spec["history"][-1].update(status="ROLLBACK_IN_PROGRESS", statusReason=primary["rolloutStateReason"])
        spec["taskDefinition"] = service.task_definition = back
        deploy(backend, service, rollback=True)
        _event(service, f"(service {service.name}) rolling back to deployment {spec['deployments'][0]['id']}.")
    else:
        status = "ROLLBACK_FAILED" if rollback else "FAILED"
        spec["history"][-1].update(status=status, statusReason=primary["rolloutStateReason"], finishedAt=utcnow())


def _event(service: Service, message: str) -> None:
    event = {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": message}
    service.emulated["events"].insert(0, event)
    del service.emulated["events"][MAX_EVENTS:]
