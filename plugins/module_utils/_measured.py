# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What CloudWatch has measured, many metrics in one request.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
"""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws

_AT_ONCE = 500


class Metric(t.NamedTuple):
    """A metric of one resource."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str


def measured(aws: Aws, metrics: t.Sequence[Metric], days: int, period: int = 3600) -> dict[Metric, list[float]]:
    """The values of each metric in the last days, one for each period in seconds in which there were any."""
    wanted = list(dict.fromkeys(metrics))
    found: dict[Metric, list[float]] = {one: [] for one in wanted}
    end = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0)
    start = end - datetime.timedelta(days=days)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        queries = [_query(f"m{number}", one, period) for number, one in enumerate(some)]
        results = aws.read(
            "cloudwatch",
            "get_metric_data",
            "MetricDataResults",
            MetricDataQueries=queries,
            StartTime=start,
            EndTime=end + datetime.timedelta(hours=1),
        )
        for one in results or []:
            found[some[int(one["Id"][1:])]] += [float(value) for value in one["Values"]]
    return found


def _query(name: str, metric: Metric, period: int) -> dict[str, t.Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in metric.dimensions],
            },
            "Period": period,
            "Stat": metric.statistic,
        },
    }
