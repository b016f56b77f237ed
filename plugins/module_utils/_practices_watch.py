# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What AWS recommends for the network and for whoever watches: logs, alarms, keys and costs."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._live import Live
from ansible_collections.sdt.infra.plugins.module_utils._practice import Practice
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing


def _alarms(live: Live) -> list[State]:
    found = live.aws.read(
        "cloudwatch",
        "describe_alarms",
        "MetricAlarms",
        AlarmNamePrefix=f"{live.wanted['prefix']}-",
        AlarmTypes=["MetricAlarm"],
    )
    return found or []


def _watched(live: Live) -> t.Iterator[str]:
    names = [one["AlarmName"] for one in _alarms(live)]
    prefix = live.wanted["prefix"]
    for what in [*live.services, "load-balancer", *(["database"] if live.wanted["database"] else [])]:
        if not any(name.startswith(f"{prefix}-{what}-") for name in names):
            yield f"{what} has no alarm"


def _act(live: Live) -> t.Iterator[str]:
    for one in _alarms(live):
        if not one.get("AlarmActions"):
            yield f"{one['AlarmName']} tells nobody"
        elif not one.get("ActionsEnabled"):
            yield f"{one['AlarmName']} is muted"


def _retained(live: Live) -> t.Iterator[str]:
    for start in live.wanted["log_prefixes"]:
        groups = live.aws.read("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=start)
        for group in groups or []:
            if not group.get("retentionInDays"):
                yield f"{group['logGroupName']} keeps them for ever"


def _topic(live: Live) -> t.Iterator[str]:
    arn = live.aws.arn("sns", live.wanted["topic"])
    found = live.aws.read("sns", "get_topic_attributes", "Attributes", missing=("NotFound",), TopicArn=arn)
    if found is None:
        yield f"topic {live.wanted['topic']} does not exist"
    elif not found.get("KmsMasterKeyId"):
        yield f"{live.wanted['topic']} is not"


def _rotated(live: Live) -> t.Iterator[str]:
    alias = f"alias/{live.wanted['prefix']}"
    key = existing(live.aws, "kms_key", alias)
    if key and not live.aws.read("kms", "get_key_rotation_status", KeyId=key)["KeyRotationEnabled"]:
        yield f"{alias} stays as it is"


def _budget(live: Live) -> t.Iterator[str]:
    found = live.aws.read(
        "budgets",
        "describe_budget",
        "Budget",
        missing=("NotFoundException",),
        AccountId=live.aws.account,
        BudgetName=live.wanted["budget"] or live.wanted["prefix"],
    )
    if found is None:
        yield "nobody is told what it costs"


def _default_group(live: Live) -> t.Iterator[str]:
    for group in live.network.groups.values():
        if group["GroupName"] == "default" and (group.get("IpPermissions") or group.get("IpPermissionsEgress")):
            yield f"{group['GroupId']} lets something through"


def _world(live: Live) -> t.Iterator[str]:
    public = set(live.balancer_end.groups)
    for group in live.network.groups.values():
        open_to = [one["CidrIp"] for rule in group.get("IpPermissions") or [] for one in rule.get("IpRanges") or []]
        if "0.0.0.0/0" in open_to and group["GroupId"] not in public:
            yield f"{group['GroupName']} lets the internet in"


def _flows(live: Live) -> t.Iterator[str]:
    found = live.aws.read(
        "ec2", "describe_flow_logs", "FlowLogs", Filter=[{"Name": "resource-id", "Values": [live.network.vpc]}]
    )
    if not any(one["FlowLogStatus"] == "ACTIVE" for one in found or []):
        yield f"{live.wanted['vpc']} has no flow log"


PRACTICES = (
    Practice("EC2.2", "the default security group lets nothing through", _default_group),
    Practice("EC2.6", "traffic of the network is recorded", _flows, lambda live: live.wanted["flow_logs"]),
    Practice("EC2.18", "only the load balancer is open to the internet", _world),
    Practice("REL06-BP01", "the load balancer, the database and every service have alarms", _watched),
    Practice("CloudWatch.15", "alarms tell somebody", _act, lambda live: not live.wanted["asleep"]),
    Practice("CloudWatch.16", "logs are kept for a time, not for ever", _retained),
    Practice("SNS.1", "the topic of the alarms is encrypted", _topic, lambda live: bool(live.wanted["topic"])),
    Practice("KMS.4", "the key of the environment is made anew every year", _rotated),
    Practice("COST02-BP05", "there is a budget", _budget, lambda live: bool(live.wanted["budget"])),
)
