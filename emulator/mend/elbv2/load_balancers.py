# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Application Load Balancers: where they may stand, what they are called in DNS, and what their attributes may be."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from moto.elbv2.exceptions import (
    ELBClientError,
    InvalidConfigurationRequest,
    LoadBalancerNotFoundError,
    ValidationError,
)
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from emulator.clock import Stage, clock
from emulator.mend.ec2.interfaces import leaving_interfaces
from emulator.registry import mend

NAME = re.compile(r"(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)")

ATTRIBUTES = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
# What a Network Load Balancer has instead or as well.
OF_NETWORK = {
    "dns_record.client_routing_policy": "any_availability_zone",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
}
RANGES = {"idle_timeout.timeout_seconds": (1, 4000), "client_keep_alive.seconds": (60, 604800)}
CHOICES = {
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
}

# Route 53 hosted zones of the load balancers' own names; other regions get a name of the same form.
# https://docs.aws.amazon.com/general/latest/gr/elb.html
HOSTED_ZONES = {
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "sa-east-1": "Z2P70J7HTTTPLU",
}
OTHER_ZONE = "Z00000000000000000ELB"

# Who writes logs of load balancers: the service, and the account of Elastic Load Balancing in the older regions.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
LOG_SERVICE = "logdelivery.elasticloadbalancing.amazonaws.com"
LOG_ACCOUNTS = {
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "sa-east-1": "507241528517",
}


@mend(ELBv2Backend)
def create_load_balancer(
    original,
    self,
    name,
    security_groups,
    subnet_ids,
    subnet_mappings=None,
    scheme=None,
    loadbalancer_type=None,
    ip_address_type="ipv4",
    tags=None,
):
    if not NAME.fullmatch(name):
        raise ValidationError(
            f"The load balancer name '{name}' must have 1 to 32 alphanumeric characters or hyphens, must not begin or "
            "end with a hyphen, and must not begin with 'internal-'"
        )
    scheme = scheme or "internet-facing"
    wanted = [*subnet_ids, *(mapping["SubnetId"] for mapping in subnet_mappings or [])]
    subnets = _subnets(self, wanted)
    if (loadbalancer_type or "application") == "application":
        security_groups = security_groups or [self.ec2_backend.get_default_security_group(subnets[0].vpc_id).id]
        _check_groups(self, security_groups)
    for existing in self.load_balancers.values():
        if existing.name != name:
            continue
        same = (existing.scheme, sorted(existing.security_groups), sorted(subnet.id for subnet in existing.subnets))
        if same == (scheme, sorted(security_groups), sorted(wanted)):
            return existing  # AWS answers a repeated request as the first one
        raise ELBClientError(
            "DuplicateLoadBalancerName",
            f"A load balancer with the same name '{name}' exists, but with different settings",
        )
    balancer = original(
        self,
        name,
        security_groups,
        subnet_ids,
        subnet_mappings,
        scheme,
        loadbalancer_type,
        ip_address_type if ip_address_type != "dualstack-without-public-ipv4" else "dualstack",
        tags,
    )
    balancer.ip_address_type = ip_address_type
    balancer.attrs = _attributes(balancer.type)
    prefix = "internal-" if scheme == "internal" else ""
    number = mock_random.get_random_string(length=10, include_digits=True)
    number = "".join(str(ord(character) % 10) for character in number)
    balancer.dns_name = f"{prefix}{name}-{number}.{self.region_name}.elb.amazonaws.com"
    balancer.canonical_hosted_zone_id = HOSTED_ZONES.get(self.region_name, OTHER_ZONE)
    _interfaces(self, balancer)
    # Listeners and rules can be made meanwhile.
    stage = Stage("provisioning", "elbv2.load-balancer.provisioning")
    clock.begin(_group(self), balancer.arn, stage, enter=partial(setattr, balancer, "state"), last="active")
    return balancer


def _attributes(kind: str) -> dict[str, str]:
    return {**ATTRIBUTES, **(OF_NETWORK if kind == "network" else {})}


