# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the mends of EC2 share: refusals, and states that pass by themselves."""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError


def refused(code: str, message: str) -> EC2ClientError:
    return EC2ClientError(code, message)


def dependency(message: str) -> EC2ClientError:
    return EC2ClientError("DependencyViolation", message)


class States:
    """The states a resource will show, one for each time it is looked at; the last one stays."""

    def __init__(self, *coming: str) -> None:
        self._coming = list(coming)

    def look(self) -> str:
        return self._coming.pop(0) if len(self._coming) > 1 else self._coming[0]


def look(resource: Any) -> None:
    """Let a resource with States go one step on."""
    states = getattr(resource, "emulated_states", None)
    if states is not None:
        resource.state = states.look()
