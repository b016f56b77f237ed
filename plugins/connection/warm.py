# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

DOCUMENTATION = """
name: warm
short_description: Run modules on the controller in forks of the running interpreter
description:
  - Works like P(ansible.builtin.local#connection), with the same results. Where a task runs a packed Python module with
    the interpreter that runs the playbook, the module is executed in a fork of the process that is already there,
    instead of in a new process. This saves starting Python, importing boto3 and unpacking the module.
  - Everything else is left to P(ansible.builtin.local#connection) as it is, for example C(become), C(async), another
    interpreter, modules that are not written in Python, and the commands of action plugins.
  - The callback P(sdt.infra.warm#callback) has to be enabled. Without it nothing is faster, and nothing is different.
author:
  - SDT platform engineering (@sdt)
options:
  pipelining:
    description:
      - Hand modules over in memory instead of writing them to a file first. Only then they can run in a fork.
      - Unlike with other connections this is the default.
    type: bool
    default: true
    env:
      - name: ANSIBLE_PIPELINING
    ini:
      - section: connection
        key: pipelining
      - section: defaults
        key: pipelining
    vars:
      - name: ansible_pipelining
  become_success_timeout:
    description:
      - Number of seconds to wait for C(become) to succeed when enabled.
      - The default will be used if the configured value is less than 1.
    type: int
    default: 10
    vars:
      - name: ansible_local_become_success_timeout
  become_strip_preamble:
    description: Strip internal C(become) output preceding command execution. Disable for additional diagnostics.
    type: bool
    default: true
    vars:
      - name: ansible_local_become_strip_preamble
notes:
  - The remote user is ignored, the user with which the ansible CLI was executed is used instead.
  - Forks are used on Linux. On other systems modules run in the ordinary way.
seealso:
  - plugin: ansible.builtin.local
    plugin_type: connection
"""

EXAMPLES = """
inventory: |
  all:
    vars:
      ansible_connection: sdt.infra.warm
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""

from ansible.plugins.connection import ConnectionBase
from ansible.plugins.connection.local import Connection as LocalConnection
from ansible.utils.display import Display
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm

display = Display()


class Connection(LocalConnection):
    # The inherited transport, "local", stays: action plugins ask for it to decide on the working directory.
    has_pipelining = True

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        if in_data and isinstance(cmd, str) and not self.become:
            ConnectionBase.exec_command(self, cmd, in_data=in_data, sudoable=sudoable)  # connects, where it has to
            if run := _warm.recognize(cmd, self._play_context.executable, in_data, self.cwd):
                display.vvv(f"EXEC IN FORK {cmd}", host=self._play_context.remote_addr)
                try:
                    return run()
                except _warm.NotStarted as error:
                    display.warning(f"Modules run in the ordinary way, a fork could not be made ready: {error}")
        return super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
