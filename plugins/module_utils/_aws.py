# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The face of AWS towards the modules: read and write, and nothing else.

Every request of the collection passes here. That is why check mode cannot write, why a request never carries a
placeholder, and why every refusal becomes one sentence.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import json
import os
import re
import threading
import typing as t

try:
    import botocore.config
    import botocore.exceptions
except ImportError:
    pass  # AnsibleAWSModule reports a missing boto3

from ansible_collections.sdt.infra.plugins.module_utils._errors import REFUSED, THROTTLED, AwsError, InfraError, Unclear
from ansible_collections.sdt.infra.plugins.module_utils._lock import Lock
from ansible_collections.sdt.infra.plugins.module_utils._patience import Patience
from ansible_collections.sdt.infra.plugins.module_utils._planned import is_planned
from ansible_collections.sdt.infra.plugins.module_utils._run_reads import TAGGING, UNKNOWN, RunReads

# Standard mode: exponential backoff with jitter for throttling, connection and 5xx errors.
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
_RETRIES = {"mode": "standard", "max_attempts": 8}
# Requests that would do the same a second time are sent once, unless a token tells AWS that they are the same.
_ONCE = {"mode": "standard", "total_max_attempts": 1}
_MAKES = re.compile("(allocate|create|copy|register_task|request|restore)_(?!tags)")
_CONNECT_TIMEOUT = 10  # seconds
_READ_TIMEOUT = 70  # seconds; the slowest synchronous answers (RDS, IAM) take about 30

# What AWS gives in one page of a list without being asked for more or less; 100 where nothing is said.
_PAGE_SIZES = {"application-autoscaling": 50, "ec2": 1000, "elbv2": 400, "logs": 50}
_WORTH_A_PAGE = 8  # questions a further page of a list may cost
_AT_ONCE = 10  # connections to one service a client of botocore keeps; more would be closed after each request

# Answers that are secrets, or that have to be new each time: other modules of the run never get them.
_OWN_ANSWERS = frozenset(
    {"get_secret_value", "get_random_password", "get_authorization_token", "assume_role", "get_item", "query"}
)
# Writes about records, such as the lock of a run: nothing a resource is compared with changes by them.
_RECORDS_ONLY = frozenset({"put_item", "update_item", "delete_item", "transact_write_items", "publish"})

# Writes that touch no tags: they change settings of what is there already.
_LEAVES_TAGS = re.compile("(modify|update|set|replace|associate|put_retention|put_bucket|put_public)_(?!.*tag)")

# Options every module of this collection has beside those of amazon.aws.
CONNECTION_OPTIONS: dict[str, t.Any] = {
    "assume_role_arn": {"type": "str"},
    "assume_role_external_id": {"type": "str"},
}


Item = t.TypeVar("Item")
Answer = t.TypeVar("Answer")

# The options that say which account and region, and as whom.
_IDENTITY = frozenset(
    {"access_key", "session_token", "profile", "region", "endpoint_url", "aws_config", *CONNECTION_OPTIONS}
)


def _question(operation: str, result: str | None, missing: t.Collection[str], params: dict) -> str:
    """One name for equal questions."""
    return f"{operation} {json.dumps([result, sorted(missing), params], sort_keys=True, default=str)}"


