# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people run by hand finds everything it imports: pytest's own paths would hide that it does not."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = sorted(
    str(path.relative_to(ROOT))
    for directory in ("tools", "benchmarks")
    for path in (ROOT / directory).glob("*.py")
    if '__name__ == "__main__"' in path.read_text()
)
IMPORT = "import runpy, sys; sys.path[0] = sys.argv[1]; runpy.run_path(sys.argv[2], run_name='imported')"


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_can_be_started(program: str, tmp_path: pathlib.Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ANSIBLE"))}
    path = ROOT / program
    started = subprocess.run(
        [sys.executable, "-c", IMPORT, str(path.parent), str(path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert started.returncode == 0, started.stderr
