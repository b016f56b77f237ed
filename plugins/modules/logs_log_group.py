#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: logs_log_group
version_added: 0.1.0
short_description: Manage a CloudWatch Logs log group
description:
  - Creates, changes and deletes a log group, its retention, key and tags. A log group that AWS made by itself is adopted.
  - See U(https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: Name of the log group, up to 512 characters, such as C(/ecs/sdt-prod/auth-service).
    type: str
  retention_days:
    description: Days after which entries are deleted; V(0) keeps them for ever. These are the values AWS knows.
    type: int
    choices: [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]
  kms_key:
    description: ARN, alias or id of the KMS key that encrypts the entries; an empty string goes back to the key of AWS.
    type: str
  log_group_class:
    description: Price class of the group. AWS cannot change it later.
    type: str
    choices: [STANDARD, INFREQUENT_ACCESS]
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
- name: Keep the log of the auth service for 90 days
  sdt.infra.logs_log_group:
    name: /ecs/sdt-prod/auth-service
    retention_days: 90
"""

RETURN = r"""
log_group:
  description: The log group. Missing when O(each) is used; see RV(resources).
  returned: when a single log group is managed
  type: dict
  contains:
    arn:
      description: ARN of the log group, without the trailing C(:*).
      type: str
      sample: arn:aws:logs:us-east-1:123456789012:log-group:/ecs/sdt-prod/auth-service
    name:
      description: Name of the log group.
      type: str
    retention_days:
      description: Days entries are kept; 0 means for ever.
      type: int
resources:
  description: Every managed log group by its name, with the keys of RV(log_group).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
"""

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_GONE = ("ResourceNotFoundException",)
_RETENTION = [
    0,
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
]


class LogGroup(Resource):
    kind = "log group"
    key = "log_group"
    holds_data = True
    fields = ("retention_days", "kms_key", "log_group_class")
    create_only = frozenset({"log_group_class"})
    computed = ("arn",)

    def find(self) -> State | None:
        group = next((one for one in self._described() if one["logGroupName"] == self.name), None)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        return {
            "arn": arn,
            "name": self.name,
            "retention_days": group.get("retentionInDays", 0),
            "kms_key": group.get("kmsKeyId", ""),
            "log_group_class": group.get("logGroupClass", "STANDARD"),
            "tags": self.tags_at(arn, lambda: self._tags(arn)),
        }

    def _described(self) -> list[dict[str, t.Any]]:
        """Log groups, ours among them: those of its path where they fit into one page, or what our name begins."""
        path = self.name.rpartition("/")[0]
        if path:
            groups, complete = self.aws.read_some(
                "logs", "describe_log_groups", "logGroups", wanted=len(self.peers), logGroupNamePrefix=f"{path}/"
            )
            if complete:
                return groups
        return self.aws.read("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=self.name) or []

    def _tags(self, arn: str) -> dict[str, str]:
        return _tags.own(self.aws.read("logs", "list_tags_for_resource", "tags", missing=_GONE, resourceArn=arn))

    def desired(self) -> State:
        desired = super().desired()
        if desired.get("kms_key"):
            desired["kms_key"] = resolve(self.aws, "kms_key", desired["kms_key"])
        return desired

    def create(self, desired: State) -> None:
        request: State = {"logGroupName": self.name}
        if desired.get("kms_key"):
            request["kmsKeyId"] = desired["kms_key"]
        if "log_group_class" in desired:
            request["logGroupClass"] = desired["log_group_class"]
        if desired.get("tags"):
            request["tags"] = desired["tags"]
        self.aws.write("logs", "create_log_group", **request)
        if desired.get("retention_days"):
            self._set_retention(desired["retention_days"])

    def update(self, current: State, changes: State) -> None:
        if "retention_days" in changes:
            self._set_retention(changes["retention_days"])
        if changes.get("kms_key"):
            self.aws.write("logs", "associate_kms_key", logGroupName=self.name, kmsKeyId=changes["kms_key"])
        elif "kms_key" in changes:
            self.aws.write("logs", "disassociate_kms_key", logGroupName=self.name)

    def delete(self, current: State) -> None:
        self.aws.write("logs", "delete_log_group", missing=_GONE, logGroupName=self.name)

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("logs", "tag_resource", resourceArn=current["arn"], tags=tags)

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("logs", "untag_resource", resourceArn=current["arn"], tagKeys=names)

    def _set_retention(self, days: int) -> None:
        if days:
            self.aws.write("logs", "put_retention_policy", logGroupName=self.name, retentionInDays=days)
        else:
            self.aws.write("logs", "delete_retention_policy", logGroupName=self.name)


def main() -> None:
    run(
        LogGroup,
        {
            "name": {"type": "str"},
            "retention_days": {"type": "int", "choices": _RETENTION},
            "kms_key": {"type": "str", "no_log": False},
            "log_group_class": {"type": "str", "choices": ["STANDARD", "INFREQUENT_ACCESS"]},
        },
    )


if __name__ == "__main__":
    main()
