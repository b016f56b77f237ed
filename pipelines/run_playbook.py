# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a playbook in a pipeline of GitHub or GitLab, with the rights of the pipeline and without a stored key.

Usage: python pipelines/run_playbook.py <playbook> --environment prod [--role ARN] [--options JSON] [--check]
[--comment]

Exchanges the token the pipeline has for the credentials of a role, gives them to ansible-playbook and to nothing
else, and says for the audit log who asked for it and where. --options are extra variables; they reach
ansible-playbook in a file only its user can read. --comment writes the plan that was made below the change. What is
printed is what ansible-playbook prints.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS = 7200  # of a session, for a database that is made or a release that is rolled back
MARK = "<!-- plan of sdt.infra for {environment} -->"
LONGEST = 60000  # characters of a comment; GitHub takes 65,536


class Refused(Exception):
    """What has to be said before anything is done."""


class Pipeline(t.NamedTuple):
    """Where this runs: what the pipeline says about itself, and how it is asked."""

    who: str
    where: str  # address of the run
    revision: str
    token: t.Callable[[], str]  # what is exchanged for credentials
    comments: str  # address of the comments below the change; empty when there is none
    headers: dict[str, str]


def pipeline(environment: t.Mapping[str, str]) -> Pipeline:
    """What the variables of GitHub Actions or GitLab CI say."""
    if environment.get("GITHUB_ACTIONS") == "true":
        repository = f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}"
        where = f"{repository}/actions/runs/{environment['GITHUB_RUN_ID']}"
        number = _pull_request(environment)
        comments = (
            f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/issues/{number}/comments"
            if number
            else ""
        )
        headers = {
            "Authorization": f"Bearer {environment.get('GITHUB_TOKEN', '')}",
            "Accept": "application/vnd.github+json",
        }
        return Pipeline(
            environment["GITHUB_ACTOR"],
            where,
            environment["GITHUB_SHA"],
            lambda: _github(environment),
            comments,
            headers,
        )
    if environment.get("GITLAB_CI") == "true":
        number = environment.get("CI_MERGE_REQUEST_IID", "")
        project = f"{environment['CI_API_V4_URL']}/projects/{environment['CI_PROJECT_ID']}"
        return Pipeline(
            environment["GITLAB_USER_LOGIN"],
            environment["CI_JOB_URL"],
            environment["CI_COMMIT_SHA"],
            lambda: _given(environment, "AWS_ID_TOKEN", "id_tokens"),
            f"{project}/merge_requests/{number}/notes" if number else "",
            {"PRIVATE-TOKEN": environment.get("GITLAB_COMMENT_TOKEN", "")},
        )
    raise Refused("This is neither a pipeline of GitHub Actions nor one of GitLab CI. Run ansible-playbook itself.")


def _pull_request(environment: t.Mapping[str, str]) -> str:
    reference = environment.get("GITHUB_REF", "").split("/")
    return reference[2] if reference[:2] == ["refs", "pull"] else ""


def _given(environment: t.Mapping[str, str], name: str, where: str) -> str:
    if not environment.get(name):
        raise Refused(f"The variable {name} is not set: the job has to ask for a token ({where}).")
    return environment[name]


def _github(environment: t.Mapping[str, str]) -> str:
    """A token of GitHub, which is made when it is asked for."""
    where = "permissions: id-token: write"
    address = _given(environment, "ACTIONS_ID_TOKEN_REQUEST_URL", where)
    bearer = _given(environment, "ACTIONS_ID_TOKEN_REQUEST_TOKEN", where)
    audience = urllib.parse.urlencode({"audience": environment.get("AWS_AUDIENCE") or "sts.amazonaws.com"})
    answer = _asked("GET", f"{address}&{audience}", {"Authorization": f"Bearer {bearer}"})
    return str(answer["value"])


