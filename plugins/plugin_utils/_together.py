# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The arguments of one task for several hosts, each worked out with the variables of its host.

A task that is run once for many hosts costs one worker, one set of clients and one look at what exists.
"""

from __future__ import annotations

import typing as t

from ansible.parsing.mod_args import ModuleArgsParser
from ansible_collections.sdt.infra.plugins.plugin_utils._variables import Variables

Options = dict[str, t.Any]


def arguments(task: t.Any, hosts: t.Sequence[str], variables: Options, loader: t.Any) -> tuple[Options, Options]:
    """What the task gives for all hosts (module_defaults), and for each host what the task says.

    task has been made ready for one of the hosts: what it says is read again as it was written.
    """
    _action, written, _delegated = ModuleArgsParser(task_ds=task.get_ds()).parse()
    manager = variables["hostvars"]._variable_manager  # what the worker got from the process that runs the playbook
    play, inventory = task.get_play(), manager._inventory
    own = {name: manager.get_vars(play=play, host=inventory.get_host(name), task=task) for name in hosts}
    shared = {name: value for name, value in task.args.items() if name not in written and name != "hosts"}
    worked_out = Variables(own, loader)
    return shared, {name: worked_out.template(name, written) for name in hosts}
