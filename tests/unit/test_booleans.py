# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is on or off may be given as text, as -e does; where it is used, not only handed on, it is made a boolean."""

from __future__ import annotations

import pathlib
import typing as t

import jinja2
import pytest
import yaml
from jinja2 import nodes

ROOT = pathlib.Path(__file__).parents[2]
CONDITIONS = {"when", "changed_when", "failed_when", "until", "that"}


def switches() -> set[str]:
    """Every variable and option that is on or off."""
    specs = [yaml.safe_load(path.read_text()) for path in ROOT.glob("roles/*/meta/argument_specs.yml")]
    specs.append(yaml.safe_load((ROOT / "playbooks/meta/argument_specs.yml").read_text()))
    points = [point for spec in specs for point in spec["argument_specs"].values()]
    options = [option for point in points for option in (point.get("options") or {}).items()]
    return {name for name, option in options if option["type"] == "bool"}


def expressions(value: t.Any, switched: set[str], key: str = "", parent: str = "") -> t.Iterator[tuple[str, bool]]:
    """Every template in a document, conditions as templates too, and whether it may be a switch as it was given.

    It may where it is one itself, or an option of a module, which knows its types, or a keyword that takes text.
    """
    if isinstance(value, dict):
        for name, part in value.items():
            yield from expressions(part, switched, name, key)
    elif isinstance(value, list):
        for part in value:
            yield from expressions(part, switched, key, key)
    elif isinstance(value, str) and key in CONDITIONS:
        yield f"{{{{ 1 if ({value}) else 0 }}}}", False
    elif isinstance(value, str) and "{" in value:
        yield value, key in switched | {"check_mode"} or parent.startswith("sdt.infra.")


def handed_on(tree: nodes.Template) -> str:
    """The name of the variable a template is nothing but, at most with a default; empty for all else."""
    (output, *more) = [part for one in tree.find_all(nodes.Output) for part in one.nodes] or [None]
    while isinstance(output, nodes.Filter) and output.name == "default":
        output = output.node
    return output.name if isinstance(output, nodes.Name) and not more else ""


def undecided(text: str, known: set[str], may_be_text: bool = True) -> set[str]:
    """Those that are used as they were given."""
    tree = jinja2.Environment().parse(text)
    filters = list(tree.find_all(nodes.Filter))
    decided = {id(name) for one in filters if one.name == "bool" for name in one.find_all(nodes.Name)}
    used = {one.name for one in tree.find_all(nodes.Name) if id(one) not in decided}
    used -= {handed_on(tree)} if may_be_text else set()
    for one in filters:
        if one.name in ("selectattr", "rejectattr") and len(one.args) == 1 and isinstance(one.args[0], nodes.Const):
            used.add(one.args[0].value)
    return used & known


def documents() -> list[pathlib.Path]:
    places = (
        "roles/*/tasks/*.yml",
        "roles/*/vars/*.yml",
        "roles/*/defaults/*.yml",
        "playbooks/**/*.yml",
        "group_vars/**/*.yml",
    )
    found = [path for place in places for path in sorted(ROOT.glob(place))]
    assert len(found) > 150
    return found


def test_what_is_used_is_made_a_boolean() -> None:
    known = switches()
    assert len(known) > 100
    found = [
        f"{path.relative_to(ROOT)}: {name} | bool"
        for path in documents()
        for text, may_be_text in expressions(yaml.safe_load(path.read_text()), known)
        for name in sorted(undecided(text, known, may_be_text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' if on else 'b' }}",
        "{{ not on }}",
        "{{ x and on | default(false) }}",
        "{{ hosts | selectattr('on') }}",
        "{{ {'a': on} | x }}",
        "{{ x | some_filter(on) }}",
        "{% if on %}a{% endif %}",
    ],
)
def test_what_is_used_as_it_was_given_is_seen(text: str) -> None:
    assert undecided(text, {"on"}) == {"on"}


@pytest.mark.parametrize(
    "text", ["{{ on }}", "{{ on | default(false) }}", "{{ 'a' if on | bool else 'b' }}", "{{ on | bool and x }}"]
)
def test_what_is_handed_on_may_be_text(text: str) -> None:
    assert undecided(text, {"on"}) == set()
