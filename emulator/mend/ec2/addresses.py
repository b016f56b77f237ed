# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Elastic IPs: where they come from, and that they are kept as long as something uses them."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import elastic_ip_addresses
from moto.ec2.models.elastic_ip_addresses import ElasticAddress, ElasticAddressBackend
from moto.ec2.utils import random_public_ip

from emulator.mend.ec2.common import refused
from emulator.registry import mend, replace

replace(elastic_ip_addresses, "random_ip", random_public_ip)

# What DescribeAddresses shows of every address.
ElasticAddress.public_ipv4_pool = "amazon"
ElasticAddress.network_border_group = property(lambda self: self.ec2_backend.region_name)
ElasticAddress.service_managed = None


@mend(ElasticAddressBackend)
def release_address(original: Any, self: Any, address: str | None = None, allocation_id: str | None = None) -> None:
    found = self.address_by_ip([address]) if address else self.address_by_allocation([allocation_id])
    one = found[0]
    held_by_aws = one.service_managed or (one.eni is not None and one.eni.requester_managed)
    if held_by_aws:
        raise refused("AuthFailure", "You do not have permission to access the specified resource.")
    if one.association_id:
        raise refused("InvalidIPAddress.InUse", f"The address {one.public_ip} is in use.")
    original(self, address, allocation_id)
    self.tags.pop(one.id, None)
