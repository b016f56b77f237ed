# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of load balancing: protection, what lingers, what is taken, and what moves."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

Call = t.Callable[..., dict[str, t.Any]]

BALANCER = {"name": "web", "subnets": ["web-1", "web-2"], "security_groups": ["web"]}
NOT_FOUND = {"fixed_response": {"status_code": 404}}
RULE = {"name": "auth", "load_balancer": "web", "listener_ports": [443, 80], "priority": 10}


@pytest.fixture
def call(emulator: t.Any) -> Call:
    """Runs a module in an account with a network."""

    def run(module: str, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, module, options, check=check)

    run("ec2_vpc", name="web", cidr="10.9.0.0/16")
    run("ec2_internet_gateway", name="web", vpc="web")
    zones = {
        f"web-{number}": {"cidr": f"10.9.{number}.0/24", "availability_zone": f"us-east-1{zone}"}
        for number, zone in ((1, "a"), (2, "b"))
    }
    run("ec2_subnet", vpc="web", each=zones)
    run("ec2_security_group", vpc="web", name="web", description="Balancer")
    return run


@pytest.fixture
def balancer(call: Call) -> Call:
    call("elbv2_load_balancer", **BALANCER)
    call("elbv2_target_group", vpc="web", port=80, each={"one": {}, "two": {}})
    call("elbv2_listener", load_balancer="web", action=NOT_FOUND, each={"80": {}, "81": {}})
    return call


def to(group: str) -> dict[str, t.Any]:
    return {"forward": {"target_groups": [{"target_group": group}]}}


# Load balancers


@pytest.mark.parametrize("check", [True, False])
def test_a_protected_load_balancer_is_not_deleted(emulator: t.Any, call: Call, check: bool) -> None:
    call("elbv2_load_balancer", **BALANCER, deletion_protection=True)
    emulator.clear()
    with pytest.raises(ModuleFailed, match="protected.*deletion_protection"):
        call("elbv2_load_balancer", name="web", state="absent", check=check)
    assert emulator.mutations() == []
    call("elbv2_load_balancer", name="web", deletion_protection=False)
    assert call("elbv2_load_balancer", name="web", state="absent")["changed"]


def test_after_deletion_its_subnets_and_groups_can_go(emulator: t.Any, call: Call) -> None:
    call("elbv2_load_balancer", **BALANCER)
    call("elbv2_load_balancer", name="web", state="absent")
    found = emulator.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    assert [one for one in found if one["Description"].startswith("ELB ")] == []


def test_a_new_load_balancer_is_waited_for(call: Call) -> None:
    assert call("elbv2_load_balancer", **BALANCER)["load_balancer"]["status"] == "active"


def test_a_load_balancer_need_not_be_waited_for(call: Call) -> None:
    first = call("elbv2_load_balancer", **BALANCER, wait=False)["load_balancer"]
    assert first["dns_name"].startswith("web-")
    assert call("elbv2_load_balancer", name="web")["load_balancer"]["status"] == "active"


def test_logs_without_a_bucket_are_refused_at_once(emulator: t.Any, call: Call) -> None:
    with pytest.raises(ModuleFailed, match="access_logs needs a bucket"):
        call("elbv2_load_balancer", **BALANCER, access_logs={"enabled": True})


def test_logs_go_to_a_bucket_that_allows_it(emulator: t.Any, call: Call) -> None:
    call("s3_bucket", name="web-logs", log_delivery=["alb"])
    logs = {"bucket": "web-logs"}
    call("elbv2_load_balancer", **BALANCER, access_logs=logs, connection_logs=logs)
    elbv2 = emulator.client("elbv2")
    arn = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "access_logs.s3.bucket", "Value": "web-logs"} in found
    assert {"Key": "connection_logs.s3.enabled", "Value": "true"} in found


# Target groups


def test_a_set_is_described_in_one_request(emulator: t.Any, call: Call) -> None:
    options = {"vpc": "web", "port": 80, "each": {"one": {}, "two": {}, "three": {}}, "tags": {"Name": "web"}}
    call("elbv2_target_group", **options)
    emulator.clear()
    assert not call("elbv2_target_group", **options)["changed"]
    operations = [one["operation"] for one in emulator.requests()]
    assert operations.count("DescribeTargetGroups") == 1
    assert operations.count("DescribeTags") == 1


