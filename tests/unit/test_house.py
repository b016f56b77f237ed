# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Holds the house together: what every module, role and playbook must have, and what none may do."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import tarfile

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())
ENVIRONMENTS = ("dev", "staging", "prod")


def load(path: pathlib.Path) -> dict:
    return yaml.safe_load(path.read_text()) or {}


def names(paths: list[pathlib.Path]) -> list[str]:
    return [path.stem for path in paths]


def test_the_action_group_lists_every_module_that_talks_to_aws() -> None:
    actions = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")}
    assert load(ROOT / "meta" / "runtime.yml")["action_groups"]["aws"] == [
        path.stem for path in MODULES if path.stem not in actions
    ]


def test_every_module_that_talks_to_aws_may_run_in_the_worker_of_its_task() -> None:
    runtime = load(ROOT / "meta" / "runtime.yml")
    routed = runtime["plugin_routing"]["modules"]
    assert routed == {name: {"action_plugin": "sdt.infra.warm"} for name in runtime["action_groups"]["aws"]}


NO_RESOURCE = (
    "amplify_job",
    "ecs_database_user",
    "ecs_latency_task",
    "ecs_sql_task",
    "ecs_task",
    "rds_failover",
    "rds_password",
    "run_lock",
    "run_plan",
    "run_record",
    "s3_object_restore",
    "sns_message",
)  # nothing to find, compare and change, so no loop


@pytest.mark.parametrize("module", MODULES, ids=names(MODULES))
def test_a_module_goes_through_the_loop_and_the_door(module: pathlib.Path) -> None:
    text = module.read_text()
    assert "boto3.client" not in text and "boto3.session" not in text
    if module.stem in NO_RESOURCE:
        return
    assert "_ansible_check_mode" not in text and "module.check_mode" not in text, "only the loop acts on check mode"


@pytest.mark.parametrize("role", ROLES, ids=names(ROLES))
class TestRole:
    def test_it_has_what_a_role_needs(self, role: pathlib.Path) -> None:
        for name in ("README.md", "meta/argument_specs.yml", "defaults/main.yml", "tasks/main.yml"):
            assert (role / name).is_file(), name
        if role.name != "controller":  # tests/awx: what it calls is in one of the two series of ansible only
            assert (ROOT / "molecule" / role.name / "molecule.yml").is_file(), "a molecule scenario"

    def test_defaults_and_specifications_name_the_same_inputs(self, role: pathlib.Path) -> None:
        specified = {
            option
            for entry in load(role / "meta" / "argument_specs.yml")["argument_specs"].values()
            for option in entry.get("options", {})
            if option.startswith(f"{role.name}_")
        }
        assert set(load(role / "defaults" / "main.yml")) == specified

    def test_every_input_has_a_comment(self, role: pathlib.Path) -> None:
        lines = (role / "defaults" / "main.yml").read_text().splitlines()
        for number, line in enumerate(lines):
            if re.match(r"\w+:", line):
                assert lines[number - 1].startswith("#"), line

    def test_every_entry_point_with_a_file_is_specified(self, role: pathlib.Path) -> None:
        entries = load(role / "meta" / "argument_specs.yml")["argument_specs"]
        assert "main" in entries
        for entry in entries:
            assert (role / "tasks" / f"{entry}.yml").is_file(), entry

    def test_it_names_no_environment(self, role: pathlib.Path) -> None:
        words = re.compile(r"\b(dev|staging|prod)\b")
        for path in [
            *(role / "tasks").rglob("*.yml"),
            *(role / "defaults").glob("*.yml"),
            *(role / "vars").glob("*.yml"),
        ]:
            code = "\n".join(line.split("#")[0] for line in path.read_text().splitlines())
            assert not words.search(code.replace("/dev/null", "")), path

    def test_shared_variables_are_used_in_defaults_only(self, role: pathlib.Path) -> None:
        if role.name == "account":
            pytest.skip("it is the role that sets and checks them")
        for path in [*(role / "tasks").rglob("*.yml"), *(role / "vars").glob("*.yml")]:
            # platform_version is an option of ecs_service, in AWS's own words.
            assert not re.search(r"\bplatform_(?!version:)\w+", path.read_text()), path

    def test_internal_variables_are_marked(self, role: pathlib.Path) -> None:
        for path in (role / "tasks").rglob("*.yml"):
            for registered in re.findall(r"^\s*register:\s*(\S+)", path.read_text(), flags=re.MULTILINE):
                assert registered.startswith(f"__{role.name}_"), f"{path}: {registered}"


def test_environments_share_no_keys_with_what_all_share() -> None:
    shared = set(load(ROOT / "group_vars" / "all" / "main.yml"))
    for environment in ENVIRONMENTS:
        assert not shared & set(load(ROOT / "inventories" / environment / "group_vars" / "all" / "main.yml"))


def test_every_verb_is_told() -> None:
    """A playbook that others import (its first line says what for) is no verb."""
    parts = {
        "check",
        "destroy_pass",
        "gate",
        "options",
        "preview",
        "restart_pass",
        "site_pass",
        "site_planned",
        "sleep_step",
        "verify_released",
    }
    verbs = {path.stem for path in (ROOT / "playbooks").glob("*.yml")} - parts
    told = (ROOT / "docs" / "operating.md").read_text()
    assert {verb for verb in verbs if f"`{verb}`" not in told} == set()


def test_links_are_links() -> None:
    """A checkout without symbolic links (some archives, some Windows settings) must say so here and not in a play."""
    for link in (
        "collections/ansible_collections/sdt/infra",
        "playbooks/group_vars",
        *(f"inventories/{environment}/base.yml" for environment in ENVIRONMENTS),
    ):
        assert (ROOT / link).is_symlink() and (ROOT / link).exists(), link


def test_the_tarball_holds_the_collection_and_nothing_else(tmp_path: pathlib.Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    archive = subprocess.run(
        ["tar", "--null", "--files-from", "-", "--create"],
        cwd=ROOT,
        input=b"\0".join(listed),
        capture_output=True,
        check=True,
    )
    subprocess.run(["tar", "--extract", "--directory", copy], input=archive.stdout, check=True)
    subprocess.run(
        [pathlib.Path(sys.executable).with_name("ansible-galaxy"), "collection", "build", "--output-path", tmp_path],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    with tarfile.open(next(tmp_path.glob("sdt-infra-*.tar.gz"))) as tarball:
        held = {name.split("/")[0] for name in tarball.getnames()}
    assert held == {
        "CHANGELOG.rst",
        "CONTRIBUTING.md",
        "FILES.json",
        "LICENSE",
        "MANIFEST.json",
        "README.md",
        "awx",
        "changelogs",
        "docs",
        "execution-environment.yml",
        "meta",
        "playbooks",
        "plugins",
        "requirements.yml",
        "roles",
    }
