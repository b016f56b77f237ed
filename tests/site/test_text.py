# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Numbers, and what is on or off, mean the same when given as text: quoted in the inventory, or with -e."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from runs import ROOT
from walks import edited, nothing_to_do, site

Values = dict[str, bool | int | float]


def plain(document: dict[str, t.Any]) -> Values:
    return {name: value for name, value in document.items() if isinstance(value, (bool, int, float))}


def as_text(values: Values) -> dict[str, str]:
    return {
        name: {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def of_hosts() -> dict[str, Values]:
    groups = yaml.safe_load((ROOT / "inventories/base.yml").read_text())["all"]["children"]
    return {host: plain(own or {}) for group in groups.values() for host, own in group["hosts"].items()}


def of_all(environment: str, own: set[str]) -> Values:
    """What the inventory says for all hosts, over the defaults of roles; without what a host says for itself."""
    values: Values = {}
    layers = ("group_vars/all/main.yml", f"inventories/{environment}/group_vars/all/main.yml")
    for path in [*ROOT.glob("roles/*/defaults/main.yml"), *(ROOT / layer for layer in layers)]:
        said = yaml.safe_load(path.read_text())
        values = {name: value for name, value in values.items() if name not in said} | plain(said)
    # What is worked out where it is used, or a playbook says to a role, is not for all hosts to say.
    places = [ROOT / "inventories/base.yml", *ROOT.glob("playbooks/*.yml"), *ROOT.glob("roles/*/tasks/*.yml")]
    asked = "".join(path.read_text() for path in places)
    return {name: value for name, value in values.items() if name not in own and f" {name}: " not in asked}


@pytest.mark.long
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_text_means_the_same(emulator: t.Any, tmp_path: pathlib.Path, environment: str) -> None:
    hosts = {host: values for host, values in of_hosts().items() if values}
    everywhere = of_all(environment, {name for values in hosts.values() for name in values})
    assert len(everywhere) > 100 and len(hosts) > 5
    site(emulator, environment).must_succeed()
    text = as_text(everywhere)
    inventory = edited(tmp_path, environment, text, {host: as_text(values) for host, values in hosts.items()})
    nothing_to_do(emulator, inventory)
    nothing_to_do(emulator, environment, *(part for name, value in text.items() for part in ("-e", f"{name}={value}")))
