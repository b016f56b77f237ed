# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a call costs the emulator, beside unpatched moto with the same content.

    python benchmarks/emulator.py [--ticks 30] [--only describe_vpcs]

Each server runs in a process of its own. What is measured is that process's processor time (user and system) per
request; the client sends one prepared request again and again, so that it costs next to nothing.
"""

from __future__ import annotations

import argparse
import statistics

import environment
from serving import TICK, Read, Server, serving

WARM_UP = 5


def cost(server: Server, read: Read, ticks: int) -> float | None:
    """Milliseconds of processor time per request; None when the server cannot answer it."""
    send = server.prepared(read)
    if send() != 200:
        return None
    for _ in range(WARM_UP):
        send()
    before, count = server.cpu(), 0
    while (used := server.cpu() - before) < ticks:
        for _ in range(10):
            send()
        count += 10
    return 1000 * used / TICK / count


def measured(ticks: int, only: str | None) -> list[tuple[str, float | None, float | None]]:
    rows = []
    with serving("moto.server") as moto, serving("emulator") as emulator:
        pairs = list(zip(environment.build(moto.client), environment.build(emulator.client), strict=True))
        for one, other in pairs:
            if only is None or only in one.operation:
                rows.append((f"{one.service} {one.operation}", cost(moto, one, ticks), cost(emulator, other, ticks)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ticks", type=int, default=30, help="processor time per call and server, in clock ticks")
    parser.add_argument("--only", help="only operations whose name contains this")
    arguments = parser.parse_args()
    ratios = []
    print(f"{'processor time per request, ms':<48}{'moto':>8}{'emulator':>10}{'ratio':>8}")
    for name, moto, emulator in measured(arguments.ticks, arguments.only):
        ratio = None if moto is None or emulator is None else moto / emulator
        print(f"{name:<48}{_cell(moto, '.2f'):>8}{_cell(emulator, '.2f'):>10}{_cell(ratio, '.1f'):>8}")
        if ratio is not None:
            ratios.append(ratio)
    print(f"{len(ratios)} calls: ratio median {statistics.median(ratios):.1f}, lowest {min(ratios):.1f}")


def _cell(value: float | None, style: str) -> str:
    return "-" if value is None else format(value, style)


if __name__ == "__main__":
    main()
