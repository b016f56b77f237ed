# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Event subscriptions of RDS."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

NAME = "sdt-database"


@pytest.fixture
def rds(emulator):
    rds, sns, ec2 = (emulator.client(name) for name in ("rds", "sns", "ec2"))
    rds.topic = sns.create_topic(Name="alarms")["TopicArn"]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for number, zone in enumerate("ab")
    ]
    ids = [one["Subnet"]["SubnetId"] for one in subnets]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="Group", SubnetIds=ids)
    for name in ("one", "two"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.m5.large",
            Engine="postgres",
            EngineVersion="15.15",
            AllocatedStorage=100,
            DBSubnetGroupName="group",
            MasterUsername="sdt_admin",
            ManageMasterUserPassword=True,
            EngineLifecycleSupport="open-source-rds-extended-support-disabled",
        )
    return rds


def create(rds, **more):
    rds.create_event_subscription(**{"SubscriptionName": NAME, "SnsTopicArn": rds.topic, **more})


def look(rds):
    found = rds.describe_event_subscriptions()["EventSubscriptionsList"]
    return found[0] if found else None


def settled(rds):
    for _ in range(50):
        found = look(rds)
        if found is None or found["Status"] == "active":
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def refused(code, call, **request):
    with pytest.raises(ClientError) as error:
        call(**request)
    assert error.value.response["Error"]["Code"] == code, error.value


def test_it_settles_changes_and_goes_in_its_own_time(rds):
    create(rds, SourceType="db-instance", SourceIds=["one"], EventCategories=["failover"])
    assert look(rds)["Status"] == "creating"
    refused("InvalidEventSubscriptionState", rds.modify_event_subscription, SubscriptionName=NAME, Enabled=False)
    found = settled(rds)
    assert found["Enabled"] and found["SourceIdsList"] == ["one"] and found["EventCategoriesList"] == ["failover"]
    assert found["EventSubscriptionArn"] == "arn:aws:rds:us-east-1:123456789012:es:sdt-database"
    rds.modify_event_subscription(SubscriptionName=NAME, Enabled=False, EventCategories=["failure", "low storage"])
    settled(rds)
    rds.add_source_identifier_to_subscription(SubscriptionName=NAME, SourceIdentifier="two")
    settled(rds)
    rds.remove_source_identifier_from_subscription(SubscriptionName=NAME, SourceIdentifier="one")
    found = settled(rds)
    assert not found["Enabled"] and found["SourceIdsList"] == ["two"]
    assert found["EventCategoriesList"] == ["failure", "low storage"]
    rds.delete_event_subscription(SubscriptionName=NAME)
    assert look(rds)["Status"] == "deleting"
    refused("SubscriptionAlreadyExist", create, rds=rds)
    assert settled(rds) is None
    refused("SubscriptionNotFound", rds.delete_event_subscription, SubscriptionName=NAME)


def test_it_needs_sources_and_categories_that_exist(rds):
    refused("SourceNotFound", create, rds=rds, SourceType="db-instance", SourceIds=["three"])
    refused("InvalidParameterCombination", create, rds=rds, SourceIds=["one"])
    refused("SubscriptionCategoryNotFound", create, rds=rds, SourceType="db-instance", EventCategories=["weather"])
    create(rds, SourceType="db-instance", SourceIds=["one"])
    settled(rds)
    for call in (rds.add_source_identifier_to_subscription, rds.remove_source_identifier_from_subscription):
        refused("SourceNotFound", call, SubscriptionName=NAME, SourceIdentifier="three")


def test_rds_has_to_be_allowed_to_publish(rds, emulator):
    refused("SNSTopicArnNotFound", create, rds=rds, SnsTopicArn=f"{rds.topic}-not")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": rds.topic,
    }

    def allow(service):
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Principal": {"Service": service}}]}
        emulator.client("sns").set_topic_attributes(
            TopicArn=rds.topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )

    allow("cloudwatch.amazonaws.com")
    refused("SNSNoAuthorization", create, rds=rds)
    allow(["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"])
    create(rds)


def test_its_tags_are_those_of_its_arn(rds):
    create(rds, Tags=[{"Key": "Environment", "Value": "test"}])
    arn = settled(rds)["EventSubscriptionArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "Owner", "Value": "platform"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Environment"])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "Owner", "Value": "platform"}]
