# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Images of a repository: found to be released or gone back to, and marked. No module makes one, so they are pushed."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module
from test_ecr import push

NAME = "sdt/web"
URI = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{NAME}"


class Registry:
    def __init__(self, emulator: t.Any):
        self.emulator = emulator
        self.run("ecr_repository", name=NAME, tag_mutability="IMMUTABLE", tag_mutability_exclusions=["keep-*"])
        self.run("ecr_registry_scanning", filter=NAME)

    def run(self, module: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(self.emulator.url, module, options, check=check)

    def push(self, tag: str) -> str:
        (digest,) = push(self.emulator, tag, name=NAME)
        return digest

    def mark(self, tag: str, digest: str, **options: t.Any) -> dict[str, t.Any]:
        return self.run("ecr_image_tag", repository=NAME, tag=tag, digest=digest, **options)

    def find(self, **options: t.Any) -> dict[str, t.Any]:
        return self.run("ecr_image_info", repository=NAME, **options)

    def tags(self) -> dict[str, set[str]]:
        images = self.emulator.client("ecr").describe_images(repositoryName=NAME)["imageDetails"]
        return {one["imageDigest"]: set(one["imageTags"]) for one in images}


@pytest.fixture
def registry(emulator: t.Any) -> Registry:
    return Registry(emulator)


class TestTag:
    def test_it_is_predicted_set_moved_and_taken_away(self, registry: Registry) -> None:
        first, second = registry.push("1.0"), registry.push("1.1")
        registry.emulator.clear()
        preview = registry.mark("keep-a", first, check=True)
        assert registry.emulator.mutations() == []
        real = registry.mark("keep-a", first)
        assert preview["diff"] == real["diff"]
        assert registry.tags() == {first: {"1.0", "keep-a"}, second: {"1.1"}}
        assert not registry.mark("keep-a", first)["changed"]
        moved = registry.mark("keep-a", second)
        assert [one["action"] for one in moved["actions"]] == ["update"]
        assert registry.tags() == {first: {"1.0"}, second: {"1.1", "keep-a"}}
        registry.run("ecr_image_tag", repository=NAME, tag="keep-a", state="absent")
        assert registry.tags() == {first: {"1.0"}, second: {"1.1"}}
        assert not registry.run("ecr_image_tag", repository=NAME, tag="keep-a", state="absent")["changed"]

    @pytest.mark.parametrize("check", [True, False])
    def test_the_last_one_is_refused_as_the_image_goes_with_it(self, registry: Registry, check: bool) -> None:
        registry.push("1.0")
        with pytest.raises(ModuleFailed, match="the only one of image sha256:.*give it another tag first"):
            registry.run("ecr_image_tag", repository=NAME, tag="1.0", state="absent", check=check)
        assert list(registry.tags().values()) == [{"1.0"}]

    def test_one_that_may_not_move_is_refused(self, registry: Registry) -> None:
        registry.push("1.0")
        second = registry.push("1.1")
        with pytest.raises(ModuleFailed, match=r"Could not manage ECR image tag 1\.0: .*ImageTagAlreadyExists"):
            registry.mark("1.0", second)

    def test_an_image_that_is_not_there(self, registry: Registry) -> None:
        with pytest.raises(ModuleFailed, match=r"has no image sha256:0+: push it first"):
            registry.mark("keep-a", f"sha256:{0:064}")


class TestFind:
    def test_by_tag_and_by_digest(self, registry: Registry) -> None:
        digest = registry.push("1.0")
        for how in ({"tag": "1.0"}, {"digest": digest}):
            found = registry.find(**how)
            assert found["image"] == f"{URI}@{digest}"
            assert (found["tags"], found["release"], found["next_release"]) == (["1.0"], 0, 1)

    def test_what_is_not_there_is_refused_with_what_is(self, registry: Registry) -> None:
        with pytest.raises(ModuleFailed, match=r"has no image with the tag 9; it has no images with tags\. Push"):
            registry.find(tag="9")
        registry.push("1.0")
        with pytest.raises(ModuleFailed, match=r"has no image with the tag 9; its newest tags are 1\.0\. Push"):
            registry.find(tag="9")
        with pytest.raises(ModuleFailed, match=r"has no release 3; the last ones are: none"):
            registry.find(release=3)
        with pytest.raises(ModuleFailed, match=r"Repository sdt/none does not exist in us-east-1\. Run site\.yml"):
            registry.run("ecr_image_info", repository="sdt/none", tag="1")

    @pytest.mark.parametrize("how", [{}, {"tag": "1", "previous": True, "running": "x"}])
    def test_which_one_has_to_be_said_once(self, registry: Registry, how: dict[str, t.Any]) -> None:
        with pytest.raises(ModuleFailed, match="Give one of tag, digest, release, previous"):
            registry.find(**how)


class TestFindings:
    def test_more_than_allowed_are_refused_by_name(self, registry: Registry) -> None:
        registry.push("1.0")
        registry.emulator.scans(repository=NAME, findings={"CRITICAL": ["CVE-1", "CVE-2"], "LOW": ["CVE-3"]})
        with pytest.raises(
            ModuleFailed, match=r"2 findings of severity CRITICAL, allowed are 1 \(CVE-1, CVE-2\)\. Build"
        ):
            registry.find(tag="1.0", max_findings={"critical": 1})
        assert registry.find(tag="1.0", max_findings={"CRITICAL": 2})["findings"] == {"CRITICAL": 2, "LOW": 1}
        assert registry.find(tag="1.0")["findings"] == {}

    def test_an_image_that_was_never_scanned_is_refused(self, registry: Registry) -> None:
        registry.run("ecr_registry_scanning", filter=NAME, state="absent")
        registry.push("1.0")
        with pytest.raises(ModuleFailed, match="was never scanned"):
            registry.find(tag="1.0", max_findings={"CRITICAL": 0})
        assert registry.find(tag="1.0")["tags"] == ["1.0"]

    def test_a_scan_that_failed_is_no_result(self, registry: Registry) -> None:
        registry.push("1.0")
        registry.emulator.scans(repository=NAME, status="FAILED")
        with pytest.raises(ModuleFailed, match="has no result: its status is FAILED"):
            registry.find(tag="1.0", max_findings={"CRITICAL": 0})

    @pytest.mark.parametrize("limits", [{"BAD": 1}, {"HIGH": "few"}])
    def test_a_limit_that_is_none(self, registry: Registry, limits: dict[str, t.Any]) -> None:
        with pytest.raises(ModuleFailed, match="is no limit; give one of CRITICAL"):
            registry.find(tag="1.0", max_findings=limits)


class TestGoingBack:
    @pytest.fixture
    def images(self, registry: Registry) -> list[str]:
        """Three releases, and one image that never was one."""
        digests = [registry.push(tag) for tag in ("1.0", "1.1", "1.2", "1.3")]
        for number, digest in enumerate(digests[:3], start=1):
            registry.mark(f"keep-release-{number}", digest)
        return digests

    def back(self, registry: Registry, running: str, **options: t.Any) -> dict[str, t.Any]:
        return registry.find(previous=True, running=f"{URI}@{running}", **options)

    def test_to_the_release_before(self, registry: Registry, images: list[str]) -> None:
        found = self.back(registry, images[2])
        assert (found["digest"], found["release"], found["next_release"]) == (images[1], 2, 4)
        assert (found["running_release"], found["from_release"], found["from_digest"]) == (3, 3, images[2])
        assert [one["number"] for one in found["releases"]] == [3, 2, 1]

    def test_from_what_was_never_released_to_the_last_release(self, registry: Registry, images: list[str]) -> None:
        found = self.back(registry, images[3])
        assert (found["digest"], found["from_release"], found["from_digest"]) == (images[2], 0, "")

    def test_never_to_what_was_withdrawn(self, registry: Registry, images: list[str]) -> None:
        registry.mark("withdrawn-2", images[1])
        assert self.back(registry, images[2])["digest"] == images[0]

    def test_after_going_back_one_further(self, registry: Registry, images: list[str]) -> None:
        registry.mark("withdrawn-3", images[2])
        registry.mark("keep-release-4", images[1])
        found = self.back(registry, images[1], rolled_back_from=3)
        assert (found["digest"], found["from_release"]) == (images[0], 4)

    def test_one_that_was_interrupted_is_finished(self, registry: Registry, images: list[str]) -> None:
        found = self.back(registry, images[1], rolled_back_from=3)
        assert (found["digest"], found["from_release"], found["from_digest"]) == (images[1], 3, images[2])

    def test_nothing_before_is_refused(self, registry: Registry, images: list[str]) -> None:
        with pytest.raises(
            ModuleFailed, match="There is nothing to go back to: repository sdt/web has no good release"
        ):
            self.back(registry, images[0])

    def test_to_a_release_by_its_number(self, registry: Registry, images: list[str]) -> None:
        assert registry.find(release=1)["digest"] == images[0]
