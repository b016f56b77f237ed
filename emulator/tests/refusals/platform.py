# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DNS, certificates, images, scaling, service discovery, tables, functions, queues, the front end."""

from __future__ import annotations

import json
from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses
from emulator.tests.refusals.ecs import service


def zone(aws: Aws) -> str:
    return aws.route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]


def record(aws: Aws, zone_id: str, action: str = "UPSERT", **given: Any) -> None:
    given = {"Name": "app.example.org", "Type": "A", "TTL": 60, **given}
    given = {key: value for key, value in given.items() if value is not None}
    if "values" in given:
        given["ResourceRecords"] = [{"Value": value} for value in given.pop("values")]
    changes = {"Changes": [{"Action": action, "ResourceRecordSet": given}]}
    aws.route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=changes)


@refuses("route53.address_record", "InvalidChangeBatch")
def address_record(aws: Aws) -> None:
    zone_id = zone(aws)
    record(aws, zone_id, values=["192.0.2.1"])
    record(aws, zone_id, values=["example.com"])


@refuses("route53.address_record", "InvalidChangeBatch")
def address6_record(aws: Aws) -> None:
    record(aws, zone(aws), Type="AAAA", values=["192.0.2.1"])


@refuses("route53.text_record", "InvalidChangeBatch")
def text_record(aws: Aws) -> None:
    zone_id = zone(aws)
    record(aws, zone_id, Type="TXT", values=['"v=spf1 -all"'])
    record(aws, zone_id, Type="TXT", values=["v=spf1 -all"])


@refuses("route53.mail_record", "InvalidChangeBatch")
def mail_record(aws: Aws) -> None:
    zone_id = zone(aws)
    record(aws, zone_id, Type="MX", values=["10 mail.example.org"])
    record(aws, zone_id, Type="MX", values=["mail.example.org"])


@refuses("route53.routing_identifier", "InvalidInput")
def weight_without_identifier(aws: Aws) -> None:
    record(aws, zone(aws), values=["192.0.2.1"], Weight=10)


@refuses("route53.routing_identifier", "InvalidInput")
def identifier_without_weight(aws: Aws) -> None:
    record(aws, zone(aws), values=["192.0.2.1"], SetIdentifier="a")


@refuses("route53.one_routing", "InvalidChangeBatch")
def simple_beside_weighted(aws: Aws) -> None:
    zone_id = zone(aws)
    record(aws, zone_id, values=["192.0.2.1"], SetIdentifier="a", Weight=10)
    record(aws, zone_id, values=["192.0.2.1"])


@refuses("route53.zone_keeps_itself", "InvalidChangeBatch")
def name_servers_of_the_zone(aws: Aws) -> None:
    zone_id = zone(aws)
    records = aws.route53.list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    name_servers = next(one for one in records if one["Type"] == "NS")
    changes = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": name_servers}]}
    aws.route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=changes)


@refuses("route53.zone_name", "InvalidDomainName")
def zone_name(aws: Aws) -> None:
    aws.route53.create_hosted_zone(Name="exa mple..org", CallerReference="1")


@refused_by_moto("HostedZoneNotEmpty")
def zone_not_empty(aws: Aws) -> None:
    zone_id = zone(aws)
    record(aws, zone_id, values=["192.0.2.1"])
    aws.route53.delete_hosted_zone(Id=zone_id)


@refuses("route53.health_check_exists", "NoSuchHealthCheck")
def unknown_health_check(aws: Aws) -> None:
    identifier = "01234567-0123-0123-0123-012345678901"
    record(aws, zone(aws), values=["192.0.2.1"], SetIdentifier="a", Weight=1, HealthCheckId=identifier)


def health_check(aws: Aws, **given: Any) -> str:
    config = {"Type": "HTTP", "FullyQualifiedDomainName": "example.org", "Port": 80, **given}
    made = aws.route53.create_health_check(CallerReference="1", HealthCheckConfig=config)
    return made["HealthCheck"]["Id"]


@refuses("route53.health_check_interval", "InvalidInput")
def health_check_interval(aws: Aws) -> None:
    health_check(aws, RequestInterval=20)


@refuses("route53.health_check_search", "InvalidInput")
def search_without_match(aws: Aws) -> None:
    health_check(aws, SearchString="ok")


# Certificates


@refuses("acm.names_per_certificate", "LimitExceededException")
def too_many_names(aws: Aws) -> None:
    names = [f"{number}.example.org" for number in range(10)]
    aws.acm.request_certificate(DomainName="example.org", SubjectAlternativeNames=names, ValidationMethod="DNS")


@refuses("acm.first_name_length", "ValidationException")
def long_first_name(aws: Aws) -> None:
    aws.acm.request_certificate(DomainName="a" * 60 + ".example.org", ValidationMethod="DNS")


