# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module is packed with the same files, whether their imports are known already or not."""

from __future__ import annotations

import json

import pytest
from ansible.executor import module_common
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_packing

from tests.unit.plugins.plugin_utils.warm_payloads import run_with_plugins

PARSER = "_compile_module_ast"


# The files of a module and what was parsed to find them, before and after their imports are known.
PROGRAM = """
import json
from ansible import constants
from ansible.executor import module_common
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_imports, _warm_packing, _warm_payload

found, parsed = {}, []
parse = module_common._compile_module_ast

def watched(module_name, source_code):
    parsed.append((module_name, source_code))
    return parse(module_name, source_code)

module_common._compile_module_ast = watched
finder = _warm_imports.SourceFinder()
for time in ("before", "after"):
    constants.DEFAULT_LOCAL_TMP += time  # a packed module is kept there
    parsed.clear()
    payload = _warm_payload.read_payload(pack(sys.argv[1], {}))
    found[time] = sorted(payload.entries.items())
    found["module"] = parsed[0][0]
    # Empty files cost nothing, and those that speak of embedding are parsed each time.
    found[f"parsed {time}"] = [name for name, code in parsed if code.strip() and b"embed" not in code]
    if time == "before":
        sources = {name: finder.find(name) for name in payload.entries if "module_utils" in name}
        _warm_packing.remember_imports((name, source.content()) for name, source in sources.items() if source)
print(json.dumps(found))
"""


@pytest.fixture(autouse=True)
def _parser_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_common, PARSER, getattr(module_common, PARSER))  # put back at the end


@pytest.mark.parametrize("name", ["sdt.infra.ec2_vpc", "amazon.aws.ec2_instance_info", "ansible.builtin.uri"])
def test_the_same_files_are_packed(name: str) -> None:
    found = json.loads(run_with_plugins(PROGRAM, name))
    assert len(found["before"]) > 20
    assert found["after"] == found["before"]
    assert len([one for one in found["parsed before"] if "module_utils" in one]) > 20
    assert found["parsed after"] == [found["module"]]


def test_another_content_is_parsed() -> None:
    _warm_packing.remember_imports([("ansible.module_utils.one", b"import json\n")])
    assert len(getattr(module_common, PARSER)("ansible.module_utils.one", b"import json\nimport re\n").body) == 2
    assert len(getattr(module_common, PARSER)("ansible.module_utils.two", b"a = 1\nb = 2\n").body) == 2


def test_imports_that_may_fail_stay_below_the_first_level() -> None:
    text = b"import json\ntry:\n    import boto3\nexcept ImportError:\n    boto3 = None\nX = 1\n"
    _warm_packing.remember_imports([("ansible.module_utils.one", text)])
    first, second = getattr(module_common, PARSER)("ansible.module_utils.one", text).body
    assert first.names[0].name == "json"
    assert not hasattr(second, "names")
    assert second.body[0].names[0].name == "boto3"


def test_another_way_of_parsing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(source: bytes) -> None:
        raise AssertionError

    monkeypatch.setattr(module_common, PARSER, other)
    with pytest.raises(RuntimeError, match="another way"):
        _warm_packing.remember_imports([("ansible.module_utils.one", b"import json\n")])
    assert getattr(module_common, PARSER) is other
