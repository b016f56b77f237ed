# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What the CloudWatch resources share: reading all alarms of a call at once, tags, actions."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

_BATCH = 100  # names in one DescribeAlarms, and ARNs in one GetResources

# option -> what PutMetricAlarm and PutCompositeAlarm call it
ACTIONS = {
    "alarm_actions": "AlarmActions",
    "ok_actions": "OKActions",
    "insufficient_data_actions": "InsufficientDataActions",
}

ACTION_OPTIONS: dict[str, t.Any] = {
    "description": {"type": "str"},
    "actions_enabled": {"type": "bool", "default": True},
    **{option: {"type": "list", "elements": "str"} for option in ACTIONS},
}


class CloudWatchResource(Resource):
    """A resource whose tags CloudWatch keeps under its ARN."""

    def set_tags(self, current: State, tags: dict[str, str]) -> None:
        self.aws.write("cloudwatch", "tag_resource", ResourceARN=current["arn"], Tags=_tags.to_list(tags))

    def remove_tags(self, current: State, names: list[str]) -> None:
        self.aws.write("cloudwatch", "untag_resource", ResourceARN=current["arn"], TagKeys=names)

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags, straight from CloudWatch."""
        return _tags.from_list(self.aws.read("cloudwatch", "list_tags_for_resource", "Tags", ResourceARN=arn))


class AlarmResource(CloudWatchResource):
    """A metric or composite alarm."""

    alarm_type: t.ClassVar[str]  # MetricAlarm or CompositeAlarm
    computed = ("arn",)

    def find(self) -> State | None:
        found = self._described()
        alarm = next((one for one in found if one["AlarmName"] == self.name), None)
        if alarm is None:
            return None
        return {
            "name": self.name,
            "arn": alarm["AlarmArn"],
            "status": alarm["StateValue"],
            "description": alarm.get("AlarmDescription", ""),
            "actions_enabled": alarm["ActionsEnabled"],
            **{option: sorted(alarm.get(key, [])) for option, key in ACTIONS.items()},
            **self.settings_of(alarm),
            **self._tags(alarm["AlarmArn"], [one["AlarmArn"] for one in found]),
        }

    def _tags(self, arn: str, arns: list[str]) -> State:
        """The state key tags, where the user cares for them."""
        return {"tags": self.tags_at(arn, lambda: self._tags_among(arn, arns))} if self.wants_tags else {}

    def settings_of(self, alarm: dict[str, t.Any]) -> State:
        """What is particular to this type of alarm."""
        raise NotImplementedError

    def desired(self) -> State:
        desired = super().desired()
        for option in ACTIONS:
            if option in desired:
                desired[option] = sorted(resolve(self.aws, "topic", action) for action in desired[option])
        return desired

    def delete(self, current: State) -> None:
        self.aws.write("cloudwatch", "delete_alarms", AlarmNames=[self.name], missing=("ResourceNotFound",))

    def common_request(self, settings: State) -> dict[str, t.Any]:
        """The part of the putting request that both types share."""
        request: dict[str, t.Any] = {"AlarmName": self.name, "ActionsEnabled": settings.get("actions_enabled", True)}
        if settings.get("description"):
            request["AlarmDescription"] = settings["description"]
        for option, key in ACTIONS.items():
            if settings.get(option):
                request[key] = settings[option]
        if settings.get("tags"):
            request["Tags"] = _tags.to_list(settings["tags"])
        return request

    def _described(self) -> list[dict[str, t.Any]]:
        """The alarms of this call, as many in one request as AWS takes."""
        start = self.peers.index(self.name) // _BATCH * _BATCH
        return self.aws.read(
            "cloudwatch",
            "describe_alarms",
            f"{self.alarm_type}s",
            AlarmNames=list(self.peers[start : start + _BATCH]),
            AlarmTypes=[self.alarm_type],
            MaxRecords=_BATCH,
        )

    def _tags_among(self, arn: str, arns: list[str]) -> dict[str, str]:
        """The tags of one of these alarms.

        DescribeAlarms has none and ListTagsForResource takes one alarm, so the tagging service is asked for all at
        once. It lags behind by some seconds: where it does not show what is wanted, CloudWatch itself is asked.
        """
        answer = None
        with self.aws.sparing("each alarm is asked for its tags"):
            answer = self.aws.read("resourcegroupstaggingapi", "get_resources", ResourceARNList=arns)
        found = (answer or {}).get("ResourceTagMappingList", [])
        tags = next((_tags.from_list(one["Tags"]) for one in found if one["ResourceARN"] == arn), {})
        return tags if self.wants_just(tags) else self.tags_of(arn)
