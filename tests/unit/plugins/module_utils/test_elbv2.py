# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.module_utils._elbv2 import (
    attribute_list,
    from_text,
    read_action,
    steadily,
    tags_of,
    write_action,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError

ACTIONS: list[dict[str, t.Any]] = [
    {"forward": {"target_groups": [{"target_group": "arn:a", "weight": 1}], "stickiness": 0}},
    {
        "forward": {
            "target_groups": [{"target_group": "arn:a", "weight": 9}, {"target_group": "arn:b", "weight": 1}],
            "stickiness": 60,
        }
    },
    {
        "redirect": {
            "protocol": "HTTPS",
            "port": "443",
            "host": "#{host}",
            "path": "/#{path}",
            "query": "#{query}",
            "status_code": 302,
        }
    },
    {"fixed_response": {"status_code": 404, "content_type": "text/plain", "body": ""}},
]


@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_written_reads_the_same(action: dict[str, t.Any]) -> None:
    assert read_action(write_action(action)) == action


def test_a_bare_target_group_is_a_forward() -> None:
    found = read_action([{"Type": "forward", "TargetGroupArn": "arn:a"}])
    assert found == {"forward": {"target_groups": [{"target_group": "arn:a", "weight": 1}], "stickiness": 0}}


def test_a_login_is_never_taken_for_what_the_option_can_say() -> None:
    found = read_action([{"Type": "authenticate-oidc"}, {"Type": "forward", "TargetGroupArn": "arn:a"}])
    assert set(found).isdisjoint({"forward", "redirect", "fixed_response"})


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("60", 60), ("append", "append"), ("", "")]
)
def test_attributes_have_types(text: str, value: t.Any) -> None:
    assert from_text(text) == value
    assert attribute_list({"key": value}) == [{"Key": "key", "Value": text}]


class Tags:
    """Stands for AWS: keeps the ARNs of each request."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def read(self, service: str, operation: str, result: str, **params: t.Any) -> list[dict[str, t.Any]]:
        self.asked.append(params["ResourceArns"])
        return [{"ResourceArn": arn, "Tags": [{"Key": "Name", "Value": arn}]} for arn in params["ResourceArns"]]


def test_tags_are_read_twenty_at_a_time() -> None:
    aws = Tags()
    arns = [f"arn:{number:02}" for number in range(41)]
    assert tags_of(aws, arns) == {arn: {"Name": arn} for arn in arns}  # type: ignore[arg-type]
    assert [len(asked) for asked in aws.asked] == [20, 20, 1]


class Forgetful:
    def __init__(self) -> None:
        self.forgotten = 0

    def forget(self, service: str) -> None:
        self.forgotten += 1


def test_what_is_deleted_while_we_read_is_read_again() -> None:
    aws = Forgetful()
    answers: list[t.Any] = [AwsError("elbv2", "describe_tags", "RuleNotFound", "gone"), "found"]

    def look() -> t.Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert steadily(aws, look) == "found"  # type: ignore[arg-type]
    assert aws.forgotten == 1


def test_other_refusals_are_not_repeated() -> None:
    aws = Forgetful()

    def look() -> t.Any:
        raise AwsError("elbv2", "describe_tags", "AccessDenied", "no")

    with pytest.raises(AwsError, match="AccessDenied"):
        steadily(aws, look)  # type: ignore[arg-type]
    assert aws.forgotten == 0
