# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The one clock: what takes time on AWS goes through AWS's states, as the times of the emulator say.

Whatever takes time begins a course: stages with a state and a kind each (emulator.times), and the state it ends in.
Nothing runs beside the calls. Before each call everything that is due happens, whichever service is asked, so a call
sees the world as it is by then and never waits. Without times a stage lasts until it has been looked at once, so that
callers see every state and still need not wait: the service says with look() that somebody looks.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.times import KINDS

TIMES = ("none", "fast", "real")
FAST = 1.0
# One due thing may bring about the next. This many in a row are enough for one call; the rest comes with the next one.
ROUNDS = 100

Action = Callable[[], Any]


@dataclass
class Stage:
    state: str
    kind: str
    then: Action | None = None  # what happens when the stage is over
    until: Callable[[], bool] | None = None  # the stage's time only begins when this holds
    seconds: float | None = None  # on AWS, where the resource itself says how long


class Course:
    """The states of one resource. It enters the first one at once."""

    def __init__(self, clock: Clock, stages: tuple[Stage, ...], enter: Callable[[str], Any] | None, last: str | None):
        self._clock = clock
        self._coming = deque(stages)
        self._enter = enter
        self._last = last
        self._cancelled = False
        self._start_stage()

    @property
    def over(self) -> bool:
        return not self._coming

    @property
    def state(self) -> str | None:
        return self._coming[0].state if self._coming else self._last

    def advance(self) -> bool:
        """Leave the stages whose time is over; tell whether there were any."""
        moved = False
        while self._coming:
            stage = self._coming[0]
            if not self._holds(stage):
                break
            seconds = self._clock.seconds(stage.kind, stage.seconds)
            if seconds is None or self._clock.now() < self._since + seconds:
                break
            self._next(self._since + seconds)
            moved = True
        return moved

    def look(self) -> None:
        """Somebody sees the present stage; without times, the next look will see the one after it."""
        self.advance()
        if not self._coming:
            return
        stage = self._coming[0]
        if not self._holds(stage) or self._clock.seconds(stage.kind, stage.seconds) is not None:
            return
        if self._seen:
            self._next(self._clock.now())
            self.advance()
        self._seen = True

    def finish(self) -> None:
        """All that is still to come happens now."""
        while self._coming:
            self._next(self._clock.now())

    def cancel(self) -> None:
        self._cancelled = True
        self._coming.clear()

    def _holds(self, stage: Stage) -> bool:
        if self._waiting and (stage.until is None or stage.until()):
            self._waiting = False
            self._since = max(self._since, self._clock.now()) if stage.until else self._since
        return not self._waiting

    def _next(self, since: float) -> None:
        stage = self._coming.popleft()
        if stage.then:
            stage.then()
        if not self._cancelled:  # by another course that began just now
            self._start_stage(since)

    def _start_stage(self, since: float | None = None) -> None:
        self._since = self._clock.now() if since is None else since
        self._seen, self._waiting = False, True
        state = self.state
        if self._enter and state is not None:
            self._enter(state)


class Watch:
    """Something that looks after a resource in intervals; without times, whenever somebody looks at that."""

    def __init__(self, clock: Clock, kind: str, step: Callable[[], bool]):
        self._clock = clock
        self._kind = kind
        self._step = step  # tells whether it did anything
        self._last = clock.now()
        self.over = False

    def advance(self) -> bool:
        seconds, now = self._clock.seconds(self._kind), self._clock.now()
        if self.over or seconds is None or now < self._last + seconds:
            return False
        self._last = now
        return self._step()

    def look(self) -> None:
        if not self.over and self._clock.seconds(self._kind) is None:
            for _round in range(ROUNDS):
                if not self._step():
                    break

    def finish(self) -> None:
        self.over = True

    cancel = finish


