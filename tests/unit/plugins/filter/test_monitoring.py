# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters that make alarms and dashboards of a topology."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.alarm_set import alarm_set
from ansible_collections.sdt.infra.plugins.filter.bucket_alarms import bucket_alarms
from ansible_collections.sdt.infra.plugins.filter.ecs_dashboard import ecs_dashboard
from ansible_collections.sdt.infra.plugins.filter.ecs_event_pattern import ecs_event_pattern
from ansible_collections.sdt.infra.plugins.filter.postgres_connections import postgres_connections
from ansible_collections.sdt.infra.plugins.filter.rds_dashboard import rds_dashboard
from ansible_collections.sdt.infra.plugins.filter.resource_name import resource_name
from ansible_collections.sdt.infra.plugins.filter.service_target_groups import service_target_groups

SERVICES = {"auth-service": "auth-1a2b", "sandbox-runner": ""}


def ecs(**options: t.Any) -> dict[str, t.Any]:
    return ecs_dashboard(SERVICES, cluster="sdt", region="us-east-1", **options)


def titles(body: dict[str, t.Any]) -> list[str]:
    return [
        widget["properties"].get("title") or widget["properties"]["markdown"].removeprefix("## ")
        for widget in body["widgets"]
    ]


def graph(body: dict[str, t.Any], title: str) -> dict[str, t.Any]:
    return next(widget["properties"] for widget in body["widgets"] if widget["properties"].get("title") == title)


class TestEcsDashboard:
    def test_every_service_has_a_row_with_what_it_has(self) -> None:
        shown = titles(ecs(load_balancer="front"))
        auth, sandbox = shown.index("auth-service"), shown.index("sandbox-runner")
        assert shown[auth + 1 : sandbox] == ["CPU and memory", "Tasks", "Requests and errors", "Response time"]
        assert shown[sandbox + 1 :] == ["CPU and memory", "Tasks"]

    def test_what_is_not_published_is_not_shown(self) -> None:
        assert titles(ecs(container_insights=False)) == [
            "auth-service",
            "CPU and memory",
            "sandbox-runner",
            "CPU and memory",
        ]

    def test_targets_are_lines(self) -> None:
        body = ecs(load_balancer="front", buckets=["uploads"], service_latency=10, storage_latency=20)
        line = graph(body, "Response time")["annotations"]["horizontal"]
        assert line == [{"label": "Target: 10 ms", "value": 0.01}]
        line = graph(body, "First byte, p95")["annotations"]["horizontal"]
        assert line == [{"label": "Target: 20 ms", "value": 20}]

    def test_ids_are_left_to_the_module(self) -> None:
        text = json.dumps(ecs(load_balancer="front"))
        assert "${load_balancer:front}" in text and "${target_group:auth-1a2b}" in text

    def test_widgets_fit_the_grid_and_do_not_overlap(self) -> None:
        taken: set[tuple[int, int]] = set()
        for widget in ecs(load_balancer="front", buckets=["uploads"])["widgets"]:
            for x in range(widget["x"], widget["x"] + widget["width"]):
                for y in range(widget["y"], widget["y"] + widget["height"]):
                    assert x < 24 and (x, y) not in taken
                    taken.add((x, y))


class TestRdsDashboard:
    def test_replicas_show_how_far_they_are_behind(self) -> None:
        body = rds_dashboard(["db", "replica"], region="us-east-1")
        behind = [one for one in body["widgets"] if one["properties"].get("title") == "Behind the database"]
        assert [one["properties"]["metrics"][0][-1] for one in behind] == ["replica"]

    def test_limits_are_lines(self) -> None:
        body = rds_dashboard(["db"], region="us-east-1", max_connections=100, latency=5)
        assert graph(body, "Connections")["annotations"]["horizontal"] == [{"label": "Allowed: 100", "value": 100}]
        assert graph(body, "Latency of the storage")["annotations"]["horizontal"][0]["value"] == 0.005
        assert "annotations" not in graph(rds_dashboard(["db"], region="us-east-1"), "Connections")


