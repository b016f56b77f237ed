# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs with the plugins loaded runs in a process of its own: the loader takes over all imports of collections."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

COLLECTIONS = Path(__file__).parents[4] / "collections"

_START = f"""
import os, sys
from ansible.plugins.loader import connection_loader, init_plugin_loader, module_loader
init_plugin_loader([{str(COLLECTIONS)!r}])
from ansible.executor.module_common import modify_module
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

def pack(name, arguments):
    return modify_module(
        module_name=name.rpartition(".")[2],
        module_path=module_loader.find_plugin(name),
        module_args=arguments,
        templar=Templar(DataLoader(), variables={{}}),
        task_vars={{"ansible_python_interpreter": sys.executable}},
        module_compression="ZIP_DEFLATED",
    ).b_module_data
"""


def run_with_plugins(program: str, *arguments: str, **environment: str) -> bytes:
    """Run a program with the plugins of the collection loaded and a function to pack modules; answer what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", _START + textwrap.dedent(program), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@functools.cache
def pack(name: str, data: str = "x") -> bytes:
    """A packed module, made by ansible-core itself."""
    return run_with_plugins("sys.stdout.buffer.write(pack(sys.argv[1], {'data': sys.argv[2]}))", name, data)
