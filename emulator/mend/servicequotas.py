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
SERVICES: dict[str, tuple[str, dict[str, tuple[str, float]]]] = {
    "acm": ("AWS Certificate Manager (ACM)", {"L-F141DD1D": ("ACM certificates", 2500)}),
    "ec2": ("Amazon Elastic Compute Cloud (Amazon EC2)", {"L-0263D0A3": ("EC2-VPC Elastic IPs", 5)}),
    "ecr": ("Amazon Elastic Container Registry (Amazon ECR)", {"L-CFEB8E8D": ("Registered repositories", 100_000)}),
    "ecs": (
        "Amazon Elastic Container Service (Amazon ECS)",
        {
            "L-21C621EB": ("Clusters per account", 10_000),
            "L-46458851": ("Tasks per service", 5000),
            "L-9EF96962": ("Services per cluster", 5000),
        },
    ),
    "elasticloadbalancing": (
        "Elastic Load Balancing (ELB)",
        {
            "L-53DA6B97": ("Application Load Balancers per Region", 50),
            "L-B22855CB": ("Target Groups per Region", 3000),
            "L-B6DF7632": ("Listeners per Application Load Balancer", 50),
        },
    ),
    "fargate": (
        "AWS Fargate",
        {
            "L-36FBB829": ("Fargate Spot vCPU resource count", 6),
            "L-3032A538": ("Fargate On-Demand vCPU resource count", 6),
        },
    ),
    "rds": (
        "Amazon Relational Database Service (Amazon RDS)",
        {
            "L-272F1212": ("Manual DB instance snapshots", 100),
            "L-48C6BF61": ("DB subnet groups", 50),
            "L-7B6409FD": ("DB instances", 40),
            "L-952B80B8": ("Total storage for all DB instances", 100_000),
            "L-DE55804A": ("Parameter groups", 50),
        },
    ),
    "s3": ("Amazon Simple Storage Service (Amazon S3)", {"L-DC2B2D3D": ("General purpose buckets", 10_000)}),
    "vpc": (
        "Amazon Virtual Private Cloud (Amazon VPC)",
        {quota["QuotaCode"]: (quota["QuotaName"], quota["Value"]) for quota in VPC_DEFAULT_QUOTAS},
    ),
}


def _quota(backend: ServiceQuotasBackend, service: str, code: str, *, default: bool = False) -> Parameters:
    name, quotas = SERVICES[service]
    quota_name, value = quotas[code]
    applied = value if default else state(backend, "applied").get((service, code), value)
    account = "" if default else backend.account_id
    return {
        "ServiceCode": service,
        "ServiceName": name,
        "QuotaArn": f"arn:aws:servicequotas:{backend.region_name}:{account}:{service}/{code}",
        "QuotaCode": code,
        "QuotaName": quota_name,
        "Value": float(applied),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": service == "s3",
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


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
    state(backend, "applied")[service, code] = parameters["DesiredValue"]
    request = {"Id": str(mock_random.uuid4()), "Status": "APPROVED", "DesiredValue": parameters["DesiredValue"]}
    known = ("ServiceCode", "ServiceName", "QuotaCode", "QuotaName", "QuotaArn", "GlobalQuota", "Unit")
    times = {"Created": utcnow(), "LastUpdated": utcnow()}
    return {"RequestedQuota": {**request, **times, **{name: current[name] for name in known}}}
