# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The variables of several hosts, worked out by Ansible's templates with no work done twice.

A template costs a third of a millisecond and more, as all variables of a host are wrapped for each. Here it is shown
what it names only; what is the same for all hosts is worked out once, and what a host needs twice is for it.
"""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError
from ansible.template import Templar

Options = dict[str, t.Any]

_WORDS = re.compile(r"[A-Za-z_]\w*")
# Templates with these may say something else each time, or need what they do not name.
_UNSTEADY = {"lookup", "query", "q", "now", "random", "shuffle", "vars"}
_PLAIN = (bool, int, float, type(None))


class Variables:
    """The variables of each host as they were written, with their templates."""

    def __init__(self, hosts: t.Mapping[str, Options], loader: t.Any = None) -> None:
        self._hosts = hosts
        self._templar = Templar(loader=loader)
        self._needs = _Needs()
        self._same = _Same(list(hosts.values()), self._needs)
        self._shared: Options = {}
        self._own: dict[str, Options] = {host: {} for host in hosts}
        self._parts: dict[str, t.Any] = {}  # templates that are the same for all hosts, with what they are

    def value(self, host: str, name: str) -> t.Any:
        """What the variable is for the host. Raises KeyError, and what Ansible raises for a bad template."""
        for known in (self._shared, self._own[host]):
            if name in known:
                return known[name]
        raw = self._hosts[host][name]
        value = self.template(host, raw)
        self._keep(host, name, raw, value)
        return value

    def template(self, host: str, written: t.Any) -> t.Any:
        """What this is with the variables of the host."""
        raw, own = self._hosts[host], self._own[host]
        order, words = self._needs.of(written, raw, lambda name: name in self._shared or name in own)
        self._templar.available_variables = visible = self._visible(host, words)
        for name in order:
            try:
                visible[name] = self._templar.template(raw[name])
            except AnsibleError:  # nobody may ask for it; who does is told then
                continue
            self._keep(host, name, raw[name], visible[name])
        return self._templar.template(self._filled_in(written))

    def _filled_in(self, written: t.Any) -> t.Any:
        """The same with the values of templates in it that are the same for all hosts."""
        if isinstance(written, dict):
            return {name: self._filled_in(part) for name, part in written.items()}
        if isinstance(written, list):
            return [self._filled_in(part) for part in written]
        words = self._needs.words(written)
        if not words or words & _UNSTEADY or not all(self._same.everywhere(word) for word in words):
            return written
        if written not in self._parts:
            try:
                self._parts[written] = self._templar.template(written)
            except AnsibleError:  # such as one that is to be left out
                self._parts[written] = written
        return self._parts[written]

    def _keep(self, host: str, name: str, raw: t.Any, value: t.Any) -> None:
        if not self._needs.words(raw) & _UNSTEADY:
            known = self._shared if self._same.everywhere(name) else self._own[host]
            known[name] = value

    def _visible(self, host: str, words: set[str]) -> Options:
        """The variables of these names; all of them for what looks for itself what it needs."""
        raw, own, shared = self._hosts[host], self._own[host], self._shared
        if words & _UNSTEADY:
            return {**raw, **own, **shared}
        visible = {}
        for word in words:
            for known in (shared, own, raw):
                if word in known:
                    visible[word] = known[word]
                    break
        return visible


class _Needs:
    """Which variables a value needs, itself and through others."""

    def __init__(self) -> None:
        self._words: dict[int, tuple[t.Any, frozenset[str]]] = {}  # by id of the value, which is kept with it

    def of(self, written: t.Any, variables: Options, known: t.Callable[[str], bool]) -> tuple[list[str], set[str]]:
        """Those with templates that are not known yet, in an order they can be worked out in; and all words met."""
        order: dict[str, None] = {}
        words: set[str] = set()

        def follow(value: t.Any) -> bool:
            named = self.words(value)
            for word in named - words:
                words.add(word)
                if word in variables and not known(word) and follow(variables[word]):
                    order[word] = None
            return bool(named) and not named & _UNSTEADY

        follow(written)
        return list(order), words

    def words(self, value: t.Any) -> frozenset[str]:
        """Whatever its templates may name."""
        if isinstance(value, _PLAIN):
            return frozenset()
        known = self._words.get(id(value))
        if known is None:
            found = frozenset(word for text in _templates(value) for word in _WORDS.findall(text))
            known = self._words[id(value)] = (value, found)
        return known[1]


class _Same:
    """Which variables have the same value for every host, as what they are made of has."""

    def __init__(self, hosts: list[Options], needs: _Needs) -> None:
        self._first, self._others = (hosts or [{}])[0], hosts[1:]
        self._needs = needs
        self._known: dict[str, bool] = {}

    def everywhere(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = True  # of one that needs itself: the others decide
            self._known[name] = self._look(name)
        return self._known[name]

    def _look(self, name: str) -> bool:
        if name not in self._first:
            return not any(name in other for other in self._others)
        raw = self._first[name]
        if any(name not in other or (other[name] is not raw and other[name] != raw) for other in self._others):
            return False
        return all(self.everywhere(word) for word in self._needs.words(raw))


def _templates(value: t.Any) -> t.Iterator[str]:
    """The templates in a value."""
    if isinstance(value, str):
        if "{{" in value or "{%" in value:
            yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _templates(pair[0])
            yield from _templates(pair[1])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _templates(part)
