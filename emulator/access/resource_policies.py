# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The policies of resources: buckets, keys, secrets, topics, repositories, and the trust of roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.ecr.models import ecr_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends

from emulator.access.documents import Policy

# Without their policy's consent nobody uses these.
DECIDING = {"kms", "sts"}


def of(service: str, arn: str) -> tuple[str, list[Policy]]:
    """The account a resource belongs to, empty when unknown, and its policy."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return "", []
    _arn, _partition, _service, region, account, name = parts
    owner, text = FINDERS.get(service, _none)(region, account, name, arn)
    if text is None:
        return owner, []
    return owner, [Policy(arn, "resource", text if isinstance(text, str) else json.dumps(text))]


def _none(_region: str, account: str, _name: str, _arn: str) -> tuple[str, Any]:
    return account, None


def _s3(_region: str, _account: str, name: str, _arn: str) -> tuple[str, Any]:
    wanted = name.split("/", 1)[0]
    for account, backends in list(s3_backends.items()):
        bucket = backends["aws"].buckets.get(wanted)
        if bucket is not None:
            policy = bucket.policy
            return account, policy.decode() if isinstance(policy, bytes) else policy
    return "", None


def _kms(region: str, account: str, name: str, _arn: str) -> tuple[str, Any]:
    key = kms_backends[account][region].keys.get(name.rsplit("/", 1)[-1]) if name.startswith("key/") else None
    return account, key.policy if key else None


def _secretsmanager(region: str, account: str, _name: str, arn: str) -> tuple[str, Any]:
    secret = secretsmanager_backends[account][region].secrets.get(arn)
    return account, getattr(secret, "policy", None)


def _sns(region: str, account: str, _name: str, arn: str) -> tuple[str, Any]:
    topic = sns_backends[account][region].topics.get(arn)
    return account, topic.policy if topic else None


def _ecr(region: str, account: str, name: str, _arn: str) -> tuple[str, Any]:
    repository = ecr_backends[account][region].repositories.get(name.removeprefix("repository/"))
    return account, repository.policy if repository else None


def _sts(_region: str, account: str, _name: str, arn: str) -> tuple[str, Any]:
    role = next((role for role in iam_backends[account]["aws"].roles.values() if role.arn == arn), None)
    return account, role.assume_role_policy_document if role else None


FINDERS = {
    "ecr": _ecr,
    "kms": _kms,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sts": _sts,
}
