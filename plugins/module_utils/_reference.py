# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Names of other resources become their ids, in one place.

Wherever an option names another resource, the user gives its name or its id. A name is looked up; what does not exist
yet is a placeholder in check mode and a clear refusal otherwise.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._described import described
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned, planned


def resolve(aws: Aws, kind: str, name: str, find: t.Callable[[Aws, str], list[str]] | None = None) -> str:
    """The id (for some kinds the ARN) of the resource of this kind called name; an id is returned as it is.

    find replaces how the kind is looked up, for a module that has read all candidates already. Raises NotFound when
    there is none and InfraError when several answer to the name.
    """
    is_id, usual_find = _KINDS[kind]
    if is_planned(name) or is_id.match(name):
        return name
    found = sorted((find or usual_find)(aws, name))
    if len(found) > 1:
        raise InfraError(
            f"{len(found)} resources of kind {kind} are called {name} ({', '.join(found)}): give the id instead."
        )
    if found:
        return found[0]
    if aws.check_mode:
        return planned(kind, name)
    raise NotFound(
        f"The {kind.replace('_', ' ')} {name} does not exist in {aws.region}: create it first, or correct the name."
    )


def resolve_all(aws: Aws, kind: str, names: t.Iterable[str]) -> list[str]:
    """The ids of several resources, sorted."""
    return sorted(resolve(aws, kind, name) for name in names)


def existing(aws: Aws, kind: str, name: str) -> str | None:
    """Like resolve, but None where nothing of that name exists: for looking, not for using."""
    is_id, find = _KINDS[kind]
    if is_planned(name):
        return None
    if is_id.match(name):
        return name
    return next(iter(sorted(find(aws, name))), None)


def _ec2(operation: str, result: str, id_key: str, filter_name: str = "tag:Name", **more: list[str]) -> t.Callable:
    """Look up an EC2 resource by its Name tag or another filter, and more filters of one word."""

    def find(aws: Aws, name: str) -> list[str]:
        return [item[id_key] for item in described(aws, operation, result, {filter_name: [name], **more})]

    return find


def _elbv2(operation: str, result: str, key: str, missing: str) -> t.Callable:
    """Look up a load balancer or a target group by its name."""

    def find(aws: Aws, name: str) -> list[str]:
        found, complete = aws.read_some("elbv2", operation, result)
        if not complete:
            found = aws.read("elbv2", operation, result, missing=(missing,), Names=[name]) or []
        return [item[f"{key}Arn"] for item in found if item[f"{key}Name"] == name]

    return find


_load_balancers = _elbv2("describe_load_balancers", "LoadBalancers", "LoadBalancer", "LoadBalancerNotFound")
_target_groups = _elbv2("describe_target_groups", "TargetGroups", "TargetGroup", "TargetGroupNotFound")


def _listeners(aws: Aws, name: str) -> list[str]:
    """A listener has no name: it is <load balancer>:<port>."""
    balancer, _separator, port = name.rpartition(":")
    arn = existing(aws, "load_balancer", balancer)
    if arn is None:
        return []
    found = aws.read("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)
    return [item["ListenerArn"] for item in found or [] if str(item["Port"]) == port]


def _hosted_zones(aws: Aws, name: str) -> list[str]:
    wanted = name.rstrip(".") + "."
    answer = aws.read("route53", "list_hosted_zones_by_name", "HostedZones", DNSName=wanted)
    return [
        zone["Id"].rpartition("/")[2]
        for zone in answer or []
        if zone["Name"] == wanted and not zone["Config"].get("PrivateZone")
    ]


# A list without key types leaves elliptic curve keys out.
_KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]


def _certificates(aws: Aws, name: str) -> list[str]:
    found = aws.read(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        CertificateStatuses=["ISSUED"],
        Includes={"keyTypes": _KEY_TYPES},
    )
    return [item["CertificateArn"] for item in found or [] if item.get("DomainName") == name]


def _secrets(aws: Aws, name: str) -> list[str]:
    found = aws.read("secretsmanager", "describe_secret", missing=("ResourceNotFoundException",), SecretId=name)
    return [found["ARN"]] if found and not found.get("DeletedDate") else []


def _keys(aws: Aws, name: str) -> list[str]:
    found = aws.read("kms", "describe_key", "KeyMetadata", missing=("NotFoundException",), KeyId=name)
    return [found["Arn"]] if found else []


def _namespaces(aws: Aws, name: str) -> list[str]:
    found = aws.read("servicediscovery", "list_namespaces", "Namespaces") or []
    return [item["Id"] for item in found if item["Name"] == name]


def _task_definitions(aws: Aws, name: str) -> list[str]:
    """A family stands for its newest active revision; family:revision is a name too."""
    found = aws.read("ecs", "describe_task_definition", missing=("ClientException",), taskDefinition=name)
    return [found["taskDefinition"]["taskDefinitionArn"]] if found else []


def _amplify_apps(aws: Aws, name: str) -> list[str]:
    return [item["appId"] for item in aws.read("amplify", "list_apps", "apps") or [] if item["name"] == name]


_ARN = re.compile(r"^arn:")
_KEY_ARN = re.compile(
    r"^arn:[^:]+:kms:[^:]+:[0-9]+:key/"
)  # that of an alias is looked up, most services take keys only

# kind -> (what an id looks like, how a name is looked up)
_KINDS: dict[str, tuple[re.Pattern[str], t.Callable[[Aws, str], list[str]]]] = {
    "vpc": (re.compile(r"^vpc-[0-9a-f]+$"), _ec2("describe_vpcs", "Vpcs", "VpcId")),
    "subnet": (re.compile(r"^subnet-[0-9a-f]+$"), _ec2("describe_subnets", "Subnets", "SubnetId")),
    "security_group": (
        re.compile(r"^sg-[0-9a-f]+$"),
        _ec2("describe_security_groups", "SecurityGroups", "GroupId", "group-name"),
    ),
    "route_table": (re.compile(r"^rtb-[0-9a-f]+$"), _ec2("describe_route_tables", "RouteTables", "RouteTableId")),
    "internet_gateway": (
        re.compile(r"^igw-[0-9a-f]+$"),
        _ec2("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    ),
    "eip": (re.compile(r"^eipalloc-[0-9a-f]+$"), _ec2("describe_addresses", "Addresses", "AllocationId")),
    "nat_gateway": (
        re.compile(r"^nat-[0-9a-f]+$"),
        _ec2("describe_nat_gateways", "NatGateways", "NatGatewayId", state=["pending", "available"]),
    ),
    "load_balancer": (_ARN, _load_balancers),
    "target_group": (_ARN, _target_groups),
    "listener": (_ARN, _listeners),
    "hosted_zone": (re.compile(r"^(/hostedzone/)?Z[A-Z0-9]{5,31}$"), _hosted_zones),
    "certificate": (_ARN, _certificates),
    "secret": (_ARN, _secrets),
    "kms_key": (_KEY_ARN, _keys),
    "namespace": (re.compile(r"^ns-[a-z0-9]+$"), _namespaces),
    "amplify_app": (re.compile(r"^d[a-z0-9]{11,19}$"), _amplify_apps),
    "task_definition": (_ARN, _task_definitions),
    "role": (_ARN, lambda aws, name: [aws.arn("iam", f"role/{name.lstrip('/')}", region="")]),
    "topic": (_ARN, lambda aws, name: [aws.arn("sns", name)]),
}
