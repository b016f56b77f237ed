# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""A report as a document: what was found, as data, as tables for a terminal and as a page for a browser."""

from __future__ import annotations

import html
import pathlib
import typing as t

VERSION = 1
PAGE = pathlib.Path(__file__).parents[2] / "playbooks" / "files" / "report.html"
_WIDEST = 60  # characters of a column on a terminal


def document(about: dict[str, t.Any], sections: list[dict[str, t.Any]], findings: list[str]) -> dict[str, t.Any]:
    """The report as data; about says of what and which moment."""
    return {"version": VERSION, **about, "ok": not findings, "findings": findings, "sections": sections}


def table(report: dict[str, t.Any]) -> str:
    """The report for a terminal."""
    lines = [_head(report)]
    for section in report["sections"]:
        lines += ["", section["title"].upper(), *(_table(section["rows"]) or ["  none"])]
    lines += [
        "",
        *(f"! {finding}" for finding in report["findings"]),
        *([] if report["findings"] else ["Nothing is wrong."]),
    ]
    return "\n".join(lines)


def page(report: dict[str, t.Any]) -> str:
    """The report as one HTML page that needs nothing else."""
    parts = []
    for section in report["sections"]:
        parts.append(f"<h2>{html.escape(section['title'])}</h2>")
        parts.append(_html_table(section["rows"]) or "<p class=soft>none</p>")
    findings = "".join(f"<li>{html.escape(finding)}</li>" for finding in report["findings"])
    verdict = f"<ul class=wrong>{findings}</ul>" if findings else "<p class=fine>Nothing is wrong.</p>"
    text = PAGE.read_text(encoding="utf-8")
    for name, value in {
        "title": html.escape(report["title"]),
        "about": html.escape(_about(report)),
        "verdict": verdict,
        "sections": "\n".join(parts),
    }.items():
        text = text.replace(f"<!--{name}-->", value)
    return text


def _head(report: dict[str, t.Any]) -> str:
    return f"{report['title']} ({_about(report)})"


def _about(report: dict[str, t.Any]) -> str:
    account = f"account {report['account']}, " if report.get("account") else ""
    region = f"{report['region']}, " if report.get("region") else ""
    return f"{account}{region}{report['at']}"


def _columns(rows: list[dict[str, t.Any]]) -> list[str]:
    """The keys of the rows, without those that are empty in all of them."""
    return [name for name in (rows[0] if rows else {}) if any(_text(row.get(name)) for row in rows)]


def _table(rows: list[dict[str, t.Any]]) -> list[str]:
    columns = _columns(rows)
    cells = [columns, *([_text(row.get(name)) for name in columns] for row in rows)]
    widths = [min(max(len(line[number]) for line in cells), _WIDEST) for number in range(len(columns))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
        if columns
    ]


def _html_table(rows: list[dict[str, t.Any]]) -> str:
    columns = _columns(rows)
    if not columns:
        return ""
    head = "".join(f"<th scope=col>{html.escape(name)}</th>" for name in columns)
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(row.get(name)))}</td>" for name in columns) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _text(value: t.Any) -> str:
    return "" if value is None else str(value)
