# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: postgres_connections
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: How many connections PostgreSQL on RDS allows by default
description:
  - Returns the default of C(max_connections) for an instance class, C(LEAST({DBInstanceClassMemory/9531392}, 5000\)).
  - >-
    C(DBInstanceClassMemory) is the memory of the class without what RDS and the operating system need, which AWS does
    not publish. A tenth and 250 MiB are taken off for it, so the result is rather too small than too large.
  - See U(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections).
options:
  _input:
    description: The instance class, such as V(db.r5.large).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show how many connections a small database allows
  ansible.builtin.debug:
    msg: "{{ 'db.t3.micro' | sdt.infra.postgres_connections }}" # 73
"""

RETURN = r"""
_value:
  description: The number of connections.
  type: int
"""

import re
import typing as t

from ansible.errors import AnsibleFilterError

_MIB = 1024**2
_BYTES_PER_CONNECTION = 9531392
_MOST = 5000
_RESERVED = 250 * _MIB
_SHARE = 0.9

# Memory of the size large in GiB, by the letters a family begins with; the longest that fits counts.
_LARGE = {"c": 4, "t": 8, "m": 8, "r": 16, "x": 32, "x2ie": 64, "z": 16}
# Sizes below large, as a share of it.
_SMALLER = {"micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1}
_CLASS = re.compile(r"db\.(?P<family>[a-z][a-z0-9-]*)\.(?P<size>micro|small|medium|large|(?P<times>\d*)xlarge)(\..+)?")


def postgres_connections(instance_class: str) -> int:
    """The default of max_connections on this class."""
    parts = _CLASS.fullmatch(str(instance_class))
    letters = [start for start in _LARGE if parts and parts["family"].startswith(start)]
    if not parts or not letters:
        raise AnsibleFilterError(
            f"The memory of the instance class {instance_class!r} is not known: give the number of connections instead."
        )
    large = _LARGE[max(letters, key=len)]
    times = _SMALLER.get(parts["size"]) or 2 * int(parts["times"] or 1)
    usable = large * times * 1024 * _MIB * _SHARE - _RESERVED
    return min(int(usable // _BYTES_PER_CONNECTION), _MOST)


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"postgres_connections": postgres_connections}
