# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/audit.yml holds an environment against what AWS recommends, and finds what is not so."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest
from runs import Run, playbook
from walks import converged, operations

PREFIX = "sdt-prod"
BUCKET = f"{PREFIX}-user-uploads-123456789012"
NO_DRILL = "REL13-BP03 a restore was drilled lately: there was none."


class Production:
    """Production, converged, and what somebody does to it."""

    def __init__(self, emulator: t.Any) -> None:
        self.emulator = emulator
        converged(emulator, "prod", PREFIX)

    def audit(self, *arguments: str) -> Run:
        self.emulator.clear()
        run = playbook(self.emulator.url, "playbooks/audit.yml", "prod", *arguments)
        assert operations(self.emulator) == []
        return run

    def findings(self, file: pathlib.Path) -> list[str]:
        self.audit("-e", f"audit_file={file}").must_succeed()
        return list(json.loads(file.read_text())["findings"])

    def service(self) -> None:
        """A release as nobody should make it, of one task."""
        ecs = self.emulator.client("ecs")
        (service,) = ecs.describe_services(cluster=PREFIX, services=["auth-service"])["services"]
        found = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        kept = ("family", "executionRoleArn", "networkMode", "cpu", "memory", "requiresCompatibilities")
        container = {
            "name": "auth-service",
            "image": found["containerDefinitions"][0]["image"].partition("@")[0] + ":latest",
            "environment": [{"name": "DB_PASSWORD", "value": "x"}],
            "portMappings": found["containerDefinitions"][0]["portMappings"],
        }
        made = ecs.register_task_definition(
            **{name: found[name] for name in kept},
            taskRoleArn=found["executionRoleArn"],
            containerDefinitions=[container],
        )
        arn = made["taskDefinition"]["taskDefinitionArn"]
        ecs.update_service(cluster=PREFIX, service="auth-service", taskDefinition=arn, desiredCount=1)
        ecs.update_cluster_settings(cluster=PREFIX, settings=[{"name": "containerInsights", "value": "disabled"}])

    def balancer(self) -> None:
        elbv2 = self.emulator.client("elbv2")
        arn = elbv2.describe_load_balancers(Names=[PREFIX])["LoadBalancers"][0]["LoadBalancerArn"]
        off = (
            "routing.http.drop_invalid_header_fields.enabled",
            "access_logs.s3.enabled",
            "deletion_protection.enabled",
        )
        attributes = [{"Key": name, "Value": "false"} for name in off]
        attributes.append({"Key": "routing.http.desync_mitigation_mode", "Value": "monitor"})
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=attributes)

    def database(self) -> None:
        rds = self.emulator.client("rds")
        rds.modify_db_instance(
            DBInstanceIdentifier=f"{PREFIX}-postgres",
            ApplyImmediately=True,
            BackupRetentionPeriod=3,
            DeletionProtection=False,
            EnableIAMDatabaseAuthentication=False,
            AutoMinorVersionUpgrade=False,
            CopyTagsToSnapshot=False,
            MultiAZ=False,
            MonitoringInterval=0,
            MaxAllocatedStorage=100,
            CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"]},
        )
        while rds.describe_db_instances(DBInstanceIdentifier=f"{PREFIX}-postgres")["DBInstances"][0][
            "PendingModifiedValues"
        ]:
            time.sleep(0.1)
        for name in ("", "-more", "-parameters"):
            rds.delete_event_subscription(SubscriptionName=f"{PREFIX}-database{name}")

    def storage(self) -> None:
        s3 = self.emulator.client("s3")
        s3.delete_public_access_block(Bucket=BUCKET)
        s3.delete_bucket_policy(Bucket=BUCKET)
        s3.delete_bucket_lifecycle(Bucket=BUCKET)
        s3.put_bucket_logging(Bucket=BUCKET, BucketLoggingStatus={})
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
        self.emulator.client("dynamodb").update_continuous_backups(
            TableName="sdt-infra-runs", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )

    def watch(self) -> None:
        ec2, cloudwatch, logs, kms, sns = (
            self.emulator.client(name) for name in ("ec2", "cloudwatch", "logs", "kms", "sns")
        )
        vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [PREFIX]}])["Vpcs"][0]["VpcId"]
        inside = [{"Name": "vpc-id", "Values": [vpc]}]
        groups = {
            one["GroupName"]: one["GroupId"] for one in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
        }
        world = [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        for name in ("default", f"{PREFIX}-database"):
            ec2.authorize_security_group_ingress(GroupId=groups[name], IpPermissions=world)
        ec2.delete_flow_logs(FlowLogIds=[one["FlowLogId"] for one in ec2.describe_flow_logs()["FlowLogs"]])
        alarms = cloudwatch.describe_alarms(AlarmNamePrefix=f"{PREFIX}-content-service-")["MetricAlarms"]
        cloudwatch.delete_alarms(AlarmNames=[one["AlarmName"] for one in alarms])
        cloudwatch.disable_alarm_actions(AlarmNames=[f"{PREFIX}-database-cpu-high"])
        logs.delete_retention_policy(logGroupName=f"/ecs/{PREFIX}/auth-service")
        kms.disable_key_rotation(KeyId=kms.describe_key(KeyId=f"alias/{PREFIX}")["KeyMetadata"]["KeyId"])
        topic = f"arn:aws:sns:us-east-1:123456789012:{PREFIX}-alarms"
        sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="")


