# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""That nothing else is open: every rule, route, address, policy and listener belongs to one of the data flows."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _policy
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._flows import forwards
from ansible_collections.sdt.infra.plugins.module_utils._live import Edge, Live, Service
from ansible_collections.sdt.infra.plugins.module_utils._network import HTTPS, INTERNET, End
from ansible_collections.sdt.infra.plugins.module_utils._rules import prefix_list_id

_EVERYBODY = "http://acs.amazonaws.com/groups/global/"
# Endpoints a network may have beside that of S3, by their short names.
_ENDPOINTS = ("s3", "dynamodb", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages", "xray")

# What no service needs anywhere, and whoever may do everything may do.
_POWERS = ("ec2:RunInstances", "iam:CreateUser", "s3:DeleteBucket")

Flow = tuple[str, int]  # the id of a group, a network or a prefix list, and a port


def closed(live: Live) -> t.Iterator[Edge]:
    """Everything that could be open and has to be closed."""
    permitted = _Permitted(live)
    yield Edge("load balancer: security groups", permitted.beyond(live.balancer_end))
    yield Edge("load balancer: listeners", _listeners(live))
    for service in live.services.values():
        yield Edge(f"{service.name}: security groups", permitted.beyond(service.end), service.name)
        yield Edge(
            f"{service.name}: no way in from the internet",
            _private(live, service.end, service.public_address),
            service.name,
        )
        yield Edge(f"{service.name}: rights", _rights(live, service), service.name)
    if live.database:
        yield Edge("database: security groups", permitted.beyond(live.database_end))
        public = live.database.get("PubliclyAccessible", False)
        yield Edge("database: no way in from the internet", _private(live, live.database_end, public))
    yield Edge("endpoints", _endpoints(live, permitted))
    yield Edge("routes", _routes(live))
    for purpose, name in sorted(live.wanted["buckets"].items()):
        yield Edge(f"bucket {purpose}: not public", _bucket(live, live.bucket(purpose, name)))


class _Permitted:
    """What each end may let in and out, worked out from which services are to reach what.

    It counts for the end, not for the group: a group that may let the internet in to the load balancer may not be that
    of the database as well.
    """

    def __init__(self, live: Live):
        self._live = live
        self._in: dict[str, set[Flow]] = {}
        self._out: dict[str, set[Flow]] = {}
        balancer, database = live.balancer_end, live.database_end
        users = [who if "/" in who else prefix_list_id(live.aws, who) for who in live.wanted["users"]]
        self._in[balancer.name] = {(who, port) for who in users for port in (80, HTTPS)}
        for service in live.services.values():
            self._out.setdefault(service.name, set()).add((INTERNET, HTTPS))
            if service.wanted["public"]:
                self._allow(balancer, service.end, service.wanted["port"])
            for callee in service.wanted["calls"]:
                self._allow(service.end, live.services[callee].end, live.services[callee].wanted["port"])
            if service.wanted["database"] and live.database:
                self._allow(service.end, database, live.wanted["database_port"])

    def _allow(self, source: End, target: End, port: int) -> None:
        self._out.setdefault(source.name, set()).update((group, port) for group in target.groups)
        self._in.setdefault(target.name, set()).update((group, port) for group in source.groups)

    def to_endpoints(self, end: End) -> None:
        """Tasks of all services may reach them, for the APIs of AWS."""
        tasks = {group for service in self._live.services.values() for group in service.end.groups}
        self._in.setdefault(end.name, set()).update((task, HTTPS) for task in tasks)

    def beyond(self, end: End) -> t.Iterator[str]:
        """What the groups of this end let through although nothing needs it."""
        for group in end.groups:
            found = self._live.network.groups.get(group, {})
            for direction, permitted, does in (
                ("IpPermissions", self._in, "lets in"),
                ("IpPermissionsEgress", self._out, "lets out to"),
            ):
                for rule in found.get(direction, []):
                    for peer in _peers(rule):
                        if not self._is_needed(permitted.get(end.name, set()), peer, rule):
                            ours, theirs = (self._live.network.name(one) for one in (group, peer))
                            yield f"{ours} {does} {theirs} on {_ports(rule)}"

    @staticmethod
    def _is_needed(permitted: set[Flow], peer: str, rule: State) -> bool:
        first, last = rule.get("FromPort"), rule.get("ToPort")
        return rule["IpProtocol"] in ("tcp", "6") and first == last and (peer, first) in permitted


def _peers(rule: State) -> list[str]:
    return [
        *(one["CidrIp"] for one in rule.get("IpRanges") or []),
        *(one["CidrIpv6"] for one in rule.get("Ipv6Ranges") or []),
        *(one["GroupId"] for one in rule.get("UserIdGroupPairs") or []),
        *(one["PrefixListId"] for one in rule.get("PrefixListIds") or []),
    ]


def _ports(rule: State) -> str:
    if rule["IpProtocol"] == "-1":
        return "all ports"
    ports = sorted({rule.get("FromPort", 0), rule.get("ToPort", 65535)})
    return f"{'port' if len(ports) == 1 else 'ports'} {'-'.join(map(str, ports))} ({rule['IpProtocol']})"


def _listeners(live: Live) -> t.Iterator[str]:
    ours = {group: service.name for service in live.services.values() for group in service.target_groups}
    for port, listener in live.listeners.items():
        if port not in (80, HTTPS):
            yield f"it listens on port {port}"
        for rule in [{"Actions": listener["DefaultActions"]}, *live.rules(port)]:
            for group in forwards(rule):
                name = ours.get(group)
                if name is None:
                    yield f"port {port} leads to the target group {group.split('/')[1]}, which no service has"
                elif not live.services[name].wanted["public"]:
                    yield f"port {port} leads to {name}, which is not public"
            if HTTPS in live.listeners and port == 80 and forwards(rule):
                yield "port 80 leads to a service without encryption, although there is HTTPS"


def _private(live: Live, end: End, public: bool) -> t.Iterator[str]:
    if public and not live.wanted["public_addresses"]:
        yield f"{end.name} has a public address"
    for subnet in end.subnets:
        if live.network.exit(subnet).target.startswith("igw-") and not live.wanted["public_addresses"]:
            yield f"{live.network.name(subnet)} has a route to an internet gateway"


def _rights(live: Live, service: Service) -> t.Iterator[str]:
    """Neither role may reach secrets and buckets the service is not to have, or do everything somewhere."""
    if not service.exists:
        return
    task, execution = service.role("task"), service.role("execution")
    secret: str = live.secret(live.wanted["database_secret"]).get("ARN", "")
    if live.database and not (secret and service.secret_of("DB_PASSWORD").startswith(secret)):
        for role in [one for one in (task, execution) if one and secret]:
            if not live.refused(role, ("secretsmanager:GetSecretValue",), secret):
                yield f"{role.rpartition('/')[2]} may read the credentials of the database"
    given = {live.bucket(purpose, one.get("name")): one for purpose, one in service.wanted["buckets"].items()}
    for bucket in (
        sorted(live.bucket(purpose, name) for purpose, name in live.wanted["buckets"].items()) if task else []
    ):
        may = ("s3:PutObject", "s3:DeleteObject", *(() if bucket in given else ("s3:GetObject",)))
        if given.get(bucket, {}).get("access") == "write":
            continue
        allowed = sorted(
            set(may) - set(live.refused(task, may, live.aws.arn("s3", f"{bucket}/any", region="", account="")))
        )
        if allowed:
            yield f"{task.rpartition('/')[2]} may {', '.join(allowed)} in {bucket}"
    for role in sorted({task, execution} - {""}):
        powers = sorted(set(_POWERS) - set(live.refused(role, _POWERS, "*")))
        if powers:
            yield f"{role.rpartition('/')[2]} may {', '.join(powers)}"


def _endpoints(live: Live, permitted: _Permitted) -> t.Iterator[str]:
    groups: set[str] = set()
    for one in live.network.endpoints.values():
        short = one["ServiceName"].split(f".{live.aws.region}.")[-1]
        if short not in _ENDPOINTS:
            yield f"there is an endpoint for {one['ServiceName']}, which nothing needs"
        groups.update(each["GroupId"] for each in one.get("Groups") or [])
    end = End("the endpoints", tuple(sorted(groups)))
    permitted.to_endpoints(end)
    yield from permitted.beyond(end)


def _routes(live: Live) -> t.Iterator[str]:
    """Routes lead to the network itself, internet gateways, NAT gateways and gateway endpoints, and nowhere else."""
    for table in live.network.tables.values():
        for route in table.get("Routes") or []:
            where = (
                route.get("DestinationCidrBlock")
                or route.get("DestinationIpv6CidrBlock")
                or route.get("DestinationPrefixListId")
            )
            gateway = route.get("GatewayId", "")
            if gateway == "local" or gateway.startswith(("igw-", "vpce-")) or route.get("NatGatewayId"):
                continue
            target = next(
                (
                    value
                    for key, value in sorted(route.items())
                    if key.endswith("Id") and key != "DestinationPrefixListId"
                ),
                "",
            )
            yield f"{live.network.name(table['RouteTableId'])} leads {where} to {target or 'something unknown'}"


def _bucket(live: Live, bucket: str) -> t.Iterator[str]:
    if not live.bucket_exists(bucket):
        yield f"bucket {bucket} does not exist"
        return
    off = live.unblocked(bucket)
    if off:
        yield f"{', '.join(off)} of its public access block is off"
    document = live.aws.read("s3", "get_bucket_policy", "Policy", missing=("NoSuchBucketPolicy",), Bucket=bucket)
    for statement in (_policy.canonical(document) or {}).get("Statement", []):
        everybody = "*" in (statement.get("Principal") or {}).get("AWS", [])
        if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
            yield f"its policy lets everybody {', '.join(statement.get('Action', []))}"
    for grant in live.aws.read("s3", "get_bucket_acl", "Grants", Bucket=bucket) or []:
        if grant["Grantee"].get("URI", "").startswith(_EVERYBODY):
            yield f"its access list gives everybody {grant['Permission']}"
