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
  - Reads the results of the modules of this collection; others are ignored.
requirements:
  - Enable it in C(callbacks_enabled).
author: SDT platform engineering (@sdt)
"""

import typing as t

from ansible.plugins.callback import CallbackBase

_PAST = {"create": "created", "update": "changed", "replace": "replaced", "delete": "deleted"}


class _Actions(dict[str, dict[str, list[str]]]):
    """Names of resources by action and kind."""

    def add(self, action: str, kind: str, name: str, **_other: t.Any) -> None:
        self.setdefault(action, {}).setdefault(kind, []).append(name)


class CallbackModule(CallbackBase):
    """Collects the keys actions and pending of every result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.previewed = _Actions()
        self.done = _Actions()
        self.pending: dict[str, None] = {}  # in the order they came, each once

    def v2_playbook_on_play_start(self, play: t.Any) -> None:
        if play.check_mode is False:
            # A preview within a playbook ends here: say what is about to happen before it does.
            self._show(self.previewed, "would be ")

    def v2_runner_on_ok(self, result: t.Any) -> None:
        self._collect(result)

    def v2_runner_on_failed(self, result: t.Any, ignore_errors: bool = False) -> None:
        self._collect(result)

    def v2_playbook_on_stats(self, stats: t.Any) -> None:
        self._show(self.previewed, "would be ")
        self._show(self.done, "")
        if self.pending:
            self._display.banner(f"{len(self.pending)} STEPS LEFT TO YOU")
            for number, sentence in enumerate(self.pending, start=1):
                self._display.display(f"{number}. {sentence}", color="yellow")

    def _collect(self, result: t.Any) -> None:
        answer = getattr(result, "result", None) or result._result
        for part in answer.get("results") or [answer]:
            if not isinstance(part, dict):
                continue
            actions = self.previewed if part.get("check_mode") else self.done
            for action in part.get("actions") or []:
                if isinstance(action, dict) and action.get("action") in _PAST:
                    actions.add(**action)
            self.pending.update(dict.fromkeys(str(one) for one in part.get("pending") or []))

    def _show(self, actions: _Actions, would: str) -> None:
        for action, kinds in actions.items():
            total = sum(len(names) for names in kinds.values())
            self._display.banner(f"{total} RESOURCES {would}{_PAST[action]}".upper())
            for kind, names in kinds.items():
                self._display.display(f"{kind.replace('_', ' ')}: {', '.join(names)}")
        actions.clear()
