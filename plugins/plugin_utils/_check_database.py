# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about the database: storage, backups, windows, names and connections.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
"""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError
from ansible_collections.sdt.infra.plugins.filter.postgres_connections import postgres_connections
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Inventory, Problem, rule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_WINDOW = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$")
_WEEKLY = re.compile(r"^({0}):([01]\d|2[0-3]):([0-5]\d)-({0}):([01]\d|2[0-3]):([0-5]\d)$".format("|".join(_DAYS)))
_SHORTEST = 30  # minutes of a window
_VERSION = re.compile(r"^\d{2}(\.\d{1,2})?$")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")
_USER = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,62}$")
_WORDS = ("postgres", "template0", "template1", "rdsadmin", "db", "user", "table", "select", "all", "database")
_USERS = ("admin", "rdsadmin", "rds_superuser", "rdsrepladmin", "pg_monitor", "user")
_SMALL_GP3 = 400  # GiB, below which IOPS and throughput are as they are
_STORAGE = {"gp2": (20, 65536), "gp3": (20, 65536), "io1": (100, 65536), "io2": (100, 65536)}
_OPERATORS = 13  # connections kept for RDS itself and for people


@rule
def replica_has_backups(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if host.flag("rds_read_replica") and host.number("rds_backup_retention_days") == 0:
        yield host.problem(
            "rds_read_replica", "a replica needs automated backups: rds_backup_retention_days 1 at least."
        )


@rule
def backups_are_kept_as_long_as_aws_can(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if not 0 <= host.number("rds_backup_retention_days") <= 35:
        yield host.problem(
            "rds_backup_retention_days",
            f"{host['rds_backup_retention_days']} days; RDS keeps automated backups for 35 at most.",
        )


@rule
def backup_window_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if _daily(host["rds_backup_window"]) is None:
        yield host.problem(
            "rds_backup_window",
            f"{host['rds_backup_window']!r} is no window of {_SHORTEST} minutes or more, UTC, such as 03:00-04:00.",
        )


@rule
def maintenance_window_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if _weekly(host["rds_maintenance_window"]) is None:
        yield host.problem(
            "rds_maintenance_window",
            f"{host['rds_maintenance_window']!r} is no window of {_SHORTEST} minutes or more, UTC, such as "
            "sun:04:30-sun:05:30.",
        )


@rule
def windows_do_not_overlap(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    daily = _daily(host["rds_backup_window"])
    weekly = _weekly(host["rds_maintenance_window"])
    if daily is None or weekly is None:
        return
    start, length = weekly
    for day in range(-1, 8):
        first = daily[0] + day * _DAY
        if first < start + length and start < first + daily[1]:
            yield host.problem(
                "rds_maintenance_window",
                f"{host['rds_maintenance_window']} overlaps rds_backup_window {host['rds_backup_window']}, which "
                "AWS refuses.",
            )
            return


@rule
def storage_is_what_rds_has(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    least, most = _STORAGE[host["rds_storage_type"]]
    if not least <= host.number("rds_allocated_storage") <= most:
        yield host.problem(
            "rds_allocated_storage",
            f"{host['rds_allocated_storage']} GiB; {host['rds_storage_type']} has from {least} to {most}.",
        )


@rule
def storage_can_grow(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    have, most = host.number("rds_allocated_storage"), host.number("rds_max_allocated_storage")
    if most and most * 10 < have * 11:
        yield host.problem(
            "rds_max_allocated_storage",
            f"{most} GiB; to grow, storage of {have} GiB needs a limit at least a tenth above it, or 0 for none.",
        )


@rule
def storage_has_the_speed_that_can_be_chosen(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if host["rds_storage_type"] != "gp3" or host.number("rds_allocated_storage") >= _SMALL_GP3:
        return
    for variable in ("rds_iops", "rds_storage_throughput"):
        if host.number(variable):
            yield host.problem(variable, f"cannot be chosen for gp3 below {_SMALL_GP3} GiB: 0 takes what AWS gives.")


@rule
def class_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    for variable in ("rds_instance_class", "rds_replica_class"):
        try:
            postgres_connections(host[variable])
        except AnsibleError:
            yield host.problem(variable, f"{host[variable]!r} is no instance class of RDS, such as db.r5.large.")


@rule
def connections_suffice(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    users = [service for service in inventory.services if service.flag("ecs_platform_database")]
    if not users:
        return
    try:
        allowed = postgres_connections(host["rds_instance_class"])
    except AnsibleError:
        return  # class_is_one says so
    wanted = {
        one.name: one.number("ecs_platform_max_tasks") * one.number("ecs_platform_database_connections")
        for one in users
    }
    if sum(wanted.values()) + _OPERATORS > allowed:
        each = ", ".join(f"{name} {number}" for name, number in wanted.items())
        yield host.problem(
            "rds_instance_class",
            f"{host['rds_instance_class']} allows about {allowed} connections, {_OPERATORS} of them for RDS and "
            "for people; all tasks together "
            f"may open {sum(wanted.values())} ({each}). Lower service_database_connections or service_max_tasks, "
            "or take a larger class.",
        )


@rule
def database_has_a_name(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    name = str(host["rds_database_name"])
    if not _NAME.match(name) or name.lower() in _WORDS:
        yield host.problem(
            "rds_database_name",
            f"{name!r} is no name RDS takes: letters, digits and _, 63 at most, not beginning with a digit, and no "
            "word of SQL.",
        )


@rule
def master_user_has_a_name(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    name = str(host["rds_username"])
    if not _USER.match(name) or name.lower() in _USERS:
        yield host.problem(
            "rds_username",
            f"{name!r} is no user RDS takes: letters, digits and _, 63 at most, and none it keeps for itself.",
        )


@rule
def version_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if not _VERSION.match(str(host["rds_engine_version"])):
        yield host.problem(
            "rds_engine_version",
            f'{host["rds_engine_version"]!r} is no version of PostgreSQL, such as "15" or "15.4", in quotes.',
        )


@rule
def insights_are_kept_as_aws_sells_them(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if not host.flag("rds_performance_insights"):
        return
    days = host.number("rds_performance_insights_retention_days")
    if days not in (7, 731) and not (days % 31 == 0 and 31 <= days <= 713):
        yield host.problem(
            "rds_performance_insights_retention_days", f"{days} days; there are 7, 731, and 1 to 23 months of 31 days."
        )


@rule
def database_is_in_two_subnets(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if len(set(host["rds_subnets"])) < 2:
        yield host.problem("rds_subnets", "a subnet group needs subnets in two zones at least.")


@rule
def port_is_one_rds_takes(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if not 1150 <= host.number("rds_port") <= 65535:
        yield host.problem("rds_port", f"{host['rds_port']}; RDS takes ports from 1150 to 65535.")


@rule
def port_is_open_to_the_services(inventory: Inventory) -> t.Iterator[Problem]:
    host, network = inventory.database, inventory.network
    if network and host.number("rds_port") != network.number("network_database_port"):
        yield host.problem(
            "rds_port",
            f"{host['rds_port']}, but network_database_port opens {network['network_database_port']}: set both.",
        )


@rule
def what_is_protected_is_not_lost(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.database
    if host.flag("rds_deletion_protection") and not host.flag("rds_final_snapshot"):
        yield host.problem(
            "rds_final_snapshot", "a protected database (rds_deletion_protection) keeps its final snapshot."
        )


def _daily(text: t.Any) -> tuple[int, int] | None:
    """Start and length of a daily window in minutes."""
    found = _WINDOW.match(str(text))
    if not found:
        return None
    hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
    start = hour * 60 + minute
    length = (last_hour * 60 + last_minute - start) % _DAY
    return (start, length) if length >= _SHORTEST else None


def _weekly(text: t.Any) -> tuple[int, int] | None:
    """Start and length of a weekly window in minutes."""
    found = _WEEKLY.match(str(text).lower())
    if not found:
        return None
    day, hour, minute, last_day, last_hour, last_minute = found.groups()
    start = _DAYS.index(day) * _DAY + int(hour) * 60 + int(minute)
    length = (_DAYS.index(last_day) * _DAY + int(last_hour) * 60 + int(last_minute) - start) % (7 * _DAY)
    return (start, length) if _SHORTEST <= length <= _DAY else None
