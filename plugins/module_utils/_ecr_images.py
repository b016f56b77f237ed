# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Images of a repository, and which of them were released when.

The registry is the record of releases: a release that went well gives its image the tag keep-release-<number>, one that
was rolled back from the tag withdrawn-<number> as well. What a service was started with counts as its first. Lifecycle
rules leave images with keep-* alone, so what runs and what could be gone back to is never deleted.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound

RELEASED = "keep-release-"
WITHDRAWN = "withdrawn-"
NO_REPOSITORY = ("RepositoryNotFoundException",)
_SHOWN = 5  # tags a message names


class Release(t.NamedTuple):
    """A release that went well; withdrawn when it was rolled back from."""

    number: int
    digest: str
    tags: list[str]
    withdrawn: bool


class Images:
    """The images of one repository, newest first."""

    def __init__(self, repository: str, uri: str, found: t.Iterable[State]):
        self.repository = repository
        self.uri = uri
        self._images = sorted(
            found, key=lambda one: (str(one.get("imagePushedAt", "")), one["imageDigest"]), reverse=True
        )

    def with_tag(self, tag: str) -> State:
        """The image with this tag; raises NotFound, which names the newest tags."""
        found = next((one for one in self._images if tag in _tags(one)), None)
        return found or self._missing(f"no image with the tag {tag}")

    def with_digest(self, digest: str) -> State:
        found = next((one for one in self._images if one["imageDigest"] == digest), None)
        return found or self._missing(f"no image with the digest {digest}")

    def of(self, reference: str) -> State | None:
        """The image a task definition names, by tag or digest; None where it is of another registry, or gone."""
        return named(self._images, self.uri, reference) if is_of(self.uri, reference) else None

    @property
    def releases(self) -> list[Release]:
        """The releases, the last one first."""
        found = []
        for image in self._images:
            withdrawn = _numbers(image, WITHDRAWN)
            for number in _numbers(image, RELEASED):
                found.append(Release(number, image["imageDigest"], own_tags(image), number in withdrawn))
        return sorted(found, reverse=True)

    def numbered(self, number: int) -> Release:
        """The release of this number; raises NotFound, which names those there are."""
        found = next((one for one in self.releases if one.number == number), None)
        if found is None:
            known = ", ".join(str(one.number) for one in self.releases[:_SHOWN]) or "none"
            raise NotFound(f"Repository {self.repository} has no release {number}; the last ones are: {known}.")
        return found

    def current(self, reference: str) -> Release | None:
        """The release whose image a task definition names; None where that was never released."""
        image = self.of(reference)
        return next((one for one in self.releases if image and one.digest == image["imageDigest"]), None)

    def unmarked(self, reference: str) -> dict[str, State]:
        """The tag, with the digest, that keeps an image which runs without a release; {} where none is needed."""
        image = self.of(reference)
        if image is None or _numbers(image, RELEASED):
            return {}
        return {f"{RELEASED}{self.next_number}": {"digest": image["imageDigest"]}}

    def before(self, reference: str) -> Release:
        """The last good release of another image before the one that runs; raises NotFound where there is none."""
        image, current = self.of(reference), self.current(reference)
        last: dict[str, Release] = {}  # of each image, which decides whether it is good
        for one in self.releases:
            other = image is None or one.digest != image["imageDigest"]
            good = not last.setdefault(one.digest, one).withdrawn
            if other and good and (current is None or one.number < current.number):
                return one
        raise NotFound(
            f"There is nothing to go back to: repository {self.repository} has no good release before {reference}. "
            "Release an image by its tag with deploy.yml."
        )

    @property
    def next_number(self) -> int:
        return max((one.number for one in self.releases), default=0) + 1

    def _missing(self, what: str) -> t.NoReturn:
        known = [tag for one in self._images for tag in own_tags(one)][:_SHOWN]
        newest = f"its newest tags are {', '.join(known)}" if known else "it has no images with tags"
        raise NotFound(f"Repository {self.repository} has {what}; {newest}. Push the image first, or correct the name.")


def is_of(uri: str, reference: str) -> bool:
    """Whether a reference names an image of this repository, whether it is there or not."""
    return re.match(re.escape(uri) + r"([:@]|$)", reference) is not None


def named(described: t.Iterable[State], uri: str, reference: str) -> State | None:
    """Which of the images of this repository a reference to it names."""
    name, _separator, digest = reference.partition("@")
    tag = name[len(uri) :].lstrip(":") or "latest"
    return next((one for one in described if (one["imageDigest"] == digest if digest else tag in _tags(one))), None)


def registry(aws: Aws) -> str:
    """What the names of all images of the account and region begin with."""
    return f"{aws.account}.dkr.ecr.{aws.region}.{aws.dns_suffix}/"


def described(aws: Aws, repository: str) -> list[State] | None:
    """The images of the repository as AWS describes them; None where there is no such repository."""
    return aws.read("ecr", "describe_images", "imageDetails", missing=NO_REPOSITORY, repositoryName=repository)


def images(aws: Aws, repository: str) -> Images:
    """The images of the repository; raises NotFound where there is no such repository."""
    found = described(aws, repository)
    if found is None:
        raise NotFound(f"Repository {repository} does not exist in {aws.region}. Run site.yml, which makes it, first.")
    return Images(repository, registry(aws) + repository, found)


def findings(aws: Aws, repository: str, digest: str) -> State | None:
    """What the scan of an image found, with status, counts by severity and names; None where it was never scanned.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
    """
    answer = aws.read(
        "ecr",
        "describe_image_scan_findings",
        missing=("ScanNotFoundException", "ImageNotFoundException"),
        fresh=True,
        repositoryName=repository,
        imageId={"imageDigest": digest},
    )
    if answer is None:
        return None
    found = answer.get("imageScanFindings") or {}
    return {
        "status": (answer.get("imageScanStatus") or {}).get("status", ""),
        "counts": dict(found.get("findingSeverityCounts") or {}),
        "names": {one.get("name", ""): one.get("severity", "") for one in found.get("findings") or []},
    }


def excess(found: State, limits: t.Mapping[str, int]) -> list[str]:
    """Which limits the findings are over, one sentence each. Pure."""
    told = []
    for severity, most in sorted((str(name).upper(), int(number)) for name, number in limits.items()):
        count = found["counts"].get(severity, 0)
        if count > most:
            names = sorted(name for name, its in found["names"].items() if its == severity and name)[:_SHOWN]
            told.append(
                f"{count} findings of severity {severity}, allowed are {most}"
                + (f" ({', '.join(names)})" * bool(names))
            )
    return told


def own_tags(image: State) -> list[str]:
    """The tags its builder gave it."""
    return [tag for tag in sorted(_tags(image)) if not tag.startswith((RELEASED, WITHDRAWN))]


def check_limits(limits: t.Mapping[str, t.Any]) -> None:
    """Refuse limits that are none."""
    known = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED", "UNTRIAGED")
    for severity, most in limits.items():
        if str(severity).upper() not in known or not str(most).isdigit():
            raise InfraError(f"max_findings: {severity}: {most} is no limit; give one of {', '.join(known)} a number.")


def _tags(image: State) -> list[str]:
    return image.get("imageTags") or []


def _numbers(image: State, prefix: str) -> set[int]:
    texts = [tag[len(prefix) :] for tag in _tags(image) if tag.startswith(prefix)]
    return {int(text) for text in texts if text.isdigit()}
