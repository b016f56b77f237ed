# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.service_task import FilterModule

PLAIN: dict[str, t.Any] = {
    "service": "auth-service",
    "image": "nginx:1",
    "port": 3001,
    "command": [],
    "user": "",
    "health_command": ["CMD", "true"],
    "health_start_period": 30,
    "stop_timeout": 45,
    "readonly": True,
    "drop_capabilities": [],
    "ulimits": [],
    "isolated": False,
    "execute_command": False,
    "environment": {},
    "secret": "sdt-test/auth-service",
    "secrets": {},
    "database": False,
    "database_secret": "sdt-test/database",
    "database_port": 5432,
    "database_connections": 5,
    "kms_key": "",
    "bucket_kms_key": "",
    "buckets": {},
    "prefix": "sdt-test",
    "calls": {},
    "namespace": "sdt-test.internal",
    "tracing": False,
    "tracing_image": "collector:1",
    "tracing_memory": 128,
    "repository": "sdt-test/auth-service",
    "log_group": "/ecs/sdt-test/auth-service",
    "log_mode": "non-blocking",
    "log_buffer": "25m",
    "partition": "aws",
    "region": "us-east-1",
    "account": "123456789012",
}
EVERYTHING: dict[str, t.Any] = {
    "execute_command": True,
    "secrets": {"SIGNING_KEY": {}},
    "database": True,
    "buckets": {"user-uploads": {"access": "write", "prefix": "a/"}, "static-assets": {"name": "theirs"}},
    "tracing": True,
}


def task(**settings: t.Any) -> dict[str, t.Any]:
    return FilterModule().filters()["service_task"]({**PLAIN, **settings})


def statements(policies: dict[str, t.Any]) -> dict[str, t.Any]:
    return {one["Sid"]: one for one in policies.get("service", {}).get("Statement", [])}


def test_a_plain_service_pulls_and_logs_and_no_more() -> None:
    found = task()
    assert found["task_policies"] == {}
    allowed = statements(found["execution_policies"])
    assert sorted(allowed) == ["Log", "Login", "Pull"]
    assert allowed["Pull"]["Resource"] == "arn:aws:ecr:us-east-1:123456789012:repository/sdt-test/auth-service"
    assert allowed["Log"]["Resource"] == "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/sdt-test/auth-service:*"
    assert [one["name"] for one in found["containers"]] == ["auth-service"]


def test_the_rights_are_those_it_uses() -> None:
    found = task(**EVERYTHING)
    execution, rights = statements(found["execution_policies"]), statements(found["task_policies"])
    assert execution["Secrets"]["Resource"] == [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:sdt-test/database-??????",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:sdt-test/auth-service-??????",
    ]
    assert sorted(rights) == [
        "Execute",
        "ListStaticAssets",
        "ListUserUploads",
        "LogCommands",
        "Trace",
        "UseStaticAssets",
        "UseUserUploads",
    ]
    assert rights["UseUserUploads"]["Resource"] == "arn:aws:s3:::sdt-test-user-uploads-123456789012/a/*"
    assert "s3:PutObject" in rights["UseUserUploads"]["Action"]
    assert rights["ListUserUploads"]["Condition"] == {"StringLike": {"s3:prefix": ["a/*"]}}
    assert rights["UseStaticAssets"]["Action"] == ["s3:GetObject"]
    assert rights["UseStaticAssets"]["Resource"] == "arn:aws:s3:::theirs/*"


@pytest.mark.parametrize(
    ("partition", "service"),
    [("aws", "secretsmanager.us-east-1.amazonaws.com"), ("aws-cn", "secretsmanager.us-east-1.amazonaws.com.cn")],
)
def test_a_key_is_used_through_secrets_only(partition: str, service: str) -> None:
    allowed = statements(task(kms_key="arn:key", database=True, partition=partition)["execution_policies"])
    assert allowed["Key"]["Condition"] == {"StringEquals": {"kms:ViaService": service}}
    assert "Key" not in statements(task(kms_key="arn:key")["execution_policies"])


