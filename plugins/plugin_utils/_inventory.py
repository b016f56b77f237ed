# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The whole inventory as the roles will see it: every variable of every host, with the defaults of the roles below.

Rules about it stand in the modules whose names begin with _check. A rule is a function that takes an Inventory and
yields Problems; the decorator rule makes it one.
"""

from __future__ import annotations

import pathlib
import typing as t

import yaml
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.sdt.infra.plugins.plugin_utils._variables import Variables

try:  # where a value was written; known to ansible-core from 2.19, but not part of its public face
    from ansible._internal._datatag._tags import Origin
except ImportError:
    Origin = None

ROLES = pathlib.Path(__file__).parents[2] / "roles"
# What only AWS can say, and has not been asked yet; names have the same length with it.
UNASKED = {"platform_account": "000000000000", "platform_partition": "aws"}


class Problem(t.NamedTuple):
    """Something that cannot be right: the host it was found on, and a sentence."""

    host: str
    text: str


class Host(t.Mapping[str, t.Any]):
    """The variables of one host, worked out when they are asked for."""

    def __init__(self, name: str, variables: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any] | None = None):
        self.name = name
        self.given = variables if given is None else given  # without the defaults of the roles, not worked out
        self._variables = variables

    def __getitem__(self, variable: str) -> t.Any:
        return self._variables[variable]

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def number(self, variable: str) -> int:
        """The value as a whole number; -e name=3 gives a text."""
        return int(self[variable])

    def flag(self, variable: str) -> bool:
        """The value as yes or no."""
        return bool(boolean(self[variable], strict=False))

    def problem(self, variable: str, text: str) -> Problem:
        """The sentence about this variable, with the place where its value was written."""
        return Problem(self.name, f"{variable}{where(self.given.get(variable))}: {text}")


class WorkedOut(t.Mapping[str, t.Any]):
    """The variables of one of several hosts, each worked out when it is asked for."""

    def __init__(self, name: str, names: t.Collection[str], variables: Variables):
        self._name, self._names, self._all = name, names, variables

    def __getitem__(self, variable: str) -> t.Any:
        return self._all.value(self._name, variable)

    def __iter__(self) -> t.Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Absent(Exception):
    """The inventory does not have the host a rule is about, so the rule says nothing."""


class Inventory:
    """All hosts, and which of them are what. Asking for one the inventory does not have raises Absent."""

    def __init__(
        self, hosts: t.Mapping[str, Host], groups: t.Mapping[str, t.Sequence[str]], folder: pathlib.Path | None
    ):
        self.hosts = hosts
        self.services = [hosts[name] for name in groups.get("services", [])]
        self.buckets = [hosts[name] for name in groups.get("buckets", [])]
        self._folder = folder

    @property
    def network(self) -> Host:
        return self._component("network")

    @property
    def database(self) -> Host:
        return self._component("database")

    @property
    def load_balancer(self) -> Host:
        return self._component("load-balancer")

    @property
    def monitoring(self) -> Host:
        return self._component("monitoring")

    @property
    def frontend(self) -> Host:
        return self._component("frontend")

    @property
    def any(self) -> Host:
        """A host to ask for what all of them share."""
        return next(iter(self.hosts.values()))

    def _component(self, name: str) -> Host:
        if name not in self.hosts:
            raise Absent(name)
        return self.hosts[name]

    def neighbours(self) -> dict[str, dict[str, t.Any]]:
        """The plain variables of the inventories beside this one, which the same project keeps for other
        environments."""
        if self._folder is None:
            return {}
        found: dict[str, dict[str, t.Any]] = {}
        for path in sorted(self._folder.parent.glob("*/group_vars/all/*.y*ml")):
            folder = path.parents[2]
            if folder != self._folder and (folder / "hosts.yml").exists():
                found.setdefault(folder.name, {}).update(_plain_yaml(path))
        return found


Rule = t.Callable[[Inventory], t.Iterator[Problem]]
RULES: list[Rule] = []


def rule(function: Rule) -> Rule:
    """Make the function one of the rules every inventory is held against."""
    RULES.append(function)
    return function


def whole(
    hostvars: t.Any, groups: t.Mapping[str, t.Sequence[str]], loader: t.Any, folder: pathlib.Path | None
) -> Inventory:
    """The inventory of a run; hostvars and groups are Ansible's, folder is where it was read from."""
    defaults = role_defaults(loader)
    given = {name: hostvars.raw_get(name) for name in sorted(groups["all"])}
    written = {name: {**defaults, **UNASKED, **own} for name, own in given.items()}
    variables = Variables(written, loader)
    hosts = {name: Host(name, WorkedOut(name, written[name], variables), own) for name, own in given.items()}
    return Inventory(hosts, groups, folder)


def role_defaults(loader: t.Any) -> dict[str, t.Any]:
    """The defaults of all roles, as templates."""
    defaults: dict[str, t.Any] = {}
    for path in sorted(ROLES.glob("*/defaults/main.yml")):
        # unsafe: not copied, and not changed here
        defaults.update(loader.load_from_file(str(path), unsafe=True, trusted_as_template=True))
    return defaults


def broken(inventory: Inventory, forgiving: bool) -> t.Iterator[Problem]:
    """What all rules say. forgiving leaves out a rule that stumbles over values already known to be wrong."""
    for one in RULES:
        try:
            yield from list(one(inventory))
        except Absent:
            continue
        except (AnsibleError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            if not forgiving:
                raise AnsibleError(f"The rule {one.__name__} could not be tried: {error}") from error


def where(value: t.Any) -> str:
    """' (file:line:column)' of a value that was written in the inventory, or nothing."""
    origin = Origin.get_tag(value) if Origin is not None and value is not None else None
    return f" ({origin})" if origin else ""


def _plain_yaml(path: pathlib.Path) -> dict[str, t.Any]:
    try:
        content = plain_yaml(path)
    except (OSError, yaml.YAMLError):
        return {}  # encrypted, or for Ansible alone; a run of that environment says what is wrong with it
    return content if isinstance(content, dict) else {}


def plain_yaml(path: pathlib.Path) -> t.Any:
    """What a file says to YAML alone. The parser written in C, where there is one, is ten times as fast."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
