# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The rules as a document: ``python -m emulator --list-rules > emulator/RULES.md``."""

from __future__ import annotations

from emulator import rules

HEAD = """# The rules of AWS the emulator refuses by

Beyond the models of the services, which bound every value of a request, these {count} rules are checked before a
request is answered. `--lenient` turns both off. An answer that a rule gave names it in the header `X-Emulator-Rule`.
What moto or a mend refuses by itself is not listed.

This document is generated: `python -m emulator --list-rules > emulator/RULES.md`.
"""


def document() -> str:
    rules.load()
    parts = [HEAD.format(count=len(rules.RULES))]
    service = None
    for one in sorted(rules.RULES.values(), key=lambda one: one.name):
        if one.service != service:
            service = one.service
            parts.append(f"\n## {service}\n\n| rule | says | operations |\n|---|---|---|\n")
        name = one.name.partition(".")[2]
        parts.append(f"| [{name}]({one.docs}) | {one.summary} | {', '.join(one.operations)} |\n")
    return "".join(parts)
