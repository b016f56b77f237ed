# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A dry run says that it would have succeeded, and does nothing, whatever the operation."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DryRunClientError
from moto.ec2.responses._base_response import EC2BaseResponse

from emulator.registry import mend


@mend(EC2BaseResponse)
def call_action(original: Any, self: Any) -> Any:
    if not self._get_param("DryRun", False):
        return original(self)
    _status, headers, body = self.serialized(ActionResult(DryRunClientError()))
    status, headers, body = self._transform_response(self.response_headers, (body, {**headers, "status": 412}))
    headers, body = self._enrich_response(headers, body)
    return status, headers, body
