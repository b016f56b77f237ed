# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How tasks end, as a test wants it: POST /_emulator/tasks says which tasks, and their exit codes, health and logs.

No image is run here, so nobody else could know. Without a rule, a task of a service runs on and is healthy where it has
health checks; a task that is run once ends with exit code 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

WHICH = ("cluster", "service", "family", "group", "task")


@dataclass
class Rule:
    # Which tasks; what is not given is not looked at.
    cluster: str | None = None
    service: str | None = None
    family: str | None = None
    group: str | None = None
    task: str | None = None
    # What becomes of them.
    exitCodes: int | dict[str, int] | None = None
    health: str | None = None  # HEALTHY or UNHEALTHY, of containers with a health check
    startFailure: str | None = None
    stoppedReason: str | None = None
    logs: list[str] | dict[str, list[str]] = field(default_factory=list)  # lines of all containers, or by name
    count: int | None = None  # for so many tasks; all if not given

    def fits(self, facts: dict[str, tuple[str, ...]]) -> bool:
        """Whether it is about a task with these names; a family may have a revision."""
        wanted = {name: getattr(self, name) for name in WHICH if getattr(self, name)}
        return self.count != 0 and all(_last(value) in facts[name] for name, value in wanted.items())

    def use(self) -> Rule:
        if self.count is not None:
            self.count -= 1
        return self

    @property
    def ends(self) -> bool:
        """Whether it makes a task end that would go on."""
        return self.exitCodes is not None or self.startFailure is not None

    def exit_code(self, container: str) -> int:
        codes = self.exitCodes
        return codes.get(container, 0) if isinstance(codes, dict) else codes or 0

    def lines(self, container: str) -> list[str]:
        return self.logs.get(container, []) if isinstance(self.logs, dict) else self.logs


RULES: list[Rule] = []


def add(wanted: Any) -> Rule:
    known = {one.name for one in fields(Rule)}
    if not isinstance(wanted, dict) or not wanted or set(wanted) - known:
        raise ValueError(f"Give some of {', '.join(sorted(known))}.")
    if wanted.get("health") not in (None, "HEALTHY", "UNHEALTHY"):
        raise ValueError("health must be HEALTHY or UNHEALTHY.")
    rule = Rule(**wanted)
    RULES.append(rule)
    return rule


def tell(wanted: Any) -> None:
    """A rule for the tasks of the future, and at once for those that run."""
    from emulator.mend.ecs import task_life  # which needs the rules

    rule = add(wanted)
    for task in task_life.running_tasks():
        if rule.fits(task.facts):
            task_life.apply(task, rule.use())


def forget() -> None:
    RULES.clear()


def view() -> list[dict[str, Any]]:
    return [{name: value for name, value in vars(rule).items() if value not in (None, [])} for rule in RULES]


def take(facts: dict[str, tuple[str, ...]]) -> Rule:
    """The rule for a new task: the newest that fits."""
    return next((rule.use() for rule in reversed(RULES) if rule.fits(facts)), Rule())


def _last(name: str) -> str:
    """Of an ARN, the name."""
    return name.split("/")[-1]
