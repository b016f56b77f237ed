# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The clock, and the states of the smaller services."""

from __future__ import annotations

import time
import urllib.error

import pytest
from botocore.exceptions import ClientError

from emulator import testing

DAY = 86400


def refused(call, code, **request):
    with pytest.raises(ClientError) as failure:
        call(**request)
    assert failure.value.response["Error"]["Code"] == code


# The clock itself


def test_times_are_told_and_changed_and_a_reset_returns_to_the_start(emulator):
    kind = "ec2.nat-gateway.pending"
    assert (emulator.times()["times"], emulator.times()["kinds"][kind]) == ("none", None)
    assert emulator.times("fast")["kinds"][kind] == 1
    assert emulator.times("real", scale=0.5)["kinds"][kind] == 45
    assert emulator.times(kinds={kind: 0.25})["kinds"][kind] == 0.25
    assert emulator.times(kinds={kind: None})["kinds"][kind] == 45
    emulator.reset()
    assert emulator.times()["times"] == "none"


@pytest.mark.parametrize(
    "wanted",
    [{"times": "slow"}, {"scale": -1}, {"kinds": {"ec2.nothing": 1}}, {"advance": "1"}, {"hurry": 1}],
)
def test_what_makes_no_sense_changes_nothing(emulator, wanted):
    before = emulator.times()
    with pytest.raises(urllib.error.HTTPError) as failure:
        emulator.times(**wanted)
    assert failure.value.code == 400
    assert emulator.times() == before


def test_the_command_line_says_how_it_starts():
    with testing.start(times="real", time_scale=0.1) as emulator:
        emulator.times("none")
        emulator.reset()
        assert emulator.times()["kinds"]["dynamodb.table.creating"] == 1


def test_time_really_passes(emulator):
    dynamodb = emulator.client("dynamodb")
    emulator.times("fast", kinds={"dynamodb.table.creating": 0.2})
    dynamodb.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    seen = []
    while seen[-1:] != ["ACTIVE"]:
        status = dynamodb.describe_table(TableName="table")["Table"]["TableStatus"]
        seen += [status] if seen[-1:] != [status] else []
        time.sleep(0.02)
    assert seen in (["CREATING", "ACTIVE"], ["ACTIVE"])


def test_many_looks_do_not_make_it_faster(emulator, hourglass):
    change = _zone(emulator)["ChangeInfo"]["Id"]
    found = [emulator.client("route53").get_change(Id=change)["ChangeInfo"]["Status"] for _look in range(5)]
    assert set(found) == {"PENDING"}


# Services


def _zone(emulator, name="example.org"):
    return emulator.client("route53").create_hosted_zone(Name=name, CallerReference=name)


def test_a_change_of_dns(emulator, hourglass):
    change = _zone(emulator)["ChangeInfo"]["Id"]
    route53 = emulator.client("route53")
    assert hourglass.seen(lambda: route53.get_change(Id=change)["ChangeInfo"]["Status"], 2) == ["PENDING", "INSYNC"]


def test_a_certificate_waits_for_its_record_and_then_for_acm(emulator, hourglass):
    acm, zone = emulator.client("acm"), _zone(emulator)["HostedZone"]["Id"]
    arn = acm.request_certificate(DomainName="example.org", ValidationMethod="DNS")["CertificateArn"]

    def look():
        return acm.describe_certificate(CertificateArn=arn)["Certificate"]

    assert "ResourceRecord" not in look()["DomainValidationOptions"][0]
    assert hourglass.seen(lambda: look()["Status"], 3) == ["PENDING_VALIDATION"]
    value = look()["DomainValidationOptions"][0]["ResourceRecord"]
    record = {
        **{name: value[name] for name in ("Name", "Type")},
        "TTL": 60,
        "ResourceRecords": [{"Value": value["Value"]}],
    }
    emulator.client("route53").change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    assert hourglass.seen(lambda: look()["Status"], 2) == ["PENDING_VALIDATION", "ISSUED"]


def test_an_operation_of_cloud_map(emulator, hourglass):
    discovery = emulator.client("servicediscovery")
    vpc = emulator.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    operation = discovery.create_private_dns_namespace(Name="x.internal", Vpc=vpc)["OperationId"]

    def look():
        status = discovery.get_operation(OperationId=operation)["Operation"]["Status"]
        return status, len(discovery.list_namespaces()["Namespaces"])

    assert hourglass.seen(look, 3) == [("SUBMITTED", 0), ("PENDING", 0), ("SUCCESS", 1)]


def test_a_table(emulator, hourglass):
    dynamodb = emulator.client("dynamodb")
    request = {
        "TableName": "table",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }

    def look():
        try:
            return dynamodb.describe_table(TableName="table")["Table"]["TableStatus"]
        except dynamodb.exceptions.ResourceNotFoundException:
            return None

    dynamodb.create_table(**request)
    refused(dynamodb.delete_table, "ResourceInUseException", TableName="table")
    assert hourglass.seen(look, 2) == ["CREATING", "ACTIVE"]
    dynamodb.delete_table(TableName="table")
    refused(dynamodb.create_table, "ResourceInUseException", **request)
    assert hourglass.seen(look, 2) == ["DELETING", None]
    dynamodb.create_table(**request)


