# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = """
name: warm
type: aggregate
short_description: Import what modules import once, for the warm connection
description:
  - At the start of a playbook this plugin imports boto3 and the module_utils that most tasks need, into the process
    that runs the playbook. The connection plugin P(sdt.infra.warm#connection) runs modules in forks of that process,
    which find everything imported.
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

import gc

from ansible.plugins.callback import CallbackBase
from ansible.utils.display import Display
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm

display = Display()


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "sdt.infra.warm"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook) -> None:
        try:
            _warm.prepare(self.get_option("collections"), self.get_option("services"), display.vvv)
        except Exception as error:
            display.warning(f"Modules run in the ordinary way, the warm connection could not be prepared: {error}")
        gc.collect()
        gc.freeze()  # what lives now lives to the end; a collector that walks it would only copy memory in each fork
