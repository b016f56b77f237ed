# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = """
name: warm
type: aggregate
short_description: Import what modules import once, and let them share what they read from AWS
description:
  - At the start of a playbook this plugin imports boto3 and the module_utils that most tasks need, into the process
    that runs the playbook. The connection plugin P(sdt.infra.warm#connection) runs modules in forks of that process,
    which find everything imported.
  - Modules of this collection that run in one playbook share what they read from AWS, in the memory of the playbook's
    process, for a minute at most and until one of them writes something or a task of another collection runs.
  - Without this plugin P(sdt.infra.warm#connection) works like P(ansible.builtin.local#connection), no faster.
  - It prints nothing and changes no result. If something cannot be prepared, a warning says so and modules run in the
    ordinary way.
author:
  - SDT platform engineering (@sdt)
requirements:
  - enabled in the configuration, see the example
options:
  collections:
    description: Collections whose module_utils are imported. One that is not installed is left out.
    type: list
    elements: str
    default: [amazon.aws, community.aws, sdt.infra]
    env:
      - name: SDT_INFRA_WARM_COLLECTIONS
    ini:
      - section: sdt_infra_warm
        key: collections
  services:
    description:
      - AWS services, by the names that boto3 gives them, whose service models are read at the start.
      - Clients of other services work too. They read their service model each time.
    type: list
    elements: str
    default:
      - acm
      - amplify
      - application-autoscaling
      - budgets
      - cloudwatch
      - dynamodb
      - ec2
      - ecr
      - ecs
      - elbv2
      - events
      - iam
      - kms
      - logs
      - rds
      - route53
      - s3
      - secretsmanager
      - servicediscovery
      - sns
      - sts
      - xray
    env:
      - name: SDT_INFRA_WARM_SERVICES
    ini:
      - section: sdt_infra_warm
        key: services
  share_reads:
    description: Whether modules of one run share what they read from AWS.
    type: bool
    default: true
    env:
      - name: SDT_INFRA_SHARE_READS
    ini:
      - section: sdt_infra_warm
        key: share_reads
"""

EXAMPLES = """
ansible.cfg: |
  # Enable the callback
  [defaults]
  callbacks_enabled = sdt.infra.warm

inventory: |
  # Use the connection where modules run on the controller
  all:
    vars:
      ansible_connection: sdt.infra.warm
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""

from ansible.plugins.callback import CallbackBase
from ansible.utils.display import Display
from ansible_collections.sdt.infra.plugins.module_utils import _run_reads
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm

display = Display()

# Actions of ansible.builtin that start nothing.
_HARMLESS = frozenset(
    {
        "add_host",
        "assert",
        "debug",
        "fail",
        "gather_facts",
        "group_by",
        "include_role",
        "include_tasks",
        "include_vars",
        "meta",
        "pause",
        "set_fact",
        "set_stats",
        "setup",
        "validate_argument_spec",
    }
)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.warm"
    CALLBACK_NEEDS_ENABLED = True

    _reads: _run_reads.RunReads | None = None
    _packing_prepared = False

    def v2_playbook_on_start(self, playbook) -> None:
        with _warm.kept_to_the_end():
            self._prepare()

    def _prepare(self) -> None:
        try:
            _warm.prepare(self.get_option("collections"), self.get_option("services"), display.vvv)
        except Exception as error:
            display.warning(f"Modules run in the ordinary way, the warm connection could not be prepared: {error}")
        if self.get_option("share_reads"):
            try:
                _run_reads.share()
                self._reads = _run_reads.RunReads()
            except (OSError, AttributeError) as error:  # a system without files in memory
                display.vvv(f"Modules share no reads: {error}")

    def v2_playbook_on_task_start(self, task, is_conditional) -> None:
        self._prepare_packing(task)

    def v2_playbook_on_handler_task_start(self, task) -> None:
        self._prepare_packing(task)

    def v2_runner_on_start(self, host, task) -> None:
        # What tasks of others do to AWS cannot be known, so from the first of them on nothing is shared.
        if self._reads and _is_foreign(task):
            self._reads.changed()

    def _prepare_packing(self, task) -> None:
        if not self._packing_prepared and _is_foreign(task):
            self._packing_prepared = True
            _warm.prepare_packing(self.get_option("collections"), display.vvv)


def _is_foreign(task) -> bool:
    """Whether a task runs a module of others, which is packed and may do anything to AWS."""
    # A task whose action is a template is not resolved yet, and Ansible warns of who asks too early.
    action = task.action if "{{" in task.action else task.resolved_action or task.action
    return not action.startswith("sdt.infra.") and action.removeprefix("ansible.builtin.") not in _HARMLESS
