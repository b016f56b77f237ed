# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists or removes what carries the tags of an environment and was not seen by the preview of this run."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils import _strays
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES

_SPEC = {
    "owner": {"type": "dict", "required": True},
    "prefix": {"type": "str", "required": True},
    "vpc": {"type": "str", "required": True},
    "namespace": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["listed", "removed"], "default": "listed"},
    "lock": {"type": "dict"},
    "connection": {"type": "dict", "default": {}},
}


class ActionModule(ActionBase):
    """Runs our own modules, one for each stray, so that what they refuse and protect is refused and protected here."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, options = self.validate_argument_spec(argument_spec=_SPEC)
        self._refuse_a_part(task_vars or {})
        connection = {name: value for name, value in options["connection"].items() if value is not None}
        listing = {"owner": options["owner"], "prefix": options["prefix"], **connection}
        found = self._call("tagged_resources_info", listing, task_vars)["resources"]
        arns = _strays.undeclared(found, CHANGES.seen)
        if arns:
            found = self._call("tagged_resources_info", {**listing, "describe": arns}, task_vars)["resources"]
        strays = _strays.strays(found, [arn for arn in arns if arn in found], options["vpc"], options["namespace"])
        removing = options["state"] == "removed"
        result: dict[str, t.Any] = {"changed": False, "strays": [], "actions": [], "diff": []}
        refused = []
        for stray in strays:
            text = stray.text
            if stray.module:
                removal = {**stray.options, **connection, "owner": options["owner"], "state": "absent"}
                if options["lock"]:
                    removal["lock"] = options["lock"]
                try:
                    done = self._call(stray.module, removal, task_vars, preview=not removing or self._task.check_mode)
                except AnsibleActionFail as error:
                    refused.append(str(error))
                    text = f"{text} - refused: {error}"
                else:
                    diff = done.get("diff") or []
                    result["actions"] += done["actions"]
                    result["diff"] += diff if isinstance(diff, list) else [diff]
            result["strays"].append(text)
        if not removing:
            result["check_mode"] = True
            self._display.display("\n".join([*result["strays"], f"{len(strays)} strays of {options['prefix']}."]))
            return result
        result["changed"] = bool(result["actions"])
        if refused:
            result.update(failed=True, msg="\n".join(["The rest was removed.", *refused]))
        return result

    @staticmethod
    def _refuse_a_part(task_vars: dict[str, t.Any]) -> None:
        """What a run leaves out it has not seen, and would take for strays."""
        part = set(task_vars["groups"]["all"]) - set(task_vars["ansible_play_hosts_all"])
        tags = list(task_vars["ansible_run_tags"]) != ["all"] or task_vars["ansible_skip_tags"]
        if not CHANGES.seen or part or tags:
            raise AnsibleActionFail(
                "Strays can be told only from a preview of the whole site, so without --limit, --tags and --skip-tags. "
                "Nothing was touched."
            )

    def _call(
        self, module: str, options: dict[str, t.Any], task_vars: dict[str, t.Any] | None, preview: bool = False
    ) -> dict[str, t.Any]:
        kept, self._task.check_mode = self._task.check_mode, preview
        try:
            answer = self._execute_module(module_name=f"sdt.infra.{module}", module_args=options, task_vars=task_vars)
        finally:
            self._task.check_mode = kept
        if answer.get("failed"):
            raise AnsibleActionFail(str(answer.get("msg")))
        return answer
