# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Who pays for requests to a bucket. Terraform reads it for every bucket."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from emulator.registry import mend, parameters

PARAMETER = "requestPayment"
OWNER = "BucketOwner"


@mend(S3Response)
def _bucket_response_get(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    if PARAMETER not in querystring:
        return original(self, bucket_name, querystring)
    bucket = self.backend.get_bucket(bucket_name)
    self.data["Action"] = "GetBucketRequestPayment"
    return self.serialized(ActionResult({"Payer": getattr(bucket, "_emulator_payer", OWNER)}))


@mend(S3Response)
def _bucket_response_put(
    original: Any, self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]
) -> Any:
    if PARAMETER not in querystring:
        return original(self, request, bucket_name, querystring)
    bucket = self.backend.get_bucket(bucket_name)
    bucket._emulator_payer = parameters(self)["RequestPaymentConfiguration"]["Payer"]
    return 200, {}, ""
