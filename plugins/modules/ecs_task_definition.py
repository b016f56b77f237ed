#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_task_definition
version_added: 0.1.0
short_description: Manage the task definition of a Fargate task
description:
  - Registers a new revision when the content differs from the current one, once the defaults AWS fills in are taken into
    account, and only then. The diff shows which setting differs.
  - A task definition is one document, so an option that is left out has its default, whatever the current revision says.
  - What AWS would refuse about sizes, volumes and dependencies is refused before the first request.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html).
author: SDT platform engineering (@sdt)
options:
  family:
    description: Name all revisions share, up to 255 letters, digits, hyphens and underscores.
    type: str
  current:
    description:
      - ARN or C(family:revision) of the revision that is in use, with which the content is compared.
      - Left out, the newest active revision is compared. Give the one of the running service, so that a revision which
        failed and was rolled back does not count.
    type: str
  like:
    description:
      - ARN or C(family:revision) of a revision that is taken over as it is, apart from O(images) and O(tags).
      - Mutually exclusive with O(containers).
    type: str
  images:
    description: With O(like), the images of containers that get another one, by the names of the containers.
    type: dict
    default: {}
  cpu:
    description: CPU units of a task; 1024 are one vCPU. Required for O(state=present), unless O(like) is given.
    type: int
  memory:
    description:
      - Memory of a task in MiB. Fargate has certain pairs of O(cpu) and O(memory) only, see
        U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html).
      - Required for O(state=present), unless O(like) is given.
    type: int
  task_role:
    description: ARN, or path and name, of the role the containers act as. Left out, they have no rights in AWS.
    type: str
  execution_role:
    description: >-
      ARN, or path and name, of the role with which ECS pulls images, reads secrets and writes logs.
    type: str
  cpu_architecture:
    description: Processor the images are made for; V(ARM64) costs less.
    type: str
    choices: [X86_64, ARM64]
    default: X86_64
  operating_system_family:
    description: Operating system the images are made for.
    type: str
    default: LINUX
  ephemeral_storage:
    description: GiB of storage that lives as long as the task, from 20 to 200.
    type: int
    default: 20
  volumes:
    description: Volumes containers can mount. A volume with a name only is empty at first and lives as long as its task.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the volume.
        type: str
        required: true
      efs_volume_configuration:
        description: A file system of EFS.
        type: dict
        suboptions:
          file_system_id:
            description: Id of the file system.
            type: str
            required: true
          root_directory:
            description: Directory that is mounted.
            type: str
            default: /
          transit_encryption:
            description: Whether traffic is encrypted.
            type: str
            choices: [ENABLED, DISABLED]
            default: ENABLED
          authorization_config:
            description: The C(access_point_id) to use, and C(iam) V(ENABLED) to use the task role.
            type: dict
  containers:
    description: Containers of a task. Required for O(state=present), unless O(like) is given.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the container.
        type: str
        required: true
      image:
        description: Image, with tag or digest.
        type: str
        required: true
      essential:
        description: Whether the task stops when this container does.
        type: bool
        default: true
      cpu:
        description: CPU units of this container; V(0) shares what the task has.
        type: int
      memory:
        description: MiB at which the container is killed.
        type: int
      memory_reservation:
        description: MiB kept for the container.
        type: int
      command:
        description: Command, in place of that of the image.
        type: list
        elements: str
      entry_point:
        description: Entry point, in place of that of the image.
        type: list
        elements: str
      working_directory:
        description: Directory in which the command runs.
        type: str
      user:
        description: User, or C(user:group), as which the command runs.
        type: str
      environment:
        description: Environment variables; values are visible to everybody who may read the task definition.
        type: dict
      environment_files:
        description: Files of environment variables in S3, each with C(value), an ARN, and C(type) V(s3).
        type: list
        elements: dict
      secrets:
        description:
          - Environment variables whose values ECS reads when the task starts.
          - Each is the ARN of a secret or parameter, or a map of C(secret), the name or ARN of a secret in Secrets Manager,
            and C(key), a key of its JSON text, with C(version_stage) or C(version_id) if need be.
          - O(execution_role) has to be allowed to read them.
        type: dict
      port_mappings:
        description: Ports the container listens on.
        type: list
        elements: dict
        suboptions:
          container_port:
            description: The port.
            type: int
            required: true
          protocol:
            description: The protocol.
            type: str
            choices: [tcp, udp]
            default: tcp
          name:
            description: Name for Service Connect.
            type: str
          app_protocol:
            description: Protocol spoken on top, for Service Connect.
            type: str
            choices: [http, http2, grpc]
      health_check:
        description: How ECS finds out whether the container is healthy.
        type: dict
        suboptions:
          command:
            description: Command, beginning with V(CMD) or V(CMD-SHELL). The image has to contain what it runs.
            type: list
            elements: str
            required: true
          interval:
            description: Seconds between two checks, from 5 to 300.
            type: int
            default: 30
          timeout:
            description: Seconds after which a check has failed, from 2 to 60.
            type: int
            default: 5
          retries:
            description: Failed checks after which the container is unhealthy, from 1 to 10.
            type: int
            default: 3
          start_period:
            description: Seconds after the start during which failed checks do not count, up to 300.
            type: int
      log_configuration:
        description: Where the output of the container goes.
        type: dict
        suboptions:
          driver:
            description: Log driver.
            type: str
            choices: [awslogs, splunk, awsfirelens]
            default: awslogs
          options:
            description: >-
              Options of the driver. C(awslogs) needs C(awslogs-group), C(awslogs-region) and C(awslogs-stream-prefix).
            type: dict
          secret_options:
            description: Options whose values are ARNs of secrets.
            type: dict
      readonly_root_filesystem:
        description: Whether the container can write to its volumes only.
        type: bool
      linux_parameters:
        description: Settings of Linux.
        type: dict
        suboptions:
          init_process_enabled:
            description: Whether an init process forwards signals and reaps processes.
            type: bool
          capabilities:
            description: Capabilities to C(add), only V(SYS_PTRACE), and to C(drop).
            type: dict
      ulimits:
        description: Limits of the container.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the limit, such as V(nofile).
            type: str
            required: true
          soft_limit:
            description: Soft limit.
            type: int
            required: true
          hard_limit:
            description: Hard limit.
            type: int
            required: true
      system_controls:
        description: Kernel parameters, each with C(namespace) and C(value).
        type: list
        elements: dict
      mount_points:
        description: Where O(volumes) are mounted.
        type: list
        elements: dict
        suboptions:
          source_volume:
            description: Name of the volume.
            type: str
            required: true
          container_path:
            description: Directory in the container.
            type: str
            required: true
          read_only:
            description: Whether the container can only read it.
            type: bool
      volumes_from:
        description: Containers whose mounts are taken over, each with C(source_container) and C(read_only).
        type: list
        elements: dict
      depends_on:
        description: >-
          Containers that come first, a map from their name to the condition V(START), V(COMPLETE), V(SUCCESS) or
          V(HEALTHY).
        type: dict
      start_timeout:
        description: Seconds to wait for O(containers[].depends_on).
        type: int
      stop_timeout:
        description: Seconds between the signal to end and the kill, from 2 to 120; AWS begins with 30.
        type: int
      restart_policy:
        description: Whether ECS restarts this container alone.
        type: dict
        suboptions:
          enabled:
            description: Whether it does.
            type: bool
            required: true
          ignored_exit_codes:
            description: Exit codes after which it does not.
            type: list
            elements: int
          restart_attempt_period:
            description: Seconds the container has to run before it may be restarted, from 60 to 1800.
            type: int
            default: 300
      docker_labels:
        description: Labels of the container.
        type: dict
      repository_credentials:
        description: C(credentials_parameter), the ARN of a secret with the credentials of a private registry.
        type: dict
      version_consistency:
        description: Whether all tasks of a deployment run the digest the tag had at its beginning.
        type: str
        choices: [enabled, disabled]
        default: enabled
      interactive:
        description: Whether standard input stays open.
        type: bool
      pseudo_terminal:
        description: Whether the container has a terminal.
        type: bool
  keep_revisions:
    description:
      - Number of active revisions to keep for going back. When a new one is registered, older ones are deregistered.
      - A revision in use goes on working after that. O(current) is always kept.
    type: int
    default: 10
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource
  - sdt.infra.resource.lock
  - sdt.infra.resource.connection
  - sdt.infra.resource.state
  - sdt.infra.resource.tags
