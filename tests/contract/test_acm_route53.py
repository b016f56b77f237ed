# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of certificates and DNS: who validates, what is shared, and what stays."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

Call = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def certificate(emulator: t.Any) -> Call:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "acm_certificate", {"domain_name": "api.example.org", **options}, check=check)

    return call


@pytest.fixture
def record(emulator: t.Any) -> Call:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "route53_record", {"hosted_zone": "example.org", **options}, check=check)

    return call


@pytest.fixture
def zone(emulator: t.Any) -> str:
    return make_zone(emulator, "example.org")


def make_zone(emulator: t.Any, name: str, **options: t.Any) -> str:
    made = emulator.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name}{options}", **options)
    return made["HostedZone"]["Id"].rpartition("/")[2]


def records(emulator: t.Any, zone: str) -> list[tuple[str, str]]:
    found = emulator.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [(one["Name"], one["Type"]) for one in found if one["Type"] not in ("NS", "SOA")]


# Certificates


def test_a_certificate_is_issued_in_one_run_where_the_zone_is_ours(
    emulator: t.Any, certificate: Call, zone: str
) -> None:
    result = certificate(hosted_zone="example.org", subject_alternative_names=["*.api.example.org"])
    assert result["certificate"]["status"] == "ISSUED"
    assert "pending" not in result
    assert len(records(emulator, zone)) == 1, "a wildcard is validated by the record of its parent"


def test_dns_elsewhere_is_told_and_a_later_run_picks_it_up(emulator: t.Any, certificate: Call, record: Call) -> None:
    first = certificate()
    wanted = first["certificate"]["validation_records"][0]
    assert first["certificate"]["status"] == "PENDING_VALIDATION"
    assert f"{wanted['name']} CNAME {wanted['value']}" in first["pending"][0]
    again = certificate()
    assert (again["changed"], again["pending"]) == (False, first["pending"])
    make_zone(emulator, "example.org")
    record(name=wanted["name"], type="CNAME", value=[wanted["value"]])
    later = certificate()
    assert (later["changed"], later["certificate"]["status"]) == (False, "ISSUED")
    assert "pending" not in later


def test_records_that_are_missing_are_made_by_the_next_run(emulator: t.Any, certificate: Call, zone: str) -> None:
    certificate()
    assert certificate(hosted_zone="example.org", check=True)["actions"][0]["fields"] == ["hosted_zone"]
    result = certificate(hosted_zone="example.org")
    assert result["certificate"]["status"] == "ISSUED"
    assert not certificate(hosted_zone="example.org")["changed"]


def test_names_outside_of_the_zone_are_left_to_the_user(emulator: t.Any, certificate: Call, zone: str) -> None:
    options = {"hosted_zone": "example.org", "subject_alternative_names": ["api.example.net"]}
    result = certificate(**options)
    assert [name.endswith("example.org.") for name, _type in records(emulator, zone)] == [True]
    assert "api.example.net" in result["pending"][0]
    assert not certificate(**options)["changed"]


def test_other_names_are_another_certificate_and_the_used_one_stays(
    emulator: t.Any, certificate: Call, zone: str
) -> None:
    old = certificate(hosted_zone="example.org")["certificate"]["arn"]
    serve(emulator, old)
    result = certificate(hosted_zone="example.org", subject_alternative_names=["www.example.org"])
    assert result["actions"][0]["action"] == "replace"
    assert old in str(result["warnings"])
    found = emulator.client("acm").list_certificates()["CertificateSummaryList"]
    assert {old, result["certificate"]["arn"]} == {one["CertificateArn"] for one in found}
    assert not certificate(hosted_zone="example.org", subject_alternative_names=["www.example.org"])["changed"]


def test_a_certificate_in_use_is_not_deleted(emulator: t.Any, certificate: Call, zone: str) -> None:
    serve(emulator, certificate(hosted_zone="example.org")["certificate"]["arn"])
    with pytest.raises(ModuleFailed, match="in use"):
        certificate(hosted_zone="example.org", state="absent", wait=False)
    assert records(emulator, zone), "it has to be renewed"


