# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The bucket policy computed from what the user wants of it."""

from __future__ import annotations

import typing as t

Statement = dict[str, t.Any]

RECEIVERS = ("alb", "flow_logs", "s3")


class Place(t.NamedTuple):
    """Where a bucket is, as its policy speaks of it."""

    bucket: str
    partition: str
    region: str
    account: str

    @property
    def arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    def source(self, service: str, resource: str) -> dict[str, t.Any]:
        """The condition that a service acts for something of this account and region."""
        return {"ArnLike": {"aws:SourceArn": f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"}}


def document(
    place: Place,
    statements: t.Sequence[Statement] = (),
    tls_only: bool = False,
    log_delivery: t.Collection[str] = (),
    log_prefix: str = "",
    cloudfront_distributions: t.Sequence[str] = (),
) -> dict[str, t.Any]:
    """The whole policy; {} when nothing is wanted of it."""
    wanted = [_about_the_bucket(place, statement) for statement in statements]
    if tls_only:
        wanted.append(_tls_only(place))
    if cloudfront_distributions:
        wanted.append(_cloudfront(place, cloudfront_distributions))
    for receiver in RECEIVERS:
        if receiver in log_delivery:
            wanted.extend(_DELIVERIES[receiver](place, log_prefix))
    return {"Version": "2012-10-17", "Statement": wanted} if wanted else {}


def serves(policy: dict[str, t.Any] | None) -> bool:
    """Does the policy, in its canonical form, let a CloudFront distribution or anybody read objects?"""
    return any(
        statement.get("Effect") == "Allow"
        and set(statement.get("Action", [])) & {"s3:GetObject", "s3:Get*", "s3:*", "*"}
        and ("*" in str(statement.get("Principal")) or "cloudfront" in str(statement.get("Principal")))
        for statement in (policy or {}).get("Statement", [])
    )


def _about_the_bucket(place: Place, statement: Statement) -> Statement:
    if "Resource" in statement or "NotResource" in statement:
        return statement
    return {**statement, "Resource": [place.arn, f"{place.arn}/*"]}


def _tls_only(place: Place) -> Statement:
    """https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-ssl-requests-only.html"""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [place.arn, f"{place.arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _cloudfront(place: Place, distributions: t.Sequence[str]) -> Statement:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"""
    return {
        "Sid": "CloudFrontRead",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"{place.arn}/*",
        "Condition": {"StringEquals": {"aws:SourceArn": list(distributions)}},
    }


def _alb(place: Place, prefix: str) -> list[Statement]:
    """One service principal for all regions; the accounts of older regions are no longer needed.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    return [
        {
            "Sid": "LoadBalancerLogDelivery",
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{place.arn}/{prefix}AWSLogs/{place.account}/*",
            "Condition": place.source("elasticloadbalancing", "loadbalancer/*"),
        }
    ]


def _flow_logs(place: Place, prefix: str) -> list[Statement]:
    """With both of these EC2 has no reason to change the policy itself when a flow log is created.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    """
    principal = {"Service": "delivery.logs.amazonaws.com"}
    account = {"aws:SourceAccount": place.account}
    source = place.source("logs", "*")
    return [
        {
            "Sid": "AWSLogDeliveryWrite",
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:PutObject",
            # the second is where Hive-compatible prefixes put them
            "Resource": [
                f"{place.arn}/{prefix}AWSLogs/{place.account}/*",
                f"{place.arn}/{prefix}AWSLogs/aws-account-id={place.account}/*",
            ],
            "Condition": {"StringEquals": {**account, "s3:x-amz-acl": "bucket-owner-full-control"}, **source},
        },
        {
            "Sid": "AWSLogDeliveryAclCheck",
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": place.arn,
            "Condition": {"StringEquals": account, **source},
        },
    ]


def _s3(place: Place, prefix: str) -> list[Statement]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"""
    return [
        {
            "Sid": "S3ServerAccessLogs",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{place.arn}/{prefix}*",
            "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
        }
    ]


_DELIVERIES: dict[str, t.Callable[[Place, str], list[Statement]]] = {"alb": _alb, "flow_logs": _flow_logs, "s3": _s3}
