# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Works out which objects an AWX needs for an environment. Runs on the controller, sends nothing."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils import _controller, _controller_rules

_SPEC: dict[str, t.Any] = {
    "prefix": {"type": "str", "required": True},
    "verbs": {"type": "dict", "required": True},
    "workflows": {"type": "dict", "required": True},
    "schedules": {"type": "dict", "required": True},
    "credentials": {"type": "list", "elements": "dict", "required": True},
    "credential_types": {"type": "list", "elements": "dict", "default": []},
    "inventories": {"type": "list", "elements": "str", "required": True},
    "names": {"type": "dict", "required": True},
    "required": {"type": "dict", "default": {}},
    "has": {"type": "list", "elements": "str", "default": []},
    "protected": {"type": "bool", "default": False},
    "time_zone": {"type": "str", "default": "UTC"},
    "forks": {"type": "int", "default": 0},
    "slices": {"type": "int", "default": 1},
    "found": {"type": "dict", "required": True},
    "nodes": {"type": "dict", "default": {}},
    "renew": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Fails with everything that is wrong, not only the first thing."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        super().run(tmp, task_vars)
        _validated, given = self.validate_argument_spec(argument_spec=_SPEC)
        environment = _controller.Environment(
            prefix=given["prefix"],
            has=given["has"],
            protected=given["protected"],
            groups=(task_vars or {})["groups"],
            names=given["names"],
            credentials=[one["name"] for one in given["credentials"] if one.get("jobs")],
            time_zone=given["time_zone"],
            forks=given["forks"],
            slices=given["slices"],
        )
        definitions = _controller.Definitions(given["verbs"], given["workflows"], given["schedules"])
        written = _written(given)
        wrong = [*_missing(given["required"], written), *_controller_rules.problems(definitions, environment)]
        if wrong:
            return {
                "failed": True,
                "changed": False,
                "msg": "Nothing was changed in the controller.\n" + "\n".join(wrong),
            }
        usable = definitions.of(environment)
        made = {
            "job_templates": _controller.job_templates(usable, environment),
            "workflow_job_templates": _controller.workflows(usable, environment, given["nodes"]),
            "schedules": _controller.schedules(usable, environment),
            "notification_templates": [{"name": given["names"]["notification"]}],
            "inventories": [{"name": one} for one in given["inventories"]],
        }
        return {
            "changed": False,
            "mark": environment.described("").strip(),
            **made,
            "stale": {kind: _stale(given["found"][kind], environment, made[kind]) for kind in made},
            "credentials": written,
            "credential_types": [_controller.credential_type(one) for one in given["credential_types"]],
            "teams": list(_controller.TEAMS),
            "grants": _controller.grants(usable, environment),
        }


def _stale(found: dict[str, str], environment: _controller.Environment, made: list[dict[str, t.Any]]) -> list[str]:
    """Names of what has our mark in its description and is defined no more."""
    return sorted(environment.marked(found) - {one["name"] for one in made})


def _missing(required: dict[str, t.Any], written: list[dict[str, t.Any]]) -> t.Iterator[str]:
    """What the inventory or the environment of this machine lacks."""
    for name, value in required.items():
        if not value:
            yield f"{name} is not set in the inventory."
    for one in written:
        absent = [name for name in one["environment"].values() if not os.environ.get(name)]
        if absent:
            yield (
                f"The controller has no credential {one['name']} yet, and these environment variables are not set: "
                f"{', '.join(absent)}."
            )


def _written(given: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Credentials that are made or renewed: from which environment variable each input comes, without optional ones
    that are not set.
    """
    return [
        {
            "name": one["name"],
            "credential_type": one["type"],
            "environment": {
                name: variable
                for name, variable in one["inputs"].items()
                if os.environ.get(variable) or name not in one.get("optional", [])
            },
        }
        for one in given["credentials"]
        if given["renew"] or one["name"] not in given["found"]["credentials"]
    ]
