# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A template that was compiled elsewhere is the same template."""

from __future__ import annotations

import typing as t

import jinja2
import pytest
from ansible._internal._templating import _jinja_bits
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.sdt.infra.plugins.plugin_utils import _warm_templates
from ansible_collections.sdt.infra.plugins.plugin_utils._warm_memory import Memory

VARIABLES = {"name": "x", "list": [3, 1, 2], "map": {"a": {"b": 1}}, "yes": True}
TEMPLATES = [
    "{{ name }}",
    "a {{ name | upper }} b",
    "{{ list | sort | map('string') | join('-') }}",
    "{{ map.a.b + 1 }}",
    "{{ {'k': list, 'n': map.a} }}",
    "{% for item in list %}{{ item }}\n{% endfor %}",
    "{{ 'x\\ny' }}",
    "{{ [missing | default(omit), name] }}",
    "{{ yes and 'then' or 'else' }}",
    "{{ list | map('extract', ['p', 'q', 'r', 's']) | list }}",
]


@pytest.fixture(autouse=True)
def _environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_jinja_bits.AnsibleEnvironment, "compile", jinja2.Environment.compile)
    monkeypatch.delattr(_jinja_bits.AnsibleEnvironment, "compile")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def results() -> list[t.Any]:
    """What a worker that starts anew makes of all templates."""
    templar = Templar(DataLoader(), variables=VARIABLES)
    return [templar.template(trust_as_template(text)) for text in TEMPLATES]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really compiled."""
    texts: list[str] = []
    original = jinja2.Environment.compile

    def compile(self: t.Any, source: t.Any, name=None, filename=None, raw=False, defer_init=False) -> t.Any:
        texts.append(source)
        return original(self, source, name, filename, raw, defer_init)

    monkeypatch.setattr(jinja2.Environment, "compile", compile)
    return texts


def test_values_are_the_same_and_nothing_is_compiled_twice(memory: Memory, compiled: list[str]) -> None:
    expected = results()
    _warm_templates.keep_compiled(memory)
    compiled.clear()
    assert results() == expected
    assert sorted(set(compiled)) == sorted(TEMPLATES)

    compiled.clear()
    del _jinja_bits.AnsibleEnvironment.compile
    _warm_templates.keep_compiled(memory)  # as another worker, which finds it there
    assert results() == expected
    assert compiled == []


def test_another_setting_is_another_template(memory: Memory) -> None:
    _warm_templates.keep_compiled(memory)
    text = trust_as_template("[[ name ]] {{ name }}")
    plain = Templar(DataLoader(), variables=VARIABLES)
    other = plain.copy_with_new_env(variable_start_string="[[", variable_end_string="]]")
    assert plain.template(text) == "[[ name ]] x"
    assert other.template(text) == "x {{ name }}"
    assert plain.template(text, escape_backslashes=False) == "[[ name ]] x"


def test_what_is_damaged_is_not_there(compiled: list[str]) -> None:
    class Damaged(Memory):
        def get(self, key: str) -> bytes | None:
            whole = super().get(key)
            return whole and (b"", b"\xe3", b"nonsense", whole[:20])[len(key) % 4]

    memory = Damaged()
    _warm_templates.keep_compiled(memory)
    expected = results()
    del _jinja_bits.AnsibleEnvironment.compile
    _warm_templates.keep_compiled(memory)
    compiled.clear()
    assert results() == expected
    assert len(compiled) == len(TEMPLATES)


def test_a_template_that_is_wrong_is_told_as_ever(memory: Memory) -> None:
    def refused() -> str:
        with pytest.raises(Exception) as error:
            Templar(DataLoader(), variables=VARIABLES).template(trust_as_template("{{ name | no_such_filter }}"))
        return str(error.value)

    expected = refused()
    _warm_templates.keep_compiled(memory)
    assert refused() == expected
    assert refused() == expected


def test_another_way_of_compiling_is_left_alone(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jinja2.Environment, "compile", lambda self, text: None)
    with pytest.raises(RuntimeError, match="another way"):
        _warm_templates.keep_compiled(memory)
    assert "compile" not in vars(_jinja_bits.AnsibleEnvironment)
