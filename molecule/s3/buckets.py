# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at all buckets, as a client that is not ours, and prints what it sees as JSON."""

from __future__ import annotations

import json

import boto3


def look(s3, bucket: str) -> dict:
    """The settings of a bucket."""
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {
        "blocked": s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
        "ownership": s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"][0][
            "ObjectOwnership"
        ],
        "encryption": encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "policy": s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "tags": {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]},
        "versioning": s3.get_bucket_versioning(Bucket=bucket).get("Status"),
        "log_bucket": s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled", {}).get("TargetBucket"),
        "metrics": s3.list_bucket_metrics_configurations(Bucket=bucket).get("MetricsConfigurationList", []),
        "origins": origins(s3, bucket),
        "lifecycle": {rule["ID"]: rule for rule in rules},
    }


def origins(s3, bucket: str) -> list[str]:
    try:
        rules = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    except s3.exceptions.ClientError:
        return []
    return [origin for rule in rules for origin in rule["AllowedOrigins"]]


if __name__ == "__main__":
    client = boto3.client("s3", region_name="us-east-1")
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    print(json.dumps({name: look(client, name) for name in names}))
