# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every command of every runbook works, in the order of its page, in the situation the page is about."""

from __future__ import annotations

import pathlib
import re
import shlex
import time
import typing as t

import pytest
from runs import ROOT, Run, playbook, register_images
from walks import converged, edited

TOLD = ("inventories/prod", "inventories/dev", "inventories/west")
PAGES = sorted(path for path in (ROOT / "docs" / "runbooks").glob("*.md") if path.name != "README.md")


def commands(page: pathlib.Path) -> list[list[str]]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    return [shlex.split(line.removeprefix("$ ")) for block in blocks for line in block.splitlines()]


def run(emulator: t.Any, inventory: str, folder: pathlib.Path, command: list[str]) -> Run:
    """A command of a page; most need only what development has, where the page says production."""
    name, _i, told, *arguments = command[1:]
    assert command[0] == "ansible-playbook" and told in TOLD, command
    if told == "inventories/west":
        return playbook(emulator.url, name, str(folder / "dev"), *arguments)
    arguments = [one.replace("confirm=prod", f"confirm={pathlib.Path(inventory).name}") for one in arguments]
    return playbook(emulator.url, name, inventory, *arguments)


def running(emulator: t.Any, inventory: str) -> str:
    """An environment whose services run."""
    playbook(emulator.url, "site.yml", inventory).must_succeed()
    register_images(emulator, f"sdt-{inventory}", "1.0")
    playbook(emulator.url, "site.yml", inventory).must_succeed()
    return inventory


def bad_release(emulator: t.Any, _folder: pathlib.Path) -> str:
    """Three images, of which two were released."""
    running(emulator, "dev")
    for tag in ("1.1", "1.2"):
        register_images(emulator, "sdt-dev", tag)
        release = ("--limit", "auth-service", "-e", f"image_tag={tag}")
        playbook(emulator.url, "playbooks/deploy.yml", "dev", *release).must_succeed()
    return "dev"


def database_lost(emulator: t.Any, _folder: pathlib.Path) -> str:
    """Services that use the database; a while has passed since they started."""
    running(emulator, "dev")
    time.sleep(1.1)  # secrets and tasks know whole seconds
    return "dev"


def zone_lost(emulator: t.Any, _folder: pathlib.Path) -> str:
    """What production has, and development has not: a standby."""
    return running(emulator, "prod")


def secret_leaked(emulator: t.Any, folder: pathlib.Path) -> str:
    """Services with users of their own in the database, and one with a key it makes itself."""
    hosts = {"auth-service": {"service_secrets": {"SIGNING_KEY": {}}}}
    inventory = edited(folder, "dev", {"platform_database_users": True}, hosts=hosts)
    converged(emulator, inventory, "sdt-dev")
    time.sleep(1.1)  # secrets and tasks know whole seconds
    return inventory


def bill_too_high(emulator: t.Any, folder: pathlib.Path) -> str:
    """Nothing is unusual; one service may have two tasks."""
    inventory = edited(folder, "dev", {"monitoring_prices_file": str(folder / "prices.json")})
    converged(emulator, inventory, "sdt-dev")
    return inventory


def region_lost(emulator: t.Any, folder: pathlib.Path) -> str:
    """Services that run, and an inventory for another region."""
    edited(folder, "dev", {"platform_environment": "west", "platform_region": "us-west-2"})
    return running(emulator, "dev")


SITUATIONS = {
    "bad-release": bad_release,
    "bill-too-high": bill_too_high,
    "database-lost": database_lost,
    "region-lost": region_lost,
    "secret-leaked": secret_leaked,
    "zone-lost": zone_lost,
}


def test_every_page_is_listed_and_has_its_situation() -> None:
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (ROOT / "docs" / "runbooks" / "README.md").read_text())
    assert sorted(listed) == sorted(SITUATIONS) == [page.stem for page in PAGES]


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_works(emulator: t.Any, tmp_path: pathlib.Path, page: pathlib.Path) -> None:
    inventory = SITUATIONS[page.stem](emulator, tmp_path)
    assert commands(page)
    for command in commands(page):
        last = run(emulator, inventory, tmp_path, command).must_succeed()
    assert last.previewed == []  # the last one is a preview of the whole: nothing is left to do
