# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Asking a database something by a task that runs once, in the network of a service that may use it.

Nobody else can: the database has no address outside, and the controller none inside. The task has psql in place of the
image of the service.
"""

from __future__ import annotations

import time

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs_borrowed import Borrower
from ansible_collections.sdt.infra.plugins.module_utils._ecs_run import Task
from ansible_collections.sdt.infra.plugins.module_utils._step import StepFailed

_CONTAINER = "sql"
_PAUSE_SECONDS = 10.0  # between two tries


class Sql:
    """One statement, asked of one database. params are the options of the module ecs_sql_task."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params = params
        self._borrower = Borrower(aws, params, "sql")
        self._secret = self._borrower.secret(params["secret"])

    def ask(self) -> State:
        """The answer, after as many tries as there is time for; raises StepFailed with what the last one said."""
        deadline = time.monotonic() + self._params["retry_seconds"]
        statement, host = self._params["statement"], self._params["host"] or ""
        container = self._borrower.psql(_CONTAINER, self._params["image"], [statement], self._secret, host)
        with self._borrower.registered([container]) as definition:
            while True:
                task = Task(self._aws, self._task(definition))
                try:
                    return task.follow(task.start())
                except StepFailed:
                    if time.monotonic() > deadline:
                        raise
                self._aws.hold_lock()
                time.sleep(min(_PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))

    def _task(self, definition: str) -> State:
        return {
            "cluster": self._params["cluster"],
            "service": self._params["service"],
            "task_definition": definition,
            "container": _CONTAINER,
            **{name: self._params[name] for name in ("tags", "log_lines", "wait_timeout")},
        }