notes:
  - O(state=absent) deregisters all active revisions of the family. AWS keeps them as C(INACTIVE).
  - Tags whose name begins with C(release:) belong to releases. They are kept, whatever O(tags) and O(purge_tags) say.
"""

EXAMPLES = r"""
- name: Describe the tasks of the auth service
  sdt.infra.ecs_task_definition:
    family: sdt-prod-auth-service
    cpu: 512
    memory: 1024
    execution_role: sdt-prod-auth-service-execution
    task_role: sdt-prod-auth-service-task
    volumes:
      - name: tmp
    containers:
      - name: auth-service
        image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service:1.4.2
        port_mappings:
          - container_port: 8080
        readonly_root_filesystem: true
        mount_points:
          - {source_volume: tmp, container_path: /tmp}
        environment:
          DB_HOST: sdt-prod-postgres.abcdefghijkl.us-east-1.rds.amazonaws.com
        secrets:
          DB_PASSWORD: {secret: sdt-prod/database, key: password}
        log_configuration:
          options:
            awslogs-group: /ecs/sdt-prod/auth-service
            awslogs-region: us-east-1
            awslogs-stream-prefix: auth-service

- name: Take over what runs, with another image
  sdt.infra.ecs_task_definition:
    family: sdt-prod-auth-service
    current: sdt-prod-auth-service:12
    like: sdt-prod-auth-service:12
    images:
      auth-service: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service:1.5.0
