#!/usr/bin/python
# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: tagged_resources_info
version_added: 0.1.0
short_description: List everything in the account and region that carries certain tags
description:
  - Asks the tagging service, and for types it does not know (IAM roles, dashboards, scalable targets, filters of scanning) the services themselves, by the
    beginning of their names.
  - See U(https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
author: SDT platform engineering (@sdt)
options:
  owner:
    description: Tags all of the resources have.
    type: dict
    required: true
  prefix:
    description: What the names of roles, dashboards and clusters begin with.
    type: str
    required: true
  describe:
    description: ARNs, among those listed, of which more is told - when they were made, and names ARNs do not hold.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - sdt.infra.resource.connection
  - amazon.aws.boto3
attributes:
  check_mode:
    description: Works the same in check mode.
    support: full
"""

EXAMPLES = r"""
- name: List what belongs to production
  sdt.infra.tagged_resources_info:
    owner: {Project: sdt, Environment: prod, ManagedBy: ansible}
    prefix: sdt-prod
"""

RETURN = r"""
resources:
  description: ARN of each resource, to its tags and, of those in O(describe), C(created) and C(name) as far as they are known.
  returned: success
  type: dict
  sample:
    arn:aws:logs:us-east-1:123456789012:log-group:/ecs/sdt-prod/search:
      created: "2026-11-01T09:30:00+00:00"
      tags: {"Project": "sdt"}
"""

import datetime
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.sdt.infra.plugins.module_utils import _tags
from ansible_collections.sdt.infra.plugins.module_utils._aws import CONNECTION_OPTIONS, Aws
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError

# Part of an ARN -> how one of the kind is described: service, operation, parameter, result, key of the date, key of the name.
_DESCRIBED: dict[str, tuple[str, str, str, str, str, str]] = {
    ":log-group:": ("logs", "describe_log_groups", "logGroupNamePrefix", "logGroups", "creationTime", "logGroupName"),
    ":repository/": ("ecr", "describe_repositories", "repositoryNames", "repositories", "createdAt", "repositoryName"),
    ":secret:": ("secretsmanager", "describe_secret", "SecretId", "", "CreatedDate", "Name"),
    ":role/": ("iam", "get_role", "RoleName", "Role", "CreateDate", "RoleName"),
    ":natgateway/": ("ec2", "describe_nat_gateways", "NatGatewayIds", "NatGateways", "CreateTime", ""),
    ":vpc-endpoint/": ("ec2", "describe_vpc_endpoints", "VpcEndpointIds", "VpcEndpoints", "CreationTimestamp", ""),
    ":security-group/": ("ec2", "describe_security_groups", "GroupIds", "SecurityGroups", "", "GroupName"),
    ":servicediscovery:": ("servicediscovery", "get_service", "Id", "Service", "CreateDate", "Name"),
}


def _listed(aws: Aws, owner: dict[str, str], prefix: str) -> dict[str, dict[str, t.Any]]:
    resources: dict[str, dict[str, t.Any]] = {arn: {"tags": tags} for arn, tags in _tags.owned(aws, owner).items()}
    roles = [
        role
        for role in aws.read("iam", "list_roles", "Roles") or []
        if role["RoleName"].startswith(f"{prefix}-") and role["Arn"] not in resources
    ]
    asked = aws.at_once(lambda role: aws.read("iam", "list_role_tags", "Tags", RoleName=role["RoleName"]), roles)
    for role, tags in zip(roles, asked, strict=True):
        resources[role["Arn"]] = {"tags": _tags.from_list(tags)}
    for board in aws.read("cloudwatch", "list_dashboards", "DashboardEntries", DashboardNamePrefix=f"{prefix}-") or []:
        resources.setdefault(board["DashboardArn"], {"tags": dict(owner)})  # dashboards of old have no tags
    scanning = aws.read("ecr", "get_registry_scanning_configuration", "scanningConfiguration")
    scanned = [one["filter"] for rule in scanning["rules"] for one in rule["repositoryFilters"]]
    registry = f"arn:{aws.partition}:ecr:{aws.region}:{aws.account}"
    for name in scanned:
        if name.startswith(f"{prefix}/"):  # a setting of the registry, with no ARN of its own
            resources[f"{registry}:scanning-filter/{name}"] = {"tags": dict(owner)}
    targets = aws.read(
        "application-autoscaling", "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"
    )
    for target in targets or []:
        if target["ResourceId"].startswith(f"service/{prefix}/") and target.get("ScalableTargetARN"):
            known = resources.setdefault(target["ScalableTargetARN"], {"tags": dict(owner)})
            known["name"] = target["ResourceId"]
    wanted = {name: str(value) for name, value in owner.items()}.items()
    return {arn: one for arn, one in resources.items() if wanted <= one["tags"].items()}


def _more(aws: Aws, arn: str) -> dict[str, t.Any]:
    """When one was made, and its name where the ARN does not hold it."""
    for part, (service, operation, parameter, result, date, name) in _DESCRIBED.items():
        if part not in arn:
            continue
        value: t.Any = arn if service == "secretsmanager" else arn.rpartition("/")[2]
        if service == "logs":
            value = arn.partition(part)[2].removesuffix(":*")
        if service == "ecr":
            value = arn.partition(part)[2]
        given: dict[str, t.Any] = {parameter: [value] if parameter.endswith("s") else value}
        answer = aws.read(service, operation, **given)
        found = answer[result] if result else answer
        one = found[0] if isinstance(found, list) and found else found
        if not one:
            return {}
        more = {"created": _moment(one.get(date)), "name": one.get(name)}
        return {key: text for key, text in more.items() if text}
    return {}


def _moment(value: t.Any) -> str | None:
    if isinstance(value, (int, float)):
        value = datetime.datetime.fromtimestamp(value / 1000, datetime.UTC)
    return value.isoformat() if isinstance(value, datetime.datetime) else None


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            **CONNECTION_OPTIONS,
            "owner": {"type": "dict", "required": True},
            "prefix": {"type": "str", "required": True},
            "describe": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    aws = Aws(module)
    try:
        resources = _listed(aws, module.params["owner"], module.params["prefix"])
        described = [arn for arn in module.params["describe"] if arn in resources]
        for arn, more in zip(described, aws.at_once(lambda arn: _more(aws, arn), described), strict=True):
            resources[arn].update(more)
    except InfraError as error:
        module.fail_json(msg=f"Could not list what belongs to {module.params['prefix']}: {error}")
    module.exit_json(changed=False, resources=resources)


if __name__ == "__main__":
    main()
