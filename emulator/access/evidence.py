# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which rights calls have needed, on what, and what a policy could ask about them: what least policies are made of."""

from __future__ import annotations

import json
from typing import Any

from emulator.access import actions, principals
from emulator.access.actions import request_tags
from emulator.access.context import tags_of
from emulator.calls import Call


class Evidence:
    """The rights needed since recording began, each once."""

    def __init__(self) -> None:
        self.records = False
        self._needs: dict[str, dict[str, Any]] = {}

    def take(self, call: Call) -> None:
        if not self.records:
            return
        try:
            principal = principals.of(call)
        except (principals.UnknownKey, principals.ExpiredSession):
            return
        account = principal.account if principal else principals.DEFAULT_ACCOUNT_ID
        region = principals.credential(call)[1]
        for need in actions.needs(call, account, region):
            for resource in need.resources:
                self._add(
                    {
                        "action": need.action,
                        "resource": resource,
                        "context": need.context,
                        "request_tags": request_tags(call.parameters) if call.mutating else {},
                        "resource_tags": tags_of(resource, account, region) if resource != "*" else {},
                    }
                )

    def _add(self, need: dict[str, Any]) -> None:
        self._needs.setdefault(json.dumps(need, sort_keys=True), need)

    def list(self) -> list[dict[str, Any]]:
        return list(self._needs.values())

    def clear(self) -> None:
        self._needs.clear()
