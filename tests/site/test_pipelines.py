# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What pipelines call: a playbook with the rights of the pipeline, without a stored key, and a plan below a change."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import typing as t

import pytest
from runs import ROOT, register_images

TOKEN = "planted-token-9fK2"
ROLE = "arn:aws:iam::123456789012:role/sdt-dev-pipeline-auth-service"


class Forge:
    """Stands in for GitHub or GitLab: gives tokens, and keeps comments."""

    def __init__(self) -> None:
        self.comments: dict[int, str] = {}
        self.asked: list[tuple[str, str]] = []
        forge = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def _do(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                said = forge.answer(self.command, self.path, self.headers, body)
                text = json.dumps(said).encode()
                self.send_response(403 if said is None else 200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PATCH = do_PUT = _do

            def log_message(self, format: str, *arguments: t.Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, method: str, path: str, headers: t.Any, body: dict[str, str]) -> t.Any:
        self.asked.append((method, path.partition("?")[0]))
        if path.startswith("/token"):
            return (
                {"value": TOKEN}
                if headers["Authorization"] == "Bearer asks" and "audience=sts.amazonaws.com" in path
                else None
            )
        if method == "GET":
            return [{"id": number, "body": text} for number, text in self.comments.items()]
        number = len(self.comments) + 1 if method == "POST" else int(path.rpartition("/")[2])
        self.comments[number] = body["body"]
        return {"id": number}


@pytest.fixture
def forge() -> t.Iterator[Forge]:
    forge = Forge()
    yield forge
    forge.server.shutdown()


def github(forge: Forge, **more: str) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": "https://github.example.org",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "example/auth-service",
        "GITHUB_RUN_ID": "77",
        "GITHUB_ACTOR": "ada",
        "GITHUB_SHA": "0123456789abcdef",
        "GITHUB_REF": "refs/pull/5/merge",
        "GITHUB_TOKEN": "comments",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{forge.url}/token?x=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "asks",
        **more,
    }


def gitlab(forge: Forge, **more: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "9",
        "CI_JOB_URL": "https://gitlab.example.org/job/8",
        "CI_COMMIT_SHA": "0123456789abcdef",
        "CI_MERGE_REQUEST_IID": "5",
        "GITLAB_USER_LOGIN": "ada",
        "GITLAB_COMMENT_TOKEN": "comments",
        "AWS_ID_TOKEN": TOKEN,
        **more,
    }


def run(url: str, variables: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    """As a runner does, which has no key of AWS."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GITHUB_", "CI_", "GITLAB_"))
    }
    return subprocess.run(
        [sys.executable, "pipelines/run_playbook.py", *words],
        cwd=ROOT,
        env={**clean, "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_release_runs_with_the_role_of_the_pipeline(development: t.Any, forge: Forge) -> None:
    register_images(development, "sdt-dev", "3.0")
    digest = development.client("ecr").describe_images(
        repositoryName="sdt-dev/auth-service", imageIds=[{"imageTag": "3.0"}]
    )
    digest = digest["imageDetails"][0]["imageDigest"]
    development.clear()
    options = json.dumps({"service": "auth-service", "image_tag": ""})
    done = run(
        development.url,
        github(forge),
        "deploy",
        "--environment",
        "dev",
        "--role",
        ROLE,
        "--options",
        options,
        "--digest",
        digest,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    first = development.requests()[0]
    assert (first["operation"], forge.asked) == ("AssumeRoleWithWebIdentity", [("GET", "/token")])
    assert TOKEN not in done.stdout + done.stderr and TOKEN not in json.dumps(development.requests())
    log = run(development.url, github(forge), "audit_log", "--environment", "dev", "--role", ROLE)
    assert (
        "ada on https://github.example.org/example/auth-service/actions/runs/77" in log.stdout
        and "0123456789ab" in log.stdout
    )


@pytest.mark.parametrize("kind", [github, gitlab])
def test_a_plan_stands_below_the_change_once(
    development: t.Any, forge: Forge, kind: t.Callable[..., dict[str, str]]
) -> None:
    for _time in range(2):
        done = run(development.url, kind(forge), "plan", "--environment", "dev", "--role", ROLE, "--comment")
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    (text,) = forge.comments.values()
    assert "Plan of sdt-dev" in text and "digest `" in text and TOKEN not in text


@pytest.mark.parametrize(
    ("variables", "words", "said"),
    [
        ({"GITHUB_ACTIONS": ""}, ("plan",), "neither a pipeline of GitHub Actions nor one of GitLab CI"),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": ""}, ("plan", "--role", ROLE), "permissions: id-token: write"),
        ({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "wrong"}, ("plan", "--role", ROLE), "answered 403"),
        ({}, ("explode",), "There is no playbook explode"),
        ({}, ("plan", "--options", "[1]"), "JSON object"),
    ],
)
def test_what_is_missing_is_said(
    emulator: t.Any, forge: Forge, variables: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    done = run(emulator.url, {**github(forge), **variables}, *words, "--environment", "dev")
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr
    assert emulator.requests() == []
