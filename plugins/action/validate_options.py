# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Holds what was given with -e against what the playbook takes. Runs on the controller, sends nothing."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils._options import NOT_VALID, given_problems


class ActionModule(ActionBase):
    """Fails with everything that is wrong, not only the first thing."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        wrong = list(given_problems(self._loader, (task_vars or {})["groups"]))
        if wrong:
            return {"failed": True, "changed": False, "msg": "\n".join([NOT_VALID, *wrong])}
        return {"changed": False}
