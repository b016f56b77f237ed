# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the modules of a run have changed, or in a preview would change.

The callback summary collects it in the process that runs the playbook. Workers are forks of that process, so an action
plugin that asks sees everything up to its own task.
"""

from __future__ import annotations

import typing as t


class Change(t.NamedTuple):
    """One resource that was or would be created, updated, replaced or deleted."""

    host: str
    task: str
    kind: str
    name: str
    action: str
    fields: dict[str, dict[str, t.Any]]  # field -> before, after
    effects: list[str]


class Changes:
    """All changes of a run, in the order they came."""

    def __init__(self) -> None:
        self.collected = False  # whether somebody does
        self.clear()

    def clear(self) -> None:
        self.previewed: list[Change] = []
        self.done: list[Change] = []
        self.pending: dict[str, None] = {}  # in the order they came, each once
        self.seen: set[str] = set()  # ids and ARNs of all that is declared and exists
        self.unfinished: dict[str, str] = {}  # hosts that go no further, with what keeps them, where others do

    def collect(self, host: str, task: str, answer: dict[str, t.Any]) -> None:
        """Take what a result of one of our modules says; others say nothing."""
        for part in answer.get("results") or [answer]:
            if not isinstance(part, dict):
                continue
            changes = self.previewed if part.get("check_mode") else self.done
            changes.extend(_changes(host, task, part))
            self.seen.update(_identities(part.get("resources")))
            self.pending.update(dict.fromkeys(str(one) for one in part.get("pending") or []))
            self.unfinished.update(part.get("unfinished") or {})


CHANGES = Changes()  # those of this run


def answer_of(result: t.Any) -> dict[str, t.Any]:
    """What a module answered, from the result a callback gets."""
    return getattr(result, "result", None) or result._result


def place_of(result: t.Any) -> tuple[t.Any, t.Any]:
    """The host and the task of a result a callback gets; ansible-core gave them other names before 2.20."""
    return getattr(result, "host", None) or result._host, getattr(result, "task", None) or result._task


def _changes(host: str, task: str, part: dict[str, t.Any]) -> t.Iterator[Change]:
    actions = part.get("actions")
    diffs = part.get("diff")
    diffs = diffs if isinstance(diffs, list) else [diffs]
    for index, one in enumerate(actions if isinstance(actions, list) else []):
        if not isinstance(one, dict) or not {"action", "kind", "name"} <= set(one):
            continue
        diff = diffs[index] if index < len(diffs) and isinstance(diffs[index], dict) else {}
        before, after = diff.get("before") or {}, diff.get("after") or {}
        fields = {name: {"before": before.get(name), "after": after.get(name)} for name in one.get("fields") or []}
        yield Change(
            one.get("host") or host, task, one["kind"], one["name"], one["action"], fields, one.get("effects") or []
        )


def _identities(resources: t.Any) -> t.Iterator[str]:
    """The ids and ARNs in the states of resources; which of them are the resource's own does not matter."""
    for state in resources.values() if isinstance(resources, dict) else ():
        if isinstance(state, dict):
            for key, value in state.items():
                if isinstance(value, str) and (key in ("arn", "id") or key.endswith(("_arn", "_id"))):
                    yield value
