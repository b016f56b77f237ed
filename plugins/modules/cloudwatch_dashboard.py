#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_dashboard
version_added: 0.1.0
short_description: Manage a CloudWatch dashboard
description:
  - Creates, changes and deletes a dashboard. Its body is compared as data, so order of keys and layout of text mean nothing.
  - >-
    Texts in the body may contain references to what has an id of AWS in its metrics. C(${load_balancer:<name>}) becomes the
    value of the dimension C(LoadBalancer), such as V(app/sdt-prod/50dc6c495c0c9188), and C(${target_group:<name>}) that of
    C(TargetGroup).
  - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the dashboard, of letters, digits, C(-) and C(_), up to 255 characters.
    type: str
  body:
    description: The widgets and what belongs to them. Required when the dashboard is created.
    type: dict
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
- name: Show the load of the cluster
  sdt.infra.cloudwatch_dashboard:
    name: sdt-prod-ecs
    body:
      widgets:
        - type: metric
          x: 0
          y: 0
          width: 12
          height: 6
          properties:
            region: us-east-1
            title: CPU
            metrics:
              - [AWS/ECS, CPUUtilization, ClusterName, sdt-prod, ServiceName, auth-service]
"""

RETURN = r"""
dashboard:
  description: The dashboard. Missing when O(each) is used; see RV(resources).
  returned: when a single dashboard is managed
  type: dict
  contains:
    arn:
      description: ARN of the dashboard.
      type: str
      sample: arn:aws:cloudwatch::123456789012:dashboard/sdt-prod-ecs
    name:
      description: Name of the dashboard.
      type: str
    body:
      description: The widgets and what belongs to them.
      type: dict
    tags:
      description: Tags of the dashboard.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed dashboard by its name, with the keys of RV(dashboard).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed dashboard.
  returned: always
  type: list
  elements: dict
"""

import json
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._cloudwatch import CloudWatchResource
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._expand import expand
from ansible_collections.sdt.infra.plugins.module_utils._loop import run

_GONE = ("ResourceNotFound", "DashboardNotFoundError")


class Dashboard(CloudWatchResource):
    kind = "dashboard"
    key = "dashboard"
    fields = ("body",)
    exact = frozenset({"body"})
    computed = ("arn",)

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        self._said: list[str] = []

    def find(self) -> State | None:
        found = self.aws.read("cloudwatch", "get_dashboard", DashboardName=self.name, missing=_GONE)
        if found is None:
            return None
        state = {"name": self.name, "arn": found["DashboardArn"], "body": json.loads(found["DashboardBody"])}
        if self.wants_tags:
            state["tags"] = self.tags_at(found["DashboardArn"], lambda: self.tags_of(found["DashboardArn"]))
        return state

    def desired(self) -> State:
        desired = super().desired()
        if "body" in desired:
            desired["body"] = expand(self.aws, desired["body"])
        return desired

    def create(self, desired: State) -> None:
        if "body" not in desired:
            raise InfraError(f"Dashboard {self.name} does not exist; give body to create it.")
        self._put(desired["body"], **({"Tags": _tags.to_list(desired["tags"])} if desired.get("tags") else {}))

    def update(self, current: State, changes: State) -> None:
        self._put(changes["body"])

    def delete(self, current: State) -> None:
        self.aws.write("cloudwatch", "delete_dashboards", DashboardNames=[self.name], missing=_GONE)

    def warnings(self, state: State) -> list[str]:
        return [f"Dashboard {self.name}: {message}" for message in self._said]

    def _put(self, body: dict[str, t.Any], **more: t.Any) -> None:
        text = json.dumps(body, separators=(",", ":"), sort_keys=True)
        answer = self.aws.write("cloudwatch", "put_dashboard", DashboardName=self.name, DashboardBody=text, **more)
        self._said = [
            f"{one.get('Message')} ({one.get('DataPath')})" for one in answer.get("DashboardValidationMessages") or []
        ]


def main() -> None:
    run(Dashboard, {"name": {"type": "str"}, "body": {"type": "dict"}})


if __name__ == "__main__":
    main()
