# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A plan as a document: what a preview said, as data, as a table for a terminal and as a page for a browser."""

from __future__ import annotations

import hashlib
import html
import json
import pathlib
import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._changes import Change

VERSION = 1
ACTIONS = ("create", "update", "replace", "delete")
PAGE = pathlib.Path(__file__).parents[2] / "playbooks" / "files" / "plan.html"
_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-"}
_LONGEST = 100  # characters of a value in the table


def document(about: dict[str, t.Any], changes: t.Sequence[Change], pending: t.Iterable[str]) -> dict[str, t.Any]:
    """The plan as data; about says of which environment, account and moment."""
    return {
        "version": VERSION,
        **about,
        "counts": {action: sum(one.action == action for one in changes) for action in ACTIONS},
        "changes": [{**one._asdict(), "effects": list(one.effects)} for one in changes],
        "pending": list(pending),
    }


def digest(plan: dict[str, t.Any]) -> str:
    """What tells a plan from any other: SHA-256, as 64 hexadecimal digits, of its JSON with sorted keys and no
    spaces.
    """
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def table(plan: dict[str, t.Any]) -> str:
    """The plan for a terminal: a line for each resource, and under it what changes of one that exists."""
    lines = []
    for one in plan["changes"]:
        effects = f"  !! {', '.join(one['effects'])}" if one["effects"] else ""
        lines.append(f"{_SIGNS[one['action']]} {one['action']:<8}{_resource(one)}  [{one['host']}]{effects}")
        if one["action"] in ("update", "replace"):
            lines.extend(
                f"      {name}: {_short(value['before'])} -> {_short(value['after'])}"
                for name, value in one["fields"].items()
            )
    counts = ", ".join(f"{number} to {action}" for action, number in plan["counts"].items() if number)
    return "\n".join([*lines, f"Plan of {plan['environment']}: {counts or 'nothing to do'}."])


def summary(plan: dict[str, t.Any]) -> list[str]:
    """A line for each resource, for a message."""
    return [f"{one['action']} {_resource(one)}: {_fields(one)}" for one in plan["changes"]]


def page(plan: dict[str, t.Any]) -> str:
    """The plan as one HTML page that needs nothing else."""
    data = json.dumps(plan).replace("<", "\\u003c")
    text = PAGE.read_text(encoding="utf-8")
    return text.replace("{{title}}", html.escape(f"Plan of {plan['environment']}")).replace("{{plan}}", data)


def moved(planned: dict[str, t.Any], now: dict[str, t.Any]) -> list[str]:
    """What differs between a plan and what would be done now, a sentence each; empty when nothing has moved."""
    said = [
        f"the plan is about {name} {planned.get(name)}, this run about {now.get(name)}"
        for name in ("environment", "account", "region")
        if planned.get(name) != now.get(name)
    ]
    before, after = _by_resource(planned), _by_resource(now)
    for key in [*before, *(key for key in after if key not in before)]:
        if key not in after:
            said.append(f"{_resource(before[key])} was to be changed ({before[key]['action']}) and is as it should be")
        elif key not in before:
            said.append(f"{_resource(after[key])} would be changed now ({after[key]['action']}: {_fields(after[key])})")
        else:
            said.extend(_differences(before[key], after[key]))
    return said


def _by_resource(plan: dict[str, t.Any]) -> dict[tuple, dict[str, t.Any]]:
    return {(one["host"], one["kind"], one["name"], one["task"]): one for one in plan["changes"]}


def _differences(before: dict[str, t.Any], after: dict[str, t.Any]) -> t.Iterator[str]:
    if before["action"] != after["action"]:
        yield f"{_resource(after)} was to be changed by {before['action']}, now by {after['action']}"
        return
    for name in sorted(set(before["fields"]) | set(after["fields"])):
        old, new = before["fields"].get(name), after["fields"].get(name)
        if old == new:
            continue
        if old is None or new is None:
            yield f"{name} of {_resource(after)} {'would change now too' if old is None else 'is as it should be'}"
        elif old["before"] != new["before"]:
            yield f"{name} of {_resource(after)} was {_short(old['before'])} and is {_short(new['before'])}"
        else:
            yield f"{name} of {_resource(after)} was to become {_short(old['after'])}, now {_short(new['after'])}"


def _fields(change: dict[str, t.Any]) -> str:
    return ", ".join(change["fields"])


def _resource(change: dict[str, t.Any]) -> str:
    return f"{change['kind'].replace('_', ' ')} {change['name']}"


def _short(value: t.Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
