#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: xray_group
version_added: 0.1.0
short_description: Manage an X-Ray group
description:
  - Creates, changes and deletes a group of traces, with a service map and metrics of its own.
  - See U(https://docs.aws.amazon.com/xray/latest/devguide/xray-console-groups.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the group, up to 32 characters.
    type: str
  filter_expression:
    description:
      - Which traces belong to the group. Left out when the group is created, all of them do.
      - See U(https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html).
    type: str
  insights:
    description: Whether X-Ray looks for anomalies in the group; this is billed.
    type: bool
    default: false
  notifications:
    description: Whether anomalies are sent to EventBridge. Needs O(insights).
    type: bool
    default: false
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
- name: Group the traces of production
  sdt.infra.xray_group:
    name: sdt-prod
    filter_expression: service("sdt-prod-auth-service") OR service("sdt-prod-content-service")
"""

RETURN = r"""
group:
  description: The group. Missing when O(each) is used; see RV(resources).
  returned: when a single group is managed
  type: dict
  contains:
    arn:
      description: ARN of the group.
      type: str
      sample: arn:aws:xray:us-east-1:123456789012:group/sdt-prod/0A1B2C3D4E5F6A7B8C9D0E1F
    name:
      description: Name of the group.
      type: str
    filter_expression:
      description: Which traces belong to the group.
      type: str
    tags:
      description: Tags of the group.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed group by its name, with the keys of RV(group).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed group.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._xray import XRayResource


class Group(XRayResource):
    kind = "X-Ray group"
    key = "group"
    fields = ("filter_expression", "insights", "notifications")

    def find(self) -> State | None:
        groups = self.aws.read("xray", "get_groups", "Groups")
        group = next((one for one in groups if one["GroupName"] == self.name), None)
        if group is None:
            return None
        insights = group.get("InsightsConfiguration") or {}
        return {
            "name": self.name,
            "arn": group["GroupARN"],
            "filter_expression": group.get("FilterExpression") or "",
            "insights": insights.get("InsightsEnabled", False),
            "notifications": insights.get("NotificationsEnabled", False),
            **self.tags_of(group["GroupARN"]),
        }

    def create(self, desired: State) -> None:
        self.aws.write(
            "xray", "create_group", GroupName=self.name, Tags=_tags.to_list(desired.get("tags")), **_settings(desired)
        )

    def update(self, current: State, changes: State) -> None:
        settings = _settings({**current, **changes})
        if "filter_expression" not in changes:
            settings.pop("FilterExpression", None)
        self.aws.write("xray", "update_group", GroupName=self.name, **settings)

    def delete(self, current: State) -> None:
        self.aws.write("xray", "delete_group", GroupName=self.name)


def _settings(settings: State) -> dict[str, t.Any]:
    request: dict[str, t.Any] = {
        "InsightsConfiguration": {
            "InsightsEnabled": settings["insights"],
            "NotificationsEnabled": settings["notifications"],
        }
    }
    if "filter_expression" in settings:
        request["FilterExpression"] = settings["filter_expression"]
    return request


def main() -> None:
    run(
        Group,
        {
            "name": {"type": "str"},
            "filter_expression": {"type": "str"},
            "insights": {"type": "bool", "default": False},
            "notifications": {"type": "bool", "default": False},
        },
    )


if __name__ == "__main__":
    main()
