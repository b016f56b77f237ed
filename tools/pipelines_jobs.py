# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The jobs of a pipeline, one by one, out of what pipelines/pipelines.yml says of all and of each environment."""

from __future__ import annotations

import dataclasses
import json
import typing as t

DIGEST = "DIGEST"  # as a value, the digest of the image that a job before has pushed
BEFORE = " before"  # "apply before" is the job apply of the environment before


@dataclasses.dataclass(frozen=True)
class Job:
    """A job, with its environment filled in."""

    name: str
    when: list[str]
    after: list[str]
    rescue: list[str]
    environment: str = ""  # whose protection rules hold
    inventory: str = ""
    approval: bool = False
    docker: bool = False
    run: tuple[str, ...] = ()
    playbook: str = ""
    options: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    comment: bool = False
    push: str = ""
    keeps: str = ""
    gets: str = ""
    gets_path: str = "."
    digest_of: str = ""  # the job that knows the digest of the image, where this one needs it

    @property
    def minutes(self) -> int:
        """After how many it is given up: a session lasts two hours, and an environment is made within them."""
        return 120 if self.playbook else 45


def jobs(name: str, pipeline: dict[str, t.Any]) -> list[Job]:
    """All jobs of a pipeline in the order they run."""
    shared = {one: _job(one, job, "", "", pipeline) for one, job in pipeline["jobs"].items()}
    made = list(shared.values())
    before = ""
    for environment in pipeline["environments"]:
        made += [_job(one, job, environment, before, pipeline) for one, job in pipeline["each"].items()]
        before = environment
    return made


def _job(name: str, job: dict[str, t.Any], environment: str, before: str, pipeline: dict[str, t.Any]) -> Job:
    def named(one: str, where: str) -> str:
        return f"{one}-{where}" if one in pipeline["each"] else one

    def needed(names: t.Iterable[str]) -> t.Iterator[str]:
        for one in names:
            if not one.endswith(BEFORE):
                yield named(one, environment)
            elif before:
                yield named(one.removesuffix(BEFORE), before)

    filled = json.loads(json.dumps(job).replace("ENVIRONMENT", environment))
    gets = filled.get("gets", "")
    source = {**pipeline["jobs"], **pipeline["each"]}.get(gets, {})
    options = filled.get("options", {})
    pushes = [one for one, other in pipeline["each"].items() if "push" in other]
    return Job(
        name=named(name, environment),
        when=filled["when"],
        after=list(needed(filled.get("after", []))),
        rescue=list(needed(filled.get("rescue", []))),
        environment=filled.get("environment", ""),
        inventory=environment,
        approval=filled.get("approval", False),
        docker=filled.get("docker", False),
        run=tuple(filled.get("run", [])),
        playbook=filled.get("playbook", ""),
        options={name: value for name, value in options.items() if value != DIGEST},
        comment=filled.get("comment", False),
        push=filled.get("push", ""),
        keeps=filled.get("keeps", ""),
        gets=named(gets, environment) if gets else "",
        gets_path=source.get("keeps", "").rpartition("/")[0] or ".",
        digest_of=named(pushes[0], environment) if DIGEST in options.values() else "",
    )
