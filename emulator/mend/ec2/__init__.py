# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2 networking: the states, defaults and refusals of AWS."""

from __future__ import annotations

from emulator.mend.ec2 import (
    addresses,
    dry_run,
    flow_logs,
    internet_gateways,
    nat_gateways,
    route_tables,
    security_groups,
    subnets,
    vpc_endpoints,
    vpcs,
)

__all__ = [
    "addresses",
    "dry_run",
    "flow_logs",
    "internet_gateways",
    "nat_gateways",
    "route_tables",
    "security_groups",
    "subnets",
    "vpc_endpoints",
    "vpcs",
]
