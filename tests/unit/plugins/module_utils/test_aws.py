# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
import threading
import time
import types
import typing as t

import botocore.exceptions
import pytest
from ansible_collections.sdt.infra.plugins.module_utils import _aws, _run_reads
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError, Unclear


class Client:
    """Answers from a script: each call takes the next answer; an exception is raised."""

    def __init__(self, *answers: t.Any):
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, t.Any]]] = []

    @property
    def meta(self) -> t.Any:
        """What it says of its operations; only create_nat_gateway has a token."""
        model = types.SimpleNamespace(
            operation_model=lambda name: types.SimpleNamespace(
                idempotent_members=["ClientToken"] if name == "create_nat_gateway" else []
            )
        )
        return types.SimpleNamespace(service_model=model, method_to_api_mapping=_Same())

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


class _Same(dict):  # type: ignore[type-arg]
    def __missing__(self, name: str) -> str:
        return name


class Module:
    def __init__(self, client: Client, check_mode: bool = False):
        self._client = client
        self.check_mode = check_mode
        self.params: dict[str, t.Any] = {}

    def client(self, service: str, **_options: t.Any) -> Client:
        return self._client


def refusal(code: str, message: str = "no", status: int = 400) -> Exception:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.exceptions.ClientError(answer, "Operation")


LOST = botocore.exceptions.ConnectionClosedError(endpoint_url="https://ec2.us-east-1.amazonaws.com")


def aws(*answers: t.Any, check_mode: bool = False) -> tuple[_aws.Aws, Client]:
    client = Client(*answers)
    return _aws.Aws(Module(client, check_mode)), client


@pytest.mark.parametrize("error", [LOST, refusal("InternalError", status=500), refusal("Unavailable", status=503)])
def test_what_makes_something_is_not_sent_twice_when_its_answer_is_lost(error: Exception) -> None:
    face, client = aws(error)
    with pytest.raises(Unclear, match="AWS may have done it: run again, which looks first"):
        face.write("ec2", "create_vpc", CidrBlock="10.0.0.0/16")
    assert len(client.calls) == 1


@pytest.mark.parametrize("operation", ["create_nat_gateway", "delete_vpc", "modify_vpc_attribute", "create_tags"])
def test_what_may_be_sent_twice_is_left_to_the_sdk(operation: str) -> None:
    face, _client = aws(LOST)
    with pytest.raises(AwsError) as raised:
        face.write("ec2", operation)
    assert not isinstance(raised.value, Unclear)


def test_what_came_too_fast_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    face, client = aws(refusal("RequestLimitExceeded", status=503), {"Vpc": {}})
    assert face.write("ec2", "create_vpc", CidrBlock="10.0.0.0/16") == {"Vpc": {}}
    assert len(client.calls) == 2


@pytest.mark.parametrize(("attempts", "unclear"), [(0, False), (1, True)])
def test_what_is_refused_after_it_was_sent_again_may_have_been_done(attempts: int, unclear: bool) -> None:
    refused = refusal("InvalidPermission.Duplicate")
    refused.response["ResponseMetadata"]["RetryAttempts"] = attempts  # type: ignore[attr-defined]
    face, _client = aws(refused)
    with pytest.raises(AwsError) as raised:
        face.write("ec2", "authorize_security_group_ingress")
    assert isinstance(raised.value, Unclear) is unclear


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
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    face, client = aws(refusal("InvalidParameterException", "role is not known yet"), {"ok": 1})
    assert face.write("ecs", "create_service", retry=("not known yet",), name="s") == {"ok": 1}
    assert len(client.calls) == 2


def test_nothing_is_tried_again_once_the_lock_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    face, client = aws({}, refusal("InvalidDBInstanceState"), refusal("ConditionalCheckFailedException"))
    face.lock("locks", "dev", "token", 0)
    with pytest.raises(InfraError, match="lost the lock of dev"):
        face.write("rds", "modify_db_instance", retry=("InvalidDBInstanceState",), retry_seconds=600)
    assert [name for name, _params in client.calls] == ["update_item", "modify_db_instance", "update_item"]


def test_what_does_not_pass_is_not_tried_again() -> None:
    face, client = aws(refusal("InvalidParameterException", "bad"))
    with pytest.raises(AwsError):
        face.write("ecs", "create_service", retry=("not known yet",), name="s")
    assert len(client.calls) == 1


def test_no_credentials_is_one_sentence_with_the_way_on() -> None:
    face, _client = aws(botocore.exceptions.NoCredentialsError())
    with pytest.raises(AwsError, match="NoCredentialsError.*platform_profile"):
        face.read("sts", "get_caller_identity")


