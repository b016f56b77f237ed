# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Apps, branches, domains, webhooks and jobs. Everything is kept under the names of AWS's own model."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from moto.core.base_backend import BackendDict, BaseBackend
from moto.moto_api._internal import mock_random

from emulator import dns
from emulator.clock import Stage, clock
from emulator.mend import amplify_builds as builds

from .exceptions import BadRequestException, LimitExceededException, NotFoundException, ResourceNotFoundException

Parameters = dict[str, Any]

# https://docs.aws.amazon.com/amplify/latest/userguide/quotas-chapter.html
APPS_PER_REGION = 25
BRANCHES_PER_APP = 50
DOMAINS_PER_APP = 5
WEBHOOKS_PER_APP = 50
SUBDOMAINS_PER_DOMAIN = 50

# Used once to connect the repository, never kept.
TOKENS = ("accessToken", "oauthToken")
# What a job does, in this order, which is also that of their names.
STEPS = {"BUILD": "amplify.job.building", "DEPLOY": "amplify.job.deploying", "VERIFY": "amplify.job.verifying"}
UNFINISHED = ("CREATED", "PENDING", "PROVISIONING", "RUNNING", "CANCELLING")
# CloudFront's own hosted zone is behind every Amplify domain.
DISTRIBUTION_DOMAIN = "cloudfront.net"


def _now() -> datetime:
    return datetime.now(UTC)


def _letters(count: int) -> str:
    return "".join(mock_random.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(count))


def _page(items: Iterable[Any], parameters: Parameters, largest: int = 50) -> tuple[list[Any], str | None]:
    everything = list(items)
    try:
        start = int(base64.b64decode(parameters.get("nextToken") or b"MA==", validate=True))
    except ValueError:
        raise BadRequestException("Invalid nextToken.") from None
    end = start + (parameters.get("maxResults") or largest)
    token = base64.b64encode(str(end).encode()).decode() if end < len(everything) else None
    return everything[start:end], token


def _settings(given: Parameters, without: Iterable[str]) -> Parameters:
    """What a request sets. An empty map of variables says nothing; one with an empty name empties them."""
    settings = {name: value for name, value in given.items() if name not in without and value is not None}
    if not settings.get("environmentVariables"):
        settings.pop("environmentVariables", None)
    elif settings["environmentVariables"] == {"": ""}:
        settings["environmentVariables"] = {}
    return settings


class Job:
    """A deployment; its status follows the clock, once it is started."""

    def __init__(self, branch: Branch, job_id: str, kind: str, given: Parameters) -> None:
        self.branch = branch
        self.job_id = job_id
        self.kind = kind
        self.given = given
        self.status = "CREATED"
        self.began: dict[str, datetime] = {}
        self.created = _now()
        self.started: datetime | None = None
        self.ended: datetime | None = None

    def start(self, given: Parameters) -> None:
        self.given = {**self.given, **given}
        self.started = _now()
        rule = builds.rule_for(self.branch.name, self.given.get("commitId", "HEAD"))
        for step in self._steps:
            builds.LOGS[self.place(step)] = "".join(f"{line}\n" for line in rule.logs.get(step, [f"# {step} done"]))
        steps = [Stage(step, kind) for step, kind in STEPS.items() if step in self._steps]
        if rule.fails in self._steps:
            steps = steps[: self._steps.index(rule.fails) + 1]
        steps[-1].then = lambda: self._end("FAILED" if rule.fails in self._steps else "SUCCEED")
        clock.begin(
            (self.branch, "job"), self.job_id, Stage("PENDING", "amplify.job.pending"), *steps, enter=self._enter
        )

    def place(self, step: str) -> str:
        """Where the log of a step is."""
        return f"{self.branch.app.app_id}/{self.branch.name}/{self.job_id}/{step}"

    @property
    def _steps(self) -> list[str]:
        return [step for step in STEPS if step != "BUILD" or self.kind != "MANUAL"]

    def _enter(self, phase: str) -> None:
        self.status = "RUNNING" if phase in STEPS else phase
        if phase in STEPS:
            self.began[phase] = _now()

    def look(self) -> Job:
        clock.look((self.branch, "job"), self.job_id)
        return self

    def stop(self) -> None:
        clock.cancel((self.branch, "job"), self.job_id)
        self._end("CANCELLED")

    def _end(self, status: str) -> None:
        self.status, self.ended = status, _now()

    def _step(self, name: str) -> Parameters:
        """One after the other; a job that was stopped takes along what was not done yet."""
        later = [self.began[step] for step in self._steps if step > name and step in self.began]
        over = min(later, default=self.ended)
        done = bool(later) or self.status == "SUCCEED"
        status = "SUCCEED" if done else self.status if name in self.began or self.ended else "PENDING"
        if self.status == "FAILED" and name not in self.began:
            status = "CANCELLED"
        start = self.began.get(name, self.started)
        return {"stepName": name, "status": status, "startTime": start, "endTime": over or start}

    def summary(self) -> Parameters:
        return {
            "jobArn": f"{self.branch.arn}/jobs/{self.job_id.zfill(10)}",
            "jobId": self.job_id,
            "commitId": self.given.get("commitId", "HEAD"),
            "commitMessage": self.given.get("commitMessage"),
            "commitTime": self.given.get("commitTime", self.created),
            "startTime": self.started or self.created,
            "status": self.status,
            "endTime": self.ended,
            "jobType": self.kind,
            "sourceUrl": self.given.get("sourceUrl"),
            "sourceUrlType": self.given.get("sourceUrlType"),
        }

    def view(self) -> Parameters:
        steps = [self._step(name) for name in self._steps] if self.started else []
        return {"summary": self.summary(), "steps": steps}


