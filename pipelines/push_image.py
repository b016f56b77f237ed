# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pushes an image of a service that was built and scanned, and says its digest.

Usage: python pipelines/push_image.py <image> --repository sdt-prod/content-service --tag <commit> [--role ARN]

The digest is printed last, and written as image_digest to where the next jobs of GitHub Actions (GITHUB_OUTPUT) or
GitLab CI (a file of variables, image.env) read it. The password of the registry goes to docker through its standard
input.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
"""

from __future__ import annotations

import argparse
import base64
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run_playbook


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("image", help="the image docker has, such as service:built")
    parser.add_argument(
        "--repository", required=True, help="name of the repository in ECR, such as sdt-prod/content-service"
    )
    parser.add_argument("--tag", required=True, help="its tag there, such as the commit")
    run_playbook.takes_role(parser)
    given = parser.parse_args()
    try:
        digest = pushed(given, run_playbook.pipeline(os.environ))
    except run_playbook.Refused as refused:
        print(f"Nothing was pushed. {refused}", file=sys.stderr)
        return 1
    with pathlib.Path(os.environ.get("GITHUB_OUTPUT") or "image.env").open("a", encoding="utf-8") as file:
        file.write(f"image_digest={digest}\n")
    print(digest)
    return 0


def pushed(given: argparse.Namespace, run: run_playbook.Pipeline) -> str:
    """Push it, and ask ECR for its digest; what docker says about it may be another's."""
    import boto3
    import botocore.exceptions

    region = os.environ.get("AWS_REGION") or "us-east-1"
    keys = run_playbook.credentials(given.role, run, region) if given.role else {}
    session = boto3.session.Session(
        keys.get("AWS_ACCESS_KEY_ID"),
        keys.get("AWS_SECRET_ACCESS_KEY"),
        keys.get("AWS_SESSION_TOKEN"),
        region_name=region,
    )
    ecr = session.client("ecr")
    try:
        (login,) = ecr.get_authorization_token()["authorizationData"]
        registry = login["proxyEndpoint"].partition("://")[2]
        user, _colon, password = base64.b64decode(login["authorizationToken"]).decode().partition(":")
        target = f"{registry}/{given.repository}:{given.tag}"
        _docker("login", "--username", user, "--password-stdin", registry, said=password)
        _docker("tag", given.image, target)
        _docker("push", target)
        found = ecr.describe_images(repositoryName=given.repository, imageIds=[{"imageTag": given.tag}])
    except botocore.exceptions.ClientError as error:
        raise run_playbook.Refused(f"ECR said: {error.response['Error']['Message']}.") from error
    return str(found["imageDetails"][0]["imageDigest"])


def _docker(*words: str, said: str | None = None) -> None:
    done = subprocess.run(["docker", *words], input=said, text=True, check=False)
    if done.returncode:
        raise run_playbook.Refused(f"docker {words[0]} ended with {done.returncode}.")


if __name__ == "__main__":
    sys.exit(main())
