# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the last release has built, this version takes over: nothing is replaced, deleted or made a second time."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from account import contents
from runs import ROOT, environment, register_images
from walks import nothing_to_do, site


def last_release() -> str | None:
    """The newest tag below this commit that is a version; None before the first release."""
    described = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match=[0-9]*.[0-9]*.[0-9]*", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or None


@pytest.fixture
def released(tmp_path: pathlib.Path) -> t.Iterator[pathlib.Path]:
    """The files of the last release."""
    if (release := last_release()) is None:
        pytest.skip("there is no release to upgrade from yet")
    tree = tmp_path / release
    subprocess.run(["git", "clone", "--quiet", "--branch", release, str(ROOT), str(tree)], check=True)
    yield tree


@pytest.mark.long
@pytest.mark.parametrize("env", ["dev", "prod"])
def test_a_platform_of_the_last_release_is_taken_over(emulator: t.Any, released: pathlib.Path, env: str) -> None:
    for images in (True, False):
        subprocess.run(
            [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "site.yml", "-i", f"inventories/{env}"],
            cwd=released,
            env={**environment(emulator.url, os.devnull), "ANSIBLE_CONFIG": str(released / "ansible.cfg")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if images:
            register_images(emulator, f"sdt-{env}")
    before = contents(emulator)
    upgrade = site(emulator, env).must_succeed()
    # New settings may come and old ones change, each by update; a changed task definition is a further revision.
    unwanted = {
        (kind, name)
        for _host, action, kind, name in upgrade.actions
        if action in ("replace", "delete") and kind != "task_definition"
    }
    assert unwanted == set()
    assert {one for one in before - contents(emulator) if not one.startswith("task definition ")} == set()
    nothing_to_do(emulator, env)