def test_a_target_group_in_use_is_refused_with_the_way_on(balancer: Call) -> None:
    balancer("elbv2_listener", load_balancer="web", port=80, action=to("one"))
    with pytest.raises(ModuleFailed, match="one is in use: a listener or rule still forwards"):
        balancer("elbv2_target_group", name="one", state="absent")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"slow_start": 30, "algorithm": "least_outstanding_requests"}, "slow_start needs"),
        ({"anomaly_mitigation": True}, "anomaly_mitigation needs"),
        ({"stickiness": {"type": "app_cookie"}}, "needs cookie_name"),
        ({"health_check": {"interval": 5, "timeout": 5}}, "less than its interval"),
    ],
)
def test_settings_that_exclude_each_other_are_refused(
    emulator: t.Any, call: Call, options: dict[str, t.Any], said: str
) -> None:
    emulator.clear()
    with pytest.raises(ModuleFailed, match=said):
        call("elbv2_target_group", name="web", vpc="web", port=80, **options)
    assert emulator.mutations() == []


def test_what_a_target_group_replaced_goes_when_nothing_uses_it(emulator: t.Any, balancer: Call) -> None:
    def names() -> set[str]:
        return {one["TargetGroupName"] for one in emulator.client("elbv2").describe_target_groups()["TargetGroups"]}

    def target_group(name: str, port: int, **options: t.Any) -> dict[str, t.Any]:
        tags = {"Name": "auth"}
        return balancer("elbv2_target_group", name=name, vpc="web", port=port, supersedes="auth", tags=tags, **options)

    elbv2 = emulator.client("elbv2")
    balancer("elbv2_target_group", name="auth-other", vpc="web", port=1, tags={"Name": "auth-other"})
    old = target_group("auth-1", 81)["target_group"]["arn"]
    balancer("elbv2_listener", load_balancer="web", port=80, action=to("auth-1"))
    elbv2.register_targets(TargetGroupArn=old, Targets=[{"Id": "10.9.1.9"}])

    target_group("auth-2", 82)
    assert not target_group("auth-2", 82)["changed"], "the listener still forwards to it"
    balancer("elbv2_listener", load_balancer="web", port=80, action=to("auth-2"))
    assert not target_group("auth-2", 82)["changed"], "it still has a target"
    elbv2.deregister_targets(TargetGroupArn=old, Targets=[{"Id": "10.9.1.9"}])

    assert target_group("auth-2", 82, check=True)["actions"][0]["fields"] == ["superseded"]
    assert "auth-1" in names()
    assert target_group("auth-2", 82)["actions"][0]["fields"] == ["superseded"]
    assert names() == {"one", "two", "auth-2", "auth-other"}
    assert not target_group("auth-2", 82)["changed"]


def test_all_that_a_name_ever_had_can_be_removed(emulator: t.Any, balancer: Call) -> None:
    for number in (1, 2):
        balancer("elbv2_target_group", name=f"auth-{number}", vpc="web", port=number, tags={"Name": "auth"})
    options = {"name": "auth", "supersedes": "auth", "state": "absent"}
    assert balancer("elbv2_target_group", **options, check=True)["changed"]
    assert balancer("elbv2_target_group", **options)["changed"]
    found = emulator.client("elbv2").describe_target_groups()["TargetGroups"]
    assert {one["TargetGroupName"] for one in found} == {"one", "two"}
    assert not balancer("elbv2_target_group", **options)["changed"]


def test_a_new_target_group_beside_one_nobody_uses(emulator: t.Any, balancer: Call) -> None:
    balancer("elbv2_target_group", name="auth-1", vpc="web", port=1, tags={"Name": "auth"})
    new = {"name": "auth-2", "vpc": "web", "port": 2, "supersedes": "auth", "tags": {"Name": "auth"}}
    preview = balancer("elbv2_target_group", **new, check=True)
    assert balancer("elbv2_target_group", **new)["actions"] == preview["actions"]
    assert not balancer("elbv2_target_group", **new)["changed"]
    found = emulator.client("elbv2").describe_target_groups()["TargetGroups"]
    assert "auth-1" not in {one["TargetGroupName"] for one in found}


# Listeners


def test_a_new_listener_needs_an_action_and_https_a_certificate(balancer: Call) -> None:
    with pytest.raises(ModuleFailed, match="give action to create it"):
        balancer("elbv2_listener", load_balancer="web", port=90)
    with pytest.raises(ModuleFailed, match="give certificate to create it"):
        balancer("elbv2_listener", load_balancer="web", port=443, protocol="HTTPS", action=NOT_FOUND)


