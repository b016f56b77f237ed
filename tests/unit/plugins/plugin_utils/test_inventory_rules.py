# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every rule about inventories, each with an inventory that breaks it. tests/site/test_bad_input.py runs them too."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.sdt.infra.plugins.action import validate_inventory
from ansible_collections.sdt.infra.plugins.plugin_utils import _inventory
from walks import broken

ROOT = pathlib.Path(__file__).resolve().parents[4]
ENVIRONMENTS = ("dev", "staging", "prod")
BAD: dict[str, dict[str, t.Any]] = yaml.safe_load((ROOT / "tests" / "site" / "bad_inventories.yml").read_text())


LOADER = DataLoader()  # one for all, so that the defaults of the roles are read once
LOADER.set_basedir(str(ROOT))


def problems(folder: pathlib.Path) -> list[str]:
    """What the rules say about the inventory in this folder, with its hosts."""
    inventory = InventoryManager(loader=LOADER, sources=[str(folder)])
    hostvars = HostVars(inventory, VariableManager(loader=LOADER, inventory=inventory), LOADER)
    whole = _inventory.whole(hostvars, inventory.get_groups_dict(), LOADER, folder)
    return [f"{problem.text} (on {problem.host})" for problem in _inventory.broken(whole, forgiving=False)]


@pytest.fixture(autouse=True)
def _precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ansible.constants.VARIABLE_PRECEDENCE",
        [
            "all_plugins_play",
            "all_inventory",
            "all_plugins_inventory",
            "groups_plugins_play",
            "groups_inventory",
            "groups_plugins_inventory",
        ],
    )


def test_every_rule_has_an_inventory_that_breaks_it() -> None:
    assert {one.__name__ for one in _inventory.RULES} == set(BAD)
    assert len(BAD) >= 40
    assert validate_inventory.specifications()  # and the action has all of them loaded


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_our_inventories_break_none(env: str) -> None:
    assert problems(ROOT / "inventories" / env) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_inventory_is_told_by_its_rule(
    name: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_inventory, "RULES", [one for one in _inventory.RULES if one.__name__ == name])
    said = problems(pathlib.Path(broken(tmp_path, BAD[name])))
    assert any(all(part in one for part in BAD[name]["said"]) for one in said), said


def test_a_rule_that_cannot_be_tried_is_a_defect_unless_values_are_known_to_be_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumbles(inventory: _inventory.Inventory) -> t.Iterator[_inventory.Problem]:
        yield inventory.any.problem("x", str(inventory.any["nowhere"]))

    monkeypatch.setattr(_inventory, "RULES", [stumbles])
    inventory = _inventory.Inventory({"one": _inventory.Host("one", {})}, {}, None)
    assert list(_inventory.broken(inventory, forgiving=True)) == []
    with pytest.raises(_inventory.AnsibleError, match="stumbles"):
        list(_inventory.broken(inventory, forgiving=False))
