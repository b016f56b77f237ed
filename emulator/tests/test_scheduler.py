# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Schedules do what they are for at their time, as far as their role may, and refuse what could never run."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

HOUR = 3600
STOP = "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"


class World:
    """A database, and a role that may stop it."""

    def __init__(self, emulator, resource="*"):
        self.emulator = emulator
        self.scheduler, self.rds, self.iam = (emulator.client(one) for one in ("scheduler", "rds", "iam"))
        self.rds.create_db_instance(
            DBInstanceIdentifier="database",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="sdt_admin",
            MasterUserPassword="Never0To1Be2Seen3",
            BackupRetentionPeriod=0,
        )
        self.role = self._role("stops", "scheduler.amazonaws.com", resource)

    def _role(self, name, service, resource):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        allow = {"Effect": "Allow", "Action": "rds:StopDBInstance", "Resource": resource}
        documents = [json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (trust, allow)]
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=documents[0])["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="stop", PolicyDocument=documents[1])
        return made

    def schedule(self, **changes):
        target = {"Arn": STOP, "RoleArn": self.role, "Input": json.dumps({"DbInstanceIdentifier": "database"})}
        request = {
            "Name": "keep-stopped",
            "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": target,
        }
        return self.scheduler.create_schedule(**{**request, **changes})

    def status(self):
        for _look in range(3):
            found = self.rds.describe_db_instances(DBInstanceIdentifier="database")["DBInstances"][0]
        return found["DBInstanceStatus"]


def test_a_schedule_stops_a_database_again_and_again(emulator):
    world = World(emulator)
    assert world.status() == "available"
    world.schedule()
    assert world.status() == "available"
    emulator.times(advance=HOUR)
    assert world.status() == "stopped"
    world.rds.start_db_instance(DBInstanceIdentifier="database")
    assert world.status() == "available"
    emulator.times(advance=HOUR)
    assert world.status() == "stopped"
    world.rds.start_db_instance(DBInstanceIdentifier="database")
    world.scheduler.delete_schedule(Name="keep-stopped")
    emulator.times(advance=2 * HOUR)
    assert world.status() == "available"


def test_a_schedule_does_what_its_role_may(emulator):
    world = World(emulator, resource="arn:aws:rds:us-east-1:123456789012:db:another")
    world.schedule()
    emulator.times(advance=HOUR)
    assert world.status() == "available"


def test_what_could_never_run_is_refused(emulator):
    world = World(emulator)
    other = world._role("elsewhere", "ecs-tasks.amazonaws.com", "*")
    target = {"Arn": STOP, "RoleArn": other, "Input": "{}"}
    for changes in (
        {"ScheduleExpression": "hourly"},
        {"Target": target},
        {"Target": {**target, "RoleArn": world.role, "Input": "no"}},
    ):
        with pytest.raises(ClientError, match="ValidationException"):
            world.schedule(**changes)
    assert world.scheduler.list_schedules()["Schedules"] == []
