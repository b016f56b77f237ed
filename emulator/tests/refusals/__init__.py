# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Calls AWS refuses, one or more for each rule. A case does what AWS allows first; its last call is the refused one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator import testing


class Aws:
    """A client of each service by its name: ``aws.ec2``; those with a hyphen by ``aws["service-quotas"]``."""

    def __init__(self, emulator: testing.Emulator) -> None:
        self._emulator = emulator

    def __getitem__(self, service: str) -> Any:
        return self._emulator.client(service)

    def __getattr__(self, service: str) -> Any:
        return self._emulator.client(service)


class Case(NamedTuple):
    rule: str | None
    code: str
    play: Callable[[Aws], None]


CASES: list[Case] = []


def refused_by_moto(code: str) -> Callable[[Callable[[Aws], None]], Callable[[Aws], None]]:
    """What moto, or a mend of it, refuses as AWS does, so that it needs no rule."""
    return refuses(None, code)


def refuses(rule: str | None, code: str) -> Callable[[Callable[[Aws], None]], Callable[[Aws], None]]:
    def register(function: Callable[[Aws], None]) -> Callable[[Aws], None]:
        CASES.append(Case(rule, code, function))
        return function

    return register
