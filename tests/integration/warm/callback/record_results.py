# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = """
name: record_results
type: aggregate
short_description: Write the result of each task to a file
description: One line of JSON for each task and host, into the file named by the environment variable E(RESULTS).
author: SDT platform engineering
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record_results"
    CALLBACK_NEEDS_ENABLED = True

    def _record(self, status, result) -> None:
        host, task = (getattr(result, name, None) or getattr(result, f"_{name}") for name in ("host", "task"))
        details = getattr(result, "result", None) or result._result
        line = {"status": status, "host": host.get_name(), "task": task.get_name(), "result": details}
        with open(os.environ["RESULTS"], "a") as file:
            file.write(json.dumps(line, default=str, sort_keys=True) + "\n")

    def v2_runner_on_ok(self, result) -> None:
        self._record("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False) -> None:
        self._record("failed", result)

    def v2_runner_on_skipped(self, result) -> None:
        self._record("skipped", result)

    def v2_runner_on_unreachable(self, result) -> None:
        self._record("unreachable", result)