"""

RETURN = r"""
task_definition:
  description: The current revision. Missing when O(each) is used; see RV(resources).
  returned: when a single task definition is managed
  type: dict
  contains:
    arn:
      description: ARN of the revision.
      type: str
      sample: arn:aws:ecs:us-east-1:123456789012:task-definition/sdt-prod-auth-service:7
    family:
      description: The family.
      type: str
    revision:
      description: Number of the revision.
      type: int
    status:
      description: State AWS reports.
      type: str
      sample: ACTIVE
    containers:
      description: The containers, in the terms of the options, without defaults.
      type: list
      elements: dict
    tags:
      description: Tags of the revision.
      type: dict
resources:
  description: Every managed task definition by its family, with the keys of RV(task_definition).
  returned: always
  type: dict
actions:
  description: What was done, or would be done in check mode; one entry for each changed resource.
  returned: always
  type: list
  elements: dict
  sample: [{"action": "replace", "kind": "task_definition", "name": "sdt-prod-auth-service", "fields": ["containers"]}]
"""

import functools
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs import (
    NO_DEFINITION,
    RELEASE_TAGS,
    EcsResource,
    described_definition,
    tag_list,
    tags_of,
)
from ansible_collections.sdt.infra.plugins.module_utils._ecs_task import (
    canonical,
    canonical_volumes,
    container_problems,
    from_aws,
    size_problem,
    to_aws,
    to_camel,
    to_snake,
)
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError, NotFound, Unclear
from ansible_collections.sdt.infra.plugins.module_utils._loop import run
from ansible_collections.sdt.infra.plugins.module_utils._reference import resolve

_NEW_ROLE = ("Role is not valid",)
_STORAGE = 20  # GiB every Fargate task has
# What RegisterTaskDefinition takes of what DescribeTaskDefinition tells.
_COPIED = (
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
)
_CONTENT = (
    "cpu",
    "memory",
    "task_role",
    "execution_role",
    "cpu_architecture",
    "operating_system_family",
    "ephemeral_storage",
    "volumes",
    "containers",
)


class TaskDefinition(EcsResource):
    kind = "ECS task definition"
    key = "task_definition"
    identity = "family"
    fields = _CONTENT
    replace_on = frozenset(_CONTENT)
    exact = frozenset(_CONTENT)
    computed = ("arn", "revision")
    others_tags = (RELEASE_TAGS,)

    # The revision this call registered.
    _registered: str | None = None

    def __init__(self, aws: Aws, options: State):
        super().__init__(aws, options)
        if options.get("state") != "absent":
            self._check()

    def find(self) -> State | None:
        answer = described_definition(self.aws, self._registered or self.options.get("current") or self.name)
        definition = answer.get("taskDefinition")
        if definition is None or definition["status"] != "ACTIVE":
            return None
        return {**self._content(definition), "tags": tags_of(answer)}

    @staticmethod
    def _content(definition: State) -> State:
        """A revision as AWS describes it, in the terms of the options."""
        platform = definition.get("runtimePlatform") or {}
        return {
            "arn": definition["taskDefinitionArn"],
            "family": definition["family"],
            "revision": definition["revision"],
            "status": definition["status"],
            "cpu": int(definition.get("cpu") or 0),
            "memory": int(definition.get("memory") or 0),
            "task_role": definition.get("taskRoleArn", ""),
            "execution_role": definition.get("executionRoleArn", ""),
            "cpu_architecture": platform.get("cpuArchitecture", "X86_64"),
            "operating_system_family": platform.get("operatingSystemFamily", "LINUX"),
            "ephemeral_storage": (definition.get("ephemeralStorage") or {}).get("sizeInGiB", _STORAGE),
            "volumes": canonical_volumes(to_snake(definition.get("volumes"))),
            "containers": [from_aws(container) for container in definition["containerDefinitions"]],
        }

    def desired(self) -> State:
        if self.options.get("like"):
            copied = self._content(self._like)
            return {name: copied[name] for name in _CONTENT}
        desired = super().desired()
        for role in ("task_role", "execution_role"):
            desired[role] = resolve(self.aws, "role", desired[role]) if desired.get(role) else ""
        desired["volumes"] = canonical_volumes(desired["volumes"])
        desired["containers"] = [self._container(container) for container in desired["containers"]]
        return desired

    @functools.cached_property
    def _like(self) -> State:
        """The revision to take over as AWS describes it, with the new images."""
        definition = described_definition(self.aws, self.options["like"]).get("taskDefinition")
        if definition is None:
            raise NotFound(f"ECS task definition {self.options['like']} does not exist: correct the name in like.")
        images = self.options["images"]
        unknown = sorted(set(images) - {one["name"] for one in definition["containerDefinitions"]})
        if unknown:
            raise InfraError(f"ECS task definition {self.options['like']} has no container {', '.join(unknown)}.")
        containers = [
            {**one, "image": images.get(one["name"], one["image"])} for one in definition["containerDefinitions"]
        ]
        return {**definition, "containerDefinitions": containers}

    def create(self, desired: State) -> None:
        request = self._copied() if self.options.get("like") else self._request(desired)
        if desired.get("tags"):
            request["tags"] = tag_list(desired["tags"])
        try:
            answer = self.aws.write("ecs", "register_task_definition", retry=_NEW_ROLE, **request)
        except Unclear:
            self._registered = self.name  # the newest of the family, which may be it
            raise
        self._registered = answer["taskDefinition"]["taskDefinitionArn"]

    def _copied(self) -> State:
        """All that may be said of a revision, and not what AWS says of it."""
        return {**{name: self._like[name] for name in _COPIED if self._like.get(name)}, "family": self.name}

    def _request(self, desired: State) -> State:
        request: State = {
            "family": self.name,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": str(desired["cpu"]),
            "memory": str(desired["memory"]),
            "runtimePlatform": {
                "cpuArchitecture": desired["cpu_architecture"],
                "operatingSystemFamily": desired["operating_system_family"],
            },
            "volumes": to_camel(desired["volumes"]),
            "containerDefinitions": [to_aws(container) for container in desired["containers"]],
        }
        if desired["ephemeral_storage"] != _STORAGE:
            request["ephemeralStorage"] = {"sizeInGiB": desired["ephemeral_storage"]}
        if desired["task_role"]:
            request["taskRoleArn"] = desired["task_role"]
        if desired["execution_role"]:
            request["executionRoleArn"] = desired["execution_role"]
        return request

    def replace(self, current: State, desired: State) -> None:
        """The new revision comes beside the old one, which a service may still use."""
        self.create({"tags": current["tags"], **desired})
        self._prune()

    def delete(self, current: State) -> None:
        for arn in self._active():
            self.aws.write("ecs", "deregister_task_definition", missing=NO_DEFINITION, taskDefinition=arn)

    def _prune(self) -> None:
        keep = {self._registered, self.options.get("current")}
        for arn in self._active()[self.options["keep_revisions"] :]:
            if arn not in keep and arn.rpartition("/")[2] not in keep:
                self.aws.write("ecs", "deregister_task_definition", missing=NO_DEFINITION, taskDefinition=arn)

    def _active(self) -> list[str]:
        """The active revisions of the family, newest first."""
        found = self.aws.read(
            "ecs",
            "list_task_definitions",
            "taskDefinitionArns",
            familyPrefix=self.name,
            status="ACTIVE",
            sort="DESC",
        )
        return [arn for arn in found or [] if arn.rpartition("/")[2].rpartition(":")[0] == self.name]

    def _container(self, container: State) -> State:
        secrets = {name: self._secret(name, value) for name, value in container.get("secrets", {}).items()}
        return canonical({**container, "secrets": secrets})

    def _secret(self, variable: str, value: t.Any) -> str:
        """Where ECS finds the value of a variable: the ARN of a secret, and which part of it."""
        if isinstance(value, str):
            return value
        if not isinstance(value, dict) or "secret" not in value or set(value) - {"secret", "key", *_VERSION}:
            raise InfraError(
                f"ECS task definition {self.name}: the secret of {variable} has to be an ARN, or a map with secret and "
                "optionally key, version_stage and version_id."
            )
        arn = resolve(self.aws, "secret", value["secret"])
        part = [str(value.get(name) or "") for name in ("key", *_VERSION)]
        return ":".join([arn, *part]) if any(part) else arn

    def _check(self) -> None:
        """Refuse what cannot work before anything is asked of AWS."""
        if self.options.get("like"):
            return
        missing = [name for name in ("cpu", "memory", "containers") if not self.options.get(name)]
        if missing:
            raise InfraError(f"ECS task definition {self.name}: give {', '.join(missing)}.")
        problems = container_problems(self.options["containers"], self.options["volumes"])
        size = size_problem(self.options["cpu"], self.options["memory"])
        if size:
            problems.insert(0, size)
        if problems:
            raise InfraError(f"ECS task definition {self.name}: {' '.join(problems)}")


_VERSION = ("version_stage", "version_id")


def _list_of(options: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
    return {"type": "list", "elements": "dict", **({"options": options} if options else {})}


_CONTAINER: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "image": {"type": "str", "required": True},
    "essential": {"type": "bool", "default": True},
    "cpu": {"type": "int"},
    "memory": {"type": "int"},
    "memory_reservation": {"type": "int"},
    "command": {"type": "list", "elements": "str"},
    "entry_point": {"type": "list", "elements": "str"},
    "working_directory": {"type": "str"},
    "user": {"type": "str"},
    "environment": {"type": "dict"},
    "environment_files": _list_of(),
    "secrets": {"type": "dict", "no_log": False},  # where the values are, not the values
    "port_mappings": _list_of(
        {
            "container_port": {"type": "int", "required": True},
            "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
            "name": {"type": "str"},
            "app_protocol": {"type": "str", "choices": ["http", "http2", "grpc"]},
        }
    ),
    "health_check": {
        "type": "dict",
        "options": {
            "command": {"type": "list", "elements": "str", "required": True},
            "interval": {"type": "int", "default": 30},
            "timeout": {"type": "int", "default": 5},
            "retries": {"type": "int", "default": 3},
            "start_period": {"type": "int"},
        },
    },
    "log_configuration": {
        "type": "dict",
        "options": {
            "driver": {"type": "str", "choices": ["awslogs", "splunk", "awsfirelens"], "default": "awslogs"},
            "options": {"type": "dict"},
            "secret_options": {"type": "dict", "no_log": False},
        },
    },
    "readonly_root_filesystem": {"type": "bool"},
    "linux_parameters": {
        "type": "dict",
        "options": {"init_process_enabled": {"type": "bool"}, "capabilities": {"type": "dict"}},
    },
    "ulimits": _list_of(
        {
            "name": {"type": "str", "required": True},
            "soft_limit": {"type": "int", "required": True},
            "hard_limit": {"type": "int", "required": True},
        }
    ),
    "system_controls": _list_of(),
    "mount_points": _list_of(
        {
            "source_volume": {"type": "str", "required": True},
            "container_path": {"type": "str", "required": True},
            "read_only": {"type": "bool"},
        }
    ),
    "volumes_from": _list_of(),
    "depends_on": {"type": "dict"},
    "start_timeout": {"type": "int"},
    "stop_timeout": {"type": "int"},
    "restart_policy": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool", "required": True},
            "ignored_exit_codes": {"type": "list", "elements": "int"},
            "restart_attempt_period": {"type": "int", "default": 300},
        },
    },
    "docker_labels": {"type": "dict"},
    "repository_credentials": {"type": "dict"},
    "version_consistency": {"type": "str", "choices": ["enabled", "disabled"], "default": "enabled"},
    "interactive": {"type": "bool"},
    "pseudo_terminal": {"type": "bool"},
}
_VOLUME: dict[str, t.Any] = {
    "name": {"type": "str", "required": True},
    "efs_volume_configuration": {
        "type": "dict",
        "options": {
            "file_system_id": {"type": "str", "required": True},
            "root_directory": {"type": "str", "default": "/"},
            "transit_encryption": {"type": "str", "choices": ["ENABLED", "DISABLED"], "default": "ENABLED"},
            "authorization_config": {"type": "dict"},
        },
    },
}


def main() -> None:
    run(
        TaskDefinition,
        {
            "family": {"type": "str"},
            "current": {"type": "str"},
            "like": {"type": "str"},
            "images": {"type": "dict", "default": {}},
            "cpu": {"type": "int"},
            "memory": {"type": "int"},
            "task_role": {"type": "str"},
            "execution_role": {"type": "str"},
            "cpu_architecture": {"type": "str", "choices": ["X86_64", "ARM64"], "default": "X86_64"},
            "operating_system_family": {"type": "str", "default": "LINUX"},
            "ephemeral_storage": {"type": "int", "default": _STORAGE},
            "volumes": {**_list_of(_VOLUME), "default": []},
            "containers": _list_of(_CONTAINER),
            "keep_revisions": {"type": "int", "default": 10},
        },
        mutually_exclusive=[("like", "containers")],
    )


if __name__ == "__main__":
    main()
