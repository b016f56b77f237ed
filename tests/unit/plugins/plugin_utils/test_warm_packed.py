# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[4]
OURS = "ansible_collections.sdt.infra.plugins.modules.ec2_vpc-ZIP_DEFLATED-none"
OTHERS = "ansible_collections.some.body.plugins.modules.thing-ZIP_DEFLATED-none"


class Machine:
    """A home, the plugins of a collection, and runs that pack modules; each is a process of its own."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.home = directory / "home"
        self.plugins = directory / "plugins"
        (self.plugins / "module_utils").mkdir(parents=True)
        self.source = self.plugins / "module_utils" / "some.py"
        self.source.write_text("one = 1\n")
        self._runs = 0

    def run(self, *packs: str) -> list[str]:
        """What a run finds packed before it packs these itself."""
        self._runs += 1
        cache = self.directory / f"run-{self._runs}"
        program = f"""
            import pathlib
            from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_packed

            plugins, home, cache = map(pathlib.Path, {[str(self.plugins), str(self.home), str(cache)]!r})
            _warm_packed.keep(["sdt.infra"], [plugins], home, cache)
            print(*sorted(file.name for file in cache.iterdir() if file.read_text() == "packed"))
            for name in {packs!r}:
                if not (cache / name).exists():
                    (cache / name).write_text("packed")
            """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "collections")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout.split()


@pytest.fixture
def machine(tmp_path: pathlib.Path) -> Machine:
    return Machine(tmp_path)


def test_what_one_run_packed_the_next_one_finds(machine: Machine) -> None:
    assert machine.run(OURS) == []
    assert machine.run() == [OURS]
    assert machine.run() == [OURS]


def test_a_file_that_changed_is_packed_again(machine: Machine) -> None:
    machine.run(OURS)
    machine.source.write_text("one = 1 + 1\n")
    assert machine.run() == []


def test_modules_of_others_and_unfinished_files_are_not_kept(machine: Machine) -> None:
    machine.run(OTHERS, f"{OURS}-part", f"{OURS}.lock")
    assert machine.run() == []


def test_a_directory_others_may_write_to_is_not_used(machine: Machine) -> None:
    machine.run(OURS)
    (machine.home / "sdt_infra_packed").chmod(0o777)
    with pytest.raises(AssertionError, match="is not yours alone"):
        machine.run()


def test_a_set_nobody_used_for_long_goes(machine: Machine) -> None:
    machine.run(OURS)
    (old,) = (machine.home / "sdt_infra_packed").iterdir()
    os.utime(old, (0, 0))
    machine.source.write_text("two = 2\n")
    machine.run(OURS)
    assert not old.exists()
