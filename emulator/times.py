# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What takes time on AWS, and how long: in seconds, as documented where AWS says, otherwise as commonly seen.

Every state that passes by itself has a kind here; emulator.clock lets it pass. A fixed date of AWS, such as the end of
a recovery window, is no duration: it holds whatever the times are, unless a kind's duration is set.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86400.0
# Documentation the durations follow; "seen" is common experience.
RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status"
FAILOVER = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html"
STOPPED = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html"
NAT = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html"
ENDPOINT = "https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html#endpoint-states"
ALB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"
TARGET = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"
DRAINING = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"
ACM = "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"
ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html"
CLOUD_MAP = "https://docs.aws.amazon.com/cloud-map/latest/api/API_Operation.html"
TASK = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html"
SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html"
AMPLIFY = "https://docs.aws.amazon.com/amplify/latest/userguide/custom-domains.html"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency"
SECRET = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"
LIFECYCLE = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html"
KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
ALARM = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"


@dataclass(frozen=True)
class Kind:
    seconds: float  # on AWS; 0 where the resource itself says how long
    source: str = "seen"
    quiet: bool = False  # without times nobody sees it; otherwise it is seen once
    optional: bool = False  # only as on AWS, or when its duration is set
    dated: bool = False  # ends at a date, whatever the times are


KINDS: dict[str, Kind] = {
    # Databases. A status follows the request after a moment, in which the one before it is still told.
    "rds.instance.scheduling": Kind(10),
    "rds.instance.creating": Kind(420, RDS),
    "rds.instance.backing-up": Kind(120, RDS, quiet=True),
    "rds.instance.modifying": Kind(300, RDS),
    "rds.instance.upgrading": Kind(600, RDS),
    "rds.instance.storage-optimization": Kind(3600, RDS, quiet=True),
    "rds.instance.configuring-enhanced-monitoring": Kind(60, RDS),
    "rds.instance.configuring-log-exports": Kind(60, RDS),
    "rds.instance.configuring-iam-database-auth": Kind(60, RDS),
    "rds.instance.resetting-master-credentials": Kind(30, RDS, quiet=True),
    "rds.instance.renaming": Kind(60, RDS, quiet=True),
    "rds.instance.rebooting": Kind(60, RDS),
    "rds.instance.failing-over": Kind(90, FAILOVER),
    "rds.instance.starting": Kind(300, RDS),
    "rds.instance.stopping": Kind(300, RDS),
    "rds.instance.deleting": Kind(300, RDS),
    "rds.instance.restoring": Kind(900),
    "rds.instance.stopped-for-a-week": Kind(7 * DAY, STOPPED, dated=True),
    "rds.instance.maintenance": Kind(0, dated=True),
    "rds.replica.creating": Kind(900),
    "rds.replica.promoting": Kind(180, quiet=True),
    "rds.snapshot.creating": Kind(180, quiet=True),
    "rds.snapshot.copying": Kind(300, quiet=True),
    "rds.backup.daily": Kind(DAY, dated=True),
    "rds.subscription.settling": Kind(120),
    # Schedules
    "scheduler.rate": Kind(0, dated=True),
    # Network
    "ec2.nat-gateway.pending": Kind(90, NAT),
    "ec2.nat-gateway.deleting": Kind(60, NAT),
    "ec2.nat-gateway.deleted": Kind(3600, NAT, dated=True),
    "ec2.vpc-endpoint.pending": Kind(60, ENDPOINT),
    "ec2.vpc-endpoint.deleting": Kind(90, ENDPOINT),
    # Load balancing
    "elbv2.load-balancer.provisioning": Kind(150, ALB),
    "elbv2.load-balancer.releasing": Kind(120),
    "elbv2.target.initial": Kind(0, TARGET, quiet=True),  # interval times threshold of the health check
    "elbv2.target.draining": Kind(0, DRAINING, quiet=True),  # the deregistration delay
    # Names and certificates
    "acm.certificate.preparing": Kind(5, ACM),
    "acm.certificate.validating": Kind(120, ACM, quiet=True),
    "route53.change.pending": Kind(60, ROUTE53),
    "servicediscovery.operation.submitted": Kind(2, CLOUD_MAP, quiet=True),
    "servicediscovery.operation.pending": Kind(60, CLOUD_MAP),
    # Containers
    "ecs.service.scheduling": Kind(5, SERVICE),
    "ecs.deployment.starting": Kind(10, SERVICE),
    "ecs.deployment.shifting": Kind(0),
    "ecs.deployment.baking": Kind(300, SERVICE),  # with alarms, while they are watched
    "ecs.cluster.updating": Kind(30, "seen", quiet=True),
    "ecs.task.provisioning": Kind(15, TASK, quiet=True),
    "ecs.task.pending": Kind(20, TASK, quiet=True),
    "ecs.task.activating": Kind(5, TASK, quiet=True),
    "ecs.task.health": Kind(30, TASK, quiet=True),
    "ecs.task.running": Kind(30, TASK),  # of a task that is run once, and ends by itself
    "ecs.task.crashing": Kind(15, quiet=True),  # of a service, until it ends all the same
    "ecs.task.deactivating": Kind(5, TASK, quiet=True),
    "ecs.task.stopping": Kind(10, TASK, quiet=True),
    "ecs.task.deprovisioning": Kind(10, TASK, quiet=True),
    "ecs.task.forgetting": Kind(3600, TASK, dated=True),
    # Amplify
    "amplify.job.pending": Kind(15),
    "amplify.job.building": Kind(120),
    "amplify.job.deploying": Kind(15, quiet=True),
    "amplify.job.verifying": Kind(15, quiet=True),
    "amplify.domain.creating": Kind(30, AMPLIFY),
    "amplify.domain.verifying": Kind(300, AMPLIFY),
    "amplify.domain.deploying": Kind(900, AMPLIFY),
    # The rest. Buckets and log groups are there at once.
    "ecr.images.expiring": Kind(DAY, LIFECYCLE, dated=True),
    "dynamodb.table.creating": Kind(10, DYNAMODB),
    "dynamodb.table.deleting": Kind(10, DYNAMODB),
    "secretsmanager.secret.deleting": Kind(0, SECRET, dated=True),
    "kms.key.deleting": Kind(0, KMS, dated=True),
    "iam.role.propagating": Kind(10, IAM, quiet=True, optional=True),
    "cloudwatch.alarm.evaluating": Kind(60, ALARM),
}
