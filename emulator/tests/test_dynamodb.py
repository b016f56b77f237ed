# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DynamoDB tables: fields, life, and what can be changed."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

NAME = "sdt-lock"
PARAMETERS = {
    "TableName": NAME,
    "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def dynamodb(emulator):
    return emulator.client("dynamodb")


@pytest.fixture
def table(dynamodb):
    dynamodb.create_table(**PARAMETERS)
    dynamodb.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 1})
    return lambda: dynamodb.describe_table(TableName=NAME)["Table"]


def test_a_table_comes_and_goes_while_one_looks(dynamodb):
    created = dynamodb.create_table(**PARAMETERS)["TableDescription"]
    assert created["TableStatus"] == "CREATING"
    looks = [dynamodb.describe_table(TableName=NAME)["Table"] for _ in range(2)]
    assert [look["TableStatus"] for look in looks] == ["CREATING", "ACTIVE"]
    assert {look["TableId"] for look in looks} == {created["TableId"]}
    assert dynamodb.delete_table(TableName=NAME)["TableDescription"]["TableStatus"] == "DELETING"
    assert dynamodb.describe_table(TableName=NAME)["Table"]["TableStatus"] == "DELETING"
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName=NAME)


@pytest.mark.parametrize("ask", ["create_table", "delete_table"])
def test_who_is_refused_while_a_table_goes_looks_too(dynamodb, ask):
    dynamodb.create_table(**PARAMETERS)
    dynamodb.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 0})
    dynamodb.delete_table(TableName=NAME)
    request = PARAMETERS if ask == "create_table" else {"TableName": NAME}
    with pytest.raises(dynamodb.exceptions.ResourceInUseException):
        getattr(dynamodb, ask)(**request)
    if ask == "create_table":
        dynamodb.create_table(**PARAMETERS)
    else:
        with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
            dynamodb.delete_table(TableName=NAME)


def test_a_table_that_is_being_made_cannot_be_changed(dynamodb):
    dynamodb.create_table(**PARAMETERS)
    specification = {"PointInTimeRecoveryEnabled": True}
    with pytest.raises(ClientError, match="ContinuousBackupsUnavailableException"):
        dynamodb.update_continuous_backups(TableName=NAME, PointInTimeRecoverySpecification=specification)
    dynamodb.update_continuous_backups(TableName=NAME, PointInTimeRecoverySpecification=specification)


def test_encryption_class_and_billing_change(dynamodb, table):
    assert "SSEDescription" not in table()
    dynamodb.update_table(TableName=NAME, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    assert table()["SSEDescription"]["SSEType"] == "KMS"
    dynamodb.update_table(TableName=NAME, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in table()
    dynamodb.update_table(TableName=NAME, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert table()["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    with pytest.raises(ClientError, match="ValidationException"):
        dynamodb.update_table(TableName=NAME, BillingMode="PROVISIONED")
    capacity = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    dynamodb.update_table(TableName=NAME, BillingMode="PROVISIONED", ProvisionedThroughput=capacity)
    assert table()["ProvisionedThroughput"]["ReadCapacityUnits"] == 1


def test_time_to_live_is_switched_off_before_it_moves(dynamodb, table):
    def switch(enabled, attribute="expires"):
        specification = {"Enabled": enabled, "AttributeName": attribute}
        dynamodb.update_time_to_live(TableName=NAME, TimeToLiveSpecification=specification)

    switch(True)
    for attribute in ("expires", "other"):
        with pytest.raises(ClientError, match="ValidationException"):
            switch(True, attribute)
    switch(False)
    with pytest.raises(ClientError, match="already disabled"):
        switch(False)
    switch(True, "other")
    found = dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "other"}