@refuses("acm.validation_domain", "InvalidDomainValidationOptionsException")
def validation_elsewhere(aws: Aws) -> None:
    options = [{"DomainName": "app.example.org", "ValidationDomain": "example.com"}]
    aws.acm.request_certificate(DomainName="app.example.org", DomainValidationOptions=options)


# Images


@refused_by_moto("RepositoryPolicyNotFoundException")
def no_policy(aws: Aws) -> None:
    aws.ecr.create_repository(repositoryName="app")
    aws.ecr.get_repository_policy(repositoryName="app")


@refuses("ecr.policy_principals", "InvalidParameterException")
def image_policy_of_unknown_role(aws: Aws) -> None:
    aws.ecr.create_repository(repositoryName="app")
    statement = {
        "Sid": "pull",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:role/nobody"},
        "Action": "ecr:BatchGetImage",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.ecr.set_repository_policy(repositoryName="app", policyText=policy)


@refused_by_moto("InvalidParameterException")
def image_policy_grammar(aws: Aws) -> None:
    aws.ecr.create_repository(repositoryName="app")
    aws.ecr.set_repository_policy(repositoryName="app", policyText="{}")


@refused_by_moto("InvalidParameterException")
def filters_without_exclusion(aws: Aws) -> None:
    filters = [{"filterType": "WILDCARD", "filter": "latest"}]
    aws.ecr.create_repository(
        repositoryName="app", imageTagMutability="IMMUTABLE", imageTagMutabilityExclusionFilters=filters
    )


@refuses("ecr.encryption_key", "InvalidParameterException")
def key_for_aes(aws: Aws) -> None:
    aws.ecr.create_repository(
        repositoryName="app", encryptionConfiguration={"encryptionType": "AES256", "kmsKey": "alias/own"}
    )


@refused_by_moto("InvalidParameterException")
def tagged_without_list(aws: Aws) -> None:
    aws.ecr.create_repository(repositoryName="app")
    selection = {"tagStatus": "tagged", "countType": "imageCountMoreThan", "countNumber": 10}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    policy = json.dumps({"rules": [rule]})
    aws.ecr.put_lifecycle_policy(repositoryName="app", lifecyclePolicyText=policy)


@refused_by_moto("InvalidParameterException")
def replication_to_itself(aws: Aws) -> None:
    destination = {"region": "us-east-1", "registryId": "123456789012"}
    aws.ecr.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": [destination]}]})


# Scaling


TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/main/app",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def scaling_policy(aws: Aws, name: str, metric: dict[str, Any], **given: Any) -> None:
    configuration = {"TargetValue": 70, "PredefinedMetricSpecification": metric, **given}
    aws["application-autoscaling"].put_scaling_policy(
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
        **TARGET,
    )


def scalable(aws: Aws) -> None:
    service(aws)
    aws["application-autoscaling"].register_scalable_target(MinCapacity=1, MaxCapacity=4, **TARGET)


CPU = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}


@refuses("application-autoscaling.one_policy_per_metric", "ValidationException")
def metric_twice(aws: Aws) -> None:
    scalable(aws)
    scaling_policy(aws, "first", CPU)
    scaling_policy(aws, "second", CPU)


@refuses("application-autoscaling.metric_of_namespace", "ValidationException")
def metric_of_tables(aws: Aws) -> None:
    scalable(aws)
    scaling_policy(aws, "reads", {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"})


@refuses("application-autoscaling.resource_label", "ValidationException")
def requests_of_nothing(aws: Aws) -> None:
    scalable(aws)
    scaling_policy(aws, "requests", {"PredefinedMetricType": "ALBRequestCountPerTarget"})


@refuses("application-autoscaling.cooldown", "ValidationException")
def negative_cooldown(aws: Aws) -> None:
    scalable(aws)
    scaling_policy(aws, "cpu", CPU, ScaleInCooldown=-1)


@refused_by_moto("ValidationException")
def resource_id(aws: Aws) -> None:
    target = {**TARGET, "ResourceId": "main/app"}
    aws["application-autoscaling"].register_scalable_target(MinCapacity=1, MaxCapacity=4, **target)


def action(aws: Aws, **given: Any) -> None:
    given = {"Schedule": "cron(0 20 * * ? *)", "ScalableTargetAction": {"MinCapacity": 0}, **given}
    aws["application-autoscaling"].put_scheduled_action(ScheduledActionName="night", **TARGET, **given)


@refuses("application-autoscaling.scheduled_capacity", "ValidationException")
def scheduled_minimum_above_maximum(aws: Aws) -> None:
    scalable(aws)
    action(aws, ScalableTargetAction={"MinCapacity": 3, "MaxCapacity": 2})


@refuses("application-autoscaling.time_zone", "ValidationException")
def time_zone(aws: Aws) -> None:
    scalable(aws)
    action(aws, Timezone="Europe/Berlin")
    action(aws, Timezone="Europe/Nowhere")


@refuses("application-autoscaling.scaling_schedule", "ValidationException")
def scaling_schedule(aws: Aws) -> None:
    scalable(aws)
    action(aws, Schedule="cron(0 20 * * * *)")


# Service discovery


@refuses("servicediscovery.instance_address", "InvalidInput")
def instance_without_address(aws: Aws) -> None:
    aws.servicediscovery.create_http_namespace(Name="mesh")
    namespace = aws.servicediscovery.list_namespaces()["Namespaces"][0]["Id"]
    made = aws.servicediscovery.create_service(Name="app", NamespaceId=namespace)
    aws.servicediscovery.register_instance(
        ServiceId=made["Service"]["Id"], InstanceId="1", Attributes={"AWS_INSTANCE_IPV4": "10.0.0"}
    )


@refuses("servicediscovery.dns_in_http_namespace", "InvalidInput")
def dns_in_http_namespace(aws: Aws) -> None:
    aws.servicediscovery.create_http_namespace(Name="mesh")
    namespace = aws.servicediscovery.list_namespaces()["Namespaces"][0]["Id"]
    aws.servicediscovery.create_service(
        Name="app", NamespaceId=namespace, DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 10}]}
    )


