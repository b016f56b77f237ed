# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Which repositories ECR scans: one configuration of the whole registry, in which each repository has its filter.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._alone import alone
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State

SCANNING_OPTIONS: t.Final[State] = {
    "scan_type": {"type": "str", "choices": ["BASIC", "ENHANCED"]},
}
_WILDCARD = "WILDCARD"


def configuration(aws: Aws, fresh: bool = False) -> State:
    """The scanType and the rules of the registry."""
    return aws.read("ecr", "get_registry_scanning_configuration", "scanningConfiguration", fresh=fresh)


def put_filter(aws: Aws, name: str, frequency: str | None, scan_type: str | None) -> None:
    """Give the filter its frequency, or take it out with None. Merged into what is there at this moment.

    That may be more than was there before, of other hosts and other environments.
    """
    with alone(f"ecr-scanning-{aws.account}-{aws.region}"):
        there = configuration(aws, fresh=True)
        wanted: State = {
            "scanType": scan_type or there["scanType"],
            "rules": with_filter(there["rules"], name, frequency),
        }
        if wanted != {key: there[key] for key in wanted}:
            aws.write("ecr", "put_registry_scanning_configuration", **wanted)


def frequency_of(rules: t.Iterable[State], name: str) -> str | None:
    """How often the repositories of this filter are scanned; None when no rule has the filter."""
    return next((rule["scanFrequency"] for rule in rules if name in _filters(rule)), None)


def with_filter(rules: t.Iterable[State], name: str, frequency: str | None) -> list[State]:
    """The rules with this filter under this frequency and no other; None takes it out. All else stays."""
    filters = {rule["scanFrequency"]: [one for one in _filters(rule) if one != name] for rule in rules}
    if frequency is not None:
        filters.setdefault(frequency, []).append(name)
    return [
        {
            "scanFrequency": one,
            "repositoryFilters": [{"filter": name, "filterType": _WILDCARD} for name in names],
        }
        for one, names in filters.items()
        if names
    ]


def _filters(rule: State) -> list[str]:
    return [one["filter"] for one in rule.get("repositoryFilters", [])]
