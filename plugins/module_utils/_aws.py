# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The face of AWS towards the modules: read and write, and nothing else.

Every request of the collection passes here. That is why check mode cannot write, why a request never carries a
placeholder, and why every refusal becomes one sentence.
"""

from __future__ import annotations

import json
import time
import typing as t

try:
    import botocore.config
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports a missing boto3

from ansible_collections.sdt.infra.plugins.module_utils._errors import AwsError, InfraError
from ansible_collections.sdt.infra.plugins.module_utils._lock import Lock
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned

# Standard mode: exponential backoff with jitter for throttling, connection and 5xx errors.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
_RETRIES = {"mode": "standard", "max_attempts": 8}
_CONNECT_TIMEOUT = 10  # seconds
_READ_TIMEOUT = 70  # seconds; the slowest synchronous answers (RDS, IAM) take about 30


# Options every module of this collection has beside those of amazon.aws.
CONNECTION_OPTIONS: dict[str, t.Any] = {
    "assume_role_arn": {"type": "str"},
    "assume_role_external_id": {"type": "str"},
}


class Aws:
    """The AWS account and region a module was pointed at.

    module is an AnsibleAWSModule; its options give region, profile, keys, endpoint and the role to assume.
    """

    def __init__(self, module: t.Any):
        self._module = module
        self._clients: dict[str, t.Any] = {}
        self._memory: dict[tuple[str, str], t.Any] = {}
        self._assumed: dict[str, t.Any] | None = None
        self._identity: dict[str, str] = {}
        self._lock: Lock | None = None
        self.check_mode: bool = module.check_mode

    def read(
        self,
        service: str,
        operation: str,
        /,  # operations have parameters of these names too
        result: str | None = None,
        *,
        missing: t.Collection[str] = (),
        fresh: bool = False,
        **params: t.Any,
    ) -> t.Any:
        """Call an operation that changes nothing and return its answer, or the part of it named by result.

        A list is returned whole, whatever the number of pages. An error code in missing means "does not exist": the
        answer is then None. An equal read in the same module call is answered from memory unless fresh, or
        unless something of that service was written in between.
        """
        if is_planned(params):
            return None
        key = (service, f"{operation} {result} {json.dumps(params, sort_keys=True, default=str)}")
        if fresh or key not in self._memory:
            self._memory[key] = self._read(service, operation, result, missing, params)
        return self._memory[key]

    def write(
        self,
        service: str,
        operation: str,
        /,
        *,
        missing: t.Collection[str] = (),
        retry: t.Collection[str] = (),
        retry_seconds: int = 90,
        **params: t.Any,
    ) -> dict[str, t.Any]:
        """Call an operation that changes something and return its answer.

        An error code in missing means "already gone": the answer is then empty. retry names what may pass by itself
        within retry_seconds, as an error code or as part of its message: a role that is not known everywhere yet,
        a network interface that is just being released.
        """
        if self.check_mode:
            raise InfraError(f"{service} {operation} would write in check mode: this is a defect of the module.")
        if is_planned(params):
            raise InfraError(f"{service} {operation} would send a placeholder: this is a defect of the module.")
        self.hold_lock()
        self.forget(service)
        deadline = time.monotonic() + retry_seconds
        pause = 0.5
        while True:
            try:
                return self._call(service, operation, params)
            except AwsError as error:
                if error.code in missing:
                    return {}
                passing = any(sign == error.code or sign in error.aws_message for sign in retry)
                if not passing or time.monotonic() + pause > deadline:
                    raise
            time.sleep(pause)
            pause = min(pause * 1.7, 8.0)

    @property
    def region(self) -> str:
        """The region every regional resource of this module call belongs to."""
        return self._client("sts").meta.region_name

    @property
    def partition(self) -> str:
        """aws, aws-cn or aws-us-gov."""
        return self._client("sts").meta.partition

    @property
    def dns_suffix(self) -> str:
        """amazonaws.com, or what the partition has in its place."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def account(self) -> str:
        """The 12 digit id of the account the credentials belong to."""
        return self.identity["Account"]

    @property
    def identity(self) -> dict[str, str]:
        """Account, Arn and UserId of the caller."""
        if not self._identity:
            self._identity = self.read("sts", "get_caller_identity")
        return self._identity

    @property
    def credentials(self) -> t.Any:
        """The credentials requests are signed with, as botocore has them."""
        return self._client("sts")._get_credentials()

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        """The ARN of a resource of this account and region; "" leaves region or account out, as S3 and IAM need."""
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"

    def lock(self, table: str, environment: str, token: str, seconds: int) -> None:
        """Write only while this lock is held, which the run has taken."""
        self._lock = Lock(self._call, table, environment, token, seconds)

    def hold_lock(self) -> None:
        """Confirm the lock of the run, if it has one; raise InfraError when it is lost. For long waits too."""
        if self._lock is not None and not self.check_mode:
            self._lock.confirm()

    def forget(self, service: str | None = None) -> None:
        """Read everything, or everything of this service, anew: AWS changes things by itself while we wait."""
        self._memory = {key: value for key, value in self._memory.items() if service not in (None, key[0])}

    def _read(
        self, service: str, operation: str, result: str | None, missing: t.Collection[str], params: dict
    ) -> t.Any:
        client = self._client(service)
        try:
            if result is not None and client.can_paginate(operation):
                return self._pages(client, service, operation, result, params)
            answer = self._call(service, operation, params)
        except AwsError as error:
            if error.code in missing:
                return None
            raise
        return answer if result is None else answer.get(result)

    def _pages(self, client: t.Any, service: str, operation: str, result: str, params: dict) -> t.Any:
        items: list = []
        try:
            for page in client.get_paginator(operation).paginate(**params):
                part: t.Any = page
                for name in result.split("."):
                    part = part.get(name) or []
                items.extend(part)
        except Exception as error:  # pylint: disable=broad-except
            raise self._translated(service, operation, error) from error
        return items

    def _call(self, service: str, operation: str, params: dict) -> dict[str, t.Any]:
        client = self._client(service)
        try:
            answer = getattr(client, operation)(**params)
        except Exception as error:  # pylint: disable=broad-except
            raise self._translated(service, operation, error) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _translated(self, service: str, operation: str, error: Exception) -> Exception:
        if isinstance(error, botocore.exceptions.ClientError):
            said = error.response.get("Error", {})
            return AwsError(service, operation, said.get("Code", "Unknown"), said.get("Message") or str(error))
        if isinstance(error, botocore.exceptions.BotoCoreError):
            return AwsError(service, operation, type(error).__name__, str(error))
        return error

    def _client(self, service: str) -> t.Any:
        if service not in self._clients:
            extra: dict[str, t.Any] = dict(self._assumed_credentials())
            extra["config"] = botocore.config.Config(
                retries=_RETRIES, connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT
            )
            self._clients[service] = self._module.client(service, **extra)
        return self._clients[service]

    def _assumed_credentials(self) -> dict[str, t.Any]:
        """The keys of the role to assume; assumed anew in each module call, so that they never expire in a long run."""
        role = self._module.params.get("assume_role_arn")
        if not role:
            return {}
        if self._assumed is None:
            request = {"RoleArn": role, "RoleSessionName": "sdt-infra"}
            if self._module.params.get("assume_role_external_id"):
                request["ExternalId"] = self._module.params["assume_role_external_id"]
            sts = self._module.client("sts")
            try:
                keys = sts.assume_role(**request)["Credentials"]
            except Exception as error:  # pylint: disable=broad-except
                raise self._translated("sts", "assume_role", error) from error
            self._assumed = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
                "profile_name": None,
            }
        return self._assumed
