# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS's semantic rules: what a request may not ask for though its form is right. One module per service.

A rule is a function with one sentence of docstring, which is what the list of rules shows. It looks at the request and
at what exists, changes nothing, and raises Refused::

    @rule("ec2", "CreateVpc", docs="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html")
    def vpc_network_size(request: Request) -> None:
        \"\"\"The network of a VPC has a size from /28 to /16.\"\"\"
        ...
        raise Refused("InvalidVpc.Range", f"The CIDR '{cidr}' is invalid.")
"""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.utilities.utils import get_partition

from emulator.calls import Call


class Refused(Exception):
    """What AWS answers: code and message, and the status where AWS's model does not tell it."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Request:
    """What a rule sees: parameters under AWS's names, who asks where, and moto's backends."""

    call: Call
    account: str
    region: str

    @property
    def parameters(self) -> dict[str, Any]:
        return self.call.parameters

    @property
    def operation(self) -> str:
        return str(self.call.operation)

    def __getitem__(self, name: str) -> Any:
        return self.call.parameters[name]

    def __contains__(self, name: str) -> bool:
        return self.call.parameters.get(name) is not None

    def get(self, name: str, default: Any = None) -> Any:
        value = self.call.parameters.get(name)
        return default if value is None else value

    def backend(self, service: str, region: str | None = None, account: str | None = None) -> Any:
        """moto's backend of a service in this account and region; global services have one per partition."""
        region = region or self.region
        accounts = get_backend(service)[account or self.account]
        return accounts[region if region in accounts else get_partition(region)]


@dataclass(frozen=True)
class Rule:
    name: str
    service: str
    operations: tuple[str, ...]
    summary: str
    docs: str
    check: Callable[[Request], None]


RULES: dict[str, Rule] = {}
_by_call: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)


def rule(service: str, *operations: str, docs: str) -> Callable[[Callable], Callable]:
    """Register a rule for these operations of a service. The docs are the page of AWS that says so."""

    def register(function: Callable[[Request], None]) -> Callable[[Request], None]:
        made = Rule(
            f"{service}.{function.__name__}",
            service,
            operations,
            " ".join((function.__doc__ or "").split()),
            docs,
            function,
        )
        if made.name in RULES:
            raise RuntimeError(f"There are two rules {made.name}.")
        RULES[made.name] = made
        for operation in operations:
            _by_call[service, operation].append(made)
        return function

    return register


def rules_for(service: str, operation: str) -> list[Rule]:
    return _by_call.get((service, operation), [])


def load() -> None:
    """Read every module of this package, each of which registers its rules."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
