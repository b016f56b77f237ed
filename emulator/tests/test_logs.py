# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch Logs as AWS has them."""

from __future__ import annotations


def test_a_metric_filter_put_again_is_replaced(emulator):
    logs = emulator.client("logs")

    def put(group, name, pattern):
        transformation = {"metricName": "errors", "metricNamespace": "web", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[transformation]
        )

    for group in ("/one", "/two"):
        logs.create_log_group(logGroupName=group)
    put("/one", "errors", "ERROR")
    put("/two", "errors", "ERROR")
    put("/one", "warnings", "WARNING")
    put("/one", "errors", "FATAL")

    found = logs.describe_metric_filters()["metricFilters"]
    assert sorted((one["logGroupName"], one["filterName"], one["filterPattern"]) for one in found) == [
        ("/one", "errors", "FATAL"),
        ("/one", "warnings", "WARNING"),
        ("/two", "errors", "ERROR"),
    ]
    logs.delete_metric_filter(logGroupName="/one", filterName="errors")
    assert len(logs.describe_metric_filters(logGroupName="/one")["metricFilters"]) == 1


def test_the_tags_of_a_log_group_go_with_it(emulator):
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/one", tags={"Old": "1"})
    logs.delete_log_group(logGroupName="/one")
    logs.create_log_group(logGroupName="/one", tags={"New": "1"})
    (group,) = logs.describe_log_groups()["logGroups"]
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"New": "1"}
