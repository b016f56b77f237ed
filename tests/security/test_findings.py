# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What findings of the scanner mean."""

from __future__ import annotations

import pathlib
import sys

import pytest
import yaml

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "tools"))

from audit_findings import MOST_EXCEPTIONS, Check, Finding, checks, could_not_ask, findings, judge, table

EXCEPTION = {"check": "b", "resource": "old-*", "why": "x", "instead": "y"}


def known(**more: bool) -> dict[str, Check]:
    return {name: Check(name, "high", core, silent=False) for name, core in {"a": True, "b": True, **more}.items()}


def found(*rows: str) -> list[Finding]:
    """check resource PASS|FAIL"""
    parts = [row.split() for row in rows]
    return [Finding(check, name, status == "PASS", f"{name} is {status}.") for check, name, status in parts]


def test_all_is_well() -> None:
    judged, wrong = judge(known(), found("a x PASS", "b y PASS", "other z FAIL"), [], [])
    assert wrong == [] and [one.outcome for one in judged] == ["pass", "pass"]
    assert "1 passed" in table(judged)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["a x FAIL", "b y PASS"], "a (high): x is FAIL."),
        (["a x PASS", "a y FAIL", "b y PASS"], "a (high): y is FAIL."),
        ([*(f"a x{number} FAIL" for number in range(5)), "b y PASS"], "x2 is FAIL, and 2 more."),
        (["a x PASS"], "b: the scanner found nothing to judge."),
    ],
)
def test_what_is_wrong_is_said(rows: list[str], said: str) -> None:
    _judged, (sentence,) = judge(known(), found(*rows), [], [])
    assert sentence.endswith(said)


def test_what_is_optional_is_shown_only() -> None:
    judged, wrong = judge(known(c=False), found("a x PASS", "b y PASS", "c z FAIL"), [], [])
    assert wrong == [] and {one.name: one.outcome for one in judged}["c"] == "optional"


def test_an_exception_is_for_what_it_names() -> None:
    rows = found("a x PASS", "b old-1 FAIL")
    judged, wrong = judge(known(), rows, [EXCEPTION], [])
    assert wrong == [] and {one.name: one.outcome for one in judged}["b"] == "excepted"
    assert judge(known(), [*rows, *found("b new FAIL")], [EXCEPTION], [])[1] == ["b (high): new is FAIL."]
    (unused,) = judge(known(), found("a x PASS", "b y PASS"), [EXCEPTION], [])[1]
    assert unused.startswith("The exception for b on old-* is not used")
    many = [{**EXCEPTION, "resource": f"old-{number}"} for number in range(MOST_EXCEPTIONS + 1)]
    rows = found("a x PASS", *(f"b old-{number} FAIL" for number in range(len(many))))
    assert judge(known(), rows, many, [])[1] == [f"There are {len(many)} exceptions; {MOST_EXCEPTIONS} are the most."]


def test_what_is_not_there_needs_no_finding_until_it_is() -> None:
    absent = [{"checks": "b", "why": "x"}]
    assert judge(known(), found("a x PASS"), [], absent)[1] == []
    (sentence,) = judge(known(), found("a x PASS", "b y PASS"), [], absent)[1]
    assert sentence.startswith("Checks that begin with b found something")


def test_the_scanner_s_file_is_read(tmp_path: pathlib.Path) -> None:
    output = tmp_path / "scan.csv"
    output.write_text(
        "CHECK_ID;STATUS;STATUS_EXTENDED;RESOURCE_UID;RESOURCE_NAME\n"
        "a;PASS;fine;arn:1;x\nb;FAIL;bad;arn:2;\nc;MANUAL;look;arn:3;y\n"
    )
    assert findings(output) == [Finding("a", "x", True, "fine"), Finding("b", "arn:2", False, "bad")]


def test_the_tables_are_whole() -> None:
    listed = checks(HERE / "checks.tsv")
    assert sum(one.core for one in listed.values()) == 135 and sum(not one.core for one in listed.values()) == 22
    exceptions = yaml.safe_load((HERE / "exceptions.yml").read_text())
    assert len(exceptions) <= MOST_EXCEPTIONS
    for row in exceptions:
        assert set(row) == {"check", "resource", "why", "instead"} and listed[row["check"]].core
    for row in yaml.safe_load((HERE / "absent.yml").read_text()):
        assert set(row) == {"checks", "why"} and any(name.startswith(row["checks"]) for name in listed)


def test_what_the_scanner_could_not_ask_is_wrong() -> None:
    log = ["", "rds DescribeCertificates failed", "waf-regional ListRules failed"]
    assert could_not_ask(log, [{"says": "waf-regional"}]) == [
        "The scanner could not ask everything, so its checks cannot be trusted: rds DescribeCertificates failed"
    ]
    assert could_not_ask([], [{"says": "waf-regional"}]) == []