# What is found after each of these, by the beginning and a part of what is said.
FOUND: dict[t.Callable[[Production], None], dict[str, str]] = {
    Production.service: {
        "ECR.2": "auth-service runs auth-service:latest",
        "ECS.5": "auth-service may write to its root file system",
        "ECS.8": "DB_PASSWORD is in the environment",
        "ECS.9": "auth-service logs nowhere",
        "ECS.12": "sdt-prod has no Container Insights",
        "ECS.20": "auth-service runs as root",
        "SEC03-BP02": "auth-service has no task role of its own",
        "REL10-BP01": "auth-service is to run 1 task",
    },
    Production.balancer: {
        "ELB.4": "it lets invalid headers through",
        "ELB.5": "it writes none",
        "ELB.6": "its deletion protection is off",
        "ELB.12": "its desync mitigation is off",
    },
    Production.database: {
        "RDS.5": "sdt-prod-postgres has none",
        "RDS.6": "sdt-prod-postgres has no Enhanced Monitoring",
        "RDS.8": "sdt-prod-postgres can be",
        "RDS.9": "sdt-prod-postgres sends none",
        "RDS.10": "sdt-prod-postgres lets nobody",
        "RDS.11": "sdt-prod-postgres keeps them for 3",
        "RDS.13": "sdt-prod-postgres waits for them",
        "RDS.17": "sdt-prod-postgres leaves them out",
        "RDS.20": "nobody is told",
        "RDS.21": "nobody is told",
        "REL07-BP01": "sdt-prod-postgres stays at 100 GiB",
    },
    Production.storage: {
        "S3.8": f"{BUCKET} does not block all of it",
        "S3.5": f"{BUCKET} lets it through",
        "S3.9": f"{BUCKET} has none",
        "S3.13": f"{BUCKET} has no lifecycle",
        "S3.14": f"{BUCKET} keeps none",
        "DynamoDB.2": "sdt-infra-runs cannot be",
    },
    Production.watch: {
        "EC2.2": "lets something through",
        "EC2.6": "sdt-prod has no flow log",
        "EC2.18": "sdt-prod-database lets the internet in",
        "REL06-BP01": "content-service has no alarm",
        "CloudWatch.15": "sdt-prod-database-cpu-high is muted",
        "CloudWatch.16": "/ecs/sdt-prod/auth-service keeps them for ever",
        "KMS.4": "alias/sdt-prod stays as it is",
        "SNS.1": "sdt-prod-alarms is not",
    },
}


@pytest.mark.long
def test_production_follows_what_aws_recommends_and_what_does_not_is_found(
    emulator: t.Any, tmp_path: pathlib.Path
) -> None:
    production = Production(emulator)
    file = tmp_path / "audit.json"
    assert production.findings(file) == [NO_DRILL]
    for disturb in FOUND:
        disturb(production)
    found = {one.partition(" ")[0]: one for one in production.findings(file)}
    wanted = {name: said for expected in FOUND.values() for name, said in expected.items()}
    assert {name: found.get(name) for name, said in wanted.items() if said not in found.get(name, "")} == {}
    assert set(found) - set(wanted) == {"REL13-BP03"}
    assert production.audit("-e", "audit_exit_code=2").returncode == 2


def test_what_was_not_promised_is_no_finding(development: t.Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "audit.json"
    playbook(development.url, "playbooks/audit.yml", "dev", "-e", f"audit_file={file}").must_succeed()
    report = json.loads(file.read_text())
    assert report["findings"] == [NO_DRILL]
    states = {row["what"].partition(" ")[0]: row["state"] for one in report["sections"] for row in one["rows"]}
    assert states["REL10-BP01"] == states["RDS.5"] == "not promised" and states["ECS.20"] == "ok"


@pytest.mark.long
def test_a_drill_is_remembered(emulator: t.Any, tmp_path: pathlib.Path) -> None:
    production = Production(emulator)
    emulator.tasks(family=f"{PREFIX}-auth-service-latency", logs={"sql": ["Time: 1.0 ms"] * 3})
    playbook(emulator.url, "playbooks/drill.yml", "prod").must_succeed()
    assert production.findings(tmp_path / "audit.json") == []
