# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What AWS recommends, each by the id AWS gives it: whether the live environment follows it.

ECS.5 and the like are controls of Security Hub (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html),
REL09-BP03 and the like best practices of the Well-Architected Framework
(https://docs.aws.amazon.com/wellarchitected/latest/framework/appendix.html).
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import (
    _practices_data,
    _practices_services,
    _practices_watch,
)
from ansible_collections.sdt.infra.plugins.module_utils._live import Edge, Live


def practices(live: Live) -> t.Iterator[Edge]:
    """Every recommendation, with what is not as it says; unpromised where the environment does not ask for it."""
    for module in (_practices_services, _practices_data, _practices_watch):
        for one in module.PRACTICES:
            yield Edge(f"{one.id} {one.what}", one.problems(live), promised=one.promised(live))
