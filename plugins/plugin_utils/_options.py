# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What playbooks take with -e, and what is wrong with what this run was given. Sends nothing."""

from __future__ import annotations

import functools
import pathlib
import sys
import typing as t

from ansible import context
from ansible.utils.vars import load_extra_vars
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import ROLES, plain_yaml
from ansible_collections.sdt.infra.plugins.plugin_utils._specs import SHARED, checked, nearest

PLAYBOOKS = pathlib.Path(__file__).parents[2] / "playbooks"
NOT_VALID = "What was given with -e is not valid; nothing was sent to AWS."
# What Ansible, AWX and its forks add by themselves.
OTHERS = ("ansible_", "awx_", "tower_")
# What AWX adds in a workflow.
WORKFLOW = ("awx_workflow_job_id", "tower_workflow_job_id")
# Options whose values are hosts: the group they have to be in.
HOSTS = {"service": "services", "bucket": "buckets"}


@functools.cache
def specifications() -> dict[str, dict[str, t.Any]]:
    """playbook -> short_description and options, as in a role's argument_specs.yml."""
    return t.cast(dict[str, dict[str, t.Any]], plain_yaml(PLAYBOOKS / "meta" / "argument_specs.yml")["argument_specs"])


def running() -> str:
    """The one playbook of ours that ansible-playbook was called with: its name, as in site or deploy. Empty when it
    is another, or several.
    """
    called = [
        pathlib.PurePath(str(one)).name.removesuffix(".yml").rpartition(".")[2]
        for one in context.CLIARGS.get("args") or ()
    ]
    return called[0] if len(called) == 1 and called[0] in specifications() else ""


def given_problems(loader: t.Any, groups: t.Mapping[str, t.Sequence[str]]) -> t.Iterator[str]:
    """What is wrong with what this run was given, a sentence each; nothing where the playbook is none of ours, and
    may take what it likes.
    """
    playbook = running()
    if playbook:
        yield from problems(playbook, load_extra_vars(loader), groups)


def problems(playbook: str, given: t.Mapping[str, t.Any], groups: t.Mapping[str, t.Sequence[str]]) -> t.Iterator[str]:
    """What is wrong with the extra variables of a playbook, a sentence each. Those of the inventory are looked at
    with the inventory.

    An empty text is the same as nothing: that is what a survey of AWX hands on for a question nobody answered.
    """
    options = specifications()[playbook]["options"]
    in_workflow = any(
        name in given for name in WORKFLOW
    )  # whose nodes get the answers to all questions, also those of other nodes
    for name in sorted(given):
        if name not in options:
            if not (name.startswith((*OTHERS, *_inventories())) or (in_workflow and name in _all_options())):
                yield f"{name} is no option of {playbook}.yml.{_nearest(name, options)}"
            continue
        if given[name] == "" and options[name]["type"] != "bool":
            continue
        if options[name].get("no_log") and _on_command_line(name):
            yield (
                f"{name} stands on the command line, where every user of the machine can read it. It may come from a "
                "file (-e @file) or a survey."
            )
        result = checked(name, options[name], given[name])
        for message in result.error_messages:
            yield f"{name}: {message.rstrip('.')}."
        if name in HOSTS and not result.error_messages:
            there = groups.get(HOSTS[name], [])
            for one in result.validated_parameters[name]:
                if one not in there:
                    known = ", ".join(sorted(there)) or "none"
                    yield f"{name}: {one} is none of the {HOSTS[name]} of the inventory, which are {known}."


@functools.cache
def _all_options() -> frozenset[str]:
    return frozenset(name for spec in specifications().values() for name in spec["options"])


@functools.cache
def _inventories() -> tuple[str, ...]:
    """How variables of inventories begin: with a role, or with what roles share."""
    return tuple(f"{one}_" for one in (*SHARED, *(role.name for role in ROLES.iterdir())))


def _on_command_line(name: str) -> bool:
    return any(f"{name}=" in word or f'"{name}"' in word for word in sys.argv[1:] if not word.startswith("@"))


def _nearest(name: str, options: t.Iterable[str]) -> str:
    near = nearest(name, options)
    if near:
        return near
    return f" It takes {', '.join(sorted(options))}." if options else " It takes none."
