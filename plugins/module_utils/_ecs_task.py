# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Container definitions between the options of a module and AWS, in one form that can be compared.

AWS fills in defaults and empty lists, and keeps maps as lists. In the form used here maps are maps, what is empty or a
default is left out, and lists whose order means nothing are sorted: two definitions that mean the same are equal.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._compare import State, ordered

GIB = 1024

# CPU units -> the memory in MiB Fargate offers with them
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
FARGATE_SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1 * GIB, 2 * GIB),
    512: tuple(range(1 * GIB, 4 * GIB + 1, GIB)),
    1024: tuple(range(2 * GIB, 8 * GIB + 1, GIB)),
    2048: tuple(range(4 * GIB, 16 * GIB + 1, GIB)),
    4096: tuple(range(8 * GIB, 30 * GIB + 1, GIB)),
    8192: tuple(range(16 * GIB, 60 * GIB + 1, 4 * GIB)),
    16384: tuple(range(32 * GIB, 120 * GIB + 1, 8 * GIB)),
}
FARGATE_STOP_TIMEOUTS = range(2, 121)  # seconds

# What AWS assumes where nothing is said.
_HEALTH_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3}
_RESTART_DEFAULTS = {"restart_attempt_period": 300}
# Lists whose order means nothing, and maps whose values are the user's own and stay as they are.
_UNORDERED = ("port_mappings", "ulimits", "mount_points", "volumes_from", "environment_files", "system_controls")
_MAPS = ("environment", "secrets", "depends_on", "docker_labels")
_SPELLED = {"size_in_gi_b": "size_in_gib"}


def size_problem(cpu: int, memory: int) -> str | None:
    """Why Fargate has no task of this size; None when it has."""
    if cpu not in FARGATE_SIZES:
        return f"Fargate has no tasks with {cpu} CPU units; choose one of {_listed(FARGATE_SIZES)}."
    if memory not in FARGATE_SIZES[cpu]:
        return (
            f"Fargate has no tasks with {cpu} CPU units and {memory} MiB of memory; with {cpu} CPU units choose one of "
            f"{_listed(FARGATE_SIZES[cpu])} MiB."
        )
    return None


def container_problems(containers: list[State], volumes: list[State]) -> list[str]:
    """What AWS would refuse in these containers, one sentence each."""
    names = [container["name"] for container in containers]
    known = {volume["name"] for volume in volumes}
    problems = [f"The container name {name} is used twice." for name in sorted(set(names)) if names.count(name) > 1]
    if not any(container.get("essential", True) for container in containers):
        problems.append("At least one container has to be essential.")
    for container in containers:
        for mount in container.get("mount_points") or []:
            if mount["source_volume"] not in known:
                problems.append(f"Container {container['name']} mounts the unknown volume {mount['source_volume']}.")
        for other in container.get("depends_on") or {}:
            if other not in names or other == container["name"]:
                problems.append(f"Container {container['name']} depends on the unknown container {other}.")
        stop = container.get("stop_timeout")
        if stop is not None and stop not in FARGATE_STOP_TIMEOUTS:
            problems.append(f"The stop_timeout of container {container['name']} has to be from 2 to 120 seconds.")
    return problems


def canonical(container: State) -> State:
    """A container in the terms of the options, reduced to what it says beyond the defaults."""
    result = {name: value for name, value in container.items() if value not in (None, "", [], {}, 0)}
    if container.get("essential", True):
        result.pop("essential", None)
    else:
        result["essential"] = False
    if result.get("version_consistency") == "enabled":
        del result["version_consistency"]
    if "port_mappings" in result:
        result["port_mappings"] = [_port(one) for one in result["port_mappings"]]
    if "health_check" in result:
        result["health_check"] = _pruned({**_HEALTH_DEFAULTS, **_pruned(result["health_check"])})
    if "restart_policy" in result:
        result["restart_policy"] = _pruned({**_RESTART_DEFAULTS, **_pruned(result["restart_policy"])})
    if "log_configuration" in result:
        log = result["log_configuration"]
        result["log_configuration"] = {name: value for name, value in log.items() if value not in (None, {})}
    for name, value in list(result.items()):
        if name in _UNORDERED:
            result[name] = ordered(_pruned(one) for one in value)
        elif name not in (*_MAPS, "log_configuration"):
            result[name] = _pruned(value)
        if result[name] in ([], {}):
            del result[name]
    for name in ("environment", "docker_labels"):
        if name in result:
            result[name] = {key: str(value) for key, value in result[name].items()}
    return result


