# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The frontend is built and published by commit, goes back, and says why a build failed."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from runs import Run, killed_playbook, playbook
from walks import edited, nothing_to_do, operations


class World:
    """A development environment whose frontend is connected to a repository."""

    def __init__(self, emulator: t.Any, folder: pathlib.Path):
        self.emulator = emulator
        self.inventory = edited(folder, "dev", {"amplify_repository": "https://github.com/example/frontend"})
        secrets = emulator.client("secretsmanager")
        secrets.create_secret(Name="sdt-dev/amplify-token", SecretString="ghp_planted-token")
        playbook(emulator.url, "site.yml", self.inventory).must_succeed()
        self.amplify = emulator.client("amplify")
        self.app = self.amplify.list_apps()["apps"][0]["appId"]
        self.branch = self.amplify.list_branches(appId=self.app)["branches"][0]["branchName"]
        while self.jobs() and self.jobs()[0]["status"] not in ("SUCCEED", "FAILED"):
            pass  # the first build, which the site starts
        emulator.clear()

    def jobs(self) -> list[dict[str, t.Any]]:
        return self.amplify.list_jobs(appId=self.app, branchName=self.branch)["jobSummaries"]

    def run(self, *arguments: str, name: str = "deploy_frontend.yml") -> Run:
        self.emulator.clear()
        return playbook(self.emulator.url, f"playbooks/{name}", self.inventory, *arguments)

    def published(self) -> str:
        return next(job["commitId"] for job in self.jobs() if job["status"] == "SUCCEED")


@pytest.fixture
def world(emulator: t.Any, tmp_path: pathlib.Path) -> World:
    return World(emulator, tmp_path)


@pytest.mark.long
def test_commits_are_published_and_gone_back_from(world: World) -> None:
    before = len(world.jobs())
    world.run("-e", "commit=aaa1", "--check").must_succeed()
    assert operations(world.emulator) == [] and len(world.jobs()) == before
    world.run("-e", "commit=aaa1").must_succeed()
    assert operations(world.emulator) == ["amplify:StartJob"] and world.published() == "aaa1"
    again = world.run("-e", "commit=aaa1").must_succeed()
    assert operations(world.emulator) == [] and again.returncode == 0, "it is published already"

    world.run("-e", "commit=bbb2").must_succeed()
    world.emulator.builds(
        branch=world.branch, fails="BUILD", logs={"BUILD": ["npm run build", "npm ERR! no script"]}, count=1
    )
    failed = world.run("-e", "commit=ccc3")
    assert failed.returncode != 0
    assert "ended FAILED in the step BUILD. Its last lines: npm run build | npm ERR! no script" in failed.failures[0]
    assert world.published() == "bbb2", "visitors see what they saw"

    world.run("-e", "back=true", "-e", "reason=blank").must_succeed()
    assert world.published() == "aaa1"
    job = next(job["jobId"] for job in world.jobs() if job["commitId"] == "bbb2" and job["status"] == "SUCCEED")
    world.run("-e", f"job={job}").must_succeed()
    assert world.published() == "bbb2"
    refused = world.run("-e", "job=99")
    assert refused.returncode != 0 and "has no good job 99; the last ones are" in refused.failures[0]
    unknown = world.run("-e", "branch=nothing")
    assert unknown.returncode != 0 and "The app has no branch nothing" in unknown.failures[0]
    nothing_to_do(world.emulator, world.inventory)


@pytest.mark.long
def test_a_killed_run_is_followed_by_the_next(world: World) -> None:
    def sent(emulator: t.Any) -> bool:
        return "amplify:StartJob" in operations(emulator)

    before = len(world.jobs())
    world.emulator.times("real", scale=0.02)
    world.emulator.clear()
    arguments = ("-e", "commit=aaa1")
    killed_playbook(world.emulator, "playbooks/deploy_frontend.yml", world.inventory, *arguments, after=sent)
    world.run(*arguments, "-e", "lock_takeover=true").must_succeed()
    assert len(world.jobs()) == before + 1, "one job for both"
    assert world.published() == "aaa1"


@pytest.mark.long
def test_previews_are_listed_and_cleaned_up(world: World) -> None:
    for name in ("pr-7", "feature/search"):
        world.amplify.create_branch(
            appId=world.app, branchName=name, tags={"Project": "sdt", "Environment": "dev", "ManagedBy": "ansible"}
        )
    listed = world.run(name="frontend_previews.yml").must_succeed()
    assert "pr-7" in listed.output and operations(world.emulator) == []
    refused = world.run("-e", "idle_days=0", name="frontend_previews.yml")
    assert refused.returncode != 0 and operations(world.emulator) == []
    world.run("-e", "idle_days=5", "-e", "confirm=dev", name="frontend_previews.yml").must_succeed()
    assert operations(world.emulator) == [], "they are new"
    world.run("-e", "idle_days=0", "-e", "confirm=dev", name="frontend_previews.yml").must_succeed()
    left = {one["branchName"] for one in world.amplify.list_branches(appId=world.app)["branches"]}
    assert left == {world.branch}


@pytest.mark.long
def test_without_a_repository_nothing_is_built(emulator: t.Any) -> None:
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    emulator.clear()
    refused = playbook(emulator.url, "playbooks/deploy_frontend.yml", "dev")
    assert refused.returncode != 0 and "has no repository to build from" in refused.failures[0]
    assert operations(emulator) == []
