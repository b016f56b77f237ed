# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The ARNs a call is about, as the policies that allow it name them; "*" where AWS knows no resource.

The shapes of the ARNs are those of the Service Authorization Reference:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.access.finders import FINDERS, LISTS
from emulator.calls import Call

EVERYTHING = "*"

# Of each service: the parameters that name a resource, the most particular first, and what follows the account in its
# ARN. {} is the value; {name} another parameter. The first one a request has is what it is about.
NAMED: dict[str, dict[str, str]] = {
    "acm": {"CertificateArn": "certificate/{}"},
    "amplify": {
        "domainName": "apps/{appId}/domains/{}",
        "jobId": "apps/{appId}/branches/{branchName}/jobs/{}",
        "branchName": "apps/{appId}/branches/{}",
        "appId": "apps/{}",
        "resourceArn": "{}",
    },
    "cloudwatch": {
        "AlarmName": "alarm:{}",
        "AlarmNames": "alarm:{}",
        "DashboardName": "dashboard/{}",
        "DashboardNames": "dashboard/{}",
        "ResourceARN": "{}",
    },
    "dynamodb": {"IndexName": "table/{TableName}/index/{}", "TableName": "table/{}", "ResourceArn": "{}"},
    "ecr": {"repositoryName": "repository/{}", "repositoryNames": "repository/{}", "resourceArn": "{}"},
    "ecs": {
        "service": "service/{cluster}/{}",
        "services": "service/{cluster}/{}",
        "serviceName": "service/{cluster}/{}",
        "task": "task/{cluster}/{}",
        "tasks": "task/{cluster}/{}",
        "family": "task-definition/{}:*",
        "taskDefinition": "task-definition/{}",
        "capacityProvider": "capacity-provider/{}",
        "clusters": "cluster/{}",
        "clusterName": "cluster/{}",
        "cluster": "cluster/{}",
        "resourceArn": "{}",
    },
    "elasticache": {
        "ReplicationGroupId": "replicationgroup:{}",
        "CacheClusterId": "cluster:{}",
        "CacheSubnetGroupName": "subnetgroup:{}",
        "CacheParameterGroupName": "parametergroup:{}",
        "ResourceName": "{}",
    },
    "elasticloadbalancing": {
        "RuleArn": "{}",
        "RuleArns": "{}",
        "RulePriorities": "{}",
        "ListenerArn": "{}",
        "TargetGroupArn": "{}",
        "LoadBalancerArn": "{}",
        "ResourceArns": "{}",
    },
    "scheduler": {"Name": "schedule/{GroupName}/{}", "ResourceArn": "{}"},
    "events": {"Rule": "rule/{}", "Name": "rule/{}", "ResourceARN": "{}"},
    "lambda": {"FunctionName": "function:{}", "Resource": "{}"},
    "logs": {"logGroupName": "log-group:{}:log-stream:{logStreamName}", "resourceArn": "{}"},
    "rds": {
        "DBSnapshotIdentifier": "snapshot:{}",
        "DBInstanceIdentifier": "db:{}",
        "TargetDBInstanceIdentifier": "db:{}",
        "DBSubnetGroupName": "subgrp:{}",
        "DBParameterGroupName": "pg:{}",
        "OptionGroupName": "og:{}",
        "SubscriptionName": "es:{}",
        "DBClusterIdentifier": "cluster:{}",
        "ResourceName": "{}",
    },
    "servicediscovery": {"ServiceId": "{}", "NamespaceId": "{}", "Id": "{}", "ResourceARN": "{}"},
    "sns": {
        "TopicArn": "{}",
        "TargetArn": "{}",
        "Name": "{}",
        "ResourceArn": "{}",
        "SubscriptionArn": "{}",
    },
    "sqs": {"QueueUrl": "{}", "QueueName": "{}"},
    "ssm": {"Name": "parameter/{}", "Names": "parameter/{}"},
    "wafv2": {"ARN": "{}", "WebACLArn": "{}", "ResourceARN": "{}"},
    "xray": {"GroupARN": "{}", "GroupName": "group/{}/*", "ResourceARN": "{}"},
}
# What a call creates, where its name is not the whole ARN.
CREATED: dict[tuple[str, str], str] = {
    ("acm", "RequestCertificate"): "certificate/*",
    ("elasticloadbalancing", "CreateLoadBalancer"): "loadbalancer/*/{Name}/*",
    ("elasticloadbalancing", "CreateTargetGroup"): "targetgroup/{Name}/*",
    ("servicediscovery", "CreateService"): "service/*",
}
# Services whose lists and descriptions know resources; the others describe everything or nothing, but for some calls.
DESCRIBED = {"amplify", "cloudwatch", "dynamodb", "ecr", "ecs", "elasticache", "events", "logs", "rds", "ssm"}
DESCRIBED_TOO = {("sns", "ListSubscriptionsByTopic"), ("servicediscovery", "ListInstances")}
# Services that look at every resource a request names.
ALL_NAMED = {"rds"}
# Actions without a resource, though the request names one.
WITHOUT = {
    ("amplify", "CreateApp"),
    ("ecs", "DeregisterTaskDefinition"),
    ("ecs", "DescribeTaskDefinition"),
    ("ecs", "ListServices"),
    ("ecs", "ListTasks"),
    ("elasticloadbalancing", "DescribeTags"),
    ("servicediscovery", "ListTagsForResource"),
    ("servicediscovery", "TagResource"),
    ("servicediscovery", "UntagResource"),
}
# What is meant where a parameter is left out.
DEFAULTS = {"cluster": "default", "GroupName": "default"}


