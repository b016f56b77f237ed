# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A smaller size is told only where everything that was used fits into it."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from ansible_collections.sdt.infra.plugins.module_utils import _cost_hints
from ansible_collections.sdt.infra.plugins.module_utils._costs import Task, _spot
from ansible_collections.sdt.infra.plugins.module_utils._prices import ITEMS, Prices
from runs import ROOT

LISTED = yaml.safe_load((ROOT / "roles" / "monitoring" / "files" / "prices.yml").read_text())
PRICES = Prices(LISTED)


class Cloudwatch:
    """An account whose metrics all have the same values."""

    def __init__(self, cpu: list[float], memory: list[float]):
        self._values = {"CPUUtilization": cpu, "MemoryUtilization": memory}

    def read(self, _service: str, _operation: str, _result: str, **params: t.Any) -> list[dict[str, t.Any]]:
        return [
            {"Id": one["Id"], "Values": self._values[one["MetricStat"]["Metric"]["MetricName"]]}
            for one in params["MetricDataQueries"]
        ]


def told(task: Task, cpu: float, memory: float, hours: int = 48) -> list[_cost_hints.Hint]:
    aws: t.Any = Cloudwatch([cpu] * hours, [memory] * hours)
    return list(_cost_hints._task(aws, "cluster", task, PRICES))


ONE = Task("web", vcpu=1.0, memory=4.0, arm=True, number=2, spot=0)


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        (20, 20, "service_cpu 512 and service_memory 1024"),
        (20, 70, "service_cpu 512 and service_memory 4096"),
        (60, 20, "service_cpu 1024 and service_memory 2048"),
    ],
)
def test_what_fits_is_told(cpu: float, memory: float, size: str) -> None:
    (hint,) = told(ONE, cpu, memory)
    assert size in hint.hint and hint.saves > 0


@pytest.mark.parametrize(("cpu", "memory", "hours"), [(60, 70, 48), (20, 20, 5)])
def test_what_would_not_fit_or_is_not_known_is_not(cpu: float, memory: float, hours: int) -> None:
    assert told(ONE, cpu, memory, hours) == []


def test_a_database_gets_the_next_smaller_class_and_graviton() -> None:
    class Rds(Cloudwatch):
        pass

    aws: t.Any = Rds([10.0] * 48, [])
    database = {
        "DBInstanceIdentifier": "db",
        "DBInstanceClass": "db.r5.xlarge",
        "DBInstanceStatus": "available",
        "StorageType": "gp2",
    }
    found = [one.hint for one in _cost_hints._database(aws, database, PRICES)]
    assert found[0].startswith("db.r5.large would do") and "gp3" in found[-1]
    stopped = {**database, "DBInstanceStatus": "stopped"}
    assert list(_cost_hints._database(aws, stopped, PRICES)) == []


def test_spot_is_counted_by_base_and_weight() -> None:
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 4},
    ]
    assert _spot(strategy, 6) == pytest.approx(4.0)
    assert _spot(strategy, 1) == 0 and _spot([], 3) == 0


def test_the_list_has_every_price() -> None:
    assert set(ITEMS) <= set(LISTED["prices"])
    assert all(PRICES.of(name) > 0 for name in ITEMS)
