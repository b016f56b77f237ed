# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Holds the variables of every host against the argument specs of the roles. Runs on the controller, sends nothing."""

from __future__ import annotations

import itertools
import pathlib
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible_collections.sdt.infra.plugins.plugin_utils import (
    _check_database,
    _check_network,
    _check_pipelines,
    _check_platform,
    _check_recovery,
    _check_services,
    _check_storage,
    _check_web,
)
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import ROLES, broken, plain_yaml, where, whole
from ansible_collections.sdt.infra.plugins.plugin_utils._needs import needs
from ansible_collections.sdt.infra.plugins.plugin_utils._options import NOT_VALID, given_problems
from ansible_collections.sdt.infra.plugins.plugin_utils._specs import SHARED, checked, nearest

CHECKS = (  # importing them has added their rules
    _check_database,
    _check_network,
    _check_pipelines,
    _check_platform,
    _check_recovery,
    _check_services,
    _check_storage,
    _check_web,
)


class ActionModule(ActionBase):
    """Fails with everything that is wrong with the inventory, not only the first thing."""

    TRANSFERS_FILES = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        task_vars = task_vars or {}
        errors: dict[str, list[str]] = {}
        specs = specifications()
        for host in sorted(task_vars["groups"]["all"]):
            for error in host_errors(task_vars["hostvars"][host], specs):
                errors.setdefault(error, []).append(host)
        inventory = whole(task_vars["hostvars"], task_vars["groups"], self._loader, _folder(task_vars))
        for problem in broken(inventory, forgiving=bool(errors)):
            errors.setdefault(problem.text, []).append(problem.host)
        wrong = list(given_problems(self._loader, task_vars["groups"]))
        if errors or wrong:
            total = len(task_vars["groups"]["all"])
            lines = wrong + [f"{error} (on {_hosts(hosts, total)})" for error, hosts in errors.items()]
            what = "The inventory is not valid; nothing was sent to AWS." if errors else NOT_VALID
            result.update(failed=True, msg="\n".join([what, *lines]))
        else:
            result["needs"] = needs(inventory)
        result["changed"] = False
        return result


def specifications(roles: pathlib.Path = ROLES) -> dict[str, dict[str, t.Any]]:
    """prefix -> option -> specification, of all entry points of all roles.

    A former name of an option (in its deprecated_aliases) is there with the same specification, and what it is now.
    """
    specs: dict[str, dict[str, t.Any]] = {prefix: {} for prefix in SHARED}
    for path in sorted(roles.glob("*/meta/argument_specs.yml")):
        specs.setdefault(path.parents[1].name, {})
        for entry in plain_yaml(path)["argument_specs"].values():
            for name, spec in entry.get("options", {}).items():
                known = specs[_prefix(name, specs) or path.parents[1].name]
                known[name] = spec
                for alias in spec.get("deprecated_aliases", []):
                    known[alias["name"]] = {**spec, "now": {**alias, "option": name}}
    return specs


def former_names(
    variables: t.Mapping[str, t.Any], specs: dict[str, dict[str, t.Any]]
) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """The variables of one host that have another name by now, and what is known about that."""
    for name in sorted(variables):
        prefix = _prefix(name, specs)
        if prefix is not None and "now" in specs[prefix].get(name, {}):
            yield name, specs[prefix][name]["now"]


def host_errors(variables: t.Mapping[str, t.Any], specs: dict[str, dict[str, t.Any]]) -> t.Iterator[str]:
    """What is wrong with the variables of one host, a sentence each."""
    for name in sorted(variables):
        prefix = _prefix(name, specs)
        if prefix is None:
            continue
        spec = specs[prefix].get(name)
        if spec is None:
            yield f"{name} is not a variable of {_owner(prefix)}.{nearest(name, itertools.chain(*specs.values()))}"
            continue
        try:
            value = variables[name]
        except AnsibleError as error:
            yield f"{name} cannot be worked out: {error}."
            continue
        for message in checked(name, spec, value).error_messages:
            yield f"{name}{where(value)}: {message.rstrip('.')}."


def _prefix(name: str, specs: t.Mapping[str, t.Any]) -> str | None:
    """The longest known prefix of a variable's name."""
    return max((one for one in specs if name.startswith(one + "_")), key=len, default=None)


def _owner(prefix: str) -> str:
    return "the inventory" if prefix in SHARED else f"role {prefix}"


def _folder(variables: dict[str, t.Any]) -> pathlib.Path | None:
    """The folder the inventory was read from, when there is one."""
    return pathlib.Path(variables["inventory_dir"]) if variables.get("inventory_dir") else None


def _hosts(hosts: list[str], total: int) -> str:
    if len(hosts) == total:
        return "every host"
    return ", ".join(hosts[:5]) + (f" and {len(hosts) - 5} more" if len(hosts) > 5 else "")
