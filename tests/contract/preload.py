# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every module call needs, imported once by the process that forks the calls."""

from __future__ import annotations

import ansible.module_utils.testing
from ansible_collections.sdt.infra.plugins.module_utils import _reference, _resource
from ansible_collections.sdt.infra.plugins.plugin_utils._warm_botocore import ClientCache

__all__ = ["CLIENTS", "_reference", "_resource", "ansible"]

SERVICES = (
    "acm amplify application-autoscaling budgets cloudwatch dynamodb ec2 ecr ecs elbv2 events iam kms logs rds route53 "
    "s3 secretsmanager servicediscovery sns sts xray"
)
CLIENTS = ClientCache(print)
CLIENTS.fill(SERVICES.split())
