# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Service Quotas: the quotas the platform can run into, with AWS's default values, and requests to raise them."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.servicequotas.models import ServiceQuotasBackend, servicequotas_backends
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

from emulator.registry import mend, operation, state

Parameters = dict[str, Any]

# Code of the service: its name, then code, name and default value of each quota.
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
SERVICES: dict[str, tuple[str, dict[str, tuple[str, float]]]] = {
    "AWSCloudMap": ("AWS Cloud Map", {"L-0FE3F50E": ("Namespaces per Region", 50)}),
    "acm": ("AWS Certificate Manager (ACM)", {"L-F141DD1D": ("ACM certificates", 2500)}),
    "amplify": (
        "AWS Amplify",
        {
            "L-1BED97F3": ("Apps", 25),
            "L-2A8ABB91": ("Concurrent jobs", 5),
            "L-4113FC04": ("Webhooks per app", 50),
            "L-A6716586": ("Branches per app", 50),
            "L-AD277529": ("Domains per app", 5),
        },
    ),
    "cloudfront": ("Amazon CloudFront", {"L-24B04930": ("Web distributions per AWS account", 200)}),
    "dynamodb": ("Amazon DynamoDB", {"L-F98FE922": ("Maximum number of tables", 2500)}),
    "ec2": (
        "Amazon Elastic Compute Cloud (Amazon EC2)",
        {
            "L-0263D0A3": ("EC2-VPC Elastic IPs", 5),
            "L-1216C47A": ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5),
        },
    ),
    "ecr": ("Amazon Elastic Container Registry (Amazon ECR)", {"L-CFEB8E8D": ("Registered repositories", 100_000)}),
    "ecs": (
        "Amazon Elastic Container Service (Amazon ECS)",
        {
            "L-21C621EB": ("Clusters per account", 10_000),
            "L-46458851": ("Tasks per service", 5000),
            "L-9EF96962": ("Services per cluster", 5000),
        },
    ),
    "elasticache": ("Amazon ElastiCache", {"L-DFE45DF3": ("Nodes per Region", 300)}),
    "elasticloadbalancing": (
        "Elastic Load Balancing (ELB)",
        {
            "L-53DA6B97": ("Application Load Balancers per Region", 50),
            "L-69A177A2": ("Network Load Balancers per Region", 50),
            "L-7E6692B2": ("Targets per Application Load Balancer", 1000),
            "L-7EED9B64": ("Rules per Application Load Balancer", 100),
            "L-9365A611": ("Certificates per Application Load Balancer", 25),
            "L-A0D0B863": ("Targets per Target Group per Region", 1000),
            "L-B22855CB": ("Target Groups per Region", 3000),
            "L-B6DF7632": ("Listeners per Application Load Balancer", 50),
        },
    ),
    "events": ("Amazon EventBridge (CloudWatch Events)", {"L-244521F2": ("Rules", 300)}),
    "fargate": (
        "AWS Fargate",
        {
            "L-36FBB829": ("Fargate Spot vCPU resource count", 6),
            "L-3032A538": ("Fargate On-Demand vCPU resource count", 6),
        },
    ),
    "iam": (
        "AWS Identity and Access Management (IAM)",
        {
            "L-0DA4ABF3": ("Managed policies per role", 10),
            "L-4019AD8B": ("Managed policies per user", 10),
            "L-6E65F664": ("Instance profiles per account", 1000),
            "L-E95E4862": ("Customer managed policies per account", 1500),
            "L-F4A5425F": ("Groups per account", 300),
            "L-F55AF5E4": ("Users per account", 5000),
            "L-FE177D64": ("Roles per account", 1000),
        },
    ),
    "kms": ("AWS Key Management Service (AWS KMS)", {"L-C2F1777E": ("Customer Master Keys (CMKs)", 100_000)}),
    "lambda": ("AWS Lambda", {"L-B99A9384": ("Concurrent executions", 1000)}),
    "rds": (
        "Amazon Relational Database Service (Amazon RDS)",
        {
            "L-272F1212": ("Manual DB instance snapshots", 100),
            "L-48C6BF61": ("DB subnet groups", 50),
            "L-5BC124EF": ("Read replicas per primary", 15),
            "L-7ADDB58A": ("Total storage for all DB instances", 100_000),
            "L-7B6409FD": ("DB instances", 40),
            "L-952B80B8": ("DB clusters", 40),
            "L-A59F4C87": ("Event subscriptions", 20),
            "L-DE55804A": ("Parameter groups", 50),
        },
    ),
    "route53": ("Amazon Route 53", {"L-4EA4796A": ("Hosted zones", 500)}),
    "s3": ("Amazon Simple Storage Service (Amazon S3)", {"L-DC2B2D3D": ("General purpose buckets", 10_000)}),
    "sns": ("Amazon Simple Notification Service (Amazon SNS)", {"L-61103206": ("Topics per Account", 100_000)}),
    "vpc": (
        "Amazon Virtual Private Cloud (Amazon VPC)",
        {quota["QuotaCode"]: (quota["QuotaName"], quota["Value"]) for quota in VPC_DEFAULT_QUOTAS},
    ),
}
# Services without regions, whose quotas count for the whole account.
GLOBAL = {"cloudfront", "iam", "route53", "s3"}
GLOBAL_REGION = "us-east-1"
FIXED = {
    ("amplify", "L-A6716586"),
    ("iam", "L-F55AF5E4"),
    *(("vpc", quota["QuotaCode"]) for quota in VPC_DEFAULT_QUOTAS if not quota["Adjustable"]),
}


