# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deployments lead requests over step by step, and back at once when something goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.tests.test_ecs import Platform, refused

CANARY = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 5,
    "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 5},
}
ALARMS = {"alarmNames": ["errors"], "enable": True, "rollback": True}


class World(Platform):
    """A cluster, a rule that leads to two target groups, and the role that may change it."""

    def __init__(self, emulator: Any) -> None:
        super().__init__(emulator)
        self.elb = emulator.client("elbv2")
        self.blue = self.target_group(listener=True)
        found = self.elb.describe_target_groups(TargetGroupArns=[self.blue])["TargetGroups"][0]
        self.green = self.elb.create_target_group(
            Name="green", Protocol="HTTP", Port=80, VpcId=found["VpcId"], TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        listener = self.elb.describe_listeners(LoadBalancerArn=found["LoadBalancerArns"][0])["Listeners"][0]
        groups = [{"TargetGroupArn": self.blue, "Weight": 1}, {"TargetGroupArn": self.green, "Weight": 0}]
        self.rule = self.elb.create_rule(
            ListenerArn=listener["ListenerArn"],
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/*"]}],
            Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
        )["Rules"][0]["RuleArn"]
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs.amazonaws.com"}}
        self.role = emulator.client("iam").create_role(
            RoleName="shifts", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )["Role"]["Arn"]

    def balancers(self, **changes: Any) -> list[dict[str, Any]]:
        about = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": self.rule,
            "roleArn": self.role,
            **changes,
        }
        return [
            {"targetGroupArn": self.blue, "containerName": "web", "containerPort": 80, "advancedConfiguration": about}
        ]

    def weights(self) -> tuple[int, int]:
        rule = self.elb.describe_rules(RuleArns=[self.rule])["Rules"][0]
        found = {one["TargetGroupArn"]: one["Weight"] for one in rule["Actions"][0]["ForwardConfig"]["TargetGroups"]}
        return found[self.blue], found[self.green]

    def settle(self, rounds: int = 30) -> list[tuple[int, int]]:
        """Look again and again; the weights that were seen, each once."""
        seen: list[tuple[int, int]] = []
        for _round in range(rounds):
            self.look()
            if not seen or seen[-1] != self.weights():
                seen.append(self.weights())
        return seen


@pytest.fixture
def world(emulator: Any) -> World:
    made = World(emulator)
    made.register()
    return made


def deployed(world: World, **settings: Any) -> None:
    world.create(loadBalancers=world.balancers(), desiredCount=2, deploymentConfiguration={**CANARY, **settings})
    world.settle()
    assert world.look()["deployments"][0]["rolloutState"] == "COMPLETED"


def test_a_canary_gets_a_part_of_the_requests_then_all(world: World) -> None:
    deployed(world)
    assert world.weights() == (100, 0)
    world.update(taskDefinition=world.register(cpu="512", memory="1024"))
    assert world.settle() == [(100, 0), (90, 10), (0, 100)]
    (deployment,) = world.look()["deployments"]
    assert (deployment["rolloutState"], deployment["runningCount"]) == ("COMPLETED", 2)
    # And back into the other group with the next one.
    world.update(taskDefinition=world.register(cpu="256", memory="1024"))
    assert world.settle() == [(0, 100), (10, 90), (100, 0)]


def test_all_at_once_and_many_steps(world: World) -> None:
    deployed(world)
    world.update(deploymentConfiguration={"strategy": "BLUE_GREEN"}, forceNewDeployment=True)
    assert world.settle() == [(100, 0), (0, 100)]
    linear = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 1}}
    world.update(deploymentConfiguration=linear, forceNewDeployment=True)
    assert world.settle() == [(0, 100), (25, 75), (50, 50), (75, 25), (100, 0)]


def test_an_alarm_leads_all_requests_back(world: World) -> None:
    world.emulator.client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        MetricName="Errors",
        Namespace="Test",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    deployed(world, alarms=ALARMS)
    before = world.look()
    world.emulator.times(kinds={"ecs.deployment.shifting": 3600})
    world.update(taskDefinition=world.register(cpu="512", memory="1024"))
    assert world.settle()[-1] == (90, 10)
    world.emulator.client("cloudwatch").set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="many")
    assert world.settle()[-1] == (100, 0)
    after = world.look()
    assert after["taskDefinition"] == before["taskDefinition"] and len(after["deployments"]) == 1
    newest = world.ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"][0]
    assert newest["status"] == "ROLLBACK_SUCCESSFUL" and "alarm" in newest["statusReason"]
    assert after["runningCount"] == 2


def test_what_could_not_work_is_refused(world: World) -> None:
    plain = world.balancers()
    del plain[0]["advancedConfiguration"]
    configuration = {"deploymentConfiguration": CANARY, "desiredCount": 0}
    refused(world.create, "InvalidParameterException", "advancedConfiguration", loadBalancers=plain, **configuration)
    incomplete = {"deploymentConfiguration": {"strategy": "CANARY"}, "desiredCount": 0}
    refused(
        world.create, "InvalidParameterException", "canaryConfiguration", loadBalancers=world.balancers(), **incomplete
    )
    nobody = world.balancers(roleArn="arn:aws:iam::123456789012:role/nobody")
    refused(world.create, "InvalidParameterException", "assume the role", loadBalancers=nobody, **configuration)
    other = world.balancers(alternateTargetGroupArn=world.blue.replace("targetgroup/", "targetgroup/other"))
    refused(world.create, "InvalidParameterException", "alternate", loadBalancers=other, **configuration)
