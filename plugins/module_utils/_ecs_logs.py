# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What containers of tasks wrote to CloudWatch Logs, by the log driver awslogs."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State

_NO_LOG = ("ResourceNotFoundException",)


class Stream(t.NamedTuple):
    """Where a container of a task writes; both are empty where that is not CloudWatch Logs."""

    group: str
    name: str


def stream_of(definition: State, container: str, task: str) -> Stream:
    """The log stream of a container of the task with this ARN, which has this task definition, as AWS describes it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    described: State = next((one for one in definition["containerDefinitions"] if one["name"] == container), {})
    log = described.get("logConfiguration") or {}
    options = (log.get("options") or {}) if log.get("logDriver") == "awslogs" else {}
    group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
    return Stream(group, f"{prefix}/{container}/{task.rpartition('/')[2]}") if group and prefix else Stream("", "")


def last_lines(aws: Aws, stream: Stream, count: int) -> list[str]:
    """The last lines of a stream; none where it does not exist yet."""
    if not stream.group or not count:
        return []
    answer = aws.read(
        "logs",
        "get_log_events",
        missing=_NO_LOG,
        fresh=True,
        logGroupName=stream.group,
        logStreamName=stream.name,
        limit=count,
        startFromHead=False,
    )
    return [one["message"].rstrip("\n") for one in (answer or {}).get("events") or []]
