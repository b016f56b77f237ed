# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Schedules: rate(...), cron(...) and at(...), of EventBridge and Application Auto Scaling."""

from __future__ import annotations

import re
import zoneinfo

from emulator.rules import Refused, Request, rule

RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
CRON = re.compile(r"cron\((.+)\)")
AT = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?\)")
FIELD = re.compile(r"[\dA-Za-z,\-*?/#]+")
FIELDS = 6


def is_schedule(expression: str) -> bool:
    """A rate of one has a singular unit; a cron expression leaves the day of the month or of the week open by a ?."""
    rate = RATE.fullmatch(expression)
    if rate:
        number, _unit, plural = rate.groups()
        return int(number) > 0 and (int(number) == 1) == (plural == "")
    cron = CRON.fullmatch(expression)
    if not cron:
        return bool(AT.fullmatch(expression))
    fields = cron[1].split()
    days = (fields[2], fields[4]) if len(fields) == FIELDS else ()
    return len(fields) == FIELDS and days.count("?") == 1 and all(FIELD.fullmatch(field) for field in fields)


@rule(
    "events", "PutRule", docs="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html"
)
def schedule(request: Request) -> None:
    """A rule has a schedule EventBridge can read."""
    expression = request.get("ScheduleExpression")
    if expression and (expression.startswith("at(") or not is_schedule(expression)):
        raise Refused("ValidationException", "Parameter ScheduleExpression is not valid.")


SCHEDULED = (
    "https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html"
)


@rule("application-autoscaling", "PutScheduledAction", docs=SCHEDULED)
def scaling_schedule(request: Request) -> None:
    """A scheduled action has a schedule Application Auto Scaling can read."""
    expression = request.get("Schedule")
    if expression is not None and not is_schedule(expression):
        raise Refused("ValidationException", f"The schedule {expression} is not valid.")


@rule("application-autoscaling", "PutScheduledAction", docs=SCHEDULED)
def time_zone(request: Request) -> None:
    """The time zone of a scheduled action is one of the IANA's."""
    zone = request.get("Timezone")
    if zone is not None and zone not in zoneinfo.available_timezones():
        raise Refused("ValidationException", f"The time zone {zone} is not valid.")
