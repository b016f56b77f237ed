# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The parameters a family of databases has, and the values they take.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultParameters.html
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws

_RANGE = re.compile(r"^(-?[\d.]+(?:e\+?\d+)?)-(-?[\d.]+(?:e\+?\d+)?)$", re.IGNORECASE)


def changeable(aws: Aws, family: str) -> dict[str, dict[str, t.Any]]:
    """Every parameter of the family that can be changed, by its name, as AWS says it; none of an unknown family."""
    found = aws.read(
        "rds",
        "describe_engine_default_parameters",
        "EngineDefaults.Parameters",
        missing=("InvalidParameterValue",),
        DBParameterGroupFamily=family,
    )
    return {one["ParameterName"]: one for one in found or [] if one.get("IsModifiable", True)}


def text(value: t.Any) -> str:
    """A value as AWS takes it."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def problems(known: dict[str, dict[str, t.Any]], family: str, wanted: dict[str, t.Any]) -> t.Iterator[str]:
    """What AWS would refuse of the wanted parameters, a sentence each. known is what changeable says."""
    unknown = sorted(set(wanted) - set(known))
    if not known:
        yield f"RDS knows no family {family} of parameter groups: correct it, or the version of the database."
    elif unknown:
        yield (
            f"The family {family} has no parameter {', '.join(unknown)} that can be changed: correct the name "
            f"('aws rds describe-engine-default-parameters --db-parameter-group-family {family}' lists them)."
        )
    for name in sorted(set(wanted) & set(known)):
        allowed = known[name].get("AllowedValues")
        if allowed and not _allows(allowed, text(wanted[name])):
            yield f"The parameter {name} of the family {family} cannot be {text(wanted[name])}: AWS allows {allowed}."


def _allows(allowed: str, value: str) -> bool:
    """Whether a value is one of those allowed: a range, or a list of words of which some parameters take several."""
    if "{" in value or "(" in value:
        return True  # a formula: only AWS can work it out
    if between := _RANGE.match(allowed):
        try:
            return float(between[1]) <= float(value) <= float(between[2])
        except ValueError:
            return False
    words = {word.strip().lower() for word in allowed.split(",")}
    return {value.strip().lower()} <= words or {word.strip().lower() for word in value.split(",")} <= words
