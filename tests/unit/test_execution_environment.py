# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The execution environment holds what make setup installs, and ansible-builder can build it."""

from __future__ import annotations

import importlib.metadata
import json
import pathlib
import re
import subprocess
import sys

import ansible_collections
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFINITION = yaml.safe_load((ROOT / "execution-environment.yml").read_text())["dependencies"]
PINNED = dict(
    re.findall(
        r'^([A-Za-z0-9_.-]+)==([^\s;]+)(?: ; python_version >= "3.12")?$', (ROOT / "requirements.txt").read_text(), re.M
    )
)


def test_python_packages_are_those_of_make_setup() -> None:
    given = dict(one.split("==") for one in DEFINITION["python"])
    for part in ("ansible_core", "ansible_runner"):
        name, _, version = DEFINITION[part]["package_pip"].partition("==")
        given[name] = version
    assert {name: PINNED[name] for name in given} == given


def test_nothing_boto3_needs_is_left_to_chance() -> None:
    needed, left = set(), ["boto3"]
    while left:
        name = left.pop()
        needed.add(name)
        for one in importlib.metadata.requires(name) or []:
            other = re.split(r"[\s<>=!~;(\[]", one)[0]
            if "extra ==" not in one and other not in needed:
                left.append(other)
    assert {one.partition("==")[0] for one in DEFINITION["python"]} == needed


@pytest.mark.skipif(sys.version_info < (3, 12), reason="on Python 3.11 the series before is tested")
def test_collections_are_those_of_make_setup() -> None:
    for one in DEFINITION["galaxy"]["collections"]:
        folders = [pathlib.Path(path).joinpath(*one["name"].split(".")) for path in ansible_collections.__path__]
        (manifest,) = [
            json.loads((folder / "MANIFEST.json").read_text())
            for folder in folders
            if (folder / "MANIFEST.json").is_file()
        ]
        assert manifest["collection_info"]["version"] == one["version"]


def test_it_can_be_built(tmp_path: pathlib.Path) -> None:
    builder = pathlib.Path(sys.executable).parent / "ansible-builder"
    command = [
        builder,
        "create",
        "--file",
        ROOT / "execution-environment.yml",
        "--context",
        tmp_path,
        "--output-filename",
        "Containerfile",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = (tmp_path / "Containerfile").read_text()
    assert "quay.io/centos/centos:stream9" in made and "ansible-core==2.21.5" in made
    assert "boto3==1.44.5" in (tmp_path / "_build" / "requirements.txt").read_text()
    assert yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text()) == DEFINITION["galaxy"]
