# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EventBridge: patterns, targets, and tags."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


@pytest.fixture
def events(emulator):
    return emulator.client("events")


def put(events, pattern, **more):
    return events.put_rule(Name="sdt", EventPattern=json.dumps(pattern), **more)["RuleArn"]


@pytest.mark.parametrize(
    "pattern",
    [
        {"$or": [{"source": ["aws.ecs"]}]},
        {"$or": [{"source": ["aws.ecs"]}, {"source": "aws.rds"}]},
        {"source": [{"begins-with": "aws."}]},
        {"source": [["aws.ecs"]]},
    ],
)
def test_a_pattern_has_to_be_one(events, pattern):
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        put(events, pattern)


def test_alternatives_and_operators_are_patterns(events):
    put(events, {"$or": [{"source": [{"prefix": "aws."}]}, {"detail": {"count": [{"numeric": [">", 0]}]}}]})
    assert [one["Name"] for one in events.list_rules()["Rules"]] == ["sdt"]


def test_tags_are_given_when_the_rule_is_made(events, emulator):
    arn = put(events, {"source": ["aws.ecs"]}, Tags=[{"Key": "Owner", "Value": "one"}])
    put(events, {"source": ["aws.rds"]}, Tags=[{"Key": "Owner", "Value": "two"}])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "Owner", "Value": "one"}]
    tagging = emulator.client("resourcegroupstaggingapi")
    listed = tagging.get_resources(ResourceTypeFilters=["events:rule"])["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in listed] == [arn]


@pytest.mark.parametrize(
    "target",
    [
        {"Input": "{"},
        {"Input": "{}", "InputPath": "$.detail"},
        {"InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<a> <b>"'}},
        {"InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": "plain <a>"}},
    ],
)
def test_what_a_target_gets_has_to_be_json(events, target):
    put(events, {"source": ["aws.ecs"]})
    with pytest.raises(ClientError, match="ValidationException"):
        events.put_targets(Rule="sdt", Targets=[{"Id": "topic", "Arn": TOPIC, **target}])


def test_a_rule_has_five_targets_at_most(events):
    put(events, {"source": ["aws.ecs"]})
    text = {"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<a>"\n"at <aws.events.rule-name>"'}
    targets = [{"Id": str(number), "Arn": TOPIC, "InputTransformer": text} for number in range(5)]
    events.put_targets(Rule="sdt", Targets=targets)
    with pytest.raises(ClientError, match="LimitExceededException"):
        events.put_targets(Rule="sdt", Targets=[{"Id": "more", "Arn": TOPIC}])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        events.put_targets(Rule="other", Targets=targets)