class Branch:
    def __init__(self, app: App, given: Parameters) -> None:
        self.app = app
        self.name: str = given["branchName"]
        self.arn = f"{app.arn}/branches/{self.name.replace('/', '-')}"
        self.created = self.updated = _now()
        self.tags: dict[str, str] = dict(given.get("tags") or {})
        self.jobs: dict[str, Job] = {}
        self.fields: Parameters = {
            "description": "",
            "stage": "NONE",
            "framework": "",
            "displayName": self.name.replace("/", "-"),
            "enableNotification": False,
            "enableAutoBuild": True,
            "enableBasicAuth": False,
            "enablePerformanceMode": False,
            "enablePullRequestPreview": False,
            "environmentVariables": {},
            "ttl": "5",
        }
        self.change(given)

    def change(self, given: Parameters) -> None:
        fields = _settings(given, ("appId", "branchName", "tags"))
        _check_basic_auth({**self.fields, **fields})
        self.fields.update(fields)
        self.updated = _now()

    def new_job(self, kind: str, given: Parameters) -> Job:
        unfinished = [job for job in self.jobs.values() if job.status in UNFINISHED]
        if unfinished:
            unfinished[-1].look()  # who tries again need not look
            raise BadRequestException(f"The last job {unfinished[-1].job_id} was not finished")
        job_id = str(max(map(int, self.jobs), default=0) + 1)
        self.jobs[job_id] = Job(self, job_id, kind, given)
        return self.jobs[job_id]

    def job(self, job_id: str) -> Job:
        if job_id not in self.jobs:
            raise NotFoundException(f"Job {job_id} not found.")
        return self.jobs[job_id]

    @property
    def last_deployment(self) -> Job | None:
        return next((job for job in reversed(self.jobs.values()) if job.status == "SUCCEED"), None)

    @property
    def custom_domains(self) -> list[str]:
        return [name for domain in self.app.domains.values() for name in domain.names_of(self.name)]

    def view(self) -> Parameters:
        return {
            **self.fields,
            "branchArn": self.arn,
            "branchName": self.name,
            "tags": self.tags,
            "createTime": self.created,
            "updateTime": self.updated,
            "customDomains": self.custom_domains,
            "activeJobId": max(self.jobs, key=int, default="0"),
            "totalNumberOfJobs": str(len(self.jobs)),
            "associatedResources": [],
        }