class Pages:
    """A client whose lists come in pages of two."""

    def __init__(self, *items: int):
        self.items = list(items)
        self.calls: list[str] = []

    def can_paginate(self, operation: str) -> bool:
        return True

    def get_paginator(self, operation: str) -> t.Any:
        client = self

        class Paginator:
            def paginate(self, PaginationConfig: dict[str, int] | None = None, **_params: t.Any) -> t.Any:
                client.calls.append(operation)
                most = (PaginationConfig or {}).get("MaxItems", len(client.items))
                pages = type("PageIterator", (list,), {})([{"Vpcs": client.items[:most]}])
                more = {"NextToken": "more"} if most < len(client.items) else {}
                pages.build_full_result = lambda: {"Vpcs": client.items[:most], **more}
                return pages

        return Paginator()


@pytest.fixture
def in_a_run(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    monkeypatch.setenv(_run_reads.VARIABLE, "")
    _run_reads.share()
    yield
    os.close(int(os.environ[_run_reads.VARIABLE].rpartition("/")[2]))


def module(client: t.Any, **params: t.Any) -> _aws.Aws:
    """Another module of the same run."""
    one = Module(client)
    one.params = params
    return _aws.Aws(one)


@pytest.mark.usefixtures("in_a_run")
class TestModulesOfARunShareReads:
    def test_the_second_module_asks_nothing(self) -> None:
        client = Client({"Vpcs": [1]})
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1]
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1]
        assert len(client.calls) == 1

    def test_a_fresh_read_asks_and_is_shared(self) -> None:
        client = Client({"Vpcs": [1]}, {"Vpcs": [2]})
        module(client).read("ec2", "describe_vpcs", "Vpcs")
        assert module(client).read("ec2", "describe_vpcs", "Vpcs", fresh=True) == [2]
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [2]

    def test_a_write_of_any_module_ends_what_all_know(self) -> None:
        client = Client({"Vpcs": [1]}, {}, {"Vpcs": [2]})
        reader = module(client)
        reader.read("ec2", "describe_vpcs", "Vpcs")
        module(client).write("iam", "create_role", RoleName="a")
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [2]
        assert not module(client).quiet

    def test_what_is_read_after_a_write_may_be_on_its_way(self) -> None:
        client = Client({}, {"Vpcs": []}, {"Vpcs": [1]})
        module(client).write("ec2", "create_vpc", CidrBlock="10.0.0.0/16")
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == []
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1]

    def test_records_such_as_the_lock_end_nothing(self) -> None:
        client = Client({"Vpcs": [1]}, {})
        module(client).read("ec2", "describe_vpcs", "Vpcs")
        module(client).write("dynamodb", "put_item", TableName="a")
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1]
        assert module(client).quiet

    def test_a_module_that_waits_asks_itself(self) -> None:
        client = Client({"Vpcs": [1]}, {"Vpcs": [2]})
        module(client).read("ec2", "describe_vpcs", "Vpcs")
        waiting = module(client)
        waiting.forget()
        assert waiting.read("ec2", "describe_vpcs", "Vpcs") == [2]

    @pytest.mark.parametrize(
        ("service", "operation", "quiet"),
        [
            ("logs", "put_retention_policy", True),
            ("rds", "modify_db_instance", True),
            ("s3", "put_bucket_policy", True),
            ("s3", "put_bucket_tagging", False),
            ("ecs", "tag_resource", False),
            ("ec2", "create_vpc", False),
            ("logs", "update_tags", False),
        ],
    )
    def test_what_the_tagging_service_said_counts_until_a_write_that_touches_tags(
        self, service: str, operation: str, quiet: bool
    ) -> None:
        client = Client({"Found": "a"}, {}, {"Found": "b"}, {"Found": "b"})
        ask = (_run_reads.TAGGING, "get_resources", "Found")
        assert module(client).read(*ask) == "a"
        writer = module(client)
        writer.write(service, operation)
        assert writer.quiet is module(client).quiet is quiet
        assert writer.read(*ask) == module(client).read(*ask) == ("a" if quiet else "b")

    def test_secrets_are_never_shared(self) -> None:
        client = Client({"SecretString": "one"}, {"SecretString": "two"})
        for value in ("one", "two"):
            answer = module(client).read("secretsmanager", "get_secret_value", "SecretString", SecretId="a")
            assert answer == value
        with open(os.environ[_run_reads.VARIABLE], "rb") as file:
            assert b"one" not in file.read()

    @pytest.mark.parametrize(
        "other", [{"region": "eu-west-1"}, {"profile": "other"}, {"assume_role_arn": "arn:aws:iam::1:role/a"}]
    )
    def test_hosts_of_other_regions_and_accounts_do_not_share(self, other: dict[str, str]) -> None:
        def asked(**params: t.Any) -> t.Any:
            one = module(client, **params)
            one._assumed = {}
            return one.read("ec2", "describe_vpcs", "Vpcs")

        client = Client({"Vpcs": [1]}, {"Vpcs": [2]})
        assert asked(region="us-east-1") == [1]
        assert asked(**{"region": "us-east-1", **other}) == [2]

    def test_credentials_of_a_task_are_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        client = Client({"Vpcs": [1]}, {"Vpcs": [2]})
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1]
        monkeypatch.setenv("AWS_PROFILE", "other")
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [2]

    def test_a_list_of_one_page_answers_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(_aws._PAGE_SIZES, "ec2", 2)
        client = Pages(1, 2)
        assert module(client).read_some("ec2", "describe_vpcs", "Vpcs") == ([1, 2], True)
        assert module(client).read_some("ec2", "describe_vpcs", "Vpcs") == ([1, 2], True)
        assert module(client).read("ec2", "describe_vpcs", "Vpcs") == [1, 2]
        assert client.calls == ["describe_vpcs"]

    def test_a_longer_list_is_looked_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(_aws._PAGE_SIZES, "ec2", 2)
        client = Pages(1, 2, 3)
        assert module(client).read_some("ec2", "describe_vpcs", "Vpcs") == ([], False)
        assert module(client).read_some("ec2", "describe_vpcs", "Vpcs") == ([], False)
        assert client.calls == ["describe_vpcs"]

    def test_a_module_that_waits_does_not_ask_for_what_others_need(self) -> None:
        client = Pages(1)
        waiting = module(client)
        waiting.forget()
        assert waiting.read_some("ec2", "describe_vpcs", "Vpcs") == ([], False)
        assert client.calls == []


