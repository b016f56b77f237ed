# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ECR: lifecycle policies, immutable tags, scanning, and images pushed through its own API."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "sdt/service"
PLAIN = '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}'


@pytest.fixture
def ecr(emulator):
    client = emulator.client("ecr")
    client.create_repository(
        repositoryName=NAME,
        imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[
            {"filterType": "WILDCARD", "filter": "latest*"},
            {"filterType": "WILDCARD", "filter": "*-cache"},
        ],
        tags=[{"Key": "Owner", "Value": "platform"}],
    )
    return client


def manifest(ecr, content=b"layer"):
    """Push a layer as Docker does and describe an image that has it."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    asked = ecr.batch_check_layer_availability(repositoryName=NAME, layerDigests=[digest])
    if not asked["layers"] or asked["layers"][0]["layerAvailability"] != "AVAILABLE":
        upload = ecr.initiate_layer_upload(repositoryName=NAME)["uploadId"]
        ecr.upload_layer_part(
            repositoryName=NAME, uploadId=upload, partFirstByte=0, partLastByte=len(content) - 1, layerPartBlob=content
        )
        ecr.complete_layer_upload(repositoryName=NAME, uploadId=upload, layerDigests=[digest])
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    part = {"mediaType": "application/octet-stream", "size": len(content), "digest": digest}
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "config": part, "layers": [part]})


def push(ecr, tag, content=b"layer"):
    return ecr.put_image(repositoryName=NAME, imageManifest=manifest(ecr, content), imageTag=tag)["image"]


def test_a_pushed_image_has_the_digest_of_its_manifest(ecr):
    text = manifest(ecr)
    image = ecr.put_image(repositoryName=NAME, imageManifest=text, imageTag="1")["image"]
    assert image["imageId"]["imageDigest"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    listed = ecr.list_images(repositoryName=NAME)["imageIds"]
    assert listed == [image["imageId"]]


def test_a_tag_moves_only_where_a_filter_says_so(ecr):
    push(ecr, "1.0")
    with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException):
        push(ecr, "1.0", b"other")
    push(ecr, "lates")
    with pytest.raises(ecr.exceptions.ImageTagAlreadyExistsException):
        push(ecr, "lates", b"other")
    for tag in ("latest", "arm-cache"):
        push(ecr, tag)
        moved = push(ecr, tag, b"other")["imageId"]["imageDigest"]
        found = ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": tag}])["imageDetails"]
        assert [image["imageDigest"] for image in found] == [moved]


def test_a_repository_with_images_stays_unless_forced(ecr):
    push(ecr, "1")
    with pytest.raises(ecr.exceptions.RepositoryNotEmptyException):
        ecr.delete_repository(repositoryName=NAME)
    ecr.delete_repository(repositoryName=NAME, force=True)
    assert ecr.describe_repositories()["repositories"] == []


def expire(priority, status, kind="imageCountMoreThan", number=10, **selection):
    selection = {"tagStatus": status, "countType": kind, "countNumber": number, **selection}
    return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}


UNTAGGED = expire(2, "untagged", "sinceImagePushed", 7, countUnit="days")


@pytest.mark.parametrize(
    "rules",
    [
        [expire(1, "tagged")],
        [expire(1, "tagged", tagPatternList=["*"], tagPrefixList=["v"])],
        [expire(1, "tagged", tagPatternList=["*-*-*-*-*-*"])],
        [expire(1, "untagged", tagPatternList=["*"])],
        [expire(1, "untagged", "sinceImagePushed")],
        [expire(1, "untagged", countUnit="days")],
        [expire(1, "any"), UNTAGGED],
        [expire(2, "any"), UNTAGGED],
        [expire(1, "untagged"), UNTAGGED],
    ],
)
def test_a_lifecycle_policy_ecr_would_refuse_is_refused(ecr, rules):
    with pytest.raises(ecr.exceptions.InvalidParameterException):
        ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=json.dumps({"rules": rules}))


def test_a_sound_lifecycle_policy_is_kept(ecr):
    text = json.dumps({"rules": [expire(1, "tagged", tagPatternList=["*"]), UNTAGGED, expire(3, "any", number=500)]})
    ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=text)
    assert json.loads(ecr.get_lifecycle_policy(repositoryName=NAME)["lifecyclePolicyText"]) == json.loads(text)


def test_scanning_rules_have_bounds(ecr):
    every = [{"filter": "*", "filterType": "WILDCARD"}]
    with pytest.raises(ClientError):
        ecr.put_registry_scanning_configuration(
            scanType="BASIC", rules=[{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": every}]
        )
    with pytest.raises(ClientError):
        ecr.put_registry_scanning_configuration(
            scanType="BASIC", rules=[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": every}] * 2
        )
    rules = [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": every}]
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=rules)
    assert ecr.get_registry_scanning_configuration()["scanningConfiguration"] == {"scanType": "BASIC", "rules": rules}


def test_an_authorization_token_is_for_this_registry(ecr):
    found = ecr.get_authorization_token()["authorizationData"][0]
    assert base64.b64decode(found["authorizationToken"]).startswith(b"AWS:")


class TestScans:
    """Of images a filter of the registry is about; nothing is found unless somebody says so."""

    @pytest.fixture
    def ecr(self, emulator: Any) -> Any:
        ecr = emulator.client("ecr")
        for name in ("sdt/web", "other"):
            ecr.create_repository(repositoryName=name)
        ecr.put_registry_scanning_configuration(
            scanType="BASIC",
            rules=[
                {
                    "scanFrequency": "SCAN_ON_PUSH",
                    "repositoryFilters": [{"filter": "sdt/*", "filterType": "WILDCARD"}],
                }
            ],
        )
        for name in ("sdt/web", "other"):
            ecr.put_image(repositoryName=name, imageManifest=PLAIN, imageTag="1")
        return ecr

    @staticmethod
    def found(ecr: Any, name: str) -> dict[str, Any]:
        return ecr.describe_image_scan_findings(repositoryName=name, imageId={"imageTag": "1"})

    def test_nothing_is_found(self, ecr: Any) -> None:
        answer = self.found(ecr, "sdt/web")
        assert answer["imageScanStatus"]["status"] == "COMPLETE"
        assert answer["imageScanFindings"]["findingSeverityCounts"] == {}

    def test_what_a_test_says_is_found(self, emulator: Any, ecr: Any) -> None:
        emulator.scans(repository="sdt/web", tag="1", findings={"CRITICAL": ["CVE-1"], "LOW": ["CVE-2", "CVE-3"]})
        emulator.scans(repository="other", status="FAILED")
        answer = self.found(ecr, "sdt/web")["imageScanFindings"]
        assert answer["findingSeverityCounts"] == {"CRITICAL": 1, "LOW": 2}
        assert [one["name"] for one in answer["findings"]] == ["CVE-1", "CVE-2", "CVE-3"]
        emulator.reset()
        assert emulator.scans() == []

    def test_what_no_filter_is_about_was_never_scanned(self, ecr: Any) -> None:
        with pytest.raises(ecr.exceptions.ScanNotFoundException):
            self.found(ecr, "other")

    def test_a_result_that_says_nothing_known_is_refused(self, emulator: Any) -> None:
        with pytest.raises(urllib.error.HTTPError, match="400"):
            emulator.scans(colour="red")


def test_a_lifecycle_policy_deletes_images_within_a_day(emulator, ecr):
    def rule(priority, count, **selection):
        selection = {"countType": "imageCountMoreThan", "countNumber": count, **selection}
        return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}

    def tags():
        emulator.times(advance=86400)
        return sorted(
            tag for image in ecr.describe_images(repositoryName=NAME)["imageDetails"] for tag in image["imageTags"]
        )

    for number in range(6):
        push(ecr, f"v{number}", b"layer %d" % number)
    ecr.put_image(repositoryName=NAME, imageManifest=manifest(ecr, b"layer 0"), imageTag="keep-1")
    ecr.put_image(repositoryName=NAME, imageManifest=manifest(ecr, b"layer 1"), imageTag="both-1")
    text = json.dumps(
        {
            "rules": [
                rule(1, 100, tagStatus="tagged", tagPatternList=["keep-*"]),
                rule(
                    2, 100, tagStatus="tagged", tagPatternList=["both-*", "keep-*"]
                ),  # a tag for each: nothing is kept
                rule(3, 2, tagStatus="tagged", tagPatternList=["*"]),
            ]
        }
    )
    ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=text)
    assert len(ecr.describe_images(repositoryName=NAME)["imageDetails"]) == 6, "not at once"
    assert tags() == ["keep-1", "v0", "v4", "v5"]
    ecr.delete_lifecycle_policy(repositoryName=NAME)
    push(ecr, "v6", b"layer 6")
    assert "v4" in tags()
    rules = {"rules": [rule(1, 3, tagStatus="any", countType="sinceImagePushed", countUnit="days")]}
    ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=json.dumps(rules))
    tags()  # three days were over after one more
    assert tags() == []
