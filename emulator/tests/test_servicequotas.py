# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Service quotas have AWS's default values until they are raised."""

from __future__ import annotations

import pytest

ELASTIC_IPS = {"ServiceCode": "ec2", "QuotaCode": "L-0263D0A3"}


@pytest.fixture
def quotas(emulator):
    return emulator.client("service-quotas")


def test_every_service_lists_its_quotas(quotas):
    for service in quotas.list_services()["Services"]:
        listed = quotas.list_service_quotas(ServiceCode=service["ServiceCode"])["Quotas"]
        assert listed
        for quota in listed:
            assert (
                quotas.get_service_quota(ServiceCode=quota["ServiceCode"], QuotaCode=quota["QuotaCode"])["Quota"]
                == quota
            )


def test_a_raised_quota_counts_in_its_region_only(emulator, quotas):
    assert quotas.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    quotas.request_service_quota_increase(**ELASTIC_IPS, DesiredValue=20)
    assert quotas.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 20
    assert quotas.get_aws_default_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    elsewhere = emulator.client("service-quotas", region="eu-west-1")
    assert elsewhere.get_service_quota(**ELASTIC_IPS)["Quota"]["Value"] == 5
    with pytest.raises(quotas.exceptions.IllegalArgumentException):
        quotas.request_service_quota_increase(**ELASTIC_IPS, DesiredValue=10)


def test_unknown_quotas_are_refused(quotas):
    for call, parameters in (
        (quotas.get_service_quota, {"ServiceCode": "ec2", "QuotaCode": "L-00000000"}),
        (quotas.list_service_quotas, {"ServiceCode": "nothing"}),
    ):
        with pytest.raises(quotas.exceptions.NoSuchResourceException):
            call(**parameters)


@pytest.mark.parametrize(
    ("service", "code", "name", "value"),
    [
        ("ecs", "L-9EF96962", "Services per cluster", 5000),
        ("elasticloadbalancing", "L-7EED9B64", "Rules per Application Load Balancer", 100),
        ("iam", "L-FE177D64", "Roles per account", 1000),
        ("rds", "L-7ADDB58A", "Total storage for all DB instances", 100_000),
        ("rds", "L-952B80B8", "DB clusters", 40),
        ("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5),
    ],
)
def test_quotas_have_the_codes_and_defaults_of_aws(quotas, service, code, name, value):
    quota = quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    assert (quota["QuotaName"], quota["Value"]) == (name, value)


def test_a_quota_without_region_counts_everywhere(emulator, quotas):
    roles = {"ServiceCode": "iam", "QuotaCode": "L-FE177D64"}
    quotas.request_service_quota_increase(**roles, DesiredValue=2000)
    elsewhere = emulator.client("service-quotas", region="eu-west-1").get_service_quota(**roles)["Quota"]
    assert (elsewhere["Value"], elsewhere["GlobalQuota"]) == (2000, True)


def test_a_fixed_quota_cannot_be_raised(quotas):
    with pytest.raises(quotas.exceptions.IllegalArgumentException):
        quotas.request_service_quota_increase(ServiceCode="iam", QuotaCode="L-F55AF5E4", DesiredValue=6000)


def test_requests_are_kept(quotas):
    made = quotas.request_service_quota_increase(**ELASTIC_IPS, DesiredValue=20)["RequestedQuota"]
    quotas.request_service_quota_increase(ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=9)
    assert quotas.get_requested_service_quota_change(RequestId=made["Id"])["RequestedQuota"]["DesiredValue"] == 20
    history = quotas.list_requested_service_quota_change_history()["RequestedQuotas"]
    assert [one["ServiceCode"] for one in history] == ["ec2", "vpc"]
    (one,) = quotas.list_requested_service_quota_change_history_by_quota(**ELASTIC_IPS)["RequestedQuotas"]
    assert one["Id"] == made["Id"]
    with pytest.raises(quotas.exceptions.NoSuchResourceException):
        quotas.get_requested_service_quota_change(RequestId="none")


def test_iam_sums_up_its_own(emulator):
    summary = emulator.client("iam").get_account_summary()["SummaryMap"]
    assert (summary["RolesQuota"], summary["Roles"], summary["AttachedPoliciesPerRoleQuota"]) == (1000, 0, 10)


def test_a_raised_quota_lets_more_rules_into_a_group(emulator, quotas):
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="many", Description="many", VpcId=vpc)["GroupId"]
    ranges = [{"CidrIp": f"10.{number}.0.0/16"} for number in range(61)]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": ranges}
    with pytest.raises(ec2.exceptions.ClientError, match="RulesPerSecurityGroupLimitExceeded"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    quotas.request_service_quota_increase(ServiceCode="vpc", QuotaCode="L-0EA8095F", DesiredValue=61)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
