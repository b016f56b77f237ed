# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the emulator adds to moto and mends in it, as the table in the README.

    python -m emulator.inventory

writes the table anew; a test fails when the README does not have it.
"""

from __future__ import annotations

import importlib
from collections import Counter, defaultdict
from pathlib import Path

README = Path(__file__).with_name("README.md")
START, END = "<!-- inventory: written by python -m emulator.inventory -->", "<!-- end of inventory -->"
HEAD = "| module | what it is about | operations added | changes to moto |\n|---|---|---|---|"


def table() -> str:
    from emulator import environment

    environment.prepare()
    from moto.core.utils import camelcase_to_underscores, get_service_model

    from emulator import registry
    from emulator.calls import botocore_name

    registry.load()
    added = defaultdict(list)
    for response_class, name in registry.OPERATIONS:
        model = get_service_model(botocore_name(response_class.__module__.split(".")[1]))
        (operation,) = [one for one in model.operation_names if camelcase_to_underscores(one) == name]
        added[_module(getattr(response_class, name).__module__)].append(operation)
    changes = Counter(_module(module) for module in registry.CHANGES)
    rows = [_row(name, added[name], changes[name]) for name in sorted({*added, *changes})]
    services = sorted(path.parent.name for path in registry.SERVICES.glob("*/urls.py"))
    whole = [_service(name) for name in services]
    return "\n".join([HEAD, *whole, *rows])


def _module(name: str) -> str:
    """The module below mend/ that a change belongs to: one for each service."""
    return name.split(".")[2]


def _row(name: str, operations: list[str], changes: int) -> str:
    sentence = importlib.import_module(f"emulator.mend.{name}").__doc__.strip().splitlines()[0]
    return f"| `{name}` | {sentence} | {', '.join(sorted(operations))} | {changes or ''} |"


def _service(name: str) -> str:
    sentence = importlib.import_module(f"moto.{name}").__doc__.strip().splitlines()[0]
    return f"| `services/{name}` | {sentence} | the whole service | |"


def written(text: str) -> str:
    """The README with the table of today."""
    before, _start, rest = text.partition(START)
    _old, _end, after = rest.partition(END)
    return f"{before}{START}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
