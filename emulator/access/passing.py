# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Roles a call hands to a service, for which the caller needs iam:PassRole.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.calls import Call

TASKS = "ecs-tasks.amazonaws.com"
RDS_MONITORING = "monitoring.rds.amazonaws.com"
MONITORED = {"MonitoringRoleArn": RDS_MONITORING}
OVERRIDDEN = {"overrides.executionRoleArn": TASKS, "overrides.taskRoleArn": TASKS}

# The parameter that holds the role, and the service that gets it.
PASSED: dict[tuple[str, str], dict[str, str]] = {
    ("amplify", "CreateApp"): {"iamServiceRoleArn": "amplify.amazonaws.com"},
    ("amplify", "UpdateApp"): {"iamServiceRoleArn": "amplify.amazonaws.com"},
    ("application-autoscaling", "RegisterScalableTarget"): {"RoleARN": "application-autoscaling.amazonaws.com"},
    ("backup", "CreateBackupSelection"): {"BackupSelection.IamRoleArn": "backup.amazonaws.com"},
    ("backup", "StartBackupJob"): {"IamRoleArn": "backup.amazonaws.com"},
    ("backup", "StartRestoreJob"): {"IamRoleArn": "backup.amazonaws.com"},
    ("ec2", "CreateFlowLogs"): {"DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com"},
    ("ecs", "CreateService"): {
        "role": "ecs.amazonaws.com",
        "loadBalancers.advancedConfiguration.roleArn": "ecs.amazonaws.com",
        "volumeConfigurations.managedEBSVolume.roleArn": "ecs.amazonaws.com",
    },
    ("ecs", "RegisterTaskDefinition"): {"executionRoleArn": TASKS, "taskRoleArn": TASKS},
    ("ecs", "RunTask"): OVERRIDDEN,
    ("ecs", "StartTask"): OVERRIDDEN,
    ("ecs", "UpdateService"): {
        "loadBalancers.advancedConfiguration.roleArn": "ecs.amazonaws.com",
        "volumeConfigurations.managedEBSVolume.roleArn": "ecs.amazonaws.com",
    },
    ("events", "PutRule"): {"RoleArn": "events.amazonaws.com"},
    ("events", "PutTargets"): {"Targets.RoleArn": "events.amazonaws.com"},
    ("firehose", "CreateDeliveryStream"): {
        "ExtendedS3DestinationConfiguration.RoleARN": "firehose.amazonaws.com",
    },
    ("lambda", "CreateFunction"): {"Role": "lambda.amazonaws.com"},
    ("lambda", "UpdateFunctionConfiguration"): {"Role": "lambda.amazonaws.com"},
    ("logs", "PutDestination"): {"roleArn": "logs.amazonaws.com"},
    ("logs", "PutSubscriptionFilter"): {"roleArn": "logs.amazonaws.com"},
    ("rds", "AddRoleToDBInstance"): {"RoleArn": "rds.amazonaws.com"},
    ("rds", "CreateDBInstance"): MONITORED,
    ("rds", "CreateDBInstanceReadReplica"): MONITORED,
    ("rds", "ModifyDBInstance"): MONITORED,
    ("rds", "CreateDBCluster"): MONITORED,
    ("rds", "CreateDBProxy"): {"RoleArn": "rds.amazonaws.com"},
    ("s3", "PutBucketReplication"): {"ReplicationConfiguration.Role": "s3.amazonaws.com"},
    ("scheduler", "CreateSchedule"): {"Target.RoleArn": "scheduler.amazonaws.com"},
    ("scheduler", "UpdateSchedule"): {"Target.RoleArn": "scheduler.amazonaws.com"},
    ("stepfunctions", "CreateStateMachine"): {"roleArn": "states.amazonaws.com"},
    ("stepfunctions", "UpdateStateMachine"): {"roleArn": "states.amazonaws.com"},
}


def passed_roles(call: Call, account: str) -> Iterator[tuple[str, str]]:
    """The ARN of each role and the service it goes to."""
    for path, receiver in PASSED.get((call.service, call.operation), {}).items():
        for role in _at(call.parameters, path.split(".")):
            yield role if role.startswith("arn:") else f"arn:aws:iam::{account}:role/{role}", receiver


def _at(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif not path:
        if value:
            yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
