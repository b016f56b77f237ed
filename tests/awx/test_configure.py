# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/configure_awx.yml against a controller: what is in it afterwards, and what was asked of it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

import ansible
import pytest
import yaml
from controller import Controller, serve

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFINITIONS = {
    name: yaml.safe_load((ROOT / "awx" / f"{name}.yml").read_text()) for name in ("verbs", "workflows", "schedules")
}
SECRET = "planted-Af93kd"
VALUES = {
    "SDT_AWX_ACCESS_KEY": "AKIAIOSFODNN7EXAMPLE",
    "SDT_AWX_SECRET_KEY": SECRET,
    "SDT_AWX_ROLE_ARN": "arn:aws:iam::123456789012:role/deploy",
}
SETTINGS = {
    "controller_image": "registry.example.org/infra:1",
    "controller_scm_url": "https://git.example.org/infra.git",
}

missing = not (pathlib.Path(ansible.__file__).parents[1] / "ansible_collections" / "awx" / "awx").is_dir()
pytestmark = pytest.mark.skipif(missing, reason="awx.awx is in the package ansible 12, which is for Python 3.11")


class World:
    """A controller, and runs of the playbook against it."""

    def __init__(self, controller: Controller, url: str):
        self.controller, self.url = controller, url

    def run(
        self, *arguments: str, environment: str = "prod", variables: dict[str, str] | None = None, **settings: t.Any
    ) -> subprocess.CompletedProcess:
        given = json.dumps({**SETTINGS, **settings})
        known = {"CONTROLLER_HOST": self.url, "CONTROLLER_OAUTH_TOKEN": "of a test"}
        self.controller.requests.clear()
        return subprocess.run(
            [
                str(pathlib.Path(sys.executable).parent / "ansible-playbook"), "playbooks/configure_awx.yml",
                "-i", f"inventories/{environment}", "-e", given, *arguments,
            ],
            cwd=ROOT,
            env={**os.environ, **known, **(VALUES if variables is None else variables)},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )  # fmt: skip

    def must_run(self, *arguments: str, **options: t.Any) -> str:
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
        return done.stdout


