# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules that are kept for a child are those of a module, not those of the controller, and only identical ones."""

from __future__ import annotations

import json

import pytest

from tests.unit.plugins.plugin_utils.warm_payloads import run_with_plugins

START = """
import json, shutil
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_imports, _warm_payload
reports = []
def say(**answers):
    print(json.dumps(answers))
def import_set(*names):
    return _warm_imports.import_module_set(names, reports.append)
"""


def answers(program: str, *arguments: str) -> dict:
    return json.loads(run_with_plugins(START + program, *arguments))


def test_the_copies_are_separate_and_not_those_of_a_controller():
    found = answers("""
import ansible.module_utils._internal, ansible.module_utils.basic
before = dict(sys.modules), list(sys.meta_path), list(sys.path_hooks)
kept = import_set("ansible.module_utils.basic").modules
say(
    controller=sys.modules["ansible.module_utils._internal"].is_controller,
    child=kept["ansible.module_utils._internal"].is_controller,
    separate=kept["ansible.module_utils.basic"] is not ansible.module_utils.basic,
    consistent=kept["ansible.module_utils.basic"].AnsibleFallbackNotFound
        is kept["ansible.module_utils.common.parameters"].AnsibleFallbackNotFound
        if hasattr(kept["ansible.module_utils.basic"], "AnsibleFallbackNotFound") else True,
    restored=all(sys.modules[n] is m for n, m in before[0].items()) and sys.meta_path == before[1]
        and sys.path_hooks == before[2],
    added=[n for n in sys.modules.keys() - before[0].keys() if n.startswith("ansible")],
)
""")
    assert found == {
        "controller": True,
        "child": False,
        "separate": True,
        "consistent": True,
        "restored": True,
        "added": [],
    }


def test_a_name_that_cannot_be_imported_is_left_out():
    found = answers("""
kept = import_set("ansible_collections.no.such.plugins.module_utils.thing", "ansible.module_utils.basic")
say(names=[n for n in kept.modules if "such" in n], basic="ansible.module_utils.basic" in kept.modules, reports=reports)
""")
    assert found["names"] == [] and found["basic"]
    assert "no.such" in found["reports"][0]


PAYLOAD = """
kept = import_set("ansible.module_utils.basic")
payload = _warm_payload.read_payload(pack("ansible.builtin.ping", {}))
entries = payload.entries
def change(name, crc=0, size=0):
    entries[name] = (entries[name][0], entries[name][1] ^ crc, entries[name][2] + size)
"""


def test_a_payload_of_the_files_on_disk_is_accepted():
    found = answers(
        PAYLOAD
        + """
sources = kept.sources_for(entries)
say(all=sorted(sources) == sorted(entries), path=sources["ansible.modules.ping"].path)
"""
    )
    assert found["all"] and found["path"].endswith("/ansible/modules/ping.py")


@pytest.mark.parametrize(
    "change",
    [
        'change("ansible.module_utils.basic", crc=1)',
        'change("ansible.module_utils.basic", size=1)',
        'change("ansible.modules.ping", crc=1)',
        'change("ansible", crc=1)',
        'entries["ansible.module_utils.basic"] = (True, *entries["ansible.module_utils.basic"][1:])',
        'entries["ansible.module_utils.no_such"] = (False, 0, 0)',
        'entries["ansible_collections.no.such.plugins.module_utils.x"] = (False, 0, 0)',
        'entries["ansible.legacy.mine"] = (False, 0, 0)',
        'entries["yaml"] = (False, 0, 0)',
        'del entries["ansible.module_utils.common"]',
    ],
)
def test_a_payload_with_any_other_file_is_refused(change):
    assert answers(PAYLOAD + change + "\nsay(sources=kept.sources_for(entries))") == {"sources": None}


def test_importing_what_is_deprecated_is_left_to_the_module(tmp_path):
    found = answers(
        """
import ansible.module_utils as package
from pathlib import Path
_warm_imports._ANSIBLE_DIRECTORY = tree = sys.argv[1]
shutil.copytree(Path(package.__file__).parent, Path(tree, "module_utils"))
warn = "from ansible.module_utils.common.warnings import warn\\nwarn('importing this is worth a warning')\\n"
Path(tree, "module_utils", "loud.py").write_text(warn)
Path(tree, "module_utils", "user.py").write_text("from ansible.module_utils import loud\\n")
kept = import_set("ansible.module_utils.basic", "ansible.module_utils.loud", "ansible.module_utils.user")
modules = kept.modules
say(
    names=[n for n in modules if n.endswith((".loud", ".user"))],
    pending=len(modules["ansible.module_utils.common.warnings"].get_warning_messages()),
    attribute=hasattr(modules["ansible.module_utils"], "loud"),
    basic="ansible.module_utils.basic" in modules,
)
""",
        str(tmp_path),
    )
    assert found == {"names": [], "pending": 0, "attribute": False, "basic": True}


def test_a_child_has_what_is_in_the_payload_and_nothing_else():
    found = answers(
        PAYLOAD.replace("utils.basic", 'utils.basic", "ansible.module_utils.urls', 1)
        + """
sources = kept.sources_for(entries)
removed = kept.install(sources)
import ansible.module_utils.basic
try:
    import ansible_collections.sdt.infra.plugins.module_utils
    refused = False
except ModuleNotFoundError:
    refused = True
say(
    basic=ansible.module_utils.basic is kept.modules["ansible.module_utils.basic"],
    controller=[n for n in sys.modules if n.startswith(("ansible.plugins", "ansible_collections"))],
    unused="ansible.module_utils.urls" in sys.modules,
    refused=refused,
    hooks=[str(h) for h in sys.meta_path if type(h).__module__.startswith("ansible.") and h not in kept.hooks],
)
"""
    )
    assert found == {"basic": True, "controller": [], "unused": False, "refused": True, "hooks": []}


def test_all_files_of_module_utils_are_found():
    found = answers("""
say(names=_warm_imports.module_utils_of("amazon", "aws"), none=_warm_imports.module_utils_of("no", "such"))
""")
    prefix = "ansible_collections.amazon.aws.plugins.module_utils."
    assert {prefix + "modules", prefix + "botocore"} <= set(found["names"])
    assert not [name for name in found["names"] if "__" in name]
    assert found["none"] == []