def from_aws(container: t.Mapping[str, t.Any]) -> State:
    """A container definition as AWS describes it, in canonical form."""
    result: State = {}
    for key, value in container.items():
        if key == "environment":
            result["environment"] = {one["name"]: one.get("value", "") for one in value}
        elif key == "secrets":
            result["secrets"] = {one["name"]: one["valueFrom"] for one in value}
        elif key == "dependsOn":
            result["depends_on"] = {one["containerName"]: one["condition"] for one in value}
        elif key == "logConfiguration":
            result["log_configuration"] = {
                "driver": value["logDriver"],
                "options": dict(value.get("options") or {}),
                "secret_options": {one["name"]: one["valueFrom"] for one in value.get("secretOptions") or []},
            }
        elif key == "dockerLabels":
            result["docker_labels"] = dict(value)
        else:
            result[snake(key)] = to_snake(value)
    return canonical(result)


def to_aws(container: State) -> State:
    """A canonical container as RegisterTaskDefinition takes it."""
    request: State = {"essential": container.get("essential", True)}
    for name, value in container.items():
        if name == "environment":
            request["environment"] = _pairs(value, "name", "value")
        elif name == "secrets":
            request["secrets"] = _pairs(value, "name", "valueFrom")
        elif name == "depends_on":
            request["dependsOn"] = _pairs(value, "containerName", "condition")
        elif name == "log_configuration":
            request["logConfiguration"] = {
                "logDriver": value["driver"],
                "options": value.get("options", {}),
                "secretOptions": _pairs(value.get("secret_options", {}), "name", "valueFrom"),
            }
        elif name == "docker_labels":
            request["dockerLabels"] = value
        else:
            request[camel(name)] = to_camel(value)
    return request


def canonical_volumes(volumes: t.Iterable[State] | None) -> list[State]:
    """Volumes in the terms of the options; a volume without more is one that lives as long as its task."""
    return ordered(_volume(volume) for volume in volumes or [])


def snake(name: str) -> str:
    """containerPort -> container_port"""
    text = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    return _SPELLED.get(text, text)


def camel(name: str) -> str:
    """container_port -> containerPort"""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def to_snake(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {snake(key): to_snake(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_snake(item) for item in value]
    return value


def to_camel(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {camel(key): to_camel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_camel(item) for item in value]
    return value


def _pruned(value: t.Any) -> t.Any:
    """value without what is empty, false or zero, which is what AWS assumes where nothing is said."""
    if not isinstance(value, dict):
        return value
    kept = {name: _pruned(item) for name, item in value.items()}
    return {name: item for name, item in kept.items() if item not in (None, "", [], {}, 0)}


def _port(mapping: State) -> State:
    """In the network mode awsvpc the port of the host is that of the container."""
    mapping = _pruned(mapping)
    if mapping.get("host_port") == mapping.get("container_port"):
        mapping.pop("host_port", None)
    if mapping.get("protocol") == "tcp":
        del mapping["protocol"]
    return mapping


def _volume(volume: State) -> State:
    volume = _pruned(volume)
    efs = volume.get("efs_volume_configuration")
    if efs:
        volume["efs_volume_configuration"] = {"root_directory": "/", **efs}
    return volume


def _pairs(values: t.Mapping[str, str], key: str, value: str) -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in sorted(values.items())]


def _listed(values: t.Iterable[int]) -> str:
    return ", ".join(str(value) for value in values)
