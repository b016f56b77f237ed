# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The life of a task, from PROVISIONING to STOPPED.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core.utils import unix_time_millis, utcnow
from moto.ec2 import ec2_backends
from moto.ec2.exceptions import InvalidNetworkInterfaceIdError
from moto.ecs.models import Container, EC2ContainerServiceBackend, Task, TaskDefinition, ecs_backends
from moto.logs.models import logs_backends

from emulator.clock import Stage, clock
from emulator.mend.ecs import task_rules

COMING = ("PROVISIONING", "PENDING", "ACTIVATING")
GOING = ("DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED")
# When a status was reached, under AWS's names.
REACHED = {"PENDING": "pull_started_at", "RUNNING": "started_at", "STOPPING": "stopping_at", "STOPPED": "stopped_at"}


class LiveTask(Task):
    """A task whose status follows the clock; moto's own ends by being looked at, and knows only one container."""

    last_status = "PROVISIONING"

    def __init__(self, task_definition: TaskDefinition, backend: EC2ContainerServiceBackend, **settings: Any) -> None:
        super().__init__(task_definition=task_definition, backend=backend, **settings)
        self.created_at = utcnow()
        self.cpu, self.memory = task_definition.cpu, task_definition.memory
        self.definitions = {one["name"]: one for one in task_definition.container_definitions}
        self.containers = [_container(self, task_definition, name) for name in self.definitions]
        self.rule = task_rules.take(self.facts)

    @property
    def facts(self) -> dict[str, tuple[str, ...]]:
        """The names rules go by."""
        kind, _colon, name = self.group.partition(":")
        revision = self.task_definition_arn.split("/")[-1]
        return {
            "cluster": (self.cluster_name,),
            "service": (name,) if kind == "service" else (),
            "family": (revision.split(":")[0], revision),
            "group": (self.group,),
            "task": (self.id,),
        }

    def advance(self) -> None:
        """moto counts looks."""

    @property
    def availability_zone(self) -> str | None:
        """That of the subnet its network interface is in."""
        details = [detail for attachment in self.attachments for detail in attachment["details"]]
        subnet = next((one["value"] for one in details if one["name"] == "subnetId"), None)
        zones = ec2_backends[self._account_id][self.region_name].subnets
        return next((zone for zone, subnets in zones.items() if subnet in subnets), None)

    @property
    def health_status(self) -> str:
        """Of the essential containers with a health check."""
        found = {one.health_status for one in self.containers if self.has_check(one)}
        return next(
            (status for status in ("UNHEALTHY", "UNKNOWN") if status in found), "HEALTHY" if found else "UNKNOWN"
        )

    def has_check(self, container: Container) -> bool:
        definition = self.definitions[container.name]
        return bool(definition.get("healthCheck")) and definition.get("essential", True)

    @property
    def is_ready(self) -> bool:
        """Runs, and will go on running, as healthy as its health checks say."""
        checked = any(self.has_check(one) for one in self.containers)
        return self.last_status == "RUNNING" and not self.rule.ends and (not checked or self.health_status == "HEALTHY")


def _container(task: LiveTask, definition: TaskDefinition, name: str) -> Container:
    container = Container(definition)
    given = task.definitions[name]
    container.container_arn = task.task_arn.replace(":task/", ":container/") + f"/{container.container_arn[-36:]}"
    container.task_arn = task.task_arn
    container.name, container.image = name, given.get("image")
    container.cpu, container.memory = given.get("cpu", 0), given.get("memory")
    container.health_status = "UNKNOWN"
    container.exitCode = None
    return container


def _group(backend: EC2ContainerServiceBackend) -> tuple[Any, str]:
    return backend, "task"


def look(backend: EC2ContainerServiceBackend, *tasks: LiveTask) -> None:
    for task in tasks:
        clock.look(_group(backend), task.id)


def begin(
    backend: EC2ContainerServiceBackend,
    task: LiveTask,
    once: bool = False,
    registered: Callable[[], None] | None = None,
) -> None:
    """Start it; registered is called when it gets its targets and names. One that is run once ends by itself."""
    backend.tasks.setdefault(task.cluster_name, {})[task.task_arn] = task
    stages = [
        Stage("PROVISIONING", "ecs.task.provisioning"),
        Stage("PENDING", "ecs.task.pending", partial(_start, backend, task)),
        Stage("ACTIVATING", "ecs.task.activating", registered),
    ]
    if once or task.rule.ends:
        kind = "ecs.task.running" if once else "ecs.task.crashing"
        stages.append(Stage("RUNNING", kind, partial(_exit, backend, task)))
    clock.begin(_group(backend), task.id, *stages, enter=partial(_enter, backend, task), last="RUNNING")


