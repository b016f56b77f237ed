# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Route 53 keeps to its rules for changes."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def route53(emulator):
    return emulator.client("route53")


@pytest.fixture
def zone(route53):
    return route53.create_hosted_zone(Name="example.org", CallerReference="one")["HostedZone"]["Id"]


def record(name, kind="A", *values, ttl=60, **more):
    made = {"Name": name, "Type": kind, **more}
    return {**made, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]} if values else made


def change(route53, zone, *changes):
    batch = [{"Action": action, "ResourceRecordSet": wanted} for action, wanted in changes]
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": batch})["ChangeInfo"]


def names(route53, zone):
    sets = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [(wanted["Name"], wanted["Type"]) for wanted in sets if wanted["Type"] not in ("NS", "SOA")]


def test_a_caller_reference_makes_one_zone(route53, zone):
    with pytest.raises(route53.exceptions.HostedZoneAlreadyExists):
        route53.create_hosted_zone(Name="example.org", CallerReference="one")
    assert [found["Id"] for found in route53.list_hosted_zones()["HostedZones"]] == [zone]


def test_a_change_is_pending_and_then_in_sync(route53, zone):
    made = change(route53, zone, ("CREATE", record("a.example.org", "A", "192.0.2.1")))
    assert made["Status"] == "PENDING"
    deadline = time.monotonic() + 20
    while route53.get_change(Id=made["Id"])["ChangeInfo"]["Status"] != "INSYNC":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with pytest.raises(route53.exceptions.NoSuchChange):
        route53.get_change(Id="C0000")


def test_a_change_keeps_its_comment(emulator, route53):
    ec2 = emulator.client("ec2")
    here, there = (
        {"VPCRegion": "us-east-1", "VPCId": ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]}
        for number in (1, 2)
    )
    made = route53.create_hosted_zone(
        Name="inner.example", CallerReference="two", VPC=here, HostedZoneConfig={"PrivateZone": True}
    )
    wanted = {"HostedZoneId": made["HostedZone"]["Id"], "VPC": there, "Comment": "for the office"}
    answer = route53.associate_vpc_with_hosted_zone(**wanted)["ChangeInfo"]
    assert answer["Comment"] == "for the office"
    assert route53.get_change(Id=answer["Id"])["ChangeInfo"]["Comment"] == "for the office"


@pytest.mark.parametrize(
    "wanted",
    [
        ("CREATE", record("a.example.org", "A", "192.0.2.9")),
        ("DELETE", record("a.example.org", "A", "192.0.2.9")),
        ("DELETE", record("a.example.org", "A", "192.0.2.1", ttl=61)),
        ("DELETE", record("none.example.org", "A", "192.0.2.1")),
        ("UPSERT", record("example.org", "CNAME", "example.com")),
        ("UPSERT", record("a.example.org", "CNAME", "example.com")),
        ("UPSERT", record("b.example.org", "CNAME", "example.com", "example.net")),
        ("UPSERT", record("b.example.net", "A", "192.0.2.1")),
        ("UPSERT", record("b.notexample.org", "A", "192.0.2.1")),
    ],
)
def test_a_refused_change_refuses_the_whole_batch(route53, zone, wanted):
    change(route53, zone, ("CREATE", record("a.example.org", "A", "192.0.2.1")))
    with pytest.raises(route53.exceptions.InvalidChangeBatch):
        change(route53, zone, ("CREATE", record("new.example.org", "A", "192.0.2.1")), wanted)
    assert names(route53, zone) == [("a.example.org.", "A")]


def test_a_record_without_values_is_refused(route53, zone):
    with pytest.raises(route53.exceptions.InvalidInput):
        change(route53, zone, ("CREATE", record("a.example.org")))


def test_names_come_back_as_route53_writes_them(route53, zone):
    target = {
        "HostedZoneId": "Z35SXDOTRQ7X7K",
        "DNSName": "main.us-east-1.elb.amazonaws.com",
        "EvaluateTargetHealth": True,
    }
    change(
        route53,
        zone,
        ("UPSERT", record("*.example.org", "CNAME", "example.com")),
        ("UPSERT", record("App.example.org", "A", AliasTarget=target)),
    )
    assert names(route53, zone) == [("\\052.example.org.", "CNAME"), ("app.example.org.", "A")]
    alias = [
        found
        for found in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        if "AliasTarget" in found
    ]
    assert alias[0]["AliasTarget"]["DNSName"] == "main.us-east-1.elb.amazonaws.com."


def test_a_zone_is_deleted_when_it_is_empty(route53, zone):
    wanted = record("*.example.org", "CNAME", "example.com")
    change(route53, zone, ("CREATE", wanted))
    with pytest.raises(route53.exceptions.HostedZoneNotEmpty):
        route53.delete_hosted_zone(Id=zone)
    change(route53, zone, ("DELETE", {**wanted, "Name": "\\052.example.org."}))
    route53.delete_hosted_zone(Id=zone)
    assert route53.list_hosted_zones()["HostedZones"] == []


def test_an_alias_of_a_load_balancer_names_the_zone_of_its_region(route53, zone):
    target = {
        "HostedZoneId": "Z3AADJGX6KTTL2",
        "DNSName": "main.us-east-1.elb.amazonaws.com",
        "EvaluateTargetHealth": False,
    }
    with pytest.raises(route53.exceptions.InvalidChangeBatch, match="does not lie within"):
        change(route53, zone, ("UPSERT", record("app.example.org", "A", AliasTarget=target)))
