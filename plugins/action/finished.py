# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fails for hosts that could not be finished where others went on. Sends nothing."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES


class ActionModule(ActionBase):
    """Sees the results of the run, because it runs in a fork of the process that collects them."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        self.validate_argument_spec(argument_spec={})
        if not CHANGES.unfinished:
            return {"changed": False}
        told = " ".join(dict.fromkeys(CHANGES.unfinished.values()))
        hosts = ", ".join(sorted(CHANGES.unfinished))
        message = f"{hosts} could not be finished; the others are. {told} Mend it and run again."
        return {"failed": True, "changed": False, "msg": message, "unfinished": CHANGES.unfinished}
