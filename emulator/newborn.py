# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Things just created that are not found yet, as AWS is eventually consistent.

https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.parsers import create_parser
from werkzeug.wrappers import Response

from emulator import errors, refusals
from emulator.calls import IDENTIFIER, Call

CREATION = re.compile(r"(Allocate|Copy|Create|Import|Register|Request|Restore|Run)(?=[A-Z])")
SUFFIX = re.compile(r"(arns?|ids?|identifiers?|names?|urls?)$", re.IGNORECASE)


@dataclass
class Birth:
    kind: str
    time: float = field(default_factory=time.monotonic)
    looks: int = 0


class Newborn:
    """What was created since the fault was asked for, and how often it was looked at."""

    def __init__(self, looks: int, ms: int | None) -> None:
        self._looks = looks
        self._ms = ms
        self._births: dict[tuple[str, str], Birth] = {}

    def see(self, call: Call, response: Response) -> None:
        """Remember what a call created; all names of one thing share one count."""
        if response.status_code >= 300 or not (call.operation and CREATION.match(call.operation)):
            return
        birth = Birth(CREATION.sub("", call.operation, count=1))
        for name in _created(call, response, birth.kind):
            self._births[call.service, _last(name)] = birth

    def hides(self, call: Call) -> bool:
        """Whether the call looks at something it may not find yet."""
        birth, name = self._looked_at(call)
        if birth is None:
            return False
        if self._ms is not None:
            hidden = (time.monotonic() - birth.time) * 1000 < self._ms
        else:
            hidden = birth.looks < self._looks
        if not hidden or not _can_say(call, birth.kind, name):
            return False
        birth.looks += 1
        return True

    def not_found(self, call: Call) -> Response:
        """The answer to a call that looks at something hidden."""
        birth, name = self._looked_at(call)
        refusal = refusals.missing(call, birth.kind, name)
        if refusal is not None:
            return refusals.answer(call, refusal)
        return errors.written(call, _failures(call, name), 200)

    def _looked_at(self, call: Call) -> tuple[Birth | None, str]:
        if self._births:
            for name in _named(call):
                if birth := self._births.get((call.service, _last(name))):
                    return birth, name
        return None, ""


def _can_say(call: Call, kind: str, name: str) -> bool:
    return refusals.missing(call, kind, name) is not None or _failures(call, name) is not None


def _failures(call: Call, name: str) -> dict[str, Any] | None:
    """ECS answers a description of what is not there with success, and lists what was missing."""
    shape = call.model.output_shape if call.model else None
    failures = shape.members.get("failures") if shape is not None else None
    if failures is None or "reason" not in failures.member.members:
        return None
    lists = [member for member, its in shape.members.items() if its.type_name == "list"]
    return {**{member: [] for member in lists}, "failures": [{"arn": name, "reason": "MISSING"}]}


def _named(call: Call) -> Iterator[str]:
    """Whatever the request may name it with."""
    for value in (call.resource, *call.parameters.values()):
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _created(call: Call, response: Response, kind: str) -> set[str]:
    """The names of what was created, in the request and in the answer: BucketName, bucketArn, Arn, ... of a Bucket."""
    answer = create_parser(call.protocol).parse(
        {"body": response.get_data(), "headers": dict(response.headers), "status_code": response.status_code},
        call.model.output_shape,
    )
    answer.pop("ResponseMetadata", None)
    return {*_own(call.parameters, "", kind, in_answer=False), *_own(answer, "", kind, in_answer=True)}


def _own(value: Any, inside: str, kind: str, *, in_answer: bool) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _own(item, inside, kind, in_answer=in_answer)
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and IDENTIFIER.search(name):
                stem = SUFFIX.sub("", name)
                # A bare Id or Arn belongs to the structure it is in.
                if _is(kind, stem) if stem else in_answer and (not inside or _is(kind, inside)):
                    yield item
            elif in_answer:
                yield from _own(item, name, kind, in_answer=in_answer)


def _is(kind: str, word: str) -> bool:
    return kind.lower().rstrip("s").endswith(word.lower().rstrip("s"))


def _last(name: str) -> str:
    """The same for an ARN and for the name at its end."""
    rest = name.split(":", 5)[-1] if name.startswith("arn:") else name
    return rest.rsplit("/", 1)[-1] if "/" in rest or rest == name else rest.rsplit(":", 1)[-1]
