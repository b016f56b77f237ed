# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads which objects an AWX has, by the lookup of the collection that knows its API. Only reads."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader, module_loader
from ansible_collections.sdt.infra.plugins.plugin_utils._controller import LINKS

_SPEC: dict[str, t.Any] = {
    "collection": {"type": "str", "required": True},
    "api_path": {"type": "str"},
    "organization": {"type": "str", "required": True},
}
KINDS = (
    "credential_types",
    "credentials",
    "execution_environments",
    "inventories",
    "job_templates",
    "notification_templates",
    "organizations",
    "projects",
    "schedules",
    "teams",
    "workflow_job_templates",
)
_ALL = {"return_all": True, "max_objects": 10000}
# Kinds that no organization has, or not in a way one can ask for.
_SHARED = ("credential_types", "execution_environments", "organizations", "schedules")


class ActionModule(ActionBase):
    """One request a kind, and 200 objects."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, given = self.validate_argument_spec(argument_spec=_SPEC)
        wrong = list(_missing(given["collection"]))
        if wrong:
            return {"failed": True, "changed": False, "msg": "Nothing was sent to the controller.\n" + "\n".join(wrong)}
        if given["api_path"]:  # where the collection looks for it; this is a fork of the run, and ends with the task
            os.environ["CONTROLLER_OPTIONAL_API_URLPATTERN_PREFIX"] = given["api_path"]
        lookup = lookup_loader.get(f"{given['collection']}.controller_api", loader=self._loader, templar=self._templar)
        found: dict[str, dict[str, str]] = {}
        try:
            for kind in KINDS:
                query = {"page_size": 200}
                if kind not in _SHARED:
                    query["organization__name"] = given["organization"]
                objects = lookup.run([kind], task_vars, query_params=query, **_ALL)
                found[kind] = {one["name"]: one.get("description", "") for one in objects}
            nodes = _nodes(
                lookup.run(["workflow_job_template_nodes"], task_vars, query_params={"page_size": 200}, **_ALL)
            )
        except AnsibleError as error:
            message = (
                f"The controller {os.environ.get('CONTROLLER_HOST')} did not answer as it should; nothing was "
                f"changed. {error}"
            )
            return {"failed": True, "changed": False, "msg": message}
        return {"changed": False, "found": found, "nodes": nodes}


def _nodes(found: list[dict[str, t.Any]]) -> dict[str, dict[str, dict[str, t.Any]]]:
    """workflow -> node -> what it starts, with what, and the nodes that follow."""
    identifiers = {one["id"]: one["identifier"] for one in found}
    nodes: dict[str, dict[str, dict[str, t.Any]]] = {}
    for one in found:
        starts = one["summary_fields"].get("unified_job_template") or {}
        approval = starts.get("unified_job_type") == "workflow_approval"
        nodes.setdefault(one["summary_fields"]["workflow_job_template"]["name"], {})[one["identifier"]] = {
            "starts": starts.get("name"),
            "approval": {"description": starts.get("description"), "timeout": starts.get("timeout")}
            if approval
            else {},
            "job_type": one.get("job_type"),
            "extra_data": one.get("extra_data") or {},
            **{link: sorted(identifiers[after] for after in one[link] if after in identifiers) for link in LINKS},
        }
    return nodes


def _missing(collection: str) -> t.Iterator[str]:
    """What this machine lacks."""
    if not module_loader.find_plugin(f"{collection}.job_template"):
        yield (
            f"The collection {collection} (controller_collection) is not installed. It is part of the package ansible"
            " 12, and on Ansible "
            f"Galaxy: ansible-galaxy collection install {collection}."
        )
    if not os.environ.get("CONTROLLER_HOST"):
        yield "The environment variable CONTROLLER_HOST is not set: the address of the controller, such as https://awx.example.org."
    if not os.environ.get("CONTROLLER_OAUTH_TOKEN") and not (
        os.environ.get("CONTROLLER_USERNAME") and os.environ.get("CONTROLLER_PASSWORD")
    ):
        yield (
            "Who you are is not known: set CONTROLLER_OAUTH_TOKEN, or CONTROLLER_USERNAME and CONTROLLER_PASSWORD, "
            "in the environment."
        )
