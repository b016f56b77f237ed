# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The platform is closed for a while, and opened again; nothing else of it is touched."""

from __future__ import annotations

import json
import typing as t

import pytest
from runs import Run, killed_playbook, playbook
from walks import nothing_to_do, operations


@pytest.fixture
def converged(emulator: t.Any) -> t.Any:
    playbook(emulator.url, "site.yml", "dev").must_succeed()
    emulator.clear()
    return emulator


def run(emulator: t.Any, *arguments: str) -> Run:
    emulator.clear()
    return playbook(emulator.url, "playbooks/maintenance.yml", "dev", *arguments)


def rules(emulator: t.Any) -> dict[str, dict[str, t.Any]]:
    """Priority -> the rule of the only listener."""
    elbv2 = emulator.client("elbv2")
    balancer = elbv2.describe_load_balancers(Names=["sdt-dev"])["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]["ListenerArn"]
    return {one["Priority"]: one for one in elbv2.describe_rules(ListenerArn=listener)["Rules"]}


def answered(emulator: t.Any, group: str) -> dict[str, t.Any]:
    """What the function behind a target group answers to the load balancer."""
    targets = emulator.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    (name,) = [one["Target"]["Id"] for one in targets]
    client = emulator.client("lambda")
    policy = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert [one["Principal"] for one in policy] == [{"Service": "elasticloadbalancing.amazonaws.com"}]
    return json.loads(client.invoke(FunctionName=name, Payload="{}")["Payload"].read())


def left(emulator: t.Any) -> list[str]:
    """What a maintenance has made."""
    functions = [one["FunctionName"] for one in emulator.client("lambda").list_functions()["Functions"]]
    groups = [one["TargetGroupName"] for one in emulator.client("elbv2").describe_target_groups()["TargetGroups"]]
    roles = [one["RoleName"] for one in emulator.client("iam").list_roles()["Roles"]]
    return [one for one in (*functions, *groups, *roles) if one == "sdt-dev-maintenance"]


ON = ("-e", "maintenance=on", "-e", "confirm=dev")


@pytest.mark.long
def test_closed_and_opened_again(converged: t.Any) -> None:
    before = rules(converged)
    for given, said in (
        (("-e", "maintenance=on"), "Nothing was changed. To close"),
        (("-e", "confirm=dev"), "-e maintenance=on"),
    ):
        refused = run(converged, *given)
        assert refused.returncode != 0 and said in refused.failures[0]
        assert operations(converged) == []
    run(converged, *ON, "--check").must_succeed()
    assert operations(converged) == []
    run(converged, *ON).must_succeed()
    closed = rules(converged)
    assert set(closed) - set(before) == {"9"}
    (group,) = closed["9"]["Actions"][0]["ForwardConfig"]["TargetGroups"]
    answer = answered(converged, group["TargetGroupArn"])
    assert answer["statusCode"] == 503 and answer["headers"]["Retry-After"] == "60" and "Back soon" in answer["body"]
    assert answer["headers"]["Content-Type"].startswith("text/html")
    assert {key: closed[key] for key in before} == before, "the ways to the services stay"
    nothing_to_do(converged, "dev")

    # Some are let through; again, and with others.
    run(converged, *ON, "-e", "allow=192.0.2.0/24,198.51.100.7/32").must_succeed()
    assert set(rules(converged)) - set(before) == {"1", "2", "3", "9"}
    sources = [one for one in rules(converged)["1"]["Conditions"] if one["Field"] == "source-ip"]
    assert sorted(sources[0]["SourceIpConfig"]["Values"]) == ["192.0.2.0/24", "198.51.100.7/32"]
    again = run(converged, *ON, "-e", "allow=192.0.2.0/24,198.51.100.7/32").must_succeed()
    assert again.actions == [] and operations(converged) == []
    many = run(
        converged, *ON, "-e", ",".join(["allow=192.0.2.1/32", *(f"192.0.2.{number}/32" for number in range(2, 30))])
    )
    assert many.returncode != 0 and "there is room for 8" in many.output and operations(converged) == []

    assert len(left(converged)) == 3
    pruned = playbook(converged.url, "playbooks/prune.yml", "dev", "--check").must_succeed()
    assert "sdt-dev-maintenance" not in pruned.output, "it is taken back by who made it"
    run(converged, "-e", "maintenance=off").must_succeed()
    assert rules(converged) == before and left(converged) == []
    assert run(converged, "-e", "maintenance=off").must_succeed().actions == []
    nothing_to_do(converged, "dev")


@pytest.mark.long
def test_killed_on_the_way_the_same_command_ends_it(converged: t.Any) -> None:
    def sent(emulator: t.Any) -> bool:
        return operations(emulator).count("elbv2:CreateRule") >= 2

    given = (*ON, "-e", "allow=192.0.2.0/24")
    killed_playbook(converged, "playbooks/maintenance.yml", "dev", *given, after=sent)
    run(converged, *given, "-e", "lock_takeover=true").must_succeed()
    assert {"1", "2", "3", "9"} <= set(rules(converged))
