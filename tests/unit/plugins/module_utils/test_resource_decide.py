# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._decide import decide
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource


class Thing(Resource):
    kind = "thing"
    key = "thing"
    fields = ("size", "zone", "settings", "labels", "image", "engine")
    create_only = frozenset({"zone"})
    replace_on = frozenset({"engine"})
    initial = frozenset({"image"})
    exact = frozenset({"labels"})

    def find(self) -> None: ...

    def create(self, desired: t.Any) -> None: ...

    def delete(self, current: t.Any) -> None: ...

    def leaving(self, state: t.Any) -> bool:
        return state.get("status") == "deleting"


LIVE = {
    "size": 1,
    "zone": "a",
    "settings": {"x": 1, "y": 2},
    "labels": {"k": "v", "l": "w"},
    "image": "old",
    "engine": "5",
    "tags": {"Name": "t", "Owner": "o"},
    "status": "available",
}


def decision(current: t.Any, state: str = "present", **options: t.Any) -> tuple[str, list[str]]:
    made = decide(Thing(None, {"name": "t", **options}), current, state)
    return made.action, sorted(made.changes)


@pytest.mark.parametrize(
    ("current", "options", "expected"),
    [
        (None, {"size": 1}, ("create", ["size"])),
        (LIVE, {}, ("keep", [])),
        (LIVE, {"size": 1}, ("keep", [])),
        (LIVE, {"size": 2}, ("update", ["size"])),
        (LIVE, {"settings": {"x": 1}}, ("keep", [])),
        (LIVE, {"settings": {"x": 1, "y": None}}, ("keep", [])),
        (LIVE, {"settings": {"x": 3}}, ("update", ["settings"])),
        (LIVE, {"labels": {"k": "v"}}, ("update", ["labels"])),
        (LIVE, {"image": "new"}, ("keep", [])),
        (LIVE, {"engine": "6"}, ("replace", ["engine"])),
        (LIVE, {"engine": "6", "size": 9}, ("replace", ["engine", "size"])),
        (LIVE, {"tags": {"Name": "t", "Owner": "o"}}, ("keep", [])),
        (LIVE, {"tags": {"Name": "t"}}, ("update", ["tags"])),
        (LIVE, {"tags": {"Name": "t"}, "purge_tags": False}, ("keep", [])),
        (LIVE, {"tags": {}}, ("update", ["tags"])),
        ({**LIVE, "status": "deleting"}, {"size": 7}, ("create", ["size"])),
    ],
)
def test_present(current: t.Any, options: dict[str, t.Any], expected: tuple[str, list[str]]) -> None:
    assert decision(current, **options) == expected


def test_absent() -> None:
    assert decision(LIVE, "absent") == ("delete", [])
    assert decision(None, "absent") == ("keep", [])
    assert decision({**LIVE, "status": "deleting"}, "absent") == ("keep", [])


def test_numbers_of_tags_are_text() -> None:
    assert decision({**LIVE, "tags": {"Cost": "12"}}, tags={"Cost": 12}) == ("keep", [])


def test_what_aws_cannot_change_is_refused_with_both_values_and_the_way_on() -> None:
    with pytest.raises(InfraError, match=r"zone is 'a', asked for is 'b'.*state=absent"):
        decision(LIVE, zone="b")
