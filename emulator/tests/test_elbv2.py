# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Load balancers, target groups, listeners and rules as AWS has them."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}


class Network(NamedTuple):
    vpc: str
    subnets: list[str]
    group: str


@pytest.fixture
def elbv2(emulator: Any) -> Any:
    return emulator.client("elbv2")


@pytest.fixture
def network(emulator: Any) -> Network:
    return make_network(emulator)


def make_network(emulator: Any, internet: bool = True) -> Network:
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("aab")
    ]
    group = ec2.create_security_group(GroupName="balancer", Description="balancer", VpcId=vpc)["GroupId"]
    if internet:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return Network(vpc, subnets, group)


def make_balancer(elbv2: Any, network: Network, **options: Any) -> dict[str, Any]:
    request = {"Name": "web", "Subnets": network.subnets[1:], "SecurityGroups": [network.group], **options}
    return elbv2.create_load_balancer(**request)["LoadBalancers"][0]


def make_group(elbv2: Any, network: Network, name: str = "web") -> str:
    made = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=network.vpc, TargetType="ip")
    return made["TargetGroups"][0]["TargetGroupArn"]


def make_listener(elbv2: Any, balancer: dict[str, Any], port: int = 80, **options: Any) -> dict[str, Any]:
    request = {"Protocol": "HTTP", "DefaultActions": [NOT_FOUND], **options}
    made = elbv2.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Port=port, **request)
    return made["Listeners"][0]


def path_is(*paths: str) -> list[dict[str, Any]]:
    return [{"Field": "path-pattern", "PathPatternConfig": {"Values": list(paths)}}]


def forward(arn: str) -> list[dict[str, Any]]:
    return [{"Type": "forward", "TargetGroupArn": arn}]


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=code)


# Load balancers


def test_a_load_balancer_has_what_aws_gives_it(elbv2: Any, network: Network) -> None:
    made = make_balancer(elbv2, network)
    assert made["Scheme"] == "internet-facing"
    assert made["CanonicalHostedZoneId"] == "Z35SXDOTRQ7X7K"
    assert made["DNSName"].startswith("web-")
    assert made["DNSName"].endswith(".us-east-1.elb.amazonaws.com")
    attributes = elbv2.describe_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"])["Attributes"]
    values = {one["Key"]: one["Value"] for one in attributes}
    assert values["idle_timeout.timeout_seconds"] == "60"
    assert values["access_logs.s3.enabled"] == "false"
    assert values["routing.http2.enabled"] == "true"
    assert values["load_balancing.cross_zone.enabled"] == "true"


def test_a_load_balancer_is_being_provisioned_at_first(elbv2: Any, network: Network) -> None:
    assert make_balancer(elbv2, network)["State"]["Code"] == "provisioning"
    looks = [elbv2.describe_load_balancers(Names=["web"])["LoadBalancers"][0]["State"]["Code"] for _ in range(3)]
    assert looks == ["provisioning", "active", "active"]


def test_looking_for_one_that_is_not_there_changes_no_other(elbv2: Any, network: Network) -> None:
    make_balancer(elbv2, network)
    with refused("LoadBalancerNotFound"):
        elbv2.describe_load_balancers(Names=["other"])
    states = [elbv2.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"] for _ in range(2)]
    assert states == ["provisioning", "active"]


def test_the_same_request_again_is_the_same_load_balancer(elbv2: Any, network: Network) -> None:
    arn = make_balancer(elbv2, network)["LoadBalancerArn"]
    assert make_balancer(elbv2, network)["LoadBalancerArn"] == arn
    with refused("DuplicateLoadBalancerName"):
        make_balancer(elbv2, network, Scheme="internal")


@pytest.mark.parametrize("name", ["a" * 33, "-web", "web-", "we_b", "internal-web"])
def test_impossible_names_are_refused(elbv2: Any, network: Network, name: str) -> None:
    with refused("ValidationError"):
        make_balancer(elbv2, network, Name=name)


def test_a_load_balancer_needs_two_zones_of_one_vpc(elbv2: Any, emulator: Any, network: Network) -> None:
    other = make_network(emulator)
    with refused("At least two subnets"):
        make_balancer(elbv2, network, Subnets=network.subnets[:1])
    with refused("same Availability Zone"):
        make_balancer(elbv2, network, Subnets=network.subnets[:2])
    with refused("same VPC"):
        make_balancer(elbv2, network, Subnets=[network.subnets[1], other.subnets[2]])
    with refused("InvalidSecurityGroup"):
        make_balancer(elbv2, network, SecurityGroups=[other.group])
    with refused("security groups are invalid"):
        make_balancer(elbv2, network, SecurityGroups=["sg-0123456789abcdef0"])


def test_a_public_load_balancer_needs_an_internet_gateway(elbv2: Any, emulator: Any) -> None:
    closed = make_network(emulator, internet=False)
    with refused("no internet gateway"):
        make_balancer(elbv2, closed)
    assert make_balancer(elbv2, closed, Scheme="internal")["DNSName"].startswith("internal-web-")


def test_its_network_interfaces_live_as_long_as_it_does(elbv2: Any, emulator: Any, network: Network) -> None:
    ec2 = emulator.client("ec2")

    def interfaces() -> list[dict[str, Any]]:
        wanted = [{"Name": "description", "Values": ["ELB app/web/*"]}]
        return ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]

    arn = make_balancer(elbv2, network)["LoadBalancerArn"]
    assert {one["SubnetId"] for one in interfaces()} == set(network.subnets[1:])
    assert {one["Groups"][0]["GroupId"] for one in interfaces()} == {network.group}
    elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[network.subnets[0], network.subnets[2]])
    assert {one["SubnetId"] for one in interfaces()} == {network.subnets[0], network.subnets[2]}
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network.subnets[0])
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=network.group)
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert interfaces()
    deadline = time.monotonic() + 20
    while interfaces() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert interfaces() == []
    ec2.delete_subnet(SubnetId=network.subnets[0])
    ec2.delete_security_group(GroupId=network.group)


