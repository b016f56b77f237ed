# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what the preview of this run said as a document, or compares it with one. Sends nothing."""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.plugin_utils import _documents, _plan
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES

_SPEC = {
    "environment": {"type": "str", "required": True},
    "account": {"type": "str", "required": True},
    "region": {"type": "str", "required": True},
    "by": {"type": "str"},
    "state": {"type": "str", "choices": ["written", "compared"], "default": "written"},
    "file": {"type": "path"},
    "planned": {"type": "dict"},
    "digest": {"type": "str"},
    "page": {"type": "path"},
    "exit_code": {"type": "int", "default": 0},
}


class ActionModule(ActionBase):
    """Sees the changes of the run, because it runs in a fork of the process that collects them."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, options = self.validate_argument_spec(argument_spec=_SPEC)
        about = {name: options[name] for name in ("environment", "account", "region", "by")}
        about["at"] = _moments.now()
        # What this run had to do before the preview, such as making the table of its lock, was planned too.
        changes = [*CHANGES.done, *CHANGES.previewed]
        # Through JSON, as a plan that is read again has come.
        plan = json.loads(json.dumps(_plan.document(about, changes, CHANGES.pending), default=str))
        if options["state"] == "compared":
            return self._compared(plan, options["planned"] or _read(pathlib.Path(options["file"])), options["digest"])
        _documents.write("plan", options["file"], json.dumps(plan, indent=2))
        if options["page"]:
            _documents.write("plan", options["page"], _plan.page(plan))
        self._display.display(_plan.table(plan))
        result = {"changed": False, "counts": plan["counts"], "file": options["file"], "page": options["page"]}
        result |= {"plan": plan, "digest": _plan.digest(plan)}
        self._display.display(f"Its digest is {result['digest']}.")
        result["summary"] = _plan.summary(plan)
        if plan["changes"] and options["exit_code"]:
            result["exit_code"] = options["exit_code"]
        return result

    @staticmethod
    def _compared(plan: dict[str, t.Any], planned: dict[str, t.Any], digest: str | None) -> dict[str, t.Any]:
        if planned.get("version") != _plan.VERSION:
            raise AnsibleActionFail("That is no plan this version has written. Nothing was touched.")
        if digest and digest != _plan.digest(planned):
            raise AnsibleActionFail(
                f"The plan of {planned.get('at')} is not the one that was approved: its digest is "
                f"{_plan.digest(planned)}, approved was {digest}. "
                "Nothing was touched."
            )
        said = _plan.moved(planned, plan)
        if said:
            raise AnsibleActionFail(
                f"Something has moved since the plan of {planned.get('at')}; nothing was touched. Make a new plan and "
                f"have it reviewed. {'; '.join(said)}."
            )
        return {"changed": False, "counts": plan["counts"]}


def _read(path: pathlib.Path) -> dict[str, t.Any]:
    try:
        planned = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnsibleActionFail(f"The plan {path} cannot be read: {error}. Nothing was touched.") from error
    if not isinstance(planned, dict):
        raise AnsibleActionFail(f"{path} is no plan. Nothing was touched.")
    return planned
