# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How many environments are planned in a minute, spread over jobs and forks, and what that costs.

    python benchmarks/fleet.py [--environments 16] [--verb plan] [--spread 1x1 1x2 2x1 2x2]

Each environment is in an account of its own, and has four services. JOBSxFORKS is how a fleet is spread: so many jobs
at the same time, as AWX slices them over execution nodes, each with so many forks.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "site")]

import test_fleet
from measured import Command, measured

from emulator import testing

HEAD = "| jobs | forks each | environments in a minute | processor seconds each | requests each | memory at most, MB |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--environments", type=int, default=16)
    parser.add_argument("--verb", default="plan")
    parser.add_argument("--spread", nargs="+", default=["1x1", "1x2", "2x1", "2x2"])
    parser.add_argument("--run", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        _run(given.run[0], pathlib.Path(given.run[1]), given)
        return
    print(HEAD, "| ---: | ---: | ---: | ---: | ---: | ---: |", sep="\n")
    with testing.start() as emulator:
        for spread in given.spread:
            print(_row(emulator, spread, given), flush=True)


def _row(emulator: testing.Emulator, spread: str, given: argparse.Namespace) -> str:
    emulator.reset()
    words = ["--environments", str(given.environments), "--verb", given.verb, "--spread", spread]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, *words, "--run", emulator.url, folder]
        cost = measured(Command(command, ROOT, os.environ), emulator)
    figures = (
        f"{given.environments / cost.wall * 60:.1f}",
        f"{cost.cpu / given.environments:.1f}",
        f"{cost.requests / given.environments:.0f}",
        f"{cost.memory_mb:.0f}",
    )
    return "| " + " | ".join([*spread.split("x"), *figures]) + " |"


def _run(url: str, folder: pathlib.Path, given: argparse.Namespace) -> None:
    """The jobs of one spread, in a process of their own, so that they can be measured with all they start."""
    jobs, forks = map(int, given.spread[0].split("x"))
    hosts = test_fleet.inventory(folder, given.environments)
    done = test_fleet.fleet(url, folder, test_fleet.slices(hosts, jobs), forks, verb=given.verb)
    failed = [one.stdout.decode()[-500:] for one in done if one.returncode]
    if failed:
        raise SystemExit(failed[0])


if __name__ == "__main__":
    main()