@pytest.mark.parametrize(("access", "actions"), [("read", 1), ("write", 2)])
def test_the_key_of_buckets_is_used_for_these_through_s3(access: str, actions: int) -> None:
    buckets = {"user-uploads": {"access": access, "name": "theirs"}}
    allowed = statements(task(bucket_kms_key="alias/sdt-test", buckets=buckets)["task_policies"])["UseBucketsKey"]
    assert len(allowed["Action"]) == actions
    assert allowed["Resource"] == "arn:aws:kms:us-east-1:123456789012:alias/sdt-test"
    assert allowed["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::theirs", "arn:aws:s3:::theirs/*"]},
    }
    assert "UseBucketsKey" not in statements(task(bucket_kms_key="alias/sdt-test")["task_policies"])


def test_only_tasks_of_this_account_get_the_roles() -> None:
    (statement,) = task()["trust_policy"]["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_an_isolated_service_gets_nothing_whatever_is_asked() -> None:
    found = task(isolated=True, **EVERYTHING)
    assert found["task_policies"] == {}
    assert sorted(statements(found["execution_policies"])) == ["Log", "Login", "Pull"]
    (container,) = found["containers"]
    assert container["secrets"] == {}
    assert sorted(container["environment"]) == ["AWS_REGION", "PORT", "SERVICE_NAME"]
    assert container["readonly_root_filesystem"]


def test_the_environment() -> None:
    (container, _collector) = task(
        database=True,
        tracing=True,
        buckets={"user-uploads": {"prefix": "a/"}},
        calls={"sandbox-runner": 3004},
        environment={"LEVEL": "info", "DEBUG": False, "PORT": 1},
    )["containers"]
    assert container["environment"] == {
        "AWS_REGION": "us-east-1",
        "DB_POOL_MAX": "5",
        "DB_PORT": "5432",
        "DEBUG": "false",
        "LEVEL": "info",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318",
        "OTEL_PROPAGATORS": "xray,tracecontext,baggage",
        "OTEL_SERVICE_NAME": "sdt-test-auth-service",
        "PORT": "1",
        "SANDBOX_RUNNER_URL": "http://sandbox-runner.sdt-test.internal:3004",
        "SERVICE_NAME": "auth-service",
        "USER_UPLOADS_BUCKET": "sdt-test-user-uploads-123456789012",
        "USER_UPLOADS_PREFIX": "a/",
    }
    assert container["secrets"]["DB_PASSWORD"] == {"secret": "sdt-test/database", "key": "password"}


def test_commands_need_a_root_that_can_be_written() -> None:
    assert task()["containers"][0]["readonly_root_filesystem"]
    assert not task(execute_command=True)["containers"][0]["readonly_root_filesystem"]


def test_the_collector_is_dispensable_and_bounded() -> None:
    service, collector = task(tracing=True)["containers"]
    assert service["depends_on"] == {"collector": "START"}
    assert not collector["essential"] and collector["memory"] == 128
    config = json.loads(collector["environment"]["AOT_CONFIG_CONTENT"])
    assert config["service"]["pipelines"]["traces"]["exporters"] == ["awsxray"]
    assert config["processors"]["memory_limiter"]["limit_mib"] < 128


@pytest.mark.parametrize(("mode", "buffered"), [("non-blocking", True), ("blocking", False)])
def test_the_log(mode: str, buffered: bool) -> None:
    options = task(log_mode=mode)["containers"][0]["log_configuration"]["options"]
    assert options["mode"] == mode
    assert ("max-buffer-size" in options) is buffered


def test_what_is_not_set_is_left_out() -> None:
    container = task(health_command=[])["containers"][0]
    assert not {"health_check", "command", "user", "ulimits"} & set(container)
    given = {"command": ["serve"], "user": "1000", "ulimits": [{"name": "nofile"}], "drop_capabilities": ["ALL"]}
    container = task(**given)["containers"][0]
    assert container["linux_parameters"]["capabilities"] == {"drop": ["ALL"]}
    assert {"health_check", "command", "user", "ulimits"} <= set(container)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"buckets": {"user-uploads": {"access": "all"}}}, "user-uploads has to be read or write"),
        ({"buckets": {"user-uploads": "write"}}, "user-uploads of service auth-service has to be a map"),
        ({"buckets": {"user-uploads": {"acces": "read"}}}, "user-uploads of service auth-service has to be a map"),
        ({"environment": {"A": {"b": 1}}}, "A has to be a text or a number"),
        ({"environment": {"DB_PASSWORD": "x"}, "database": True}, "DB_PASSWORD among its secrets"),
    ],
)
def test_refusals(settings: dict[str, t.Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        task(**settings)
