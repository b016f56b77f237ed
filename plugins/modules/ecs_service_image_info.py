#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service_image_info
version_added: 0.1.0
short_description: Tell which image an ECS service should run
description:
  - The image of a service belongs to its releases. For a service that exists this module returns the image it runs, so that
    other changes of its task definition keep it.
  - For a new service, and for one that still waits for its first image, it returns the image of O(tag), or the one that
    was pushed last, and whether there is any.
  - It only reads, and works where neither repository nor service exist yet.
author: SDT platform engineering (@sdt)
options:
  cluster:
    description: Name or ARN of the cluster. Required unless O(hosts) gives it.
    type: str
  service:
    description: Name of the service. Required unless O(hosts) gives it.
    type: str
  container:
    description: Name of the container; that of the service, when left out.
    type: str
  repository:
    description: Name of the ECR repository of the service. Required unless O(hosts) gives it.
    type: str
  tag:
    description: Tag of the first image, which is named by its digest. Left out, it is the image that was pushed last.
    type: str
  image:
    description: First image as a whole, from any registry, in place of O(repository) and O(tag).
    type: str
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - sdt.infra.resource.hosts
"""

EXAMPLES = r"""
- name: Find out which image the auth service should run
  sdt.infra.ecs_service_image_info:
    cluster: sdt-prod
    service: auth-service
    repository: sdt-prod/auth-service
"""

RETURN = r"""
services:
  description: What was found out, by the names of the services.
  returned: always
  type: dict
  contains:
    image:
      description: The image the task definition should name.
      type: str
      sample: 123456789012.dkr.ecr.us-east-1.amazonaws.com/sdt-prod/auth-service:1.4.2
    available:
      description: Whether the image can be pulled. Where it is false, tasks could not start.
      type: bool
    start:
      description: >-
        Whether the service exists without tasks only because it waited for this image, so that it should be started now.
      type: bool
    unmarked:
      description: >-
        Which tag to give the image, with its C(digest), so that lifecycle rules leave it alone while it runs. Empty where it is
        marked, or is of another registry or not there.
      type: dict
      sample: {keep-release-1: {digest: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}}
    task_definition:
      description: ARN of the task definition the service uses, or an empty string.
      type: str
    release:
      description: >-
        What the last release left in tags of the task definition, by their names without C(release:). Empty where there was
        none.
      type: dict
      sample: {by: "arn:aws:iam::123456789012:user/ada", reason: faster login, from: ""}
pending:
  description: What to do before services can start.
  returned: when no image is available for one
  type: list
  elements: str
unfinished:
  description: What could not be found out, by the hosts of O(hosts), where it could for others.
  returned: when it could not for some
  type: dict
