# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What an environment costs in a month, as it stands: a line for all that is billed by hour, size or number.

What is billed by use is counted where CloudWatch has measured it, and left out elsewhere.
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _ecs
from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._ec2 import describe, name_of
from ansible_collections.sdt.infra.plugins.module_utils._ecr_images import described
from ansible_collections.sdt.infra.plugins.module_utils._measured import Metric, measured
from ansible_collections.sdt.infra.plugins.module_utils._prices import HOURS, Prices
from ansible_collections.sdt.infra.plugins.module_utils._reference import existing

GIB = 1024**3
_FREE_DASHBOARDS = 3  # of an account
_DAYS = 30


class Line(t.NamedTuple):
    """One thing that costs: how much of what, and US dollars in a month."""

    component: str
    what: str
    quantity: str
    month: float


class Task(t.NamedTuple):
    """The size of a service's tasks, how many it has, and how many of them run on Spot."""

    service: str
    vcpu: float
    memory: float  # GiB
    arm: bool
    number: int
    spot: float

    def month(
        self, prices: Prices, vcpu: float | None = None, memory: float | None = None, arm: bool | None = None
    ) -> float:
        """What all of them cost, or would cost with another size or processor."""
        vcpu, memory = self.vcpu if vcpu is None else vcpu, self.memory if memory is None else memory
        kind = "arm-" if (self.arm if arm is None else arm) else ""

        def hour(kind: str) -> float:
            return vcpu * prices.of(f"fargate-{kind}vcpu") + memory * prices.of(f"fargate-{kind}gb")

        # Spot has a price of its own for each processor, and the list that of one.
        return HOURS * ((self.number - self.spot) * hour(kind) + self.spot * hour(kind or "spot-"))


def tasks(aws: Aws, cluster: str) -> list[Task]:
    """The tasks of all services of a cluster."""
    missing = ("ClusterNotFoundException",)
    arns = aws.read("ecs", "list_services", "serviceArns", missing=missing, cluster=cluster) or []
    names = sorted(arn.rpartition("/")[2] for arn in arns)
    found = []
    for name in names:
        service = _ecs.described_service(aws, cluster, name, names)
        if service is None or service["status"] != "ACTIVE":
            continue
        definition = _ecs.described_definition(aws, service["taskDefinition"]).get("taskDefinition") or {}
        count = service["desiredCount"]
        found.append(
            Task(
                service=name,
                vcpu=int(definition.get("cpu") or 0) / 1024,
                memory=int(definition.get("memory") or 0) / 1024,
                arm=(definition.get("runtimePlatform") or {}).get("cpuArchitecture") == "ARM64",
                number=count,
                spot=_spot(service.get("capacityProviderStrategy") or [], count),
            )
        )
    return found


def _spot(strategy: list[State], count: int) -> float:
    """How many of so many tasks run on Fargate Spot, by base and weights."""
    base = sum(one.get("base", 0) for one in strategy if one["capacityProvider"] != "FARGATE_SPOT")
    spot_base = sum(one.get("base", 0) for one in strategy if one["capacityProvider"] == "FARGATE_SPOT")
    weight = sum(one.get("weight", 0) for one in strategy)
    spot = sum(one.get("weight", 0) for one in strategy if one["capacityProvider"] == "FARGATE_SPOT")
    rest = max(count - base - spot_base, 0)
    return min(spot_base, count) + (rest * spot / weight if weight else 0)