def _start(backend: EC2ContainerServiceBackend, task: LiveTask) -> None:
    if task.rule.startFailure:
        fail(backend, task, task.rule.startFailure)


def fail(backend: EC2ContainerServiceBackend, task: LiveTask, reason: str) -> None:
    """It never gets to run."""
    for container in task.containers:
        container.reason = reason
    stop(backend, task, reason, "TaskFailedToStart")


def _exit(backend: EC2ContainerServiceBackend, task: LiveTask) -> None:
    for container in task.containers:
        container.exitCode = task.rule.exit_code(container.name)
    stop(backend, task, task.rule.stoppedReason or "Essential container in task exited", "EssentialContainerExited")


def stop(backend: EC2ContainerServiceBackend, task: LiveTask, reason: str, code: str) -> None:
    if task.desired_status == "STOPPED":
        return
    ran = task.last_status == "RUNNING"
    task.desired_status, task.stopped_reason, task.stop_code = "STOPPED", reason, code

    def ended() -> None:
        task.execution_stopped_at = utcnow()
        for container in task.containers:
            container.last_status = "STOPPED"
            if ran and container.exitCode is None:
                container.exitCode = 0

    stages = [Stage("DEACTIVATING", "ecs.task.deactivating")] if ran else []
    stages += [
        Stage("STOPPING", "ecs.task.stopping", ended),
        Stage("DEPROVISIONING", "ecs.task.deprovisioning", partial(_release, backend, task)),
        Stage("STOPPED", "ecs.task.forgetting", partial(_forget, backend, task)),  # about an hour
    ]
    clock.begin(_group(backend), task.id, *stages, enter=partial(_enter, backend, task))


def running_tasks() -> list[LiveTask]:
    """Of all accounts and regions."""
    backends = [backend for account in ecs_backends.values() for backend in account.values()]
    tasks = [task for backend in backends for cluster in backend.tasks.values() for task in cluster.values()]
    return [task for task in tasks if isinstance(task, LiveTask) and task.desired_status == "RUNNING"]


def apply(task: LiveTask, rule: task_rules.Rule) -> None:
    """A rule for a task that exists already; one that does not run yet will go by it when it does."""
    task.rule = rule
    backend = task._backend
    if task.last_status != "RUNNING":
        return
    _write_logs(task)
    if rule.health:
        _check_health(backend, task)
    if rule.ends:
        _exit(backend, task)


def _enter(backend: EC2ContainerServiceBackend, task: LiveTask, status: str) -> None:
    task.last_status = status
    if status in REACHED:
        setattr(task, REACHED[status], utcnow())
    if status == "RUNNING":
        for container in task.containers:
            container.last_status = "RUNNING"
        _write_logs(task)
        _check_health(backend, task)


def _check_health(backend: EC2ContainerServiceBackend, task: LiveTask) -> None:
    def checked() -> None:
        for container in task.containers:
            if task.definitions[container.name].get("healthCheck"):
                container.health_status = task.rule.health or "HEALTHY"

    clock.begin((backend, "task-health"), task.id, Stage("UNKNOWN", "ecs.task.health", checked))


def _write_logs(task: LiveTask) -> None:
    """To the stream the log driver makes: prefix/container/task."""
    for name, definition in task.definitions.items():
        log, lines = definition.get("logConfiguration") or {}, task.rule.lines(name)
        options = log.get("options") or {}
        groups = logs_backends[task._account_id][options.get("awslogs-region") or task.region_name]
        if log.get("logDriver") != "awslogs" or not lines or options.get("awslogs-group") not in groups.groups:
            continue
        stream = f"{options.get('awslogs-stream-prefix')}/{name}/{task.id}"
        groups.ensure_log_stream(options["awslogs-group"], stream)
        now = int(unix_time_millis(utcnow()))
        events = [{"timestamp": now, "message": line} for line in lines]
        groups.put_log_events(options["awslogs-group"], stream, events)


def _release(backend: EC2ContainerServiceBackend, task: LiveTask) -> None:
    """Its network interface goes."""
    clock.cancel((backend, "task-health"), task.id)
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        interface = next(one["value"] for one in attachment["details"] if one["name"] == "networkInterfaceId")
        try:
            ec2.delete_network_interface(interface)
        except InvalidNetworkInterfaceIdError:
            continue


def _forget(backend: EC2ContainerServiceBackend, task: LiveTask) -> None:
    backend.tasks.get(task.cluster_name, {}).pop(task.task_arn, None)
