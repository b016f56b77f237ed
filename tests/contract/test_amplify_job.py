# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs of a branch: started, followed, gone back from; and which job is which."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module


class Frontend:
    """An app with a branch of which two commits were published."""

    def __init__(self, emulator: t.Any):
        self.emulator, self.amplify = emulator, emulator.client("amplify")
        made = self.amplify.create_app(name="web", repository="https://github.com/sdt/web", accessToken="x" * 20)
        self.app = made["app"]["appId"]
        self.amplify.create_branch(appId=self.app, branchName="main")

    def job(self, **options: t.Any) -> dict[str, t.Any]:
        check = options.pop("check", False)
        return run_module(self.emulator.url, "amplify_job", {"app": "web", "branch": "main", **options}, check=check)

    def jobs(self) -> list[tuple[str, str]]:
        found = self.amplify.list_jobs(appId=self.app, branchName="main")["jobSummaries"]
        return [(one["commitId"], one["status"]) for one in found]


@pytest.fixture
def frontend(emulator: t.Any) -> Frontend:
    return Frontend(emulator)


def test_going_back_goes_on_back(frontend: Frontend) -> None:
    for commit in ("a1", "b2", "c3"):
        assert frontend.job(commit=commit)["steps"] == {"BUILD": "SUCCEED", "DEPLOY": "SUCCEED", "VERIFY": "SUCCEED"}
    assert frontend.job(previous=True, check=True)["commit"] == "b2" and len(frontend.jobs()) == 3
    assert frontend.job(previous=True)["commit"] == "b2"
    assert frontend.job(previous=True)["commit"] == "a1", "and not to c3, which was gone back from"
    with pytest.raises(ModuleFailed, match="There is nothing to go back to"):
        frontend.job(previous=True)
    assert [commit for commit, _status in frontend.jobs()] == ["a1", "b2", "c3", "b2", "a1"]


def test_one_that_is_under_way_is_followed_or_stands_in_the_way(frontend: Frontend) -> None:
    frontend.emulator.times("real", scale=0.01)
    started = frontend.amplify.start_job(appId=frontend.app, branchName="main", jobType="RELEASE", commitId="a1")
    with pytest.raises(ModuleFailed, match="for another commit"):
        frontend.job(commit="b2")
    done = frontend.job(commit="a1")
    assert (done["job"], done["status"]) == (started["jobSummary"]["jobId"], "SUCCEED")
    assert not frontend.job(commit="a1")["changed"]


def test_what_is_not_there_is_said(frontend: Frontend) -> None:
    for options, said in (
        ({"branch": "next"}, "The app has no branch next"),
        ({"app": "nothing"}, "The Amplify app nothing does not exist"),
        ({"job": "7"}, "has no good job 7; the last ones are: none"),
    ):
        with pytest.raises(ModuleFailed, match=said):
            frontend.job(check=True, **options)
