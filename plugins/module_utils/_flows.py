# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The data flows of the architecture, proven from the live account: which connections work, and why others do not."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _amplify_jobs
from ansible_collections.sdt.infra.plugins.module_utils._live import Edge, Live, Service
from ansible_collections.sdt.infra.plugins.module_utils._network import HTTPS, INTERNET, End
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing
from ansible_collections.sdt.infra.plugins.module_utils._rules import prefix_list_id

_WEB = (80, HTTPS)
# What a task cannot start or run without, by the short names of endpoints.
_APIS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
# States in which a database serves.
_SERVES = (
    "available",
    "backing-up",
    "configuring-enhanced-monitoring",
    "configuring-log-exports",
    "modifying",
    "storage-optimization",
)
_READ = ("s3:GetObject",)
_WRITE = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")


def flows(live: Live) -> t.Iterator[Edge]:
    """Every data flow of the architecture."""
    yield Edge("internet → load balancer", _internet(live))
    for service in live.services.values():
        yield Edge(f"{service.name} runs", _runs(live, service), service.name)
        if service.wanted["public"]:
            yield Edge(f"load balancer → {service.name}", _requests(live, service), service.name)
        yield Edge(f"{service.name} → AWS", _apis(live, service), service.name)
        for callee in service.wanted["calls"]:
            yield Edge(f"{service.name} → {callee}", _calls(live, service, live.services[callee]), service.name)
        if service.wanted["database"]:
            yield Edge(f"{service.name} → database", _database(live, service), service.name)
        for purpose, given in sorted(service.wanted["buckets"].items()):
            yield Edge(f"{service.name} → bucket {purpose}", _bucket(live, service, purpose, given), service.name)
    if live.wanted["app"]:
        yield Edge("internet → frontend", _frontend(live))
        yield Edge("frontend → load balancer", _api(live))


def _internet(live: Live) -> t.Iterator[str]:
    balancer, network = live.balancer, live.network
    if not balancer:
        yield f"load balancer {live.wanted['load_balancer']} does not exist"
        return
    if balancer["State"]["Code"] != "active":
        yield f"the load balancer is {balancer['State']['Code']}"
    if balancer["Scheme"] != live.wanted["scheme"]:
        yield f"the load balancer is {balancer['Scheme']}, not {live.wanted['scheme']}"
    if not live.listeners:
        yield "the load balancer does not listen"
    for port, listener in live.listeners.items():
        if port in _WEB:
            yield from (
                f"no rule of its security groups lets {who} in on port {port}"
                for who in live.wanted["users"]
                if not network.lets_in(live.balancer_end.groups, port, _range(live, who))
            )
        if listener["Protocol"] == "HTTPS":
            yield from _certificate(live, listener)
    if balancer["Scheme"] == "internet-facing":
        for subnet in live.balancer_end.subnets:
            leaves = network.exit(subnet)
            yield from leaves.problems or [
                f"{network.name(subnet)} leads to {leaves.target}, not to an internet gateway"
            ] * (not leaves.target.startswith("igw-"))
            for port in live.listeners:
                yield from network.stopped(subnet, False, INTERNET, (port, port))
            yield from network.stopped(subnet, True, INTERNET, (1024, 65535))


def _range(live: Live, who: str) -> str:
    """A network as it is, a prefix list by its id."""
    return who if "/" in who else prefix_list_id(live.aws, who)


def _certificate(live: Live, listener: dict[str, t.Any]) -> t.Iterator[str]:
    for one in listener.get("Certificates") or []:
        missing = ("ResourceNotFoundException",)
        found = live.aws.read(
            "acm", "describe_certificate", "Certificate", missing=missing, CertificateArn=one["CertificateArn"]
        )
        if not found or found["Status"] != "ISSUED":
            yield f"the certificate {one['CertificateArn']} is {found['Status'] if found else 'gone'}"


def _runs(live: Live, service: Service) -> t.Iterator[str]:
    if not service.exists:
        yield f"the service does not exist in cluster {live.wanted['cluster']}"
        return
    one = service.live
    if not one["desiredCount"]:
        yield "it is to run no task"
    elif one["runningCount"] < one["desiredCount"]:
        yield f"{one['runningCount']} of {one['desiredCount']} tasks run"


