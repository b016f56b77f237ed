# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The frame of modules that do something rather than bring a resource to a state, such as running a task once."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import RUN_OPTIONS


class StepFailed(InfraError):
    """It was done and did not end well; result is what is known of it."""

    def __init__(self, message: str, result: State):
        self.result = result
        super().__init__(message.strip())


Step = t.Callable[[Aws, State, bool], State]


def run(step: Step, spec: State, **rules: t.Any) -> None:
    """Run a module: step gets the account, the options and whether this is check mode, and answers the result.

    The options of the connection and the lock are added to spec; rules are those of an argument specification.
    """
    module = AnsibleAWSModule(
        argument_spec={**CONNECTION_OPTIONS, "lock": RUN_OPTIONS["lock"], **spec}, supports_check_mode=True, **rules
    )
    aws = Aws(module)
    if module.params["lock"]:
        aws.lock(**module.params["lock"])
    try:
        result = step(aws, module.params, module.check_mode)
    except StepFailed as error:
        module.fail_json(msg=str(error), **error.result)
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(**{"changed": True, **result})
