# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes every result as a line of JSON to the file RECORD_FILE names, for tests that look at whole runs."""

from __future__ import annotations

DOCUMENTATION = """
name: record
type: notification
short_description: Record results for tests
description: One line of JSON for each result.
"""

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._write("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._write("unreachable", result)

    def _write(self, status: str, result: t.Any) -> None:
        answer = getattr(result, "result", None) or result._result
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        parts = [part for part in answer.get("results") or [answer] if isinstance(part, dict)]
        line = {
            "status": status,
            "host": host.get_name(),
            "task": task.get_name(),
            "changed": bool(answer.get("changed")),
            "msg": str(answer.get("msg", "")),
            "check_mode": any(part.get("check_mode") for part in parts),
            "actions": [action for part in parts for action in part.get("actions") or []],
            "pending": [sentence for part in parts for sentence in part.get("pending") or []],
            "answer": {name: value for name, value in answer.items() if name != "invocation"},
        }
        with open(os.environ["RECORD_FILE"], "a") as file:
            file.write(json.dumps(line, default=str) + "\n")
