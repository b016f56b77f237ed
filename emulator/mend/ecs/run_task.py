# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""RunTask: on Fargate the task has memory, and its containers may share it without a limit each.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_memory
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition

from emulator.registry import mend

LIMITS = ("memory", "memoryReservation", "Memory", "MemoryReservation")


@mend(EC2ContainerServiceBackend)
def _calculate_task_resource_requirements(original: Callable, task_definition: TaskDefinition) -> dict[str, Any]:
    """moto adds up what each container asks for; one that asks for nothing ended the call."""
    without = [one for one in task_definition.container_definitions if not any(limit in one for limit in LIMITS)]
    for container in without:
        container["memory"] = 0
    try:
        return original(task_definition)
    finally:
        for container in without:
            del container["memory"]