class Clock:
    def __init__(self) -> None:
        self._given: tuple[str, float, dict[str, float]] = ("none", 1.0, {})
        self._courses: dict[Hashable, dict[Hashable, Course | Watch]] = {}
        self.reset()

    # Times

    def start(self, times: str, scale: float) -> None:
        """The times the emulator is started with; a reset returns to them."""
        self._given = (times, scale, {})
        self.reset()

    def reset(self) -> None:
        self.times, self.scale, kinds = self._given
        self.kinds = dict(kinds)
        self._ahead = 0.0
        self._courses.clear()

    def change(self, wanted: Any) -> None:
        """Other times from now on, also for what is under way. What is not given stays as it is."""
        if not isinstance(wanted, dict) or set(wanted) - {"times", "scale", "kinds", "advance"}:
            raise ValueError("Give times, scale, kinds or advance.")
        kinds = wanted.get("kinds") or {}
        numbers = [
            wanted.get("scale", 1),
            wanted.get("advance", 0),
            *(one for one in kinds.values() if one is not None),
        ]
        if wanted.get("times", "none") not in TIMES:
            raise ValueError(f"times must be one of {', '.join(TIMES)}.")
        if set(kinds) - set(KINDS):
            raise ValueError(f"Unknown kinds: {', '.join(sorted(set(kinds) - set(KINDS)))}.")
        if any(isinstance(number, bool) or not isinstance(number, (int, float)) or number < 0 for number in numbers):
            raise ValueError("scale, advance and the durations of kinds are numbers of at least 0.")
        self.times = wanted.get("times", self.times)
        self.scale = float(wanted.get("scale", self.scale))
        self.kinds = {kind: value for kind, value in {**self.kinds, **kinds}.items() if value is not None}
        self._ahead += wanted.get("advance", 0)

    def view(self) -> dict[str, Any]:
        """The times as they are: seconds of each kind, null where it lasts until it has been looked at."""
        return {"times": self.times, "scale": self.scale, "kinds": {kind: self.seconds(kind) for kind in KINDS}}

    def seconds(self, kind: str, on_aws: float | None = None) -> float | None:
        """How long this takes; None is until somebody has looked."""
        about = KINDS[kind]
        if kind in self.kinds:
            return self.kinds[kind]
        real = about.seconds if on_aws is None else on_aws
        if about.dated:
            return real
        if self.times == "real":
            return real * self.scale
        if self.times == "fast":
            return 0 if about.optional else min(real, FAST) * self.scale
        return 0 if about.quiet else None

    # Now

    def now(self) -> float:
        return time.monotonic() + self._ahead

    def utcnow(self) -> datetime:
        """The time of day, without a zone as moto keeps it."""
        from moto.core.utils import utcnow

        return utcnow() + timedelta(seconds=self._ahead)

    def tick(self) -> None:
        """Everything that is due happens."""
        for _round in range(ROUNDS):
            if not any([self._advance(group, name) for group, name in self._under_way()]):
                break

    def _under_way(self) -> list[tuple[Hashable, Hashable]]:
        return [(group, name) for group, courses in self._courses.items() for name in courses]

    def _advance(self, group: Hashable, name: Hashable) -> bool:
        course = self.course(group, name)
        if course is None:
            return False
        moved = course.advance()
        self._forget(group, name, course)
        return moved

    # Courses: of a group, such as a backend with a kind of resource, by name

    def begin(
        self,
        group: Hashable,
        name: Hashable,
        *stages: Stage,
        enter: Callable[[str], Any] | None = None,
        last: str | None = None,
    ) -> None:
        """Begin a course, in place of the one this resource may be on."""
        self.cancel(group, name)
        course = Course(self, stages, enter, last)
        self._courses.setdefault(group, {})[name] = course
        course.advance()
        self._forget(group, name, course)

    def watch(self, group: Hashable, name: Hashable, kind: str, step: Callable[[], bool]) -> None:
        """Take a step in every interval of this kind, until it is cancelled."""
        self.cancel(group, name)
        self._courses.setdefault(group, {})[name] = Watch(self, kind, step)

    def course(self, group: Hashable, name: Hashable) -> Course | Watch | None:
        return self._courses.get(group, {}).get(name)

    def look(self, group: Hashable, *names: Hashable) -> None:
        """Somebody looks at these resources, or at all of the group."""
        for name in names or list(self._courses.get(group, {})):
            course = self.course(group, name)
            if course is not None:
                course.look()
                self._forget(group, name, course)

    def finish(self, group: Hashable, name: Hashable) -> None:
        course = self.course(group, name)
        if course is not None:
            course.finish()
            self._forget(group, name, course)

    def cancel(self, group: Hashable, name: Hashable) -> None:
        course = self._courses.get(group, {}).pop(name, None)
        if course is not None:
            course.cancel()

    def _forget(self, group: Hashable, name: Hashable, course: Course | Watch) -> None:
        if course.over and self.course(group, name) is course:
            del self._courses[group][name]
            if not self._courses[group]:
                del self._courses[group]


clock = Clock()
