# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible_collections.sdt.infra.plugins.modules.ecs_service_image_info import Choice, choose, in_registry, newest

URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/web"
OLD = {"imageDigest": "sha256:aa", "imageTags": ["1.0"], "imagePushedAt": "2026-01-01"}
NEW = {"imageDigest": "sha256:bb", "imageTags": ["prod", "1.1"], "imagePushedAt": "2026-02-01"}
BARE = {"imageDigest": "sha256:cc", "imagePushedAt": "2026-03-01"}


@pytest.mark.parametrize(
    ("case", "choice"),
    [
        # a new service
        ({"pushed": []}, Choice(f"{URI}:latest", False, False)),
        ({"pushed": [], "tag": "1.0"}, Choice(f"{URI}:1.0", False, False)),
        ({"pushed": [NEW, OLD]}, Choice(f"{URI}@sha256:bb", True, False)),
        ({"pushed": [NEW, OLD], "tag": "1.0"}, Choice(f"{URI}@sha256:aa", True, False)),
        ({"pushed": [NEW, OLD], "image": f"{URI}:1.0"}, Choice(f"{URI}@sha256:aa", True, False)),
        ({"pushed": [NEW], "tag": "2.0"}, Choice(f"{URI}:2.0", False, False)),
        ({"pushed": [], "image": "nginx:1"}, Choice("nginx:1", True, False)),
        # one that waits for its first image
        (
            {"pushed": [], "live": f"{URI}:latest", "suspended": True, "exists": True},
            Choice(f"{URI}:latest", False, False),
        ),
        (
            {"pushed": [OLD], "live": f"{URI}:latest", "suspended": True, "exists": True},
            Choice(f"{URI}@sha256:aa", True, True),
        ),
        # one that was released meanwhile, and still has its scaling suspended
        (
            {"pushed": [OLD], "live": f"{URI}:1.0", "suspended": True, "exists": True},
            Choice(f"{URI}@sha256:aa", True, True),
        ),
        (
            {"pushed": [OLD], "live": f"{URI}@sha256:aa", "suspended": True, "exists": True},
            Choice(f"{URI}@sha256:aa", True, True),
        ),
        # one that sleeps keeps its image and its count
        ({"pushed": [NEW, OLD], "live": f"{URI}:1.0", "exists": True}, Choice(f"{URI}:1.0", True, False)),
        ({"pushed": [], "live": "nginx:1", "exists": True}, Choice("nginx:1", True, False)),
    ],
)
def test_choice(case: dict[str, t.Any], choice: Choice) -> None:
    assert choose(URI, **{"live": "", "suspended": False, **case}) == choice


def test_an_image_without_tags_is_named_by_its_digest() -> None:
    assert newest(URI, [BARE, NEW]) == f"{URI}@sha256:cc"


@pytest.mark.parametrize(
    ("image", "known"),
    [
        (URI, False),
        (f"{URI}:1.0", True),
        (f"{URI}:1", False),
        (f"{URI}@sha256:aa", True),
        (f"{URI}:1.0@sha256:bb", False),
        (f"{URI}-other:1", True),
        ("public.ecr.aws/nginx/nginx:1", True),
    ],
)
def test_registry(image: str, known: bool) -> None:
    assert in_registry(image, URI, [OLD]) is known
