# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reports for terminals and browsers."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils import _report


def report(findings: list[str], *rows: dict[str, t.Any]) -> dict[str, t.Any]:
    about = {"title": "Status of a<b", "account": "123456789012", "region": "us-east-1", "at": "2026-11-29T20:00:00Z"}
    return _report.document(about, [{"title": "Services", "rows": list(rows)}], findings)


def test_columns_are_as_wide_as_what_they_hold_and_empty_ones_are_left_out() -> None:
    told = _report.table(
        report([], {"name": "auth", "why": "", "count": 2}, {"name": "content", "why": "", "count": 10})
    )
    assert told.splitlines() == [
        "Status of a<b (account 123456789012, us-east-1, 2026-11-29T20:00:00Z)",
        "",
        "SERVICES",
        "  name     count",
        "  auth     2",
        "  content  10",
        "",
        "Nothing is wrong.",
    ]


def test_what_is_wrong_comes_last_on_a_terminal_and_first_on_a_page() -> None:
    one = report(["It <rings>."])
    assert not one["ok"]
    assert _report.table(one).splitlines()[-3:] == ["  none", "", "! It <rings>."]
    page = _report.page(one)
    assert "<li>It &lt;rings&gt;.</li>" in page and "<title>Status of a&lt;b</title>" in page
    assert "<!--" not in page and "Nothing is wrong" not in page
