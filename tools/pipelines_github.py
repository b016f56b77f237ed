# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pipelines as GitHub Actions has them: workflows, and actions others call in one line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import json
import typing as t

from pipelines_jobs import Job, jobs

Model = dict[str, t.Any]
PATHS = {"platform": ".github/workflows/platform.yml", "service": "pipelines/github/service.yml"}
EVENTS = {
    "change": "github.event_name == 'pull_request'",
    "main": "github.event_name == 'push'",
    "schedule": "github.event_name == 'schedule'",
}
DIGEST = "${{ needs.%s.outputs.image_digest }}"
# Inputs of the actions: what they are, whether they are needed, their default.
PLAYBOOK = {
    "playbook": ("Name of the playbook, such as deploy", True, None),
    "environment": ("Folder of the inventory in inventories/", True, None),
    "role": ("ARN of the role to assume", False, ""),
    "options": ("Extra variables, as JSON", False, "{}"),
    "digest": ("Digest of the image that is released", False, ""),
    "check": ("Whether it only says what would change", False, "false"),
    "comment": ("Whether the plan is written below the pull request", False, "false"),
}
PUSH = {
    "image": ("The image docker has", True, None),
    "repository": ("Repository in ECR", True, None),
    "tag": ("Tag in ECR", False, "${{ github.sha }}"),
    "role": ("ARN of the role to assume", False, ""),
}


def files(model: Model) -> dict[str, t.Any]:
    """Path and content of each file."""
    made: dict[str, t.Any] = {
        PATHS[name]: _workflow(name, pipeline, model) for name, pipeline in model["pipelines"].items()
    }
    made["action.yml"] = _action(
        "Run a playbook of sdt.infra",
        "Runs a playbook with a role of AWS and without a stored key",
        PLAYBOOK,
        _PLAYBOOK_LINES,
        {},
        "",
    )
    made["pipelines/push/action.yml"] = _action(
        "Push an image",
        "Pushes an image to ECR with a role of AWS and without a stored key",
        PUSH,
        _PUSH_LINES,
        {"image_digest": {"description": "Digest of the image", "value": "${{ steps.run.outputs.image_digest }}"}},
        "/../..",
    )
    return made


_PLAYBOOK_LINES = (
    'set -- "$PLAYBOOK" --environment "$ENVIRONMENT" --options "$OPTIONS"',
    'if [ -n "$ROLE" ]; then set -- "$@" --role "$ROLE"; fi',
    'if [ -n "$DIGEST" ]; then set -- "$@" --digest "$DIGEST"; fi',
    'if [ "$CHECK" = true ]; then set -- "$@" --check; fi',
    'if [ "$COMMENT" = true ]; then set -- "$@" --comment; fi',
    'exec "$INFRA/.venv/bin/python" "$INFRA/pipelines/run_playbook.py" "$@"',
)
_PUSH_LINES = (
    'set -- "$IMAGE" --repository "$REPOSITORY" --tag "$TAG"',
    'if [ -n "$ROLE" ]; then set -- "$@" --role "$ROLE"; fi',
    'exec "$INFRA/.venv/bin/python" "$INFRA/pipelines/push_image.py" "$@"',
)


def _action(name: str, description: str, inputs: dict, lines: tuple[str, ...], outputs: Model, up: str) -> Model:
    """A composite action. Inputs reach the shell as variables, so that none is taken for a command."""
    return {
        "name": name,
        "description": description,
        "inputs": {
            key: {"description": text, "required": required, **({} if default is None else {"default": default})}
            for key, (text, required, default) in inputs.items()
        },
        **({"outputs": outputs} if outputs else {}),
        "runs": {
            "using": "composite",
            "steps": [
                {"name": "Set up", "shell": "bash", "run": f'make --directory "$GITHUB_ACTION_PATH{up}" setup'},
                {
                    "name": name,
                    "id": "run",
                    "shell": "bash",
                    "env": {
                        **{key.upper(): f"${{{{ inputs.{key} }}}}" for key in inputs},
                        "INFRA": f"${{{{ github.action_path }}}}{up}",
                        "GITHUB_TOKEN": "${{ github.token }}",
                    },
                    "run": "\n".join(lines) + "\n",
                },
            ],
        },
    }


def _workflow(name: str, pipeline: Model, model: Model) -> Model:
    made = jobs(name, pipeline)
    events: Model = {"pull_request": {}, "push": {"branches": ["main"]}}
    if any("schedule" in job.when for job in made):
        events["schedule"] = [{"cron": model["schedule"]}]
    return {
        "name": name,
        "on": events,
        "permissions": {"contents": "read"},
        **({"env": {"SERVICE": "content-service"}} if name == "service" else {}),
        # Nothing is broken off in the middle of a change.
        "concurrency": {
            "group": "${{ github.workflow }}-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        "jobs": {job.name: _job(job, name == "platform", model) for job in made},
    }


def _job(job: Job, here: bool, model: Model) -> Model:
    when = " || ".join(EVENTS[event] for event in job.when)
    if job.rescue:
        when = "failure() && ({})".format(" || ".join(f"needs.{one}.result == 'failure'" for one in job.rescue))
    permissions = {"contents": "read"}
    if job.playbook or job.push:
        permissions["id-token"] = "write"
    if job.comment:
        permissions["pull-requests"] = "write"
    made: Model = {"if": when, "runs-on": "ubuntu-24.04", "timeout-minutes": job.minutes, "permissions": permissions}
    needs = [*job.after, *job.rescue]
    if needs:
        made["needs"] = needs
    if job.environment:
        made["environment"] = job.environment
    if job.push:
        made["outputs"] = {"image_digest": "${{ steps.push.outputs.image_digest }}"}
    made["steps"] = list(_steps(job, here, model))
    return made


def _steps(job: Job, here: bool, model: Model) -> t.Iterator[Model]:
    actions = model["actions"]
    if here or job.run:
        yield {"uses": actions["checkout"], "with": {"persist-credentials": False}}
    if job.gets:
        yield {"uses": actions["download"], "with": {"name": job.gets, "path": job.gets_path}}
    for line in job.run:
        yield {"run": line.replace("TRIVY", model["images"]["trivy"])}
    own = "./" if here else f"{model['repository']}@{model['version']}"
    if job.push:
        yield {"run": "docker load --input image.tar"}
        push = "./pipelines/push" if here else f"{model['repository']}/pipelines/push@{model['version']}"
        repository = job.push.replace("SERVICE", "${{ env.SERVICE }}")
        yield {
            "id": "push",
            "uses": push,
            "with": {"image": "service:built", "repository": repository, "role": "${{ vars.AWS_ROLE_ARN }}"},
        }
    if job.playbook:
        given: Model = {"playbook": job.playbook, "environment": job.inventory, "role": "${{ vars.AWS_ROLE_ARN }}"}
        if job.options:
            given["options"] = json.dumps(job.options).replace("SERVICE", "${{ env.SERVICE }}")
        if job.digest_of:
            given["digest"] = DIGEST % job.digest_of
        if job.comment:
            given["comment"] = True
        yield {"uses": own, "with": given}
    if job.keeps:
        yield {
            "uses": actions["upload"],
            "with": {"name": job.name, "path": job.keeps, "if-no-files-found": "error", "retention-days": 7},
        }
