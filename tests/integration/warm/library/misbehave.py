#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = """
module: misbehave
short_description: End in the way that is asked for
description: For tests of connections.
author: SDT platform engineering
options:
  how:
    description: The way to end.
    type: str
    required: true
"""

import os
import signal
import sys
import warnings

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule(argument_spec={"how": {"type": "str", "required": True}}, supports_check_mode=True)
    how = module.params["how"]
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "raise":
        raise ValueError("raised on purpose")
    if how == "exit":
        sys.exit(7)
    if how == "silence":
        os._exit(0)
    if how == "garbage":
        os.write(1, bytes(range(256)))
        sys.exit(0)
    if how == "noise":
        print("not json")
        print("not json either", file=sys.stderr)
    if how == "warn":
        module.warn("a warning")
        module.deprecate("a deprecation", version="99.0.0", collection_name="ansible.builtin")
    if how == "python_warning":
        warnings.warn("a warning of Python", stacklevel=1)
    if how == "fail":
        module.fail_json(msg="failed on purpose", answer=42)
    if how == "large":
        module.exit_json(text="x" * 3_000_000)
    if how == "return":
        return
    module.exit_json(changed=module.check_mode, how=how, name=__name__, argv=len(sys.argv), stdin=sys.stdin.read())


if __name__ == "__main__":
    main()
