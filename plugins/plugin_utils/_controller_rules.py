# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What is wrong with definitions of job templates, workflows and schedules, before anything is sent."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils import _options
from ansible_collections.sdt.infra.plugins.plugin_utils._controller import TEAMS, Definitions, Environment
from ansible_collections.sdt.infra.plugins.plugin_utils._survey import Specs


def problems(definitions: Definitions, environment: Environment) -> t.Iterator[str]:
    """What is wrong with the definitions, a sentence each."""
    specs = _options.specifications()
    for verb, one in definitions.verbs.items():
        if not (_options.PLAYBOOKS / f"{verb}.yml").is_file() or verb not in specs:
            yield f"controller_verbs: there is no playbook {verb}.yml."
            continue
        yield from _verb_problems(verb, one, specs[verb]["options"])
    usable = definitions.of(environment)
    for name, one in usable.workflows.items():
        yield from _workflow_problems(name, one, usable, specs)
    for name, one in definitions.schedules.items():
        if one["verb"] not in definitions.verbs:
            yield f"controller_schedules, {name}: {one['verb']} is none of controller_verbs."


def _verb_problems(verb: str, one: t.Mapping[str, t.Any], options: Specs) -> t.Iterator[str]:
    asked, given = one.get("survey", []), one.get("set", {})
    for name in [*asked, *given]:
        if name not in options:
            yield f"controller_verbs, {verb}: {name} is no option of {verb}.yml."
    for name, option in options.items():
        if option.get("required") and name not in asked and name not in given:
            yield f"controller_verbs, {verb}: {verb}.yml needs {name}, which is neither asked for nor set."
    if one.get("team") not in TEAMS:
        yield f"controller_verbs, {verb}: team has to be one of {', '.join(TEAMS)}, not {one.get('team')}."


def _workflow_problems(name: str, one: t.Mapping[str, t.Any], usable: Definitions, specs: Specs) -> t.Iterator[str]:
    where = f"controller_workflows, {name}"
    for option, verb in one.get("survey", {}).items():
        if option not in specs.get(verb, {}).get("options", {}):
            yield f"{where}: {option} is no option of {verb}.yml."
    for team in ("team", "approve"):
        if one.get(team, TEAMS[0]) not in TEAMS:
            yield f"{where}: {team} has to be one of {', '.join(TEAMS)}, not {one[team]}."
    for identifier, node in one["nodes"].items():
        after = [*node.get("success", []), *node.get("failure", []), *node.get("always", [])]
        yield from (
            f"{where}, {identifier}: there is no node {target}." for target in after if target not in one["nodes"]
        )
        if "approval" in node:
            continue
        verb = usable.verbs.get(node.get("verb", ""))
        if verb is None:
            yield f"{where}, {identifier}: {node.get('verb')} is none of controller_verbs of this environment."
            continue
        for option in node.get("set", {}):
            if option not in verb.get("survey", []):
                yield (
                    f"{where}, {identifier}: AWX would ignore {option}, which the survey of {node['verb']} does not "
                    "ask for."
                )
        if node.get("job_type") and not verb.get("check"):
            yield f"{where}, {identifier}: AWX would ignore job_type, as {node['verb']} has no check: true."
