# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pipelines: written out of one file, valid for GitHub and GitLab, and careful with what they are trusted with."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import pipelines

FILES = pipelines.files()
WORKFLOWS = [path for path in FILES if "github" in path]
ACTIONS = [path for path in FILES if path.endswith("action.yml")]
KINDS = {
    **dict.fromkeys(WORKFLOWS, "vendor.github-workflows"),
    **dict.fromkeys(ACTIONS, "vendor.github-actions"),
    **{path: "vendor.gitlab-ci" for path in FILES if path not in (*WORKFLOWS, *ACTIONS)},
}


def documents(path: str) -> list[dict[t.Any, t.Any]]:
    return list(yaml.safe_load_all((ROOT / path).read_text()))


def test_they_are_what_the_generator_writes() -> None:
    assert [path for path, text in FILES.items() if (ROOT / path).read_text() != text] == [], (
        "run python tools/pipelines.py"
    )


@pytest.mark.parametrize("path", FILES)
def test_they_follow_the_published_schemas(path: str, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "checked.yml"
    # The first document of a component says what it takes, and has no schema; its job is named by an input, and its
    # lists come from inputs.
    text = (ROOT / path).read_text().rpartition("---\n")[2]
    text = text.replace("needs: $[[ inputs.needs ]]", "needs: []").replace("when: $[[ inputs.when ]]", "when: manual")
    file.write_text(text)
    command = [
        str(pathlib.Path(sys.executable).parent / "check-jsonschema"),
        "--builtin-schema",
        KINDS[path],
        str(file),
    ]
    done = subprocess.run(
        [*command, *(["--data-transform", "gitlab-ci"] if "gitlab" in KINDS[path] else [])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_schema_refuses_what_is_wrong(tmp_path: pathlib.Path) -> None:
    (tmp_path / "wrong.yml").write_text("on: push\njobs: {a: {steps: [{run: x}]}}\n")
    command = [
        str(pathlib.Path(sys.executable).parent / "check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
        str(tmp_path / "wrong.yml"),
    ]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflows_trust_as_little_as_they_can(path: str) -> None:
    (workflow,) = documents(path)
    assert workflow["permissions"] == {"contents": "read"} and "pull_request_target" not in workflow["on"]
    for name, job in workflow["jobs"].items():
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        others = [one for one in used if not one.startswith(("./", "example/infra"))]
        assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in others), "a tag can be moved"
        asks = any("role" in step.get("with", {}) for step in job["steps"])
        assert (job["permissions"].get("id-token") == "write") == asks and (not asks or job["environment"]), name


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS])
def test_no_input_is_taken_for_a_command(path: str) -> None:
    (content,) = documents(path)
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    assert [step["run"] for job in jobs for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_production_is_changed_after_an_approval_only() -> None:
    (github,), (gitlab,) = documents(".github/workflows/platform.yml"), documents(".gitlab-ci.yml")
    assert (
        github["jobs"]["apply-prod"]["environment"] == "prod"
        and "apply-staging" in github["jobs"]["apply-prod"]["needs"]
    )
    assert gitlab["apply-prod"]["rules"] == [{"if": gitlab["apply-prod"]["rules"][0]["if"], "when": "manual"}]
    assert gitlab["apply-prod"]["environment"] == {"name": "prod"}