def _requests(live: Live, service: Service) -> t.Iterator[str]:
    groups = service.target_groups
    if not groups:
        yield "the service has no target group"
        return
    forwarded = [
        (port, group)
        for port in live.listeners
        for rule in live.rules(port)
        for group in forwards(rule)
        if group in groups
    ]
    if not forwarded:
        yield "no rule of the load balancer leads to its target group"
    elif HTTPS in live.listeners and all(port != HTTPS for port, _group in forwarded):
        yield f"no rule of port {HTTPS} leads to its target group"
    if live.balancer:
        yield from live.network.passage(live.balancer_end, service.end, service.wanted["port"])
    states = [state for group in groups for state in live.targets(group)]
    bad = sorted({state for state in states if state not in ("healthy", "draining", "initial")})
    if "healthy" not in states:
        yield f"it has no healthy target{' (' + ', '.join(states) + ')' if states else ''}"
    elif bad:
        yield f"targets are {', '.join(bad)}"
    for group in groups:
        port = live.target_groups.get(group, {}).get("Port")
        if port and port != service.wanted["port"]:
            yield f"its target group leads to port {port}, it listens on {service.wanted['port']}"


def forwards(rule: dict[str, t.Any]) -> list[str]:
    """The target groups a rule leads to."""
    found: list[str] = []
    for action in rule.get("Actions") or rule.get("DefaultActions") or []:
        found += [one["TargetGroupArn"] for one in (action.get("ForwardConfig") or {}).get("TargetGroups") or []]
        found += [action["TargetGroupArn"]] if action.get("TargetGroupArn") else []
    return sorted(set(found))


