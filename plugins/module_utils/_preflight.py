# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Looks that find out, before anything is written, what would fail half way through.

Each look is given what the inventory needs and yields what is in the way, a sentence each. A look AWS does not allow
yields nothing; the module tells that it was left out.
"""

from __future__ import annotations

import collections
import datetime
import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError

Problems = t.Iterator[str]


class Quota(t.NamedTuple):
    """A quota that counts resources."""

    needed: str  # the option of preflight_info that says how many the environment has
    service: str
    code: str
    type: str  # as the tagging API calls what is counted
    listed: tuple[str, str, str]  # service, operation and result that list all of them


# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
QUOTAS = (
    Quota("vpcs", "vpc", "L-F678F1CE", "ec2:vpc", ("ec2", "describe_vpcs", "Vpcs")),
    Quota(
        "vpcs",
        "vpc",
        "L-A4707A72",
        "ec2:internet-gateway",
        ("ec2", "describe_internet_gateways", "InternetGateways"),
    ),
    Quota("elastic_ips", "ec2", "L-0263D0A3", "ec2:elastic-ip", ("ec2", "describe_addresses", "Addresses")),
    Quota(
        "load_balancers",
        "elasticloadbalancing",
        "L-53DA6B97",
        "elasticloadbalancing:loadbalancer",
        ("elbv2", "describe_load_balancers", "LoadBalancers"),
    ),
    Quota("databases", "rds", "L-7B6409FD", "rds:db", ("rds", "describe_db_instances", "DBInstances")),
    Quota("bucket_count", "s3", "L-DC2B2D3D", "s3", ("s3", "list_buckets", "Buckets")),
    Quota(
        "namespaces",
        "AWSCloudMap",
        "L-0FE3F50E",
        "servicediscovery:namespace",
        ("servicediscovery", "list_namespaces", "Namespaces"),
    ),
    Quota("apps", "amplify", "L-1BED97F3", "amplify:apps", ("amplify", "list_apps", "apps")),
)
ACCOUNT = "{account}"  # stands for the id of the account in names
_FARGATE = ("fargate", "L-3032A538")
_SIMULATED_AT_ONCE = 50
_ASSUMED = re.compile(r"^arn:([\w-]+):sts::(\d{12}):assumed-role/([^/]+)/")
_SOON = datetime.timedelta(minutes=15)


def ours(aws: Aws, owner: dict[str, str]) -> dict[str, int]:
    """How many resources of each type the environment has already, in one request and its pages."""
    types: collections.Counter[str] = collections.Counter()
    for arn in _tags.owned(aws, owner):
        parts = arn.split(":", 5)
        kind = re.split(r"[:/]", parts[5])[0]
        types[parts[2] if parts[2] == "s3" else f"{parts[2]}:{kind}"] += 1
    return dict(types)


def missing(needed: t.Mapping[str, t.Any], have: dict[str, int]) -> dict[Quota, int]:
    """How many of what each quota counts are still to be made."""
    more = {quota: needed[quota.needed] - have.get(quota.type, 0) for quota in QUOTAS}
    return {quota: number for quota, number in more.items() if number > 0}


def quotas(aws: Aws, to_make: dict[Quota, int]) -> Problems:
    """Quotas of the account that what is still to be made would exceed."""
    aws.look_ahead(lambda one: (_quota(aws, one.service, one.code), aws.read(*one.listed)), to_make)
    for one, number in to_make.items():
        quota = _quota(aws, one.service, one.code)
        used = len(aws.read(*one.listed) or [])
        if quota and used + number > quota["Value"]:
            yield (
                f"The quota {quota['QuotaName']!r} of {one.service} ({one.code}) is {quota['Value']:.0f}, {used} are "
                f"in use, and {number} more are needed: remove what is not needed, or ask AWS for more in Service "
                "Quotas."
            )


def fargate(aws: Aws, least: float, most: float) -> tuple[list[str], list[str]]:
    """(problems, warnings) about the vCPUs of tasks: least must run, most may when all services are scaled out."""
    quota = _quota(aws, *_FARGATE)
    if not quota or most <= quota["Value"]:
        return [], []
    said = f"Fargate allows {quota['Value']:.0f} vCPUs in this account (quota {_FARGATE[1]})"
    if least > quota["Value"]:
        return [f"{said}, and the services need {least:g} at least: ask AWS for more in Service Quotas."], []
    return [], [f"{said}, and all services scaled out would need {most:g}: scaling ends before."]


def rights(aws: Aws, actions: t.Sequence[str]) -> Problems:
    """Actions the caller is not allowed, as IAM's simulator says it."""
    arn = _principal(aws)
    if arn is None:
        return
    refused: list[str] = []
    for start in range(0, len(actions), _SIMULATED_AT_ONCE):
        results = aws.read(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=arn,
            ActionNames=list(actions[start : start + _SIMULATED_AT_ONCE]),
        )
        refused += [one["EvalActionName"] for one in results or [] if one["EvalDecision"] != "allowed"]
    if refused:
        yield (
            f"{arn} is not allowed {', '.join(sorted(refused))}: give it these rights, or check its permissions "
            "boundary. Where its policies name resources, which the simulation does not know, set "
            "account_preflight_rights to warn."
        )


