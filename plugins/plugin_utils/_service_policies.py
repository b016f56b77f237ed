# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What a service may do in AWS: just what it uses."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

_VERSION = "2012-10-17"
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
_READ = ["s3:GetObject"]
_WRITE = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
_TRACE = [
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
]
_EXECUTE = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]


def service_policies(settings: dict[str, t.Any]) -> dict[str, dict[str, t.Any]]:
    """The inline policies of the execution role, with which ECS starts tasks, and of the task role of containers.

    Each role has one policy at most: every further one is another request in every run. settings are those of the
    filter service_task, made whole.
    """
    arns = _Arns(settings)
    roles = {"execution": _execution(settings, arns), "task": _task(settings, arns)}
    return {
        role: {"service": {"Version": _VERSION, "Statement": statements}} if statements else {}
        for role, statements in roles.items()
    }


def tasks_trust(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    """The trust policy of both roles: the tasks of this account, so that no other account can use them through ECS."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": settings["account"]}},
    }
    return {"Version": _VERSION, "Statement": [statement]}


class _Arns:
    """ARNs in the partition, region and account of the service."""

    def __init__(self, settings: dict[str, t.Any]):
        self.start = f"arn:{settings['partition']}"
        self.region = settings["region"]
        self.place = f"{self.region}:{settings['account']}"
        self.suffix = "amazonaws.com.cn" if settings["partition"] == "aws-cn" else "amazonaws.com"

    def repository(self, name: str) -> str:
        return f"{self.start}:ecr:{self.place}:repository/{name}"

    def log_group(self, name: str) -> str:
        return f"{self.start}:logs:{self.place}:log-group:{name}"

    def secret(self, name: str) -> str:
        # AWS adds six characters to the name, which are not known before.
        return name if name.startswith("arn:") else f"{self.start}:secretsmanager:{self.place}:secret:{name}-??????"

    def key(self, name: str) -> str:
        return name if name.startswith("arn:") else f"{self.start}:kms:{self.place}:{name}"

    def service(self, name: str) -> str:
        return f"{name}.{self.region}.{self.suffix}"

    def bucket(self, name: str) -> str:
        return f"{self.start}:s3:::{name}"


def _execution(settings: dict[str, t.Any], arns: _Arns) -> list[dict[str, t.Any]]:
    statements = [
        _allow("Login", ["ecr:GetAuthorizationToken"], "*"),
        _allow("Pull", _PULL, arns.repository(settings["repository"])),
        _allow("Log", _LOG, f"{arns.log_group(settings['log_group'])}:*"),
    ]
    secrets = [
        *([settings["database_secret"]] if settings["database"] else []),
        *([settings["secret"]] if settings["secrets"] else []),
    ]
    if secrets:
        statements.append(_allow("Secrets", ["secretsmanager:GetSecretValue"], [arns.secret(one) for one in secrets]))
    if secrets and settings["kms_key"]:
        key = _allow("Key", ["kms:Decrypt"], arns.key(settings["kms_key"]))
        statements.append({**key, "Condition": {"StringEquals": {"kms:ViaService": arns.service("secretsmanager")}}})
    return statements


def _task(settings: dict[str, t.Any], arns: _Arns) -> list[dict[str, t.Any]]:
    statements = []
    for purpose, bucket in settings["buckets"].items():
        statements.extend(_bucket(purpose, bucket, arns.bucket(bucket["name"])))
    if settings["buckets"] and settings["bucket_kms_key"]:
        statements.append(_buckets_key(settings["buckets"].values(), settings["bucket_kms_key"], arns))
    if settings["tracing"]:
        statements.append(_allow("Trace", _TRACE, "*"))
    if settings["execute_command"]:
        group = arns.log_group(settings["log_group"])
        statements.append(_allow("Execute", [*_EXECUTE, "logs:DescribeLogGroups"], "*"))
        statements.append(_allow("LogCommands", [*_LOG, "logs:DescribeLogStreams"], f"{group}:*"))
    return statements


def _bucket(purpose: str, bucket: dict[str, t.Any], arn: str) -> list[dict[str, t.Any]]:
    access = bucket.get("access", "read")
    if access not in ("read", "write"):
        raise AnsibleFilterError(f"The access to the bucket {purpose} has to be read or write, not {access!r}.")
    prefix = bucket.get("prefix") or ""
    name = "".join(part.capitalize() for part in purpose.replace("_", "-").split("-"))
    listing = _allow(f"List{name}", ["s3:ListBucket"], arn)
    if prefix:
        listing["Condition"] = {"StringLike": {"s3:prefix": [f"{prefix}*"]}}
    objects = _READ + (_WRITE if access == "write" else [])
    return [listing, _allow(f"Use{name}", sorted(objects), f"{arn}/{prefix}*")]


def _buckets_key(buckets: t.Collection[dict[str, t.Any]], key: str, arns: _Arns) -> dict[str, t.Any]:
    """The key through S3, for these buckets: S3 names the bucket, or an object where the bucket has no key."""
    writes = any(bucket.get("access") == "write" for bucket in buckets)
    within = [arn for bucket in buckets for arn in (arns.bucket(bucket["name"]), f"{arns.bucket(bucket['name'])}/*")]
    return {
        **_allow("UseBucketsKey", ["kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])], arns.key(key)),
        "Condition": {
            "StringEquals": {"kms:ViaService": arns.service("s3")},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": within},
        },
    }


def _allow(name: str, actions: list[str], resources: str | list[str]) -> dict[str, t.Any]:
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources}
