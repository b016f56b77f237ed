# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Services get users of their own in the database, whose credentials rotate without a gap, wherever a run is killed."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook
from walks import converged, edited, nothing_to_do, operations

USERS = ("auth-service", "content-service", "submission-service")
SECRETS = "secretsmanager"


class World:
    """A platform whose services have users of their own, or will have."""

    def __init__(self, emulator: t.Any, folder: pathlib.Path, shared: bool = False):
        self.emulator = emulator
        hosts = {"auth-service": {"service_secrets": {"SIGNING_KEY": {"length": 64}}}}
        self.inventory = edited(folder, "dev", {"platform_database_users": not shared}, hosts=hosts)
        converged(emulator, self.inventory, "sdt-dev")
        time.sleep(1.1)  # secrets and tasks know whole seconds

    def run(self, name: str, *arguments: str) -> Run:
        self.emulator.clear()
        run = playbook(self.emulator.url, f"playbooks/{name}.yml", self.inventory, *arguments)
        assert all(one not in run.output for one in self.passwords()), "a password is shown"
        return run

    def value(self, name: str, stage: str = "AWSCURRENT") -> dict[str, str]:
        found = self.emulator.client(SECRETS).get_secret_value(SecretId=f"sdt-dev/{name}", VersionStage=stage)
        return json.loads(found["SecretString"])

    def logins(self) -> dict[str, str]:
        return {service: self.value(f"{service}/database")["username"] for service in USERS}

    def passwords(self) -> list[str]:
        client = self.emulator.client(SECRETS)
        names = [one["Name"] for one in client.list_secrets()["SecretList"] if one["Name"].endswith("database")]
        return [json.loads(client.get_secret_value(SecretId=name)["SecretString"])["password"] for name in names]

    def marked(self) -> list[str]:
        found = self.emulator.client(SECRETS).list_secrets()["SecretList"]
        return [one["Name"] for one in found if "RotationUnderWay" in json.dumps(one.get("Tags", []))]

    def tasks(self, service: str) -> set[str]:
        return set(self.emulator.client("ecs").list_tasks(cluster="sdt-dev", serviceName=service)["taskArns"])

    def gets(self, service: str) -> str:
        """The secret the service's tasks take the password from."""
        ecs = self.emulator.client("ecs")
        found = ecs.describe_services(cluster="sdt-dev", services=[service])["services"][0]["taskDefinition"]
        (container,) = ecs.describe_task_definition(taskDefinition=found)["taskDefinition"]["containerDefinitions"]
        source = next(one["valueFrom"] for one in container["secrets"] if one["name"] == "DB_PASSWORD")
        return source.split(":secret:")[1].rsplit("-", 1)[0]

    def well(self) -> None:
        nothing_to_do(self.emulator, self.inventory, "-e", "lock_takeover=true")
        status = self.run("status", "-e", "status_exit_code=2")
        assert status.returncode == 0, status.output
        verified = self.run("verify", "-e", "verify_exit_code=2")
        assert verified.returncode == 0, verified.output


@pytest.mark.long
def test_credentials_rotate_service_by_service(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path)
    assert world.logins() == {one: f"{one.replace('-', '_')}_a" for one in USERS}
    assert {world.gets(one) for one in USERS} == {f"sdt-dev/{one}/database" for one in USERS}
    world.well()

    preview = world.run("rotate_secrets", "--check").must_succeed()
    assert operations(emulator) == [] and preview.output.count("changed: [") == 3
    before = {one: world.tasks(one) for one in (*USERS, "sandbox-runner")}
    first = world.value("auth-service/database")
    world.run("rotate_secrets", "--limit", "auth-service").must_succeed()
    second = world.value("auth-service/database")
    assert second["username"] == "auth_service_b" and second["password"] != first["password"]
    assert not before["auth-service"] & world.tasks("auth-service")
    assert all(before[one] == world.tasks(one) for one in before if one != "auth-service")
    # The new login is tried before it counts, tasks are replaced before the one before is closed.
    calls = [
        one
        for one in operations(emulator)
        if one.split(":")[1] in ("RunTask", "UpdateSecretVersionStage", "UpdateService")
    ]
    steps = ["RunTask", "RunTask", "UpdateSecretVersionStage", "UpdateSecretVersionStage", "UpdateService", "RunTask"]
    assert [one.split(":")[1] for one in calls] == steps
    assert world.marked() == []
    world.well()
    time.sleep(1.1)

    world.run("rotate_secrets").must_succeed()
    assert (
        world.logins()["auth-service"] == "auth_service_a" and world.logins()["content-service"] == "content_service_b"
    )
    assert world.tasks("sandbox-runner") == before["sandbox-runner"], "it uses no database"
    world.well()

    # What is generated in the secrets of services, and the administrator, who serves nobody.
    time.sleep(1.1)
    key, own = world.value("auth-service")["SIGNING_KEY"], world.tasks("auth-service")
    world.run("rotate_secrets", "-e", "rotate=own").must_succeed()
    assert world.value("auth-service")["SIGNING_KEY"] != key and not own & world.tasks("auth-service")
    admin, tasks = world.value("database"), {one: world.tasks(one) for one in USERS}
    world.run("rotate_secrets", "-e", "rotate=administrator").must_succeed()
    assert world.value("database")["password"] != admin["password"]
    assert world.value("database")["host"] == admin["host"]
    assert {one: world.tasks(one) for one in USERS} == tasks
    assert "rds:ModifyDBInstance" in operations(emulator)
    world.well()


