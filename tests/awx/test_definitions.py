# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything the role controller gives to modules is an option of theirs, with a value they take."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import typing as t

import pytest
import yaml
from ansible_collections.sdt.infra.plugins.plugin_utils import _controller
from test_configure import DEFINITIONS, missing

ROOT = pathlib.Path(__file__).resolve().parents[2]
TASKS = sorted((ROOT / "roles" / "controller" / "tasks").glob("*.yml"))
pytestmark = pytest.mark.skipif(missing, reason="awx.awx is in the package ansible 12, which is for Python 3.11")

ENVIRONMENT = _controller.Environment(
    prefix="sdt-prod",
    has=["sleep", "replica", "standby", "fleet"],
    protected=True,
    groups={"services": ["auth-service"], "buckets": ["user-uploads"]},
    names={
        "organization": "SDT",
        "project": "sdt",
        "inventory": "sdt-prod",
        "fleet": "fleet",
        "execution_environment": "ee",
        "notification": "messages",
    },
    credentials=["sdt-prod AWS"],
    time_zone="UTC",
    forks=0,
    slices=1,
)
MADE = _controller.Definitions(
    *(DEFINITIONS[name][f"controller_{name}"] for name in ("verbs", "workflows", "schedules"))
)
FIELDS = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list}


def tasks() -> list[tuple[str, dict[str, t.Any]]]:
    """Module and options of each task of the role."""
    found = []
    for path in TASKS:
        for task in yaml.safe_load(path.read_text()):
            module = re.match(r"{{ controller_collection }}\.(\w+)$", str(task.get("action", "")))
            if module and isinstance(task["args"], dict):
                found.append((module.group(1), task["args"]))
    return found


def objects() -> list[tuple[str, dict[str, t.Any]]]:
    """Module and options of each object that is worked out."""
    types = yaml.safe_load((ROOT / "roles" / "controller" / "defaults" / "main.yml").read_text())[
        "controller_credential_types"
    ]
    return [
        *(("job_template", one) for one in _controller.job_templates(MADE, ENVIRONMENT)),
        *(("workflow_job_template", one) for one in _controller.workflows(MADE, ENVIRONMENT, {})),
        *(("schedule", one) for one in _controller.schedules(MADE, ENVIRONMENT)),
        *(("role", one) for one in _controller.grants(MADE, ENVIRONMENT)),
        *(("credential_type", _controller.credential_type(one)) for one in types),
    ]


@pytest.fixture(scope="module")
def documented() -> dict[str, dict[str, t.Any]]:
    """The options of each module, as its documentation has them."""
    modules = sorted({f"awx.awx.{module}" for module, _options in [*tasks(), *objects()]})
    command = [str(pathlib.Path(sys.executable).parent / "ansible-doc"), "-j", *modules]
    said = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    return {name.rpartition(".")[2]: one["doc"]["options"] for name, one in said.items()}


def test_tasks_give_what_modules_take(documented: dict[str, dict[str, t.Any]]) -> None:
    assert len(tasks()) >= 10
    assert [(module, name) for module, given in tasks() for name in given if name not in documented[module]] == []


def test_objects_have_what_modules_take(documented: dict[str, dict[str, t.Any]]) -> None:
    for module, given in objects():
        for name, value in given.items():
            option = documented[module][name]
            assert isinstance(value, FIELDS[option["type"]]), (given["name"], name)
            assert not option.get("choices") or value in option["choices"], (given["name"], name)


def test_nodes_have_what_the_module_takes(documented: dict[str, dict[str, t.Any]]) -> None:
    node = documented["workflow_job_template"]["workflow_nodes"]["suboptions"]
    for _module, given in objects():
        for one in given.get("workflow_nodes", []):
            assert set(one) <= set(node) and set(one["related"]) <= set(node["related"]["suboptions"])
            assert set(one["unified_job_template"]) <= set(node["unified_job_template"]["suboptions"])
