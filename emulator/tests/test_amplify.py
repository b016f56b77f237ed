# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amplify Hosting behaves as AWS's."""

from __future__ import annotations

import base64
import time
import urllib.request

import pytest
from botocore.config import Config

REPOSITORY = "https://github.com/sdt/web"
TOKEN = "ghp_not-a-real-token"


@pytest.fixture
def amplify(emulator):
    return emulator.client("amplify")


@pytest.fixture
def app(amplify):
    return amplify.create_app(name="web", repository=REPOSITORY, accessToken=TOKEN)["app"]["appId"]


def until(read, wanted, timeout=20):
    """The values seen on the way to the wanted one."""
    seen = []
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = read()
        if value not in seen:
            seen.append(value)
        if value == wanted:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"{wanted} was never seen, only {seen}")


def test_an_app_comes_back_as_given_with_defaults(amplify):
    given = {
        "name": "web",
        "description": "The front end",
        "repository": REPOSITORY,
        "platform": "WEB",
        "iamServiceRoleArn": "arn:aws:iam::123456789012:role/amplify",
        "environmentVariables": {"VITE_API": "https://api.example.org"},
        "enableBranchAutoBuild": True,
        "customRules": [{"source": "/<*>", "target": "/index.html", "status": "404-200"}],
        "customHeaders": "customHeaders: []",
        "buildSpec": "version: 1",
        "tags": {"Project": "sdt"},
        "enableAutoBranchCreation": True,
        "autoBranchCreationPatterns": ["feature/*"],
        "autoBranchCreationConfig": {"enableAutoBuild": True, "stage": "DEVELOPMENT"},
        "cacheConfig": {"type": "AMPLIFY_MANAGED_NO_COOKIES"},
    }
    app_id = amplify.create_app(accessToken=TOKEN, **given)["app"]["appId"]
    app = amplify.get_app(appId=app_id)["app"]
    assert {name: app[name] for name in given} == given
    assert app["defaultDomain"] == f"{app_id}.amplifyapp.com"
    assert app["repositoryCloneMethod"] == "TOKEN"
    assert app["enableBasicAuth"] is False
    assert "productionBranch" not in app
    assert [listed["appId"] for listed in amplify.list_apps()["apps"]] == [app_id]


def test_tokens_never_come_back(amplify, app):
    assert TOKEN not in str(amplify.get_app(appId=app))
    assert TOKEN not in str(amplify.update_app(appId=app, accessToken=TOKEN, description="x"))


def test_an_update_changes_only_what_is_given(amplify, app):
    amplify.update_app(appId=app, description="new", environmentVariables={"A": "1"})
    after = amplify.update_app(appId=app, name="site")["app"]
    assert (after["name"], after["description"], after["environmentVariables"]) == ("site", "new", {"A": "1"})
    assert amplify.update_app(appId=app, environmentVariables={})["app"]["environmentVariables"] == {"A": "1"}
    assert amplify.update_app(appId=app, environmentVariables={"": ""})["app"]["environmentVariables"] == {}


def test_a_repository_needs_a_token(amplify):
    with pytest.raises(amplify.exceptions.BadRequestException, match="You should at least provide one valid token"):
        amplify.create_app(name="web", repository=REPOSITORY)
    amplify.create_app(name="web", repository="https://git-codecommit.us-east-1.amazonaws.com/v1/repos/web")


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "x" * 256},
        {"name": "web", "platform": "WEBB"},
        {"name": "web", "tags": {"aws:mine": "x"}},
    ],
)
def test_values_outside_the_model_are_refused(emulator, given):
    # What boto3 itself would refuse, other clients send.
    amplify = emulator.client("amplify", config=Config(parameter_validation=False))
    with pytest.raises(amplify.exceptions.BadRequestException, match="validation error"):
        amplify.create_app(**given)
    assert amplify.list_apps()["apps"] == []


def test_basic_auth_needs_encoded_credentials(amplify, app):
    for given in (
        {},
        {"basicAuthCredentials": "user:password"},
        {"basicAuthCredentials": base64.b64encode(b"user").decode()},
    ):
        with pytest.raises(amplify.exceptions.BadRequestException):
            amplify.update_app(appId=app, enableBasicAuth=True, **given)
    credentials = base64.b64encode(b"user:password").decode()
    after = amplify.update_app(appId=app, enableBasicAuth=True, basicAuthCredentials=credentials)["app"]
    assert (after["enableBasicAuth"], after["basicAuthCredentials"]) == (True, credentials)


