# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers are measured by a task in each zone beside a service; nothing is left of it, and nobody sees the password."""

from __future__ import annotations

import json
import typing as t

import pytest
from harness import ModuleFailed
from test_ecs_sql_task import PASSWORD, Platform

FAMILY = "web-latency"
SQL = ["1", "Time: 9.100 ms", *[f"1\nTime: {number / 10:.3f} ms" for number in range(1, 21)]]
BUCKET = json.dumps({"target": "bucket", "ms": [float(number) for number in range(1, 21)]})


@pytest.fixture
def platform(emulator: t.Any) -> Platform:
    return Platform(emulator)


def measure(platform: Platform, **options: t.Any) -> dict[str, t.Any]:
    given = {
        "cluster": "web",
        "service": "web",
        "secret": "web/database",
        "https": {"bucket": "b.s3.us-east-1.amazonaws.com/"},
        "limits": {"database": 5, "bucket": 20},
        "samples": 20,
        "namespace": "sdt/latency",
        "environment": "sdt-test",
    }
    result = platform.run("ecs_latency_task", **{**given, **options})
    assert PASSWORD not in json.dumps(result) + json.dumps(platform.emulator.requests())
    return result


def active(platform: Platform) -> list[dict[str, t.Any]]:
    return platform.definitions("ACTIVE", FAMILY)


def test_each_zone_is_measured_and_told(platform: Platform) -> None:
    platform.emulator.tasks(family=FAMILY, logs={"sql": SQL, "https": [BUCKET]})
    found = measure(platform)
    assert found["findings"] == []
    zones = {row["zone"] for row in found["rows"]}
    assert len(zones) >= 1 and {row["target"] for row in found["rows"]} == {"bucket", "database"}
    bucket = next(row for row in found["rows"] if row["target"] == "bucket")
    assert (bucket["p95"], bucket["limit"], bucket["samples"]) == ("19.0 ms", "20 ms", 20)
    database = next(row for row in found["rows"] if row["target"] == "database")
    assert (database["p95"], database["samples"]) == ("1.9 ms", 20), "the first answer, which connects, does not count"
    assert active(platform) == []
    # CloudWatch has every sample, of all zones together and of each.
    cloudwatch = platform.emulator.client("cloudwatch")
    metrics = cloudwatch.list_metrics(Namespace="sdt/latency")["Metrics"]
    dimensions = {tuple(sorted((one["Name"], one["Value"]) for one in metric["Dimensions"])) for metric in metrics}
    assert (("Environment", "sdt-test"), ("Target", "bucket")) in dimensions
    assert any(("Target", "database") in one and len(one) == 3 for one in dimensions)
    # A task in each zone, with both containers, and the one that counts ends last.
    inactive = platform.definitions("INACTIVE", FAMILY)
    sql, https = inactive[0]["containerDefinitions"]
    assert https["dependsOn"] == [{"containerName": "sql", "condition": "COMPLETE"}] and not sql["essential"]


def test_what_takes_too_long_or_fails_is_said(platform: Platform) -> None:
    refused = json.dumps({"target": "bucket", "error": "TimeoutError: timed out"})
    platform.emulator.tasks(family=FAMILY, logs={"sql": ["Time: 1.0 ms", "Time: 7.25 ms"], "https": ["noise", refused]})
    found = measure(platform)
    said = " ".join(found["findings"])
    assert "database takes 7.2 ms in us-east-1" in said and "(p95), and 5 ms are the limit." in said
    assert "bucket could not be measured in us-east-1" in said and "TimeoutError: timed out." in said


def test_a_database_that_refuses_is_said(platform: Platform) -> None:
    platform.emulator.tasks(
        family=FAMILY,
        exitCodes={"sql": 2, "https": 0},
        logs={"sql": ["psql: error: FATAL: no pg_hba.conf entry"], "https": [BUCKET]},
    )
    found = measure(platform)
    assert any("database could not be measured" in one and "no pg_hba.conf entry" in one for one in found["findings"])
    assert active(platform) == []


def test_a_preview_runs_nothing(platform: Platform) -> None:
    platform.emulator.clear()
    assert measure(platform, check=True)["changed"]
    assert platform.emulator.mutations() == []


def test_nothing_to_borrow_is_said(platform: Platform) -> None:
    with pytest.raises(ModuleFailed, match="ECS service none does not exist in cluster web: run site.yml first."):
        measure(platform, service="none")
    with pytest.raises(ModuleFailed, match="The secret web/none does not exist in us-east-1: run site.yml first."):
        measure(platform, secret="web/none")
