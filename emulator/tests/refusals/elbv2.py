# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Load balancers, listeners, rules, target groups."""

from __future__ import annotations

from typing import Any

from emulator.tests.refusals import Aws, refused_by_moto, refuses
from emulator.tests.refusals.ec2 import subnet, vpc

FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]


def balancer(aws: Aws, vpc_id: str | None = None, name: str = "web", **given: Any) -> str:
    vpc_id = vpc_id or vpc(aws)
    subnets = [subnet(aws, vpc_id, "10.0.1.0/24"), subnet(aws, vpc_id, "10.0.2.0/24", "us-east-1b")]
    made = aws.elbv2.create_load_balancer(Name=name, Subnets=subnets, Scheme="internal", **given)
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def listener(aws: Aws, balancer_arn: str | None = None, port: int = 80, **given: Any) -> str:
    given = {"Protocol": "HTTP", "DefaultActions": FIXED, **given}
    balancer_arn = balancer_arn or balancer(aws)
    made = aws.elbv2.create_listener(LoadBalancerArn=balancer_arn, Port=port, **given)
    return made["Listeners"][0]["ListenerArn"]


def target_group(aws: Aws, name: str = "app", **given: Any) -> str:
    vpc_id = given.pop("VpcId", None) or vpc(aws)
    given = {"Protocol": "HTTP", "Port": 80, "TargetType": "ip", **given}
    return aws.elbv2.create_target_group(Name=name, VpcId=vpc_id, **given)["TargetGroups"][0]["TargetGroupArn"]


def rule(aws: Aws, listener_arn: str, priority: int = 1, **given: Any) -> str:
    given = {
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}],
        "Actions": FIXED,
        **given,
    }
    return aws.elbv2.create_rule(ListenerArn=listener_arn, Priority=priority, **given)["Rules"][0]["RuleArn"]


@refused_by_moto("ValidationError")
def balancer_name(aws: Aws) -> None:
    balancer(aws, name="-web")


@refused_by_moto("ValidationError")
def long_balancer_name(aws: Aws) -> None:
    balancer(aws, name="w" * 33)


@refused_by_moto("ValidationError")
def strange_balancer_name(aws: Aws) -> None:
    balancer(aws, name="web_1")


@refuses("elbv2.two_zones", "ValidationError")
def one_zone(aws: Aws) -> None:
    aws.elbv2.create_load_balancer(Name="net", Subnets=[subnet(aws, vpc(aws))], Scheme="internal", Type="network")
    aws.elbv2.create_load_balancer(Name="web", Subnets=[subnet(aws, vpc(aws))], Scheme="internal")


@refuses("elbv2.one_subnet_of_a_zone", "InvalidConfigurationRequest")
def two_subnets_of_a_zone(aws: Aws) -> None:
    vpc_id = vpc(aws)
    subnets = [subnet(aws, vpc_id, "10.0.1.0/24"), subnet(aws, vpc_id, "10.0.2.0/24")]
    aws.elbv2.create_load_balancer(Name="web", Subnets=subnets, Scheme="internal")


@refuses("elbv2.subnets_of_one_network", "InvalidSubnet")
def subnets_of_two_networks(aws: Aws) -> None:
    subnets = [subnet(aws, vpc(aws), "10.0.1.0/24"), subnet(aws, vpc(aws), "10.0.2.0/24", "us-east-1b")]
    aws.elbv2.create_load_balancer(Name="web", Subnets=subnets, Scheme="internal")


@refuses("elbv2.subnets_of_one_network", "InvalidSubnet")
def subnets_of_another_network(aws: Aws) -> None:
    other = vpc(aws)
    subnets = [subnet(aws, other, "10.0.1.0/24"), subnet(aws, other, "10.0.2.0/24", "us-east-1b")]
    aws.elbv2.set_subnets(LoadBalancerArn=balancer(aws), Subnets=subnets)


@refuses("elbv2.way_to_the_internet", "InvalidSubnet")
def no_way_to_the_internet(aws: Aws) -> None:
    vpc_id = vpc(aws)
    subnets = [subnet(aws, vpc_id, "10.0.1.0/24"), subnet(aws, vpc_id, "10.0.2.0/24", "us-east-1b")]
    aws.elbv2.create_load_balancer(Name="web", Subnets=subnets)


