# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How jobs end: nothing is built here, so all go well, unless a test says otherwise: POST /_emulator/builds.

What a step has written to its log is had without credentials from the URL GetJob tells, as from a signed one of S3.
https://docs.aws.amazon.com/amplify/latest/APIReference/API_Step.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

STEPS = ("BUILD", "DEPLOY", "VERIFY")


@dataclass
class Rule:
    # Which jobs; what is not given is not looked at.
    branch: str | None = None
    commit: str | None = None
    # The step they fail in, and what the steps write.
    fails: str | None = None
    logs: dict[str, list[str]] = field(default_factory=dict)
    # For how many jobs; without it for all.
    count: int | None = None

    def fits(self, branch: str, commit: str) -> bool:
        return self.count != 0 and self.branch in (None, branch) and self.commit in (None, commit)


RULES: list[Rule] = []
LOGS: dict[str, str] = {}


def tell(wanted: Any) -> None:
    known = {one.name for one in fields(Rule)}
    if not isinstance(wanted, dict) or not wanted or set(wanted) - known:
        raise ValueError(f"Give some of {', '.join(sorted(known))}.")
    if wanted.get("fails", STEPS[0]) not in STEPS or set(wanted.get("logs") or {}) - set(STEPS):
        raise ValueError(f"Steps are {', '.join(STEPS)}.")
    RULES.append(Rule(**wanted))


def forget() -> None:
    RULES.clear()
    LOGS.clear()


def view() -> list[dict[str, Any]]:
    return [vars(one) for one in RULES]


def rule_for(branch: str, commit: str) -> Rule:
    """The newest rule for a job that starts, which counts as used."""
    found = next((one for one in reversed(RULES) if one.fits(branch, commit)), None) or Rule()
    if found.count:
        found.count -= 1
    return found
