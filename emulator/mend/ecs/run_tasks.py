# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tasks that are run once, and looking at and stopping any task.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend, Task
from moto.ecs.responses import EC2ContainerServiceResponse

from emulator.mend.ecs import task_life, tasks
from emulator.mend.ecs.clusters import active_cluster, strategy
from emulator.mend.ecs.errors import invalid
from emulator.mend.ecs.task_definitions import active_definition
from emulator.mend.ecs.task_life import LiveTask
from emulator.registry import mend, parameters

MOST_TASKS = 10


@mend(EC2ContainerServiceResponse)
def run_task(original: Any, self: EC2ContainerServiceResponse) -> ActionResult:
    request, backend = parameters(self), self.ecs_backend
    cluster = active_cluster(backend, request.get("cluster"))
    providers = request.get("capacityProviderStrategy") or []
    if request.get("launchType") and providers:
        raise invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    if not request.get("launchType") and not providers:
        providers = cluster.default_capacity_provider_strategy or []
    if request.get("launchType") != "FARGATE" and not providers:
        return original(self)  # on instances
    count = request.get("count") or 1
    if not 1 <= count <= MOST_TASKS:
        raise invalid(f"count must be from 1 to {MOST_TASKS}.")
    definition = active_definition(backend, request["taskDefinition"])
    if definition.network_mode == "awsvpc" and not request.get("networkConfiguration"):
        raise invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    providers = strategy(backend, cluster.capacity_providers or [], providers)
    made = [_task(backend, cluster, definition, request, providers) for _number in range(count)]
    for task in made:
        reason = tasks.why_not(backend, definition.arn)
        task_life.begin(backend, task, once=True)
        if reason:
            task_life.fail(backend, task, reason)
    return ActionResult({"tasks": made, "failures": []})


def _task(
    backend: EC2ContainerServiceBackend, cluster: Any, definition: Any, request: dict[str, Any], providers: list[Any]
) -> LiveTask:
    network = request.get("networkConfiguration")
    if network:
        network = {"awsvpcConfiguration": {"securityGroups": [], **network["awsvpcConfiguration"]}}
    propagated = (definition.tags or []) if request.get("propagateTags") == "TASK_DEFINITION" else []
    return LiveTask(
        cluster=cluster,
        task_definition=definition,
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=request.get("group") or f"family:{definition.family}",
        overrides=request.get("overrides"),
        started_by=request.get("startedBy") or "",
        tags=[*propagated, *(request.get("tags") or [])],
        launch_type=request.get("launchType") or "FARGATE",
        networking_configuration=network,
        platform_version="1.4.0",
        capacity_provider_name=providers[0]["capacityProvider"] if providers else None,
    )


@mend(EC2ContainerServiceBackend)
def describe_tasks(_original: Any, self: EC2ContainerServiceBackend, cluster_str: str, tasks: list[str]) -> list[Task]:
    cluster = active_cluster(self, cluster_str)
    if not tasks:
        raise invalid("Tasks cannot be empty.")
    names = {name.split("/")[-1] for name in tasks}
    found = [task for task in self.tasks.get(cluster.name, {}).values() if task.id in names]
    task_life.look(self, *found)
    for task in found:
        task.advance()  # of those moto runs
    return found


@mend(EC2ContainerServiceBackend)
def stop_task(
    original: Any, self: EC2ContainerServiceBackend, cluster_str: str, task_str: str, reason: str | None
) -> Task:
    cluster = active_cluster(self, cluster_str)
    task = next((one for one in self.tasks.get(cluster.name, {}).values() if one.id == task_str.split("/")[-1]), None)
    if task is None:
        raise invalid("The referenced task was not found.")
    if not isinstance(task, LiveTask):
        return original(self, cluster_str, task_str, reason)
    task_life.stop(self, task, reason or "Task stopped by user", "UserInitiated")
    return task
