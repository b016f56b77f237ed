# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The linter of policies finds what it is for."""

from __future__ import annotations

import pathlib
import sys
import typing as t

import pytest

sys.path.append(str(pathlib.Path(__file__).parents[2] / "tools"))

from policy_rules import problems, resource_problems

BUCKET = "arn:aws:s3:::theirs"
ROLE = "arn:aws:iam::123456789012:role/sdt-*"


def allow(actions: str, resources: t.Any, **more: t.Any) -> dict[str, t.Any]:
    return {"Effect": "Allow", "Action": actions.split(), "Resource": resources, "Sid": "One", **more}


def policy(*statements: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject s3:PutObject", f"{BUCKET}/*"),
        allow("s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": "a/*"}}),
        allow("ecr:GetAuthorizationToken xray:PutTraceSegments", "*"),
        allow("ec2:DeleteVpc", "*", Condition={"StringEquals": {"aws:ResourceTag/Environment": "prod"}}),
        allow("iam:PassRole", ROLE, Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}),
        allow("s3:GetObject", "*", Effect="Deny"),
    ],
)
def test_what_is_narrow_passes(statement: dict[str, t.Any]) -> None:
    assert problems(policy(statement)) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (allow("s3:GetObjects", f"{BUCKET}/*"), "s3:GetObjects is no action of AWS"),
        (allow("s4:GetObject", f"{BUCKET}/*"), "s4:GetObject is no action of AWS"),
        (
            allow("xray:*", "*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
            "xray:* allows everything of a service",
        ),
        (
            allow("s3:GetObject", "*"),
            "s3:GetObject is allowed on everything, and could be on accesspointobject, object",
        ),
        (allow("s3:GetObject", BUCKET), f"which {BUCKET} is not"),
        (
            allow("ecr:GetAuthorizationToken", "arn:aws:ecr:us-east-1:123456789012:repository/a"),
            "has to be allowed on *",
        ),
        (
            allow("s3:GetObject", f"{BUCKET}/*", Condition={"StringEquals": {"ecs:cluster": "a"}}),
            "knows no condition ecs:cluster",
        ),
        (allow("iam:PassRole", ROLE), "has to say to which service"),
        (
            {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*", "Sid": "One"},
            "NotAction allows what nobody has named",
        ),
        (allow("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/a"), "give himself more"),
        (allow("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:123456789012:function:a"), "give himself more"),
    ],
)
def test_what_is_wide_or_wrong_is_said(statement: dict[str, t.Any], said: str) -> None:
    found = problems(policy(statement))
    assert len(found) == 1 and said in found[0], found


def test_rights_that_are_harmless_alone_are_seen_together() -> None:
    passed = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    run = allow("ecs:RegisterTaskDefinition ecs:RunTask", "arn:aws:ecs:us-east-1:123456789012:task-definition/sdt-*:*")
    assert problems(policy(run)) == []
    assert problems(policy(run, allow("iam:PassRole", ROLE, Condition=passed))) == []
    found = problems(policy(run, allow("iam:PassRole", ROLE)))
    assert any("ecs:runtask with iam:passrole" in one for one in found)


def trust(principal: t.Any, condition: dict[str, t.Any] | None = None, effect: str = "Allow") -> dict[str, t.Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole", "Sid": "One"}
    return policy({**statement, "Condition": condition} if condition else statement)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (trust({"Service": "ecs-tasks.amazonaws.com"}), ["One: ecs-tasks.amazonaws.com may for whomever it acts."]),
        (trust({"Service": "ecs-tasks.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": "123456789012"}}), []),
        (trust("*"), ["One: everybody may."]),
        (trust({"AWS": "*"}), ["One: everybody may."]),
        (trust("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), []),
        (trust("*", effect="Deny"), []),
        (trust({"AWS": "arn:aws:iam::123456789012:root"}), []),
    ],
)
def test_who_may_use_a_resource(document: dict[str, t.Any], said: list[str]) -> None:
    assert resource_problems(document) == said
