# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import botocore.exceptions
import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError


class Client:
    """Answers from a script: each call takes the next answer; an exception is raised."""

    def __init__(self, *answers: t.Any):
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, t.Any]]] = []

    def can_paginate(self, operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> t.Any:
        def call(**params: t.Any) -> t.Any:
            self.calls.append((operation, params))
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return dict(answer)

        return call


class Module:
    def __init__(self, client: Client, check_mode: bool = False):
        self._client = client
        self.check_mode = check_mode
        self.params: dict[str, t.Any] = {}

    def client(self, service: str, **_options: t.Any) -> Client:
        return self._client


def refusal(code: str, message: str = "no") -> Exception:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def aws(*answers: t.Any, check_mode: bool = False) -> tuple[_aws.Aws, Client]:
    client = Client(*answers)
    return _aws.Aws(Module(client, check_mode)), client


def test_equal_reads_are_one_request_until_something_is_written() -> None:
    face, client = aws({"Vpcs": [1]}, {}, {"Vpcs": [2]})
    assert face.read("ec2", "describe_vpcs", "Vpcs") == [1]
    assert face.read("ec2", "describe_vpcs", "Vpcs") == [1]
    face.write("ec2", "create_vpc", CidrBlock="10.0.0.0/16")
    assert face.read("ec2", "describe_vpcs", "Vpcs") == [2]
    assert [name for name, _params in client.calls] == ["describe_vpcs", "create_vpc", "describe_vpcs"]


def test_a_missing_resource_is_none_and_any_other_refusal_is_told() -> None:
    face, _client = aws(refusal("NoSuchEntity"), refusal("AccessDenied", "not allowed to do it"))
    assert face.read("iam", "get_role", "Role", missing=("NoSuchEntity",), RoleName="x") is None
    with pytest.raises(AwsError, match="not allowed to do it .*AccessDenied.*Give the caller this right"):
        face.read("iam", "get_role", "Role", missing=("NoSuchEntity",), RoleName="y")


def test_check_mode_cannot_write() -> None:
    face, client = aws({}, check_mode=True)
    with pytest.raises(InfraError, match="would write in check mode"):
        face.write("ec2", "delete_vpc", VpcId="vpc-1")
    assert client.calls == []


def test_placeholders_are_never_sent() -> None:
    face, client = aws({})
    assert face.read("ec2", "describe_subnets", "Subnets", Filters=[{"Values": ["planned:vpc/x"]}]) is None
    with pytest.raises(InfraError, match="placeholder"):
        face.write("ec2", "create_subnet", VpcId="planned:vpc/x")
    assert client.calls == []


def test_what_passes_by_itself_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_aws.time, "sleep", lambda seconds: None)
    face, client = aws(refusal("InvalidParameterException", "role is not known yet"), {"ok": 1})
    assert face.write("ecs", "create_service", retry=("not known yet",), name="s") == {"ok": 1}
    assert len(client.calls) == 2


def test_what_does_not_pass_is_not_tried_again() -> None:
    face, client = aws(refusal("InvalidParameterException", "bad"))
    with pytest.raises(AwsError):
        face.write("ecs", "create_service", retry=("not known yet",), name="s")
    assert len(client.calls) == 1


def test_no_credentials_is_one_sentence_with_the_way_on() -> None:
    face, _client = aws(botocore.exceptions.NoCredentialsError())
    with pytest.raises(AwsError, match="NoCredentialsError.*platform_profile"):
        face.read("sts", "get_caller_identity")
