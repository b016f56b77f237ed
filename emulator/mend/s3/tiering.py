# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The archive tiers of S3 Intelligent-Tiering, which moto has no place for.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from emulator.mend.s3.errors import refuse
from emulator.registry import mend, parameters

PARAMETER = "intelligent-tiering"
LEAST_DAYS = {"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}
MOST_DAYS = 730


@mend(S3Response)
def _bucket_response_put(
    original: Any, self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]
) -> Any:
    if PARAMETER not in querystring:
        return original(self, request, bucket_name, querystring)
    configuration = parameters(self)["IntelligentTieringConfiguration"]
    if configuration["Id"] != querystring["id"][0]:
        raise refuse("InvalidArgument", "The id in the path and the id of the configuration differ")
    tiers = [tiering["AccessTier"] for tiering in configuration["Tierings"]]
    for tiering in configuration["Tierings"]:
        if (
            not LEAST_DAYS[tiering["AccessTier"]] <= int(tiering["Days"]) <= MOST_DAYS
            or tiers.count(tiering["AccessTier"]) > 1
        ):
            raise refuse("InvalidArgument", "Invalid Days or AccessTier in the Intelligent-Tiering configuration")
    _configurations(self, bucket_name)[configuration["Id"]] = configuration
    return 200, {}, ""


@mend(S3Response)
def _bucket_response_get(original: Any, self: S3Response, bucket_name: str, querystring: dict[str, Any]) -> Any:
    if PARAMETER not in querystring:
        return original(self, bucket_name, querystring)
    found = _configurations(self, bucket_name)
    if "id" not in querystring:
        self.data["Action"] = "ListBucketIntelligentTieringConfigurations"
        listed = {"IsTruncated": False, "IntelligentTieringConfigurationList": [found[name] for name in sorted(found)]}
        return self.serialized(ActionResult(listed))
    self.data["Action"] = "GetBucketIntelligentTieringConfiguration"
    return self.serialized(ActionResult({"IntelligentTieringConfiguration": _one(found, querystring)}))


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
    return bucket.__dict__.setdefault("_emulator_tiering", {})
