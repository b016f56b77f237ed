# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A certificate is issued when its records are in DNS."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def acm(emulator):
    return emulator.client("acm")


def options(acm, arn, timeout=10):
    """The validation options, once they have their records."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
        if all("ResourceRecord" in option for option in found):
            return found
        time.sleep(0.05)
    raise AssertionError("The validation records never appeared")


def publish(emulator, zone, validation):
    value = validation["ResourceRecord"]
    record = {"Name": value["Name"], "Type": value["Type"], "TTL": 60, "ResourceRecords": [{"Value": value["Value"]}]}
    emulator.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )


def make_zone(emulator, name, **more):
    return emulator.client("route53").create_hosted_zone(Name=name, CallerReference=f"{name} {len(more)}", **more)[
        "HostedZone"
    ]["Id"]


def status(acm, arn):
    return acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"]


def test_every_name_has_to_be_validated(emulator, acm):
    zone = make_zone(emulator, "example.org")
    arn = acm.request_certificate(
        DomainName="example.org", SubjectAlternativeNames=["*.example.org", "api.example.org"], ValidationMethod="DNS"
    )["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert certificate["SubjectAlternativeNames"] == ["example.org", "*.example.org", "api.example.org"]
    assert "IssuedAt" not in certificate
    main, wildcard, api = options(acm, arn)
    assert main["ResourceRecord"] == wildcard["ResourceRecord"] != api["ResourceRecord"]

    publish(emulator, zone, main)
    found = {option["DomainName"]: option["ValidationStatus"] for option in options(acm, arn)}
    assert found == {"example.org": "SUCCESS", "*.example.org": "SUCCESS", "api.example.org": "PENDING_VALIDATION"}
    assert status(acm, arn) == "PENDING_VALIDATION"
    publish(emulator, zone, api)
    assert status(acm, arn) == "ISSUED"
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["IssuedAt"]
    assert [
        found["CertificateArn"]
        for found in acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    ] == [arn]


def test_without_records_it_stays_pending(acm):
    dns = acm.request_certificate(DomainName="example.org", ValidationMethod="DNS")["CertificateArn"]
    mail = acm.request_certificate(DomainName="example.org", ValidationMethod="EMAIL")["CertificateArn"]
    options(acm, dns)
    time.sleep(0.5)
    assert (status(acm, dns), status(acm, mail)) == ("PENDING_VALIDATION", "PENDING_VALIDATION")


def test_a_private_zone_proves_nothing(emulator, acm):
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zone = make_zone(
        emulator,
        "example.org",
        VPC={"VPCRegion": "us-east-1", "VPCId": vpc},
        HostedZoneConfig={"PrivateZone": True, "Comment": ""},
    )
    arn = acm.request_certificate(DomainName="example.org", ValidationMethod="DNS")["CertificateArn"]
    publish(emulator, zone, options(acm, arn)[0])
    assert status(acm, arn) == "PENDING_VALIDATION"


def test_the_record_of_a_domain_is_the_same_for_every_request(acm):
    first, second = (
        acm.request_certificate(DomainName="example.org", ValidationMethod="DNS", KeyAlgorithm=algorithm)[
            "CertificateArn"
        ]
        for algorithm in ("RSA_2048", "EC_prime256v1")
    )
    assert first != second
    assert options(acm, first)[0]["ResourceRecord"] == options(acm, second)[0]["ResourceRecord"]
    assert acm.describe_certificate(CertificateArn=second)["Certificate"]["KeyAlgorithm"] == "EC-prime256v1"
