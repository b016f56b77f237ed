# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lambda: functions in Python run when they are invoked, in a process of their own; who may be their role is checked.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction

from emulator.mend.iam import known_role
from emulator.registry import mend

# The zip is a place to import from; what the handler prints is its log.
RUN = """
import importlib, json, sys
archive, handler = sys.argv[1:]
sys.path.insert(0, archive)
module, _dot, name = handler.rpartition(".")
event = json.load(sys.stdin)
answer = getattr(importlib.import_module(module.replace("/", ".")), name)(event, None)
print(json.dumps(answer), file=sys.stderr)
"""


@mend(LambdaBackend)
def create_function(original: Any, self: LambdaBackend, spec: dict[str, Any]) -> Any:
    _check_role(spec["Role"])
    return original(self, spec)


def _check_role(arn: str) -> None:
    role = known_role(arn)
    if role is None or "lambda.amazonaws.com" not in json.dumps(role.assume_role_policy_document):
        raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")


@mend(LambdaFunction)
def _invoke_lambda(original: Any, self: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
    if not str(self.run_time).startswith("python"):
        return original(self, event)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "code.zip"
        archive.write_bytes(self.code_bytes)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", RUN, str(archive), self.handler],
                input=json.dumps(event if isinstance(event, dict) else {}),
                capture_output=True,
                text=True,
                timeout=float(self.timeout),
                check=False,
            )
        except subprocess.TimeoutExpired:
            told = {"errorMessage": f"Task timed out after {self.timeout}.00 seconds", "errorType": "Sandbox.Timedout"}
            return json.dumps(told), True, ""
    last = done.stderr.strip().splitlines()[-1:] or ["null"]
    if done.returncode:
        return json.dumps({"errorMessage": last[0], "errorType": "Runtime.Error"}), True, done.stdout
    return last[0], False, done.stdout
