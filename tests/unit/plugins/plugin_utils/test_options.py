# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What playbooks take with -e: one specification, which playbooks, AWX and pipelines keep to."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
import yaml
from ansible_collections.sdt.infra.plugins.plugin_utils import _options, _survey

ROOT = pathlib.Path(__file__).resolve().parents[4]
SPECS = _options.specifications()
GROUPS = {"services": ["auth-service", "content-service"], "buckets": ["user-uploads"]}
VERBS = yaml.safe_load((ROOT / "awx" / "verbs.yml").read_text())["controller_verbs"]
# Options that name files of the machine, which jobs of AWX have no use for; and those that belong to nodes of
# workflows.
NOT_ASKED = re.compile(r"_(file|page|env|exit_code|takeover)$|^(plan_|environment_variables$|image_digest$)")


def called() -> set[str]:
    """Playbooks that docs/operating.md tells people about."""
    told = (ROOT / "docs" / "operating.md").read_text()
    return {name for cell in re.findall(r"^\| (`.*?) \|", told, re.M) for name in re.findall(r"`(\w+)`", cell)}


def test_every_playbook_people_call_is_specified_and_no_other() -> None:
    assert set(SPECS) == called()


def test_every_playbook_is_a_job_template() -> None:
    assert set(VERBS) == set(SPECS) - {"configure_awx"}, "what makes the templates runs beside the controller"


@pytest.mark.parametrize("playbook", SPECS)
def test_what_a_playbook_takes_is_read_by_it(playbook: str) -> None:
    """Each option is looked at in the playbook, in one it imports, or in the defaults of a role it uses."""
    text = _read(ROOT / "playbooks" / f"{playbook}.yml", set())
    unread = [name for name in SPECS[playbook]["options"] if not re.search(rf"\b{name}\b", text)]
    assert unread == []


def _read(path: pathlib.Path, seen: set[pathlib.Path]) -> str:
    if path in seen or not path.is_file():
        return ""
    seen.add(path)
    text = "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))
    for other in re.findall(r"([a-z_]+\.yml)", text):
        text += _read(path.parent / other, seen)
    for role in re.findall(r"sdt\.infra\.([a-z0-9_]+)", text):
        for part in ("defaults", "vars"):
            text += _read(ROOT / "roles" / role / part / "main.yml", seen)
        if (ROOT / "roles" / role).is_dir():
            text += "".join(_read(one, seen) for one in sorted((ROOT / "roles" / role / "tasks").glob("*.yml")))
    return text + (ROOT / "group_vars" / "all" / "main.yml").read_text() + "confirm"


@pytest.mark.parametrize("verb", VERBS)
def test_a_survey_asks_for_all_there_is_to_ask(verb: str) -> None:
    asked = {*VERBS[verb].get("survey", []), *VERBS[verb].get("set", {})}
    assert {name for name in SPECS[verb]["options"] if not NOT_ASKED.search(name)} <= asked


@pytest.mark.parametrize(
    ("playbook", "given", "said"),
    [
        ("deploy", {"image_tga": "1"}, "Did you mean image_tag?"),
        (
            "deploy",
            {"service": "auth"},
            "auth is none of the services of the inventory, which are auth-service, content-service",
        ),
        ("restore_objects", {"bucket": ["x"], "restore_time": "y"}, "x is none of the buckets"),
        ("status", {"status_exit_code": "two"}, "status_exit_code"),
        ("rotate_secrets", {"rotate": "all"}, "administrator"),
        ("preflight", {"reason": "x"}, "It takes none"),
    ],
)
def test_what_is_wrong_is_said(playbook: str, given: dict[str, t.Any], said: str) -> None:
    (problem,) = _options.problems(playbook, given, GROUPS)
    assert said in problem


@pytest.mark.parametrize(
    ("playbook", "given"),
    [
        (
            "deploy",
            {
                "service": ["auth-service"],
                "image_tag": "1",
                "image_digest": "",
                "awx_job_id": 1,
                "tower_user_name": "ada",
            },
        ),
        (
            "deploy",
            {
                "service": "auth-service,content-service",
                "at_once": 1,
                "service_cpu": 256,
                "rds_instance": "x",
                "ansible_connection": "local",
            },
        ),
        ("verify", {"image_tag": "1", "awx_workflow_job_id": 5}),
    ],
)
def test_what_is_right_passes(playbook: str, given: dict[str, t.Any]) -> None:
    assert list(_options.problems(playbook, given, GROUPS)) == []


def test_an_answer_of_a_workflow_is_known_to_somebody() -> None:
    (problem,) = _options.problems("verify", {"colour": "red", "awx_workflow_job_id": 5}, GROUPS)
    assert "colour" in problem


def test_a_secret_is_refused_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"variable": "KEY", "value": "planted"}
    monkeypatch.setattr("sys.argv", ["ansible-playbook", "-e", "@answers.json"])
    assert list(_options.problems("set_secret", given, GROUPS)) == []
    monkeypatch.setattr("sys.argv", ["ansible-playbook", "-e", "value=planted"])
    (problem,) = _options.problems("set_secret", given, GROUPS)
    assert "stands on the command line" in problem and "planted" not in problem


@pytest.mark.parametrize("verb", VERBS)
def test_questions_are_ones_awx_takes(verb: str) -> None:
    """What https://docs.ansible.com/projects/awx/en/24.6.1/userguide/job_templates.html#surveys says of types,
    defaults and choices.
    """
    survey = _survey.survey({name: verb for name in VERBS[verb].get("survey", [])}, GROUPS)
    for one in survey.get("spec", []):
        assert one["type"] in ("text", "password", "integer", "float", "multiplechoice", "multiselect")
        assert bool(one["choices"]) == one["type"].startswith("multi")
        if one["type"] == "multiplechoice":
            assert one["default"] in (*one["choices"], "")
        if one["type"] == "text":
            assert isinstance(one["default"], str)
        if one["type"] == "integer":
            assert one["default"] == "" or isinstance(one["default"], int)
        assert one["question_description"] and "C(" not in one["question_description"]
