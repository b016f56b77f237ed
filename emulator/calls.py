# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which AWS call is this? Its operation and parameters, what it is about, whether it writes: from botocore's models."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.core.model import OperationModel, ServiceModel, Shape
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model, service_name_from_moto_package_name
from moto.moto_server.werkzeug_app import BackendRequest

from emulator.parsing import Malformed, parse

# moto packages whose name is not botocore's without hyphens.
BOTOCORE_NAMES = {"awslambda": "lambda", "dynamodb_v20111205": "dynamodb", "eventbridge": "events"}
ELB_VERSION_OF_CLASSIC = "2012-06-01"

READS = re.compile(
    r"(AssumeRole|AssumeRoot|BatchCheck|BatchDescribe|BatchGet|Check|Decapsulate|Decode|Decrypt|Describe|Discover|Download|"
    r"Encapsulate|Encrypt|Estimate|Filter|Get|Head|List|Lookup|Poll|Preview|Query|Scan|Search|Select|Simulate|Test|TransactGet|"
    r"Validate|Verify|View)(?![a-z])"
)
# Reads that are named otherwise, then writes that are named like reads.
ALSO_READS = {
    ("acm", "ExportCertificate"),
    ("amplify", "GenerateAccessLogs"),
    ("ec2", "ExportClientVpnClientCertificateRevocationList"),
    ("ec2", "ExportClientVpnClientConfiguration"),
    ("ec2", "ExportVerifiedAccessInstanceClientConfiguration"),
    ("iam", "GenerateCredentialReport"),
    ("iam", "GenerateOrganizationsAccessReport"),
    ("iam", "GenerateServiceLastAccessedDetails"),
    ("kms", "DeriveSharedSecret"),
    ("kms", "GenerateDataKey"),
    ("kms", "GenerateDataKeyPair"),
    ("kms", "GenerateDataKeyPairWithoutPlaintext"),
    ("kms", "GenerateDataKeyWithoutPlaintext"),
    ("kms", "GenerateMac"),
    ("kms", "GenerateRandom"),
    ("kms", "ReEncrypt"),
    ("kms", "Sign"),
    ("logs", "StartLiveTail"),
    ("logs", "StartQuery"),
    ("logs", "StopQuery"),
    ("s3", "BucketCORSPreflightCheck"),
    ("s3", "ObjectCORSPreflightCheck"),
    ("xray", "CancelTraceRetrieval"),
    ("xray", "StartTraceRetrieval"),
}
ALSO_WRITES = {("sns", "VerifySMSSandboxPhoneNumber")}

# A form posted by a browser is an object as well.
OBJECTS = ("PostObject",)

IDENTIFIER = re.compile(
    r"(arns?|ids?|identifiers?|names?|urls?|prefix(es)?|alias(es)?|bucket|cluster|domain|family|services?|namespace|resources?)$",
    re.I,
)
SENSITIVE = re.compile(r"(password|passphrase|token|secretstring|secretbinary|privatekey|credential|value$)", re.I)


@dataclass
class Call:
    """One call as far as it could be understood: moto's name of the service, botocore's name of the operation."""

    backend: str
    service: str
    request: Request
    operation: str | None = None
    model: OperationModel | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    read: bool = False  # whether the parameters are all of the request's
    malformed: str | None = None  # why they could not be read

    @property
    def service_model(self) -> ServiceModel:
        return get_service_model(self.service)

    @property
    def protocol(self) -> str:
        return determine_request_protocol(self.service_model, self.request.content_type)

    @property
    def mutating(self) -> bool:
        if str(self.parameters.get("DryRun", "")).lower() == "true":
            return False
        if self.operation is None:
            return self.request.method not in ("GET", "HEAD", "OPTIONS")
        return is_mutating(self.service, self.operation)

    @property
    def resource(self) -> str | None:
        """The main identifier in the request; values that may be secret are never looked at."""
        if self.model is None:
            return None
        if self.service == "s3":
            return "/".join(filter(None, (self.parameters.get("Bucket"), self.parameters.get("Key")))) or None
        return next(self._identifiers(), None)

    @property
    def body(self) -> bytes:
        """The body as it was sent."""
        return self.request.get_data()

    @property
    def error_shapes(self) -> list[Shape]:
        """The errors AWS's model names for the operation."""
        return self.model.error_shapes if self.model else []

    @property
    def speaks_xml(self) -> bool:
        return self.protocol in ("ec2", "query", "rest-xml")

    def _identifiers(self) -> Iterator[str]:
        shape = self.model.input_shape
        if shape is None:
            return
        required = set(shape.required_members)
        # What the operation demands says what it is about; sorted() keeps the model's order otherwise.
        for name in sorted(shape.members, key=lambda member: member not in required):
            value = self.parameters.get(name)
            if not value or not IDENTIFIER.search(name) or SENSITIVE.search(name):
                continue
            if shape.members[name].metadata.get("sensitive"):
                continue
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                yield ",".join(value)
            elif isinstance(value, str):
                yield value


def is_mutating(service: str, operation: str) -> bool:
    if (service, operation) in ALSO_WRITES:
        return True
    return not (READS.match(operation) or (service, operation) in ALSO_READS)


def identify(backend: str, environ: dict[str, Any]) -> Call:
    """Understand a request moto is about to answer, and keep what was parsed of it for moto."""
    request = BackendRequest(environ)
    service = _service(backend, request)
    call = Call(backend, service, request)
    try:
        call.model, path = get_service_router(service).match(request)
        call.operation = str(call.model.name)
    except (NotFound, NotImplementedError):
        call.operation = named_operation(request)
        path = {}
    if call.model is not None:
        _read(call, path)
    if request.content_encoding or service == "s3":
        # moto unpacks a body, or streams it, as it reads it, so it must not have been read before.
        environ["wsgi.input"].seek(0)
        call.request = BackendRequest(environ)
    return call


def _carries_object(model: OperationModel) -> bool:
    """The content of an object may be large, and nobody but moto looks at it."""
    return model.name in OBJECTS or model.has_streaming_input


def _service(backend: str, request: Request) -> str:
    if backend in ("elb", "elbv2"):
        return "elb" if request.values.get("Version") == ELB_VERSION_OF_CLASSIC else "elbv2"
    return botocore_name(backend)


def botocore_name(backend: str) -> str:
    return BOTOCORE_NAMES.get(backend) or service_name_from_moto_package_name(backend)


def named_operation(request: Request) -> str | None:
    """An operation newer than the model, or called in a protocol moto has no router for."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1]
    if "/operation/" in request.path:
        return request.path.rsplit("/", 1)[-1]
    return request.values.get("Action")


def _read(call: Call, path: dict[str, Any]) -> None:
    request = call.request
    call.parameters = path
    body = b"" if call.service == "s3" and _carries_object(call.model) else request.data
    if request.content_encoding == "gzip":
        body = gzip.decompress(body)
    try:
        parsed = parse(
            call.protocol,
            call.model,
            {
                "method": request.method,
                "values": request.args if call.service == "s3" else request.values,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": path,
            },
        )
    except Malformed as error:
        call.malformed = str(error)
    except Exception:
        # A protocol or a part of it the parsers do not know; moto may.
        return
    else:
        call.parameters = {**path, **parsed}
        call.read = True
