# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudWatch Logs: retention, keys, filters."""

from __future__ import annotations

import re
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import principals, statements
from emulator.rules.kms import find_key

API = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference"
GUIDE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs"
RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
MOST_DIMENSIONS = 3
MOST_FILTERS = 100
QUOTED = re.compile(r'"(\\.|[^"\\])*"|%[^%]*%')
PAIRS = {"}": "{", "]": "[", ")": "("}


def _invalid(message: str) -> Refused:
    return Refused("InvalidParameterException", message)


@rule("logs", "PutRetentionPolicy", docs=f"{API}/API_PutRetentionPolicy.html")
def retention(request: Request) -> None:
    """Logs are kept for one of the numbers of days AWS offers."""
    days = request["retentionInDays"]
    if days not in RETENTION:
        raise _invalid(f"Invalid retention: {days}. Valid values are: {', '.join(map(str, RETENTION))}")


@rule("logs", "CreateLogGroup", docs=f"{API}/API_CreateLogGroup.html")
def reserved_name(request: Request) -> None:
    """The name of a log group does not begin with aws/."""
    if request["logGroupName"].lower().startswith("aws/"):
        raise _invalid("Log groups starting with aws/ are reserved for AWS.")


@rule("logs", "CreateLogGroup", "AssociateKmsKey", docs=f"{GUIDE}/encrypt-log-data-kms.html")
def encryption_key(request: Request) -> None:
    """The key that encrypts a log group exists, is enabled, and lets CloudWatch Logs use it."""
    arn = request.get("kmsKeyId")
    if arn is None:
        return
    key = find_key(request, arn)
    if key is None or not key.enabled or not _lets_logs(key.policy):
        name = request.get("logGroupName", "*")
        raise _invalid(
            "The specified KMS key does not exist or is not allowed to be used with Arn "
            f"'arn:aws:logs:{request.region}:{request.account}:log-group:{name}'"
        )


def _lets_logs(policy: str) -> bool:
    return any(
        statement["Effect"] == "Allow" and name.startswith("logs.")
        for statement in statements(policy)
        for name in principals(statement, "Service")
    )


def _transformations(request: Request) -> list[dict[str, Any]]:
    return request["metricTransformations"]


@rule("logs", "PutMetricFilter", docs=f"{API}/API_MetricTransformation.html")
def filter_default_and_dimensions(request: Request) -> None:
    """A metric with dimensions has no default value."""
    for one in _transformations(request):
        if one.get("dimensions") and one.get("defaultValue") is not None:
            raise _invalid(
                "Invalid metric transformation: dimensions and default value are mutually exclusive properties."
            )


@rule("logs", "PutMetricFilter", docs=f"{API}/API_MetricTransformation.html")
def filter_dimensions(request: Request) -> None:
    """A metric filter has up to three dimensions."""
    for one in _transformations(request):
        if len(one.get("dimensions") or {}) > MOST_DIMENSIONS:
            raise _invalid(f"A metric filter can have at most {MOST_DIMENSIONS} dimensions.")


@rule(
    "logs", "PutMetricFilter", "PutSubscriptionFilter", "FilterLogEvents", docs=f"{GUIDE}/FilterAndPatternSyntax.html"
)
def filter_pattern(request: Request) -> None:
    """In a filter pattern, what is opened is closed: braces, brackets, parentheses, quotation marks."""
    pattern = request.get("filterPattern", "").strip()
    bare = QUOTED.sub("", pattern)
    opened: list[str] = []
    # Outside of braces and brackets these signs are text to look for.
    for sign in bare if pattern[:1] in ("{", "[") else "":
        if sign in PAIRS.values():
            opened.append(sign)
        elif sign in PAIRS and (not opened or opened.pop() != PAIRS[sign]):
            opened = [sign]
            break
    if opened or '"' in bare:
        raise _invalid("Invalid filter pattern")


@rule("logs", "PutMetricFilter", docs=f"{GUIDE}/cloudwatch_limits_cwl.html")
def filters_per_group(request: Request) -> None:
    """A log group has up to 100 metric filters."""
    there = [
        one["filterName"]
        for one in request.backend("logs").filters.metric_filters
        if one["logGroupName"] == request["logGroupName"]
    ]
    if request["filterName"] not in there and len(there) >= MOST_FILTERS:
        raise Refused("LimitExceededException", "Resource limit exceeded.")


@rule("logs", "PutResourcePolicy", docs=f"{API}/API_PutResourcePolicy.html")
def resource_policy(request: Request) -> None:
    """A resource policy has statements with an effect."""
    try:
        list(statements(request.get("policyDocument", "")))
    except ValueError:
        raise _invalid("Policy document is not valid.") from None
