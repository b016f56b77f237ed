# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever is changed behind our back is named by a preview, that and nothing else, and repaired by the next run.

What a disturbance did is known from the module that did it, called alone; what the site says comes from its roles.
"""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest
import yaml
from harness import run_module
from runs import ENVIRONMENTS, ROOT, Run, playbook
from walks import converged, nothing_to_do, operations, site

DRIFTS: list[dict[str, t.Any]] = yaml.safe_load((ROOT / "tests" / "site" / "drifts.yml").read_text())


class Drift(t.NamedTuple):
    """One field of one resource that somebody changes."""

    host: str
    module: str
    at: dict[str, t.Any]
    field: str
    options: dict[str, t.Any]  # those that change it

    def happen(self, emulator: t.Any) -> tuple[str, str, str]:
        """Change it; kind, name and field of what was changed."""
        options = {**self.at, **self.options}
        if self.field == "tags":
            options["purge_tags"] = False
        result = run_module(emulator.url, self.module, options)
        (action,) = result["actions"]
        assert (action["action"], action["fields"]) == ("update", [self.field]), action
        return action["kind"], action["name"], self.field


def drifts(emulator: t.Any, environment: str) -> list[list[Drift]]:
    """For each resource its drifts, with the names of this environment."""
    groups = emulator.client("elbv2").describe_target_groups()["TargetGroups"]
    group = next(
        one["TargetGroupName"] for one in groups if one["TargetGroupName"].startswith(f"sdt-{environment}-auth")
    )
    names = {"PREFIX": f"sdt-{environment}", "ACCOUNT": "123456789012", "TARGET_GROUP": group}
    names["OCTET"] = str(ENVIRONMENTS.index(environment))
    rules = [one["SamplingRule"] for one in emulator.client("xray").get_sampling_rules()["SamplingRuleRecords"]]
    names["PRIORITY"] = next((str(one["Priority"]) for one in rules if one["RuleName"] == names["PREFIX"]), "")

    def named(value: t.Any) -> t.Any:
        text = json.dumps(value)
        for word, name in names.items():
            text = text.replace(word, name)
        return json.loads(text)

    return [
        [
            Drift(
                one["host"], one["module"], named(one["at"]), field, named(one.get("by", {}).get(field, {field: value}))
            )
            for field, value in one["fields"].items()
        ]
        for one in DRIFTS
        if environment in one.get("only", ENVIRONMENTS)
    ]


def said(run: Run, previewed: bool) -> set[tuple[str, str, str]]:
    """(kind, name, field) of everything a run would do, or did."""
    return {
        (action["kind"], action["name"], field)
        for one in run.results
        if one["check_mode"] == previewed
        for action in one["actions"]
        for field in action["fields"]
    }


def named_and_repaired(emulator: t.Any, environment: str, wave: t.Sequence[Drift], *limit: str) -> None:
    changed = {drift.happen(emulator) for drift in wave}
    emulator.clear()
    preview = site(emulator, environment, "--check", "--diff", *limit).must_succeed()
    assert operations(emulator) == []
    assert said(preview, previewed=True) == changed
    real = site(emulator, environment, *limit).must_succeed()
    assert said(real, previewed=False) == changed


@pytest.mark.long
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_kind_of_drift_is_named_and_repaired(emulator: t.Any, environment: str) -> None:
    converged(emulator, environment, f"sdt-{environment}")
    # In each wave one field of every resource; then everything that has one more, until all are through.
    for wave in itertools.zip_longest(*drifts(emulator, environment)):
        named_and_repaired(emulator, environment, [drift for drift in wave if drift])
    nothing_to_do(emulator, environment)


@pytest.mark.long
def test_each_field_alone_is_named_and_repaired(emulator: t.Any) -> None:
    """On prod, one field of a host at a time, by a run of those hosts alone."""
    converged(emulator, "prod", "sdt-prod")
    every = [drift for resource in drifts(emulator, "prod") for drift in resource]
    hosts = [[drift for drift in every if drift.host == host] for host in dict.fromkeys(one.host for one in every)]
    for number in range(max(map(len, hosts))):
        wave = [one[number] for one in hosts if number < len(one)]
        named_and_repaired(emulator, "prod", wave, "--limit", ",".join(drift.host for drift in wave))
    nothing_to_do(emulator, "prod")


def test_drift_of_a_host_is_named_and_repaired(development: t.Any) -> None:
    """The same for a part of the site, cheap enough for every day."""
    first = [one[0] for one in drifts(development, "dev") if one[0].host == "monitoring"]
    named_and_repaired(development, "dev", first, "--limit", "monitoring")


@pytest.mark.long
def test_what_was_deleted_is_named_and_made_again(development: t.Any) -> None:
    prefix = "sdt-dev"
    gone = {
        "cloudwatch_alarm": {"name": f"{prefix}-database-cpu-high"},
        "cloudwatch_dashboard": {"name": f"{prefix}-ecs"},
        "events_rule": {"name": f"{prefix}-ecs-events"},
        "rds_event_subscription": {"name": f"{prefix}-database"},
        "elbv2_listener_rule": {"name": "auth-service", "load_balancer": prefix, "listener_ports": [80]},
        "logs_log_group": {"name": f"/ecs/{prefix}/auth-service"},
        "amplify_branch": {"name": "develop", "app": f"{prefix}-frontend"},
    }
    deleted = set()
    for module, options in gone.items():
        (action,) = run_module(development.url, module, {**options, "state": "absent"})["actions"]
        deleted.add((action["kind"], action["name"]))
    development.clear()
    preview = site(development, "dev", "--check").must_succeed()
    assert operations(development) == []
    real = site(development, "dev").must_succeed()
    for actions in (preview.previewed, real.actions):
        assert {(kind, name) for _host, action, kind, name in actions if action == "create"} == deleted
    nothing_to_do(development, "dev")


def test_what_others_own_is_left_alone(development: t.Any) -> None:
    """The number of tasks within its limits, storage that has grown, tags of AWS."""
    ecs = development.client("ecs")
    ecs.update_service(cluster="sdt-dev", service="auth-service", desiredCount=3)
    rds = development.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier="sdt-dev-postgres", AllocatedStorage=25, ApplyImmediately=True)
    clean = playbook(development.url, "playbooks/drift.yml", "dev", "--limit", "auth-service,database")
    assert clean.returncode == 0, clean.output[-3000:]
    nothing_to_do(development, "dev", "--limit", "auth-service,database")
    assert rds.describe_db_instances()["DBInstances"][0]["AllocatedStorage"] == 25
    ecs.update_service(cluster="sdt-dev", service="auth-service", desiredCount=1)
