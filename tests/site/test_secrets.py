# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets of services are set without anybody seeing them, and the tasks that use them get them."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from runs import Run, killed_playbook, playbook, register_images
from walks import edited, nothing_to_do, operations

SERVICE = "auth-service"
LIMIT = ("--limit", SERVICE)
PLANTED = "planted-Value-8472"


class World:
    """A development environment in which one service has secrets of its own."""

    def __init__(self, emulator: t.Any, folder: pathlib.Path):
        self.emulator = emulator
        declared = {"service_secrets": {"API_TOKEN": {"length": 32}, "SIGNING_KEY": {"length": 64}}}
        self.inventory = edited(folder, "dev", hosts={SERVICE: declared})
        playbook(emulator.url, "site.yml", self.inventory).must_succeed()
        register_images(emulator, "sdt-dev", "1.0")
        playbook(emulator.url, "site.yml", self.inventory).must_succeed()
        self.file = folder / "token"
        self.file.write_text(f"{PLANTED}\n")
        self.rest()

    def rest(self) -> None:
        time.sleep(1.1)  # secrets and tasks know whole seconds
        self.emulator.clear()

    def set(self, *arguments: str) -> Run:
        self.rest()
        run = playbook(self.emulator.url, "playbooks/set_secret.yml", self.inventory, *LIMIT, *arguments)
        assert PLANTED not in run.output + json.dumps(run.results, default=str)
        assert PLANTED not in json.dumps(self.emulator.requests())
        return run

    def values(self) -> dict[str, str]:
        found = self.emulator.client("secretsmanager").get_secret_value(SecretId=f"sdt-dev/{SERVICE}")
        return json.loads(found["SecretString"])

    def tasks(self, service: str = SERVICE) -> set[str]:
        return set(self.emulator.client("ecs").list_tasks(cluster="sdt-dev", serviceName=service)["taskArns"])


@pytest.fixture
def world(emulator: t.Any, tmp_path: pathlib.Path) -> World:
    return World(emulator, tmp_path)


@pytest.mark.long
def test_a_secret_is_set_and_the_tasks_get_it(world: World) -> None:
    before, tasks, others = world.values(), world.tasks(), world.tasks("content-service")
    given = ("-e", "variable=API_TOKEN", "-e", f"value_file={world.file}")
    world.set(*given, "--check", "-vvv").must_succeed()
    assert operations(world.emulator) == [] and world.values() == before
    world.set(*given, "-vvv", "--diff").must_succeed()
    assert world.values() == {**before, "API_TOKEN": PLANTED}
    assert not tasks & world.tasks(), "every task has been started with it"
    assert world.tasks("content-service") == others
    nothing_to_do(world.emulator, world.inventory)
    world.set(*given).must_succeed()
    assert operations(world.emulator) == [], "it is set already"

    # Without the restart it is known which tasks have the old value.
    tasks = world.tasks()
    world.set("-e", "variable=SIGNING_KEY", "-e", "value_random=true", "-e", "restart=false").must_succeed()
    assert world.values()["SIGNING_KEY"] not in before.values() and len(world.values()["SIGNING_KEY"]) == 64
    assert world.tasks() == tasks
    status = playbook(world.emulator.url, "playbooks/status.yml", world.inventory, "-e", "status_exit_code=3")
    assert status.returncode == 3 and f"tasks of {SERVICE} run with an old value of the secret" in status.output
    world.rest()
    playbook(world.emulator.url, "playbooks/restart.yml", world.inventory).must_succeed()
    assert not tasks & world.tasks() and world.tasks("content-service") == others
    world.emulator.clear()
    playbook(world.emulator.url, "playbooks/restart.yml", world.inventory).must_succeed()
    assert operations(world.emulator) == [], "nobody has an old value"
    playbook(
        world.emulator.url, "playbooks/restart.yml", world.inventory, *LIMIT, "-e", "restart_all=true"
    ).must_succeed()
    assert operations(world.emulator) == ["ecs:UpdateService"]


@pytest.mark.long
def test_what_cannot_be_set_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.values()

    def refused(said: str, *arguments: str) -> None:
        run = world.set(*arguments)
        assert run.returncode != 0 and any(said in one for one in run.failures), run.failures
        assert operations(world.emulator) == [] and world.values() == before

    refused("one of API_TOKEN, SIGNING_KEY", "-e", "variable=OTHER", "-e", f"value_file={world.file}")
    refused("one of API_TOKEN, SIGNING_KEY")
    refused("no value was given", "-e", "variable=API_TOKEN")  # nobody is there to type it
    refused("no value was given", "-e", "variable=API_TOKEN", "-e", "value_env=NOT_SET_ANYWHERE")
    monkeypatch.setenv("TOKEN_OF_THE_TEST", PLANTED)
    world.set("-e", "variable=API_TOKEN", "-e", "value_env=TOKEN_OF_THE_TEST").must_succeed()
    assert world.values()["API_TOKEN"] == PLANTED


@pytest.mark.long
def test_killed_on_the_way_the_same_command_ends_it(world: World) -> None:
    def sent(emulator: t.Any) -> bool:
        return "secretsmanager:UpdateSecret" in operations(emulator)

    tasks = world.tasks()
    given = ("-e", "variable=API_TOKEN", "-e", f"value_file={world.file}")
    killed_playbook(world.emulator, "playbooks/set_secret.yml", world.inventory, *LIMIT, *given, after=sent)
    world.set(*given, "-e", "lock_takeover=true").must_succeed()
    assert world.values()["API_TOKEN"] == PLANTED and not tasks & world.tasks()
