#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_composite_alarm
version_added: 0.1.0
short_description: Manage a CloudWatch composite alarm
description:
  - Creates, changes and deletes an alarm that goes off by a rule over other alarms.
  - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the alarm, unique in the region.
    type: str
  description:
    description: What the alarm means and what to do; it is part of every notification.
    type: str
  rule:
    description:
      - The rule, such as V(ALARM("database-down"\) OR ALARM("no-hosts"\)). Required when the alarm is created.
      - The alarms it names have to exist.
    type: str
  actions_enabled:
    description: Whether the actions happen.
    type: bool
    default: true
  alarm_actions:
    description: What to notify when the alarm goes off, up to five SNS topics by name or ARN, or other ARNs.
    type: list
    elements: str
  ok_actions:
    description: What to notify when all is well again.
    type: list
    elements: str
  insufficient_data_actions:
    description: What to notify when there is not enough data.
    type: list
    elements: str
  suppressor:
    description: Name or ARN of an alarm that silences the actions while it is in the state ALARM; an empty string removes it.
    type: str
  suppressor_wait_period:
    description: Seconds to wait for the suppressor after this alarm went off. Required with O(suppressor).
    type: int
  suppressor_extension_period:
    description: Seconds the silence lasts after the suppressor has ended. Required with O(suppressor).
    type: int
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
"""

EXAMPLES = r"""
- name: Wake somebody only when users notice
  sdt.infra.cloudwatch_composite_alarm:
    name: sdt-prod-users-affected
    rule: ALARM("sdt-prod-response-time") AND ALARM("sdt-prod-target-errors")
    alarm_actions: [sdt-prod-pager]
"""

RETURN = r"""
composite_alarm:
  description: The alarm. Missing when O(each) is used; see RV(resources).
  returned: when a single alarm is managed
  type: dict
  contains:
    arn:
      description: ARN of the alarm.
      type: str
      sample: arn:aws:cloudwatch:us-east-1:123456789012:alarm:sdt-prod-users-affected
    name:
      description: Name of the alarm.
      type: str
    status:
      description: State of the alarm.
      type: str
      sample: OK
    rule:
      description: The rule.
      type: str
    tags:
      description: Tags of the alarm.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed alarm by its name, with the keys of RV(composite_alarm).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed alarm.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._cloudwatch import ACTION_OPTIONS, ACTIONS, AlarmResource
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

_SUPPRESSION = {
    "suppressor": "ActionsSuppressor",
    "suppressor_wait_period": "ActionsSuppressorWaitPeriod",
    "suppressor_extension_period": "ActionsSuppressorExtensionPeriod",
}


class CompositeAlarm(AlarmResource):
    kind = "composite alarm"
    key = "composite_alarm"
    alarm_type = "CompositeAlarm"
    fields = ("description", "actions_enabled", *ACTIONS, "rule", *_SUPPRESSION)

    def settings_of(self, alarm: dict[str, t.Any]) -> State:
        return {
            "rule": alarm["AlarmRule"],
            **{option: alarm.get(key) for option, key in _SUPPRESSION.items()},
            "suppressor": alarm.get("ActionsSuppressor", ""),
        }

    def create(self, desired: State) -> None:
        if "rule" not in desired:
            raise InfraError(f"Composite alarm {self.name} does not exist; give rule to create it.")
        self._put(desired)

    def update(self, current: State, changes: State) -> None:
        # PutCompositeAlarm takes the place of everything there is, so what is left alone has to be sent along.
        self._put({**{name: current[name] for name in self.fields}, **changes})

    def _put(self, settings: State) -> None:
        request = {**self.common_request(settings), "AlarmRule": settings["rule"]}
        if settings.get("suppressor"):
            request.update({key: settings[option] for option, key in _SUPPRESSION.items()})
        self.aws.write("cloudwatch", "put_composite_alarm", **request)


def main() -> None:
    run(
        CompositeAlarm,
        {
            "name": {"type": "str"},
            **ACTION_OPTIONS,
            "rule": {"type": "str"},
            "suppressor": {"type": "str"},
            "suppressor_wait_period": {"type": "int"},
            "suppressor_extension_period": {"type": "int"},
        },
        required_by={"suppressor_wait_period": ("suppressor",), "suppressor_extension_period": ("suppressor",)},
    )


if __name__ == "__main__":
    main()
