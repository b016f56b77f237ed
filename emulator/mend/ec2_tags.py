# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2: the resource types of tags have AWS's names; the tags of one resource are looked up, not searched for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.tags import TagBackend
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from emulator.registry import RegistryError, mend

# Prefix of the id: moto's name, AWS's name.
NAMES = {
    "eipalloc": ("vpc-elastic-ip", "elastic-ip"),
    "fl": ("flow-logs", "vpc-flow-log"),
    "h": ("dedicated_host", "dedicated-host"),
    "nat": ("nat-gateway", "natgateway"),
    "pl": ("managed-prefix-list", "prefix-list"),
    "sir": ("spot-instance-request", "spot-instances-request"),
}

for _prefix, (_theirs, _right) in NAMES.items():
    if EC2_PREFIX_TO_RESOURCE.get(_prefix) != _theirs:
        raise RegistryError(f"moto no longer calls {_prefix}- a {_theirs}, which {__name__} mends.")
    EC2_PREFIX_TO_RESOURCE[_prefix] = _right


@mend(TagBackend)
def describe_tags(
    original: Callable, self: TagBackend, filters: dict[str, list[str]] | None = None
) -> list[dict[str, str]]:
    """moto compares the id with that of every tag there is, for each resource it shows, several times."""
    ids = (filters or {}).get("resource-id", [])
    if filters is None or len(filters) != 1 or len(ids) != 1 or any(wildcard in ids[0] for wildcard in "*?[\\"):
        return original(self, filters)
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(ids[0]), "")
    return [
        {"resource_id": ids[0], "key": key, "value": value, "resource_type": kind}
        for key, value in self.tags.get(ids[0], {}).items()
    ]


@mend(EC2Backend)
def iter_tagged_resources(original: Callable, self: EC2Backend) -> Iterator[Any]:
    """The images of others, a thousand, are only looked at when they have tags."""
    view = copy.copy(self)
    view.amis = {image_id: image for image_id, image in self.amis.items() if self.tags.get(image_id)}
    return original(view)
