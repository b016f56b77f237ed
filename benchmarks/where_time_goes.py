# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the processor time of a run goes that has nothing to change.

    python benchmarks/where_time_goes.py [--inventory dev] [--connection local] [--limit network] [--requests]

Builds an environment on an emulator, then runs site.yml again under a sampling profiler, which looks at all processes
of the run, the forks too, a hundred times a second. The emulator is another process and does not count.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "site")]

import runs
import walks

from emulator import testing

RATE = 100  # samples of each process in a second

# The first that has a frame in a stack takes the sample; a frame is "function (file".
PLACES = {
    "start: warm connection, clients": ["_prepare_clients (", "ClientCache.fill ("],
    "start: warm connection, imports and parsing": ["CallbackModule.v2_playbook_on_start (warm.py"],
    "module: requests to AWS and their answers": ["BaseClient._make_api_call (botocore/client.py"],
    "module: making clients": ["Session.create_client (botocore/session.py"],
    "module: starting Python, imports": ["<module> (<stdin>", "run_module (ansible/module_utils"],
    "module: its own code": ["_exit_code ("],
    "module: its place in the worker": ["run_in_worker ("],
    "fork of a module": ["run_in_fork (", "_child ("],
    "packing modules": ["modify_module (ansible/executor/module_common.py"],
    "validating the inventory": ["ActionModule.run (validate_inventory.py"],
    "templates": ["TemplateEngine.", "AnsibleTemplate.", "Environment.compile ("],
    "results from process to process": [
        "TaskQueueManager.send_callback (",
        "results_thread_main (",
        "Connection._recv (",
    ],
    "forks of workers": ["Popen._launch (multiprocessing/popen_fork.py"],
    "start: imports, inventory, playbooks": ["_load_unlocked (", "InventoryManager.", "Playbook.load (", "Play.load ("],
}
REST = "Ansible otherwise: strategy, variables, callbacks"


def place(stack: list[str]) -> str:
    """What a sample is about. A module runs inside of all that Ansible does around it, so the inner part decides."""
    worker = any("WorkerProcess.run (" in frame for frame in stack)
    for name, signs in PLACES.items():
        if name.startswith("start") and worker:
            continue
        if any(sign in frame for frame in stack for sign in signs):
            # What a worker does itself comes below the fork that made it.
            if name == "forks of workers" and worker:
                continue
            return name
    return REST


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inventory", default="dev", choices=runs.ENVIRONMENTS)
    parser.add_argument("--connection", default="sdt.infra.warm", choices=["sdt.infra.warm", "local"])
    parser.add_argument("--limit", default="all")
    parser.add_argument("--requests", action="store_true", help="list the requests as well")
    options = parser.parse_args()
    command = ["ansible-playbook", "site.yml", "-i", f"inventories/{options.inventory}", "--limit", options.limit]
    command += ["-e", f"ansible_connection={options.connection}"]
    with testing.start() as emulator, tempfile.NamedTemporaryFile() as profile:
        walks.converged(emulator, options.inventory, f"sdt-{options.inventory}")
        emulator.clear()
        profiler = ["py-spy", "record", "--subprocesses", "--format", "raw", "--rate", str(RATE), "--nonblocking"]
        subprocess.run(
            [*profiler, "--output", profile.name, "--", *command],
            cwd=ROOT,
            env=runs.environment(emulator.url, "/dev/null"),
            check=True,
            capture_output=True,
        )
        samples = pathlib.Path(profile.name).read_text().splitlines()
        requests = emulator.requests()
    seconds: t.Counter[str] = collections.Counter()
    for line in samples:
        stack, _space, count = line.rpartition(" ")
        if count.isdigit():  # a stack that was read while it changed may hold anything, line ends too
            seconds[place(stack.split(";"))] += int(count) / RATE
    total = seconds.total()
    print(f"$ {' '.join(command)}\n\n| where | seconds | share |\n| --- | ---: | ---: |")
    for name in sorted(seconds, key=seconds.__getitem__, reverse=True):
        print(f"| {name} | {seconds[name]:.1f} | {seconds[name] / total:.0%} |")
    print(f"| all | {total:.1f} | 100% |\n\n{len(requests)} requests")
    if options.requests:
        found = collections.Counter(f"{call['service']}:{call['operation']}" for call in requests)
        for operation, count in found.most_common():
            print(f"{count:5} {operation}")


if __name__ == "__main__":
    main()
