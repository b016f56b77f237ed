# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""IAM and resource policies as AWS treats them: order and single-element lists mean nothing."""

from __future__ import annotations

import json
import typing as t
from urllib.parse import unquote

LONGEST = 6144  # characters of a managed policy
_ACCOUNT_ROOT = ":root"


def parse(document: t.Any) -> t.Any:
    """A policy as AWS returns it (a dict, JSON text, or URL-encoded JSON text) as a dict; "" and None are None."""
    if not document:
        return None
    if isinstance(document, str):
        text = document if document.lstrip().startswith(("{", "[")) else unquote(document)
        return json.loads(text)
    return document


def canonical(document: t.Any) -> t.Any:
    """One form for all policies that mean the same, for comparing; None stays None."""
    policy = parse(document)
    if policy is None:
        return None
    statements = policy.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    return {
        "Version": policy.get("Version", "2008-10-17"),
        **({"Id": policy["Id"]} if "Id" in policy else {}),
        "Statement": sorted((_statement(one) for one in statements), key=lambda one: json.dumps(one, sort_keys=True)),
    }


def text(document: t.Any) -> str:
    """A policy as compact JSON text, for sending."""
    return json.dumps(parse(document), sort_keys=True, separators=(",", ":"))


def packed(statements: t.Iterable[t.Any]) -> list[t.Any]:
    """Statements in as few documents as they fill in this order, each as large as a managed policy may be.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    documents: list[t.Any] = []
    left = list(statements)
    while left:
        statement = left.pop(0)
        if size(_document([statement])) > LONGEST:
            left[:0] = _halves(statement)
        elif documents and size(_document([*documents[-1]["Statement"], statement])) <= LONGEST:
            documents[-1]["Statement"].append(statement)
        else:
            documents.append(_document([statement]))
    return documents


def size(document: t.Any) -> int:
    """Characters as IAM counts them, without white space, in the form in which it is sent."""
    return len(text(canonical(document)))


def _document(statements: list[t.Any]) -> t.Any:
    return {"Version": "2012-10-17", "Statement": statements}


def _halves(statement: dict[str, t.Any]) -> list[t.Any]:
    """Two statements that allow what one does: each has half of its resources, or of its actions where those are
    more.
    """
    longer = max(("Action", "Resource"), key=lambda one: len(json.dumps(statement[one])))
    middle = len(statement[longer]) // 2
    return [{**statement, longer: some} for some in (statement[longer][:middle], statement[longer][middle:])]


def _statement(statement: dict[str, t.Any]) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {}
    for name, value in statement.items():
        if name in ("Action", "NotAction"):
            result[name] = sorted({str(action) for action in _as_list(value)}, key=str.lower)
        elif name in ("Resource", "NotResource"):
            result[name] = sorted({str(item) for item in _as_list(value)})
        elif name in ("Principal", "NotPrincipal"):
            result[name] = _principal(value)
        elif name == "Condition":
            result[name] = {
                operator: {key: sorted(_scalar(one) for one in _as_list(values)) for key, values in tests.items()}
                for operator, tests in value.items()
            }
        else:
            result[name] = value
    return result


def _principal(value: t.Any) -> t.Any:
    if value == "*":
        return {"AWS": ["*"]}
    return {
        kind: sorted({_account(one) if kind == "AWS" else str(one) for one in _as_list(names)})
        for kind, names in value.items()
    }


def _account(principal: t.Any) -> str:
    """AWS returns a bare account id as the ARN of the account's root."""
    name = str(principal)
    if name.startswith("arn:") and name.endswith(_ACCOUNT_ROOT):
        return name.split(":")[4]
    return name


def _scalar(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _as_list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]
