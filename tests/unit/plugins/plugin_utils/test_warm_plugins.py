# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has been loaded is found loaded: a template or a module reads no plugin any more."""

from __future__ import annotations

import json

import pytest

from tests.unit.plugins.plugin_utils.warm_payloads import run_with_plugins

# The files that plugins are read from after the others have been loaded.
PROGRAM = """
import json
from ansible.plugins import loader
from ansible.template import trust_as_template
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_plugins

collections = json.loads(sys.argv[1])
if collections is not None:
    _warm_plugins.load(collections)
read, load = [], loader.PluginLoader._load_module_source

def watched(self, *, python_module_name, path):
    read.append(path.partition("plugins/")[2])
    return load(self, python_module_name=python_module_name, path=path)

loader.PluginLoader._load_module_source = watched
text = Templar(DataLoader(), variables={"a": [1]}).template(
    trust_as_template("{{ a | length }} {{ 'x' is match('x') }} {{ 'a-b' | sdt.infra.resource_name(32) }}")
)
loader.connection_loader.get("sdt.infra.warm", class_only=True)
loader.action_loader.get("ansible.builtin.normal", class_only=True)
print(json.dumps([text, read]))
"""


def read(collections: list[str] | None) -> tuple[str, list[str]]:
    text, files = json.loads(run_with_plugins(PROGRAM, json.dumps(collections)))
    return text, files


def test_nothing_is_read_again() -> None:
    cold_text, cold = read(None)
    text, files = read(["sdt.infra"])
    assert {"filter/core.py", "filter/resource_name.py", "connection/warm.py", "action/normal.py"} <= set(cold)
    assert files == []
    assert text == cold_text


@pytest.mark.parametrize("collections", [[], ["no.where"]])
def test_other_collections_are_left_until_they_are_used(collections: list[str]) -> None:
    _text, files = read(collections)
    assert "filter/resource_name.py" in files
    assert "filter/core.py" not in files
