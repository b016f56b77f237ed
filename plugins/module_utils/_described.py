# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What EC2 describes, in few requests: the parts of a network are read whole and filtered here.

See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html for how EC2 itself filters.
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws

Item = dict[str, t.Any]

# A region has few of these, and a run asks for them again and again.
_FEW = frozenset(
    {
        "describe_addresses",
        "describe_internet_gateways",
        "describe_nat_gateways",
        "describe_route_tables",
        "describe_security_groups",
        "describe_subnets",
        "describe_vpcs",
    }
)
# filter -> what an item has there; other filters are left to EC2
_VALUES: dict[str, t.Callable[[Item], t.Any]] = {
    "tag:Name": lambda item: next((tag["Value"] for tag in item.get("Tags", []) if tag["Key"] == "Name"), None),
    "vpc-id": lambda item: item.get("VpcId"),
    "group-name": lambda item: item.get("GroupName"),
    "state": lambda item: item.get("State"),
}


def described(aws: Aws, operation: str, result: str, filters: t.Mapping[str, list[str]]) -> list[Item]:
    """The items of a describe operation that meet every one of the filters, each a name and the values it takes."""
    if operation in _FEW and set(filters) <= set(_VALUES):
        every, complete = aws.read_some("ec2", operation, result)
        if complete:
            return [item for item in every if all(_VALUES[name](item) in values for name, values in filters.items())]
    asked = [{"Name": name, "Values": values} for name, values in filters.items()]
    return aws.read("ec2", operation, result, Filters=asked) or []
