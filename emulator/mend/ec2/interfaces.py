# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What holds on to subnets, security groups and public addresses: network interfaces.

Instances, tasks, endpoints, NAT gateways and load balancers have them. For databases AWS makes some as well; here these
are seen in the databases themselves, as the public addresses of load balancers are in those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends

from emulator.clock import clock
from emulator.registry import mend


@dataclass
class Holder:
    """Something with network interfaces."""

    name: str
    subnets: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    public: bool = False


def holders(backend: Any) -> Iterator[Holder]:
    """Everything that has network interfaces in this account and region."""
    clock.look(leaving_interfaces(backend))
    for interface in backend.enis.values():
        instance = interface.instance
        if instance is None or instance._state.name != "terminated":
            groups = {group.id for group in interface.group_set}
            yield Holder(interface.id, {interface.subnet.id}, groups, bool(interface.public_ip))
    account, region = backend.account_id, backend.region_name
    balancers = dict.get(elbv2_backends, account, {}).get(region)
    for balancer in balancers.load_balancers.values() if balancers else ():
        if balancer.scheme == "internet-facing":
            yield Holder(balancer.arn, {subnet.id for subnet in balancer.subnets}, public=True)
    databases = dict.get(rds_backends, account, {}).get(region)
    for database in databases.databases.values() if databases else ():
        group = getattr(database, "db_subnet_group", None)
        subnets = {subnet.id for subnet in group._subnets[:1]} if group else set()
        yield Holder(database.db_instance_arn, subnets, set(database.vpc_security_group_ids))


def leaving_interfaces(backend: Any) -> tuple[Any, str]:
    """The interfaces of what is gone already, which EC2 has not got back yet."""
    return backend, "leaving-interfaces"


@mend(NetworkInterfaceBackend)
def get_all_network_interfaces(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    clock.look(leaving_interfaces(self))
    return original(self, *args, **kwargs)
