# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A statement is run by a task beside a service; nothing is left of it, and nobody sees the password."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed
from test_ecs_task import Platform as Service

PASSWORD = "Never0To1Be2Seen3"
FAMILY = "web-sql"


class Platform(Service):
    """A service, and the credentials of a database."""

    def __init__(self, emulator: t.Any):
        super().__init__(emulator)
        value = {"username": "sdt_admin", "password": PASSWORD, "host": "db.internal", "port": "5432", "dbname": "sdt"}
        emulator.client("secretsmanager").create_secret(Name="web/database", SecretString=json.dumps(value))
        emulator.clear()

    def ask(self, **options: t.Any) -> dict[str, t.Any]:
        given = {"cluster": "web", "service": "web", "secret": "web/database", "statement": "select 1"}
        result = self.run("ecs_sql_task", **{**given, **options})
        assert PASSWORD not in json.dumps(result) + json.dumps(self.emulator.requests())
        return result

    def definitions(self, status: str, family: str = FAMILY) -> list[dict[str, t.Any]]:
        ecs = self.emulator.client("ecs")
        arns = ecs.list_task_definitions(familyPrefix=family, status=status)["taskDefinitionArns"]
        return [ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"] for arn in arns]


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    return Platform(emulator)


def test_it_is_asked_where_the_service_is_and_answers(platform: Platform) -> None:
    platform.emulator.tasks(family=FAMILY, logs={"sql": ["1"]})
    answer = platform.ask()
    assert (answer["exit_code"], answer["log"], answer["changed"]) == (0, ["1"], True)
    assert platform.definitions("ACTIVE") == []
    (definition,) = platform.definitions("INACTIVE")
    theirs = platform.emulator.client("ecs").describe_task_definition(taskDefinition="web")["taskDefinition"]
    assert definition["executionRoleArn"] == theirs["executionRoleArn"]
    (container,) = definition["containerDefinitions"]
    assert container["command"][-2:] == ["-c", "select 1"]
    assert {one["name"] for one in container["secrets"]} == {"PGDATABASE", "PGHOST", "PGPASSWORD", "PGPORT", "PGUSER"}
    assert all(":secret:web/database" in one["valueFrom"] for one in container["secrets"])
    (task,) = [one for one in platform.tasks() if FAMILY in one["taskDefinitionArn"]]
    assert task["attachments"][0]["type"] == "ElasticNetworkInterface"


def test_another_database_is_asked_with_the_same_credentials(platform: Platform) -> None:
    platform.ask(host="other.internal")
    (container,) = platform.definitions("INACTIVE")[0]["containerDefinitions"]
    assert {"name": "PGHOST", "value": "other.internal"} in container["environment"]
    assert "PGHOST" not in {one["name"] for one in container["secrets"]}


def test_it_is_asked_again_until_it_answers(platform: Platform) -> None:
    platform.emulator.tasks(family=FAMILY, logs={"sql": ["42"]})
    platform.emulator.tasks(family=FAMILY, exitCodes={"sql": 2}, logs={"sql": ["starting up"]}, count=1)
    assert platform.ask(retry_seconds=60)["log"] == ["42"]
    assert len(platform.started()) == 2 and platform.definitions("ACTIVE") == []


def test_what_it_said_is_told_when_it_fails(platform: Platform) -> None:
    platform.emulator.tasks(family=FAMILY, exitCodes={"sql": 2}, logs={"sql": ["FATAL: no pg_hba.conf entry"]})
    with pytest.raises(ModuleFailed, match="ended with exit code 2. Its last lines: FATAL: no pg_hba"):
        platform.ask()
    assert platform.definitions("ACTIVE") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"service": "nothing"}, "ECS service nothing does not exist in cluster web"),
        ({"secret": "nothing"}, "The secret nothing does not exist"),
    ],
)
def test_what_is_not_there_is_refused_in_check_mode(platform: Platform, options: dict[str, str], said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        platform.ask(check=True, **options)
    assert platform.ask(check=True)["changed"] and platform.emulator.mutations() == []
