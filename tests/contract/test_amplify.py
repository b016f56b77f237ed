# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the contract does not reach of the Amplify modules: tokens, passwords, references and DNS."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from harness import ModuleFailed, run_module

GITHUB = "https://github.com/example/frontend"
TOKEN = "ghp_0123456789abcdef"
PASSWORD = "guest:open-sesame"


@pytest.fixture
def app(emulator: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(emulator.url, "amplify_app", {"name": "frontend", **options}, check=check)

    return call


def secret(emulator: t.Any, name: str, value: str) -> None:
    emulator.client("secretsmanager").create_secret(Name=name, SecretString=value)


def only_app(emulator: t.Any) -> dict[str, t.Any]:
    (found,) = emulator.client("amplify").list_apps()["apps"]
    return found


@pytest.mark.parametrize("repository", [GITHUB, "https://gitlab.com/example/frontend"])
def test_an_app_is_connected_as_soon_as_there_is_a_token(emulator: t.Any, app: t.Any, repository: str) -> None:
    options = {"repository": repository, "access_token_secret": "git-token"}
    preview = app(check=True, **options)
    first = app(**options)
    assert preview["actions"] == first["actions"]
    for result in (preview, first, app(**options)):
        (pending,) = result["pending"]
        assert repository in pending and "git-token" in pending
        assert ("github.com/apps/aws-amplify-us-east-1" in pending) == (repository == GITHUB)
    assert only_app(emulator)["repository"] == ""

    secret(emulator, "git-token", TOKEN)
    preview = app(check=True, **options)
    connected = app(**options)
    assert preview["diff"] == connected["diff"]
    assert connected["actions"][0]["fields"] == ["repository"]
    assert "pending" not in connected
    assert only_app(emulator)["repository"] == repository
    assert TOKEN not in json.dumps([preview, connected, emulator.requests()])

    emulator.clear()
    assert not app(**options)["changed"]
    assert [call["service"] for call in emulator.requests()] == ["amplify"], "a connected app needs no token"


def test_a_refused_token_is_explained_and_not_shown(emulator: t.Any, app: t.Any) -> None:
    app()
    run_module(emulator.url, "amplify_branch", {"app": "frontend", "name": "main"})
    secret(emulator, "git-token", TOKEN)
    with pytest.raises(ModuleFailed, match=r"manually deployed branch.*secret git-token") as failure:
        app(repository=GITHUB, access_token_secret="git-token")
    assert TOKEN not in json.dumps(failure.value.result)


def test_passwords_come_from_secrets_and_stay_there(emulator: t.Any, app: t.Any) -> None:
    secret(emulator, "password", PASSWORD)
    options: dict[str, t.Any] = {
        "basic_auth_secret": "password",
        "auto_branch_patterns": ["feature/*"],
        "auto_branch_config": {"stage": "DEVELOPMENT", "basic_auth_secret": "password"},
    }
    encoded = base64.b64encode(PASSWORD.encode()).decode()
    results = [app(**options), app(**options)]
    assert [result["changed"] for result in results] == [True, False]
    found = only_app(emulator)
    assert found["enableBasicAuth"] and found["basicAuthCredentials"] == encoded
    assert found["autoBranchCreationConfig"]["basicAuthCredentials"] == encoded

    emulator.client("secretsmanager").put_secret_value(SecretId="password", SecretString="guest:other")
    results.append(app(**options))
    assert results[-1]["actions"][0]["fields"] == ["auto_branch_credentials", "basic_auth_credentials"]
    results.append(app(**{**options, "basic_auth_secret": ""}))
    assert not only_app(emulator)["enableBasicAuth"]
    shown = json.dumps(results)
    assert PASSWORD not in shown and encoded not in shown and "guest" not in shown


def test_a_password_that_is_not_stored_yet_is_planned_and_then_missed(emulator: t.Any, app: t.Any) -> None:
    assert app(check=True, basic_auth_secret="password")["changed"]
    with pytest.raises(ModuleFailed, match="secret password does not exist"):
        app(basic_auth_secret="password")
    assert emulator.client("amplify").list_apps()["apps"] == []


def test_a_rule_refers_to_a_load_balancer_by_name(emulator: t.Any, app: t.Any) -> None:
    options = {"custom_rules": [{"source": "/api/<*>", "target": "http://${load_balancer_dns:front}/<*>"}]}
    preview = app(check=True, **options)
    assert preview["amplify_app"]["custom_rules"][0]["target"] == "http://planned:load_balancer_dns/front/<*>"
    with pytest.raises(ModuleFailed, match="load balancer front does not exist"):
        app(**options)
    with pytest.raises(ModuleFailed, match="no reference: known are"):
        app(environment_variables={"API": "${queue:front}"})

    ec2 = emulator.client("ec2")
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"][:2]]
    made = emulator.client("elbv2").create_load_balancer(Name="front", Subnets=subnets, Scheme="internal")[
        "LoadBalancers"
    ][0]
    assert app(**options)["amplify_app"]["custom_rules"][0]["target"] == f"http://{made['DNSName']}/<*>"
    assert not app(**options)["changed"]


def test_the_first_build_is_started_once_the_app_is_connected(emulator: t.Any, app: t.Any) -> None:
    options = {"app": "frontend", "name": "main", "start_job": True}
    secret(emulator, "git-token", TOKEN)
    app(repository=GITHUB, access_token_secret="git-token")
    assert run_module(emulator.url, "amplify_branch", options)["amplify_branch"]["built"]
    emulator.clear()
    assert not run_module(emulator.url, "amplify_branch", options)["changed"]
    assert emulator.mutations() == []
    app_id = only_app(emulator)["appId"]
    assert len(emulator.client("amplify").list_jobs(appId=app_id, branchName="main")["jobSummaries"]) == 1


def test_the_key_in_a_webhook_is_shown_on_demand_only(emulator: t.Any, app: t.Any) -> None:
    app()
    run_module(emulator.url, "amplify_branch", {"app": "frontend", "name": "main"})
    options = {"app": "frontend", "branch": "main"}
    assert "token=" not in json.dumps(run_module(emulator.url, "amplify_webhook", options))
    shown = run_module(emulator.url, "amplify_webhook", {**options, "return_url": True})
    assert "token=" in shown["amplify_webhook"]["url"]


@pytest.mark.parametrize("module", ["amplify_branch", "amplify_webhook", "amplify_domain_association"])
def test_what_is_below_an_app_that_is_gone_is_gone(emulator: t.Any, module: str) -> None:
    identity = {"amplify_branch": "name", "amplify_webhook": "branch", "amplify_domain_association": "domain"}[module]
    options = {"app": "frontend", identity: "example.org", "state": "absent"}
    for check in (True, False):
        assert not run_module(emulator.url, module, options, check=check)["changed"]


class TestDomain:
    @pytest.fixture
    def zone(self, emulator: t.Any) -> str:
        return emulator.client("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"][
            "Id"
        ]

    @pytest.fixture
    def domain(self, emulator: t.Any, app: t.Any) -> t.Callable[..., dict[str, t.Any]]:
        def call(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
            given = {"app": "frontend", "domain": "example.org", "subdomains": {"": "main", "www": "main"}, **options}
            return run_module(emulator.url, "amplify_domain_association", given, check=check)

        app()
        run_module(emulator.url, "amplify_branch", {"app": "frontend", "name": "main"})
        return call

    def records(self, emulator: t.Any, zone: str) -> dict[str, str]:
        sets = emulator.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {one["Name"]: one["Type"] for one in sets if one["Type"] not in ("NS", "SOA")}

    @pytest.mark.parametrize("wait", [True, False])
    def test_its_records_are_written_and_removed(self, emulator: t.Any, zone: str, domain: t.Any, wait: bool) -> None:
        options = {"hosted_zone": "example.org", "wait": wait}
        preview = domain(check=True, **options)
        made = domain(**options)
        assert preview["diff"] == made["diff"]
        assert made["amplify_domain"]["published"]
        assert "pending" not in made
        if wait:
            assert made["amplify_domain"]["status"] == "AVAILABLE"
        names = self.records(emulator, zone)
        assert (names["example.org."], names["www.example.org."]) == ("A", "CNAME")
        assert len(names) == 3, "the record that proves the domain is ours"
        emulator.clear()
        assert not domain(**options)["changed"]
        assert emulator.mutations() == []

        changed = domain(**{**options, "subdomains": {"": "main", "app": "main"}})
        assert changed["actions"][0]["fields"] == ["subdomains"]
        names = self.records(emulator, zone)
        assert "app.example.org." in names and "www.example.org." not in names

    def test_absent_removes_what_was_written(self, emulator: t.Any, zone: str, domain: t.Any) -> None:
        domain(hosted_zone="example.org")
        assert domain(hosted_zone="example.org", state="absent")["changed"]
        assert self.records(emulator, zone) == {}
        assert not domain(hosted_zone="example.org", state="absent")["changed"]

    def test_a_record_that_was_lost_is_written_again(self, emulator: t.Any, zone: str, domain: t.Any) -> None:
        domain(hosted_zone="example.org")
        route53 = emulator.client("route53")
        sets = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        lost = next(one for one in sets if one["Name"] == "www.example.org.")
        route53.change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": lost}]}
        )
        assert domain(hosted_zone="example.org")["actions"][0]["fields"] == ["published"]
        assert "www.example.org." in self.records(emulator, zone)

    def test_without_a_zone_the_records_are_told(self, emulator: t.Any, zone: str, domain: t.Any) -> None:
        for _look in range(50):  # AWS names them one after the other
            told = " ".join(domain(wait=False).get("pending", []))
            if told.count("make the DNS record") == 3:
                break
        assert "www.example.org CNAME" in told and "example.org ALIAS" in told and "acm-validations" in told
