# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs molecule scenarios side by side, each on an emulator of its own; prints the output of those that fail.

Usage: python tools/molecule.py [-j 2] [scenario ...]
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from emulator import testing

LIMIT = 900  # seconds for one scenario; a hanging one must not stop the others


def environment(url: str) -> dict[str, str]:
    """The environment of a run against the emulator at url."""
    return {
        **testing.environment(url),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def run(scenario: str) -> tuple[str, bool, float, str]:
    """Name, success, seconds and output of one scenario."""
    started = time.monotonic()
    with testing.start() as emulator:
        try:
            done = subprocess.run(
                ["molecule", "test", "--scenario-name", scenario],
                cwd=ROOT,
                env=environment(emulator.url),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LIMIT,
            )
            passed, output = done.returncode == 0, done.stdout
        except subprocess.TimeoutExpired as error:
            passed, output = False, f"{error.stdout or ''}\nnot finished within {LIMIT} seconds"
    return scenario, passed, time.monotonic() - started, output


def main() -> int:
    parser = argparse.ArgumentParser(description="Run molecule scenarios, each on an emulator of its own.")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="scenarios at a time")
    parser.add_argument("scenarios", nargs="*", help="all by default")
    arguments = parser.parse_args()
    scenarios = arguments.scenarios or sorted(path.parent.name for path in (ROOT / "molecule").glob("*/molecule.yml"))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for scenario, passed, seconds, output in pool.map(run, scenarios):
            failed += not passed
            if not passed:
                print(output)
            print(f"molecule {scenario}: {'passed' if passed else 'FAILED'} in {seconds:.0f} s", flush=True)
    print(f"{len(scenarios) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