def test_a_record_that_another_certificate_needs_stays(emulator: t.Any, certificate: Call, zone: str) -> None:
    certificate(hosted_zone="example.org")
    run_module(
        emulator.url,
        "acm_certificate",
        {"domain_name": "*.api.example.org", "hosted_zone": "example.org", "key_algorithm": "EC_prime256v1"},
    )
    certificate(hosted_zone="example.org", state="absent")
    assert len(records(emulator, zone)) == 1


def serve(emulator: t.Any, certificate: str) -> None:
    """A load balancer that uses the certificate."""
    for module, options in (
        ("ec2_vpc", {"name": "web", "cidr": "10.9.0.0/16"}),
        ("ec2_subnet", {"name": "web-1", "vpc": "web", "cidr": "10.9.1.0/24", "availability_zone": "us-east-1a"}),
        ("ec2_subnet", {"name": "web-2", "vpc": "web", "cidr": "10.9.2.0/24", "availability_zone": "us-east-1b"}),
        ("elbv2_load_balancer", {"name": "web", "scheme": "internal", "subnets": ["web-1", "web-2"]}),
        (
            "elbv2_listener",
            {
                "load_balancer": "web",
                "port": 443,
                "protocol": "HTTPS",
                "certificate": certificate,
                "action": {"fixed_response": {"status_code": 404}},
            },
        ),
    ):
        run_module(emulator.url, module, options)


# Records


def test_a_name_can_have_several_types(emulator: t.Any, record: Call, zone: str) -> None:
    each = {"a.example.org A": {"value": ["192.0.2.1"]}, "a.example.org AAAA": {"value": ["2001:db8::1"]}}
    record(each=each)
    assert records(emulator, zone) == [("a.example.org.", "A"), ("a.example.org.", "AAAA")]
    emulator.clear()
    assert not record(each=each)["changed"]
    assert [one["operation"] for one in emulator.requests()].count("ListResourceRecordSets") == 1


def test_values_become_an_alias_and_values_again(record: Call, zone: str) -> None:
    target = {"dns_name": "Web.us-east-1.elb.amazonaws.com.", "hosted_zone_id": "Z35SXDOTRQ7X7K"}
    record(name="a.example.org", value=["192.0.2.1"])
    assert record(name="a.example.org", alias=target)["actions"][0]["fields"] == ["alias"]
    assert not record(name="a.example.org", alias=target)["changed"]
    assert record(name="a.example.org", value=["192.0.2.1"])["record"]["ttl"] == 300


def test_only_what_is_given_changes(record: Call, zone: str) -> None:
    record(name="a.example.org", value=["192.0.2.1"], ttl=60)
    assert record(name="a.example.org", value=["192.0.2.2"])["record"]["ttl"] == 60


def test_texts_are_quoted(record: Call, zone: str) -> None:
    assert record(name="a.example.org TXT", value=["v=spf1 -all"])["record"]["value"] == ['"v=spf1 -all"']
    assert not record(name="a.example.org TXT", value=['"v=spf1 -all"'])["changed"]


def test_a_private_zone_of_the_same_name_is_another_zone(emulator: t.Any, record: Call, zone: str) -> None:
    run_module(emulator.url, "ec2_vpc", {"name": "web", "cidr": "10.9.0.0/16"})
    vpc = emulator.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Vpcs"][0]["VpcId"]
    private = make_zone(
        emulator,
        "example.org",
        VPC={"VPCId": vpc, "VPCRegion": "us-east-1"},
        HostedZoneConfig={"PrivateZone": True},
    )
    record(name="a.example.org", value=["10.9.0.1"], private_zone=True)
    assert records(emulator, private) == [("a.example.org.", "A")]
    assert records(emulator, zone) == []


def test_records_with_a_routing_policy_are_not_touched(emulator: t.Any, record: Call, zone: str) -> None:
    weighted = {
        "Name": "a.example.org",
        "Type": "A",
        "SetIdentifier": "one",
        "Weight": 1,
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    emulator.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": weighted}]}
    )
    with pytest.raises(ModuleFailed, match="routing policy"):
        record(name="a.example.org", value=["192.0.2.9"])


def test_a_zone_that_is_gone_has_no_records(record: Call) -> None:
    assert not record(name="a.example.org", state="absent")["changed"]
    with pytest.raises(ModuleFailed, match="hosted zone example.org does not exist"):
        record(name="a.example.org", value=["192.0.2.1"])
