# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which requests to a bucket are counted in CloudWatch, which moto has no place for."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from emulator.mend.s3.errors import refuse
from emulator.registry import mend, parameters

PARAMETER = "metrics"


@mend(S3Response)
def _bucket_response_put(
    original: Any, self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]
) -> Any:
    if PARAMETER not in querystring:
        return original(self, request, bucket_name, querystring)
    configuration = parameters(self)["MetricsConfiguration"]
    if configuration["Id"] != querystring["id"][0]:
        raise refuse("InvalidArgument", "The id in the path and the id of the configuration differ")
    _configurations(self, bucket_name)[configuration["Id"]] = configuration
    return 200, {}, ""


@mend(S3Response)
def _bucket_response_get(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    if PARAMETER not in querystring:
        return original(self, bucket_name, querystring)
    found = _configurations(self, bucket_name)
    if "id" not in querystring:
        self.data["Action"] = "ListBucketMetricsConfigurations"
        listed = {"IsTruncated": False, "MetricsConfigurationList": [found[name] for name in sorted(found)]}
        return self.serialized(ActionResult(listed))
    self.data["Action"] = "GetBucketMetricsConfiguration"
    return self.serialized(ActionResult({"MetricsConfiguration": _one(found, querystring)}))


@mend(S3Response)
def _bucket_response_delete(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    if PARAMETER not in querystring:
        return original(self, bucket_name, querystring)
    found = _configurations(self, bucket_name)
    del found[_one(found, querystring)["Id"]]
    return 204, {}, ""


def _one(found: dict[str, Any], querystring: dict[str, Any]) -> dict[str, Any]:
    if querystring["id"][0] not in found:
        raise refuse("NoSuchConfiguration", "The specified configuration does not exist.")
    return found[querystring["id"][0]]


def _configurations(response: S3Response, bucket_name: str) -> dict[str, Any]:
    bucket = response.backend.get_bucket(bucket_name)
    return bucket.__dict__.setdefault("_emulator_metrics", {})