def test_outside_a_run_a_list_serves_the_module() -> None:
    client = Pages(1)
    face = module(client)
    assert face.read_some("ec2", "describe_vpcs", "Vpcs") == ([1], True)
    assert face.read_some("ec2", "describe_vpcs", "Vpcs") == ([1], True)
    assert not face.quiet
    assert client.calls == ["describe_vpcs"]


class Meeting:
    """A client that answers only when as many calls as are expected are under way."""

    def __init__(self, expected: int, refused: str = "") -> None:
        self._all = threading.Barrier(expected)
        self._refused = refused
        self.calls: list[str] = []

    def can_paginate(self, operation: str) -> bool:
        return False

    def describe(self, Name: str) -> dict[str, str]:
        self.calls.append(Name)
        self._all.wait(timeout=20)
        if self._refused and Name >= self._refused:
            raise refusal("AccessDenied", Name)
        return {"Name": Name}


def described(connection: _aws.Aws) -> t.Callable[[str], t.Any]:
    return lambda name: connection.read("ecs", "describe", "Name", Name=name)


def test_what_does_not_need_each_other_is_asked_at_the_same_time() -> None:
    client = Meeting(3)
    connection = module(client)
    assert connection.at_once(described(connection), ["a", "b", "c"]) == ["a", "b", "c"]
    assert sorted(client.calls) == ["a", "b", "c"]


def test_an_equal_question_at_the_same_time_is_one_request() -> None:
    client = Meeting(2)
    connection = module(client)
    assert connection.at_once(described(connection), ["a", "a", "b", "a"]) == ["a", "a", "b", "a"]
    assert sorted(client.calls) == ["a", "b"]


def test_the_first_of_several_refusals_is_told_when_all_have_ended() -> None:
    client = Meeting(3, refused="b")
    connection = module(client)
    with pytest.raises(AwsError, match="^b "):
        connection.at_once(described(connection), ["a", "b", "c"])
    assert connection.read("ecs", "describe", "Name", Name="a") == "a"
    assert sorted(client.calls) == ["a", "b", "c"]


def test_what_was_looked_at_ahead_is_known_and_a_refusal_comes_when_it_is_asked() -> None:
    client = Meeting(3, refused="c")
    connection = module(client)
    describe = described(connection)
    connection.look_ahead(describe, ["a", "b", "c"])
    client._all = threading.Barrier(1)
    assert [describe("a"), describe("b")] == ["a", "b"]
    assert sorted(client.calls) == ["a", "b", "c"]
    with pytest.raises(AwsError, match="^c "):
        describe("c")
