#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: xray_sampling_rule
version_added: 0.1.0
short_description: Manage an X-Ray sampling rule
description:
  - Creates, changes and deletes a rule that says which share of the requests is traced.
  - See U(https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the rule, up to 32 characters.
    type: str
  priority:
    description: Rules are tried in this order, from 1 to 9999; the first that matches counts. No two rules may share one.
    type: int
    default: 1000
  fixed_rate:
    description: Share of the requests that is traced once the reservoir is used up, from 0 to 1.
    type: float
    default: 0.05
  reservoir_size:
    description: Requests that are traced in every second before O(fixed_rate) begins to count.
    type: int
    default: 1
  service_name:
    description: The name a service gives itself in traces; C(*) and C(?) match anything.
    type: str
    default: "*"
  service_type:
    description: What a service runs on, such as V(AWS::ECS::Fargate); C(*) matches anything.
    type: str
    default: "*"
  host:
    description: The host of the request.
    type: str
    default: "*"
  http_method:
    description: The method of the request.
    type: str
    default: "*"
  url_path:
    description: The path of the request.
    type: str
    default: "*"
  resource_arn:
    description: ARN of the resource the service runs on.
    type: str
    default: "*"
  attributes:
    description: Segment attributes that have to match, a map from name to value, up to five.
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
- name: Trace one of ten requests of production
  sdt.infra.xray_sampling_rule:
    name: sdt-prod
    service_name: sdt-prod-*
    fixed_rate: 0.1
"""

RETURN = r"""
sampling_rule:
  description: The rule. Missing when O(each) is used; see RV(resources).
  returned: when a single rule is managed
  type: dict
  contains:
    arn:
      description: ARN of the rule.
      type: str
      sample: arn:aws:xray:us-east-1:123456789012:sampling-rule/sdt-prod
    name:
      description: Name of the rule.
      type: str
    fixed_rate:
      description: Share of the requests that is traced.
      type: float
    tags:
      description: Tags of the rule.
      returned: when O(tags) is given
      type: dict
resources:
  description: Every managed rule by its name, with the keys of RV(sampling_rule).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed rule.
  returned: always
  type: list
  elements: dict
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._xray import XRayResource

# option -> what SamplingRule and SamplingRuleUpdate call it
_SETTINGS = {
    "priority": "Priority",
    "fixed_rate": "FixedRate",
    "reservoir_size": "ReservoirSize",
    "service_name": "ServiceName",
    "service_type": "ServiceType",
    "host": "Host",
    "http_method": "HTTPMethod",
    "url_path": "URLPath",
    "resource_arn": "ResourceARN",
    "attributes": "Attributes",
}


class SamplingRule(XRayResource):
    kind = "X-Ray sampling rule"
    key = "sampling_rule"
    fields = tuple(_SETTINGS)
    exact = frozenset({"attributes"})

    def find(self) -> State | None:
        records = self.aws.read("xray", "get_sampling_rules", "SamplingRuleRecords")
        rule = next((one["SamplingRule"] for one in records if one["SamplingRule"]["RuleName"] == self.name), None)
        if rule is None:
            return None
        return {
            "name": self.name,
            "arn": rule["RuleARN"],
            **{option: rule.get(key) for option, key in _SETTINGS.items()},
            "attributes": rule.get("Attributes") or {},
            **self.tags_of(rule["RuleARN"]),
        }

    def create(self, desired: State) -> None:
        rule = {key: desired[option] for option, key in _SETTINGS.items() if option in desired}
        self.aws.write(
            "xray",
            "create_sampling_rule",
            SamplingRule={"RuleName": self.name, "Version": 1, **rule},
            Tags=_tags.to_list(desired.get("tags")),
        )

    def update(self, current: State, changes: State) -> None:
        update = {_SETTINGS[option]: value for option, value in changes.items()}
        self.aws.write("xray", "update_sampling_rule", SamplingRuleUpdate={"RuleName": self.name, **update})

    def delete(self, current: State) -> None:
        self.aws.write("xray", "delete_sampling_rule", RuleName=self.name)


def main() -> None:
    run(
        SamplingRule,
        {
            "name": {"type": "str"},
            "priority": {"type": "int", "default": 1000},
            "fixed_rate": {"type": "float", "default": 0.05},
            "reservoir_size": {"type": "int", "default": 1},
            "service_name": {"type": "str", "default": "*"},
            "service_type": {"type": "str", "default": "*"},
            "host": {"type": "str", "default": "*"},
            "http_method": {"type": "str", "default": "*"},
            "url_path": {"type": "str", "default": "*"},
            "resource_arn": {"type": "str", "default": "*"},
            "attributes": {"type": "dict"},
        },
    )


if __name__ == "__main__":
    main()