def test_a_protected_load_balancer_stays(elbv2: Any, network: Network) -> None:
    arn = make_balancer(elbv2, network)["LoadBalancerArn"]
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": "true"}]
    )
    with refused("OperationNotPermitted"):
        elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert elbv2.describe_load_balancers(Names=["web"])["LoadBalancers"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("idle_timeout.timeout_seconds", "4001"),
        ("routing.http.desync_mitigation_mode", "lax"),
        ("routing.http2.enabled", "yes"),
        ("load_balancing.cross_zone.enabled", "false"),
        ("no.such.attribute", "1"),
    ],
)
def test_impossible_attributes_are_refused(elbv2: Any, network: Network, key: str, value: str) -> None:
    arn = make_balancer(elbv2, network)["LoadBalancerArn"]
    with refused("modify|Modify"):
        elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value}])


def test_a_network_load_balancer_serves_its_own_zone_only_until_told_otherwise(elbv2: Any, network: Network) -> None:
    arn = make_balancer(elbv2, network, Type="network")["LoadBalancerArn"]

    def across_zones() -> str:
        found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return next(one["Value"] for one in found if one["Key"] == "load_balancing.cross_zone.enabled")

    assert across_zones() == "false"
    change = [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=change)
    assert across_zones() == "true"


def test_logs_need_a_bucket_the_service_may_write_to(elbv2: Any, emulator: Any, network: Network) -> None:
    s3 = emulator.client("s3")
    arn = make_balancer(elbv2, network)["LoadBalancerArn"]

    def log_to(bucket: str) -> None:
        elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=arn,
            Attributes=[
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.bucket", "Value": bucket},
                {"Key": "access_logs.s3.prefix", "Value": "alb"},
            ],
        )

    def allow(prefix: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::logs/{prefix}AWSLogs/123456789012/*",
        }
        s3.put_bucket_policy(Bucket="logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    with refused("does not exist"):
        log_to("logs")
    s3.create_bucket(Bucket="logs")
    with refused("Access Denied for bucket"):
        log_to("logs")
    allow("")
    with refused("Access Denied for bucket"):
        log_to("logs")
    allow("alb/")
    log_to("logs")


# Target groups


def test_a_target_group_has_all_attributes_of_aws(elbv2: Any, network: Network) -> None:
    arn = make_group(elbv2, network)
    attributes = elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    values = {one["Key"]: one["Value"] for one in attributes}
    assert values["stickiness.lb_cookie.duration_seconds"] == "86400"
    assert values["load_balancing.algorithm.anomaly_mitigation"] == "off"
    change = [{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}]
    answer = elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=change)["Attributes"]
    assert {one["Key"]: one["Value"] for one in answer} == {**values, "deregistration_delay.timeout_seconds": "30"}


def test_slow_start_and_least_outstanding_requests_exclude_each_other(elbv2: Any, network: Network) -> None:
    arn = make_group(elbv2, network)
    slow = {"Key": "slow_start.duration_seconds", "Value": "60"}
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[slow])
    algorithm = {"Key": "load_balancing.algorithm.type", "Value": "least_outstanding_requests"}
    with refused("InvalidConfigurationRequest"):
        elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[algorithm])
    elbv2.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[algorithm, {**slow, "Value": "0"}])


def test_a_refused_health_check_changes_nothing(elbv2: Any, network: Network) -> None:
    arn = make_group(elbv2, network)
    with refused("must be smaller"):
        elbv2.modify_target_group(TargetGroupArn=arn, HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=5)
    found = elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
    assert (found["HealthCheckIntervalSeconds"], found["HealthCheckTimeoutSeconds"]) == (30, 5)


def test_a_target_group_knows_who_uses_it_now(elbv2: Any, network: Network) -> None:
    balancer, arn = make_balancer(elbv2, network), make_group(elbv2, network)

    def users() -> list[str]:
        return elbv2.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]["LoadBalancerArns"]

    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": "10.0.0.9"}])
    assert users() == []
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert health[0]["TargetHealth"]["Reason"] == "Target.NotInUse"
    listener = make_listener(elbv2, balancer)
    rule = elbv2.create_rule(
        ListenerArn=listener["ListenerArn"], Priority=1, Conditions=path_is("/"), Actions=forward(arn)
    )["Rules"][0]
    assert users() == [balancer["LoadBalancerArn"]]
    health = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert health[0]["TargetHealth"]["State"] == "healthy"
    with refused("ResourceInUse"):
        elbv2.delete_target_group(TargetGroupArn=arn)
    elbv2.delete_rule(RuleArn=rule["RuleArn"])
    assert users() == []
    elbv2.delete_target_group(TargetGroupArn=arn)


def test_a_target_group_serves_one_load_balancer(elbv2: Any, network: Network) -> None:
    arn = make_group(elbv2, network)
    make_listener(elbv2, make_balancer(elbv2, network), DefaultActions=forward(arn))
    with refused("TargetGroupAssociationLimit"):
        make_listener(elbv2, make_balancer(elbv2, network, Name="other"), DefaultActions=forward(arn))


# Listeners


def issued_certificate(emulator: Any, domain: str = "api.example.org") -> str:
    acm, route53 = emulator.client("acm"), emulator.client("route53")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    record = None
    while record is None:
        details = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        record = details["DomainValidationOptions"][0].get("ResourceRecord")
        time.sleep(0.05)
    values = {"TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}
    change = {"Action": "UPSERT", "ResourceRecordSet": {"Name": record["Name"], "Type": "CNAME", **values}}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
    return arn


def test_a_port_has_one_listener(elbv2: Any, network: Network) -> None:
    balancer = make_balancer(elbv2, network)
    make_listener(elbv2, balancer)
    second = make_listener(elbv2, balancer, 81)
    with refused("DuplicateListener"):
        make_listener(elbv2, balancer)
    with refused("DuplicateListener"):
        elbv2.modify_listener(ListenerArn=second["ListenerArn"], Port=80)


def test_https_needs_an_issued_certificate(elbv2: Any, emulator: Any, network: Network) -> None:
    balancer = make_balancer(elbv2, network)
    pending = emulator.client("acm").request_certificate(DomainName="a.example.org", ValidationMethod="DNS")[
        "CertificateArn"
    ]
    with refused("A certificate must be specified"):
        make_listener(elbv2, balancer, 443, Protocol="HTTPS")
    with refused("UnsupportedCertificate"):
        make_listener(elbv2, balancer, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": pending}])
    with refused("CertificateNotFound"):
        make_listener(elbv2, balancer, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": pending[:-4] + "0000"}])
    arn = issued_certificate(emulator)
    with refused("Certificates cannot be specified"):
        make_listener(elbv2, balancer, 443, Certificates=[{"CertificateArn": arn}])
    with refused("SSLPolicyNotFound"):
        make_listener(elbv2, balancer, 443, Protocol="HTTPS", SslPolicy="none", Certificates=[{"CertificateArn": arn}])
    with refused("SSLPolicyNotFound"):
        elbv2.describe_ssl_policies(Names=["ELBSecurityPolicy-2016-08", "none"])
    made = make_listener(elbv2, balancer, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": arn}])
    assert made["SslPolicy"] == "ELBSecurityPolicy-2016-08"


def test_the_default_certificate_and_those_for_sni(elbv2: Any, emulator: Any, network: Network) -> None:
    one, two, three = (issued_certificate(emulator, f"{name}.example.org") for name in ("one", "two", "three"))
    balancer = make_balancer(elbv2, network)
    listener = make_listener(elbv2, balancer, 443, Protocol="HTTPS", Certificates=[{"CertificateArn": one}])[
        "ListenerArn"
    ]
    elbv2.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    elbv2.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": three}])
    elbv2.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": three}])
    found = elbv2.describe_listeners(ListenerArns=[listener])["Listeners"][0]["Certificates"]
    assert found == [{"CertificateArn": three}]
    both = elbv2.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [(item["CertificateArn"], item["IsDefault"]) for item in both] == [(three, True), (two, False)]
    acm = emulator.client("acm")
    assert acm.describe_certificate(CertificateArn=two)["Certificate"]["InUseBy"] == [balancer["LoadBalancerArn"]]
    with refused("ResourceInUse"):
        acm.delete_certificate(CertificateArn=two)
    acm.delete_certificate(CertificateArn=one)


def test_plain_http_has_no_tls_policy(elbv2: Any, network: Network) -> None:
    assert "SslPolicy" not in make_listener(elbv2, make_balancer(elbv2, network))


def test_response_headers_are_attributes_of_a_listener(elbv2: Any, network: Network) -> None:
    arn = make_listener(elbv2, make_balancer(elbv2, network))["ListenerArn"]
    found = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    assert {"Key": "routing.http.response.server.enabled", "Value": "true"} in found
    with refused("ValidationError"):
        elbv2.modify_listener_attributes(
            ListenerArn=arn, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "1"}]
        )


# Rules


def test_actions_and_conditions_come_back_complete(elbv2: Any, network: Network) -> None:
    listener = make_listener(elbv2, make_balancer(elbv2, network))["ListenerArn"]
    arn = make_group(elbv2, network)
    rule = elbv2.create_rule(ListenerArn=listener, Priority=7, Conditions=path_is("/a", "/a/*"), Actions=forward(arn))
    found = rule["Rules"][0]
    assert found["Priority"] == "7"
    assert found["Conditions"][0]["Values"] == found["Conditions"][0]["PathPatternConfig"]["Values"] == ["/a", "/a/*"]
    assert found["Actions"][0]["TargetGroupArn"] == arn
    assert found["Actions"][0]["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": arn, "Weight": 1}]
    redirect = [{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}]
    changed = elbv2.modify_listener(ListenerArn=listener, DefaultActions=redirect)["Listeners"][0]
    assert changed["DefaultActions"][0]["RedirectConfig"]["Path"] == "/#{path}"


def test_priorities_are_unique(elbv2: Any, network: Network) -> None:
    listener = make_listener(elbv2, make_balancer(elbv2, network))["ListenerArn"]
    request = {"ListenerArn": listener, "Conditions": path_is("/"), "Actions": [NOT_FOUND]}
    one, two = (elbv2.create_rule(Priority=number, **request)["Rules"][0]["RuleArn"] for number in (1, 2))
    with refused("PriorityInUse"):
        elbv2.create_rule(Priority=1, **request)
    with refused("PriorityInUse"):
        elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": one, "Priority": 2}])
    elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}])
    found = elbv2.describe_rules(RuleArns=[one, two])["Rules"]
    assert {rule["RuleArn"]: rule["Priority"] for rule in found} == {one: "2", two: "1"}


def test_impossible_rules_are_refused(elbv2: Any, network: Network) -> None:
    listener = make_listener(elbv2, make_balancer(elbv2, network))["ListenerArn"]
    request = {"ListenerArn": listener, "Priority": 1, "Actions": [NOT_FOUND]}
    with refused("condition must be specified"):
        elbv2.create_rule(Conditions=[], **request)
    with refused("condition values"):
        elbv2.create_rule(Conditions=path_is(*"abcdef"), **request)
    loop = [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}]
    with refused("creates a loop"):
        elbv2.create_rule(**{**request, "Conditions": path_is("/"), "Actions": loop})
    default = elbv2.describe_rules(ListenerArn=listener)["Rules"][0]
    with refused("OperationNotPermitted"):
        elbv2.delete_rule(RuleArn=default["RuleArn"])


# Tags


def test_tags_of_everything_twenty_at_a_time(elbv2: Any, network: Network) -> None:
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    balancer = make_balancer(elbv2, network, Tags=tags[:2])
    listener = make_listener(elbv2, balancer, Tags=tags[:3])["ListenerArn"]
    arns = [balancer["LoadBalancerArn"], listener]
    found = elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
    assert {one["ResourceArn"]: len(one["Tags"]) for one in found} == dict(zip(arns, (2, 3), strict=True))
    elbv2.add_tags(ResourceArns=[listener], Tags=tags)
    with refused("TooManyTags"):
        elbv2.add_tags(ResourceArns=[listener], Tags=[{"Key": "more", "Value": "v"}])
    with refused("ValidationError"):
        elbv2.describe_tags(ResourceArns=arns * 11)
