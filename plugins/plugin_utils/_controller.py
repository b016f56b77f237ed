# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The verbs of an environment as objects of AWX: job templates with surveys, workflows, schedules and permissions.
Sends nothing.

Definitions stand in awx/, what playbooks take in playbooks/meta/argument_specs.yml; the objects are as modules of
the collection awx.awx want them.
https://docs.ansible.com/projects/awx/en/24.6.1/userguide/job_templates.html#surveys
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils import _options
from ansible_collections.sdt.infra.plugins.plugin_utils._survey import Groups, Specs, survey

TEAMS = ("developers", "engineers", "owners")  # each may also what those before may
WHEN = ("success", "failure", "always")  # a node may be followed by others
LINKS = tuple(f"{when}_nodes" for when in WHEN)  # what AWX calls those


class Environment(t.NamedTuple):
    """What an inventory says about itself, as far as AWX has to know it."""

    prefix: str  # first part of all names
    has: t.Collection[str]  # sleep, replica, standby, fleet
    protected: bool
    groups: Groups
    names: t.Mapping[str, str]  # organization, project, inventory, fleet, execution_environment and notification
    credentials: t.Sequence[str]
    time_zone: str
    forks: int
    slices: int

    def name(self, what: str) -> str:
        return f"{self.prefix} {what}"

    def described(self, text: str) -> str:
        """With the mark by which it is known that we made it, so that we may remove it."""
        return f"{text} [sdt.infra {self.prefix}]"

    def marked(self, found: t.Mapping[str, str]) -> set[str]:
        """Names of what we made, out of names and their descriptions."""
        return {name for name, text in found.items() if text.endswith(self.described(""))}


class Definitions(t.NamedTuple):
    """What stands in awx/."""

    verbs: t.Mapping[str, t.Mapping[str, t.Any]]
    workflows: t.Mapping[str, t.Mapping[str, t.Any]]
    schedules: t.Mapping[str, t.Mapping[str, t.Any]]

    def of(self, environment: Environment) -> Definitions:
        """Those an environment has a use for."""

        def fits(one: t.Mapping[str, t.Any]) -> bool:
            return (not one.get("needs") or one["needs"] in environment.has) and (
                not one.get("protected") or environment.protected
            )

        verbs = {name: one for name, one in self.verbs.items() if fits(one)}
        return Definitions(
            verbs,
            {name: one for name, one in self.workflows.items() if fits(one)},
            {name: one for name, one in self.schedules.items() if one["verb"] in verbs},
        )


def job_templates(definitions: Definitions, environment: Environment) -> list[dict[str, t.Any]]:
    """Options of the module job_template, for each verb."""
    specs = _options.specifications()
    return [_job_template(verb, one, specs, environment) for verb, one in definitions.verbs.items()]


def _job_template(verb: str, one: t.Mapping[str, t.Any], specs: Specs, environment: Environment) -> dict[str, t.Any]:
    asked = one.get("survey", [])
    writes = "lock_takeover" in specs[verb]["options"]
    names = environment.names
    template = {
        "name": environment.name(verb),
        "description": environment.described(specs[verb]["short_description"]),
        "organization": names["organization"],
        "project": names["project"],
        "playbook": f"playbooks/{verb}.yml",
        "inventory": names[one.get("inventory", "inventory")],
        "job_slice_count": environment.slices if one.get("inventory") == "fleet" else 1,
        "execution_environment": names["execution_environment"],
        "credentials": list(environment.credentials),
        "job_type": "run",
        "forks": environment.forks,
        "diff_mode": writes,
        "extra_vars": dict(one.get("set", {})),
        "ask_job_type_on_launch": bool(one.get("check")),
        "ask_limit_on_launch": bool(one.get("limit")),
        # Whoever writes waits for the run before; runs that only read do not wait for each other.
        "allow_simultaneous": not writes,
        "survey_enabled": bool(asked),
        "survey_spec": survey({name: verb for name in asked}, environment.groups),
    }
    if names.get("notification"):
        template["notification_templates_error"] = [names["notification"]]
    return template


