# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: lock
type: aggregate
short_description: Release the lock of an environment when the run ends
version_added: 0.1.0
description:
  - Releases what M(sdt.infra.run_lock) has taken in this run, however the run ends, and leaves a record of how it ended.
  - A run that is killed releases nothing; its lock is over when nobody has confirmed it for its seconds.
requirements:
  - Enable it in C(callbacks_enabled), and P(sdt.infra.summary#callback) too, which collects what the record says was done.
author: SDT platform engineering (@sdt)
"""

import atexit
import collections
import os
import typing as t

from ansible.plugins.callback import CallbackBase
from ansible_collections.amazon.aws.plugins.module_utils.botocore import boto3_conn, get_aws_connection_info
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._run_lock import RunLock
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES, answer_of


class CallbackModule(CallbackBase):
    """Remembers the locks that were taken."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.lock"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._held: list[dict[str, t.Any]] = []
        self._process = os.getpid()
        atexit.register(self._release, "interrupted")  # nothing to do after the statistics

    def v2_runner_on_ok(self, result: t.Any) -> None:
        answer = answer_of(result)
        if answer.get("lock") and "connection" in answer:
            self._held.append({**answer["lock"], "connection": answer["connection"]})

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._release("failed" if stats.failures or stats.dark else "ok")

    def _release(self, outcome: str) -> None:
        if os.getpid() != self._process:
            return  # a fork of the run
        actions = collections.Counter(change.action for change in CHANGES.done)
        done = ", ".join(f"{action} {number}" for action, number in sorted(actions.items()))
        while self._held:
            lock = self._held.pop()
            params = {
                **lock,
                "takeover": False,
                "outcome": f"{outcome}: {done or 'nothing changed'}",
                "keep_days": lock.get("keep_days", 400),
            }
            try:
                RunLock(Aws(_Controller(lock["connection"])), params, check_mode=False).release()
            except Exception as error:  # pylint: disable=broad-except
                self._display.warning(
                    f"The lock of {lock['environment']} could not be released and is over in {lock['seconds'] // 60 + 1} "
                    f"minutes: {error}"
                )


class _Controller:
    """What Aws needs of a module, in the process that runs the playbook."""

    check_mode = False

    def __init__(self, connection: dict[str, t.Any]):
        self.params: dict[str, t.Any] = {**dict.fromkeys(_OPTIONS), **connection}

    def client(self, service: str, **extra: t.Any) -> t.Any:
        region, endpoint, given = get_aws_connection_info(self)
        return boto3_conn(
            self, conn_type="client", resource=service, **{"region": region, "endpoint": endpoint, **given, **extra}
        )

    def fail_json(self, msg: str, **_other: t.Any) -> t.NoReturn:
        raise RuntimeError(msg)

    fail_json_aws = fail_json


# Options of amazon.aws modules that a connection may leave out.
_OPTIONS = (
    "access_key",
    "aws_ca_bundle",
    "aws_config",
    "debug_botocore_endpoint_logs",
    "endpoint_url",
    "profile",
    "region",
    "secret_key",
    "session_token",
    "validate_certs",
)