class Aws:
    """The AWS account and region a module was pointed at.

    module is an AnsibleAWSModule; its options give region, profile, keys, endpoint and the role to assume.
    """

    def __init__(self, module: t.Any):
        self._module = module
        self._clients: dict[tuple[str, bool], t.Any] = {}
        self._memory: dict[tuple[str, str], t.Any] = {}
        self._assumed: dict[str, t.Any] | None = None
        self._identity: dict[str, str] = {}
        self._lock: Lock | None = None
        self._run_reads = RunReads()
        self._making = threading.RLock()  # botocore makes one client at a time
        self._asking: dict[tuple[str, str], threading.Lock] = {}
        self._alone = False
        self._retagged = False
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
        unless something of that service was written in between. What other modules of the run have read is used too,
        until this call has written something or forgotten what it knew.
        """
        if is_planned(params):
            return None
        question = _question(operation, result, missing, params)
        with self._once(service, question):
            answer = UNKNOWN if fresh else self._known(service, question)
            if answer is UNKNOWN:
                mark = self._run_reads.asked(service)
                answer = self._read(service, operation, result, missing, params)
                self._keep(service, question, answer, mark)
            return answer

    def read_some(
        self, service: str, operation: str, result: str, /, *, wanted: int = 1, **params: t.Any
    ) -> tuple[list, bool]:
        """The beginning of a list, and whether that is all of it: few requests that answer many questions of a run.

        It is a page, or more where wanted, the number of questions of this call, is large. Where that is not all, or
        AWS is to be asked anew because this call has written or waits, the answer is ([], False): the caller then asks
        for what it needs only.
        """
        if is_planned(params):
            return [], False
        question = _question(operation, result, (), params)
        with self._once(service, question):
            return self._beginning(service, operation, result, wanted, params, question)

    def _beginning(
        self, service: str, operation: str, result: str, wanted: int, params: dict, question: str
    ) -> tuple[list, bool]:
        answer = self._known(service, question)
        if answer is not UNKNOWN:
            return answer or [], True
        most = _PAGE_SIZES.get(service, 100) * max(1, wanted // _WORTH_A_PAGE)
        too_many = _question(operation, f"more than {most}", (), params)
        if self._alone or self._known(service, too_many) is not UNKNOWN:
            return [], False
        mark = self._run_reads.asked(service)
        items, complete = self._some(service, operation, result, params, most)
        if complete:
            self._keep(service, question, items, mark)
        else:
            self._keep(service, too_many, True, mark)
        return (items, True) if complete else ([], False)

    def at_once(self, read: t.Callable[[Item], Answer], items: t.Iterable[Item]) -> list[Answer]:
        """What read returns for each of these, in their order, asked at the same time; it may not write.

        What AWS refuses to the first of them is raised when all that were begun have ended.
        """
        self._client("sts")  # what is wrong with region or credentials ends the module: before there are threads
        every = list(items)
        if len(every) < 2:
            return [read(item) for item in every]
        with concurrent.futures.ThreadPoolExecutor(min(len(every), _AT_ONCE)) as threads:
            return list(threads.map(read, every))

    def look_ahead(self, read: t.Callable[[Item], t.Any], items: t.Iterable[Item]) -> None:
        """Read all that read asks about these at the same time, so that it is known when it is called one by one.

        What is refused is asked again then, and told there.
        """

        def tried(item: Item) -> None:
            with contextlib.suppress(InfraError):
                read(item)

        every = list(items)
        if len(every) > 1:
            self.at_once(tried, every)

    @contextlib.contextmanager
    def sparing(self, otherwise: str) -> t.Iterator[None]:
        """Around reads that only save others: where AWS refuses them, otherwise says what is done in their place.

        A missing right is told as a warning, so that somebody can give it.
        """
        try:
            yield
        except AwsError as error:
            if error.code in REFUSED:
                self._module._module.warn(f"{error} Without it {otherwise}, which takes longer.")

    @property
    def quiet(self) -> bool:
        """Whether modules of this run share what they read and none has touched tags yet."""
        return self._run_reads.quiet and not self._retagged

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
        if operation in _RECORDS_ONLY:
            return self._written(service, operation, params, missing, retry, retry_seconds)
        retags = _LEAVES_TAGS.match(operation) is None
        self._retagged = self._retagged or retags
        with self._run_reads.changing(service, retags):
            return self._written(service, operation, params, missing, retry, retry_seconds)

    def _written(
        self,
        service: str,
        operation: str,
        params: dict,
        missing: t.Collection[str],
        retry: t.Collection[str],
        retry_seconds: int,
    ) -> dict[str, t.Any]:
        patience = Patience(self, f"{service} {operation}", retry_seconds)
        once = self._doubles(service, operation)
        while True:
            try:
                return self._call(service, operation, params, write=True, once=once)
            except AwsError as error:
                if error.code in missing:
                    return {}
                passing = (once and error.code in THROTTLED) or any(
                    sign == error.code or sign in error.aws_message for sign in retry
                )
                if not passing or not patience.lasts(error.aws_message):
                    raise

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
        self._alone = True
        self._memory = {key: value for key, value in self._memory.items() if service not in (None, key[0])}

    def _once(self, service: str, question: str) -> threading.Lock:
        """To hold while asking, so that an equal question that is asked at the same time gets the same answer."""
        return self._asking.setdefault((service, question), threading.Lock())

    def _known(self, service: str, question: str) -> t.Any:
        key = (service, question)
        if key not in self._memory and not (self._retagged if service == TAGGING else self._alone):
            answer = self._run_reads.answer(service, f"{self._whose} {service} {question}")
            if answer is not UNKNOWN:
                self._memory[key] = answer
        return self._memory.get(key, UNKNOWN)

    def _keep(self, service: str, question: str, answer: t.Any, mark: int | None) -> None:
        self._memory[service, question] = answer
        if question.partition(" ")[0] not in _OWN_ANSWERS:
            self._run_reads.keep(service, f"{self._whose} {service} {question}", answer, mark)

    @functools.cached_property
    def _whose(self) -> str:
        """What decides whose answers these are: hosts of a run may have accounts, regions and roles of their own."""
        given = {name: value for name, value in self._module.params.items() if name in _IDENTITY and value}
        return json.dumps([given, {name: value for name, value in os.environ.items() if name.startswith("AWS_")}])

    def _some(self, service: str, operation: str, result: str, params: dict, most: int) -> tuple[list, bool]:
        client = self._client(service)
        if not client.can_paginate(operation):
            return self._read(service, operation, result, (), params) or [], True
        config = {"MaxItems": most}
        try:
            answer = client.get_paginator(operation).paginate(PaginationConfig=config, **params).build_full_result()
        except Exception as error:  # pylint: disable=broad-except
            raise self._translated(service, operation, error) from error
        return answer.get(result) or [], "NextToken" not in answer

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

    def _doubles(self, service: str, operation: str) -> bool:
        """Whether sending it again would make a second one: it makes something, and the SDK gives it no token."""
        if not _MAKES.match(operation):
            return False
        meta = self._client(service).meta
        return not meta.service_model.operation_model(meta.method_to_api_mapping[operation]).idempotent_members

    def _call(
        self, service: str, operation: str, params: dict, *, write: bool = False, once: bool = False
    ) -> dict[str, t.Any]:
        client = self._client(service, once)
        try:
            answer = getattr(client, operation)(**params)
        except Exception as error:  # pylint: disable=broad-except
            raise self._translated(service, operation, error, write=write, once=once) from error
        answer.pop("ResponseMetadata", None)
        return answer

    def _translated(
        self, service: str, operation: str, error: Exception, *, write: bool = False, once: bool = False
    ) -> Exception:
        if isinstance(error, botocore.exceptions.ClientError):
            said, answer = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
            code = said.get("Code", "Unknown")
            failed = answer.get("HTTPStatusCode", 0) >= 500
            # What was sent again may be refused just because it was done before, and the answer was lost.
            again = write and not failed and answer.get("RetryAttempts", 0) > 0
            unclear = code not in THROTTLED and (again or (once and failed))
            kind = Unclear if unclear else AwsError
            return kind(service, operation, code, said.get("Message") or str(error))
        if isinstance(error, botocore.exceptions.BotoCoreError):
            lost = isinstance(error, botocore.exceptions.HTTPClientError)
            return (Unclear if once and lost else AwsError)(service, operation, type(error).__name__, str(error))
        return error

    def _client(self, service: str, once: bool = False) -> t.Any:
        with self._making:
            if (service, once) not in self._clients:
                extra: dict[str, t.Any] = dict(self._assumed_credentials())
                extra["config"] = botocore.config.Config(
                    retries=_ONCE if once else _RETRIES, connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT
                )
                self._clients[service, once] = self._module.client(service, **extra)
            return self._clients[service, once]

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
