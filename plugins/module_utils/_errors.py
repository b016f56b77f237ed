# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What can go wrong, as one sentence for the user: what, where, and the way on."""

from __future__ import annotations

_RIGHTS = "Give the caller this right, or check the permissions boundary and service control policies."
_EXPIRED = "The credentials have expired: sign in again and run again; the run continues where it stopped."
_HEAD = "AWS says no more about this; most likely the credentials have expired: sign in again and run again."
_HEAD_REFUSED = (
    "AWS says no more about this: the caller lacks s3:ListBucket for the bucket, or somebody else's account has it."
)
_UNKNOWN_KEY = "The access key is not known to AWS: check the profile or the AWS_* environment variables."
_QUOTA = "A quota of this account is used up: remove what is no longer needed or ask AWS for more."
_IN_USE = "Something still uses it: remove that first, or run again when it is gone."
_SLOWER = "AWS asks for fewer requests: run again, with fewer forks if it happens often."

# What AWS calls the lack of a right.
REFUSED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")

# AWS error code -> the way on
WAY_ON = {
    **dict.fromkeys(REFUSED, _RIGHTS),
    "AuthFailure": "Check the credentials and that the region is enabled in this account.",
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "TokenRetrievalError": _EXPIRED,
    "SSOTokenLoadError": _EXPIRED,
    "UnauthorizedSSOTokenError": _EXPIRED,
    "400": _HEAD,
    "403": _HEAD_REFUSED,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "NoCredentialsError": "Give a profile (platform_profile) or the AWS_* environment variables, or sign in with SSO.",
    "SignatureDoesNotMatch": "The secret key does not belong to the access key, or the clock of this machine is wrong.",
    "EndpointConnectionError": "AWS cannot be reached: check the network, the region and AWS_ENDPOINT_URL.",
    "ConnectTimeoutError": "AWS cannot be reached: check the network, the region and AWS_ENDPOINT_URL.",
    "AddressLimitExceeded": f"{_QUOTA} Another network_egress_mode needs fewer Elastic IPs.",
    "VpcLimitExceeded": _QUOTA,
    "NatGatewayLimitExceeded": _QUOTA,
    "LimitExceeded": _QUOTA,
    "LimitExceededException": _QUOTA,
    "ServiceQuotaExceededException": _QUOTA,
    "BucketAlreadyExists": "Bucket names are shared by all AWS accounts: choose another name in the inventory.",
    "InvalidTargetBucketForLogging": "Make the bucket that receives access logs first, or set s3_access_log_bucket.",
    "DependencyViolation": _IN_USE,
    "ResourceInUse": _IN_USE,
    "ResourceInUseException": _IN_USE,
    "DeleteConflict": _IN_USE,
    "Throttling": _SLOWER,
    "ThrottlingException": _SLOWER,
    "RequestLimitExceeded": _SLOWER,
}


class InfraError(Exception):
    """A failure that is told to the user as it stands: str(error) is the whole message."""


class NotFound(InfraError):
    """Something a module was told to use does not exist."""


# Codes with which AWS refuses what comes too fast; nothing is done then.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


class AwsError(InfraError):
    """AWS refused a request.

    code is the error code of the service, operation its API operation, message what AWS said.
    """

    def __init__(self, service: str, operation: str, code: str, message: str):
        self.service = service
        self.operation = operation
        self.code = code
        self.aws_message = message
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        said = f"{self.aws_message.rstrip('.')} ({self.service} {self.operation}: {self.code})."
        way_on = WAY_ON.get(self.code)
        return f"{said} {way_on}" if way_on else said


class Unclear(AwsError):
    """Nobody knows whether AWS has done it.

    The answer was lost, or AWS failed while it worked on the request, or it refused what was sent a second time, which
    may have been done the first time.
    """

    def _sentence(self) -> str:
        return f"{super()._sentence()} AWS may have done it: run again, which looks first."
