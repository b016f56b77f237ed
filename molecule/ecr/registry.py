# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at the registry, or pushes an image, as a client that is not ours.

Usage: python registry.py show | push <repository> <tag>
"""

from __future__ import annotations

import json
import sys

import boto3

KIND = "application/vnd.docker.distribution.manifest.v2+json"


def show(ecr) -> dict:
    """Every repository by its name, and the scanning filters."""
    found = {one["repositoryName"]: one for one in ecr.describe_repositories()["repositories"]}
    for name, one in found.items():
        text = ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
        one["lifecycle"] = json.loads(text)["rules"]
        tags = ecr.list_tags_for_resource(resourceArn=one["repositoryArn"])["tags"]
        one["tags"] = {tag["Key"]: tag["Value"] for tag in tags}
    rules = ecr.get_registry_scanning_configuration()["scanningConfiguration"]["rules"]
    filters = [one["filter"] for rule in rules for one in rule["repositoryFilters"]]
    return {"repositories": found, "filters": sorted(filters)}


def push(ecr, repository: str, tag: str) -> dict:
    digest = f"sha256:{tag.encode().hex():0>64}"
    part = {"mediaType": "application/octet-stream", "size": 1, "digest": digest}
    manifest = json.dumps({"schemaVersion": 2, "mediaType": KIND, "config": part, "layers": [part]})
    return ecr.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)["image"]["imageId"]


if __name__ == "__main__":
    client = boto3.client("ecr", region_name="us-east-1")
    action = {"show": show, "push": push}[sys.argv[1]]
    print(json.dumps(action(client, *sys.argv[2:]), default=str))