def test_a_job_of_amplify_goes_step_by_step(emulator, hourglass):
    amplify = emulator.client("amplify")
    app = amplify.create_app(name="web", repository="https://github.com/sdt/web", accessToken="t")["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main")
    job = amplify.start_job(appId=app, branchName="main", jobType="RELEASE")["jobSummary"]["jobId"]

    def look():
        found = amplify.get_job(appId=app, branchName="main", jobId=job)["job"]
        return found["summary"]["status"], [step["status"] for step in found["steps"]]

    assert hourglass.seen(look, 5) == [
        ("PENDING", ["PENDING", "PENDING", "PENDING"]),
        ("RUNNING", ["RUNNING", "PENDING", "PENDING"]),
        ("RUNNING", ["SUCCEED", "RUNNING", "PENDING"]),
        ("RUNNING", ["SUCCEED", "SUCCEED", "RUNNING"]),
        ("SUCCEED", ["SUCCEED", "SUCCEED", "SUCCEED"]),
    ]


def test_a_domain_of_amplify(emulator, hourglass):
    amplify = emulator.client("amplify")
    app = amplify.create_app(name="web")["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main")
    name = {"appId": app, "domainName": "example.org"}
    amplify.create_domain_association(**name, subDomainSettings=[{"prefix": "www", "branchName": "main"}])

    def look():
        return amplify.get_domain_association(**name)["domainAssociation"]["domainStatus"]

    assert hourglass.seen(look, 4) == ["CREATING", "PENDING_VERIFICATION", "PENDING_DEPLOYMENT", "AVAILABLE"]
    amplify.update_domain_association(**name, subDomainSettings=[{"prefix": "app", "branchName": "main"}])
    assert hourglass.seen(look, 2) == ["UPDATING", "AVAILABLE"]


def test_a_secret_is_gone_after_its_recovery_window(emulator, hourglass):
    secrets = emulator.client("secretsmanager")
    for name in ("one", "two"):
        secrets.create_secret(Name=name, SecretString="hidden")
        secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    hourglass.turn(6 * DAY)
    secrets.restore_secret(SecretId="two")
    refused(secrets.create_secret, "InvalidRequestException", Name="one", SecretString="hidden")
    hourglass.turn(2 * DAY)
    refused(secrets.describe_secret, "ResourceNotFoundException", SecretId="one")
    secrets.create_secret(Name="one", SecretString="hidden")
    assert secrets.get_secret_value(SecretId="two")["SecretString"] == "hidden"


def test_a_key_is_gone_after_its_window(emulator, hourglass):
    kms = emulator.client("kms")
    gone, kept = (kms.create_key()["KeyMetadata"]["KeyId"] for _key in range(2))
    for key in (gone, kept):
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    hourglass.turn(6 * DAY)
    assert kms.describe_key(KeyId=gone)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=kept)
    hourglass.turn(2 * DAY)
    refused(kms.describe_key, "NotFoundException", KeyId=gone)
    assert kms.describe_key(KeyId=kept)["KeyMetadata"]["KeyState"] == "Disabled"


# Alarms

ALARM = {
    "Namespace": "Test",
    "MetricName": "Load",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 80,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def cloudwatch(emulator):
    return emulator.client("cloudwatch")


def states(cloudwatch):
    found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {one["AlarmName"]: one["StateValue"] for one in (*found["MetricAlarms"], *found["CompositeAlarms"])}


def put(cloudwatch, value):
    cloudwatch.put_metric_data(Namespace="Test", MetricData=[{"MetricName": "Load", "Value": value}])


def test_alarms_follow_their_data_when_they_are_looked_at(cloudwatch):
    cloudwatch.put_metric_alarm(AlarmName="busy", **ALARM)
    assert states(cloudwatch) == {"busy": "INSUFFICIENT_DATA"}
    put(cloudwatch, 90)
    assert states(cloudwatch) == {"busy": "ALARM"}
    put(cloudwatch, 10)
    assert states(cloudwatch) == {"busy": "OK"}


def test_an_alarm_is_evaluated_every_minute(cloudwatch, hourglass):
    for missing, name in (("missing", "busy"), ("notBreaching", "calm"), ("breaching", "loud"), ("ignore", "deaf")):
        cloudwatch.put_metric_alarm(AlarmName=name, **ALARM, TreatMissingData=missing)
    before = states(cloudwatch)
    assert set(before.values()) == {"INSUFFICIENT_DATA"}
    cloudwatch.set_alarm_state(AlarmName="busy", StateValue="ALARM", StateReason="test")
    assert states(cloudwatch)["busy"] == "ALARM", "until it is evaluated"
    hourglass.turn()
    found = {"busy": "INSUFFICIENT_DATA", "calm": "OK", "loud": "ALARM", "deaf": "INSUFFICIENT_DATA"}
    assert states(cloudwatch) == found


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(one) OR ALARM(two)", "ALARM"),
        ('ALARM("one") AND ALARM(two)', "OK"),
        ("ALARM(one) AND NOT ALARM(two)", "ALARM"),
        ("NOT (OK(two) OR INSUFFICIENT_DATA(two))", "OK"),
        ("FALSE OR TRUE", "ALARM"),
    ],
)
def test_a_composite_alarm_follows_its_children(cloudwatch, rule, expected):
    for name in ("one", "two"):
        cloudwatch.put_metric_alarm(AlarmName=name, **ALARM)
    cloudwatch.set_alarm_state(AlarmName="one", StateValue="ALARM", StateReason="test")
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule=rule)
    assert states(cloudwatch)["both"] == expected


@pytest.mark.parametrize("rule", ["ALARM(one", "ALARM(one) ALARM(one)", "(ALARM(one)", "LOUD(one)"])
def test_a_rule_without_sense_is_refused(cloudwatch, rule):
    cloudwatch.put_metric_alarm(AlarmName="one", **ALARM)
    refused(cloudwatch.put_composite_alarm, "ValidationError", AlarmName="both", AlarmRule=rule)
