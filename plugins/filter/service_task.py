# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a service runs and what it may do, worked out from the inputs of the role ecs_platform."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.plugin_utils._service_containers import service_containers
from ansible_collections.sdt.infra.plugins.plugin_utils._service_policies import service_policies, tasks_trust

DOCUMENTATION = r"""
name: service_task
version_added: 0.1.0
short_description: The containers and policies of a service, from the inputs of the role ecs_platform
description:
  - Works out the containers of a service, with environment, secrets, health check and log, and the policies of its two
    roles, which name just what the service uses.
  - A service that is isolated gets no secrets, buckets, database, tracing or commands, whatever else is said.
author: SDT platform engineering (@sdt)
positional: _input
options:
  _input:
    description:
      - A map with the keys C(service), C(image), C(port), C(command), C(user), C(health_command),
        C(health_start_period), C(stop_timeout), C(readonly), C(drop_capabilities), C(ulimits), C(isolated),
        C(execute_command), C(environment), C(secret), C(secrets), C(database), C(database_secret), C(database_port),
        C(database_connections), C(kms_key), C(bucket_kms_key), C(buckets), C(prefix), C(calls), C(namespace),
        C(tracing), C(tracing_image), C(tracing_memory), C(repository), C(log_group), C(log_mode), C(log_buffer),
        C(partition), C(region) and C(account), each as the role's input of that name.
      - C(buckets) is a map from the purpose of each bucket to its C(access), C(prefix) and C(name). Without a name it
        is C(<prefix>-<purpose>-<account>), with the C(prefix) all names of the environment begin with.
      - C(calls) is a map from the name of each service that is called to its port.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what a service runs
  ansible.builtin.debug:
    msg: "{{ (settings | sdt.infra.service_task).containers }}"
"""

RETURN = r"""
_value:
  description:
    - C(containers), as the option O(sdt.infra.ecs_task_definition#module:containers) takes them.
    - C(execution_policies) and C(task_policies), each a map from the name of a policy to its document, and
      C(trust_policy), the document that says who may assume these roles.
  type: dict
"""

# What code nobody vouches for goes without.
_NOTHING: dict[str, t.Any] = {
    "tracing": False,
    "execute_command": False,
    "database": False,
    "secrets": {},
    "buckets": {},
}


def service_task(settings: dict[str, t.Any]) -> dict[str, t.Any]:
    """The containers and policies; see DOCUMENTATION."""
    settings = {**settings, **(_NOTHING if settings["isolated"] else {})}
    settings["buckets"] = {purpose: _bucket(settings, purpose, given) for purpose, given in settings["buckets"].items()}
    # Commands need to write outside of /tmp.
    settings["readonly"] = settings["readonly"] and not settings["execute_command"]
    policies = service_policies(settings)
    return {
        "containers": service_containers(settings),
        "execution_policies": policies["execution"],
        "task_policies": policies["task"],
        "trust_policy": tasks_trust(settings),
    }


def _bucket(settings: dict[str, t.Any], purpose: str, given: t.Any) -> dict[str, t.Any]:
    """A bucket with its name and access."""
    if not isinstance(given, dict) or set(given) - {"name", "access", "prefix"}:
        raise AnsibleFilterError(
            f"The bucket {purpose} of service {settings['service']} has to be a map of access, prefix and name, "
            f"not {given!r}."
        )
    name = f"{settings['prefix']}-{purpose}-{settings['account']}"
    return {"name": name, "access": "read", "prefix": "", **given}


class FilterModule:
    """The filter under its name."""

    def filters(self) -> dict[str, t.Callable]:
        return {"service_task": service_task}
