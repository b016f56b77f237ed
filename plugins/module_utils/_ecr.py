# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Lifecycle policies of ECR, between our options and its form."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError


def lifecycle_policy(rules: t.Sequence[State]) -> State:
    """The policy of rules in the order of their priority; {} for none.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
    """
    for rule in rules[:-1]:
        if rule["tag_status"] == "any":
            raise InfraError("The lifecycle rule with tag_status any has to be the last one.")
    selections = [(rule, selection) for rule in rules for selection in _selections(rule)]
    return {"rules": [_rule(number, *one) for number, one in enumerate(selections, start=1)]} if rules else {}


def canonical(policy: State | None) -> State:
    """One form for all policies that mean the same; {} for none."""
    rules = [
        {
            **rule,
            "selection": {
                name: ordered(value) if isinstance(value, list) else value for name, value in rule["selection"].items()
            },
        }
        for rule in (policy or {}).get("rules", [])
    ]
    return {"rules": sorted(rules, key=lambda rule: rule["rulePriority"])} if rules else {}


def _selections(rule: State) -> t.Iterator[State]:
    """What AWS selects images by, one for each pattern: of several in one rule an image has to match all."""
    if rule["tag_status"] == "tagged":
        if rule.get("tag_prefixes"):
            for prefix in rule["tag_prefixes"]:
                yield {"tagStatus": "tagged", "tagPrefixList": [prefix]}
        else:
            for pattern in rule.get("tag_patterns") or ["*"]:  # ECR refuses a rule without a list
                yield {"tagStatus": "tagged", "tagPatternList": [pattern]}
    elif rule.get("tag_patterns") or rule.get("tag_prefixes"):
        raise InfraError("tag_patterns and tag_prefixes of a lifecycle rule are for tag_status tagged.")
    else:
        yield {"tagStatus": rule["tag_status"]}


def _rule(priority: int, rule: State, selection: State) -> State:
    if rule.get("keep_last") is not None:
        selection |= {"countType": "imageCountMoreThan", "countNumber": rule["keep_last"]}
    else:
        selection |= {"countType": "sinceImagePushed", "countUnit": "days", "countNumber": rule["expire_after_days"]}
    described = {"description": rule["description"]} if rule.get("description") else {}
    return {"rulePriority": priority, **described, "selection": selection, "action": {"type": "expire"}}