# Tables


def table(aws: Aws, **given: Any) -> None:
    given = {
        "TableName": "locks",
        "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        **given,
    }
    aws.dynamodb.create_table(**given)


@refused_by_moto("ValidationException")
def attribute_of_no_key(aws: Aws) -> None:
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("LockID", "Other")]
    table(aws, AttributeDefinitions=attributes)


@refused_by_moto("ValidationException")
def protected_table(aws: Aws) -> None:
    table(aws, DeletionProtectionEnabled=True)
    aws.dynamodb.get_waiter("table_exists").wait(TableName="locks", WaiterConfig={"Delay": 1})
    aws.dynamodb.delete_table(TableName="locks")


@refused_by_moto("ValidationException")
def throughput_on_demand(aws: Aws) -> None:
    table(aws, ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})


@refused_by_moto("ValidationException")
def no_throughput(aws: Aws) -> None:
    table(aws, BillingMode="PROVISIONED")


@refuses("dynamodb.hash_first", "ValidationException")
def range_first(aws: Aws) -> None:
    table(aws, KeySchema=[{"AttributeName": "LockID", "KeyType": "RANGE"}])


@refuses("dynamodb.stream_view", "ValidationException")
def stream_without_view(aws: Aws) -> None:
    table(aws, StreamSpecification={"StreamEnabled": True})


# Queues


def queue(aws: Aws, name: str = "jobs", **attributes: str) -> str:
    return aws.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


@refused_by_moto("InvalidParameterValue")
def queue_name(aws: Aws) -> None:
    queue(aws, "my jobs")


@refuses("sqs.attribute_range", "InvalidAttributeValue")
def visibility(aws: Aws) -> None:
    queue(aws, VisibilityTimeout="43201")


@refuses("sqs.attribute_range", "InvalidAttributeValue")
def retention(aws: Aws) -> None:
    queue(aws, MessageRetentionPeriod="30")


@refuses("sqs.redrive_policy", "InvalidParameterValue")
def redrive_count(aws: Aws) -> None:
    queue(aws, "dead")
    target = "arn:aws:sqs:us-east-1:123456789012:dead"
    queue(aws, RedrivePolicy=json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 0}))


@refuses("sqs.redrive_policy", "InvalidParameterValue")
def redrive_to_nothing(aws: Aws) -> None:
    target = "arn:aws:sqs:us-east-1:123456789012:nothing"
    queue(aws, RedrivePolicy=json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 5}))


# The front end


def front_end(aws: Aws, **given: Any) -> str:
    return aws.amplify.create_app(name="web", **given)["app"]["appId"]


@refuses("amplify.variable_names", "BadRequestException")
def variable_of_aws(aws: Aws) -> None:
    front_end(aws, environmentVariables={"AWS_REGION": "us-east-1"})


@refuses("amplify.rewrite_status", "BadRequestException")
def rewrite_status(aws: Aws) -> None:
    front_end(aws, customRules=[{"source": "/<*>", "target": "/index.html", "status": "404-200"}])
    front_end(aws, customRules=[{"source": "/<*>", "target": "/index.html", "status": "500"}])


@refuses("amplify.certificate_region", "BadRequestException")
def certificate_elsewhere(aws: Aws) -> None:
    app = front_end(aws)
    aws.amplify.create_branch(appId=app, branchName="main")
    aws.amplify.create_domain_association(
        appId=app,
        domainName="example.org",
        subDomainSettings=[{"prefix": "www", "branchName": "main"}],
        certificateSettings={
            "type": "CUSTOM",
            "customCertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0",
        },
    )


@refused_by_moto("NotFoundException")
def subdomain_of_no_branch(aws: Aws) -> None:
    aws.amplify.create_domain_association(
        appId=front_end(aws),
        domainName="example.org",
        subDomainSettings=[{"prefix": "www", "branchName": "main"}],
    )
