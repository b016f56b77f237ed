#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_flow_log
version_added: 0.1.0
short_description: Manage a VPC flow log
description:
  - Records the IP traffic of a VPC, to an S3 bucket or a log group. A flow log is found by its C(Name) tag within the VPC.
  - AWS cannot change a flow log; any difference but tags replaces it. The new one starts before the old one ends, so
    that nothing is lost.
  - The bucket needs a policy that lets C(delivery.logs.amazonaws.com) write to it.
  - See U(https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html).
author: SDT platform engineering (@sdt)
options:
  name:
    description: The C(Name) tag of the flow log.
    type: str
  vpc:
    description: Name or id of the VPC whose traffic is recorded. Required.
    type: str
  traffic_type:
    description: Which traffic is recorded, what security groups and network ACLs accept, what they reject, or both.
    type: str
    choices: [ALL, ACCEPT, REJECT]
    default: ALL
  destination_type:
    description: Where records go.
    type: str
    choices: [s3, cloud-watch-logs]
    default: s3
  destination:
    description:
      - For V(s3) the name of the bucket, with a path where wanted (V(my-logs/vpc)), or its ARN. For V(cloud-watch-logs) the name of the
        log group.
      - Required when O(state=present).
    type: str
  role:
    description: Name or ARN of the IAM role that may write to the log group. Required for V(cloud-watch-logs).
    type: str
  aggregation_interval:
    description: How long packets are collected for a record, in seconds.
    type: int
    choices: [60, 600]
    default: 600
  format:
    description:
      - Fields of a record, in their order, such as C(${version} ${srcaddr} ${dstaddr}).
      - Left out, AWS's default format is used, and an existing format is left alone.
    type: str
  file_format:
    description: Format of the files in S3; C(parquet) is smaller and faster to query.
    type: str
    choices: [plain-text, parquet]
    default: parquet
  hourly_partitions:
    description: Whether files in S3 are kept by hour, not only by day.
    type: bool
    default: true
  hive_partitions:
    description: Whether paths in S3 are those Hive and Athena expect (C(year=2026/month=10)).
    type: bool
    default: true
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
- name: Record all traffic of the VPC in a bucket
  sdt.infra.ec2_flow_log:
    name: sdt-prod
    vpc: sdt-prod
    destination: sdt-prod-app-logs-123456789012/vpc

- name: Record rejected traffic in a log group
  sdt.infra.ec2_flow_log:
    name: sdt-staging
    vpc: sdt-staging
    traffic_type: REJECT
    destination_type: cloud-watch-logs
    destination: /vpc/sdt-staging
    role: sdt-staging-flow-logs
"""

RETURN = r"""
flow_log:
  description: The flow log. Missing when O(each) is used; see RV(resources).
  returned: when a single flow log is managed
  type: dict
  contains:
    id:
      description: Id of the flow log.
      type: str
      sample: fl-0a1b2c3d4e5f67890
    name:
      description: The C(Name) tag.
      type: str
    vpc:
      description: Id of the VPC whose traffic is recorded.
      type: str
    traffic_type:
      description: Which traffic is recorded.
      type: str
    destination_type:
      description: Where records go.
      type: str
    destination:
      description: ARN of the bucket, or name of the log group.
      type: str
    role:
      description: ARN of the IAM role that writes to the log group.
      type: str
    aggregation_interval:
      description: How long packets are collected for a record, in seconds.
      type: int
    format:
      description: Fields of a record.
      type: str
    file_format:
      description: Format of the files in S3.
      type: str
    hourly_partitions:
      description: Whether files in S3 are kept by hour.
      type: bool
    hive_partitions:
      description: Whether paths in S3 are those Hive expects.
      type: bool
    delivery:
      description: Whether records arrive, V(SUCCESS) or V(FAILED), or null as long as nothing was delivered.
      type: str
    delivery_error:
      description: Why records do not arrive.
      type: str
    tags:
      description: Tags of the flow log.
      type: dict
resources:
  description: Every managed flow log by its name, with the keys of RV(flow_log).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "replace", "kind": "flow_log", "name": "sdt-prod", "fields": ["aggregation_interval"]}]
