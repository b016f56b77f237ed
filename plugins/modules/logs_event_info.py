#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: logs_event_info
version_added: 0.1.0
short_description: Read and follow logs in CloudWatch Logs
description:
  - Returns the entries of a log group since some time, or those that match a pattern, oldest first.
  - With O(follow) it goes on reading. With the callback P(sdt.infra.waits#callback) new entries are printed as they come.
  - See U(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html).
author: SDT platform engineering (@sdt)
options:
  group:
    description: Name of the log group.
    type: str
    required: true
  stream_prefix:
    description: Only the streams whose names begin so.
    type: str
  since:
    description: How far back to begin, as a number with V(s), V(m), V(h) or V(d).
    type: str
    default: 15m
  filter:
    description:
      - Only entries that match, in the syntax of filter patterns.
      - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
    type: str
  limit:
    description: How many entries are returned at most, the newest.
    type: int
    default: 500
  follow:
    description: Seconds to go on reading after what is there already.
    type: int
    default: 0
  label:
    description: What printed entries begin with; the name of the group when left out.
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: Show the errors of the last hour
  sdt.infra.logs_event_info:
    group: /ecs/sdt-prod/auth-service
    since: 1h
    filter: ERROR
"""

RETURN = r"""
events:
  description: The entries, oldest first.
  returned: always
  type: list
  elements: dict
  contains:
    at:
      description: When it was written, in UTC.
      type: str
      sample: "2026-11-29T18:00:01.250Z"
    stream:
      description: Name of the log stream.
      type: str
    message:
      description: The text.
      type: str
"""

import datetime
import re
import time
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _waits
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PAUSE = 2.0  # seconds between two looks
_LATE = 5000  # milliseconds: entries may come that much after others that are newer


class Log:
    """A log group, read from some time on; what was read before is not read again."""

    def __init__(self, aws: Aws, params: State):
        self._aws = aws
        self._params = params
        self._from = int((time.time() - seconds(params["since"])) * 1000)
        self._known: set[str] = set()

    def new(self) -> list[State]:
        """The entries that have come since it was asked last, oldest first."""
        optional = {"filterPattern": self._params["filter"], "logStreamNamePrefix": self._params["stream_prefix"]}
        found = self._aws.read(
            "logs",
            "filter_log_events",
            "events",
            missing=("ResourceNotFoundException",),
            fresh=True,
            logGroupName=self._params["group"],
            startTime=self._from,
            **{name: value for name, value in optional.items() if value},
        )
        if found is None:
            raise NotFound(f"Log group {self._params['group']} does not exist in {self._aws.region}.")
        new = sorted((one for one in found if one["eventId"] not in self._known), key=lambda one: one["timestamp"])
        self._known.update(one["eventId"] for one in new)
        if new:
            self._from = max(self._from, new[-1]["timestamp"] - _LATE)
        return new


def seconds(text: str) -> int:
    """15m -> 900; raises InfraError for what is no length of time."""
    found = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", text)
    if found is None:
        raise InfraError(f"since: {text!r} is no length of time; give a number with s, m, h or d, such as 15m.")
    return int(found[1]) * _UNITS[found[2]]


def _shown(one: State) -> dict[str, str]:
    at = datetime.datetime.fromtimestamp(one["timestamp"] / 1000, datetime.UTC)
    return {
        "at": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{one['timestamp'] % 1000:03d}Z",
        "stream": one["logStreamName"],
        "message": one["message"].rstrip("\n"),
    }


def _read(aws: Aws, params: State) -> list[dict[str, str]]:
    log, events = Log(aws, params), []
    until = time.monotonic() + params["follow"]
    while True:
        new = [_shown(one) for one in log.new()]
        events += new
        for one in new if params["follow"] else []:
            _waits.say(f"{params['label'] or params['group']} {one['at']} {one['message']}")
        if time.monotonic() + _PAUSE > until:
            return events[-params["limit"] :]
        time.sleep(_PAUSE)


def main() -> None:
    options: dict[str, t.Any] = {
        "group": {"type": "str", "required": True},
        "stream_prefix": {"type": "str"},
        "since": {"type": "str", "default": "15m"},
        "filter": {"type": "str"},
        "limit": {"type": "int", "default": 500},
        "follow": {"type": "int", "default": 0},
        "label": {"type": "str"},
    }
    module = AnsibleAWSModule(argument_spec={**options, **CONNECTION_OPTIONS}, supports_check_mode=True)
    try:
        events = _read(Aws(module), module.params)
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, events=events)


if __name__ == "__main__":
    main()
