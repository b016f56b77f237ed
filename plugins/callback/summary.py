# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: summary
type: aggregate
short_description: Tell at the end what was done and what is left to a person
version_added: 0.1.0
description:
  - After the recap, prints how many resources were created, changed, replaced and deleted, and which steps only a person can take,
    such as confirming an e-mail subscription or giving a Git token, each with what to do.
  - Then tells which hosts took longest, and in which task, where that was more than a second.
  - Reads the results of the modules of this collection; others are ignored.
  - A run whose M(sdt.infra.plan) says so ends with the exit code that task gave, and one whose M(sdt.infra.ecs_task) failed with that of
    its container.
requirements:
  - Enable it in C(callbacks_enabled), as the last one.
author: SDT platform engineering (@sdt)
"""

import typing as t

from ansible.plugins.callback import CallbackBase
from ansible_collections.sdt.infra.plugins.plugin_utils._changes import CHANGES, Change, answer_of, place_of
from ansible_collections.sdt.infra.plugins.plugin_utils._durations import Durations

_PAST = {"create": "created", "update": "changed", "replace": "replaced", "delete": "deleted"}


class CallbackModule(CallbackBase):
    """Collects the keys actions, diff and pending of every result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        CHANGES.clear()
        CHANGES.collected = True
        self._shown = 0  # of what was previewed
        self._exit_code = 0
        self._durations = Durations()

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        if play.check_mode is False:
            # A preview within a playbook ends here: say what is about to happen before it does.
            self._show_previewed()

    def v2_runner_on_start(self, host: t.Any, task: t.Any) -> None:
        self._durations.start(host.get_name(), task.get_name())

    def v2_runner_on_skipped(self, result: t.Any) -> None:
        self._ended(result)

    def v2_runner_on_unreachable(self, result: t.Any) -> None:
        self._ended(result)

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._collect(result)
        self._exit_code = answer_of(result).get("exit_code", self._exit_code)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._collect(result)
        if not ignore_errors:
            self._exit_code = answer_of(result).get("exit_code") or self._exit_code

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._show_previewed()
        self._show(CHANGES.done, "")
        if lines := self._durations.lines():
            self._display.banner("WHERE THE TIME WENT")
            for line in lines:
                self._display.display(line)
        if CHANGES.pending:
            self._display.banner(f"{len(CHANGES.pending)} STEPS LEFT TO YOU")
            for number, sentence in enumerate(CHANGES.pending, start=1):
                self._display.display(f"{number}. {sentence}", color="yellow")
        if self._exit_code:
            raise SystemExit(self._exit_code)  # ansible-playbook cleans up and leaves with it

    def _collect(self, result: t.Any) -> None:
        self._ended(result)
        host, task = place_of(result)
        CHANGES.collect(host.get_name(), task.get_name(), answer_of(result))

    def _ended(self, result: t.Any) -> None:
        host, task = place_of(result)
        together = answer_of(result).get("hosts")
        self._durations.end(host.get_name(), task.get_name(), _part(together) if isinstance(together, list) else None)

    def _show_previewed(self) -> None:
        self._show(CHANGES.previewed[self._shown :], "would be ")
        self._shown = len(CHANGES.previewed)

    def _show(self, changes: list[Change], would: str) -> None:
        for action, past in _PAST.items():
            kinds: dict[str, list[str]] = {}
            for change in changes:
                if change.action == action:
                    kinds.setdefault(change.kind.replace("_", " "), []).append(change.name)
            if kinds:
                total = sum(len(names) for names in kinds.values())
                self._display.banner(f"{total} RESOURCES {would}{past}".upper())
                for kind, names in kinds.items():
                    self._display.display(f"{kind}: {', '.join(names)}")


def _part(hosts: list[str]) -> str | None:
    """What a task that was run for several hosts is a part of."""
    return f"{hosts[0]} and {len(hosts) - 1} more" if len(hosts) > 1 else None