class Domain:
    """A custom domain. It goes on by the clock, and by its DNS records where its zone is in the emulator."""

    def __init__(self, app: App, given: Parameters) -> None:
        self.app = app
        self.name: str = given["domainName"].rstrip(".")
        self.arn = f"{app.arn}/domains/{self.name}"
        self.created = _now()
        self.status = "CREATING"
        self.changed = False
        self.target = f"d{_letters(13)}.{DISTRIBUTION_DOMAIN}"
        self.verification = (f"_{_letters(32)}.{self.name}.", f"_{_letters(32)}.{_letters(10)}.acm-validations.aws.")
        self.fields: Parameters = {"enableAutoSubDomain": False}
        self._set(given)

    def change(self, given: Parameters) -> None:
        self._set(given)
        self.changed = True
        if self.status == "AVAILABLE":
            self._go(Stage("UPDATING", "amplify.domain.deploying"))

    def _set(self, given: Parameters) -> None:
        settings = given.get("subDomainSettings")
        if settings is not None:
            self._check_subdomains(settings)
        certificate = given.get("certificateSettings") or {}
        if certificate.get("type") == "CUSTOM" and not certificate.get("customCertificateArn"):
            raise BadRequestException("A custom certificate ARN is required for the certificate type CUSTOM.")
        self.fields.update(
            {name: value for name, value in given.items() if name not in ("appId", "domainName") and value is not None}
        )

    def _check_subdomains(self, settings: list[Parameters]) -> None:
        if not settings:
            raise BadRequestException("At least one subdomain setting is required.")
        if len(settings) > SUBDOMAINS_PER_DOMAIN:
            raise LimitExceededException(f"A domain can have at most {SUBDOMAINS_PER_DOMAIN} subdomains.")
        prefixes = [setting["prefix"] for setting in settings]
        if len(set(prefixes)) < len(prefixes):
            raise BadRequestException("Subdomain prefixes must be unique.")
        for setting in settings:
            self.app.branch(setting["branchName"])

    def begin(self) -> None:
        """https://docs.aws.amazon.com/amplify/latest/userguide/custom-domains.html"""
        self._go(
            Stage("CREATING", "amplify.domain.creating"),
            Stage("PENDING_VERIFICATION", "amplify.domain.verifying", until=self._owner_agrees),
            Stage("PENDING_DEPLOYMENT", "amplify.domain.deploying"),
        )

    def _go(self, *stages: Stage) -> None:
        clock.begin((self.app, "domain"), self.name, *stages, enter=partial(setattr, self, "status"), last="AVAILABLE")

    def look(self) -> Domain:
        clock.look((self.app, "domain"), self.name)
        return self

    def end(self) -> None:
        clock.cancel((self.app, "domain"), self.name)

    def _owner_agrees(self) -> bool:
        """A domain hosted elsewhere is taken to have its record; one hosted here must really have it."""
        return self._custom_certificate or not dns.is_hosted(self.name) or dns.resolves_to(*self.verification)

    @property
    def _custom_certificate(self) -> bool:
        return (self.fields.get("certificateSettings") or {}).get("type") == "CUSTOM"

    def _full(self, prefix: str) -> str:
        return f"{prefix}.{self.name}" if prefix else self.name

    def names_of(self, branch: str) -> list[str]:
        return [
            self._full(setting["prefix"])
            for setting in self.fields["subDomainSettings"]
            if setting["branchName"] == branch
        ]

    def view(self) -> Parameters:
        status = self.status
        record = None if self._custom_certificate else " CNAME ".join(self.verification)
        certificate = self.fields.get("certificateSettings") or {"type": "AMPLIFY_MANAGED"}
        view = {
            **self.fields,
            "domainAssociationArn": self.arn,
            "domainName": self.name,
            "domainStatus": status,
            "statusReason": "",
            "certificate": {**certificate, "certificateVerificationDNSRecord": record},
            # The record is there as soon as the certificate is asked for.
            "certificateVerificationDNSRecord": None if status == "CREATING" else record,
            "subDomains": [self._subdomain(setting, status) for setting in self.fields["subDomainSettings"]],
        }
        if self.changed:
            view["updateStatus"] = "PENDING_DEPLOYMENT" if status == "UPDATING" else "UPDATE_COMPLETE"
        return view

    def _subdomain(self, setting: Parameters, status: str) -> Parameters:
        known = status != "CREATING"
        name = self._full(setting["prefix"])
        points_here = not dns.is_hosted(name) or dns.resolves_to(name, self.target)
        return {
            "subDomainSetting": setting,
            "verified": status in ("AVAILABLE", "UPDATING") and points_here,
            "dnsRecord": f"{setting['prefix']} CNAME {self.target if known else '<pending>'}",
        }


