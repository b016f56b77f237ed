# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is not understood to the last character is not understood."""

from __future__ import annotations

import shlex
import sys

import pytest
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_payload

from tests.unit.plugins.plugin_utils.warm_payloads import pack

PYTHON = shlex.quote(sys.executable)


def command(script: str) -> str:
    return f"/bin/sh -c {shlex.quote(script)}"


@pytest.mark.parametrize(
    "script, environment",
    [
        (PYTHON, {}),
        (f"{PYTHON} && sleep 0", {}),
        (f"A=b {PYTHON}", {"A": "b"}),
        (f"""A='b c' Q='it'"'"'s' E='' {PYTHON} && sleep 0""", {"A": "b c", "Q": "it's", "E": ""}),
        (f"A='$HOME `date` \\ \"' {PYTHON}", {"A": '$HOME `date` \\ "'}),
        (f"A=x=y {PYTHON}", {"A": "x=y"}),
        (f"A='line\nline' {PYTHON}", {"A": "line\nline"}),
        (f"A=ü {PYTHON}", None),  # not how it is quoted
        (f"A='ü' {PYTHON}", {"A": "ü"}),
    ],
)
def test_commands_of_the_own_interpreter(script, environment):
    assert _warm_payload.read_command(command(script), "/bin/sh") == environment


@pytest.mark.parametrize(
    "text",
    [
        "",
        PYTHON,
        "/bin/sh -c",
        "/bin/sh -c ''",
        "/bin/sh -c 'unbalanced",
        command("/usr/bin/another-python"),
        command(f"{PYTHON} /tmp/module.py"),
        command(f"{PYTHON} -s"),
        command(f"{PYTHON} && echo more"),
        command(f"{PYTHON}; sleep 0"),
        command(f"A=$HOME {PYTHON}"),
        command(f"A=`date` {PYTHON}"),
        command(f"A=b A=c {PYTHON}"),
        command(f"A=b  {PYTHON}"),
        command(f"A-B=c {PYTHON}"),
        command(f"1A=c {PYTHON}"),
        command(f"exec {PYTHON}"),
        command(f"cd /tmp && {PYTHON}"),
        command(f"sudo -H -S -n -u root /bin/sh -c 'echo BECOME-SUCCESS-x ; {PYTHON}'"),
        f"/bin/bash -c {PYTHON}",
        f"/bin/sh -x {PYTHON}",
        f"/bin/sh -c {PYTHON} more",
    ],
)
def test_other_commands_are_left_to_the_shell(text):
    assert _warm_payload.read_command(text, "/bin/sh") is None


@pytest.mark.parametrize(
    "name", ["PYTHONPATH", "PYTHONUTF8", "LD_PRELOAD", "LC_ALL", "LANG", "HOME", "AWS_DATA_PATH", "OPENSSL_CONF"]
)
def test_variables_that_are_read_at_the_start_need_a_start(name):
    assert _warm_payload.read_command(command(f"{name}=x {PYTHON}"), "/bin/sh") is None


def test_a_packed_module_is_read():
    payload = _warm_payload.read_payload(pack("ansible.builtin.ping", "it's"))
    assert payload.module_fqn == "ansible.modules.ping"
    assert '"it\'s"' in payload.params
    assert payload.entries.keys() >= {"ansible", "ansible.modules.ping", "ansible.module_utils.basic"}
    assert payload.entries["ansible.module_utils"][0] and not payload.entries["ansible.module_utils.basic"][0]


def test_arguments_cannot_pretend_to_be_the_wrapper():
    evil = '\n\nif __name__ == "__main__":\n    _ansiballz_main(\nmodule_fqn="evil",\n)\n'
    payload = _warm_payload.read_payload(pack("ansible.builtin.ping", evil))
    assert payload.module_fqn == "ansible.modules.ping"


def altered(old: bytes, new: bytes) -> bytes:
    data = pack("ansible.builtin.ping")
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!/usr/bin/python\nprint('{}')\n",
        b"\x7fELF garbage",
        b'\n\nif __name__ == "__main__":\n    _ansiballz_main(\n',
        b'_ANSIBALLZ_WRAPPER = True\n\nif __name__ == "__main__":\n    _ansiballz_main(\nsyntax error',
        b'_ANSIBALLZ_WRAPPER = True\n\nif __name__ == "__main__":\n    _ansiballz_main(\n1/0)',
    ],
)
def test_other_data_is_left_to_the_interpreter(data):
    assert _warm_payload.read_payload(data) is None


@pytest.mark.parametrize(
    "old, new",
    [
        (b"rlimit_nofile=0,", b"rlimit_nofile=100,"),
        (b"extensions={},", b"extensions={'_coverage': {}},"),
        (b"extensions={},", b"extensions={},\nnews=1,"),
        (b"extensions={},", b""),
        (b"_ansiballz_main(\n", b"_another_main(\n"),
        (b"zip_data='", b"zip_data='' and '"),
        (b"module_fqn='ansible.modules.ping'", b"module_fqn='ansible.modules.other'"),
        (b"_ANSIBALLZ_WRAPPER = True", b"_ANSIBALLZ_WRAPPER = 2"),
    ],
)
def test_a_wrapper_of_another_kind_is_left_to_the_interpreter(old, new):
    assert _warm_payload.read_payload(altered(old, new)) is None


def test_a_module_that_starts_itself_again_needs_a_file():
    assert _warm_payload.read_payload(pack("ansible.builtin.apt")) is None
