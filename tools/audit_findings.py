# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the findings of the scanner mean: which checks pass, and what has to be done about the others. Asks nobody."""

from __future__ import annotations

import collections
import csv
import dataclasses
import fnmatch
import pathlib
import sys
import typing as t

MOST_EXCEPTIONS = 8


class Finding(t.NamedTuple):
    """One line of the scanner: what it says about one resource."""

    check: str
    resource: str
    passed: bool
    said: str


@dataclasses.dataclass
class Check:
    """A check that counts, and what became of it."""

    name: str
    severity: str
    core: bool
    silent: bool  # it says nothing where all is well, or there is nothing it asks about
    passed: int = 0
    failed: list[Finding] = dataclasses.field(default_factory=list)
    excused: int = 0

    @property
    def outcome(self) -> str:
        if self.failed:
            return "FAIL" if self.core else "optional"
        if not self.passed and not self.excused:
            return "nothing to judge" if self.silent else "nothing found"
        return "excepted" if self.excused else "pass"


def checks(table: pathlib.Path) -> dict[str, Check]:
    """The checks that count, from their table: columns check, severity, scope and note."""
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        row["check"]: Check(row["check"], row["severity"], row["scope"] == "core", "NOPASS" in row["note"])
        for row in rows
        if row["scope"] in ("core", "optional")
    }


def findings(output: pathlib.Path) -> list[Finding]:
    """What the scanner wrote as CSV."""
    csv.field_size_limit(sys.maxsize)
    with output.open(encoding="utf-8") as file:
        return [
            Finding(
                row["CHECK_ID"],
                row["RESOURCE_NAME"] or row["RESOURCE_UID"],
                row["STATUS"] == "PASS",
                row["STATUS_EXTENDED"],
            )
            for row in csv.DictReader(file, delimiter=";")
            if row["STATUS"] in ("PASS", "FAIL")
        ]


Rows = t.Sequence[t.Mapping[str, str]]


def judge(
    known: dict[str, Check], found: t.Iterable[Finding], exceptions: Rows, absent: Rows
) -> tuple[list[Check], list[str]]:
    """Every check with its outcome, and what is wrong, a sentence each.

    exceptions are findings that may be (check, resource as a pattern); absent is what is not there to be judged
    (checks, the beginning of their names).
    """
    used: collections.Counter[int] = collections.Counter()
    for check in known.values():
        check.silent = check.silent or any(check.name.startswith(row["checks"]) for row in absent)
    for one in found:
        check = known.get(one.check)
        if check is None:
            continue
        excuse = None if one.passed else _excuse(one, exceptions)
        if one.passed:
            check.passed += 1
        elif excuse is None:
            check.failed.append(one)
        else:
            check.excused += 1
            used[excuse] += 1
    bad = ("FAIL", "nothing found")
    wrong = [_sentence(check) for check in known.values() if check.core and check.outcome in bad]
    wrong += [
        f"The exception for {one['check']} on {one['resource']} is not used: take it out."
        for number, one in enumerate(exceptions)
        if not used[number]
    ]
    wrong += [
        f"Checks that begin with {row['checks']} found something: take their row out of what is absent."
        for row in absent
        if any(one.passed or one.failed for one in known.values() if one.name.startswith(row["checks"]))
    ]
    if len(exceptions) > MOST_EXCEPTIONS:
        wrong.append(f"There are {len(exceptions)} exceptions; {MOST_EXCEPTIONS} are the most.")
    return sorted(known.values(), key=lambda one: (one.outcome, one.name)), wrong


def could_not_ask(log: t.Iterable[str], unanswered: Rows) -> list[str]:
    """What the scanner's log says it could not ask, but for what may be: checks pass or vanish for want of an answer.

    unanswered are parts of such lines (says).
    """
    return [
        f"The scanner could not ask everything, so its checks cannot be trusted: {line[:300]}"
        for line in log
        if line.strip() and not any(row["says"] in line for row in unanswered)
    ]


def _excuse(one: Finding, exceptions: Rows) -> int | None:
    for number, exception in enumerate(exceptions):
        if exception["check"] == one.check and fnmatch.fnmatchcase(one.resource, exception["resource"]):
            return number
    return None


def _sentence(check: Check) -> str:
    if check.outcome == "nothing found":
        return f"{check.name}: the scanner found nothing to judge."
    said = "; ".join(one.said.rstrip(".") for one in check.failed[:3])
    more = f", and {len(check.failed) - 3} more" if len(check.failed) > 3 else ""
    return f"{check.name} ({check.severity}): {said}{more}."


def table(judged: t.Sequence[Check]) -> str:
    """The outcomes as a table."""
    width = max((len(one.name) for one in judged), default=0)
    return "\n".join(
        f"{one.outcome:16}  {one.name:{width}}  {one.severity:8}  "
        f"{one.passed} passed, {len(one.failed)} failed, {one.excused} excepted"
        for one in judged
    )
