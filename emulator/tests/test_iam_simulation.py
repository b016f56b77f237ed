# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The policy simulator says what enforcement would do."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

USER = "arn:aws:iam::123456789012:user/kim"
OBJECT = "arn:aws:s3:::files-1/a"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def statement(effect, *actions, resource="*", **others):
    return {"Effect": effect, "Action": list(actions), "Resource": resource, **others}


@pytest.fixture
def iam(emulator):
    return emulator.client("iam")


def decisions(answer):
    return {
        (one["EvalActionName"], one["EvalResourceName"]): one["EvalDecision"] for one in answer["EvaluationResults"]
    }


def test_each_action_on_each_resource(iam):
    policies = [
        document(statement("Allow", "s3:Get*", resource="arn:aws:s3:::files-1/*")),
        document(statement("Deny", "s3:GetObject", resource="arn:aws:s3:::files-1/secret")),
    ]
    answer = iam.simulate_custom_policy(
        PolicyInputList=policies,
        ActionNames=["s3:GetObject", "s3:PutObject"],
        ResourceArns=[OBJECT, "arn:aws:s3:::files-1/secret"],
    )
    assert answer["IsTruncated"] is False
    assert decisions(answer) == {
        ("s3:GetObject", OBJECT): "allowed",
        ("s3:GetObject", "arn:aws:s3:::files-1/secret"): "explicitDeny",
        ("s3:PutObject", OBJECT): "implicitDeny",
        ("s3:PutObject", "arn:aws:s3:::files-1/secret"): "implicitDeny",
    }
    denied = answer["EvaluationResults"][1]
    assert [one["SourcePolicyId"] for one in denied["MatchedStatements"]] == ["PolicyInputList.2"]
    assert denied["ResourceSpecificResults"][0]["EvalResourceDecision"] == "explicitDeny"
    assert answer["EvaluationResults"][2]["MatchedStatements"] == []


def test_the_place_of_a_matched_statement(iam):
    policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecs:*","Resource":"*"}}'
    answer = iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=["ecs:ListClusters"])
    (matched,) = answer["EvaluationResults"][0]["MatchedStatements"]
    assert matched["StartPosition"] == {"Line": 1, "Column": 38}
    assert matched["EndPosition"] == {"Line": 1, "Column": len(policy)}
    lines = json.dumps(json.loads(policy), indent=1)
    answer = iam.simulate_custom_policy(PolicyInputList=[lines], ActionNames=["ecs:ListClusters"])
    (matched,) = answer["EvaluationResults"][0]["MatchedStatements"]
    assert (matched["StartPosition"]["Line"], matched["EndPosition"]["Line"]) == (3, 7)


def test_context_keys_given_and_missing(iam):
    policy = document(statement("Allow", "ecs:*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}))
    asked = {"PolicyInputList": [policy], "ActionNames": ["ecs:ListClusters"]}
    (result,) = iam.simulate_custom_policy(**asked)["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:RequestedRegion"])
    entry = {"ContextKeyName": "aws:requestedregion", "ContextKeyType": "string", "ContextKeyValues": ["eu-west-1"]}
    (result,) = iam.simulate_custom_policy(**asked, ContextEntries=[entry])["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    keys = iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"]
    assert keys == ["aws:RequestedRegion"]


def test_permissions_boundaries(iam):
    (result,) = iam.simulate_custom_policy(
        PolicyInputList=[document(statement("Allow", "*"))],
        PermissionsBoundaryPolicyInputList=[document(statement("Allow", "ecs:*"))],
        ActionNames=["iam:ListRoles"],
    )["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}


def test_resource_policies(iam):
    grant = {**statement("Allow", "s3:GetObject", resource=OBJECT), "Principal": {"AWS": USER}}
    asked = {
        "PolicyInputList": [document(statement("Allow", "ecs:*"))],
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": [OBJECT],
        "ResourcePolicy": document(grant),
    }
    (result,) = iam.simulate_custom_policy(**asked, CallerArn=USER)["EvaluationResults"]
    assert result["EvalDecision"] == "allowed"
    owner = "arn:aws:iam::222222222222:root"
    (result,) = iam.simulate_custom_policy(**asked, CallerArn=USER, ResourceOwner=owner)["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    with pytest.raises(iam.exceptions.InvalidInputException, match="CallerArn"):
        iam.simulate_custom_policy(**asked)


def test_the_policies_of_a_principal(iam):
    iam.create_user(UserName="kim")
    iam.create_group(GroupName="operators")
    iam.add_user_to_group(GroupName="operators", UserName="kim")
    iam.put_group_policy(
        GroupName="operators", PolicyName="list", PolicyDocument=document(statement("Allow", "ecs:List*"))
    )
    iam.attach_user_policy(UserName="kim", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    actions = ["ecs:ListClusters", "ecs:CreateCluster", "s3:GetObject"]
    answer = iam.simulate_principal_policy(PolicySourceArn=USER, ActionNames=actions)
    assert [one["EvalDecision"] for one in answer["EvaluationResults"]] == ["allowed", "implicitDeny", "allowed"]
    kinds = [one["SourcePolicyType"] for result in answer["EvaluationResults"] for one in result["MatchedStatements"]]
    assert kinds == ["group", "aws-managed"]
    more = [document(statement("Deny", "s3:*"))]
    answer = iam.simulate_principal_policy(PolicySourceArn=USER, ActionNames=["s3:GetObject"], PolicyInputList=more)
    assert answer["EvaluationResults"][0]["EvalDecision"] == "explicitDeny"
    group = "arn:aws:iam::123456789012:group/operators"
    answer = iam.simulate_principal_policy(PolicySourceArn=group, ActionNames=["ecs:ListClusters", "s3:GetObject"])
    assert [one["EvalDecision"] for one in answer["EvaluationResults"]] == ["allowed", "implicitDeny"]


def test_pages(iam):
    actions = [f"ecs:Action{number}" for number in range(5)]
    asked = {"PolicyInputList": [document(statement("Allow", "ecs:*"))], "ActionNames": actions}
    first = iam.simulate_custom_policy(**asked, MaxItems=3)
    assert (len(first["EvaluationResults"]), first["IsTruncated"]) == (3, True)
    second = iam.simulate_custom_policy(**asked, MaxItems=3, Marker=first["Marker"])
    assert (len(second["EvaluationResults"]), second["IsTruncated"]) == (2, False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PolicyInputList": ["nonsense"]}, "InvalidInput"),
        ({"PolicyInputList": ['{"Statement":[{"Action":"*"}]}']}, "InvalidInput"),
        ({"ActionNames": ["ListClusters"]}, "InvalidInput"),
    ],
)
def test_what_cannot_be_simulated_is_refused(iam, change, code):
    asked = {"PolicyInputList": [document(statement("Allow", "*"))], "ActionNames": ["ecs:ListClusters"], **change}
    with pytest.raises(ClientError, match=code):
        iam.simulate_custom_policy(**asked)


def test_an_unknown_principal_is_refused(iam):
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.simulate_principal_policy(PolicySourceArn=USER, ActionNames=["ecs:ListClusters"])
    with pytest.raises(iam.exceptions.InvalidInputException):
        iam.simulate_principal_policy(PolicySourceArn="arn:aws:s3:::files-1-of-kim", ActionNames=["ecs:ListClusters"])