def test_a_branch_comes_back_as_given_with_defaults(amplify, app):
    given = {
        "stage": "PRODUCTION",
        "framework": "React",
        "enableAutoBuild": False,
        "ttl": "60",
        "environmentVariables": {"A": "1"},
    }
    amplify.create_branch(appId=app, branchName="main", tags={"Project": "sdt"}, **given)
    branch = amplify.get_branch(appId=app, branchName="main")["branch"]
    assert {name: branch[name] for name in given} == given
    assert (branch["displayName"], branch["activeJobId"], branch["tags"]) == ("main", "0", {"Project": "sdt"})
    plain = amplify.create_branch(appId=app, branchName="feature/login")["branch"]
    assert (plain["displayName"], plain["enableAutoBuild"], plain["stage"], plain["ttl"]) == (
        "feature-login",
        True,
        "NONE",
        "5",
    )
    assert [listed["branchName"] for listed in amplify.list_branches(appId=app)["branches"]] == [
        "main",
        "feature/login",
    ]


def test_a_second_branch_of_the_same_name_is_refused(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    with pytest.raises(amplify.exceptions.BadRequestException, match="already exists"):
        amplify.create_branch(appId=app, branchName="main")


def test_an_app_has_at_most_fifty_branches(emulator, app):
    once = emulator.client("amplify", config=Config(retries={"total_max_attempts": 1}))
    for number in range(50):
        once.create_branch(appId=app, branchName=f"branch-{number}")
    with pytest.raises(once.exceptions.LimitExceededException):
        once.create_branch(appId=app, branchName="one-too-many")
    first = once.list_branches(appId=app, maxResults=30)
    second = once.list_branches(appId=app, maxResults=30, nextToken=first["nextToken"])
    assert (len(first["branches"]), len(second["branches"]), second.get("nextToken")) == (30, 20, None)


def test_unknown_things_are_not_found(amplify, app):
    for call, parameters in [
        (amplify.get_app, {"appId": "d0000"}),
        (amplify.delete_app, {"appId": "d0000"}),
        (amplify.get_branch, {"appId": app, "branchName": "none"}),
        (amplify.create_branch, {"appId": "d0000", "branchName": "main"}),
        (amplify.get_domain_association, {"appId": app, "domainName": "none.org"}),
        (amplify.get_webhook, {"webhookId": "none"}),
    ]:
        with pytest.raises(amplify.exceptions.NotFoundException):
            call(**parameters)


def test_a_job_runs_and_becomes_the_production_deployment(amplify, app):
    amplify.create_branch(appId=app, branchName="main", stage="PRODUCTION")
    job = amplify.start_job(appId=app, branchName="main", jobType="RELEASE")["jobSummary"]
    with pytest.raises(amplify.exceptions.BadRequestException, match="not finished"):
        amplify.start_job(appId=app, branchName="main", jobType="RELEASE")
    place = {"appId": app, "branchName": "main", "jobId": job["jobId"]}
    seen = until(lambda: amplify.get_job(**place)["job"]["summary"]["status"], "SUCCEED")
    assert set(seen) <= {"PENDING", "RUNNING", "SUCCEED"}
    production = amplify.get_app(appId=app)["app"]["productionBranch"]
    assert (production["branchName"], production["status"]) == ("main", "SUCCEED")
    assert amplify.get_branch(appId=app, branchName="main")["branch"]["activeJobId"] == job["jobId"]
    assert [listed["jobId"] for listed in amplify.list_jobs(appId=app, branchName="main")["jobSummaries"]] == [
        job["jobId"]
    ]


def test_a_job_can_be_stopped(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    job = amplify.start_job(appId=app, branchName="main", jobType="RELEASE")["jobSummary"]["jobId"]
    stopped = amplify.stop_job(appId=app, branchName="main", jobId=job)["jobSummary"]
    assert stopped["status"] == "CANCELLED"
    assert amplify.get_job(appId=app, branchName="main", jobId=job)["job"]["summary"]["status"] == "CANCELLED"


def test_manual_deployments_are_for_apps_without_a_repository(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    with pytest.raises(amplify.exceptions.BadRequestException):
        amplify.create_deployment(appId=app, branchName="main")
    manual = amplify.create_app(name="manual")["app"]["appId"]
    amplify.create_branch(appId=manual, branchName="main")
    with pytest.raises(amplify.exceptions.BadRequestException):
        amplify.start_job(appId=manual, branchName="main", jobType="RELEASE")
    deployment = amplify.create_deployment(appId=manual, branchName="main")
    assert deployment["zipUploadUrl"].startswith("https://")
    amplify.start_deployment(appId=manual, branchName="main", jobId=deployment["jobId"])
    place = {"appId": manual, "branchName": "main", "jobId": deployment["jobId"]}
    until(lambda: amplify.get_job(**place)["job"]["summary"]["status"], "SUCCEED")


def domain_status(amplify, app, name):
    return lambda: amplify.get_domain_association(appId=app, domainName=name)["domainAssociation"]["domainStatus"]


def test_a_domain_hosted_elsewhere_becomes_available(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    settings = [{"prefix": "", "branchName": "main"}, {"prefix": "www", "branchName": "main"}]
    created = amplify.create_domain_association(appId=app, domainName="example.org", subDomainSettings=settings)[
        "domainAssociation"
    ]
    assert created["domainStatus"] == "CREATING"
    seen = until(domain_status(amplify, app, "example.org"), "AVAILABLE")
    order = ["CREATING", "PENDING_VERIFICATION", "PENDING_DEPLOYMENT", "AVAILABLE"]
    assert seen == [status for status in order if status in seen]
    domain = amplify.get_domain_association(appId=app, domainName="example.org")["domainAssociation"]
    assert [sub["subDomainSetting"] for sub in domain["subDomains"]] == settings
    assert all(sub["verified"] for sub in domain["subDomains"])
    assert domain["certificateVerificationDNSRecord"].split()[1] == "CNAME"
    assert amplify.get_branch(appId=app, branchName="main")["branch"]["customDomains"] == [
        "example.org",
        "www.example.org",
    ]


def test_a_domain_hosted_here_waits_for_its_records(emulator, amplify, app):
    route53 = emulator.client("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    amplify.create_branch(appId=app, branchName="main")
    settings = [{"prefix": "www", "branchName": "main"}]
    amplify.create_domain_association(appId=app, domainName="example.org", subDomainSettings=settings)
    status = domain_status(amplify, app, "example.org")
    until(status, "PENDING_VERIFICATION")
    time.sleep(1)
    assert status() == "PENDING_VERIFICATION"

    domain = amplify.get_domain_association(appId=app, domainName="example.org")["domainAssociation"]
    name, _cname, value = domain["certificateVerificationDNSRecord"].split()
    record = {"Name": name, "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": value}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )
    until(status, "AVAILABLE")
    domain = amplify.get_domain_association(appId=app, domainName="example.org")["domainAssociation"]
    assert [sub["verified"] for sub in domain["subDomains"]] == [False]


def test_a_domain_is_refused_where_aws_refuses_it(amplify, app):
    settings = [{"prefix": "www", "branchName": "main"}]
    with pytest.raises(amplify.exceptions.NotFoundException):
        amplify.create_domain_association(appId=app, domainName="example.org", subDomainSettings=settings)
    amplify.create_branch(appId=app, branchName="main")
    with pytest.raises(amplify.exceptions.BadRequestException):
        amplify.create_domain_association(appId=app, domainName="not a domain", subDomainSettings=settings)
    amplify.create_domain_association(appId=app, domainName="example.org", subDomainSettings=settings)
    with pytest.raises(amplify.exceptions.BadRequestException):
        amplify.create_domain_association(appId=app, domainName="example.org", subDomainSettings=settings)


def test_a_domain_can_be_updated_and_deleted(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    amplify.create_domain_association(
        appId=app, domainName="example.org", subDomainSettings=[{"prefix": "www", "branchName": "main"}]
    )
    until(domain_status(amplify, app, "example.org"), "AVAILABLE")
    amplify.update_domain_association(
        appId=app, domainName="example.org", subDomainSettings=[{"prefix": "app", "branchName": "main"}]
    )
    until(domain_status(amplify, app, "example.org"), "AVAILABLE")
    domain = amplify.get_domain_association(appId=app, domainName="example.org")["domainAssociation"]
    assert domain["subDomains"][0]["subDomainSetting"]["prefix"] == "app"
    amplify.delete_domain_association(appId=app, domainName="example.org")
    assert amplify.list_domain_associations(appId=app)["domainAssociations"] == []


def test_webhooks(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    webhook = amplify.create_webhook(appId=app, branchName="main", description="push")["webhook"]
    assert (
        amplify.update_webhook(webhookId=webhook["webhookId"], description="other")["webhook"]["description"] == "other"
    )
    assert [listed["webhookId"] for listed in amplify.list_webhooks(appId=app)["webhooks"]] == [webhook["webhookId"]]
    amplify.delete_webhook(webhookId=webhook["webhookId"])
    assert amplify.list_webhooks(appId=app)["webhooks"] == []


def test_tags_of_apps_and_branches(amplify, app):
    branch = amplify.create_branch(appId=app, branchName="main", tags={"a": "1"})["branch"]["branchArn"]
    for arn in (branch, amplify.get_app(appId=app)["app"]["appArn"]):
        amplify.tag_resource(resourceArn=arn, tags={"b": "2", "c": "3"})
        amplify.untag_resource(resourceArn=arn, tagKeys=["c"])
        assert amplify.list_tags_for_resource(resourceArn=arn)["tags"]["b"] == "2"
        assert "c" not in amplify.list_tags_for_resource(resourceArn=arn)["tags"]
    with pytest.raises(amplify.exceptions.ResourceNotFoundException):
        amplify.list_tags_for_resource(resourceArn="arn:aws:amplify:us-east-1:123456789012:apps/d0000")


def test_deleting_an_app_takes_everything_along(amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    amplify.delete_app(appId=app)
    assert amplify.list_apps()["apps"] == []


def test_an_app_with_branches_of_its_own_is_not_connected(emulator):
    amplify = emulator.client("amplify")
    app_id = amplify.create_app(name="manual")["app"]["appId"]
    amplify.create_branch(appId=app_id, branchName="main")
    asked = {"appId": app_id, "repository": "https://github.com/example/frontend", "accessToken": "x"}
    with pytest.raises(amplify.exceptions.BadRequestException, match="manually deployed branch still exists"):
        amplify.update_app(**asked)
    amplify.delete_branch(appId=app_id, branchName="main")
    assert amplify.update_app(**asked)["app"]["repository"] == asked["repository"]


def test_variables_are_emptied_by_an_empty_name(emulator):
    amplify = emulator.client("amplify")
    app_id = amplify.create_app(name="variables", environmentVariables={"A": "1"})["app"]["appId"]
    assert amplify.update_app(appId=app_id, environmentVariables={})["app"]["environmentVariables"] == {"A": "1"}
    assert amplify.update_app(appId=app_id, environmentVariables={"": ""})["app"]["environmentVariables"] == {}


def test_a_job_fails_where_a_test_says_so_and_its_log_is_there(emulator, amplify, app):
    amplify.create_branch(appId=app, branchName="main")
    emulator.builds(branch="main", fails="DEPLOY", logs={"DEPLOY": ["disk full"]}, count=1)
    where = {"appId": app, "branchName": "main"}

    def ended():
        job = amplify.start_job(**where, jobType="RELEASE", commitId="abc")["jobSummary"]["jobId"]
        read = lambda: amplify.get_job(**where, jobId=job)["job"]  # noqa: E731
        until(lambda: read()["summary"]["status"] in ("FAILED", "SUCCEED"), True)
        return read()

    failed = ended()
    assert [step["status"] for step in failed["steps"]] == ["SUCCEED", "FAILED", "CANCELLED"]
    with urllib.request.urlopen(failed["steps"][1]["logUrl"]) as answer:
        assert answer.read() == b"disk full\n"
    assert "logUrl" not in failed["steps"][2]
    assert ended()["summary"]["status"] == "SUCCEED"
    again = amplify.start_job(**where, jobType="RETRY", jobId="1")["jobSummary"]
    assert (again["jobId"], again["commitId"]) == ("3", "abc")
    emulator.builds(fails="VERIFY")
    emulator.reset()
    assert emulator.builds() == []
