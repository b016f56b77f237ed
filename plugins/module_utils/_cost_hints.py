# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What an environment could do without, by what it used. Hints only: nothing is changed, and nothing is bought."""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.module_utils._aws import Aws
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._costs import Costs, Line, Task
from ansible_collections.sdt.infra.plugins.module_utils._ecs_task import FARGATE_SIZES
from ansible_collections.sdt.infra.plugins.module_utils._measured import Metric, measured
from ansible_collections.sdt.infra.plugins.module_utils._prices import HOURS, Prices

_DAYS = 14
_ENOUGH = 24  # hours that have to be measured before anything is said
_LOW = 40  # percent that are never exceeded: half of it all would do
_SIZES = ("micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")
_NIGHTS = 128 / 168  # of the hours of a week; the others are eight on five days
_GRAVITON = {"t3": "t4g", "m5": "m6g", "r5": "r6g"}


class Hint(t.NamedTuple):
    """What could be otherwise, why, and what that saves in a month."""

    what: str
    hint: str
    saves: float


def hints(aws: Aws, params: State, costs: Costs, prices: Prices, lines: t.Sequence[Line]) -> t.Iterator[Hint]:
    """Everything that could be smaller."""
    for task in costs.tasks:
        yield from _task(aws, params["cluster"], task, prices)
    for database in costs.databases:
        yield from _database(aws, database, prices)
    idle = [one for one in costs.addresses() if not one.get("AssociationId")]
    awake = any(task.number for task in costs.tasks)  # what sleeps keeps the addresses of its NAT gateways
    if idle and awake:
        yield Hint(
            "addresses", f"{len(idle)} are used by nothing: release them", len(idle) * prices.of("address-hour") * HOURS
        )
    if params["may_sleep"] and awake:
        by_hour = sum(line.month for line in lines if line.component == "services")
        by_hour += sum(line.month for line in lines if line.component == "database" and "storage" not in line.what)
        saves = by_hour * _NIGHTS
        yield Hint("nights and weekends", "sleep.yml in the evening and wake.yml in the morning of working days", saves)


def _task(aws: Aws, cluster: str, task: Task, prices: Prices) -> t.Iterator[Hint]:
    if not task.number:
        return
    names = (("ClusterName", cluster), ("ServiceName", task.service))
    kinds = {name: Metric("AWS/ECS", f"{name}Utilization", names, "Maximum") for name in ("CPU", "Memory")}
    found = measured(aws, list(kinds.values()), _DAYS)
    cpu, memory = (found[kinds[name]] for name in ("CPU", "Memory"))
    now = task.month(prices)
    if len(cpu) >= _ENOUGH and len(memory) >= _ENOUGH:
        size = _smaller(task, max(cpu), max(memory))
        if size:
            saves = now - task.month(prices, size[0] / 1024, size[1] / 1024)
            used = f"CPU {max(cpu):.0f} %, memory {max(memory):.0f} % at most in {_DAYS} days"
            yield Hint(task.service, f"service_cpu {size[0]} and service_memory {size[1]} would do: {used}", saves)
    if not task.arm and not task.spot:
        saves = now - task.month(prices, arm=True)
        yield Hint(task.service, "ARM64 (ecs_platform_cpu_architecture), where its image is built for it", saves)


def _smaller(task: Task, cpu: float, memory: float) -> tuple[int, int] | None:
    """The next smaller size in which nothing would have been short; None where there is none."""
    units, mib = int(task.vcpu * 1024), int(task.memory * 1024)
    fewer = units // 2 if cpu < _LOW and units // 2 in FARGATE_SIZES else units
    less = [one for one in FARGATE_SIZES[fewer] if one <= mib and one * 80 >= memory * mib]
    if units not in FARGATE_SIZES or not less:
        return None
    size = (fewer, min(less))
    return size if size != (units, mib) else None


def _database(aws: Aws, database: State, prices: Prices) -> t.Iterator[Hint]:
    name, multi = database["DBInstanceIdentifier"], bool(database.get("MultiAZ"))
    now = prices.database(database["DBInstanceClass"], multi)
    if now is None or database["DBInstanceStatus"] == "stopped":
        return
    family, _dot, size = database["DBInstanceClass"].removeprefix("db.").partition(".")
    metric = Metric("AWS/RDS", "CPUUtilization", (("DBInstanceIdentifier", name),), "Maximum")
    used = measured(aws, [metric], _DAYS)[metric]
    if len(used) >= _ENOUGH and max(used) < _LOW and size in _SIZES[1:]:
        smaller = f"db.{family}.{_SIZES[_SIZES.index(size) - 1]}"
        price = prices.database(smaller, multi)
        if price is not None:
            told = f"{smaller} would do: CPU {max(used):.0f} % at most in {_DAYS} days, see that its memory does"
            yield Hint(name, told, (now - price) * HOURS)
    newer = f"db.{_GRAVITON[family]}.{size}" if family in _GRAVITON else ""
    price = prices.database(newer, multi) if newer else None
    if price is not None and price < now:
        yield Hint(name, f"{newer}, the same size on Graviton", (now - price) * HOURS)
    if database.get("StorageType") == "gp2":
        yield Hint(name, "gp3 has more throughput for the same price (rds_storage_type)", 0.0)


def reservations(costs: Costs, prices: Prices) -> list[State]:
    """From how many months of a year on a reservation of a database pays. Nothing here buys one."""
    rows = []
    for one in costs.databases:
        multi = bool(one.get("MultiAZ"))
        now, reserved = prices.database(one["DBInstanceClass"], multi), prices.reserved(one["DBInstanceClass"], multi)
        if now is None or reserved is None:
            continue
        rows.append(
            {
                "database": one["DBInstanceIdentifier"],
                "class": one["DBInstanceClass"] + (", with a standby" if multi else ""),
                "on demand": f"{now * HOURS:.2f}",
                "reserved for a year": f"{reserved * HOURS:.2f}",
                "pays after months": f"{12 * reserved / now:.1f}",
                "saves in a year": f"{(now - reserved) * HOURS * 12:.2f}",
            }
        )
    return rows
