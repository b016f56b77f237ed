# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""X-Ray's sampling rules, groups and encryption setting."""

from __future__ import annotations

import pytest

RULE = {
    "RuleName": "api",
    "ResourceARN": "*",
    "Priority": 100,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "/api/*",
    "Version": 1,
}


@pytest.fixture
def xray(emulator):
    return emulator.client("xray")


def rules(xray):
    return [record["SamplingRule"] for record in xray.get_sampling_rules()["SamplingRuleRecords"]]


def test_a_rule_lives_its_life_beside_the_default_rule(xray):
    assert [(rule["RuleName"], rule["Priority"], rule["FixedRate"], rule["ReservoirSize"]) for rule in rules(xray)] == [
        ("Default", 10000, 0.05, 1)
    ]
    created = xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]
    assert created["RuleARN"] == "arn:aws:xray:us-east-1:123456789012:sampling-rule/api"
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "api", "FixedRate": 0.2})
    changed = rules(xray)[0]
    assert (changed["FixedRate"], changed["ReservoirSize"], changed["URLPath"]) == (0.2, 5, "/api/*")
    xray.delete_sampling_rule(RuleName="api")
    assert [rule["RuleName"] for rule in rules(xray)] == ["Default"]


@pytest.mark.parametrize("wrong", [{"RuleName": "Default"}, {"FixedRate": 1.5}, {"Priority": 10000}, {"Version": 2}])
def test_impossible_rules_are_refused(xray, wrong):
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.create_sampling_rule(SamplingRule={**RULE, **wrong})


def test_the_default_rule_can_be_tuned_but_not_deleted(xray):
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.01, "ReservoirSize": 0})
    assert rules(xray)[0]["FixedRate"] == 0.01
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "Priority": 1})
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.delete_sampling_rule(RuleName="Default")


def test_a_group_lives_its_life_beside_the_default_group(xray):
    group = xray.create_group(
        GroupName="errors", FilterExpression="fault", InsightsConfiguration={"InsightsEnabled": True}
    )["Group"]
    assert group["InsightsConfiguration"] == {"InsightsEnabled": True, "NotificationsEnabled": False}
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.create_group(GroupName="errors")
    xray.update_group(GroupARN=group["GroupARN"], FilterExpression="error")
    assert xray.get_group(GroupName="errors")["Group"]["FilterExpression"] == "error"
    assert [found["GroupName"] for found in xray.get_groups()["Groups"]] == ["Default", "errors"]
    xray.delete_group(GroupName="errors")
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.get_group(GroupName="errors")


def test_tags_of_rules_and_groups(xray):
    rule = xray.create_sampling_rule(SamplingRule=RULE, Tags=[{"Key": "a", "Value": "1"}])["SamplingRuleRecord"][
        "SamplingRule"
    ]
    group = xray.create_group(GroupName="errors", Tags=[{"Key": "a", "Value": "1"}])["Group"]
    for arn in (rule["RuleARN"], group["GroupARN"]):
        xray.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}])
        xray.untag_resource(ResourceARN=arn, TagKeys=["a"])
        assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with pytest.raises(xray.exceptions.ResourceNotFoundException):
        xray.list_tags_for_resource(ResourceARN="arn:aws:xray:us-east-1:123456789012:group/none")


def test_the_encryption_setting(xray):
    assert xray.get_encryption_config()["EncryptionConfig"]["Type"] == "NONE"
    xray.put_encryption_config(Type="KMS", KeyId="alias/sdt")
    assert xray.get_encryption_config()["EncryptionConfig"]["KeyId"] == "alias/sdt"


def test_what_moto_has_still_works(xray):
    xray.put_telemetry_records(TelemetryRecords=[{"Timestamp": 1}])
    assert xray.get_service_graph(StartTime=1, EndTime=2)["Services"] == []
