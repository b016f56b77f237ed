# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EventBridge: what it refuses in patterns, targets and templates, and tags that a rule gets when it is made only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.resource_tagging import TaggedResource
from moto.events.exceptions import InvalidEventPatternException, ValidationException
from moto.events.models import EventPatternParser, EventsBackend, Rule

from emulator.registry import mend

MOST_TARGETS = 5
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
OPERATORS = {"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
PLACEHOLDER = re.compile(r"<([^<>\s]+)>")
PREDEFINED = "aws.events."


@mend(EventPatternParser)
def _validate_event_pattern(original: Any, self: EventPatternParser, pattern: dict[str, Any]) -> None:
    original(self, pattern)
    for name, value in pattern.items():
        if name == "$or":
            if not isinstance(value, list) or len(value) < 2 or not all(isinstance(one, dict) for one in value):
                raise InvalidEventPatternException(reason="$or must be an array of at least two objects")
            for one in value:
                self._validate_event_pattern(one)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict) and not set(one) <= OPERATORS:
                    raise InvalidEventPatternException(reason=f"Unrecognized match type {next(iter(one))}")
                if isinstance(one, list):
                    raise InvalidEventPatternException(
                        reason="Match value must be String, number, true, false, or null"
                    )


@mend(EventsBackend)
def put_rule(original: Any, self: EventsBackend, name: str, *, tags: Any = None, **given: Any) -> Rule:
    bus = self._get_event_bus(self._normalize_event_bus_arn(given.get("event_bus_arn")))
    return original(self, name, tags=None if name in bus.rules else tags, **given)


@mend(EventsBackend)
def put_targets(
    original: Any, self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]
) -> None:
    rule = self.describe_rule(name, event_bus_arn)
    for target in targets:
        _check_target(target)
    if len({one["Id"] for one in [*rule.targets, *targets]}) > MOST_TARGETS:
        raise ServiceException("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    original(self, name, event_bus_arn, targets)


def _check_target(target: dict[str, Any]) -> None:
    if sum(name in target for name in ("Input", "InputPath", "InputTransformer")) > 1:
        raise ValidationException(
            f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}."
        )
    if "Input" in target and not _is_json(target["Input"]):
        raise ValidationException(f"JSON syntax error in input for target {target['Id']}")
    transformer = target.get("InputTransformer")
    if transformer:
        template, paths = transformer["InputTemplate"], transformer.get("InputPathsMap") or {}
        unknown = {one for one in PLACEHOLDER.findall(template) if not one.startswith(PREDEFINED)} - set(paths)
        if unknown:
            raise ValidationException(
                f"InputTemplate for target {target['Id']} contains invalid placeholder {sorted(unknown)[0]}."
            )
        filled = PLACEHOLDER.sub("0", template)
        # either one JSON value, or a quoted text in every line
        if not _is_json(filled) and not all(_is_json(line) for line in filled.splitlines()):
            raise ValidationException(f"Invalid InputTemplate for target {target['Id']}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@mend(EventsBackend)
def iter_tagged_resources(original: Any, self: EventsBackend) -> Iterator[TaggedResource]:
    yield from original(self)
    for bus in self.event_buses.values():
        for rule in bus.rules.values():
            tags = self.tagger.get_tag_dict_for_resource(rule.arn)
            yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")
