# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs one of our modules as Ansible would, each time in a process of its own, against the emulator.

The processes are forked by a server that has no threads and has imported everything, which makes them safe and quick.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import multiprocessing
import os
import pathlib
import typing as t

from ansible.module_utils.testing import patch_module_args

_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["preload"])
# The server is a new interpreter: it finds what to import where this one does.
_HERE = pathlib.Path(__file__).resolve().parent
os.environ["PYTHONPATH"] = os.pathsep.join(map(str, [_HERE, _HERE.parents[1], _HERE.parents[1] / "collections"]))


class ModuleFailed(AssertionError):
    """The module ended with fail_json; the result is in .result."""

    def __init__(self, module: str, result: dict[str, t.Any]):
        self.result = result
        super().__init__(f"{module}: {result.get('msg', result)}")


def run_module(url: str, module: str, options: dict[str, t.Any], check: bool = False) -> dict[str, t.Any]:
    """The result of one call of a module; raises ModuleFailed when it failed."""
    receiver, sender = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_child, args=(sender, url, module, options, check))
    process.start()
    sender.close()
    try:
        output = receiver.recv() if receiver.poll(timeout=120) else "no answer within 120 seconds"
    except EOFError:
        output = "the module ended without a result"
    if process.is_alive():
        process.join(5)
        process.kill()
    process.join()
    try:
        result = json.loads(output)
    except ValueError:
        raise AssertionError(f"{module} did not print a result: {output}") from None
    if result.get("failed"):
        raise ModuleFailed(module, result)
    return result


def _child(sender: t.Any, url: str, module: str, options: dict[str, t.Any], check: bool) -> None:
    from preload import CLIENTS

    CLIENTS.install()
    os.environ.update(
        AWS_ENDPOINT_URL=url, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing"
    )
    os.environ.pop("AWS_PROFILE", None)
    namespace, collection, name = module.split(".") if "." in module else ("sdt", "infra", module)
    code = importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{name}")
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": "/tmp"}
    output = io.StringIO()
    with patch_module_args(arguments), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        code.main()
    sender.send(output.getvalue())
