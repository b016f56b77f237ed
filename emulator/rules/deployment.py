# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""ACM, ECR, Cloud Map, DynamoDB, budgets and Amplify: one or two rules each."""

from __future__ import annotations

import re
from typing import Any

from emulator.rules import Refused, Request, rule
from emulator.rules.common import is_address, statements, unknown_principals

ACM = "https://docs.aws.amazon.com/acm/latest"
MOST_NAMES = 10
LONGEST_FIRST_NAME = 64
REWRITES = ("200", "301", "302", "404", "404-200")


@rule("acm", "RequestCertificate", docs=f"{ACM}/userguide/acm-limits.html")
def names_per_certificate(request: Request) -> None:
    """A certificate has up to 10 names."""
    names = {request["DomainName"], *request.get("SubjectAlternativeNames", [])}
    if len(names) > MOST_NAMES:
        raise Refused("LimitExceededException", f"Your request exceeds the maximum of {MOST_NAMES} domain names.")


@rule("acm", "RequestCertificate", docs=f"{ACM}/APIReference/API_RequestCertificate.html")
def first_name_length(request: Request) -> None:
    """The first name of a certificate has up to 64 characters."""
    if len(request["DomainName"]) > LONGEST_FIRST_NAME:
        raise Refused(
            "ValidationException",
            f"The first domain name can be no longer than {LONGEST_FIRST_NAME} characters.",
        )


@rule("acm", "RequestCertificate", docs=f"{ACM}/APIReference/API_DomainValidationOption.html")
def validation_domain(request: Request) -> None:
    """A name is validated by its own domain or one above it."""
    for option in request.get("DomainValidationOptions", []):
        name, above = option["DomainName"].removeprefix("*."), option["ValidationDomain"]
        if name != above and not name.endswith(f".{above}"):
            raise Refused(
                "InvalidDomainValidationOptionsException",
                f"The validation domain {above} is not a superdomain of {name}.",
            )


@rule(
    "ecr", "SetRepositoryPolicy", docs="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html"
)
def policy_principals(request: Request) -> None:
    """Who may use a repository exists."""
    try:
        found = [one for one in statements(request["policyText"]) if unknown_principals(request, one)]
    except ValueError:
        return
    if found:
        raise Refused(
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        )


@rule(
    "ecr",
    "CreateRepository",
    docs="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_EncryptionConfiguration.html",
)
def encryption_key(request: Request) -> None:
    """A key is for the encryption by KMS."""
    configuration = request.get("encryptionConfiguration", {})
    if configuration.get("encryptionType") == "AES256" and configuration.get("kmsKey"):
        raise Refused(
            "InvalidParameterException",
            "Invalid parameter at 'encryptionConfiguration' failed to satisfy constraint: "
            "'KmsKey can only be specified with the encryption type KMS'",
        )


@rule(
    "servicediscovery",
    "RegisterInstance",
    docs="https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html",
)
def instance_address(request: Request) -> None:
    """The addresses of an instance are addresses."""
    for name in ("AWS_INSTANCE_IPV4", "AWS_INSTANCE_IPV6"):
        value = request["Attributes"].get(name)
        if value is not None and not (is_address(value) and (":" in value) == name.endswith("6")):
            raise Refused("InvalidInput", f"Invalid value for attribute {name}: {value}")


@rule(
    "servicediscovery", "CreateService", docs="https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html"
)
def dns_in_http_namespace(request: Request) -> None:
    """A service in a namespace without DNS has no DNS records."""
    wanted = request.get("NamespaceId") or request.get("DnsConfig", {}).get("NamespaceId")
    namespace = request.backend("servicediscovery").namespaces.get(wanted)
    if namespace is not None and namespace.type == "HTTP" and request.get("DnsConfig", {}).get("DnsRecords"):
        raise Refused("InvalidInput", "DnsConfig is not supported for services in HTTP namespaces.")


def _schemas(request: Request) -> list[list[dict[str, Any]]]:
    indexes = [*request.get("GlobalSecondaryIndexes", []), *request.get("LocalSecondaryIndexes", [])]
    return [request.get("KeySchema", []), *(one["KeySchema"] for one in indexes)]


@rule(
    "dynamodb",
    "CreateTable",
    docs="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
)
def hash_first(request: Request) -> None:
    """A key begins with its partition key, and has one sort key at most."""
    for schema in _schemas(request):
        kinds = [one["KeyType"] for one in schema]
        if kinds and kinds[0] != "HASH":
            raise Refused("ValidationException", "Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
        if kinds[1:] not in ([], ["RANGE"]):
            raise Refused(
                "ValidationException", "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
            )


@rule(
    "dynamodb",
    "CreateTable",
    "UpdateTable",
    docs="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html",
)
def stream_view(request: Request) -> None:
    """A stream that is enabled says what it shows, and only such a one."""
    stream = request.get("StreamSpecification")
    if stream is not None and bool(stream.get("StreamEnabled")) != bool(stream.get("StreamViewType")):
        raise Refused(
            "ValidationException",
            "One or more parameter values were invalid: StreamViewType goes together with an enabled stream",
        )


@rule(
    "budgets",
    "CreateBudget",
    "UpdateBudget",
    docs="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_TimePeriod.html",
)
def period(request: Request) -> None:
    """The period of a budget begins before it ends."""
    budget = request.get("Budget") or request.get("NewBudget") or {}
    times = budget.get("TimePeriod") or {}
    if times.get("Start") and times.get("End") and times["Start"] >= times["End"]:
        raise Refused("InvalidParameterException", "The start of the time period must be before its end.")


@rule(
    "amplify",
    "CreateApp",
    "UpdateApp",
    "CreateBranch",
    "UpdateBranch",
    docs="https://docs.aws.amazon.com/amplify/latest/userguide/environment-variables.html",
)
def variable_names(request: Request) -> None:
    """The names of environment variables do not begin with AWS, which Amplify keeps for itself."""
    for name in request.get("environmentVariables", {}):
        if re.match(r"AWS", name):
            raise Refused("BadRequestException", f"Environment variable names cannot start with AWS: {name}")


@rule(
    "amplify",
    "CreateApp",
    "UpdateApp",
    docs="https://docs.aws.amazon.com/amplify/latest/APIReference/API_CustomRule.html",
)
def rewrite_status(request: Request) -> None:
    """A rewrite or redirect has a status Amplify knows."""
    for one in request.get("customRules", []):
        if one.get("status", "200") not in REWRITES:
            raise Refused("BadRequestException", f"Invalid status code in custom rule: {one['status']}")


@rule(
    "amplify",
    "CreateDomainAssociation",
    "UpdateDomainAssociation",
    docs="https://docs.aws.amazon.com/amplify/latest/APIReference/API_CertificateSettings.html",
)
def certificate_region(request: Request) -> None:
    """A certificate of one's own for a domain is in us-east-1."""
    arn = request.get("certificateSettings", {}).get("customCertificateArn")
    if arn is not None and arn.split(":")[3:4] != ["us-east-1"]:
        raise Refused("BadRequestException", "The custom certificate must be in the us-east-1 Region.")