def _group(backend: ELBv2Backend) -> tuple[Any, str]:
    return backend, "load-balancer"


def _subnets(backend: ELBv2Backend, subnet_ids: list[str]) -> list[Any]:
    known = {subnet.id: subnet for zone in backend.ec2_backend.subnets.values() for subnet in zone.values()}
    for subnet_id in subnet_ids:
        if subnet_id not in known:
            raise ELBClientError("InvalidSubnet", f"The subnet ID '{subnet_id}' is not valid")
    return [known[subnet_id] for subnet_id in subnet_ids]


def _check_groups(backend: ELBv2Backend, group_ids: list[str]) -> None:
    if None in [backend.ec2_backend.get_security_group_from_id(group_id) for group_id in group_ids]:
        raise InvalidConfigurationRequest("One or more security groups are invalid")


# Network interfaces: subnets and security groups cannot be deleted while a load balancer has some of these


def _interfaces(backend: ELBv2Backend, balancer: FakeLoadBalancer) -> None:
    """One network interface in each subnet, with the balancer's groups."""
    ec2 = backend.ec2_backend
    description = "ELB " + balancer.arn.rpartition(":loadbalancer/")[2]
    mine = {eni.subnet.id: eni for eni in list(ec2.enis.values()) if eni.description == description}
    wanted = {subnet.id: subnet for subnet in balancer.subnets}
    for subnet_id in mine.keys() - wanted.keys():
        ec2.enis.pop(mine[subnet_id].id, None)
    for subnet_id in wanted.keys() - mine.keys():
        eni = ec2.create_network_interface(
            wanted[subnet_id], [], group_ids=balancer.security_groups, description=description
        )
        eni.requester_managed = True
        eni.requester_id = "amazon-elb"
        eni.status = "in-use"
        mine[subnet_id] = eni
    for subnet_id in wanted:
        mine[subnet_id]._group_set = [ec2.get_security_group_from_id(group_id) for group_id in balancer.security_groups]


def _release(backend: ELBv2Backend, balancer: FakeLoadBalancer) -> None:
    """EC2 has the network interfaces back some time after the load balancer is gone."""
    ec2 = backend.ec2_backend
    description = "ELB " + balancer.arn.rpartition(":loadbalancer/")[2]

    def remove() -> None:
        for eni in [eni for eni in list(ec2.enis.values()) if eni.description == description]:
            ec2.enis.pop(eni.id, None)

    clock.cancel(_group(backend), balancer.arn)
    clock.begin(leaving_interfaces(ec2), balancer.arn, Stage("in-use", "elbv2.load-balancer.releasing", then=remove))


@mend(ELBv2Backend)
def set_subnets(original, self, arn, subnets, subnet_mappings):
    balancer = _balancer(self, arn)
    _subnets(self, [*subnets, *(mapping["SubnetId"] for mapping in subnet_mappings)])
    zones = original(self, arn, subnets, subnet_mappings)
    _interfaces(self, balancer)
    return zones


@mend(ELBv2Backend)
def set_security_groups(original, self, arn, sec_groups):
    balancer = _balancer(self, arn)
    _check_groups(self, sec_groups)
    original(self, arn, sec_groups)
    _interfaces(self, balancer)


@mend(ELBv2Backend)
def set_ip_address_type(original, self, arn, ip_type):
    balancer = _balancer(self, arn)
    original(self, arn, "dualstack" if ip_type == "dualstack-without-public-ipv4" else ip_type)
    balancer.ip_address_type = ip_type


def _balancer(backend: ELBv2Backend, arn: str) -> FakeLoadBalancer:
    if arn not in backend.load_balancers:
        raise LoadBalancerNotFoundError
    return backend.load_balancers[arn]


# Life


@mend(ELBv2Backend)
def describe_load_balancers(original, self, arns, names):
    asked = {*(arns or []), *(names or [])}
    balancers = self.load_balancers.values()
    if not asked <= {balancer.name for balancer in balancers} | {balancer.arn for balancer in balancers}:
        raise LoadBalancerNotFoundError  # the original takes an unknown one after a known one for that
    clock.look(_group(self), *(one.arn for one in balancers if not asked or asked & {one.arn, one.name}))
    return list(original(self, arns, names))