def _apis(live: Live, service: Service) -> t.Iterator[str]:
    """Images, logs and secrets: through the internet, or through endpoints."""
    if not service.exists:
        yield "the service does not exist"
        return
    network = live.network
    if not network.lets_out(service.end.groups, HTTPS):
        yield f"no rule of its security groups lets it out to {INTERNET} on port {HTTPS}"
    for subnet in service.end.subnets:
        leaves = network.exit(subnet)
        if leaves.target.startswith("igw-") and not service.public_address:
            yield f"{network.name(subnet)} leads to an internet gateway, but its tasks have no public addresses"
        if leaves.target:
            yield from leaves.problems
            yield from network.stopped(subnet, True, INTERNET, (HTTPS, HTTPS))
            continue
        for api in _APIS:
            yield from _endpoint(live, service, api, leaves.problems)
    for kind in ("execution", "task"):
        yield from _role(live, service, kind)
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    log = service.container.get("logConfiguration", {}).get("options", {}).get("awslogs-group")
    if log and service.role("execution"):
        arn = live.aws.arn("logs", f"log-group:{log}:log-stream:any")
        refused = live.refused(service.role("execution"), actions, arn)
        yield from [f"its execution role may not {', '.join(refused)} in {log}"] if refused else []
        groups = live.aws.read("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=log) or []
        if all(one["logGroupName"] != log for one in groups):
            yield f"its log group {log} does not exist"


def _endpoint(live: Live, service: Service, api: str, no_way: list[str]) -> t.Iterator[str]:
    found = live.network.endpoint(api)
    if found is None:
        yield f"{'; '.join(no_way)}, and there is no endpoint for {api}"
        return
    if found["State"].lower() != "available" or not found.get("PrivateDnsEnabled"):
        private = "with" if found.get("PrivateDnsEnabled") else "without"
        yield f"the endpoint for {api} is {found['State']}, {private} private DNS"
    groups = tuple(one["GroupId"] for one in found.get("Groups") or [])
    there = End(f"the endpoint for {api}", groups, tuple(found.get("SubnetIds") or []))
    if not any(_lets_in(live, group, service) for group in groups):
        yield f"no rule of {', '.join(map(live.network.name, groups))} lets it in to {there.name}"


def _lets_in(live: Live, group: str, service: Service) -> bool:
    peer = End("endpoint", (group,), service.end.subnets)
    return not live.network.passage(service.end, peer, HTTPS)


def _role(live: Live, service: Service, kind: str) -> t.Iterator[str]:
    arn = service.role(kind)
    name = arn.rpartition("/")[2]
    if not arn:
        yield f"it has no {kind} role"
    elif live.aws.read("iam", "get_role", "Role", missing=("NoSuchEntity",), RoleName=name) is None:
        yield f"its {kind} role {name} does not exist"


def _calls(live: Live, caller: Service, callee: Service) -> t.Iterator[str]:
    if not caller.exists or not callee.exists:
        yield f"{caller.name if not caller.exists else callee.name} does not exist"
        return
    yield from live.network.passage(caller.end, callee.end, callee.wanted["port"])
    registries = [one["registryArn"].rpartition("/")[2] for one in callee.live.get("serviceRegistries") or []]
    if not registries:
        yield f"{callee.name} has no name in the namespace"
    for registry in registries:
        missing = ("ServiceNotFound",)
        found = live.aws.read("servicediscovery", "list_instances", "Instances", missing=missing, ServiceId=registry)
        if not found:
            yield f"no task of {callee.name} is known by its name"


def _database(live: Live, service: Service) -> t.Iterator[str]:
    database = live.database
    if not database:
        yield f"database {live.wanted['database']} does not exist"
        return
    if not service.exists:
        yield "the service does not exist"
        return
    if database["DBInstanceStatus"] not in _SERVES:
        yield f"the database is {database['DBInstanceStatus']}"
    port = (database.get("Endpoint") or {}).get("Port") or live.wanted["database_port"]
    yield from live.network.passage(service.end, live.database_end, port)
    source = service.secret_of("DB_PASSWORD")
    arn = ":".join(source.split(":")[:7])
    if not source:
        yield "its task definition gives it no password of the database"
    elif not live.secret(arn):
        yield f"the secret {arn.rpartition(':')[2]} does not exist"
    elif live.refused(service.role("execution"), ("secretsmanager:GetSecretValue",), arn):
        yield f"its execution role may not read the secret {arn.rpartition(':')[2]}"


def _bucket(live: Live, service: Service, purpose: str, given: dict[str, t.Any]) -> t.Iterator[str]:
    name = live.bucket(purpose, given.get("name"))
    if not live.bucket_exists(name):
        yield f"bucket {name} does not exist"
        return
    if not service.exists:
        yield "the service does not exist"
        return
    actions = _WRITE if given.get("access") == "write" else _READ
    arn = live.aws.arn("s3", f"{name}/{given.get('prefix', '')}any", region="", account="")
    refused = live.refused(service.role("task"), actions, arn)
    if refused:
        yield f"its task role may not {', '.join(refused)} in {name}"
    endpoint = live.network.endpoint("s3")
    for subnet in service.end.subnets:
        through = endpoint and live.network.table(subnet).get("RouteTableId") in (endpoint.get("RouteTableIds") or [])
        if not through:
            yield from (f"{problem}, and there is no endpoint of S3" for problem in live.network.exit(subnet).problems)


def _frontend(live: Live) -> t.Iterator[str]:
    app = existing(live.aws, "amplify_app", live.wanted["app"])
    if app is None:
        yield f"Amplify app {live.wanted['app']} does not exist"
        return
    branches = _amplify_jobs.branches(live.aws, app)
    if not branches:
        yield "the app has no branch"
    for branch in branches:
        job = _amplify_jobs.last_job(live.aws, app, branch["branchName"])
        if branch.get("stage") == "PRODUCTION" and job and job["status"] in ("FAILED", "CANCELLED"):
            yield f"the last job of {branch['branchName']} is {job['status']}"
    domains = live.aws.read("amplify", "list_domain_associations", "domainAssociations", appId=app) or []
    yield from (
        f"the domain {one['domainName']} is {one['domainStatus']}"
        for one in domains
        if one["domainStatus"] not in ("AVAILABLE", "UPDATING")
    )


def _api(live: Live) -> t.Iterator[str]:
    """The pages call the API at an address: that of the load balancer, or their own, which Amplify passes on."""
    app = existing(live.aws, "amplify_app", live.wanted["app"])
    if app is None:
        yield f"Amplify app {live.wanted['app']} does not exist"
        return
    found = live.aws.read("amplify", "get_app", "app", appId=app)
    address = (found.get("environmentVariables") or {}).get("API_BASE_URL", "")
    if not address:
        yield "the app is not told where the API is (API_BASE_URL)"
        return
    if address.startswith("/"):
        rules = found.get("customRules") or []
        passed = next((one["target"] for one in rules if one["source"].startswith(f"{address}/")), "")
        if not passed:
            yield f"no rewrite of the app passes {address} on"
            return
        address = passed
    host = address.split("//")[-1].split("/")[0]
    if not live.balancer or host.lower() not in (live.balancer["DNSName"].lower(), *_names(live)):
        yield f"the app calls {host}, which is not the load balancer"


def _names(live: Live) -> set[str]:
    """The names of hosted zones of the account that lead to the load balancer."""
    wanted, found = live.balancer["DNSName"].lower(), set()
    for zone in live.aws.read("route53", "list_hosted_zones", "HostedZones") or []:
        for one in (
            live.aws.read("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"]) or []
        ):
            if wanted in json.dumps([one.get("AliasTarget"), one.get("ResourceRecords")]).lower():
                found.add(one["Name"].rstrip(".").lower())
    return found
