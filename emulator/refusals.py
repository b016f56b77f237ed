# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Errors of AWS that come before, instead of or after an answer: in the protocol of the service, with its own codes.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and each service's page of common errors.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from werkzeug.wrappers import Response

from emulator import errors
from emulator.calls import Call


class Refusal(NamedTuple):
    code: str
    message: str
    status: int


RATE_EXCEEDED = "Rate exceeded"
# What a service says to a client that is too fast, where its model does not say it of the operation.
THROTTLING = {
    "ec2": Refusal("RequestLimitExceeded", "Request limit exceeded.", 503),
    "s3": Refusal("SlowDown", "Please reduce your request rate.", 503),
    "sns": Refusal("Throttled", RATE_EXCEEDED, 429),
    "lambda": Refusal("TooManyRequestsException", RATE_EXCEEDED, 429),
    "dynamodb": Refusal("ThrottlingException", "Rate of requests exceeds the allowed throughput.", 400),
    "route53": Refusal("Throttling", RATE_EXCEEDED, 400),
}
# Operations whose throttling is a thing of its own.
THROTTLING_OF_OPERATIONS = {
    ("route53", "ChangeResourceRecordSets"): Refusal(
        "PriorRequestNotComplete",
        "The request was rejected because Route 53 was still processing a prior request.",
        400,
    ),
    **{
        ("dynamodb", operation): Refusal(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. "
            "Consider increasing your provisioning level with the UpdateTable API.",
            400,
        )
        for operation in (
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "UpdateItem",
        )
    },
}
BROKEN_SHAPE = re.compile(r"^(Internal\w*|Server\w*|Service(Exception|Failure\w*))$")
THROTTLING_SHAPE = re.compile(r"^(Throttl|TooManyRequests|RequestLimitExceeded)")
EXPIRED = "The security token included in the request is expired"
UNAVAILABLE = "An internal error occurred"
# EC2's not-found codes by the prefix of the id.
EC2_NOT_FOUND = {
    "acl": "InvalidNetworkAclID.NotFound",
    "eipalloc": "InvalidAllocationID.NotFound",
    "eni": "InvalidNetworkInterfaceID.NotFound",
    "fl": "InvalidFlowLogId.NotFound",
    "i": "InvalidInstanceID.NotFound",
    "igw": "InvalidInternetGatewayID.NotFound",
    "nat": "NatGatewayNotFound",
    "rtb": "InvalidRouteTableID.NotFound",
    "sg": "InvalidGroup.NotFound",
    "sgr": "InvalidSecurityGroupRuleId.NotFound",
    "subnet": "InvalidSubnetID.NotFound",
    "vol": "InvalidVolume.NotFound",
    "vpc": "InvalidVpcID.NotFound",
    "vpce": "InvalidVpcEndpointId.NotFound",
}
NOT_FOUND_SHAPE = re.compile(r"(NotFound|NoSuch|DoesNotExist|NotExists)")
GENERIC_NOT_FOUND = re.compile(r"^(Resource|Entity)?NotFound|^NoSuch(Entity|Resource)")


def answer(call: Call, refusal: Refusal) -> Response:
    """The refusal in the protocol of the service."""
    return errors.respond(call, refusal.code, refusal.message, refusal.status)


def throttling(call: Call) -> Refusal:
    said = THROTTLING_OF_OPERATIONS.get((call.service, call.operation)) or THROTTLING.get(call.service)
    if said is not None:
        return said
    for shape in call.error_shapes:
        if THROTTLING_SHAPE.match(shape.name):
            return _of_shape(shape, RATE_EXCEEDED)
    if call.speaks_xml:
        return Refusal("Throttling", RATE_EXCEEDED, 400)
    if call.protocol == "rest-json":
        return Refusal("TooManyRequestsException", RATE_EXCEEDED, 429)
    return Refusal("ThrottlingException", RATE_EXCEEDED, 400)


def expired(call: Call) -> Refusal:
    if call.service == "ec2":
        return Refusal("RequestExpired", "Request has expired.", 400)
    if call.service == "s3":
        return Refusal("ExpiredToken", "The provided token has expired.", 400)
    if call.speaks_xml:
        return Refusal("ExpiredToken", EXPIRED, 403)
    return Refusal("ExpiredTokenException", EXPIRED, 403 if call.protocol == "rest-json" else 400)


def unknown_key(call: Call) -> Refusal:
    """The access key does not exist, or no longer."""
    if call.service == "ec2":
        return Refusal("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    if call.service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return Refusal("InvalidAccessKeyId", message, 403)
    message = "The security token included in the request is invalid."
    if call.speaks_xml:
        return Refusal("InvalidClientTokenId", message, 403)
    return Refusal("UnrecognizedClientException", message, 403 if call.protocol == "rest-json" else 400)


def denied(call: Call, message: str) -> Refusal:
    if call.service == "ec2":
        return Refusal("UnauthorizedOperation", f"You are not authorized to perform this operation. {message}", 403)
    if call.service == "sns":
        return Refusal("AuthorizationError", message, 403)
    if call.speaks_xml:
        return Refusal("AccessDenied", message, 403)
    return Refusal("AccessDeniedException", message, 403 if call.protocol == "rest-json" else 400)


def broken(call: Call) -> Refusal:
    """The service failed."""
    for shape in call.error_shapes:
        if BROKEN_SHAPE.match(shape.name):
            return _of_shape(shape, UNAVAILABLE, 500)
    return Refusal("InternalError" if call.service in ("ec2", "s3") else "InternalFailure", UNAVAILABLE, 500)


def missing(call: Call, kind: str, identifier: str) -> Refusal | None:
    """There is no such thing; None where the service has another way to say it."""
    message = f"{kind} {identifier} not found."
    if call.service == "ec2":
        prefix = identifier.rsplit("-", 1)[0]
        if prefix in EC2_NOT_FOUND:
            return Refusal(EC2_NOT_FOUND[prefix], f"The {prefix} ID '{identifier}' does not exist", 400)
        return None
    if call.service == "s3":
        if "Key" in call.parameters:
            return Refusal("NoSuchKey", "The specified key does not exist.", 404)
        return Refusal("NoSuchBucket", "The specified bucket does not exist", 404)
    for shape in call.error_shapes:
        named = re.match(f"(NoSuch)?{kind}", shape.name, re.IGNORECASE) or GENERIC_NOT_FOUND.match(shape.name)
        if NOT_FOUND_SHAPE.search(shape.name) and named:
            return _of_shape(shape, message, 404 if call.speaks_xml else 400)
    return None


def _of_shape(shape: Any, message: str, status: int = 400) -> Refusal:
    error = shape.metadata.get("error") or {}
    return Refusal(error.get("code") or shape.name, message, error.get("httpStatusCode") or status)