"""

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _ecr_images
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ecs import described_definition, described_service, release_of
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.module_utils._hosts import HOSTS_OPTION, Unfinished, options_of_hosts

_SPEC: dict[str, t.Any] = {
    "cluster": {"type": "str"},
    "service": {"type": "str"},
    "container": {"type": "str"},
    "repository": {"type": "str"},
    "tag": {"type": "str"},
    "image": {"type": "str"},
}
_NEEDED = ("cluster", "service", "repository")
_SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


class Choice(t.NamedTuple):
    """Which image a service should run, and whether its tasks can start."""

    image: str
    available: bool
    start: bool


def choose(
    uri: str, pushed: list[State], *, live: str, suspended: bool, tag: str = "", image: str = "", exists: bool = False
) -> Choice:
    """The choice for a service that runs no tasks.

    uri names the repository and pushed its images; live is the image of an existing service, suspended whether its
    scaling is, exists whether there is a service at all. Pure: asks nobody.
    """
    if live and in_registry(live, uri, pushed):
        # It stands at zero because somebody scaled it, unless its scaling waits to be resumed.
        return Choice(_pinned(uri, pushed, live) if suspended else live, True, suspended)
    candidate = image or newest(uri, pushed, tag)
    if candidate and in_registry(candidate, uri, pushed):
        return Choice(_pinned(uri, pushed, candidate), True, exists)
    return Choice(candidate or live or f"{uri}:{tag or 'latest'}", False, False)


def in_registry(image: str, uri: str, pushed: list[State]) -> bool:
    """Whether an image can be pulled; those of other registries are taken for granted."""
    return not _ecr_images.is_of(uri, image) or _ecr_images.named(pushed, uri, image) is not None


def _pinned(uri: str, pushed: list[State], image: str) -> str:
    """An image of ours by its digest: it stays the same whatever becomes of its tags."""
    found = _ecr_images.named(pushed, uri, image) if _ecr_images.is_of(uri, image) else None
    return f"{uri}@{found['imageDigest']}" if found else image


def newest(uri: str, pushed: list[State], tag: str = "") -> str:
    """The image with the tag, or the one pushed last; an empty string when there is none."""
    if tag:
        return f"{uri}:{tag}"
    if not pushed:
        return ""
    last = max(pushed, key=lambda one: (str(one.get("imagePushedAt", "")), one["imageDigest"]))
    return f"{uri}@{last['imageDigest']}"


def _answer(aws: Aws, params: State, peers: list[str]) -> State:
    service = described_service(aws, params["cluster"], params["service"], peers)
    if service is not None and service["status"] != "ACTIVE":
        service = None
    definition = (service or {}).get("taskDefinition") or ""
    described = described_definition(aws, definition) if definition else {}
    live = _image_of(described, params["container"] or params["service"])
    known: State = {"task_definition": definition, "release": release_of(described)}
    uri = _ecr_images.registry(aws) + params["repository"]
    pushed = _ecr_images.described(aws, params["repository"]) or []
    images = _ecr_images.Images(params["repository"], uri, pushed)
    if service and live and service["desiredCount"]:
        return {"image": live, "available": True, "start": False, "unmarked": images.unmarked(live), **known}
    choice = choose(
        uri,
        pushed,
        live=live,
        suspended=bool(service) and _suspended(aws, params),
        tag=params["tag"] or "",
        image=params["image"] or "",
        exists=bool(service),
    )
    return {**choice._asdict(), "unmarked": images.unmarked(choice.image), **known}


def _pending(aws: Aws, params: State, answer: State) -> str:
    uri = _ecr_images.registry(aws) + params["repository"]
    return (
        f"ECS service {params['service']} has no tasks yet, because {answer['image']} does not exist. Push an image to "
        f"{uri} and run again, or release one: the service then starts."
    )


def _image_of(described: State, container: str) -> str:
    containers = described.get("taskDefinition", {}).get("containerDefinitions", [])
    return next((one["image"] for one in containers if one["name"] == container), "")


def _suspended(aws: Aws, params: State) -> bool:
    """Whether all scaling of the service is suspended, as it is while a service waits for its first image."""
    found = aws.read(
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        ServiceNamespace="ecs",
        ResourceIds=[f"service/{params['cluster'].rpartition('/')[2]}/{params['service']}"],
        ScalableDimension="ecs:service:DesiredCount",
    )
    return any(all((one.get("SuspendedState") or {}).get(name) for name in _SUSPENDED) for one in found or [])


def _wanted(params: State) -> list[tuple[str, State]]:
    """The services that are asked about, each with the host it belongs to."""
    wanted = []
    for host, said in options_of_hosts(params["hosts"]):
        own = {name: said.get(name, params[name]) for name in _SPEC}
        missing = [name for name in _NEEDED if not own[name]]
        checked = ArgumentSpecValidator(_SPEC).validate(own)
        if missing or checked.error_messages:
            problem = f"It needs {', '.join(missing)}." if missing else " ".join(checked.error_messages)
            raise InfraError(f"{problem} (for {host})" if host else problem)
        wanted.append((host, checked.validated_parameters))
    return wanted


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**_SPEC, **CONNECTION_OPTIONS, **HOSTS_OPTION},
        required_one_of=[("service", "hosts")],
        mutually_exclusive=[("service", "hosts")],
        supports_check_mode=True,
    )
    services: State = {}
    pending: list[str] = []
    try:
        wanted = _wanted(module.params)
    except InfraError as error:
        module.fail_json(msg=str(error))
    aws = Aws(module)
    unfinished = Unfinished(host for host, _params in wanted)

    def answered(params: State) -> State:
        peers = [other["service"] for _host, other in wanted if other["cluster"] == params["cluster"]]
        return _answer(aws, params, peers)

    aws.look_ahead(answered, [params for _host, params in wanted])
    for host, params in wanted:
        try:
            answer = services[params["service"]] = answered(params)
            if not answer["available"]:
                pending.append(_pending(aws, params, answer))
        except InfraError as error:
            unfinished.add(host, f"Could not find out which image {params['service']} should run: {error}")
    result: State = {"changed": False, "services": services, **({"pending": pending} if pending else {})}
    unfinished.end(module, result)


if __name__ == "__main__":
    main()