@refuses("elbv2.security_groups_of_the_network", "InvalidSecurityGroup")
def security_group_of_another_network(aws: Aws) -> None:
    group = aws.ec2.create_security_group(GroupName="far", Description="Far", VpcId=vpc(aws))["GroupId"]
    balancer(aws, SecurityGroups=[group])


@refused_by_moto("ValidationError")
def target_group_name(aws: Aws) -> None:
    target_group(aws, "app_1")


@refused_by_moto("ValidationError")
def long_target_group_name(aws: Aws) -> None:
    target_group(aws, "a" * 33)


@refused_by_moto("ValidationError")
def target_group_nowhere(aws: Aws) -> None:
    target_group(aws, VpcId="vpc-01234567890123456")


@refused_by_moto("ValidationError")
def target_group_without_port(aws: Aws) -> None:
    aws.elbv2.create_target_group(Name="app", Protocol="HTTP", VpcId=vpc(aws), TargetType="ip")


@refuses("elbv2.health_check_path", "ValidationError")
def health_check_path(aws: Aws) -> None:
    target_group(aws, HealthCheckPath="health")


@refuses("elbv2.health_check_port", "ValidationError")
def health_check_port(aws: Aws) -> None:
    target_group(aws, HealthCheckPort="http")


@refuses("elbv2.health_check_protocol", "ValidationError")
def health_check_protocol(aws: Aws) -> None:
    target_group(aws, HealthCheckProtocol="TCP")


@refuses("elbv2.health_check_matcher", "ValidationError")
def health_check_matcher(aws: Aws) -> None:
    vpc_id = vpc(aws)
    target_group(aws, "good", VpcId=vpc_id, Matcher={"HttpCode": "200-299,301"})
    target_group(aws, "bad", VpcId=vpc_id, Matcher={"HttpCode": "600"})


@refused_by_moto("ValidationError")
def health_check_timeout(aws: Aws) -> None:
    target_group(aws, HealthCheckIntervalSeconds=10, HealthCheckTimeoutSeconds=20)


@refuses("elbv2.target_address", "ValidationError")
def target_without_address(aws: Aws) -> None:
    group = target_group(aws)
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.1.5"}])
    aws.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.1"}])


@refused_by_moto("ValidationError")
def listener_protocol(aws: Aws) -> None:
    listener(aws, Protocol="TCP")


@refuses("elbv2.listener_and_target_protocol", "IncompatibleProtocols")
def listener_and_target_protocol(aws: Aws) -> None:
    vpc_id = vpc(aws)
    group = target_group(aws, VpcId=vpc_id, Protocol="TCP")
    listener(aws, balancer(aws, vpc_id), DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])


@refuses("elbv2.listeners_per_load_balancer", "TooManyListeners")
def too_many_listeners(aws: Aws) -> None:
    arn = balancer(aws)
    for port in range(1000, 1051):
        listener(aws, arn, port)


@refuses("elbv2.rules_per_load_balancer", "TooManyRules")
def too_many_rules(aws: Aws) -> None:
    arn = listener(aws)
    for priority in range(1, 102):
        rule(aws, arn, priority)


@refused_by_moto("ValidationError")
def https_without_certificate(aws: Aws) -> None:
    listener(aws, port=443, Protocol="HTTPS")


@refuses("elbv2.one_final_action", "InvalidLoadBalancerAction")
def two_final_actions(aws: Aws) -> None:
    listener(aws, DefaultActions=[{"Order": 1, **FIXED[0]}, {"Order": 2, **FIXED[0]}])


@refuses("elbv2.groups_per_action", "ValidationError")
def too_many_groups_in_forward(aws: Aws) -> None:
    vpc_id = vpc(aws)
    arn = balancer(aws, vpc_id)
    groups = [{"TargetGroupArn": target_group(aws, f"app-{number}", VpcId=vpc_id)} for number in range(6)]
    listener(aws, arn, DefaultActions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])


