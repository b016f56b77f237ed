# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECS: what AWS returns and refuses, and services that really deploy, step by step."""

from __future__ import annotations

from emulator.mend.ecs import clusters, deployments, run_tasks, services, stacks, task_definitions, tasks

__all__ = ["clusters", "deployments", "run_tasks", "services", "stacks", "task_definitions", "tasks"]
