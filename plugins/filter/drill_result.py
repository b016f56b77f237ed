# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: drill_result
author: SDT platform engineering (@sdt)
version_added: 0.1.0
short_description: What a drill measured, held against what was promised
description:
  - Takes when a drill began, when the first good answer came, and to which moment the backup reaches.
  - Says how long the recovery took and how much work would have been lost, as rows for M(sdt.infra.report), and as
    findings.
options:
  _input:
    description:
      - Moments such as V(2026-11-29T20:30:00Z), C(began), C(restored), C(answered) and C(restorable_until).
      - One that is empty did not come.
    type: dict
    required: true
  rto:
    description: How long a recovery may take, such as V(30m), V(4h) or V(1d). Empty promises nothing.
    type: str
    default: ""
  rpo:
    description: How much work may be lost.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Hold the drill against the contract
  ansible.builtin.set_fact:
    result: "{{ moments | sdt.infra.drill_result(rto='1h', rpo='1h') }}"
"""

RETURN = r"""
_value:
  description: C(rows), and C(findings), which is empty where everything that was promised was kept.
  type: dict
"""

import datetime
import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.module_utils import _moments
from ansible_collections.sdt.infra.plugins.plugin_utils._promises import duration


def drill_result(moments: t.Mapping[str, str], rto: str = "", rpo: str = "") -> dict[str, t.Any]:
    """Rows and findings of a drill."""
    began, restored, answered, until = (
        _moments.parsed(moments[name]) if moments.get(name) else None
        for name in ("began", "restored", "answered", "restorable_until")
    )
    if began is None:
        raise AnsibleFilterError("drill_result needs the moment the drill began.")
    rows = [
        _row("restored after", restored, began, ""),
        _row("first good answer after (RTO)", answered, began, rto),
        _row("work that would be lost (RPO)", began, until, rpo),
    ]
    findings = [_finding(row) for row in rows if row["kept"] == "no"]
    return {"rows": rows, "findings": findings}


def _row(what: str, end: datetime.datetime | None, start: datetime.datetime | None, promised: str) -> dict[str, str]:
    took = max(end - start, datetime.timedelta()) if end and start else None
    kept = "" if not promised else "yes" if took is not None and took <= _duration(promised) else "no"
    return {
        "what": what,
        "measured": str(datetime.timedelta(seconds=int(took.total_seconds()))) if took is not None else "never",
        "promised": promised,
        "kept": kept,
    }


def _finding(row: dict[str, str]) -> str:
    name = row["what"].rpartition("(")[2].rstrip(")")
    return f"{name}: {row['measured']}, and {row['promised']} was promised."


def _duration(text: str) -> datetime.timedelta:
    found = duration(text)
    if found is None:
        raise AnsibleFilterError(f"{text!r} is no duration, such as 30m, 4h or 1d.")
    return found


class FilterModule:
    def filters(self) -> dict[str, t.Callable]:
        return {"drill_result": drill_result}
