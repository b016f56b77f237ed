# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._compare import ordered, satisfied, without_none


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True),
        ([1, 2], [1, 2], True),
        ([1, 2], [2, 1], False),
        ([1, 2, 3], [1, 2], False),
        ([{"a": 1, "b": 2}], [{"a": 1}], True),
        (None, {}, False),
        (None, [], False),
        ("1", 1, False),
        (0, False, True),
    ],
)
def test_satisfied(have: object, want: object, expected: bool) -> None:
    assert satisfied(have, want) is expected


def test_ordered_makes_lists_of_maps_comparable() -> None:
    assert ordered([{"b": 1, "a": 2}, {"a": 1}]) == ordered([{"a": 1}, {"a": 2, "b": 1}])


def test_without_none() -> None:
    assert without_none({"a": None, "b": [{"c": None, "d": 0}]}) == {"b": [{"d": 0}]}
