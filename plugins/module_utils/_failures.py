# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""The failure scenarios of the architecture: whether each has what it needs to be got over by itself."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _rds
from ansible_collections.sdt.infra.plugins.module_utils._live import Edge, Live, Service

_ZONES = 2


def failures(live: Live) -> t.Iterator[Edge]:
    """Every failure scenario: of a zone, a task, the database and a NAT gateway."""
    yield Edge("a zone is lost: load balancer", _zones(live, live.balancer_end.subnets, "it stands in"))
    for service in live.services.values():
        yield Edge(f"a zone is lost: {service.name}", _spread(live, service), service.name)
        yield Edge(f"a task fails: {service.name}", _restarted(live, service), service.name)
    if live.wanted["database"]:
        standby = live.wanted["database_standby"]
        yield Edge("the database is lost: standby", _standby(live), promised=standby)
        yield Edge("the database is lost: backups", _backups(live))
        if live.wanted["database_replica"]:
            yield Edge("the database is lost: replica", _replica(live))
    per_zone = live.wanted["egress_mode"] == "nat_per_az"
    yield Edge("a NAT gateway is lost: one in each zone", _nat(live), promised=per_zone)


def _zones(live: Live, subnets: t.Sequence[str], verb: str) -> t.Iterator[str]:
    zones = live.network.zones(subnets)
    if len(zones) < _ZONES:
        yield f"{verb} {len(zones)} zones: {', '.join(sorted(zones)) or 'none'}"


def _spread(live: Live, service: Service) -> t.Iterator[str]:
    if not service.exists:
        yield "the service does not exist"
        return
    yield from _zones(live, service.end.subnets, "it may run in")
    if service.wanted["least"] < _ZONES or service.live["runningCount"] < _ZONES:
        return
    cluster = live.wanted["cluster"]
    arns = live.aws.read(
        "ecs", "list_tasks", "taskArns", cluster=cluster, serviceName=service.name, desiredStatus="RUNNING"
    )
    tasks = live.aws.read("ecs", "describe_tasks", "tasks", cluster=cluster, tasks=arns[:100]) if arns else []
    zones = {one.get("availabilityZone") for one in tasks or []}
    if len(zones) < _ZONES:
        yield f"its tasks all run in {', '.join(sorted(filter(None, zones))) or 'no zone'}"


def _restarted(live: Live, service: Service) -> t.Iterator[str]:
    if not service.exists:
        yield "the service does not exist"
        return
    one = service.live
    if one["desiredCount"] < service.wanted["least"]:
        yield f"it is to run {one['desiredCount']} tasks, not {service.wanted['least']} at least"
    breaker = (one.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    if not breaker.get("enable") or not breaker.get("rollback"):
        yield "a bad release is not rolled back: its circuit breaker is off"
    checked = [live.target_groups.get(group, {}).get("HealthCheckEnabled", False) for group in service.target_groups]
    if not service.container.get("healthCheck") and not any(checked):
        yield "nobody checks its health"
    resource = f"service/{live.wanted['cluster']}/{service.name}"
    found = live.aws.read(
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        ServiceNamespace="ecs",
        ResourceIds=[resource],
    )
    if not found:
        yield "it is not scaled with its load"
    elif any((found[0].get("SuspendedState") or {}).values()):
        yield "its scaling is suspended"


def _standby(live: Live) -> t.Iterator[str]:
    if not live.database.get("MultiAZ"):
        yield "the database has no standby"
    yield from _zones(live, live.database_end.subnets, "its subnets are in")


def _backups(live: Live) -> t.Iterator[str]:
    if not live.database:
        yield f"database {live.wanted['database']} does not exist"
    elif not live.database.get("BackupRetentionPeriod"):
        yield "no backups are kept"
    elif not live.database.get("LatestRestorableTime"):
        yield "there is no backup yet"


def _replica(live: Live) -> t.Iterator[str]:
    replica = _rds.instance_of(live.aws, live.wanted["database_replica"])
    if replica is None:
        yield f"replica {live.wanted['database_replica']} does not exist"
        return
    if replica.get("ReadReplicaSourceDBInstanceIdentifier") != live.wanted["database"]:
        yield f"{live.wanted['database_replica']} follows no database"
    yield from (
        f"replication is {one['Status']}"
        for one in replica.get("StatusInfos") or []
        if one.get("StatusType") == "read replication" and not one.get("Normal", True)
    )


def _nat(live: Live) -> t.Iterator[str]:
    network = live.network
    for subnet in sorted({one for service in live.services.values() for one in service.end.subnets}):
        target = network.exit(subnet).target
        nat = network.nats.get(target)
        if nat is None or nat["State"] != "available":
            yield f"{network.name(subnet)} has no NAT gateway"
            continue
        zone = network.zones([nat["SubnetId"]]) if nat.get("SubnetId") else network.zones([subnet])
        if zone != network.zones([subnet]):
            yield f"{network.name(subnet)} leads to {network.name(target)} in {', '.join(sorted(zone))}"