@mend(FakeLoadBalancer)
def activate(_original, self):
    """moto's become active by being looked at; here the clock says when."""


@mend(ELBv2Backend)
def delete_load_balancer(original, self, arn):
    balancer = self.load_balancers.get(arn)
    if balancer is None:
        return  # AWS does not mind
    if balancer.attrs.get("deletion_protection.enabled") == "true":
        raise ELBClientError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    original(self, arn)
    _release(self, balancer)


# Attributes


@mend(ELBv2Backend)
def modify_load_balancer_attributes(original, self, arn, attrs):
    balancer = _balancer(self, arn)
    for key, value in attrs.items():
        if key not in _attributes(balancer.type):
            raise InvalidConfigurationRequest(f"Load balancer attribute key '{key}' is not recognized")
        _check_attribute(key, value)
    wanted = {**balancer.attrs, **attrs}
    if balancer.type == "application" and attrs.get("load_balancing.cross_zone.enabled", "true") != "true":
        raise InvalidConfigurationRequest(
            "Cross-zone load balancing cannot be turned off for Application Load Balancers"
        )
    for kind in ("access_logs", "connection_logs", "health_check_logs"):
        if wanted[f"{kind}.s3.enabled"] == "true" and any(key.startswith(kind) for key in attrs):
            _check_log_bucket(self, wanted[f"{kind}.s3.bucket"], wanted[f"{kind}.s3.prefix"])
    return original(self, arn, attrs)


def _check_attribute(key: str, value: str) -> None:
    choices = ("true", "false") if ATTRIBUTES.get(key) in ("true", "false") else CHOICES.get(key, ())
    if choices and value not in choices:
        raise ValidationError(f"'{key}' value '{value}' must be one of [{', '.join(choices)}]")
    if key in RANGES:
        least, most = RANGES[key]
        if not value.isdigit() or not least <= int(value) <= most:
            raise ValidationError(f"'{key}' value '{value}' must be between '{least}-{most}' inclusive")


def _check_log_bucket(backend: ELBv2Backend, name: str, prefix: str) -> None:
    if not name:
        raise InvalidConfigurationRequest("You must specify an S3 bucket name to enable logs")
    buckets = s3_backends[backend.account_id][get_partition(backend.region_name)].buckets
    if name not in buckets:
        raise InvalidConfigurationRequest(f"The specified bucket does not exist: {name}")
    bucket = buckets[name]
    place = f"{prefix.strip('/')}/" if prefix else ""
    target = (
        f"arn:aws:s3:::{name}/{place}AWSLogs/{backend.account_id}/elasticloadbalancing/{backend.region_name}/log.gz"
    )
    if (
        bucket.region_name != backend.region_name
        or _uses_kms(bucket)
        or not _may_write(bucket, target, backend.region_name)
    ):
        raise InvalidConfigurationRequest(f"Access Denied for bucket: {name}. Please check S3bucket permission")


def _uses_kms(bucket: Any) -> bool:
    """Load balancers can only write to buckets encrypted with S3's own keys."""
    return "aws:kms" in json.dumps(bucket.encryption or {}, default=str)


def _may_write(bucket: Any, target: str, region: str) -> bool:
    if not bucket.policy:
        return False
    statements = json.loads(bucket.policy)["Statement"]
    writers = {LOG_SERVICE, LOG_ACCOUNTS.get(region, LOG_SERVICE), f"arn:aws:iam::{LOG_ACCOUNTS.get(region)}:root"}
    return any(
        statement["Effect"] == "Allow"
        and writers & set(_named(statement.get("Principal", {})))
        and any(fnmatchcase("s3:PutObject", action) for action in _list(statement.get("Action", [])))
        and any(fnmatchcase(target, resource) for resource in _list(statement.get("Resource", [])))
        for statement in _list(statements)
    )


def _named(principal: Any) -> list[str]:
    return [name for names in principal.values() for name in _list(names)] if isinstance(principal, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
