# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plan says what would be done, just that is done afterwards, and drift is told with a code of its own."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from runs import Run, playbook
from walks import operations, site

# A part of the site, cheap enough for every day; the whole is in the long walk.
LIMIT = ("--limit", "monitoring")
ALARM = "sdt-dev-database-cpu-high"


def plan(emulator: t.Any, file: pathlib.Path, *arguments: str) -> Run:
    return playbook(emulator.url, "playbooks/plan.yml", "dev", "-e", f"plan_file={file}", *arguments)


def drift(emulator: t.Any, file: pathlib.Path, *arguments: str) -> Run:
    return playbook(emulator.url, "playbooks/drift.yml", "dev", "-e", f"plan_file={file}", *arguments)


def disturb(emulator: t.Any, threshold: float) -> None:
    """Change an alarm behind our back."""
    cloudwatch = emulator.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    read_only = ("AlarmArn", "AlarmConfigurationUpdatedTimestamp", "EvaluationState")
    kept = {name: value for name, value in alarm.items() if name not in read_only and not name.startswith("State")}
    cloudwatch.put_metric_alarm(**{**kept, "Threshold": threshold})


@pytest.mark.long
def test_a_plan_of_an_empty_account_is_what_is_done(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "plan.json"
    planned = plan(emulator, file).must_succeed()
    assert emulator.mutations() == []
    content = json.loads(file.read_text())
    assert content["environment"] == "sdt-dev" and content["account"] == "123456789012"
    assert "Plan of sdt-dev:" in planned.output
    assert "<title>Plan of sdt-dev</title>" in file.with_suffix(".html").read_text()

    real = site(emulator, "dev", "-e", f"plan_file={file}").must_succeed()
    said = {(one["host"], one["kind"], one["name"]) for one in content["changes"]}
    assert said == {(host, kind, name) for host, _action, kind, name in real.actions}


def test_a_plan_is_refused_when_something_has_moved(development: t.Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "plan.json"
    disturb(development, 10)
    plan(development, file, *LIMIT).must_succeed()
    disturb(development, 20)
    development.clear()
    refused = site(development, "dev", *LIMIT, "-e", f"plan_file={file}")
    assert refused.returncode != 0
    assert operations(development) == []
    (said,) = refused.failures
    assert f"threshold of alarm {ALARM} was 10" in said and "is 20" in said

    disturb(development, 10)
    done = site(development, "dev", *LIMIT, "-e", f"plan_file={file}").must_succeed()
    assert [(action, name) for _host, action, _kind, name in done.actions] == [("update", ALARM)]
    development.clear()
    missing = site(development, "dev", *LIMIT, "-e", f"plan_file={tmp_path / 'nowhere.json'}")
    assert "cannot be read" in missing.failures[0] and operations(development) == []


def test_drift_ends_with_a_code_of_its_own_and_tells_the_topic(development: t.Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "drift.json"
    topic = next(one["TopicArn"] for one in development.client("sns").list_topics()["Topics"])
    clean = drift(development, file, *LIMIT, "-e", f"drift_topic={topic}")
    assert clean.returncode == 0 and development.mutations() == []

    disturb(development, 10)
    development.clear()
    found = drift(development, file, *LIMIT, "-e", f"drift_topic={topic}")
    assert found.returncode == 3
    assert [(one["service"], one["operation"]) for one in development.mutations()] == [("sns", "Publish")]
    (change,) = json.loads(file.read_text())["changes"]
    assert (change["name"], change["fields"]["threshold"]["before"]) == (ALARM, 10)
    assert ALARM in found.output
    site(development, "dev", *LIMIT).must_succeed()


def test_a_plan_that_is_kept_in_the_account_is_done_by_its_digest(development: t.Any, tmp_path: pathlib.Path) -> None:
    """As the nodes of a workflow do, which share no files."""
    disturb(development, 10)
    file = tmp_path / "plan.json"
    made = plan(development, file, *LIMIT, "-e", "plan_stored=true").must_succeed()
    digest = next(line for line in made.output.splitlines() if "Its digest is" in line).split()[-1].rstrip(".")
    assert len(digest) == 64

    development.clear()
    wrong = site(development, "dev", *LIMIT, "-e", f"plan_file={file}", "-e", f"plan_digest={'0' * 64}")
    assert "is not the one that was approved" in wrong.failures[0] and operations(development) == []
    absent = site(development, "dev", *LIMIT, "-e", f"plan_digest={'0' * 64}")
    assert "No plan of sdt-dev" in absent.failures[0] and operations(development) == []

    done = site(development, "dev", *LIMIT, "-e", f"plan_digest={digest}").must_succeed()
    assert [(action, name) for _host, action, _kind, name in done.actions] == [("update", ALARM)]
    moved = site(development, "dev", *LIMIT, "-e", f"plan_digest={digest}")
    assert "Something has moved since the plan" in moved.failures[0]
