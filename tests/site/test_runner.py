# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ansible-runner, which is what AWX runs: a controller's private data directory, and an execution node that shares
no files with it.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

import pytest
from runs import ROOT, register_images

BIN = pathlib.Path(sys.executable).parent
LIMIT = 300  # seconds for one job


def data(folder: pathlib.Path, url: str) -> pathlib.Path:
    """A private data directory as AWX makes it: a copy of the project, the inventory as it was synchronized,
    variables in files.
    """
    project = folder / "project"
    project.mkdir(parents=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().rstrip("\0").split("\0"):
        if not name.startswith(("tests/", "docs/", "emulator/", "molecule/")) and os.path.lexists(ROOT / name):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, project / name, follow_symlinks=False)
    exported = subprocess.run(
        [BIN / "ansible-inventory", "-i", "inventories/dev", "--list", "--export"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    (folder / "inventory").mkdir()
    script = folder / "inventory" / "hosts"
    script.write_text(f"#!{sys.executable}\nprint({exported.stdout!r})\n")
    script.chmod(0o700)
    (folder / "env").mkdir()
    (folder / "env" / "envvars").write_text(
        json.dumps(
            {
                "AWS_ENDPOINT_URL": url,
                "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "of-a-test",
                "PATH": f"{BIN}:{os.environ['PATH']}",
                "ANSIBLE_REMOTE_TMP": str(folder / "modules"),
                "ANSIBLE_FORCE_COLOR": "0",
            }
        )
    )
    return folder


def settings(folder: pathlib.Path, **variables: t.Any) -> None:
    (folder / "env" / "extravars").write_text(json.dumps({"awx_job_id": 4711, "awx_user_name": "ada", **variables}))


def runner(*words: t.Any, **streams: t.Any) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [BIN / "ansible-runner", *map(str, words)], timeout=LIMIT, check=False, env=environment, **streams
    )


def events(folder: pathlib.Path, ident: str) -> list[dict[str, t.Any]]:
    found = [json.loads(path.read_text()) for path in (folder / "artifacts" / ident / "job_events").glob("[0-9]*.json")]
    return sorted(found, key=lambda one: one["counter"])


def must_be_whole(folder: pathlib.Path, ident: str) -> list[dict[str, t.Any]]:
    """Events that tell all of a run that went well."""
    told = events(folder, ident)
    artifacts = folder / "artifacts" / ident
    assert (artifacts / "rc").read_text() == "0", (artifacts / "stdout").read_text()[-3000:]
    assert [one["counter"] for one in told] == list(range(1, len(told) + 1)), "no event is missing"
    assert told[-1]["event"] == "playbook_on_stats" or any(one["event"] == "playbook_on_stats" for one in told[-30:])
    started = {
        (one["event_data"]["task_uuid"], one["event_data"]["host"]) for one in told if one["event"] == "runner_on_start"
    }
    ended = {
        (one["event_data"]["task_uuid"], one["event_data"]["host"])
        for one in told
        if one["event"] in ("runner_on_ok", "runner_on_failed", "runner_on_skipped", "runner_on_unreachable")
    }
    assert started and started <= ended, "what began has ended"
    assert not (folder / "modules").exists(), "modules ran in warm workers, which unpack nothing"
    return told


def secrets(emulator: t.Any) -> list[str]:
    """The values of all secrets of the account."""
    client = emulator.client("secretsmanager")
    values = []
    for one in client.list_secrets()["SecretList"]:
        text = client.get_secret_value(SecretId=one["ARN"])["SecretString"]
        try:
            values += [
                str(value)
                for name, value in json.loads(text).items()
                if name in ("password", "value") or name.isupper()
            ]
        except ValueError:
            values.append(text)
    return [value for value in values if len(value) >= 12]


def must_hide(folder: pathlib.Path, values: list[str]) -> None:
    assert values, "there are secrets to look for"
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert [one for one in values if one.encode() in text] == [], path


@pytest.fixture
def folder(development: t.Any, tmp_path: pathlib.Path) -> pathlib.Path:
    there = development.client("ecr").list_images(repositoryName="sdt-dev/auth-service")["imageIds"]
    if not [one for one in there if one.get("imageTag") == "2.0"]:
        register_images(development, "sdt-dev", "2.0")
    return data(tmp_path / "job", development.url)


def test_verbs_run_as_in_awx(development: t.Any, folder: pathlib.Path) -> None:
    settings(folder, plan_handed_on=True)
    runner("run", folder, "-p", "playbooks/plan.yml", "--ident", "plan", "--quiet")
    told = must_be_whole(folder, "plan")
    (handed,) = [one["event_data"]["artifact_data"] for one in told if one["event"] == "playbook_on_stats"]
    assert len(handed["plan_digest"]) == 64 and handed["plan_artifact"]["environment"] == "sdt-dev"

    settings(folder, **handed, awx_workflow_job_id=1, image_tag="2.0")
    runner("run", folder, "-p", "playbooks/site.yml", "--ident", "site", "--quiet")
    must_be_whole(folder, "site")

    settings(folder, image_tag="2.0", service=["auth-service"], image_digest="", reason="by a survey")
    runner("run", folder, "-p", "playbooks/deploy.yml", "--ident", "deploy", "--quiet")
    must_be_whole(folder, "deploy")
    must_hide(folder / "artifacts", secrets(development))
    settings(folder)
    runner("run", folder, "-p", "playbooks/audit_log.yml", "--ident", "log", "--quiet")
    said = (folder / "artifacts" / "log" / "stdout").read_text()
    assert "ada on AWX job 4711" in said and "by a survey" in said


def test_verbs_run_on_an_execution_node(development: t.Any, folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for verb, given in (("plan", {}), ("site", {}), ("deploy", {"image_tag": "2.0", "service": ["content-service"]})):
        settings(folder, **given)
        sent, done = tmp_path / f"{verb}.sent", tmp_path / f"{verb}.done"
        with sent.open("wb") as output:
            runner("transmit", folder, "-p", f"playbooks/{verb}.yml", "--ident", verb, stdout=output)
        with sent.open("rb") as given_to, done.open("wb") as output:
            runner("worker", "--private-data-dir", tmp_path / "node" / verb, stdin=given_to, stdout=output)
        with done.open("rb") as given_to:
            runner("process", tmp_path / "back", "--ident", verb, stdin=given_to, stdout=subprocess.DEVNULL)
        must_be_whole(tmp_path / "back", verb)
    must_hide(tmp_path / "back", secrets(development))