def workflows(
    definitions: Definitions, environment: Environment, there: t.Mapping[str, t.Mapping[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """Options of the module workflow_job_template, for each workflow; there are the nodes it has, with those that
    follow them.
    """
    organization = {"name": environment.names["organization"]}
    made = []
    for name, one in definitions.workflows.items():
        nodes = [_node(identifier, node, environment, organization) for identifier, node in one["nodes"].items()]
        known = there.get(environment.name(f"workflow {name}"), {})
        workflow = {
            "name": environment.name(f"workflow {name}"),
            "description": environment.described(one["description"]),
            "organization": environment.names["organization"],
            "inventory": environment.names["inventory"],
            "survey_enabled": bool(one.get("survey")),
            "survey_spec": survey(one.get("survey", {}), environment.groups),
            "allow_simultaneous": False,
            # The module adds nodes and links, and takes none away.
            "destroy_current_nodes": _superfluous(known, one["nodes"]),
        }
        # It would write approvals that are as they should be, and say that they have changed.
        if known != {node["identifier"]: _as_found(node) for node in nodes}:
            workflow["workflow_nodes"] = nodes
        if environment.names.get("notification"):
            workflow["notification_templates_error"] = [environment.names["notification"]]
            workflow["notification_templates_approvals"] = [environment.names["notification"]]
        made.append(workflow)
    return made


def _node(
    identifier: str, node: t.Mapping[str, t.Any], environment: Environment, organization: dict
) -> dict[str, t.Any]:
    if "approval" in node:
        template = {
            "name": environment.name("approval"),
            "description": node["approval"],
            "type": "workflow_approval",
            "timeout": int(node.get("timeout", 0)),
        }
    else:
        template = {"name": environment.name(node["verb"]), "organization": organization, "type": "job_template"}
    made: dict[str, t.Any] = {"identifier": identifier, "unified_job_template": template}
    if node.get("job_type"):
        made["job_type"] = node["job_type"]
    if node.get("set"):
        made["extra_data"] = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in node["set"].items()
        }
    made["related"] = {f"{when}_nodes": [{"identifier": after} for after in node.get(when, [])] for when in WHEN}
    return made


def _as_found(node: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A node in the terms of M(controller_info)."""
    starts = node["unified_job_template"]
    return {
        "starts": starts["name"],
        "approval": {
            name: starts[name] for name in ("description", "timeout") if starts["type"] == "workflow_approval"
        },
        "job_type": node.get("job_type"),
        "extra_data": node.get("extra_data", {}),
        **{link: sorted(after["identifier"] for after in node["related"][link]) for link in node["related"]},
    }


def _superfluous(there: t.Mapping[str, t.Any], nodes: t.Mapping[str, t.Any]) -> bool:
    """Whether a workflow has a node or a link it should not have."""
    return any(
        identifier not in nodes or set(links[f"{when}_nodes"]) - set(nodes[identifier].get(when, []))
        for identifier, links in there.items()
        for when in WHEN
    )


def schedules(definitions: Definitions, environment: Environment) -> list[dict[str, t.Any]]:
    """Options of the module schedule. The module schedule_rrule fails on ansible-core 2.19, so rules are written as
    they are.
    """
    return [
        {
            "name": environment.name(name),
            "description": environment.described(f"Starts {one['verb']}"),
            "organization": environment.names["organization"],
            "unified_job_template": environment.name(one["verb"]),
            "rrule": f"DTSTART;TZID={environment.time_zone}:{one['start']} RRULE:{one['rule']}",
            "extra_data": dict(one.get("answers", {})),
        }
        for name, one in definitions.schedules.items()
    ]


def grants(definitions: Definitions, environment: Environment) -> list[dict[str, t.Any]]:
    """What each team may start and approve, and what not: options of the module role, with a state.

    In a protected environment nobody may start what must not be done alone; and whoever may start a workflow with
    an approval and is not above its
    approvers may not approve it.
    """
    may: dict[tuple[str, str, str], list[str]] = {}

    def grant(kind: str, name: str, role: str, team: str | None) -> None:
        above = TEAMS[TEAMS.index(team) :] if team else ()
        for one in TEAMS:
            may.setdefault((kind, role, "present" if one in above else "absent"), []).append(f"{one}:{name}")

    for verb, one in definitions.verbs.items():
        alone = one.get("alone", True) or not environment.protected
        grant("job_templates", environment.name(verb), "execute", one["team"] if alone else None)
    for name, one in definitions.workflows.items():
        grant("workflows", environment.name(f"workflow {name}"), "execute", one["team"])
        if one.get("approve"):
            grant("workflows", environment.name(f"workflow {name}"), "approval", one["approve"])
    made: list[dict[str, t.Any]] = []
    for (kind, role, state), pairs in may.items():
        for team in TEAMS:
            names = [pair.partition(":")[2] for pair in pairs if pair.startswith(f"{team}:")]
            if names:
                made.append({"team": team, "role": role, "state": state, kind: names})
    return made


def credential_type(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Options of the module credential_type. AWX fills inputs into templates, which the inventory does not have to
    write as such.
    """
    return {
        "name": given["name"],
        "description": given.get("description", ""),
        "kind": "cloud",
        "inputs": given["inputs"],
        "injectors": {
            name: {variable: "{{ " + field + " }}" for variable, field in given.get(said, {}).items()}
            for name, said in (("env", "environment"), ("extra_vars", "extra_vars"))
        },
    }
