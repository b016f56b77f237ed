# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What nobody declares any more is listed, and removed only when that is confirmed; nothing else is."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from account import contents
from runs import Run, playbook, register_images
from walks import converged, edited, nothing_to_do, operations, site

SEARCH = {"search-service": {"service_port": 3005, "service_path": "/search", "service_priority": 50}}


def prune(emulator: t.Any, *arguments: str) -> Run:
    return playbook(emulator.url, "playbooks/prune.yml", "dev", *arguments)


def strays(run: Run) -> list[str]:
    """The lines of what was listed."""
    (listed,) = (one["answer"]["strays"] for one in run.results if "List what nobody" in one["task"])
    return list(listed)


@pytest.mark.long
def test_what_is_left_over_is_listed_and_removed_when_confirmed(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    converged(emulator, "dev", "sdt-dev")
    assert strays(prune(emulator).must_succeed()) == []
    kept = contents(emulator)

    # A service, an address and a parameter group that are declared, then not any more; and what is not ours to remove.
    site(emulator, edited(tmp_path, "dev", services=SEARCH)).must_succeed()
    register_images(emulator, "sdt-dev", services=("search-service",))
    site(emulator, edited(tmp_path, "dev", services=SEARCH), "--limit", "search-service").must_succeed()
    ours = {"Project": "sdt", "Environment": "dev", "ManagedBy": "ansible", "Component": "database"}
    tags = [{"Key": name, "Value": value} for name, value in ours.items()]
    rds = emulator.client("rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="sdt-dev-postgres14", DBParameterGroupFamily="postgres14", Description="old", Tags=tags
    )
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="sdt-dev-old-files")
    s3.put_bucket_tagging(Bucket="sdt-dev-old-files", Tagging={"TagSet": tags})
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="/ecs/sdt-dev/somebody", tags={"Owner": "somebody"})
    logs.create_log_group(logGroupName="/ecs/sdt-prod/old", tags={**ours, "Environment": "prod"})

    emulator.clear()
    part = prune(emulator, "-e", "confirm=dev", "--limit", "auth-service,account")
    assert "without --limit" in part.failures[-1]
    refused = prune(emulator)
    assert refused.returncode != 0 and "confirm=dev" in refused.failures[-1]
    assert operations(emulator) == []
    listed = strays(refused)
    for part in (
        "ecs:service search-service (of search-service",
        "ecr:scanning-filter sdt-dev/search-service",
        "is not empty: it holds 1 image",
        "iam:role sdt-dev-search-service-task",
        "logs:log-group /ecs/sdt-dev/search-service (of search-service, made 20",
        "rds:pg sdt-dev-postgres14 (of database",
        "s3:bucket sdt-dev-old-files (of database, only by hand)",
    ):
        assert any(part in one for one in listed), (part, listed)
    assert not any("somebody" in one or "sdt-prod" in one for one in listed)
    assert all("search-service" in one or "postgres14" in one or "old-files" in one for one in listed), listed

    full = prune(emulator, "-e", "confirm=dev")
    assert "is not empty" in full.failures[-1], "images are not lost by the way"
    ecr = emulator.client("ecr")
    images = ecr.list_images(repositoryName="sdt-dev/search-service")["imageIds"]
    ecr.batch_delete_image(repositoryName="sdt-dev/search-service", imageIds=images)
    prune(emulator, "-e", "confirm=dev").must_succeed()
    left = contents(emulator) - kept
    expected = {"bucket sdt-dev-old-files", "log group /ecs/sdt-dev/somebody", "log group /ecs/sdt-prod/old"}
    ended = ("task definition ", "snapshot ", "key ")
    assert {one for one in left if not one.startswith(ended)} == expected
    assert kept - contents(emulator) == set()
    assert site(emulator, "dev").must_succeed().fields == {"update dashboard sdt-dev-ecs": ["body"]}
    nothing_to_do(emulator, "dev")