class App:
    def __init__(self, region: str, account: str, given: Parameters) -> None:
        self.app_id = f"d{_letters(13)}"
        self.arn = f"arn:aws:amplify:{region}:{account}:apps/{self.app_id}"
        self.region = region
        self.created = self.updated = _now()
        self.tags: dict[str, str] = dict(given.get("tags") or {})
        self.branches: dict[str, Branch] = {}
        self.domains: dict[str, Domain] = {}
        self.webhooks: dict[str, Parameters] = {}
        self.connected: datetime | None = None
        self.fields: Parameters = {
            "description": "",
            "repository": "",
            "platform": "WEB",
            "environmentVariables": {},
            "enableBranchAutoBuild": False,
            "enableBranchAutoDeletion": False,
            "enableBasicAuth": False,
            "enableAutoBranchCreation": False,
            "autoBranchCreationPatterns": [],
            "customRules": [],
            "customHeaders": "",
            "cacheConfig": {"type": "AMPLIFY_MANAGED"},
        }
        self.change(given)

    def change(self, given: Parameters) -> None:
        fields = _settings(given, ("appId", "tags", *TOKENS))
        if fields.get("autoBranchCreationConfig"):
            fields["autoBranchCreationConfig"] = _settings(fields["autoBranchCreationConfig"], ())
        merged = {**self.fields, **fields}
        _check_basic_auth(merged)
        _check_basic_auth(merged.get("autoBranchCreationConfig") or {})
        if fields.get("repository") and fields["repository"] != self.fields["repository"]:
            self._connect(fields["repository"], has_token=any(given.get(token) for token in TOKENS))
        self.fields.update(fields)
        self.updated = _now()

    def _connect(self, repository: str, *, has_token: bool) -> None:
        host = urlsplit(repository).hostname
        if not host:
            raise BadRequestException(f"Invalid repository URL {repository}.")
        on_aws = host.startswith("git-codecommit.")
        if not on_aws and not has_token:
            raise BadRequestException("You should at least provide one valid token")
        if self.branches and not self.fields["repository"]:
            raise BadRequestException(
                "Cannot connect your app to repository while manually deployed branch still exists. "
                "Please delete all branches and try again."
            )
        self.fields["repositoryCloneMethod"] = "SIGV4" if on_aws else "TOKEN" if host == "github.com" else "SSH"
        self.connected = _now()

    def branch(self, name: str) -> Branch:
        if name not in self.branches:
            raise NotFoundException(f"Branch {name} not found.")
        return self.branches[name]

    def domain(self, name: str) -> Domain:
        if name.rstrip(".") not in self.domains:
            raise NotFoundException(f"Domain association {name} not found.")
        return self.domains[name.rstrip(".")]

    @property
    def production_branch(self) -> Parameters | None:
        branch = next((branch for branch in self.branches.values() if branch.fields["stage"] == "PRODUCTION"), None)
        if branch is None:
            return None
        view: Parameters = {"branchName": branch.name}
        if branch.jobs:
            view["status"] = list(branch.jobs.values())[-1].look().status
        if branch.last_deployment:
            view["lastDeployTime"] = branch.last_deployment.ended
        return view

    def view(self) -> Parameters:
        return {
            **self.fields,
            "appId": self.app_id,
            "appArn": self.arn,
            "tags": self.tags,
            "createTime": self.created,
            "updateTime": self.updated,
            "defaultDomain": f"{self.app_id}.amplifyapp.com",
            "productionBranch": self.production_branch,
            "webhookCreateTime": self.connected,
        }


def _check_basic_auth(fields: Parameters) -> None:
    credentials = fields.get("basicAuthCredentials")
    if fields.get("enableBasicAuth") and not credentials:
        raise BadRequestException("Basic auth credentials are required when basic auth is enabled.")
    if not credentials:
        return
    try:
        user, separator, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = separator = password = ""
    if not (user and separator and password):
        raise BadRequestException("Basic auth credentials must be user:password, encoded in base64.")


