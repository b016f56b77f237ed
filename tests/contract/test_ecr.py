# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of the ECR modules: images, other people's filters, and rules ECR would refuse."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed, run_module

NAME = "sdt/test"


@pytest.fixture
def repository(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "ecr_repository", {"name": NAME, **options}, check=check)

    return call


@pytest.fixture
def scanning(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(name: str, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "ecr_registry_scanning", {"filter": name, **options})

    return call


def push(emulator: t.Any, *tags: str, name: str = NAME) -> list[str]:
    """The digests of the images that get these tags."""
    digests = []
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    for tag in tags:
        digest = f"sha256:{tag.encode().hex():0>64}"
        part = {"mediaType": "application/octet-stream", "size": 1, "digest": digest}
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": part, "layers": [part]}
        answer = emulator.client("ecr").put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag)
        digests.append(answer["image"]["imageId"]["imageDigest"])
    return digests


@pytest.mark.parametrize("check", [True, False])
def test_a_repository_with_images_is_refused(emulator: t.Any, repository: t.Any, check: bool) -> None:
    repository()
    push(emulator, "1", "2")
    emulator.clear()
    with pytest.raises(ModuleFailed, match="holds 2 images.*force_delete"):
        repository(check=check, state="absent")
    assert emulator.mutations() == []


def test_images_go_with_force(emulator: t.Any, repository: t.Any) -> None:
    repository()
    push(emulator, "1")
    assert repository(state="absent", force_delete=True)["changed"]
    assert emulator.client("ecr").describe_repositories()["repositories"] == []


def test_a_set_is_described_in_one_request(emulator: t.Any) -> None:
    options = {"each": {"sdt/a": {}, "sdt/b": {}, "sdt/c": {}}}
    run_module(emulator.url, "ecr_repository", options)
    emulator.clear()
    assert not run_module(emulator.url, "ecr_repository", options)["changed"]
    assert [call["operation"] for call in emulator.requests()] == ["DescribeRepositories"]


def test_tagged_rules_name_all_tags_unless_told_otherwise(emulator: t.Any, repository: t.Any) -> None:
    result = repository(lifecycle_rules=[{"tag_status": "tagged", "keep_last": 10}])
    selection = result["repository"]["lifecycle_policy"]["rules"][0]["selection"]
    assert selection["tagPatternList"] == ["*"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {
                "lifecycle_rules": [
                    {"tag_status": "any", "keep_last": 5},
                    {"tag_status": "untagged", "expire_after_days": 1},
                ]
            },
            "has to be the last",
        ),
        (
            {"lifecycle_rules": [{"tag_status": "untagged", "tag_patterns": ["*"], "keep_last": 5}]},
            "are for tag_status tagged",
        ),
        ({"lifecycle_rules": [{"tag_status": "any"}]}, "keep_last, expire_after_days"),
        ({"encryption": {"kms_key": "alias/a"}}, "needs the encryption type KMS"),
    ],
)
def test_what_ecr_would_refuse_is_refused_in_check_mode(repository: t.Any, options: t.Any, said: str) -> None:
    with pytest.raises(ModuleFailed, match=said):
        repository(check=True, **options)


# -- scanning


def filters(emulator: t.Any) -> dict[str, list[str]]:
    rules = emulator.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]["rules"]
    return {rule["scanFrequency"]: [one["filter"] for one in rule["repositoryFilters"]] for rule in rules}


def test_filters_of_others_stay(emulator: t.Any, scanning: t.Any) -> None:
    scanning("theirs/*", scan_type="ENHANCED", frequency="CONTINUOUS_SCAN")
    scanning("ours/*")
    assert filters(emulator) == {"CONTINUOUS_SCAN": ["theirs/*"], "SCAN_ON_PUSH": ["ours/*"]}
    scanning("ours/*", frequency="CONTINUOUS_SCAN")
    assert filters(emulator) == {"CONTINUOUS_SCAN": ["theirs/*", "ours/*"]}
    scanning("ours/*", state="absent")
    assert filters(emulator) == {"CONTINUOUS_SCAN": ["theirs/*"]}
    configuration = emulator.client("ecr").get_registry_scanning_configuration()["scanningConfiguration"]
    assert configuration["scanType"] == "ENHANCED"


def test_several_filters_in_one_call(emulator: t.Any) -> None:
    options = {"each": {"sdt/a": {}, "sdt/b": {}}}
    run_module(emulator.url, "ecr_registry_scanning", options)
    assert filters(emulator) == {"SCAN_ON_PUSH": ["sdt/a", "sdt/b"]}
    assert not run_module(emulator.url, "ecr_registry_scanning", options)["changed"]
