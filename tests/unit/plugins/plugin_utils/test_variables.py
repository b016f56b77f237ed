# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Variables of several hosts are what Ansible says they are, and nothing is worked out twice."""

from __future__ import annotations

import typing as t

import pytest
from ansible._internal._templating._utils import Omit
from ansible.errors import AnsibleError
from ansible.template import Templar, trust_as_template
from ansible_collections.sdt.infra.plugins.plugin_utils._variables import Variables

COMMON = {
    "prefix": "sdt-{{ environment_name }}",
    "environment_name": "dev",
    "name": "{{ prefix }}/{{ inventory_hostname }}",
    "cpu": "{{ service_cpu | default(256) }}",
    "tags": {"Name": "{{ name }}", "Project": "{{ prefix }}"},
    "lists": ["{{ cpu }}", "{{ prefix }}"],
    "choice": "{{ nowhere if service_cpu is defined and service_cpu > 9000 else prefix }}",
    "broken": "{{ nowhere }}",
    "left_out": "{{ omit }}",
}
HOSTS: dict[str, dict[str, t.Any]] = {
    "a": {"inventory_hostname": "a", "service_cpu": 512},
    "b": {"inventory_hostname": "b"},
    "c": {"inventory_hostname": "c", "prefix": "own-{{ inventory_hostname }}"},
}
WRITTEN = {
    "name": "{{ name }}",
    "tags": "{{ tags | combine({'Cpu': cpu}) }}",
    "lists": "{{ lists }}",
    "choice": "{{ choice }}",
    "left": "{{ left_out }}",
    "plain": ["x", 1, None, True],
    "{{ prefix }}-key": {"inner": "{{ environment_name }}"},
}


def trusted(value: t.Any) -> t.Any:
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, dict):
        return {trusted(name): trusted(part) for name, part in value.items()}
    return [trusted(part) for part in value] if isinstance(value, list) else value


def hosts(**more: t.Any) -> dict[str, dict[str, t.Any]]:
    common = {**trusted({**COMMON, **more}), "omit": Omit}
    return {name: {**common, **trusted(own)} for name, own in HOSTS.items()}


def test_each_host_gets_what_ansible_says() -> None:
    variables = hosts()
    worked_out = Variables(variables)
    for host, own in variables.items():
        answer = worked_out.template(host, trusted(WRITTEN))
        assert answer == Templar(variables=own).template(trusted(WRITTEN)) and "left" not in answer
        for name in ("prefix", "name", "cpu", "tags", "lists", "choice"):
            assert worked_out.value(host, name) == Templar(variables=own).template(own[name])


def test_what_is_wrong_is_told_by_who_asks_for_it() -> None:
    worked_out = Variables(hosts())
    assert worked_out.template("a", trusted("{{ prefix }}")) == "sdt-dev"
    for ask in (lambda: worked_out.value("a", "broken"), lambda: worked_out.template("a", trusted("{{ broken }}"))):
        with pytest.raises(AnsibleError, match="nowhere"):
            ask()
    with pytest.raises(KeyError):
        worked_out.value("a", "nothing")


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was given to Ansible's templates, one after the other."""
    given: list[str] = []
    template = Templar.template

    def counted(self: Templar, variable: t.Any, *arguments: t.Any, **options: t.Any) -> t.Any:
        given.append(str(variable))
        return template(self, variable, *arguments, **options)

    monkeypatch.setattr(Templar, "template", counted)
    return given


def test_what_is_the_same_for_all_is_worked_out_once(rendered: list[str]) -> None:
    common = {name: dict(own) for name, own in HOSTS.items() if name != "c"}
    worked_out = Variables({name: {**trusted(COMMON), **trusted(own)} for name, own in common.items()})
    for host in common:
        assert worked_out.template(host, trusted({"all": "{{ prefix }}", "own": "{{ name }}"}))["all"] == "sdt-dev"
        worked_out.value(host, "name")
    assert rendered.count(COMMON["prefix"]) == rendered.count("{{ prefix }}") == 1
    assert rendered.count(COMMON["name"]) == 2


def test_what_may_be_another_each_time_is_asked_for_each_time() -> None:
    worked_out = Variables(hosts(chance="{{ range(1000000) | random }}", twice="{{ chance }}"))
    assert len({worked_out.value("a", name) for name in ("chance", "twice", "chance", "twice") for _time in "123"}) > 1
