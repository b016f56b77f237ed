# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The contract every module keeps, shown from outside.

Each module has a file cases/<module>.yml, a list of cases:

- name: what is special about the case (optional)
  before:        modules that make the parents, in order: a list of {module: options}; those of other collections by
                 their full name
  create:        the options it is created with, its identity included
  change:        options laid over create; exactly these must show as changed
  fields:        what shows as changed, where it is not simply the keys of change
  immutable:     options laid over create, one by one; each must be refused with a message that names it
  deletes: false where the module has no state absent
  action:        what change leads to: update (the default) or replace
"""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from harness import ModuleFailed, run_module

HERE = pathlib.Path(__file__).parent
PLUGINS = HERE.parents[1] / "plugins"
# Modules that only read have nothing to promise here; those with an action plugin are its documentation; some
# manage no resource, so that test_ecs_task.py, test_run_lock.py and test_sns_message.py say what they promise.
NO_RESOURCE = (
    "amplify_job",
    "ecs_database_user",
    "ecs_latency_task",
    "ecs_sql_task",
    "ecs_task",
    "rds_failover",
    "rds_password",
    "run_lock",
    "run_plan",
    "run_record",
    "s3_object_restore",
    "sns_message",
)
# Needs what no module makes, an image: test_ecr_images.py takes it through the same steps.
OWN_STEPS = ("ecr_image_tag",)
ACTIONS = {path.stem for path in (PLUGINS / "action").glob("*.py")}
MODULES = sorted(
    path.stem
    for path in (PLUGINS / "modules").glob("*.py")
    if not path.stem.endswith("_info") and path.stem not in (*ACTIONS, *NO_RESOURCE, *OWN_STEPS)
)


def _cases() -> list[t.Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case.get('name', number)}")
        for path in sorted((HERE / "cases").glob("*.yml"))
        for number, case in enumerate(yaml.safe_load(path.read_text()))
    ]


def test_every_module_has_a_case() -> None:
    assert sorted(path.stem for path in (HERE / "cases").glob("*.yml")) == MODULES


class Contract:
    """A module against an emulator, with what each call must not do."""

    def __init__(self, emulator: t.Any, module: str):
        self.emulator = emulator
        self.module = module

    def real(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        return run_module(self.emulator.url, self.module, options)

    def check(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        self.emulator.clear()
        result = run_module(self.emulator.url, self.module, options, check=True)
        assert self.emulator.mutations() == [], "check mode wrote"
        return result

    def nothing(self, options: dict[str, t.Any]) -> None:
        """A call that has nothing to do, in check mode and for real."""
        assert not self.check(options)["changed"], "check mode finds something to change"
        self.emulator.clear()
        result = self.real(options)
        assert not result["changed"], result.get("diff")
        assert "diff" not in result
        assert self.emulator.mutations() == [], "a second run wrote"

    def predicted(self, options: dict[str, t.Any], action: str) -> dict[str, t.Any]:
        """A call that changes, after check mode predicted just that."""
        preview = self.check(options)
        self.emulator.clear()
        result = self.real(options)
        assert preview["changed"] and result["changed"]
        assert [one["action"] for one in result["actions"]] == [action]
        assert preview["actions"] == result["actions"]
        assert preview["diff"] == result["diff"]
        assert self.emulator.mutations(), "changed without a mutating request"
        return result


@pytest.mark.parametrize(("module", "case"), _cases())
def test_contract(emulator: t.Any, module: str, case: dict[str, t.Any]) -> None:
    for call in case.get("before", []):
        for parent, options in call.items():
            run_module(emulator.url, parent, options)
    contract = Contract(emulator, module)
    create = case["create"]

    contract.predicted(create, "create")
    contract.nothing(create)
    for field, value in case.get("immutable", {}).items():
        emulator.clear()
        with pytest.raises(ModuleFailed, match=field):
            contract.real({**create, field: value})
        assert emulator.mutations() == []
    changed = create
    if "change" in case:
        changed = {**create, **case["change"]}
        result = contract.predicted(changed, case.get("action", "update"))
        assert result["actions"][0]["fields"] == sorted(case.get("fields", case["change"]))
        contract.nothing(changed)
    if case.get("deletes", True):
        gone = {**changed, "state": "absent"}
        contract.predicted(gone, "delete")
        contract.nothing(gone)
