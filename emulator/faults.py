# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Faults asked for: which calls they strike, and when. What they do is in fault_kinds.py."""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from werkzeug.wrappers import Response

from emulator import fault_kinds
from emulator.calls import Call
from emulator.newborn import Newborn

ANY = "*"


class BadFault(ValueError):
    """What was asked for is no fault."""


@dataclass
class Specification:
    """A fault as it is asked for; what it leaves out does not limit it."""

    kind: str
    service: str = ANY
    operation: str = ANY
    resource: str | None = None
    # When: skip the first `after`, then every Nth, each with a probability, and no more than `times`.
    after: int = 0
    every: int = 1
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    # What is said, where the kind does not know better.
    code: str | None = None
    status: int | None = None
    message: str | None = None
    ms: int | None = None
    looks: int = 1
    close: bool = False

    def __post_init__(self) -> None:
        if self.kind not in fault_kinds.KINDS:
            raise BadFault(f"There is no kind {self.kind!r}; choose from {', '.join(sorted(fault_kinds.KINDS))}.")
        needed = fault_kinds.NEEDS.get(self.kind, ())
        for name in needed:
            if getattr(self, name) is None:
                raise BadFault(f"The kind {self.kind} needs {name}.")
        if self.every < 1:
            raise BadFault("every counts from 1.")


NAMES = tuple(field.name for field in fields(Specification))


class Fault:
    def __init__(self, name: str, given: Specification) -> None:
        self.id = name
        self.given = given
        self.struck = 0
        self._met = 0
        self._dice = random.Random(given.seed)
        self.newborn = Newborn(given.looks, given.ms) if given.kind == fault_kinds.NOT_FOUND_YET else None

    def describe(self) -> dict[str, Any]:
        return {"id": self.id, **asdict(self.given), "struck": self.struck}

    def strikes(self, call: Call) -> bool:
        """Whether this call is struck, which counts it; asked once for each call."""
        if not self._concerns(call) or (self.newborn and not self.newborn.hides(call)):
            return False
        given = self.given
        self._met += 1
        turn = self._met - given.after
        if turn < 1 or turn % given.every or (given.times is not None and self.struck >= given.times):
            return False
        if self._dice.random() >= given.probability:
            return False
        self.struck += 1
        return True

    def _concerns(self, call: Call) -> bool:
        given = self.given
        if self.newborn and given.operation == ANY and call.mutating:
            return False  # reads are what comes too early; writes only when named
        return (
            fnmatch.fnmatchcase(call.service, given.service)
            and fnmatch.fnmatchcase(call.operation or "", given.operation)
            and (given.resource is None or given.resource in (call.resource or ""))
        )


class Faults:
    """All faults, in the order they were asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._count = 0

    def add(self, asked: Any) -> list[dict[str, Any]]:
        """One fault or a list of them; all or none."""
        specifications = [_specification(one) for one in (asked if isinstance(asked, list) else [asked])]
        with self._lock:
            added = []
            for specification in specifications:
                self._count += 1
                added.append(Fault(str(self._count), specification))
            self._faults = [*self._faults, *added]
        return [fault.describe() for fault in added]

    def list(self) -> list[dict[str, Any]]:
        return [fault.describe() for fault in self._faults]

    def remove(self, name: str) -> bool:
        with self._lock:
            kept = [fault for fault in self._faults if fault.id != name]
            found = len(kept) < len(self._faults)
            self._faults = kept
        return found

    def clear(self) -> None:
        with self._lock:
            self._faults = []

    def answer(self, call: Call, ask: Callable[[], Response]) -> tuple[Response, str | None]:
        """The answer to a call, and the kinds of the faults that struck it.

        Delays add up; the first fault that answers is the last one looked at.
        """
        faults = self._faults
        if not faults:
            return ask(), None
        struck = []
        for fault in faults:
            with self._lock:
                strikes = fault.strikes(call)
            if not strikes:
                continue
            struck.append(fault.given.kind)
            response = fault_kinds.KINDS[fault.given.kind](fault, call, ask)
            if response is not None:
                return response, ",".join(struck)
        response = ask()
        for fault in faults:
            if fault.newborn:
                with self._lock:
                    fault.newborn.see(call, response)
        return response, ",".join(struck) or None


def _specification(asked: Any) -> Specification:
    if not isinstance(asked, dict) or "kind" not in asked:
        raise BadFault("A fault is a JSON object with a kind.")
    unknown = sorted(set(asked) - set(NAMES))
    if unknown:
        raise BadFault(f"A fault has no {', '.join(unknown)}; it may have {', '.join(NAMES)}.")
    return Specification(**asked)
