# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about roles pipelines may assume: each trusts one subject, never a pattern, and nothing protected trusts
pull requests.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Inventory, Problem, rule

RIGHTS = ("push", "plan", "deploy", "converge", "destroy")
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,30}$")
_REPOSITORY = re.compile(r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$")
_PROJECT = re.compile(r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$")
_PLACE = re.compile(r"^[A-Za-z0-9_./-]+$")  # an environment or a branch


def _roles(inventory: Inventory) -> t.Iterator[tuple[str, t.Mapping[str, t.Any]]]:
    yield from (inventory.any.get("pipeline_roles") or {}).items()


@rule
def pipelines_are_of_one_repository(inventory: Inventory) -> t.Iterator[Problem]:
    providers = inventory.any.get("pipeline_providers") or {}
    for name, role in _roles(inventory):
        wrong = _wrong(name, role, providers)
        if wrong:
            yield inventory.any.problem("pipeline_roles", f"{name}: {wrong}")


def _wrong(name: str, role: t.Mapping[str, t.Any], providers: t.Container[str]) -> str:
    if not _NAME.match(name):
        return "the name is part of the name of a role: up to 31 small letters, digits and hyphens."
    if role.get("provider") not in providers:
        return f"provider {role.get('provider')!r} is none of pipeline_providers."
    if role["provider"] == "gitlab" or "project" in role:
        branch = role.get("changes") or _PLACE.match(str(role.get("branch", "")))
        if not branch or not _PROJECT.match(str(role.get("project", ""))):
            return (
                "GitLab needs one project, such as example/infra, and one branch, which is protected there; patterns"
                " would let others in."
            )
        return ""
    if not _REPOSITORY.match(str(role.get("repository", ""))):
        return "GitHub needs one repository, such as example/infra; patterns would let others in."
    if not role.get("changes") and not _PLACE.match(str(role.get("environment", ""))):
        return "GitHub needs an environment, such as prod; without one every branch would be let in."
    return ""


@rule
def nothing_protected_trusts_changes(inventory: Inventory) -> t.Iterator[Problem]:
    protected = bool(inventory.any.get("platform_protected")) and inventory.any.flag("platform_protected")
    for name, role in _roles(inventory):
        if role.get("changes") and (protected or role.get("rights") != ["plan"]):
            yield inventory.any.problem(
                "pipeline_roles",
                f"{name}: whoever proposes a change could assume it (changes). That is for the right to plan in an "
                "environment that is not protected; "
                "otherwise name an environment of GitHub that only reviewed jobs may use, or a protected branch.",
            )


@rule
def pipelines_have_rights_there_are(inventory: Inventory) -> t.Iterator[Problem]:
    services = {host.name for host in inventory.services}
    for name, role in _roles(inventory):
        rights = role.get("rights") or []
        unknown = [one for one in rights if one not in RIGHTS]
        if unknown or not rights:
            yield inventory.any.problem(
                "pipeline_roles", f"{name}: rights are some of {', '.join(RIGHTS)}, not {', '.join(unknown) or 'none'}."
            )
        elif {"push", "deploy"} & set(rights) and role.get("service") not in services:
            yield inventory.any.problem(
                "pipeline_roles", f"{name}: to push or deploy it needs service, one of {', '.join(sorted(services))}."
            )
