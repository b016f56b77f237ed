# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The drift walks leave no kind of resource out: at least three fields of each, or all that a run looks after."""

from __future__ import annotations

import importlib
import inspect
import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.sdt.infra.plugins.module_utils._resource import Resource

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRIFTS = yaml.safe_load((ROOT / "tests" / "site" / "drifts.yml").read_text())
MODULES = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]["resources"]
FIELDS = 3

# No environment has them unless something is given that only a person has, such as a domain or a repository.
ELSEWHERE = {
    "acm_certificate",
    "amplify_branch",
    "amplify_domain_association",
    "amplify_webhook",
    "budgets_budget",
    "cloudwatch_composite_alarm",
    "iam_oidc_provider",  # of pipelines
    "iam_policy",
    "route53_record",
}
# Of the account; what is made anew rather than changed; and what belongs to releases.
NOT_CHANGED = {
    "ecr_image_tag",
    "ecr_registry_scanning",
    "ecs_task_definition",
    "iam_service_linked_role",
    "lambda_function",  # there while the platform is closed
    "rds_snapshot",  # made when somebody asks for it
    "scheduler_schedule",  # there while an environment sleeps
}
# Fields roles leave to whoever sets them, or where there is nothing to choose without breaking the environment.
LEFT_ALONE = {
    "dynamodb_table": {
        *(
            "billing_mode",
            "kms_key",
            "read_capacity",
            "recovery_days",
            "table_class",
            "ttl_attribute",
            "write_capacity",
        ),
        "deletion_protection",  # of what is protected only
    },
    "ec2_internet_gateway": {"vpc"},
    "ec2_nat_gateway": {"zone_addresses"},
    "ec2_vpc_endpoint": {"policy", "private_dns", "security_groups", "subnets"},
    "elbv2_listener": {
        *("additional_certificates", "certificate", "port", "protocol", "response_headers", "server_header"),
        "ssl_policy",
    },
    "logs_log_group": {"kms_key"},
    "rds_subnet_group": {"description", "subnets"},
    "secretsmanager_secret": {"generate", "kms_key", "policy", "replica_regions"},
    "servicediscovery_namespace": {"soa_ttl"},
    "servicediscovery_service": {"description", "dns_records"},
    "xray_group": {"insights", "notifications"},
}


def updatable(module: str) -> set[str]:
    """Fields of a module that a run can change on what exists, tags included."""
    code = importlib.import_module(f"ansible_collections.sdt.infra.plugins.modules.{module}")
    classes = [
        one
        for _name, one in inspect.getmembers(code, inspect.isclass)
        if issubclass(one, Resource) and one.__module__ == code.__name__
    ]
    fields: set[str] = set()
    for one in classes:
        fields |= {*one.fields, "tags"} - one.create_only - one.replace_on - one.initial - one.secret
    return fields


@pytest.mark.parametrize("module", sorted(set(MODULES) - ELSEWHERE - NOT_CHANGED))
def test_each_kind_of_resource_drifts(module: str) -> None:
    covered: set[t.Any] = {field for one in DRIFTS if one["module"] == module for field in one["fields"]}
    fields = updatable(module)
    assert covered <= fields
    wanted = fields - LEFT_ALONE.get(module, set())
    if module == "cloudwatch_dashboard":
        wanted -= {"tags"}  # has none
    assert len(covered & wanted) >= min(FIELDS, len(wanted)), (sorted(covered), sorted(wanted))