class Costs:
    """The lines of one environment. params are the options of the module cost_info."""

    def __init__(self, aws: Aws, params: State, prices: Prices):
        self._aws = aws
        self._params = params
        self._prices = prices
        self._prefix: str = params["prefix"]
        self.tasks = tasks(aws, params["cluster"])
        every = aws.read("rds", "describe_db_instances", "DBInstances") or []
        self.databases = [one for one in every if one["DBInstanceIdentifier"].startswith(f"{self._prefix}-")]
        self.vpc = existing(aws, "vpc", params["vpc"])

    def lines(self) -> t.Iterator[Line]:
        """Every line, component by component."""
        yield from self._services()
        yield from self._database()
        yield from self._network()
        yield from self._balancer()
        yield from self._monitoring()
        yield from self._storage()

    def _line(self, component: str, what: str, count: float, unit: str, price: float, hours: bool = False) -> Line:
        told = f"{count:g} {unit}".strip() if count == int(count) else f"{count:.1f} {unit}".strip()
        return Line(component, what, told, count * price * (HOURS if hours else 1))

    def _services(self) -> t.Iterator[Line]:
        for one in self.tasks:
            size = f"{one.vcpu:g} vCPU, {one.memory:g} GiB"
            told = f"{one.number} tasks of {size}" + (f", {one.spot:g} on Spot" if one.spot else "")
            yield Line("services", one.service, told, one.month(self._prices))

    def _database(self) -> t.Iterator[Line]:
        for one in self.databases:
            name, multi = one["DBInstanceIdentifier"], bool(one.get("MultiAZ"))
            hour = self._prices.database(one["DBInstanceClass"], multi)
            size = f"{one['DBInstanceClass']}{', with a standby' if multi else ''}"
            stopped = one["DBInstanceStatus"] == "stopped"
            if hour is None:
                yield Line("database", name, f"{size}: no price, refresh the list", 0.0)
            else:
                yield Line(
                    "database", name, f"{size}{', stopped' if stopped else ''}", 0.0 if stopped else hour * HOURS
                )
            kind = f"database-{one.get('StorageType', 'gp3')}{'-multi' if multi else ''}"
            if kind in ("database-gp2", "database-gp2-multi", "database-gp3", "database-gp3-multi"):
                yield self._line("database", f"{name}: storage", one["AllocatedStorage"], "GiB", self._prices.of(kind))
        names = {one["DBInstanceIdentifier"] for one in self.databases}
        snapshots = self._aws.read("rds", "describe_db_snapshots", "DBSnapshots", SnapshotType="manual") or []
        kept = [one for one in snapshots if one["DBInstanceIdentifier"] in names]
        if kept:
            size = sum(one["AllocatedStorage"] for one in kept)
            what = f"{len(kept)} snapshots, at most"
            yield self._line("database", what, size, "GiB", self._prices.of("database-backup"))

    def _network(self) -> t.Iterator[Line]:
        if self.vpc is None:
            return
        gateways = describe(self._aws, "describe_nat_gateways", "NatGateways", vpc_id=self.vpc)
        nats = [one for one in gateways if one["State"] == "available"]
        if nats:
            yield self._line("network", "NAT gateways", len(nats), "", self._prices.of("nat-hour"), hours=True)
            names = ("BytesInFromSource", "BytesInFromDestination")
            metrics = [
                Metric("AWS/NATGateway", name, (("NatGatewayId", one["NatGatewayId"]),), "Sum")
                for one in nats
                for name in names
            ]
            size = sum(map(sum, measured(self._aws, metrics, _DAYS, 86400).values())) / GIB
            yield self._line("network", "through NAT gateways, last 30 days", size, "GiB", self._prices.of("nat-gb"))
        addresses = [one for one in self.addresses() if one.get("AssociationId")]
        if addresses:
            yield self._line(
                "network", "public addresses", len(addresses), "", self._prices.of("address-hour"), hours=True
            )
        idle = [one for one in self.addresses() if not one.get("AssociationId")]
        if idle:
            yield self._line(
                "network", "addresses nothing uses", len(idle), "", self._prices.of("address-hour"), hours=True
            )
        found = describe(self._aws, "describe_vpc_endpoints", "VpcEndpoints", vpc_id=self.vpc)
        places = sum(len(one.get("SubnetIds") or []) for one in found if one["VpcEndpointType"] == "Interface")
        if places:
            yield self._line("network", "interface endpoints", places, "", self._prices.of("endpoint-hour"), hours=True)

    def addresses(self) -> list[State]:
        """The addresses of the environment, by their names."""
        found = self._aws.read("ec2", "describe_addresses", "Addresses") or []
        return [one for one in found if (name_of(one) or "").startswith(f"{self._prefix}-")]

    def _balancer(self) -> t.Iterator[Line]:
        missing = ("LoadBalancerNotFound",)
        name = self._params["load_balancer"]
        found = self._aws.read("elbv2", "describe_load_balancers", "LoadBalancers", missing=missing, Names=[name])
        for one in found or []:
            yield self._line("load balancer", name, 1, "", self._prices.of("balancer-hour"), hours=True)
            if one["Scheme"] == "internet-facing":
                zones = len(one["AvailabilityZones"])
                yield self._line(
                    "load balancer", "its addresses", zones, "", self._prices.of("address-hour"), hours=True
                )
            dimension = (("LoadBalancer", one["LoadBalancerArn"].split(":loadbalancer/")[1]),)
            metric = Metric("AWS/ApplicationELB", "ConsumedLCUs", dimension, "Sum")
            units = sum(measured(self._aws, [metric], _DAYS, 86400)[metric])
            price = self._prices.of("balancer-unit")
            yield self._line("load balancer", "capacity, last 30 days", units, "unit hours", price)

    def _monitoring(self) -> t.Iterator[Line]:
        alarms: list[State] = []
        for kind in ("MetricAlarm", "CompositeAlarm"):
            prefix = f"{self._prefix}-"
            alarms += (
                self._aws.read("cloudwatch", "describe_alarms", f"{kind}s", AlarmNamePrefix=prefix, AlarmTypes=[kind])
                or []
            )
        yield self._line("monitoring", "alarms", len(alarms), "", self._prices.of("alarm"))
        boards = self._aws.read("cloudwatch", "list_dashboards", "DashboardEntries") or []
        ours = sum(one["DashboardName"].startswith(f"{self._prefix}-") for one in boards)
        billed = max(len(boards) - _FREE_DASHBOARDS, 0) * ours / len(boards) if boards else 0
        yield self._line(
            "monitoring", f"{ours} dashboards, of those that are billed", billed, "", self._prices.of("dashboard")
        )
        groups = [
            one
            for start in self._params["log_prefixes"]
            for one in self._aws.read("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=start) or []
        ]
        stored = sum(one.get("storedBytes", 0) for one in groups) / GIB
        yield self._line("monitoring", f"{len(groups)} log groups", stored, "GiB", self._prices.of("log-stored"))
        metrics = [
            Metric("AWS/Logs", "IncomingBytes", (("LogGroupName", one["logGroupName"]),), "Sum") for one in groups
        ]
        taken = sum(map(sum, measured(self._aws, metrics, _DAYS, 86400).values())) / GIB if metrics else 0.0
        yield self._line("monitoring", "logs taken in, last 30 days", taken, "GiB", self._prices.of("log-ingested"))

    def _storage(self) -> t.Iterator[Line]:
        secrets = self._aws.read("secretsmanager", "list_secrets", "SecretList") or []
        ours = [one for one in secrets if one["Name"].startswith(f"{self._prefix}/")]
        yield self._line("storage", "secrets", len(ours), "", self._prices.of("secret"))
        keys = int(existing(self._aws, "kms_key", f"alias/{self._prefix}") is not None)
        yield self._line("storage", "keys", keys, "", self._prices.of("key"))
        repositories = self._aws.read("ecr", "describe_repositories", "repositories") or []
        names = [one["repositoryName"] for one in repositories if one["repositoryName"].startswith(f"{self._prefix}/")]
        size = sum(image.get("imageSizeInBytes", 0) for name in names for image in described(self._aws, name) or [])
        yield self._line("storage", "images", size / GIB, "GiB", self._prices.of("image-gb"))
        metrics = {
            purpose: self._size_of(given or f"{self._prefix}-{purpose}-{self._aws.account}")
            for purpose, given in sorted(self._params["buckets"].items())
        }
        sizes = measured(self._aws, list(metrics.values()), 3, 86400)
        for purpose, metric in metrics.items():
            newest = sizes[metric][0] / GIB if sizes[metric] else 0.0
            yield self._line("storage", f"bucket {purpose}", newest, "GiB", self._prices.of("object-gb"))

    @staticmethod
    def _size_of(bucket: str) -> Metric:
        dimensions = (("BucketName", bucket), ("StorageType", "StandardStorage"))
        return Metric("AWS/S3", "BucketSizeBytes", dimensions, "Average")