def _asked(method: str, address: str, headers: dict[str, str], body: t.Any = None) -> t.Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {**headers, "Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        host = urllib.parse.urlsplit(address).hostname
        raise Refused(f"{host} answered {error.code} {error.reason} to {method}.") from error


def credentials(role: str, run: Pipeline, region: str | None) -> dict[str, str]:
    """Credentials of the role, as environment variables."""
    import boto3
    import botocore
    import botocore.exceptions

    client = boto3.client(
        "sts", region_name=region or "us-east-1", config=botocore.config.Config(signature_version=botocore.UNSIGNED)
    )
    session = "".join(one if one.isalnum() or one in "=,.@-" else "-" for one in run.who)[:64]
    try:
        answer = client.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName=session, WebIdentityToken=run.token(), DurationSeconds=SECONDS
        )
    except botocore.exceptions.ClientError as error:
        raise Refused(
            f"The role {role} was not given: {error.response['Error']['Message']}. It trusts one repository and "
            "environment, or one project and branch: see "
            "pipeline_roles in the inventory, and playbooks/pipelines.yml."
        ) from error
    given = answer["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def takes_role(parser: argparse.ArgumentParser) -> None:
    """Let a command be given the role it works with."""
    parser.add_argument(
        "--role",
        default=os.environ.get("AWS_ROLE_ARN"),
        help="ARN of the role; without one the credentials that are there are used",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("playbook", help="its name, such as deploy or site")
    parser.add_argument("--environment", required=True, help="folder of the inventory in inventories/")
    takes_role(parser)
    parser.add_argument("--options", default="{}", help="extra variables, as JSON")
    parser.add_argument("--digest", help="digest of the image that is released")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument("--comment", action="store_true", help="write the plan below the change")
    given = parser.parse_args()
    try:
        run = pipeline(os.environ)
        return _run(given, run)
    except Refused as refused:
        print(f"Nothing was done. {refused}", file=sys.stderr)
        return 1


def _run(given: argparse.Namespace, run: Pipeline) -> int:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ACTIONS_ID_TOKEN") and name != "AWS_ID_TOKEN"
    }
    if given.role:
        environment.update(credentials(given.role, run, os.environ.get("AWS_REGION")))
    options = {"account_lock_user": run.who, "account_lock_host": run.where, **_options(given, run)}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(options, file)
        file.flush()
        command = [
            str(pathlib.Path(sys.executable).parent / "ansible-playbook"),
            f"playbooks/{given.playbook}.yml",
            f"--inventory=inventories/{given.environment}",
            f"--extra-vars=@{file.name}",
            *(["--check", "--diff"] if given.check else []),
        ]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if given.comment and code == 0:
        comment(run, given.environment, _told(pathlib.Path(options["plan_file"])))
    return code


def _options(given: argparse.Namespace, run: Pipeline) -> dict[str, t.Any]:
    """The options that were given, and what is known without asking; an empty answer is none."""
    try:
        options = {name: value for name, value in json.loads(given.options or "{}").items() if value not in ("", None)}
    except (ValueError, AttributeError) as error:
        raise Refused(f'--options has to be a JSON object, such as {{"service": "auth-service"}}: {error}.') from error
    import yaml

    known = yaml.safe_load((ROOT / "playbooks" / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))[
        "argument_specs"
    ]
    if given.playbook not in known:
        raise Refused(f"There is no playbook {given.playbook}; there are {', '.join(sorted(known))}.")
    if "reason" in known[given.playbook]["options"]:
        options.setdefault("reason", f"{run.revision[:12]}, {run.where}")
    if given.digest:
        options["image_digest"] = given.digest
    if given.comment:
        options.setdefault("plan_file", f"artifacts/plan-{given.environment}.json")
    return options


def _told(path: pathlib.Path) -> str:
    """A plan as text for a comment, out of its document."""
    sys.path.insert(0, str(ROOT / "collections"))
    from ansible_collections.sdt.infra.plugins.plugin_utils import _plan

    plan = json.loads((ROOT / path).read_text(encoding="utf-8"))
    table = _plan.table(plan)
    cut = table if len(table) <= LONGEST else f"{table[:LONGEST]}\n... and more: see the artifact."
    return f"**Plan of {plan['environment']}** at {plan['at']}, digest `{_plan.digest(plan)}`\n\n```diff\n{cut}\n```\n"


def comment(run: Pipeline, environment: str, text: str) -> None:
    """Write it below the change, in place of what was there from an earlier run."""
    if not run.comments:
        print("This is no change somebody reviews, so the plan was not written below one.")
        return
    mark = MARK.format(environment=environment)
    body = {"body": f"{mark}\n{text}"}
    before = [one for one in _asked("GET", f"{run.comments}?per_page=100", run.headers) if mark in one["body"]]
    if not before:
        _asked("POST", run.comments, run.headers, body)
    elif "/issues/" in run.comments:  # GitHub's comments have addresses of their own
        _asked(
            "PATCH", f"{run.comments.rpartition('/issues/')[0]}/issues/comments/{before[0]['id']}", run.headers, body
        )
    else:
        _asked("PUT", f"{run.comments}/{before[0]['id']}", run.headers, body)


if __name__ == "__main__":
    sys.exit(main())