class AmplifyBackend(BaseBackend):
    """Every public method is an operation: it takes the request's parameters and returns the response."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.apps: dict[str, App] = {}

    def _app(self, parameters: Parameters) -> App:
        app_id = parameters["appId"]
        if app_id not in self.apps:
            raise NotFoundException(f"App {app_id} not found.")
        return self.apps[app_id]

    def _branch(self, parameters: Parameters) -> Branch:
        return self._app(parameters).branch(parameters["branchName"])

    # Apps

    def create_app(self, parameters: Parameters) -> Parameters:
        if len(self.apps) >= APPS_PER_REGION:
            raise LimitExceededException("You have reached the maximum number of apps in this account.")
        app = App(self.region_name, self.account_id, parameters)
        self.apps[app.app_id] = app
        return {"app": app.view()}

    def get_app(self, parameters: Parameters) -> Parameters:
        return {"app": self._app(parameters).view()}

    def list_apps(self, parameters: Parameters) -> Parameters:
        apps, token = _page(self.apps.values(), parameters, 100)
        return {"apps": [app.view() for app in apps], "nextToken": token}

    def update_app(self, parameters: Parameters) -> Parameters:
        app = self._app(parameters)
        app.change(parameters)
        return {"app": app.view()}

    def delete_app(self, parameters: Parameters) -> Parameters:
        app = self._app(parameters)
        del self.apps[app.app_id]
        return {"app": app.view()}

    # Branches

    def create_branch(self, parameters: Parameters) -> Parameters:
        app = self._app(parameters)
        name = parameters["branchName"]
        if name in app.branches:
            raise BadRequestException(f"A branch with the name {name} already exists.")
        if len(app.branches) >= BRANCHES_PER_APP:
            raise LimitExceededException("You have reached the maximum number of branches in this app.")
        app.branches[name] = Branch(app, parameters)
        return {"branch": app.branches[name].view()}

    def get_branch(self, parameters: Parameters) -> Parameters:
        return {"branch": self._branch(parameters).view()}

    def list_branches(self, parameters: Parameters) -> Parameters:
        branches, token = _page(self._app(parameters).branches.values(), parameters)
        return {"branches": [branch.view() for branch in branches], "nextToken": token}

    def update_branch(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        branch.change(parameters)
        return {"branch": branch.view()}

    def delete_branch(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        if branch.custom_domains:
            raise BadRequestException(f"Branch {branch.name} is used by the custom domain {branch.custom_domains[0]}.")
        del branch.app.branches[branch.name]
        return {"branch": branch.view()}

    # Domains

    def create_domain_association(self, parameters: Parameters) -> Parameters:
        app = self._app(parameters)
        if len(app.domains) >= DOMAINS_PER_APP:
            raise LimitExceededException("You have reached the maximum number of domains in this app.")
        domain = Domain(app, parameters)
        if any(domain.name in other.domains for other in self.apps.values()):
            raise BadRequestException(f"Domain {domain.name} is already associated with an app.")
        app.domains[domain.name] = domain
        domain.begin()
        return {"domainAssociation": domain.view()}

    def get_domain_association(self, parameters: Parameters) -> Parameters:
        return {"domainAssociation": self._app(parameters).domain(parameters["domainName"]).look().view()}

    def list_domain_associations(self, parameters: Parameters) -> Parameters:
        domains, token = _page(self._app(parameters).domains.values(), parameters)
        return {"domainAssociations": [domain.look().view() for domain in domains], "nextToken": token}

    def update_domain_association(self, parameters: Parameters) -> Parameters:
        domain = self._app(parameters).domain(parameters["domainName"])
        domain.change(parameters)
        return {"domainAssociation": domain.view()}

    def delete_domain_association(self, parameters: Parameters) -> Parameters:
        domain = self._app(parameters).domain(parameters["domainName"])
        del domain.app.domains[domain.name]
        domain.end()
        return {"domainAssociation": domain.view()}

    # Webhooks

    def create_webhook(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        app = branch.app
        if len(app.webhooks) >= WEBHOOKS_PER_APP:
            raise LimitExceededException("You have reached the maximum number of webhooks in this app.")
        webhook_id = str(mock_random.uuid4())
        # AWS puts a secret in this URL; whoever has it may start builds.
        token = _letters(40)
        webhook = {
            "webhookArn": f"{app.arn}/webhooks/{webhook_id}",
            "webhookId": webhook_id,
            "webhookUrl": f"https://webhooks.amplify.{app.region}.amazonaws.com/prod/webhooks?id={webhook_id}&token={token}",
            "appId": app.app_id,
            "branchName": branch.name,
            "description": parameters.get("description", ""),
            "createTime": _now(),
            "updateTime": _now(),
        }
        app.webhooks[webhook_id] = webhook
        return {"webhook": webhook}

    def _webhook(self, parameters: Parameters) -> tuple[App, Parameters]:
        webhook_id = parameters["webhookId"]
        for app in self.apps.values():
            if webhook_id in app.webhooks:
                return app, app.webhooks[webhook_id]
        raise NotFoundException(f"Webhook {webhook_id} not found.")

    def get_webhook(self, parameters: Parameters) -> Parameters:
        return {"webhook": self._webhook(parameters)[1]}

    def list_webhooks(self, parameters: Parameters) -> Parameters:
        webhooks, token = _page(self._app(parameters).webhooks.values(), parameters)
        return {"webhooks": webhooks, "nextToken": token}

    def update_webhook(self, parameters: Parameters) -> Parameters:
        app, webhook = self._webhook(parameters)
        if parameters.get("branchName"):
            webhook["branchName"] = app.branch(parameters["branchName"]).name
        if parameters.get("description") is not None:
            webhook["description"] = parameters["description"]
        webhook["updateTime"] = _now()
        return {"webhook": webhook}

    def delete_webhook(self, parameters: Parameters) -> Parameters:
        app, webhook = self._webhook(parameters)
        del app.webhooks[webhook["webhookId"]]
        return {"webhook": webhook}

    # Jobs

    def start_job(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        kind = parameters["jobType"]
        if kind == "MANUAL":
            raise BadRequestException("A MANUAL job is started with CreateDeployment and StartDeployment.")
        if not branch.app.fields["repository"]:
            raise BadRequestException("Operation not supported. App is not connected to a repository")
        if kind == "RETRY":
            if not parameters.get("jobId"):
                raise BadRequestException("A job ID is required for the job type RETRY.")
            again = branch.job(parameters["jobId"]).given  # the same commit
            parameters = {**again, **parameters}
        job = branch.new_job(kind, parameters)
        job.start({})
        return {"jobSummary": job.summary()}

    def create_deployment(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        self._check_manual(branch)
        job = branch.new_job("MANUAL", {})
        base = f"https://aws-amplify-prod-{self.region_name}-artifacts.s3.{self.region_name}.amazonaws.com/{branch.app.app_id}"
        place = f"{base}/{branch.name}/{job.job_id}"
        files = parameters.get("fileMap") or {}
        return {
            "jobId": job.job_id,
            "fileUploadUrls": {name: f"{place}/{name}" for name in files},
            "zipUploadUrl": None if files else f"{place}/artifacts.zip",
        }

    def start_deployment(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        self._check_manual(branch)
        if parameters.get("jobId"):
            job = branch.job(parameters["jobId"])
            if job.status != "CREATED":
                raise BadRequestException(f"The job {job.job_id} was already started.")
        elif parameters.get("sourceUrl"):
            job = branch.new_job("MANUAL", {})
        else:
            raise BadRequestException("Either a job ID or a source URL is required.")
        job.start(parameters)
        return {"jobSummary": job.summary()}

    @staticmethod
    def _check_manual(branch: Branch) -> None:
        if branch.app.fields["repository"]:
            raise BadRequestException("Operation not supported. App is already connected a repository")

    def get_job(self, parameters: Parameters) -> Parameters:
        return {"job": self._branch(parameters).job(parameters["jobId"]).look().view()}

    def list_jobs(self, parameters: Parameters) -> Parameters:
        newest_first = reversed(self._branch(parameters).jobs.values())
        jobs, token = _page(newest_first, parameters)
        return {"jobSummaries": [job.look().summary() for job in jobs], "nextToken": token}

    def stop_job(self, parameters: Parameters) -> Parameters:
        job = self._branch(parameters).job(parameters["jobId"])
        if job.status not in UNFINISHED:
            raise BadRequestException(f"The job {job.job_id} has already finished.")
        job.stop()
        return {"jobSummary": job.summary()}

    def delete_job(self, parameters: Parameters) -> Parameters:
        branch = self._branch(parameters)
        job = branch.job(parameters["jobId"])
        if job.status in UNFINISHED:
            raise BadRequestException(f"The job {job.job_id} has not finished.")
        del branch.jobs[job.job_id]
        return {"jobSummary": job.summary()}

    def list_artifacts(self, parameters: Parameters) -> Parameters:
        self._branch(parameters).job(parameters["jobId"])
        return {"artifacts": []}

    # Tags

    def _tagged(self, parameters: Parameters) -> App | Branch:
        arn = parameters["resourceArn"]
        for app in self.apps.values():
            for resource in (app, *app.branches.values()):
                if resource.arn == arn:
                    return resource
        raise ResourceNotFoundException(f"Resource {arn} not found.")

    def tag_resource(self, parameters: Parameters) -> Parameters:
        self._tagged(parameters).tags.update(parameters["tags"])
        return {}

    def untag_resource(self, parameters: Parameters) -> Parameters:
        tags = self._tagged(parameters).tags
        for key in parameters["tagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, parameters: Parameters) -> Parameters:
        return {"tags": self._tagged(parameters).tags}


amplify_backends = BackendDict(AmplifyBackend, "amplify")
