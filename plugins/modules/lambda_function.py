#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_function
version_added: 0.1.0
short_description: Manage Lambda functions of one small file
description:
  - Creates, changes and removes functions whose code is one text, and who may invoke them.
  - See U(https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the function. Required unless O(each) is used.
    type: str
  description:
    description: What it is for.
    type: str
  runtime:
    description: The runtime.
    type: str
    default: python3.13
  handler:
    description: File and function that are called; the code is the file.
    type: str
    default: index.handler
  code:
    description: The code. Required for a new function.
    type: str
  role:
    description: Name or ARN of the role it runs with. Required for a new function.
    type: str
  memory:
    description: Memory in MiB.
    type: int
    default: 128
  timeout:
    description: Seconds it may take.
    type: int
    default: 3
  permissions:
    description:
      - Who may invoke it, a map from the id of a statement to C(principal), a service, and C(source_arn), from what; all others are removed.
    type: dict
  wait_timeout:
    description: How long to wait until it can be invoked, in seconds.
    type: int
    default: 120
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
  - sdt.infra.resource.wait
"""

EXAMPLES = r"""
- name: Answer all requests
  sdt.infra.lambda_function:
    name: sdt-prod-maintenance
    role: sdt-prod-maintenance
    code: |
      def handler(event, context):
          return {"statusCode": 503, "headers": {"Retry-After": "60"}, "body": "Back soon"}
    permissions:
      load-balancer:
        principal: elasticloadbalancing.amazonaws.com
        source_arn: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/sdt-prod-maintenance/*
"""

RETURN = r"""
function:
  description: The function. Missing when O(each) is used; see RV(resources).
  returned: when a single function is managed
  type: dict
  contains:
    arn:
      description: ARN of the function.
      type: str
    name:
      description: Name of the function.
      type: str
    tags:
      description: Tags of the function.
      type: dict
resources:
  description: Every managed function by its name, with the keys of RV(function).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed function.
  returned: always
  type: list
  elements: dict
"""

import base64
import hashlib
import io
import json
import typing as t
import zipfile

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)
# What passes: a role IAM has not spread, and a change that is not done yet.
_PASSING = ("cannot be assumed by Lambda", "ResourceConflictException")
_INVOKE = "lambda:InvokeFunction"
_SETTINGS = {
    "description": "Description",
    "runtime": "Runtime",
    "handler": "Handler",
    "role": "Role",
    "memory": "MemorySize",
    "timeout": "Timeout",
}


class Function(Resource):
    kind = "function"
    key = "function"
    serves = True
    fields = (*_SETTINGS, "code", "permissions")
    exact = frozenset({"permissions"})

    def find(self) -> State | None:
        found: t.Any = self.aws.read("lambda", "get_function", missing=_GONE, FunctionName=self.name)
        if found is None:
            return None
        about = found["Configuration"]
        return {
            "name": self.name,
            "arn": about["FunctionArn"],
            "status": about.get("State", "Active"),
            "changing": about.get("LastUpdateStatus") == "InProgress",
            "code": about["CodeSha256"],
            "permissions": self._permissions(),
            "tags": found.get("Tags") or {},
            **{option: about.get(parameter) or "" for option, parameter in _SETTINGS.items()},
        }

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("role"):
            desired["role"] = resolve(self.aws, "role", desired["role"])
        if "code" in desired:
            desired["code"] = base64.b64encode(hashlib.sha256(self._archive()).digest()).decode()
        return desired

    def ready(self, state: State) -> bool:
        if state["status"] == "Failed":
            raise InfraError(f"Function {self.name} failed: delete it, and run again.")
        return state["status"] == "Active" and not state["changing"]

    def create(self, desired: State) -> None:
        missing = [name for name in ("code", "role") if not desired.get(name)]
        if missing:
            raise InfraError(f"Function {self.name} does not exist; give {' and '.join(missing)} to create it.")
        self.aws.write(
            "lambda",
            "create_function",
            retry=_PASSING,
            FunctionName=self.name,
            Code={"ZipFile": self._archive()},
            Tags=desired.get("tags") or {},
            **{parameter: desired[option] for option, parameter in _SETTINGS.items() if desired.get(option)},
        )
        self._permit({}, desired.get("permissions") or {})

    def update(self, current: State, changes: State) -> None:
        if "code" in changes:
            self.aws.write(
                "lambda", "update_function_code", retry=_PASSING, FunctionName=self.name, ZipFile=self._archive()
            )
        settings = {parameter: changes[option] for option, parameter in _SETTINGS.items() if option in changes}
        if settings:
            self.aws.write(
                "lambda", "update_function_configuration", retry=_PASSING, FunctionName=self.name, **settings
            )
        if "permissions" in changes:
            self._permit(current["permissions"], changes["permissions"])

    def delete(self, current: State) -> None:
        self.aws.write("lambda", "delete_function", missing=_GONE, FunctionName=self.name)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("lambda", "tag_resource", Resource=current["arn"], Tags=tags)

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("lambda", "untag_resource", Resource=current["arn"], TagKeys=names)

    def _archive(self) -> bytes:
        """The code as Lambda takes it; not compressed and of one date, so that equal code is equal everywhere."""
        packed = io.BytesIO()
        file = zipfile.ZipInfo(f"{self.options['handler'].split('.')[0]}.py", date_time=(1980, 1, 1, 0, 0, 0))
        file.external_attr = 0o644 << 16
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(file, self.options["code"])
        return packed.getvalue()

    def _permissions(self) -> State:
        text = self.aws.read("lambda", "get_policy", "Policy", missing=_GONE, FunctionName=self.name)
        return {
            one["Sid"]: {
                "principal": (one.get("Principal") or {}).get("Service", ""),
                "source_arn": _source(one.get("Condition") or {}),
            }
            for one in json.loads(text or "{}").get("Statement", [])
        }

    def _permit(self, current: State, wanted: State) -> None:
        for name in current:
            if wanted.get(name) != current[name]:
                self.aws.write("lambda", "remove_permission", missing=_GONE, FunctionName=self.name, StatementId=name)
        for name, one in wanted.items():
            if current.get(name) != one:
                self.aws.write(
                    "lambda",
                    "add_permission",
                    FunctionName=self.name,
                    StatementId=name,
                    Action=_INVOKE,
                    Principal=one["principal"],
                    SourceArn=one["source_arn"],
                )


def _source(condition: State) -> str:
    for test in condition.values():
        for key, value in test.items():
            if key.lower() == "aws:sourcearn":
                return str(value)
    return ""


def main() -> None:
    run(
        Function,
        {
            "name": {"type": "str"},
            "description": {"type": "str"},
            "runtime": {"type": "str", "default": "python3.13"},
            "handler": {"type": "str", "default": "index.handler"},
            "code": {"type": "str"},
            "role": {"type": "str"},
            "memory": {"type": "int", "default": 128},
            "timeout": {"type": "int", "default": 3},
            "permissions": {"type": "dict"},
        },
        waits=True,
        wait_timeout=120,
    )


if __name__ == "__main__":
    main()
