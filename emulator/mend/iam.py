# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""IAM: updates that keep what they are not given, service-linked roles, AWS's own policies without the wait."""

from __future__ import annotations

import copy
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam.models import AWSManagedPolicy, IAMBackend, Role, iam_backends
from moto.iam.responses import IamResponse

from emulator.clock import Stage, clock
from emulator.registry import mend, operation

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
SERVICE_LINKED_ROLES = {
    "autoscaling.amazonaws.com": "AWSServiceRoleForAutoScaling",
    "dynamodb.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "ecs.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_ECSService",
    "elasticache.amazonaws.com": "AWSServiceRoleForElastiCache",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "pullthroughcache.ecr.amazonaws.com": "AWSServiceRoleForECRPullThroughCache",
    "rds.amazonaws.com": "AWSServiceRoleForRDS",
    "replication.ecr.amazonaws.com": "AWSServiceRoleForECRReplication",
    "secretsmanager.amazonaws.com": "AWSServiceRoleForSecretsManager",
    "servicediscovery.amazonaws.com": "AWSServiceRoleForServiceDiscovery",
    "xray.amazonaws.com": "AWSServiceRoleForXRay",
}
# The services of ours that let their role have a suffix, and so exist more than once.
SUFFIXED = ("autoscaling.amazonaws.com",)


@mend(IAMBackend)
def create_role(original: Any, self: IAMBackend, *args: Any, **given: Any) -> Role:
    """It takes some seconds until all services know a new role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    """
    role = original(self, *args, **given)
    clock.begin((self, "new-role"), role.arn, Stage("propagating", "iam.role.propagating"))
    return role


def known_role(arn: str) -> Role | None:
    """The role as other services find it."""
    backend = iam_backends[arn.split(":")[4]][arn.split(":")[1]]
    role = next((role for role in backend.roles.values() if role.arn == arn), None)
    return None if role is None or clock.course((backend, "new-role"), arn) else role


@mend(IamResponse)
def update_role(_original: Any, self: IamResponse) -> Any:
    role = self.backend.get_role(self._get_param("RoleName"))
    description, duration = self._get_param("Description"), self._get_param("MaxSessionDuration")
    if description is not None:
        role.description = description
    if duration is not None:
        role.max_session_duration = duration
    return "<UpdateRoleResponse><UpdateRoleResult/></UpdateRoleResponse>"


@mend(IAMBackend)
def create_service_linked_role(
    original: Any, self: IAMBackend, service_name: str, description: str, suffix: str
) -> Role:
    name = SERVICE_LINKED_ROLES.get(service_name)
    if suffix and name and service_name not in SUFFIXED:
        raise ServiceException("InvalidInput", f"Custom suffix is not allowed for {service_name}")
    path = f"/aws-service-role/{service_name}/"
    for role in self.roles.values():
        if role.path == path and (role.name.endswith(f"_{suffix}") if suffix else role.name == (name or role.name)):
            message = f"Service role name {role.name} has been taken in this account, please try a different suffix."
            raise ServiceException("InvalidInput", message)
    role = original(self, service_name, description, suffix)
    if name:
        role.name = f"{name}_{suffix}" if suffix else name
    return role


@mend(IAMBackend)
def _init_aws_policies(original: Any, self: IAMBackend) -> list[AWSManagedPolicy]:
    """More than a thousand policies, read once and copied to each account instead of read for each."""
    policies = []
    for prototype in _aws_policies(original):
        policy = copy.copy(prototype)
        policy.account_id, policy.partition = self.account_id, self.partition
        policies.append(policy)
    return policies


_prototypes: list[AWSManagedPolicy] = []


def _aws_policies(read: Any) -> list[AWSManagedPolicy]:
    if not _prototypes:
        _prototypes.extend(read(_Reader()))
    return _prototypes


class _Reader:
    """As much of a backend as reading the policies needs."""

    account_id = "aws"
    region_name = "aws"


DETAILS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


@mend(IamResponse)
def get_account_authorization_details(original: Any, self: IamResponse) -> ActionResult:
    """In pages, whatever of them there is.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    answer = original(self).result
    every = [(name, one) for name in DETAILS for one in answer[name]]
    start, size = int(self._get_param("Marker") or 0), int(self._get_param("MaxItems") or 100)
    page: dict[str, Any] = {name: [] for name in DETAILS}
    for name, one in every[start : start + size]:
        page[name].append(one)
    more = len(every) > start + size
    return ActionResult({**page, "IsTruncated": more, **({"Marker": str(start + size)} if more else {})})


@operation(IamResponse)
def add_client_id_to_open_id_connect_provider(self: IamResponse, parameters: dict[str, Any]) -> None:
    provider = self.backend.get_open_id_connect_provider(parameters["OpenIDConnectProviderArn"])
    if parameters["ClientID"] not in provider.client_id_list:
        provider.client_id_list.append(parameters["ClientID"])


@operation(IamResponse)
def remove_client_id_from_open_id_connect_provider(self: IamResponse, parameters: dict[str, Any]) -> None:
    provider = self.backend.get_open_id_connect_provider(parameters["OpenIDConnectProviderArn"])
    provider.client_id_list = [client for client in provider.client_id_list if client != parameters["ClientID"]]
