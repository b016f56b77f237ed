# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Values held against argument specifications, one by one: variables of inventories, and options of playbooks."""

from __future__ import annotations

import difflib
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult

SHARED = ("platform", "service")  # prefixes of variables that several roles share; specified by role account


def checked(name: str, spec: dict[str, t.Any], value: t.Any) -> ValidationResult:
    """What comes of holding one value against its specification."""
    return ArgumentSpecValidator({name: _plain(spec)}).validate({name: value})


def nearest(name: str, known: t.Iterable[str]) -> str:
    """A question about the known name that is most like this one; empty when none is."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def _plain(spec: dict[str, t.Any]) -> dict[str, t.Any]:
    """A role's specification as a module's: required is for the role to ask, and prose is dropped."""
    plain = {key: value for key, value in spec.items() if key in ("type", "choices", "elements", "no_log")}
    if "options" in spec:
        plain["options"] = {name: _nested(option) for name, option in spec["options"].items()}
    return plain


def _nested(spec: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**_plain(spec), **({"required": True} if spec.get("required") else {})}
