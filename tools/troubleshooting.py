# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes docs/troubleshooting.md: what a run may say when it stops, out of what the tests make it say."""

from __future__ import annotations

import pathlib
import re
import sys
import tempfile
import typing as t

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [
    str(ROOT / "collections"),
    str(ROOT),
    str(ROOT / "tests" / "site"),
    str(ROOT / "tests" / "unit" / "plugins" / "plugin_utils"),
]

PAGE = ROOT / "docs" / "troubleshooting.md"
MESSAGES = ROOT / "tests" / "troubleshooting.yml"
BAD = ROOT / "tests" / "site" / "bad_inventories.yml"
START = """# When a run stops

Each message says what is wrong, where in the inventory it stands, and what to do; this page says a little more. It is
made by `python tools/troubleshooting.py` out of tests/troubleshooting.yml and tests/site/bad_inventories.yml, whose
messages the tests make runs say. What to do at night stands in the [runbooks](runbooks/README.md).
"""
RULES = """
## Rules about inventories

Each is asked before anything is sent, about all hosts at once. The example is what the tests break it with.

| rule | what it says |
| --- | --- |
"""


def page() -> str:
    """The whole page."""
    parts = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))
    return START + "".join(_part(one) for one in parts) + RULES + "".join(f"{row}\n" for row in _rules())


def _part(part: dict[str, t.Any]) -> str:
    rows = "".join(f"| … {one['says']} … | {one['cause']} | {one['help']} |\n" for one in part["messages"])
    return f"\n## {part['part']}\n\n| it says | because | what helps |\n| --- | --- | --- |\n{rows}"


def _rules() -> t.Iterator[str]:
    """A row for each rule: its name, and what it says to the inventory that breaks it."""
    import test_inventory_rules as rules
    from walks import broken

    every = list(rules._inventory.RULES)
    for name, bad in yaml.safe_load(BAD.read_text(encoding="utf-8")).items():
        rules._inventory.RULES[:] = [one for one in every if one.__name__ == name]
        with tempfile.TemporaryDirectory() as directory:
            said = rules.problems(pathlib.Path(broken(pathlib.Path(directory), bad)))
        first = next(one for one in said if all(str(part) in one for part in bad["said"]))
        yield f"| {name.replace('_', ' ')} | {_cell(first.replace(directory, 'inventories'))} |"
    rules._inventory.RULES[:] = every


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")


if __name__ == "__main__":
    main()