@pytest.mark.long
def test_shared_credentials_are_not_rotated_and_become_those_of_services(
    emulator: t.Any, tmp_path: pathlib.Path
) -> None:
    world = World(emulator, tmp_path, shared=True)
    assert {world.gets(one) for one in USERS} == {"sdt-dev/database"}
    for arguments in ((), ("-e", "rotate=administrator")):
        refused = world.run("rotate_secrets", *arguments)
        assert refused.returncode != 0 and "would interrupt them" in refused.failures[0]
        assert operations(emulator) == []
    unknown = world.run("rotate_secrets", "-e", "rotate=everything")
    assert unknown.returncode != 0 and "Give -e rotate=users" in unknown.failures[0]

    world.inventory = edited(tmp_path, "dev", {"platform_database_users": True})
    playbook(emulator.url, "site.yml", world.inventory).must_succeed()
    assert {world.gets(one) for one in USERS} == {f"sdt-dev/{one}/database" for one in USERS}
    world.well()
    destroyed = world.run("destroy", "-e", "confirm=dev").must_succeed()
    assert destroyed.failures == []
    left = [one["RoleName"] for one in emulator.client("iam").list_roles()["Roles"]]
    assert [one for one in left if one.startswith("sdt-dev")] == []


@pytest.mark.long
@pytest.mark.parametrize(
    "sent",
    [
        "secretsmanager:PutSecretValue",
        "ecs:RunTask",
        "secretsmanager:UpdateSecretVersionStage",
        "ecs:UpdateService",
    ],
)
def test_a_killed_rotation_is_finished(emulator: t.Any, tmp_path: pathlib.Path, sent: str) -> None:
    world = World(emulator, tmp_path)
    emulator.clear()
    killed_playbook(
        emulator, "playbooks/rotate_secrets.yml", world.inventory, after=lambda one: sent in operations(one)
    )
    world.run("rotate_secrets", "-e", "lock_takeover=true").must_succeed()
    assert world.logins() == {one: f"{one.replace('-', '_')}_b" for one in USERS}
    assert world.marked() == []
    world.well()


@pytest.mark.long
def test_a_login_that_fails_leaves_everything_as_it_is(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path)
    tasks = {one: world.tasks(one) for one in USERS}
    logins = world.logins()
    family = "sdt-dev-auth-service-database-user"
    emulator.tasks(
        family=family,
        count=1,
        exitCodes={"database-user": 1},
        logs={"database-user": ["psql: error: FATAL: password authentication failed"]},
    )
    failed = world.run("rotate_secrets")
    assert failed.returncode != 0 and "password authentication failed" in failed.failures[0]
    assert world.logins() == logins and {one: world.tasks(one) for one in USERS} == tasks
    world.run("rotate_secrets").must_succeed()
    assert world.logins()["auth-service"] == "auth_service_b" and world.marked() == []
    world.well()


@pytest.mark.long
def test_a_restored_database_gets_the_logins_of_now(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    world = World(emulator, tmp_path)
    world.run("restore").must_succeed()
    tasks = {one: world.tasks(one) for one in USERS}
    world.run("restore", "-e", "swap=true", "-e", "confirm=dev").must_succeed()
    made = [one for one in operations(emulator) if one == "ecs:RunTask"]
    assert len(made) == len(USERS), "a login is made for each"
    assert all(not tasks[one] & world.tasks(one) for one in USERS)
    world.well()