def of(call: Call, service: str, account: str, region: str) -> list[str]:
    """The ARNs, for a service given by the prefix of its actions."""
    finder = FINDERS.get(service)
    found = finder(call, account, region) if finder else _named(call, service, account, region)
    return list(dict.fromkeys(found)) or [EVERYTHING]


def _named(call: Call, service: str, account: str, region: str) -> Iterator[str]:
    key = (service, call.operation)
    listing = LISTS.match(call.operation) and "Tag" not in call.operation
    if key in WITHOUT or (listing and service not in DESCRIBED and key not in DESCRIBED_TOO):
        return
    base = f"arn:aws:{service}:{region}:{account}:"
    if "DashboardName" in call.parameters or "DashboardNames" in call.parameters:
        base = f"arn:aws:{service}::{account}:"  # dashboards belong to no region
    if key in CREATED:
        yield base + _filled(CREATED[key], "", call.parameters)
        return
    for parameter, template in NAMED.get(service, {}).items():
        values = call.parameters.get(parameter)
        if not values or not isinstance(values, (str, list)):
            continue
        for one in [values] if isinstance(values, str) else values:
            value = one if isinstance(one, str) else next(text for name, text in one.items() if name.endswith("Arn"))
            end = _filled(template, _bare(service, value), call.parameters)
            yield value if value.startswith("arn:") else base + end
        if service not in ALL_NAMED:
            return
    if service not in NAMED:
        yield from _arns(call.parameters, service)


def _filled(template: str, value: str, parameters: dict[str, Any]) -> str:
    """The end of an ARN."""

    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        if not name:
            return value
        other = parameters.get(name) or DEFAULTS.get(name, "")
        return str(other).rsplit("/", 1)[-1]

    return re.sub(r"\{(\w*)\}", put, template)


def _bare(service: str, value: str) -> str:
    """The name in a queue's URL, or of a parameter, whose ARN has one slash less; ids that say what they are of."""
    if service == "servicediscovery":
        return f"namespace/{value}" if value.startswith("ns-") else f"service/{value}"
    return value.rsplit("/", 1)[-1] if service == "sqs" else value.lstrip("/") if service == "ssm" else value


def _arns(value: Any, service: str) -> Iterator[str]:
    """Any ARN of the service at the top of the request."""
    for item in value.values():
        for one in item if isinstance(item, list) else [item]:
            if isinstance(one, str) and one.startswith(f"arn:aws:{service}:"):
                yield one
