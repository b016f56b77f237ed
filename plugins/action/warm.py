# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the modules of this collection. Over the connection sdt.infra.warm they run in the worker of their task.

Without it, or where a task asks for more than that can give, a module is packed and handed to the connection as any
other: this is ansible.builtin.normal with one step replaced.

A task that is run once and has the option hosts does its work for all these hosts in one call of the module.
"""

from __future__ import annotations

import json
import sys
import typing as t

from ansible.executor.module_common import _BuiltModule
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.display import Display
from ansible_collections.sdt.infra.plugins.plugin_utils import _together, _warm
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES

display = Display()

_PACKAGE = "ansible_collections.sdt.infra.plugins.modules"
_PROFILE = "legacy"  # how arguments and results are written
_INSTEAD = b"# run in the worker"


class ActionModule(NormalActionModule):
    _call: tuple[str, str, dict[str, str]] | None = None  # the module, its parameters and its environment

    def run(self, tmp: t.Any = None, task_vars: t.Any = None) -> dict[str, t.Any]:
        hosts = self._task.args.get("hosts")
        if not isinstance(hosts, list):
            return super().run(tmp, task_vars)
        if not self._task.run_once:  # given to all tasks of the play, and this one is for its own host
            del self._task.args["hosts"]
            return super().run(tmp, task_vars)
        going = [host for host in hosts if host not in CHANGES.unfinished]
        shared, each = _together.arguments(self._task, going, task_vars, self._loader)
        self._task.args = {**shared, "hosts": each}
        result = {**super().run(tmp, task_vars), "hosts": going}
        if result.get("unfinished") and not CHANGES.collected:  # nobody would remember it
            result.update(failed=True, msg=" ".join(result["unfinished"].values()))
        return result

    def _configure_module(self, module_name: str, module_args: t.Any, task_vars: t.Any) -> t.Any:
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        if not self._is_simple(task_vars) or not _warm.worker_can_run(environment):
            return super()._configure_module(module_name, module_args, task_vars)
        encoder = get_module_encoder(_PROFILE, Direction.CONTROLLER_TO_MODULE)
        try:
            params = json.dumps({"ANSIBLE_MODULE_ARGS": module_args}, cls=encoder)
        except TypeError:  # told by the ordinary way
            return super()._configure_module(module_name, module_args, task_vars)
        module = f"{_PACKAGE}.{module_name.rpartition('.')[2]}"
        self._call = (module, params, {name: str(value) for name, value in environment.items()})
        built = _BuiltModule(
            b_module_data=_INSTEAD, module_style="new", shebang=f"#!{sys.executable}", serialization_profile=_PROFILE
        )
        return built, module

    def _low_level_execute_command(self, *arguments: t.Any, **options: t.Any) -> t.Any:
        if self._call is None or options.get("in_data") != _INSTEAD:
            return super()._low_level_execute_command(*arguments, **options)
        module, params, environment = self._call
        display.vvv(f"EXEC IN WORKER {module}", host=self._play_context.remote_addr)
        code, stdout, stderr = _warm.run_in_worker(module, params, _PROFILE, self._loader.get_basedir(), environment)
        return {"rc": code, **_written("stdout", stdout), **_written("stderr", stderr)}

    def _is_simple(self, task_vars: dict[str, t.Any]) -> bool:
        """Whether the task asks for nothing but one call of the module, by this user with this interpreter."""
        task, connection = self._task, self._connection
        return (
            connection.ansible_name == "sdt.infra.warm"
            and self._is_pipelining_enabled("new")
            and not connection.become
            and not (task.async_val or task.timeout or task.until or task.retries)
            and task.loop is None
            and not task.delegate_to
            and self._templar.template(task_vars.get("ansible_python_interpreter")) == sys.executable
        )


def _written(name: str, data: bytes) -> dict[str, t.Any]:
    text = data.decode(errors="surrogateescape")
    return {name: text, f"{name}_lines": text.splitlines()}
