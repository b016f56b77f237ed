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

PAGES = sorted(path for path in (ROOT / "docs" / "runbooks").glob("*.md") if path.name != "README.md")


def commands(page: pathlib.Path) -> list[list[str]]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL)
    return [shlex.split(line.removeprefix("$ ")) for block in blocks for line in block.splitlines()]


def run(emulator: t.Any, command: list[str]) -> Run:
    """A command of a page, in development where the page says production."""
    name, _i, inventory, *arguments = command[1:]
    assert (command[0], inventory) == ("ansible-playbook", "inventories/prod"), command
    return playbook(emulator.url, name, "dev", *(one.replace("confirm=prod", "confirm=dev") for one in arguments))


def bad_release(emulator: t.Any) -> None:
    """Three images, of which two were released."""
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    register_images(emulator, "sdt-dev", "1.0")
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    for tag in ("1.1", "1.2"):
        register_images(emulator, "sdt-dev", tag)
        release = ("--limit", "auth-service", "-e", f"image_tag={tag}")
        playbook(emulator.url, "playbooks/deploy.yml", "dev", *release).must_succeed()


def database_lost(emulator: t.Any) -> None:
    """Services that use the database; a while has passed since they started."""
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    register_images(emulator, "sdt-dev", "1.0")
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    time.sleep(1.1)  # secrets and tasks know whole seconds


SITUATIONS = {"bad-release": bad_release, "database-lost": database_lost}


def test_every_page_is_listed_and_has_its_situation() -> None:
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (ROOT / "docs" / "runbooks" / "README.md").read_text())
    assert sorted(listed) == sorted(SITUATIONS) == [page.stem for page in PAGES]


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_works(emulator: t.Any, page: pathlib.Path) -> None:
    SITUATIONS[page.stem](emulator)
    assert commands(page)
    for command in commands(page):
        last = run(emulator, command).must_succeed()
    assert last.previewed == []  # the last one is a preview of the whole: nothing is left to do