class TestAlarmSet:
    ALARMS: t.ClassVar = {"cpu": {"threshold": 80, "period": 60}, "lag": {"threshold": 5, "enabled": "no"}}

    def test_names_get_the_prefix_and_metrics_the_dimensions(self) -> None:
        found = alarm_set(self.ALARMS, "db-", dimensions={"Id": "db"})
        assert found["db-cpu"] == {"threshold": 80, "period": 60, "dimensions": {"Id": "db"}}

    def test_metrics_of_its_own_need_no_dimensions(self) -> None:
        found = alarm_set({"math": {"metrics": [{"id": "a"}]}}, "", dimensions={"Id": "db"})
        assert found["math"] == {"metrics": [{"id": "a"}]}

    def test_what_is_turned_off_is_removed(self) -> None:
        assert alarm_set(self.ALARMS, "")["lag"] == {"state": "absent"}
        assert alarm_set(self.ALARMS, "", {"cpu": {"enabled": False}})["cpu"] == {"state": "absent"}
        assert alarm_set(self.ALARMS, "", state="absent") == {name: {"state": "absent"} for name in self.ALARMS}

    def test_overrides_change_and_add(self) -> None:
        found = alarm_set(self.ALARMS, "", {"cpu": {"threshold": 95}, "mine": {"threshold": 1}})
        assert found["cpu"] == {"threshold": 95, "period": 60}
        assert found["mine"] == {"threshold": 1}
        assert self.ALARMS["cpu"]["threshold"] == 80

    def test_an_override_has_to_be_a_map(self) -> None:
        with pytest.raises(AnsibleFilterError, match="cpu needs a map"):
            alarm_set(self.ALARMS, "", {"cpu": 95})  # type: ignore[dict-item]


class TestBucketAlarms:
    ALARMS: t.ClassVar = {"errors": {"threshold": 5}}

    def test_every_bucket_has_them(self) -> None:
        found = bucket_alarms(["sdt-uploads-1234", "shared"], "sdt", self.ALARMS, {"errors": {"period": 60}})
        assert found == {
            f"sdt-bucket-{short}-errors": {
                "threshold": 5,
                "period": 60,
                "dimensions": {"BucketName": bucket, "FilterId": "EntireBucket"},
            }
            for short, bucket in (("uploads-1234", "sdt-uploads-1234"), ("shared", "shared"))
        }

    def test_they_go_together(self) -> None:
        found = bucket_alarms(["one"], "sdt", self.ALARMS, state="absent")
        assert found == {"sdt-bucket-one-errors": {"state": "absent"}}
        assert bucket_alarms([], "sdt", self.ALARMS) == {}


class TestEcsEventPattern:
    def test_events_and_interruptions_are_alternatives(self) -> None:
        found = ecs_event_pattern(["SERVICE_DEPLOYMENT_FAILED"], "sdt")
        services, tasks = found["$or"]
        assert found["source"] == ["aws.ecs"]
        assert services["resources"] == [{"prefix": "${ecs_services:sdt}"}]
        assert services["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}
        assert tasks["detail"]["clusterArn"] == ["${ecs_cluster:sdt}"]
        assert tasks["detail"]["stopCode"] == ["SpotInterruption"]

    def test_one_alone_is_no_alternative(self) -> None:
        assert set(ecs_event_pattern([], "sdt")) == {"source", "detail-type", "detail"}
        assert set(ecs_event_pattern(["A"], "sdt", spot=False)) == {"source", "detail-type", "resources", "detail"}

    def test_nothing_matches_nothing(self) -> None:
        assert ecs_event_pattern([], "sdt", spot=False) == {}


@pytest.mark.parametrize(
    ("instance_class", "least", "most"),
    [
        ("db.t3.micro", 60, 90),
        ("db.t3.small", 150, 200),
        ("db.m6g.large", 600, 900),
        ("db.r5.large", 1400, 1720),
        ("db.r6gd.xlarge", 2900, 3500),
        ("db.r5.4xlarge", 5000, 5000),
        ("db.r5b.large.tpc1.mem2x", 1400, 1720),
    ],
)
def test_connections_follow_from_the_memory(instance_class: str, least: int, most: int) -> None:
    assert least <= postgres_connections(instance_class) <= most


@pytest.mark.parametrize("instance_class", ["db.q9.large", "db.t3.nano", "t3.micro", ""])
def test_connections_of_an_unknown_class_are_asked_for(instance_class: str) -> None:
    with pytest.raises(AnsibleFilterError, match="give the number of connections"):
        postgres_connections(instance_class)


def test_target_groups_are_named_as_the_load_balancers_role_names_them() -> None:
    hostvars: dict[str, dict[str, t.Any]] = {
        "auth": {"service_port": "3001"},
        "runner": {"service_public": False},
        "own": {"alb_service_target_group": "mine"},
    }
    found = service_target_groups(hostvars, hostvars=hostvars, name="sdt", vpc="sdt-vpc")
    assert found == {
        "auth": resource_name("sdt-auth", 32, {"vpc": "sdt-vpc", "port": 3001}),
        "runner": "",
        "own": "mine",
    }
