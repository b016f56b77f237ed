# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which actions a call needs: mostly the one of its own name, with the exceptions of each service.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emulator.access import resources
from emulator.access.passing import passed_roles
from emulator.calls import Call

# The prefix of a service's actions is the name it signs with, but for these.
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
# Actions on objects that are others where a version is named.
S3_VERSIONS = ("DeleteObject", "GetObject", "GetObjectAcl", "GetObjectTagging", "PutObjectAcl", "PutObjectTagging")
ACTIONS = {
    **{("s3", operation): action for operation, action in S3_ACTIONS.items()},
    ("cloudfront", "CreateDistributionWithTags"): "CreateDistribution",
    ("lambda", "Invoke"): "InvokeFunction",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
}
# A call that tags what it creates needs the service's tagging action too.
TAGGING = {
    "acm": "AddTagsToCertificate",
    "application-autoscaling": "TagResource",
    "cloudwatch": "TagResource",
    "dynamodb": "TagResource",
    "ec2": "CreateTags",
    "ecr": "TagResource",
    "ecs": "TagResource",
    "elasticache": "AddTagsToResource",
    "elasticloadbalancing": "AddTags",
    "events": "TagResource",
    "kms": "TagResource",
    "lambda": "TagResource",
    "logs": "TagResource",
    "rds": "AddTagsToResource",
    "s3": "TagResource",
    "secretsmanager": "TagResource",
    "servicediscovery": "TagResource",
    "sns": "TagResource",
    "ssm": "AddTagsToResource",
    "wafv2": "TagResource",
}
IAM_TAGGING = {
    "CreateInstanceProfile": "TagInstanceProfile",
    "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "CreatePolicy": "TagPolicy",
    "CreateRole": "TagRole",
    "CreateUser": "TagUser",
}
# Calls anybody may make, also where a policy denies them.
FREE = {
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "GetCallerIdentity"),
    ("sts", "GetSessionToken"),
}


# Calls for many items need the actions of each, on its table.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
DYNAMODB_MANY = {
    "TransactWriteItems": {
        "Put": "PutItem",
        "Update": "UpdateItem",
        "Delete": "DeleteItem",
        "ConditionCheck": "ConditionCheckItem",
    },
    "TransactGetItems": {"Get": "GetItem"},
}


@dataclass(frozen=True)
class Need:
    """An action, the resources it has to be allowed on, and what only this action says in its conditions."""

    action: str
    resources: tuple[str, ...]
    context: dict[str, list[str]] = field(default_factory=dict)


def prefix(call: Call) -> str:
    name = call.service_model.signing_name
    return PREFIXES.get(name, name)


def needs(call: Call, account: str, region: str) -> list[Need]:
    if call.operation is None or (call.service, call.operation) in FREE:
        return []
    service = prefix(call)
    if call.operation in DYNAMODB_MANY and service == "dynamodb":
        return list(_of_each_item(call, account, region))
    own = tuple(resources.of(call, service, account, region))
    found = [Need(f"{service}:{name}", own) for name in _names(service, call)]
    found += _tagging(service, call, own)
    for arn, receiver in passed_roles(call, account):
        found.append(Need("iam:PassRole", (arn,), {"iam:PassedToService": [receiver]}))
    return found


def _of_each_item(call: Call, account: str, region: str) -> Iterator[Need]:
    for item in call.parameters.get("TransactItems", ()):
        for kind, asked in item.items():
            table = f"arn:aws:dynamodb:{region}:{account}:table/{asked.get('TableName')}"
            yield Need(f"dynamodb:{DYNAMODB_MANY[call.operation][kind]}", (table,))


def _names(service: str, call: Call) -> Iterator[str]:
    if service == "budgets" and "Tag" not in call.operation:
        yield "ModifyBudget" if call.mutating else "ViewBudget"
    elif service == "kms" and call.operation == "ReEncrypt":
        yield from ("ReEncryptFrom", "ReEncryptTo")
    elif service == "s3" and call.operation == "CopyObject":
        yield "PutObject"
    else:
        name = ACTIONS.get((service, call.operation), call.operation)
        yield f"{name}Version" if service == "s3" and name in S3_VERSIONS and _is_of_a_version(call) else name


def _is_of_a_version(call: Call) -> bool:
    return bool(call.parameters.get("VersionId")) or (
        call.operation == "DeleteObjects" and b"<VersionId>" in call.body and b"<VersionId>null" not in call.body
    )


def _tagging(service: str, call: Call, own: tuple[str, ...]) -> Iterator[Need]:
    if not call.mutating or "Tag" in call.operation or not request_tags(call.parameters):
        return
    name = IAM_TAGGING.get(call.operation) if service == "iam" else TAGGING.get(service)
    if name is not None:
        created = own[:1] if service == "ec2" else own
        if (service, name) in resources.WITHOUT:
            created = (resources.EVERYTHING,)
        # EC2 says which call creates what is tagged.
        context = {"ec2:CreateAction": [call.operation]} if service == "ec2" else {}
        yield Need(f"{service}:{name}", created, context)


def request_tags(parameters: dict[str, Any]) -> dict[str, str]:
    """The tags in a request, in any of AWS's shapes."""
    for name, value in parameters.items():
        if name == "TagSpecifications":
            return {tag["Key"]: tag.get("Value", "") for one in value for tag in one.get("Tags", ())}
        if name == "CreateBucketConfiguration":
            return request_tags(value)
        if name == "Tagging" and isinstance(value, dict):
            return {tag["Key"]: tag.get("Value", "") for tag in value.get("TagSet", ())}
        if name.lower() in ("tags", "addtags", "resourcetags", "hostedzonetags") and value:
            if isinstance(value, dict):
                return {key: str(tag) for key, tag in value.items()}
            return dict(_pair(tag) for tag in value if isinstance(tag, dict))
    return {}


def _pair(tag: dict[str, str]) -> tuple[str, str]:
    plain = {key.lower(): value for key, value in tag.items()}
    return plain.get("key", plain.get("tagkey", "")), plain.get("value", plain.get("tagvalue", ""))
