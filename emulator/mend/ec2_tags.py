# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2: the resource types of tags have AWS's names."""

from __future__ import annotations

from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE

from emulator.registry import RegistryError

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
