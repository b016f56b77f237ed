# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rights the playbooks need: seen while they do on an emulator what they are for."""

from __future__ import annotations

import contextlib
import itertools
import pathlib
import sys
import typing as t

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "site"), str(ROOT / "tests" / "contract")]

import runs
import test_drift
import walks

from emulator import testing

Need = dict[str, t.Any]
KINDS = ("plan", "deploy", "converge", "destroy")


class Evidence:
    """An account, and the rights that were needed in it for each kind of work."""

    def __init__(self, emulator: testing.Emulator, environment: str, inventory: str, service: str) -> None:
        self.needs: dict[str, list[Need]] = {kind: [] for kind in KINDS}
        self._emulator = emulator
        self._environment = environment
        self._prefix = f"sdt-{environment}"
        self._inventory = inventory
        self._service = service

    def gather(self) -> None:
        """Every kind of work once, in an account that is empty before and after."""
        self._plan()
        self._converge()
        runs.register_images(self._emulator, self._prefix)
        self._converge()
        self._plan()
        self._converge()
        for wave in itertools.zip_longest(*test_drift.drifts(self._emulator, self._environment)):
            for drift in filter(None, wave):
                drift.happen(self._emulator)
            self._plan()
            self._converge()
        self._deploy()
        self._destroy()

    def _plan(self) -> None:
        with self._watched("plan"):
            self._run("plan.yml")

    def _converge(self) -> None:
        with self._watched("converge"):
            walks.site(self._emulator, self._inventory).must_succeed()

    def _deploy(self) -> None:
        for tag in ("1.1", "1.2"):
            runs.register_images(self._emulator, self._prefix, tag)
        one = ("--limit", self._service)
        with self._watched("deploy"):
            self._run("deploy.yml", *one, "-e", "image_tag=1.1")
            self._run("rollback.yml", *one)
        # One that does not become healthy: what went wrong is looked for.
        self._emulator.tasks(family=f"{self._prefix}-{self._service}", exitCodes=1)
        with self._watched("deploy"):
            failed = runs.playbook(
                self._emulator.url, "playbooks/deploy.yml", self._inventory, *one, "-e", "image_tag=1.2"
            )
        assert failed.failures, "a release whose tasks end at once succeeded"

    def _destroy(self) -> None:
        walks.filled(self._emulator)
        with self._watched("destroy"):
            self._run("destroy.yml", "-e", f"confirm={self._environment}")

    def _run(self, playbook: str, *arguments: str) -> None:
        runs.playbook(self._emulator.url, f"playbooks/{playbook}", self._inventory, *arguments).must_succeed()

    @contextlib.contextmanager
    def _watched(self, kind: str) -> t.Iterator[None]:
        self._emulator.record_rights()
        yield
        self._emulator.record_rights(False)
        self.needs[kind] += self._emulator.rights()
        self._emulator.forget_rights()


def gathered(environment: str, service: str, directory: pathlib.Path) -> dict[str, list[Need]]:
    """What each kind of work needs in an environment, whose inventory is copied into directory."""
    # Few revisions are kept, so that releases take old ones away.
    settings = {"platform_protected": False, "ecs_platform_keep_revisions": 2}
    inventory = walks.edited(directory, environment, settings)
    with testing.start() as emulator:
        evidence = Evidence(emulator, environment, inventory, service)
        evidence.gather()
    return evidence.needs