@pytest.fixture
def world() -> t.Iterator[World]:
    controller = Controller([f"playbooks/{path.name}" for path in (ROOT / "playbooks").glob("*.yml")])
    server = serve(controller)
    yield World(controller, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()


def few(*verbs: str) -> dict[str, t.Any]:
    """Some of the verbs, and what is made of them."""
    return {
        "controller_verbs": {verb: DEFINITIONS["verbs"]["controller_verbs"][verb] for verb in verbs},
        "controller_workflows": {},
        "controller_schedules": {},
    }


def test_an_empty_controller_is_filled_and_a_second_run_changes_nothing(world: World) -> None:
    some = few("status", "verify", "plan", "drift", "deploy", "rollback", "site", "sleep")
    some["controller_workflows"] = {
        name: DEFINITIONS["workflows"]["controller_workflows"][name] for name in ("release", "converge")
    }
    some["controller_schedules"] = DEFINITIONS["schedules"]["controller_schedules"]
    some["controller_schedules"] = {"drift at night": some["controller_schedules"]["drift at night"]}
    preview = world.must_run("--check", **some)
    assert world.controller.writes() == [] and "sdt-prod deploy" in preview

    said = world.must_run(**some)
    controller = world.controller
    made = controller.named("job_templates")
    assert set(made) == {f"sdt-prod {verb}" for verb in some["controller_verbs"]} - {"sdt-prod sleep"}, (
        "production never sleeps"
    )
    deploy = made["sdt-prod deploy"]
    assert deploy["playbook"] == "playbooks/deploy.yml" and deploy["ask_job_type_on_launch"]
    assert not deploy["allow_simultaneous"] and made["sdt-prod status"]["allow_simultaneous"]
    (service,) = [
        one for one in controller.surveys[f"job_templates/{deploy['id']}"]["spec"] if one["variable"] == "service"
    ]
    assert service["type"] == "multiselect" and "auth-service" in service["choices"]
    assert SECRET in controller.secrets and SECRET not in said
    assert controller.named("credentials")["sdt-prod AWS"]["inputs"]["secret_key"] == "$encrypted$"
    assert controller.named("schedules")["sdt-prod drift at night"]["rrule"] == (
        "DTSTART;TZID=UTC:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1"
    )
    (source,) = controller.kinds["inventory_sources"].values()
    assert source["source_path"] == "inventories/prod" and source["overwrite_vars"]

    again = world.must_run(variables={}, **some)
    assert controller.writes() == [] and "changed=0" in again
    assert "changed=0" in world.must_run("--check", variables={}, **some)


@pytest.mark.long
@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_every_verb_of_every_environment(world: World, environment: str) -> None:
    more = {"controller_fleet_path": "inventories/fleet", "controller_slices": 4}
    world.must_run(environment=environment, **more)
    verbs = {f"sdt-{environment} {verb}" for verb in DEFINITIONS["verbs"]["controller_verbs"]}
    absent = {
        "prod": ("sleep", "wake"),
        "staging": ("promote_replica", "failover_test"),
        "dev": ("promote_replica", "failover_test"),
    }
    assert set(world.controller.named("job_templates")) == verbs - {
        f"sdt-{environment} {verb}" for verb in absent[environment]
    }
    assert world.controller.named("job_templates")[f"sdt-{environment} fleet"]["job_slice_count"] == 4
    world.must_run(environment=environment, variables={}, **more)
    assert world.controller.writes() == []


def test_who_may_what(world: World) -> None:
    workflows = {"controller_workflows": {"destroy": DEFINITIONS["workflows"]["controller_workflows"]["destroy"]}}
    verbs = few("status", "site", "unprotect", "destroy")
    world.must_run(**{**verbs, **workflows})
    controller = world.controller
    teams = {one["id"]: name for name, one in controller.named("teams").items()}

    def may(kind: str, name: str, role: str) -> set[str]:
        one = controller.named(kind)[name]
        (number,) = [
            value["id"]
            for field, value in controller._shown(kind, one)["summary_fields"]["object_roles"].items()
            if field == role
        ]
        return {teams[team] for team in controller.links.get(f"roles/{number}/teams", [])}

    assert may("job_templates", "sdt-prod status", "execute_role") == {"sdt developers", "sdt engineers", "sdt owners"}
    assert may("job_templates", "sdt-prod site", "execute_role") == {"sdt engineers", "sdt owners"}
    assert may("job_templates", "sdt-prod destroy", "execute_role") == set(), "nobody destroys production alone"
    assert may("workflow_job_templates", "sdt-prod workflow destroy", "execute_role") == {"sdt engineers", "sdt owners"}
    assert may("workflow_job_templates", "sdt-prod workflow destroy", "approval_role") == {"sdt owners"}


def test_what_is_defined_no_more_is_removed_and_what_others_made_stays(world: World) -> None:
    workflow = {
        "team": "engineers",
        "description": "x",
        "nodes": {"a": {"verb": "status", "success": ["b"]}, "b": {"verb": "drift"}},
    }
    world.must_run(**{**few("status", "drift"), "controller_workflows": {"one": workflow}})
    controller = world.controller
    organization = controller.named("organizations")["SDT"]["id"]
    controller.kinds["job_templates"][999] = {
        "id": 999,
        "name": "of others",
        "organization": organization,
        "description": "",
    }
    other = {**workflow, "nodes": {"b": {"verb": "drift", "failure": ["c"]}, "c": {"verb": "status"}}}
    world.must_run(**{**few("status", "drift"), "controller_workflows": {"one": other}})
    assert set(controller.named("workflow_job_template_nodes")) == {"b", "c"}, "a node that is defined no more goes"
    controller.kinds["inventories"][998] = {
        "id": 998,
        "type": "inventory",
        "name": "sdt-prod fleet",
        "organization": organization,
        "description": "Hosts of sdt-prod fleet [sdt.infra sdt-prod]",
    }
    world.must_run(**few("status"))
    assert set(controller.named("inventories")) == {"sdt-prod"}
    assert set(controller.named("job_templates")) == {"sdt-prod status", "of others"}
    assert controller.named("workflow_job_templates") == {}


WRONG = {
    "controller_verbs": {
        "explode": {"team": "owners"},
        "status": {"team": "everybody", "survey": ["colour"]},
        "scale": {"team": "owners"},
    },
    "controller_workflows": {
        "one": {
            "team": "owners",
            "description": "x",
            "survey": {"colour": "scale"},
            "nodes": {
                "a": {"verb": "drift", "success": ["b"]},
                "c": {"verb": "scale", "set": {"reason": "x"}, "job_type": "check"},
            },
        }
    },
    "controller_schedules": {"never": {"verb": "drift", "start": "20260101T000000", "rule": "FREQ=DAILY;INTERVAL=1"}},
    "controller_image": "",
}
SAID = (
    "SDT_AWX_ACCESS_KEY, SDT_AWX_SECRET_KEY",
    "there is no playbook explode.yml",
    "colour is no option of status.yml",
    "developers, engineers, owners, not everybody",
    "scale.yml needs tasks",
    "controller_workflows, one: colour is no option of scale.yml",
    "there is no node b",
    "drift is none of controller_verbs",
    "AWX would ignore reason",
    "AWX would ignore job_type",
    "controller_schedules, never",
    "controller_image is not set in the inventory",
)


def must_refuse(world: World, done: subprocess.CompletedProcess, *said: str) -> None:
    assert done.returncode != 0 and world.controller.writes() == []
    assert [one for one in said if one not in done.stdout] == [] and "Traceback" not in done.stdout + done.stderr


def test_what_is_wrong_is_refused_before_anything_is_made(world: World) -> None:
    must_refuse(world, world.run(variables={}, **WRONG), *SAID)
    unknown = world.run(controller_colour="red", colour="red")
    must_refuse(
        world,
        unknown,
        "controller_colour is not a variable of role controller",
        "colour is no option of configure_awx.yml",
    )
    nobody = world.run(
        controller_collection="nobody.made", variables={"CONTROLLER_OAUTH_TOKEN": "", "CONTROLLER_HOST": ""}
    )
    must_refuse(
        world,
        nobody,
        "nobody.made (controller_collection) is not installed",
        "CONTROLLER_HOST is not set",
        "CONTROLLER_OAUTH_TOKEN",
    )
