# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pipelines as GitLab CI has them: files for it, and components others include in one line.

https://docs.gitlab.com/ci/yaml/
https://docs.gitlab.com/ci/components/
"""

from __future__ import annotations

import json
import re
import typing as t

from pipelines_jobs import Job, jobs

Model = dict[str, t.Any]
PATHS = {"platform": ".gitlab-ci.yml", "service": "pipelines/gitlab/service.yml"}
EVENTS = {
    "change": '$CI_PIPELINE_SOURCE == "merge_request_event"',
    "main": '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
    "schedule": '$CI_PIPELINE_SOURCE == "schedule"',
}
TOKEN = {"AWS_ID_TOKEN": {"aud": "https://gitlab.com"}}
SETUP = ["apt-get update -q", "apt-get install -q --yes --no-install-recommends git make"]
# The token reaches git through a file, so that it is in no list of processes.
LOGIN = (
    'umask 077; printf "machine %s login gitlab-ci-token password %s\\n" "$CI_SERVER_HOST" "$CI_JOB_TOKEN" > ~/.netrc; '
    "umask 022"
)
CLONE = (
    'git clone --quiet --depth 1 --branch "$INFRA_VERSION" '
    '"$CI_SERVER_PROTOCOL://$CI_SERVER_FQDN/$INFRA_REPOSITORY" .infra'
)
RUN = ".infra/.venv/bin/python .infra/pipelines"


def files(model: Model) -> dict[str, t.Any]:
    """Path and content of each file."""
    return {
        PATHS["platform"]: _platform(model),
        PATHS["service"]: _service(model),
        "templates/playbook.yml": _playbook_component(model),
        "templates/push.yml": _push_component(model),
    }


def _stages(made: list[Job]) -> list[str]:
    return list(dict.fromkeys(_stage(job) for job in made))


def _stage(job: Job) -> str:
    """Jobs of all environments share a stage: the first word of their name."""
    return job.name.removesuffix(f"-{job.inventory}") if job.inventory else job.name


def _rules(job: Job) -> list[Model]:
    when = {"when": "on_failure"} if job.rescue else {"when": "manual"} if job.approval else {}
    return [{"if": EVENTS[event], **when} for event in job.when]


def _platform(model: Model) -> Model:
    made = jobs("platform", model["pipelines"]["platform"])
    return {
        "stages": _stages(made),
        "default": {"image": model["images"]["python"], "interruptible": False},
        "variables": {"GIT_DEPTH": "1", "PIP_CACHE_DIR": "$CI_PROJECT_DIR/.cache/pip"},
        **{job.name: _platform_job(job) for job in made},
    }


def _platform_job(job: Job) -> Model:
    made: Model = {"stage": _stage(job), "rules": _rules(job)}
    if job.after or job.gets:
        made["needs"] = [{"job": one, "artifacts": one == job.gets} for one in job.after]
    made["before_script"] = list(SETUP)
    if job.environment:
        made["environment"] = {
            "name": job.environment,
            **({"action": "prepare"} if job.environment.endswith("-plan") else {}),
        }
    if not job.playbook:
        made["script"] = list(job.run)
        return made
    made["before_script"].append("make setup")
    made["id_tokens"] = TOKEN
    made["resource_group"] = job.environment
    command = f".venv/bin/python pipelines/run_playbook.py {job.playbook} --environment {job.inventory}"
    if job.options:
        command += f" --options '{json.dumps(job.options)}'"
    made["script"] = [command + (" --comment" if job.comment else "")]
    if job.keeps:
        made["artifacts"] = {"paths": [job.keeps], "expire_in": "1 week", "access": "developer"}
    return made


def _service(model: Model) -> Model:
    made = jobs("service", model["pipelines"]["service"])
    includes = [_include(job, model) for job in made if job.playbook or job.push]
    return {
        "stages": _stages(made),
        "variables": {"SERVICE": "content-service"},
        "include": includes,
        **{job.name: _build(job, model) for job in made if job.run},
    }


def _build(job: Job, model: Model) -> Model:
    return {
        "stage": _stage(job),
        "rules": _rules(job),
        "image": model["images"]["docker"],
        "services": [model["images"]["dind"]],
        "script": [line.replace("TRIVY", model["images"]["trivy"]) for line in job.run],
        "artifacts": {"paths": [job.keeps], "expire_in": "1 day"},
    }


def _include(job: Job, model: Model) -> Model:
    given: Model = {"job": job.name, "stage": _stage(job), "environment": job.environment}
    needs = [*job.after, *job.rescue, *([job.digest_of] if job.digest_of else [])]
    given["needs"] = list(dict.fromkeys(needs))
    if job.rescue:
        given["when"] = "on_failure"
    if job.push:
        given["repository"] = job.push.replace("SERVICE", "$SERVICE")
        component = "push"
    else:
        given["inventory"] = job.inventory
        given["playbook"] = job.playbook
        given["options"] = json.dumps(job.options).replace("SERVICE", "$SERVICE")
        component = "playbook"
    return {"component": f"$CI_SERVER_FQDN/{model['repository']}/{component}@{model['version']}", "inputs": given}


def _component(model: Model, inputs: Model, job: Model) -> list[Model]:
    """The two documents of a component: its inputs, and its job."""
    shared: Model = {
        "job": {"description": "Name of the job"},
        "stage": {"description": "Its stage", "default": "deploy"},
        "environment": {"description": "Environment whose protection and variables (AWS_ROLE_ARN) hold"},
        "needs": {"description": "Jobs before it", "type": "array", "default": []},
        "when": {
            "description": "When it starts",
            "options": ["on_success", "on_failure", "manual"],
            "default": "on_success",
        },
        "infra": {"description": "Project of the platform", "default": model["repository"]},
        "version": {"description": "Its tag, branch or commit", "default": model["version"]},
    }
    given = "$[[ inputs.%s ]]"
    frame: Model = {
        "stage": given % "stage",
        "needs": given % "needs",
        "rules": [{"if": EVENTS["main"], "when": given % "when"}],
        "environment": {"name": given % "environment"},
        "resource_group": given % "environment",
        "id_tokens": TOKEN,
        # Inputs reach the shell as variables, so that none is taken for a command.
        "variables": {
            "INFRA_REPOSITORY": f"{given % 'infra'}.git",
            "INFRA_VERSION": given % "version",
            **{name.upper(): given % name for name in inputs},
        },
    }
    return [{"spec": {"inputs": {**shared, **inputs}}}, {given % "job": {**frame, **job}}]


def _playbook_component(model: Model) -> list[Model]:
    inputs: Model = {
        "playbook": {"description": "Name of the playbook, such as deploy"},
        "inventory": {"description": "Folder of the inventory in inventories/"},
        "options": {"description": "Extra variables, as JSON", "default": "{}"},
    }
    command = f'{RUN}/run_playbook.py "$PLAYBOOK" --environment "$INVENTORY" --options "$OPTIONS"'
    return _component(
        model,
        inputs,
        {
            "image": model["images"]["python"],
            "before_script": [*SETUP, LOGIN, CLONE, "make --directory .infra setup"],
            # A job before may have handed on the digest of the image it pushed.
            "script": [command + ' ${image_digest:+--digest "$image_digest"}'],
        },
    )


def _push_component(model: Model) -> list[Model]:
    boto3 = re.search(r"^boto3==\S+", model["requirements"], re.M)
    return _component(
        model,
        {
            "repository": {"description": "Repository in ECR"},
            "image": {"description": "The image docker has", "default": "service:built"},
        },
        {
            "image": model["images"]["docker"],
            "services": [model["images"]["dind"]],
            "before_script": [
                "apk add --quiet git python3 py3-pip",
                LOGIN,
                CLONE,
                "python3 -m venv .infra/.venv",
                f".infra/.venv/bin/pip install --quiet {boto3.group() if boto3 else 'boto3'}",
                "docker load --input image.tar",
            ],
            "script": [f'{RUN}/push_image.py "$IMAGE" --repository "$REPOSITORY" --tag "$CI_COMMIT_SHA"'],
            "artifacts": {"reports": {"dotenv": "image.env"}},
        },
    )
