# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The user of a service has two logins that take turns; each step can fail, and nobody sees a password."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed
from test_ecs_task import Platform as Service

PASSWORD = "Never0To1Be2Seen3"
FAMILY = "web-database-user"
SECRET = "web/web/database"


class Platform(Service):
    """A cluster, a role and a log, and the credentials of the administrator."""

    def __init__(self, emulator: t.Any):
        super().__init__(emulator)
        self.secrets = emulator.client("secretsmanager")
        value = {"username": "sdt_admin", "password": PASSWORD, "host": "db.internal", "port": "5432", "dbname": "sdt"}
        self.secrets.create_secret(Name="web/database", SecretString=json.dumps(value))
        self.secrets.create_secret(Name=SECRET)
        ecs = emulator.client("ecs")
        theirs = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
        log = theirs["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"]
        network = ecs.describe_services(cluster="web", services=["web"])["services"][0]["networkConfiguration"]
        self.place = {
            "cluster": "web",
            "family": "web",
            "subnets": network["awsvpcConfiguration"]["subnets"],
            "security_groups": network["awsvpcConfiguration"]["securityGroups"],
            "execution_role": theirs["executionRoleArn"],
            "log_group": log,
        }
        emulator.clear()

    def user(self, **options: t.Any) -> dict[str, t.Any]:
        given = {"user": "web", "secret": SECRET, "admin_secret": "web/database", **self.place}
        result = self.run("ecs_database_user", **{**given, **options})
        seen = json.dumps(result) + json.dumps(self.emulator.requests())
        assert PASSWORD not in seen and all(one not in seen for one in self.passwords())
        return result

    def value(self, stage: str = "AWSCURRENT") -> dict[str, str]:
        return json.loads(self.secrets.get_secret_value(SecretId=SECRET, VersionStage=stage)["SecretString"])

    def passwords(self) -> list[str]:
        stages = {one for each in self.stages().values() for one in each}
        return [self.value(stage)["password"] for stage in stages if stage != "AWSPREVIOUS"]

    def stages(self) -> dict[str, list[str]]:
        return self.secrets.describe_secret(SecretId=SECRET).get("VersionIdsToStages", {})

    def marked(self) -> bool:
        return "RotationUnderWay" in json.dumps(self.secrets.describe_secret(SecretId=SECRET).get("Tags", []))

    def scripts(self) -> list[dict[str, t.Any]]:
        """The containers of the tasks that ran, in their order."""
        ecs = self.emulator.client("ecs")
        arns = ecs.list_task_definitions(familyPrefix=FAMILY, status="INACTIVE", sort="ASC")["taskDefinitionArns"]
        found = [ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"] for arn in arns]
        assert ecs.list_task_definitions(familyPrefix=FAMILY, status="ACTIVE")["taskDefinitionArns"] == []
        return [one["containerDefinitions"][0] for one in found]


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    return Platform(emulator)


def _sources(container: dict[str, t.Any]) -> dict[str, str]:
    return {one["name"]: one["valueFrom"] for one in container["secrets"]}


def test_it_is_made_tried_and_then_counts(platform: Platform) -> None:
    assert platform.user(check=True)["done"] == "created" and platform.emulator.mutations() == []
    assert platform.user()["done"] == "created"
    value = platform.value()
    assert value["username"] == "web_a" and len(value["password"]) == 40
    assert {name: value[name] for name in ("host", "port", "dbname")} == {
        "host": "db.internal",
        "port": "5432",
        "dbname": "sdt",
    }
    made, tried = platform.scripts()
    assert {one["name"]: one["value"] for one in made["environment"]}["LOGIN"] == "web_a"
    assert "GRANT CONNECT" in made["command"][2] and made["command"][:2] == ["sh", "-c"]
    assert _sources(made)["LOGIN_PASSWORD"].endswith(":password:AWSPENDING:")
    assert (
        _sources(made)["PGPASSWORD"].endswith("web/database:password::")
        or ":secret:web/database" in _sources(made)["PGPASSWORD"]
    )
    assert _sources(tried)["PGUSER"].endswith(":username:AWSPENDING:") and "session_user" in tried["command"][2]
    platform.emulator.clear()
    assert not platform.user()["changed"] and platform.emulator.mutations() == []


def test_logins_take_turns_and_the_one_before_is_closed_later(platform: Platform) -> None:
    platform.user()
    first = platform.value()
    assert platform.user(rotate=True)["done"] == "rotated"
    second = platform.value()
    assert second["username"] == "web_b" and second["password"] != first["password"]
    assert platform.value("AWSPREVIOUS") == first and platform.marked()
    assert not platform.user(rotate=True)["changed"], "the rotation before is not over"
    assert platform.user(retire=True)["done"] == "closed" and not platform.marked()
    closed = platform.scripts()[-1]
    assert "NOLOGIN" in closed["command"][2]
    assert {one["name"]: one["value"] for one in closed["environment"]}["LOGIN"] == "web_a"
    assert not platform.user(retire=True)["changed"]
    platform.user(rotate=True)
    assert platform.value()["username"] == "web_a"


def test_a_login_that_does_not_work_never_counts(platform: Platform) -> None:
    platform.user()
    before = platform.value()
    failed = {"exitCodes": {"database-user": 2}, "logs": {"database-user": ["FATAL: password authentication failed"]}}
    platform.emulator.tasks(family=FAMILY, count=1, **failed)
    with pytest.raises(ModuleFailed, match="password authentication failed"):
        platform.user(rotate=True)
    assert platform.value() == before
    pending = platform.value("AWSPENDING")
    # The next run goes on with the password that was made, whatever it asks for.
    assert platform.user()["done"] == "rotated"
    assert platform.value() == pending and platform.value()["username"] == "web_b" and platform.marked()


def test_it_follows_the_database(platform: Platform) -> None:
    platform.user()
    before = platform.value()
    admin = json.loads(platform.secrets.get_secret_value(SecretId="web/database")["SecretString"])
    platform.secrets.put_secret_value(
        SecretId="web/database", SecretString=json.dumps({**admin, "read_host": "replica"})
    )
    assert platform.user()["done"] == "moved"
    assert platform.value() == {**before, "read_host": "replica"}
    runs = len(platform.scripts())
    assert platform.user(repeat=True)["done"] == "repeated"
    assert len(platform.scripts()) == runs + 1
    assert _sources(platform.scripts()[-1])["LOGIN_PASSWORD"].endswith(":password:AWSCURRENT:")


def test_what_is_not_there_is_refused(platform: Platform) -> None:
    with pytest.raises(ModuleFailed, match="The secret web/none does not exist in us-east-1: run site.yml first."):
        platform.user(secret="web/none")
    platform.secrets.delete_secret(SecretId=SECRET, RecoveryWindowInDays=7)
    with pytest.raises(ModuleFailed, match="is being deleted: restore it with"):
        platform.user()
