# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about recovery: whether the settings can keep what platform_rto and platform_rpo promise.

platform_rto says after how long the platform works again when a zone or the database is lost, platform_rpo how much
work may be lost then. What a restore takes is an estimate on the safe side; a drill measures it.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html
"""

from __future__ import annotations

import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Host, Inventory, Problem, rule
from ansible_collections.sdt.infra.plugins.plugin_utils._promises import duration

_LAST_RESTORABLE = 5  # minutes behind the present is what a point-in-time restore reaches
_RESTORE = 60  # minutes a restore takes at least, and more with its size
_RESTORED_GIB_IN_A_MINUTE = 200 / 60
_SHORT = 60  # minutes within which nobody rebuilds a way out of the network by hand


@rule
def durations_are_ones(inventory: Inventory) -> t.Iterator[Problem]:
    for variable in ("platform_rto", "platform_rpo"):
        value = inventory.any.get(variable)
        if value and _minutes(inventory.any, variable) is None:
            yield inventory.any.problem(variable, f"{value!r} is no duration, such as 30m, 4h or 1d.")


@rule
def lost_work_can_be_as_little(inventory: Inventory) -> t.Iterator[Problem]:
    host, promised = inventory.database, _minutes(inventory.any, "platform_rpo")
    if promised is None:
        return
    if host.number("rds_backup_retention_days") == 0:
        yield host.problem(
            "rds_backup_retention_days",
            f"without backups everything is lost, and platform_rpo promises {host['platform_rpo']} at most: keep 1 "
            "day at least.",
        )
    elif promised < _LAST_RESTORABLE:
        yield host.problem(
            "platform_rpo",
            f"{host['platform_rpo']}: a restore to a point in time reaches {_LAST_RESTORABLE} minutes ago.",
        )


@rule
def files_can_be_had_again(inventory: Inventory) -> t.Iterator[Problem]:
    if _minutes(inventory.any, "platform_rpo") is None:
        return
    written = {
        purpose
        for service in inventory.services
        for purpose, use in service["ecs_platform_buckets"].items()
        if isinstance(use, dict) and use.get("access") == "write"
    }
    for bucket in inventory.buckets:
        if bucket.name in written and bucket.flag("s3_enabled") and not bucket.flag("s3_versioning"):
            yield bucket.problem(
                "s3_versioning",
                "services write here, and without versions what they overwrite or delete is lost; platform_rpo "
                f"promises {bucket['platform_rpo']}.",
            )


@rule
def database_is_back_in_time(inventory: Inventory) -> t.Iterator[Problem]:
    host, promised = inventory.database, _minutes(inventory.any, "platform_rto")
    if promised is None or host.flag("rds_multi_az") or host.flag("rds_read_replica"):
        return
    takes = _RESTORE + int(host.number("rds_allocated_storage") / _RESTORED_GIB_IN_A_MINUTE)
    if takes > promised:
        yield host.problem(
            "rds_multi_az",
            f"platform_rto promises {host['platform_rto']}; without a standby or replica "
            f"{host['rds_allocated_storage']} GiB have to be "
            f"restored, about {takes} minutes. Set rds_multi_az, or promise less.",
        )


@rule
def network_survives_a_zone(inventory: Inventory) -> t.Iterator[Problem]:
    host, promised = inventory.network, _minutes(inventory.any, "platform_rto")
    if promised is not None and promised <= _SHORT and host["network_egress_mode"] == "nat_single":
        yield host.problem(
            "network_egress_mode",
            f"platform_rto promises {host['platform_rto']}; with nat_single all tasks lose their way out together "
            "with one zone. "
            "Use nat_per_az or nat_regional, or promise less.",
        )


@rule
def services_survive_a_zone(inventory: Inventory) -> t.Iterator[Problem]:
    promised = _minutes(inventory.any, "platform_rto")
    for service in inventory.services:
        least = service.number("ecs_platform_min_tasks")
        if promised is not None and promised <= _SHORT and least < 2 and not service["ecs_platform_sleep_schedule"]:
            yield service.problem(
                "service_min_tasks",
                f"platform_rto promises {service['platform_rto']}; one task alone is gone with its zone. Keep 2 at "
                "least, or promise less.",
            )


def _minutes(host: Host, variable: str) -> int | None:
    """The minutes of what was promised; None when nothing was, or nothing that can be read."""
    promised = duration(str(host.get(variable) or ""))
    return None if promised is None else int(promised.total_seconds()) // 60
