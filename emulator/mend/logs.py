# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch Logs: a metric filter put again replaces it, events of streams by prefix, tags go with a group.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.logs.metric_filters import MetricFilters
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse

from emulator.registry import mend


@mend(MetricFilters)
def add_filter(
    original: Callable, self: MetricFilters, filter_name: str, filter_pattern: str, log_group_name: str, *rest: Any
) -> None:
    self.metric_filters = [
        one for one in self.metric_filters if (one["logGroupName"], one["filterName"]) != (log_group_name, filter_name)
    ]
    original(self, filter_name, filter_pattern, log_group_name, *rest)


@mend(LogsResponse)
def filter_log_events(original: Callable, self: LogsResponse) -> str:
    answer = original(self)
    prefix = self._get_param("logStreamNamePrefix")
    if not prefix:
        return answer
    found = json.loads(answer)
    found["events"] = [one for one in found["events"] if one["logStreamName"].startswith(prefix)]
    return json.dumps(found)


@mend(LogsBackend)
def delete_log_group(original: Callable, self: LogsBackend, log_group_name: str) -> None:
    group = self.groups.get(log_group_name)
    original(self, log_group_name)
    self.tagger.delete_all_tags_for_resource(group.arn)
