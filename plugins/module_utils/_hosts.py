# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What a module is asked to do for several inventory hosts in one call."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

HOSTS_OPTION: dict[str, t.Any] = {"hosts": {"type": "raw"}}
State = dict[str, t.Any]


def options_of_hosts(hosts: t.Any) -> list[tuple[str, State]]:
    """Each host with its own options; one host without a name and options where the call is not for several.

    The action plugin sdt.infra.warm has put the options in the place of the list of hosts.
    """
    if hosts is None:
        return [("", {})]
    if not isinstance(hosts, dict) or not all(isinstance(options, dict) for options in hosts.values()):
        raise InfraError("The option hosts needs run_once: true at the task, or a map from each host to its options.")
    return [(str(host), options) for host, options in hosts.items()]


class Unfinished:
    """What kept some of the hosts from being finished. The others go on; a call that fails for all of them fails."""

    def __init__(self, hosts: t.Iterable[str]) -> None:
        self._hosts = set(hosts)
        self._errors: dict[str, list[str]] = {}

    def add(self, host: str, error: str) -> None:
        self._errors.setdefault(host, []).append(error)

    def end(self, module: t.Any, result: State) -> None:
        """Exit with the result, or fail where there is no host that can go on."""
        said = list(dict.fromkeys(error for errors in self._errors.values() for error in errors))
        if said and set(self._errors) >= self._hosts:
            module.fail_json(msg=" ".join(said), **result)
        for error in said:
            # not AnsibleAWSModule.warn, which puts warnings into the result a second time, and that is deprecated
            module._module.warn(error)
        told = {host: " ".join(errors) for host, errors in sorted(self._errors.items())}
        module.exit_json(**result, **({"unfinished": told} if told else {}))
