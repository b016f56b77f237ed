# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What has to happen to one resource, and how that is shown. Pure: reads nothing, changes nothing."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State, satisfied
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._planned import planned
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_HIDDEN = "(hidden)"
_HIDDEN_NEW = "(hidden, changed)"


class Decision(t.NamedTuple):
    """What has to happen to one resource: keep, create, update, replace or delete."""

    action: str
    changes: State
    desired: State


def decide(resource: Resource, current: State | None, state: str) -> Decision:
    """Compare what exists with what is desired."""
    leaving = current is not None and resource.leaving(current)
    if current is not None and not leaving:
        _refuse_foreign(resource, current, state)
    if state == "absent":
        return Decision("keep" if leaving or resource.gone(current) else "delete", {}, {})
    desired = _with_tags(resource, None if leaving else current)
    if current is None or leaving:
        return Decision("create", dict(desired), desired)
    desired = resource.adjust(current, desired)
    changes = {
        name: value
        for name, value in desired.items()
        if name not in resource.initial and not _agrees(resource, name, current.get(name), value)
    }
    refused = sorted(set(changes) & resource.create_only)
    if refused:
        raise InfraError(_refusal(resource, current, desired, refused))
    if set(changes) & resource.replace_on:
        return Decision("replace", changes, desired)
    return Decision("update" if changes else "keep", changes, desired)


def _refuse_foreign(resource: Resource, current: State, state: str) -> None:
    """Refuse what exists under our name and is not ours: unless it is adopted, it is neither changed nor deleted.

    Ours has at least one of the owner's tags, and the owner's value for every one it has.
    """
    owner, tags = resource.options.get("owner") or {}, current.get("tags")
    wanted = resource.options.get("tags")
    untagged = wanted is not None and not set(wanted) & set(owner)  # the task asks for no owner
    if not owner or tags is None or untagged or resource.options.get("adopt") or resource.gone(current):
        return
    known = {name: tags[name] for name in owner if name in tags}
    if known and all(value == str(owner[name]) for name, value in known.items()):
        return
    carries = ", ".join(f"{name}={value}" for name, value in sorted(known.items())) or "none of our tags"
    raise InfraError(
        f"{resource.kind} {resource.name} exists already and belongs to somebody else: it carries {carries}. "
        + (
            "It is not deleted; remove it by hand, or run with -e adopt=true if it is meant."
            if state == "absent"
            else "Give ours another name in the inventory, or run with -e adopt=true to take it over: a preview then "
            "shows what would change."
        )
    )


def _agrees(resource: Resource, name: str, have: t.Any, want: t.Any) -> bool:
    return have == want if name in resource.exact or name == "tags" else satisfied(have, want)


def _with_tags(resource: Resource, current: State | None) -> State:
    """desired, with the tags that result from tags and purge_tags."""
    desired = resource.desired()
    tags = resource.options.get("tags")
    if tags is None:
        return desired
    kept = (current or {}).get("tags") or {}
    if resource.options.get("purge_tags", True):
        kept = {name: value for name, value in kept.items() if name.startswith(resource.others_tags)}
    return {**desired, "tags": {**kept, **{str(name): str(value) for name, value in tags.items()}}}


def predicted(resource: Resource, current: State | None, decision: Decision) -> State:
    """The state a decision would lead to, with placeholders for what AWS will add: for check mode."""
    gone = current is None or resource.leaving(current) or resource.options.get("state") == "absent"
    if decision.action == "delete" or (decision.action == "keep" and gone):
        return {}
    placeholders: State = {}
    if decision.action in ("create", "replace"):
        placeholders = {name: planned(resource.key, f"{resource.name}/{name}") for name in resource.computed}
    kept = {} if decision.action == "create" else current or {}
    return {resource.identity: resource.name, **kept, **placeholders, **decision.desired}


def shown(
    resource: Resource, current: State | None, decision: Decision, state: State
) -> tuple[list[str], State, State]:
    """The fields a decision touches, and their values before and after it; what is secret is hidden."""
    if decision.action == "delete":
        fields = sorted(set(current or {}) & (set(resource.fields) | {"tags"}))
    else:
        fields = sorted(decision.changes)
    before, after = {}, {}
    if current is not None and decision.action != "create":
        before = {name: current.get(name) for name in fields}
    if decision.action != "delete":
        after = {name: _shown_after(state, decision.desired, name) for name in fields}
    for name in resource.secret & set(fields):
        before, after = _hidden(before, name, _HIDDEN), _hidden(after, name, _HIDDEN_NEW)
    return fields, before, after


def _shown_after(state: State, desired: State, name: str) -> t.Any:
    """What the field is now, reduced to what was asked, so that a preview and the real run can be compared."""
    found = state.get(name, desired.get(name))
    wanted = desired.get(name)
    return wanted if satisfied(found, wanted) else found


def _hidden(values: State, name: str, text: str) -> State:
    return {**values, name: text} if values.get(name) is not None else values


def _refusal(resource: Resource, current: State, desired: State, fields: list[str]) -> str:
    differences = [
        f"{name} is {_HIDDEN if name in resource.secret else repr(current.get(name))}"
        + ("" if name in resource.secret else f", asked for is {desired[name]!r}")
        for name in fields
    ]
    return (
        f"{resource.kind} {resource.name} exists and AWS cannot change it there: {'; '.join(differences)}. "
        "Set the value back, or give the resource another name, or remove it first (state=absent) and run again."
    )
