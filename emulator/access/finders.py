# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The ARNs of a call's resources, for the services whose names alone do not make them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from emulator.calls import Call

LISTS = re.compile(r"(Describe|List)(?=[A-Z])")

EC2_IDS = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "i": "instance",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
EC2_CREATED = {
    "AllocateAddress": "elastic-ip",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway",
    "CreateNetworkAcl": "network-acl",
    "CreateNetworkInterface": "network-interface",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
    "RunInstances": "instance",
}
# Calls that are about some of what they name only.
EC2_ONLY = {"CreateRoute": "rtb", "DeleteRoute": "rtb", "ReplaceRoute": "rtb"}
EC2_DESCRIBED = {"DescribeVpcAttribute"}
IAM = {
    "RoleName": ("role", "roles"),
    "UserName": ("user", "users"),
    "GroupName": ("group", "groups"),
    "InstanceProfileName": ("instance-profile", "instance_profiles"),
    "PolicyName": ("policy", "managed_policies"),
}


def _s3(call: Call, _account: str, _region: str) -> Iterator[str]:
    bucket, key = call.parameters.get("Bucket"), call.parameters.get("Key")
    if not bucket:
        return
    if call.operation == "DeleteObjects":
        names = re.findall(r"<Key>(.*?)</Key>", call.body.decode(), re.DOTALL)
        yield from (f"arn:aws:s3:::{bucket}/{html.unescape(name)}" for name in names)
    else:
        yield f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def _ec2(call: Call, account: str, region: str) -> Iterator[str]:
    if (LISTS.match(call.operation) or call.operation.startswith("Get")) and call.operation not in EC2_DESCRIBED:
        return
    base = f"arn:aws:ec2:{region}:{account}:"
    if call.operation in EC2_CREATED:
        yield f"{base}{EC2_CREATED[call.operation]}/*"
    for identifier in _strings(call.parameters):
        prefix = identifier.rpartition("-")[0]
        if prefix != EC2_ONLY.get(call.operation, prefix):
            continue
        if prefix == "rtbassoc":
            yield from (
                f"{base}{EC2_IDS[one.partition('-')[0]]}/{one}" for one in _associated(identifier, account, region)
            )
        kind = EC2_IDS.get(prefix)
        if kind and re.fullmatch(r"[a-z]+-[0-9a-f]{8,17}", identifier):
            yield f"{base}{kind}/{identifier}"


def _associated(association: str, account: str, region: str) -> Iterator[str]:
    """The ids of the route table and the subnet of an association."""
    for table in ec2_backends[account][region].route_tables.values():
        if subnet := table._associations.get(association):
            yield from (table.id, subnet)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "TagSpecifications":
                yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


def _iam(call: Call, account: str, _region: str) -> Iterator[str]:
    parameters, backend = call.parameters, iam_backends[account]["aws"]
    for parameter, (kind, collection) in IAM.items():
        name = parameters.get(parameter)
        if not name or (parameter == "PolicyName" and call.operation != "CreatePolicy"):
            continue
        known = next((one for one in getattr(backend, collection, {}).values() if one.name == name), None)
        yield known.arn if known else f"arn:aws:iam::{account}:{kind}{parameters.get('Path') or '/'}{name}"
        return
    arn = next((value for name, value in parameters.items() if name.lower().endswith("arn") and value), None)
    if arn:
        yield arn
    elif call.operation == "CreateServiceLinkedRole":
        yield f"arn:aws:iam::{account}:role/aws-service-role/{parameters.get('AWSServiceName')}/*"


def _kms(call: Call, account: str, region: str) -> Iterator[str]:
    backend = kms_backends[account][region]
    alias = call.parameters.get("AliasName")
    if alias and call.mutating:
        yield f"arn:aws:kms:{region}:{account}:{alias}"
    for name in ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId"):
        asked = call.parameters.get(name)
        if not asked:
            continue
        alias = backend.get_key_id_from_alias(backend.get_alias_name(asked))
        found = backend.keys.get(alias or backend.get_key_id(asked))
        yield found.arn if found else f"arn:aws:kms:{region}:{account}:key/{asked.rsplit('/', 1)[-1]}"


def _secretsmanager(call: Call, account: str, region: str) -> Iterator[str]:
    secrets = secretsmanager_backends[account][region].secrets
    if asked := call.parameters.get("SecretId"):
        found = secrets.get(asked) if asked in secrets else None
        ends = asked if asked.startswith("arn:") else f"arn:aws:secretsmanager:{region}:{account}:secret:{asked}"
        yield found.arn if found else ends
    elif name := call.parameters.get("Name"):
        # Six characters AWS chooses will follow.
        yield f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-??????"


def _route53(call: Call, _account: str, _region: str) -> Iterator[str]:
    identifier = call.parameters.get("HostedZoneId") or call.parameters.get("Id") or call.parameters.get("ResourceId")
    if identifier:
        kind = call.parameters.get("ResourceType") or ("change" if call.operation == "GetChange" else "hostedzone")
        yield f"arn:aws:route53:::{kind}/{identifier.rsplit('/', 1)[-1]}"


def _budgets(call: Call, account: str, _region: str) -> Iterator[str]:
    budget = call.parameters.get("BudgetName") or (call.parameters.get("Budget") or {}).get("BudgetName")
    yield f"arn:aws:budgets::{account}:budget/{budget or '*'}"


def _applicationautoscaling(call: Call, account: str, region: str) -> Iterator[str]:
    base = f"arn:aws:application-autoscaling:{region}:{account}:scalable-target/"
    if "ResourceARN" in call.parameters:
        yield call.parameters["ResourceARN"]
    elif call.mutating and (resource := call.parameters.get("ResourceId")):
        targets = applicationautoscaling_backends[account][region].targets.values()
        known = [one for by_resource in targets for name, one in by_resource.items() if name == resource]
        yield known[0].arn if known else f"{base}*"


def _sts(call: Call, _account: str, _region: str) -> Iterator[str]:
    if arn := call.parameters.get("RoleArn"):
        yield arn


FINDERS: dict[str, Callable[[Call, str, str], Iterator[str]]] = {
    "application-autoscaling": _applicationautoscaling,
    "budgets": _budgets,
    "ec2": _ec2,
    "iam": _iam,
    "kms": _kms,
    "route53": _route53,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "sts": _sts,
}
