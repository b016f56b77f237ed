# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows what was found as tables, and writes it as JSON and as a page. Sends nothing."""

from __future__ import annotations

import json
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.plugin_utils import _documents, _report

_SECTION = {
    "title": {"type": "str", "required": True},
    "rows": {"type": "list", "elements": "dict", "required": True},
}
_SPEC = {
    "title": {"type": "str", "required": True},
    "account": {"type": "str"},
    "region": {"type": "str"},
    "sections": {"type": "list", "elements": "dict", "required": True, "options": _SECTION},
    "findings": {"type": "list", "elements": "str", "default": []},
    "file": {"type": "path"},
    "page": {"type": "path"},
    "exit_code": {"type": "int", "default": 0},
}


class ActionModule(ActionBase):
    """Runs on the controller, whatever the host."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, options = self.validate_argument_spec(argument_spec=_SPEC)
        about = {**{name: options[name] for name in ("title", "account", "region")}, "at": _moments.now()}
        # Through JSON, so that what is shown is what is written.
        report = json.loads(json.dumps(_report.document(about, options["sections"], options["findings"]), default=str))
        _documents.write("report", options["file"], json.dumps(report, indent=2))
        if options["page"]:
            _documents.write("report", options["page"], _report.page(report))
        self._display.display(_report.table(report))
        result = {"changed": False, "ok": report["ok"], "report": report}
        if report["findings"] and options["exit_code"]:
            result["exit_code"] = options["exit_code"]
        return result