def buckets(aws: Aws, names: t.Sequence[str]) -> Problems:
    """Bucket names somebody else has."""
    if not names:
        return
    names = [name.replace(ACCOUNT, aws.account) for name in names]
    own = {one["Name"] for one in aws.read("s3", "list_buckets", "Buckets") or []}
    others = [name for name in names if name not in own]
    for name, taken in zip(others, aws.at_once(lambda name: _is_taken(aws, name), others), strict=True):
        if taken:
            yield f"The bucket name {name} is taken by another account: choose another (s3_name)."


def _is_taken(aws: Aws, name: str) -> bool:
    """Whether somebody has a bucket of this name."""
    try:
        found = aws.read("s3", "head_bucket", Bucket=name, missing=("404", "NoSuchBucket", "NotFound"))
    except AwsError as error:
        if error.code not in ("403", "AccessDenied", "301", "PermanentRedirect"):
            raise
        return True
    return found is not None


def hosted_zone(aws: Aws, zone: str) -> Problems:
    """Whether the hosted zone is there."""
    if re.match(r"^Z[A-Z0-9]+$", zone):
        found = aws.read("route53", "get_hosted_zone", Id=zone, missing=("NoSuchHostedZone",))
    else:
        listed = aws.read("route53", "list_hosted_zones", "HostedZones") or []
        found = next((one for one in listed if one["Name"].rstrip(".") == zone.rstrip(".")), None)
    if not found:
        yield f"The hosted zone {zone} (platform_hosted_zone) is not in this account: correct it, or create the zone."


def certificate(aws: Aws, arn: str) -> Problems:
    """Whether the certificate can be used."""
    answer = aws.read("acm", "describe_certificate", CertificateArn=arn, missing=("ResourceNotFoundException",))
    if answer is None:
        yield f"The certificate {arn} (platform_certificate_arn) does not exist."
        return
    found = answer["Certificate"]
    if found["Status"] != "ISSUED":
        yield f"The certificate {arn} (platform_certificate_arn) is {found['Status']} and cannot be used yet."
    elif "NotAfter" in found and found["NotAfter"] < datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=14):
        yield f"The certificate {arn} (platform_certificate_arn) ends on {found['NotAfter']:%Y-%m-%d}: renew it first."


def key(aws: Aws, arn: str, publishers: t.Sequence[str]) -> Problems:
    """Whether the key can be used, also by CloudWatch Logs and by the services that send messages to topics.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    answer = aws.read("kms", "describe_key", KeyId=arn, missing=("NotFoundException",))
    state = "does not exist" if answer is None else f"is {answer['KeyMetadata']['KeyState']}"
    if state != "is Enabled":
        yield f"The KMS key {arn} (platform_kms_key_arn) {state}: what is encrypted with it could not be used."
        return
    policy = _policy.canonical(aws.read("kms", "get_key_policy", "Policy", KeyId=arn, PolicyName="default"))
    allowed = [one.get("Principal") or {} for one in policy["Statement"] if one["Effect"] == "Allow"]
    named = {name for principal in allowed for names in principal.values() for name in names}
    lacking = {f"logs.{aws.region}.{aws.dns_suffix}", *publishers} - named
    if lacking and "*" not in named:
        yield (
            f"The KMS key {arn} (platform_kms_key_arn) does not let {', '.join(sorted(lacking))} use it: allow these "
            "services kms:Encrypt*, kms:Decrypt*, kms:ReEncrypt*, kms:GenerateDataKey* and kms:Describe* in its policy."
        )


def ssl_policy(aws: Aws, name: str) -> Problems:
    """Whether load balancers have the policy."""
    found = aws.read("elbv2", "describe_ssl_policies", "SslPolicies", Names=[name], missing=("SSLPolicyNotFound",))
    if not found:
        yield (
            f"Load balancers have no policy {name} (alb_ssl_policy): choose one of those 'aws elbv2 "
            "describe-ssl-policies' lists."
        )


def credentials(expires: datetime.datetime | None, renewable: bool) -> Problems:
    """Whether the credentials last. expires is None for those that do not end."""
    if expires is None or renewable:
        return
    left = expires - datetime.datetime.now(datetime.UTC)
    if left < _SOON:
        yield f"The credentials end in {max(int(left.total_seconds() // 60), 0)} minutes: sign in again first."


def _quota(aws: Aws, service: str, code: str) -> dict[str, t.Any] | None:
    return aws.read(
        "service-quotas",
        "get_service_quota",
        "Quota",
        ServiceCode=service,
        QuotaCode=code,
        missing=("NoSuchResourceException",),
    )


def _principal(aws: Aws) -> str | None:
    """The user or role whose policies count; None for the account itself, which may do everything."""
    arn = aws.identity["Arn"]
    if arn.endswith(":root"):
        return None
    assumed = _ASSUMED.match(arn)
    if not assumed:
        return arn.replace(":sts:", ":iam:")
    return aws.read("iam", "get_role", "Role", RoleName=assumed[3])["Arn"]