@refuses("elbv2.forward_weight", "ValidationError")
def weight(aws: Aws) -> None:
    vpc_id = vpc(aws)
    groups = [{"TargetGroupArn": target_group(aws, VpcId=vpc_id), "Weight": 1000}]
    forward = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    listener(aws, balancer(aws, vpc_id), DefaultActions=forward)


@refused_by_moto("InvalidLoadBalancerAction")
def fixed_response_type(aws: Aws) -> None:
    config = {"StatusCode": "404", "ContentType": "image/png"}
    listener(aws, DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": config}])


@refuses("elbv2.redirect_port", "ValidationError")
def redirect_port(aws: Aws) -> None:
    config = {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "70000"}
    listener(aws, DefaultActions=[{"Type": "redirect", "RedirectConfig": config}])


@refuses("elbv2.path_pattern", "ValidationError")
def path_characters(aws: Aws) -> None:
    arn = listener(aws)
    rule(aws, arn)
    rule(aws, arn, 2, Conditions=[{"Field": "path-pattern", "Values": ["/a b"]}])


@refused_by_moto("ValidationError")
def long_path(aws: Aws) -> None:
    rule(aws, listener(aws), Conditions=[{"Field": "path-pattern", "Values": ["/" + "a" * 128]}])


@refuses("elbv2.host_pattern", "ValidationError")
def strange_host(aws: Aws) -> None:
    rule(aws, listener(aws), Conditions=[{"Field": "host-header", "Values": ["exa_mple.org/"]}])


@refuses("elbv2.source_network", "ValidationError")
def strange_source(aws: Aws) -> None:
    conditions = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.1"]}}]
    rule(aws, listener(aws), Conditions=conditions)


@refused_by_moto("PriorityInUse")
def priority_in_use(aws: Aws) -> None:
    arn = listener(aws)
    rule(aws, arn)
    rule(aws, arn)


@refused_by_moto("OperationNotPermitted")
def protected(aws: Aws) -> None:
    arn = balancer(aws)
    aws.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}]
    )
    aws.elbv2.delete_load_balancer(LoadBalancerArn=arn)


@refused_by_moto("ResourceInUse")
def target_group_in_use(aws: Aws) -> None:
    vpc_id = vpc(aws)
    group = target_group(aws, VpcId=vpc_id)
    listener(aws, balancer(aws, vpc_id), DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    aws.elbv2.delete_target_group(TargetGroupArn=group)


@refuses("elbv2.security_groups", "InvalidConfigurationRequest")
def too_many_security_groups(aws: Aws) -> None:
    vpc_id = vpc(aws)
    groups = [
        aws.ec2.create_security_group(GroupName=f"g{number}", Description="d", VpcId=vpc_id)["GroupId"]
        for number in range(6)
    ]
    balancer(aws, vpc_id, SecurityGroups=groups)


@refuses("elbv2.forward_stickiness", "ValidationError")
def stickiness_duration(aws: Aws) -> None:
    vpc_id = vpc(aws)
    config = {
        "TargetGroups": [{"TargetGroupArn": target_group(aws, VpcId=vpc_id)}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 604801},
    }
    listener(aws, balancer(aws, vpc_id), DefaultActions=[{"Type": "forward", "ForwardConfig": config}])


def server_certificate(aws: Aws, number: int = 0) -> dict[str, str]:
    made = aws.iam.upload_server_certificate(
        ServerCertificateName=f"certificate-{number}", CertificateBody="body", PrivateKey="key"
    )
    return {"CertificateArn": made["ServerCertificateMetadata"]["Arn"]}


@refused_by_moto("TooManyCertificates")
def too_many_certificates(aws: Aws) -> None:
    arn = listener(aws, port=443, Protocol="HTTPS", Certificates=[server_certificate(aws)])
    certificates = [server_certificate(aws, number) for number in range(1, 27)]
    aws.elbv2.add_listener_certificates(ListenerArn=arn, Certificates=certificates[:25])
    aws.elbv2.add_listener_certificates(ListenerArn=arn, Certificates=certificates)
