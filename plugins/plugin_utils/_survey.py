# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Surveys of AWX out of what playbooks take, so that nothing is asked that a playbook does not know.

https://docs.ansible.com/projects/awx/en/24.6.1/userguide/job_templates.html#surveys
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils import _options

Specs = t.Mapping[str, t.Mapping[str, t.Any]]
Groups = t.Mapping[str, t.Sequence[str]]
_LONGEST = 1024  # characters of an answer


def survey(asked: t.Mapping[str, str], groups: Groups) -> dict[str, t.Any]:
    """A survey with these questions: option -> the playbook whose option it is. {} without questions."""
    specs = _options.specifications()
    if not asked:
        return {}
    return {
        "name": "",
        "description": "",
        "spec": [_question(name, specs[verb]["options"][name], groups) for name, verb in asked.items()],
    }


def _question(name: str, option: t.Mapping[str, t.Any], groups: Groups) -> dict[str, t.Any]:
    kind, choices = _kind(name, option, groups)
    default = option.get("default", "")
    if isinstance(default, dict | list):
        default = ""  # which an answer cannot be
    question = {
        "variable": name,
        "question_name": name.replace("_", " ").capitalize(),
        "question_description": _plain(option["description"]),
        "type": kind,
        "required": bool(option.get("required")),
        "default": str(default).lower() if isinstance(default, bool) else default,
        "choices": choices,
        "min": 0,
        "max": _LONGEST if kind in ("text", "password") else 2147483647,
    }
    if kind == "multiplechoice" and question["default"] not in choices:
        question["default"] = ""
    return question


def _kind(name: str, option: t.Mapping[str, t.Any], groups: Groups) -> tuple[str, list[str]]:
    """The type of a question, and the answers there are."""
    if name in _options.HOSTS:
        return "multiselect", sorted(groups.get(_options.HOSTS[name], []))
    if option.get("choices"):
        return "multiplechoice", [str(one) for one in option["choices"]]
    if option["type"] == "bool":
        return "multiplechoice", ["false", "true"]
    if option.get("no_log"):
        return "password", []
    return {"int": "integer", "float": "float"}.get(option["type"], "text"), []


def _plain(text: str) -> str:
    """Without the mark-up of Ansible's documentation."""
    for mark in ("C(", "V(", "O("):
        while mark in text:
            before, _mark, rest = text.partition(mark)
            inside, _close, after = rest.partition(")")
            text = before + inside + after
    return text
