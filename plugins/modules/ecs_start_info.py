#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_start_info
version_added: 0.1.0
short_description: Tell what would keep new tasks of an ECS service from starting
description:
  - Looks, before anything is changed, at what a deployment needs. The role ECS starts tasks with exists and trusts ECS, the secrets
    exist and are not being deleted, the log groups exist, the images that come from ECR exist.
  - Looks at the alarms that would stop a deployment too. ECS ignores an alarm that is ringing already when a deployment begins, so that
    it would protect from nothing.
  - Says what it finds, and does not fail.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resolve-resource-initialization-error.html).
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  service:
    description: Name of the service.
    type: str
    required: true
  images:
    description: Images containers are going to have, by the names of the containers, in place of those they have now.
    type: dict
    default: {}
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
"""

EXAMPLES = r"""
- name: See whether a release could start
  sdt.infra.ecs_start_info:
    cluster: sdt-prod
    service: auth-service
    images:
      auth-service: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service:1.4.2
"""

RETURN = r"""
problems:
  description: What would keep tasks from starting, or a bad release from being stopped; one sentence each.
  returned: always
  type: list
  elements: str
  sample: ["Secret sdt-prod/auth-service is being deleted: restore it, or take it out of the service."]
exists:
  description: Whether the service exists.
  returned: always
  type: bool
task_definition:
  description: ARN of the task definition the service uses; empty where there is no service.
  returned: always
  type: str
images:
  description: The images of its containers now, by the names of the containers.
  returned: always
  type: dict
desired_count:
  description: Number of tasks the service should have.
  returned: always
  type: int
alarms:
  description: Names of the alarms that stop a deployment.
  returned: always
  type: list
  elements: str
"""

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _ecr_images, _ecs
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound

_TASKS = "ecs-tasks.amazonaws.com"


def _of_role(aws: Aws, arn: str, what: str) -> t.Iterator[str]:
    if not arn:
        return
    name = arn.rpartition("/")[2]
    role = aws.read("iam", "get_role", "Role", missing=("NoSuchEntity", "NoSuchEntityException"), RoleName=name)
    if role is None:
        yield f"The {what} {name} does not exist: run site.yml, which makes it."
    elif _TASKS not in str(role.get("AssumeRolePolicyDocument")):
        yield f"The {what} {name} does not trust {_TASKS}, so ECS cannot use it: run site.yml, which sets that right."


def _of_secrets(aws: Aws, containers: list[State]) -> t.Iterator[str]:
    sources = [one["valueFrom"] for container in containers for one in container.get("secrets") or []]
    # arn:aws:secretsmanager:<region>:<account>:secret:<name>:<key>:<stage>:<version>
    arns = dict.fromkeys(":".join(one.split(":")[:7]) for one in sources if ":secretsmanager:" in one)
    for arn in arns:
        name = arn.split(":")[-1].rpartition("-")[0]
        found = aws.read("secretsmanager", "describe_secret", missing=("ResourceNotFoundException",), SecretId=arn)
        if found is None:
            yield f"Secret {name} does not exist: run site.yml, which makes it."
        elif found.get("DeletedDate"):
            yield f"Secret {name} is being deleted: restore it, or take it out of the service."


def _of_logs(aws: Aws, containers: list[State]) -> t.Iterator[str]:
    options = [(container.get("logConfiguration") or {}).get("options") or {} for container in containers]
    for name in dict.fromkeys(one["awslogs-group"] for one in options if one.get("awslogs-group")):
        found = aws.read("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
        if not any(one["logGroupName"] == name for one in found or []):
            yield f"Log group {name} does not exist, and tasks do not start without it: run site.yml, which makes it."


def _of_images(aws: Aws, containers: list[State]) -> t.Iterator[str]:
    registry = _ecr_images.registry(aws)
    for image in dict.fromkeys(container["image"] for container in containers):
        if image.startswith(registry):
            repository = image[len(registry) :].partition("@")[0].partition(":")[0]
            try:
                if _ecr_images.images(aws, repository).of(image) is None:
                    yield f"Image {image} does not exist: push it first."
            except NotFound as error:
                yield str(error)


def _of_alarms(aws: Aws, names: list[str]) -> t.Iterator[str]:
    if not names:
        return
    answer = aws.read("cloudwatch", "describe_alarms", fresh=True, AlarmNames=names)
    found = {one["AlarmName"]: one for kind in ("MetricAlarms", "CompositeAlarms") for one in answer.get(kind) or []}
    for name in names:
        if name not in found:
            yield f"Alarm {name}, which should stop a bad release, does not exist: run site.yml, which makes it."
        elif found[name]["StateValue"] == "ALARM":
            why = found[name].get("StateReason", "").rstrip(".")
            yield (
                f"Alarm {name} is ringing already, so that it would not stop a bad release"
                f"{f' ({why})' if why else ''}: wait until it is over."
            )


def _answer(aws: Aws, params: State) -> State:
    service = _ecs.described_service(aws, params["cluster"], params["service"])
    if service is None or service["status"] != "ACTIVE":
        return {
            "problems": [
                f"ECS service {params['service']} does not exist in cluster {params['cluster']}: run site.yml, which makes it."
            ],
            "exists": False,
            "task_definition": "",
            "images": {},
            "desired_count": 0,
            "alarms": [],
        }
    definition = _ecs.described_definition(aws, service["taskDefinition"])["taskDefinition"]
    now = {one["name"]: one["image"] for one in definition["containerDefinitions"]}
    unknown = sorted(set(params["images"]) - set(now))
    if unknown:
        raise InfraError(
            f"ECS service {params['service']} has no container {', '.join(unknown)}; it has {', '.join(sorted(now))}."
        )
    containers = [
        {**one, "image": params["images"].get(one["name"], one["image"])} for one in definition["containerDefinitions"]
    ]
    watched = (service.get("deploymentConfiguration") or {}).get("alarms") or {}
    alarms = list(watched.get("alarmNames") or []) if watched.get("enable") else []
    problems = [
        *_of_images(aws, containers),
        *_of_role(aws, definition.get("executionRoleArn", ""), "execution role"),
        *_of_role(aws, definition.get("taskRoleArn", ""), "task role"),
        *_of_secrets(aws, containers),
        *_of_logs(aws, containers),
        *_of_alarms(aws, alarms),
    ]
    return {
        "problems": problems,
        "exists": True,
        "task_definition": service["taskDefinition"],
        "images": now,
        "desired_count": service["desiredCount"],
        "alarms": alarms,
    }


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "cluster": {"type": "str", "required": True},
            "service": {"type": "str", "required": True},
            "images": {"type": "dict", "default": {}},
            **CONNECTION_OPTIONS,
        },
        supports_check_mode=True,
    )
    try:
        answer = _answer(Aws(module), module.params)
    except InfraError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **answer)


if __name__ == "__main__":
    main()