def _shared(backend: ServiceQuotasBackend, service: str) -> ServiceQuotasBackend:
    """Where a service's quotas are kept."""
    region = GLOBAL_REGION if service in GLOBAL else backend.region_name
    return servicequotas_backends[backend.account_id][region]


def _quota(backend: ServiceQuotasBackend, service: str, code: str, *, default: bool = False) -> Parameters:
    name, quotas = SERVICES[service]
    quota_name, value = quotas[code]
    applied = value if default else state(_shared(backend, service), "applied").get((service, code), value)
    account = "" if default else backend.account_id
    return {
        "ServiceCode": service,
        "ServiceName": name,
        "QuotaArn": f"arn:aws:servicequotas:{backend.region_name}:{account}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": quota_name,
        "Value": float(applied),
        "Unit": "None",
        "Adjustable": (service, code) not in FIXED,
        "GlobalQuota": service in GLOBAL,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def applied(account: str, region: str, service: str, code: str) -> int:
    """The value of a quota that counts in this account and region."""
    return int(_quota(servicequotas_backends[account][region], service, code)["Value"])


def _missing() -> ServiceException:
    return ServiceException(
        "NoSuchResourceException", "The request failed because the specified service or quota does not exist."
    )


def _quotas(backend: ServiceQuotasBackend, service: str, *, default: bool) -> list[Parameters]:
    if service not in SERVICES:
        raise _missing()
    return [_quota(backend, service, code, default=default) for code in SERVICES[service][1]]


def _backend(response: ServiceQuotasResponse) -> ServiceQuotasBackend:
    return servicequotas_backends[response.current_account][response.region]


@mend(ServiceQuotasBackend)
def list_aws_default_service_quotas(_original: Any, self: ServiceQuotasBackend, service_code: str) -> list[Parameters]:
    return _quotas(self, service_code, default=True)


@mend(ServiceQuotasBackend)
def get_service_quota(_original: Any, self: ServiceQuotasBackend, service_code: str, quota_code: str) -> Parameters:
    if quota_code not in SERVICES.get(service_code, ("", {}))[1]:
        raise _missing()
    return _quota(self, service_code, quota_code)


@operation(ServiceQuotasResponse)
def list_service_quotas(self: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    quotas = _quotas(_backend(self), parameters["ServiceCode"], default=False)
    wanted = parameters.get("QuotaCode")
    return {"Quotas": [quota for quota in quotas if wanted in (None, quota["QuotaCode"])]}


@operation(ServiceQuotasResponse)
def get_aws_default_service_quota(self: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    service, code = parameters["ServiceCode"], parameters["QuotaCode"]
    if code not in SERVICES.get(service, ("", {}))[1]:
        raise _missing()
    return {"Quota": _quota(_backend(self), service, code, default=True)}


@operation(ServiceQuotasResponse)
def list_services(_self: ServiceQuotasResponse, _parameters: Parameters) -> Parameters:
    return {"Services": [{"ServiceCode": code, "ServiceName": name} for code, (name, _quotas) in SERVICES.items()]}


@operation(ServiceQuotasResponse)
def request_service_quota_increase(self: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    backend, service, code = _backend(self), parameters["ServiceCode"], parameters["QuotaCode"]
    current = get_service_quota(None, backend, service, code)
    if parameters["DesiredValue"] <= current["Value"]:
        raise ServiceException(
            "IllegalArgumentException", "The desired value must be greater than the current value of the quota."
        )
    if not current["Adjustable"]:
        raise ServiceException("IllegalArgumentException", "The quota is not adjustable.")
    state(_shared(backend, service), "applied")[service, code] = parameters["DesiredValue"]
    request = {"Id": str(mock_random.uuid4()), "Status": "APPROVED", "DesiredValue": parameters["DesiredValue"]}
    known = ("ServiceCode", "ServiceName", "QuotaCode", "QuotaName", "QuotaArn", "GlobalQuota", "Unit")
    times = {"Created": utcnow(), "LastUpdated": utcnow()}
    requested = {**request, **times, **{name: current[name] for name in known}}
    state(_shared(backend, service), "requested", list).append(requested)
    return {"RequestedQuota": requested}


def _requested(backend: ServiceQuotasBackend) -> list[Parameters]:
    """Of this region, then those of the services without one."""
    found = list(state(backend, "requested", list))
    if backend.region_name != GLOBAL_REGION:
        others = state(servicequotas_backends[backend.account_id][GLOBAL_REGION], "requested", list)
        found += [request for request in others if request["GlobalQuota"]]
    return found


@operation(ServiceQuotasResponse)
def get_requested_service_quota_change(self: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    for request in _requested(_backend(self)):
        if request["Id"] == parameters["RequestId"]:
            return {"RequestedQuota": request}
    raise _missing()


def _history(response: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    asked = {name: parameters.get(name) for name in ("ServiceCode", "QuotaCode", "Status")}
    return {
        "RequestedQuotas": [
            request
            for request in _requested(_backend(response))
            if all(value in (None, request[name]) for name, value in asked.items())
        ]
    }


@operation(ServiceQuotasResponse)
def list_requested_service_quota_change_history(self: ServiceQuotasResponse, parameters: Parameters) -> Parameters:
    return _history(self, parameters)


@operation(ServiceQuotasResponse)
def list_requested_service_quota_change_history_by_quota(
    self: ServiceQuotasResponse, parameters: Parameters
) -> Parameters:
    return _history(self, parameters)