"""

from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import VpcResource, describe, name_of
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_IN_S3 = ("file_format", "hourly_partitions", "hive_partitions")
_FIELDS = (
    "traffic_type",
    "destination_type",
    "destination",
    "role",
    "aggregation_interval",
    "format",
    *_IN_S3,
)


class FlowLog(VpcResource):
    kind = "flow log"
    key = "flow_log"
    resource_type = "vpc-flow-log"
    fields = _FIELDS
    replace_on = frozenset(_FIELDS)
    computed = ("id",)
    _leftover: tuple[str, ...] = ()  # ids of older ones, which an interrupted replacement left behind

    def find(self) -> State | None:
        vpc_id = self.vpc_id
        found = describe(self.aws, "describe_flow_logs", "FlowLogs", resource_id=vpc_id) if vpc_id else []
        logs = sorted((one for one in found if name_of(one) == self.name), key=lambda one: one["CreationTime"])
        if not logs:
            return None
        log = logs[-1]
        self._leftover = tuple(one["FlowLogId"] for one in logs[:-1])
        options = log.get("DestinationOptions") or {}
        return {
            "id": log["FlowLogId"],
            "name": self.name,
            "vpc": log["ResourceId"],
            "traffic_type": log["TrafficType"],
            "destination_type": log["LogDestinationType"],
            "destination": log.get("LogGroupName") or log.get("LogDestination", "").rstrip("/"),
            "role": log.get("DeliverLogsPermissionArn"),
            "aggregation_interval": log["MaxAggregationInterval"],
            "format": log["LogFormat"],
            "file_format": options.get("FileFormat", "plain-text"),
            "hourly_partitions": options.get("PerHourPartition", False),
            "hive_partitions": options.get("HiveCompatiblePartitions", False),
            "delivery": log.get("DeliverLogsStatus"),
            "delivery_error": log.get("DeliverLogsErrorMessage"),
            "tags": _tags.from_list(log.get("Tags")),
            **({"leftover": list(self._leftover)} if self._leftover else {}),
        }

    def desired(self) -> State:
        desired = super().desired()
        if desired["destination_type"] == "s3":
            place = desired["destination"].rstrip("/")
            desired["destination"] = place if place.startswith("arn:") else f"arn:{self.aws.partition}:s3:::{place}"
            desired.pop("role", None)
        else:
            if "role" not in desired:
                raise InfraError(f"Flow log {self.name} needs role to write to the log group {desired['destination']}.")
            desired["role"] = resolve(self.aws, "role", desired["role"])
            desired = {name: value for name, value in desired.items() if name not in _IN_S3}
        if self._leftover:
            desired["leftover"] = []
        return desired

    def create(self, desired: State) -> None:
        request: State = {}
        if desired["destination_type"] == "s3":
            request["LogDestination"] = desired["destination"]
            request["DestinationOptions"] = {
                "FileFormat": desired["file_format"],
                "PerHourPartition": desired["hourly_partitions"],
                "HiveCompatiblePartitions": desired["hive_partitions"],
            }
        else:
            request.update(LogGroupName=desired["destination"], DeliverLogsPermissionArn=desired["role"])
        if "format" in desired:
            request["LogFormat"] = desired["format"]
        answer = self.aws.write(
            "ec2",
            "create_flow_logs",
            ResourceType="VPC",
            ResourceIds=[self.vpc_id],
            TrafficType=desired["traffic_type"],
            LogDestinationType=desired["destination_type"],
            MaxAggregationInterval=desired["aggregation_interval"],
            TagSpecifications=self.tag_specifications(desired),
            **request,
        )
        _raise_unsuccessful("create_flow_logs", answer)

    def update(self, current: State, changes: State) -> None:
        self._delete(self._leftover)

    def replace(self, current: State, desired: State) -> None:
        if "format" not in desired:
            desired = {**desired, "format": current["format"]}
        olds = (current["id"], *self._leftover)
        try:
            self.create(desired)
        except AwsError as error:
            if error.code != "FlowLogAlreadyExists":
                raise
            self._delete(olds)
            self.create(desired)
        else:
            self._delete(olds)

    def delete(self, current: State) -> None:
        self._delete((current["id"], *self._leftover))

    def warnings(self, state: State) -> list[str]:
        if state.get("delivery") == "FAILED":
            return [
                f"Flow log {self.name} cannot deliver its records to {state['destination']}: {state['delivery_error']}."
            ]
        return []

    def _delete(self, ids: tuple[str, ...]) -> None:
        answer = self.aws.write(
            "ec2", "delete_flow_logs", missing=("InvalidFlowLogId.NotFound",), FlowLogIds=sorted(ids)
        )
        _raise_unsuccessful("delete_flow_logs", answer)


def _raise_unsuccessful(operation: str, answer: State) -> None:
    """These operations answer with success even when AWS refused what was asked for."""
    for failure in answer.get("Unsuccessful") or []:
        error = failure.get("Error") or {}
        if not error.get("Code", "").endswith(".NotFound") or operation == "create_flow_logs":
            raise AwsError("ec2", operation, error.get("Code", "Unknown"), error.get("Message", "AWS gave no reason"))


def main() -> None:
    run(
        FlowLog,
        {
            "name": {"type": "str"},
            "vpc": {"type": "str"},
            "traffic_type": {"type": "str", "choices": ["ALL", "ACCEPT", "REJECT"], "default": "ALL"},
            "destination_type": {"type": "str", "choices": ["s3", "cloud-watch-logs"], "default": "s3"},
            "destination": {"type": "str"},
            "role": {"type": "str"},
            "aggregation_interval": {"type": "int", "choices": [60, 600], "default": 600},
            "format": {"type": "str"},
            "file_format": {"type": "str", "choices": ["plain-text", "parquet"], "default": "parquet"},
            "hourly_partitions": {"type": "bool", "default": True},
            "hive_partitions": {"type": "bool", "default": True},
        },
        required_by={"name": ["vpc"]},
        required_if=[("state", "present", ("destination",))],
    )


if __name__ == "__main__":
    main()