def test_a_listener_becomes_https_and_plain_again(emulator: t.Any, balancer: Call) -> None:
    emulator.client("route53").create_hosted_zone(Name="example.org", CallerReference="1")
    balancer("acm_certificate", domain_name="api.example.org", hosted_zone="example.org")
    listener = {"load_balancer": "web", "port": 80}
    secure = {**listener, "protocol": "HTTPS", "certificate": "api.example.org"}
    assert balancer("elbv2_listener", **secure)["actions"][0]["fields"] == ["certificate", "protocol"]
    assert not balancer("elbv2_listener", **secure)["changed"]
    plain = {**listener, "protocol": "HTTP"}
    assert balancer("elbv2_listener", **plain)["actions"][0]["fields"] == ["protocol"]
    assert not balancer("elbv2_listener", **plain)["changed"]


def test_listeners_of_a_load_balancer_that_is_gone_are_gone(emulator: t.Any, call: Call) -> None:
    assert not call("elbv2_listener", load_balancer="web", port=80, state="absent")["changed"]
    assert not call("elbv2_listener_rule", load_balancer="web", name="auth", state="absent")["changed"]
    with pytest.raises(ModuleFailed, match="load balancer web does not exist"):
        call("elbv2_listener", load_balancer="web", port=80, action=NOT_FOUND)


# Rules


def test_a_taken_priority_names_who_has_it(balancer: Call) -> None:
    options = {**RULE, "conditions": {"path": ["/auth"]}, "action": to("one")}
    balancer("elbv2_listener_rule", **options)
    with pytest.raises(ModuleFailed, match="priority 10 is taken by auth"):
        balancer("elbv2_listener_rule", **{**options, "name": "content"})
    balancer("elbv2_listener_rule", **{**options, "name": "content", "priority": 20})
    with pytest.raises(ModuleFailed, match="priority 10 is taken by auth"):
        balancer("elbv2_listener_rule", **{**options, "name": "content"})


def test_a_rule_without_a_name_can_be_taken_over(emulator: t.Any, balancer: Call) -> None:
    elbv2 = emulator.client("elbv2")
    (group,) = (one["TargetGroupArn"] for one in elbv2.describe_target_groups(Names=["one"])["TargetGroups"])
    (load_balancer,) = (one["LoadBalancerArn"] for one in elbv2.describe_load_balancers()["LoadBalancers"])
    listeners = {
        one["Port"]: one["ListenerArn"] for one in elbv2.describe_listeners(LoadBalancerArn=load_balancer)["Listeners"]
    }
    made = elbv2.create_rule(
        ListenerArn=listeners[80],
        Priority=10,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/auth"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Rules"][0]["RuleArn"]
    owner = {"Project": "web", "ManagedBy": "ansible"}
    options = {
        **RULE,
        "listener_ports": [80],
        "conditions": {"path": ["/auth"]},
        "action": to("one"),
        "tags": owner,
        "owner": owner,
    }
    with pytest.raises(ModuleFailed, match=r"belongs to somebody else.*adopt=true"):
        balancer("elbv2_listener_rule", **options)
    taken = balancer("elbv2_listener_rule", **options, adopt=True)
    assert taken["listener_rule"]["arn"] == made and taken["actions"][0]["fields"] == ["tags"]
    assert not balancer("elbv2_listener_rule", **options)["changed"]


def test_a_rule_needs_a_listener(balancer: Call) -> None:
    options = {**RULE, "conditions": {"path": ["/auth"]}, "action": to("one"), "listener_ports": [443, 8443]}
    with pytest.raises(ModuleFailed, match="no listener on port 443 or 8443"):
        balancer("elbv2_listener_rule", **options)


def test_a_move_that_was_interrupted_is_finished(emulator: t.Any, balancer: Call) -> None:
    options = {**RULE, "conditions": {"path": ["/auth"]}, "action": to("one"), "listener_ports": [80]}
    balancer("elbv2_listener_rule", **options)
    elbv2 = emulator.client("elbv2")
    arn = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = {one["Port"]: one["ListenerArn"] for one in elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]}
    group = elbv2.describe_target_groups(Names=["one"])["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_rule(
        ListenerArn=listeners[81],
        Priority=10,
        Conditions=[{"Field": "path-pattern", "Values": ["/auth"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
        Tags=[{"Key": "Name", "Value": "auth"}],
    )
    moved = {**options, "listener_ports": [81, 80]}
    assert balancer("elbv2_listener_rule", **moved)["actions"][0]["action"] == "replace"
    assert not balancer("elbv2_listener_rule", **moved)["changed"]
    rules = {port: elbv2.describe_rules(ListenerArn=arn)["Rules"] for port, arn in listeners.items()}
    assert {port: len(found) for port, found in rules.items()} == {80: 1, 81: 2}
