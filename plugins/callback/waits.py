# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = r"""
name: waits
type: aggregate
short_description: Tell what modules wait for while they wait
version_added: 0.1.0
description:
  - While a module of this collection waits for AWS, prints what it waits for, the state of that, and how long the
    wait has lasted. Without it a module says nothing before it ends.
  - Lines of a log that a module follows are printed as they come.
  - On Linux. Elsewhere it prints nothing.
requirements:
  - Enable it in C(callbacks_enabled).
options:
  terminal_seconds:
    description: Seconds before the first line about a wait, and between two, when the output goes to a terminal.
    type: int
    default: 10
    env:
      - name: SDT_INFRA_WAITS_TERMINAL_SECONDS
    ini:
      - section: sdt_infra_waits
        key: terminal_seconds
  log_seconds:
    description: The same when it goes to a file or to another program.
    type: int
    default: 60
    env:
      - name: SDT_INFRA_WAITS_LOG_SECONDS
    ini:
      - section: sdt_infra_waits
        key: log_seconds
author: SDT platform engineering (@sdt)
"""

import sys
import threading
import typing as t

from ansible.plugins.callback import CallbackBase
from ansible_collections.sdt.infra.plugins.module_utils import _waits
from ansible_collections.sdt.infra.plugins.plugin_utils._durations import shown


class CallbackModule(CallbackBase):
    """Reads beside the playbook what its modules tell."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.waits"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        pause = self.get_option("terminal_seconds" if sys.stdout.isatty() else "log_seconds")
        # It ends with the process. While it prints it holds the lock that ansible-core holds when it starts a worker.
        threading.Thread(target=self._follow, args=(_waits.listen(), pause), daemon=True).start()

    def _follow(self, pipe: t.BinaryIO, pause: float) -> None:
        told: dict[str, float] = {}  # the seconds a wait had lasted when something was said about it
        for wait in _waits.heard(pipe):
            if isinstance(wait, str):
                self._display.display(wait)
                continue
            if wait.seconds < told.get(wait.what, 0.0):
                told[wait.what] = 0.0  # another wait for the same
            if wait.seconds - told.get(wait.what, 0.0) >= pause:
                told[wait.what] = wait.seconds
                self._display.display(f"waiting for {wait.what}: {wait.state}, {shown(wait.seconds)}", color="cyan")
