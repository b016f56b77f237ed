# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Flow logs: every setting is kept and shown, and two are alike only when all of it is."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import FlowLogAlreadyExists
from moto.ec2.models.flow_logs import FlowLogs as FlowLog
from moto.ec2.responses.flow_logs import FlowLogs

from emulator.mend.ec2.common import refused
from emulator.registry import mend, parameters

DEFAULT_OPTIONS = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}
FlowLog.destination_options = None


@mend(FlowLogs)
def create_flow_logs(original: Any, self: Any) -> Any:
    request = parameters(self)
    kind = request.get("LogDestinationType", "cloud-watch-logs")
    destination = request.get("LogDestination", "")
    if not destination and "LogGroupName" not in request:
        raise refused("InvalidParameter", "LogDestination can't be empty if LogGroupName is not provided.")
    if kind == "s3" and not destination.startswith("arn:"):
        raise refused("InvalidParameter", f"LogDestination: {destination} is not a valid ARN.")
    if kind != "s3" and "DestinationOptions" in request:
        raise refused("InvalidParameter", "DestinationOptions can only be specified for the destination type s3.")
    if "TrafficType" not in request:
        raise refused("MissingParameter", "The request must contain the parameter TrafficType")
    options = {**DEFAULT_OPTIONS, **request.get("DestinationOptions", {})} if kind == "s3" else None
    backend = self.ec2_backend
    others = dict(backend.flow_logs)
    for log in others.values():
        if log.resource_id in request["ResourceIds"] and _settings(log) == _asked(request, options):
            raise FlowLogAlreadyExists
    # moto takes two with the same destination for the same; a bucket's path is no part of its name.
    backend.flow_logs = {}
    try:
        self.params["LogDestination"] = _bucket(destination) if kind == "s3" else request.get("LogDestination")
        answer = original(self)
    finally:
        made, backend.flow_logs = backend.flow_logs, others
        backend.flow_logs.update(made)
    for log in made.values():
        log.destination_options = options
        log.log_destination = request.get("LogDestination")
    return answer


def _settings(log: Any) -> tuple[Any, ...]:
    return (
        log.log_destination_type,
        log.log_destination,
        log.log_group_name,
        log.traffic_type,
        log.max_aggregation_interval,
        log.log_format,
        log.destination_options,
    )


def _asked(request: dict[str, Any], options: dict[str, Any] | None) -> tuple[Any, ...]:
    standard = (
        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
        "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
    )
    return (
        request.get("LogDestinationType", "cloud-watch-logs"),
        request.get("LogDestination"),
        request.get("LogGroupName"),
        request.get("TrafficType"),
        request.get("MaxAggregationInterval", 600),
        request.get("LogFormat", standard),
        options,
    )


def _bucket(arn: str) -> str:
    return arn.partition("/")[0]
