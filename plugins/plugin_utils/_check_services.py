# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about services: their size, scaling, routes, neighbours and rights.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _generated
from ansible_collections.sdt.infra.plugins.module_utils._ecs_task import FARGATE_STOP_TIMEOUTS, size_problem
from ansible_collections.sdt.infra.plugins.module_utils._errors import InfraError
from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Host, Inventory, Problem, rule
from ansible_collections.sdt.infra.plugins.plugin_utils._service_containers import COLLECTOR_PORTS

DEPLOYMENTS = ("rolling", "blue_green", "canary", "linear")
_PATH = re.compile(r"^/[A-Za-z0-9_.$/~\"'@:+&-]*$")
_PATH_LENGTH = 126  # 128 with the /* that is added
_NAME = re.compile(r"^[a-z][a-z0-9-]{0,61}[a-z0-9]$")
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_RESERVED = re.compile(r"^(AWS_EXECUTION_ENV|AWS_CONTAINER_\w+|ECS_CONTAINER_\w+|AWS_REGION)$")
_SCHEDULE = re.compile(r"^(cron|rate|at)\(.+\)$")


@rule
def name_is_one_aws_takes(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if not _NAME.match(service["ecs_platform_service"]):
            yield service.problem(
                "ecs_platform_service",
                f"{service['ecs_platform_service']!r} is no name for a service: it is a host name and part of others, "
                "so small letters, digits and hyphens, 63 at most, beginning with a letter.",
            )


@rule
def fargate_has_this_size(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        problem = size_problem(service.number("ecs_platform_cpu"), service.number("ecs_platform_memory"))
        if problem:
            yield service.problem("service_memory", problem)


@rule
def requests_are_led_over_by_a_load_balancer(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        how = service["ecs_platform_deployment"]
        if how not in DEPLOYMENTS:
            yield service.problem(
                "service_deployment", f"{how!r} is no deployment; choose one of {', '.join(DEPLOYMENTS)}."
            )
        elif how != "rolling" and not service.flag("ecs_platform_public"):
            yield service.problem(
                "service_deployment", f"a {how} deployment leads requests of the load balancer over, and it gets none."
            )


@rule
def least_is_not_above_most(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        least, most = service.number("ecs_platform_min_tasks"), service.number("ecs_platform_max_tasks")
        if least > most:
            yield service.problem(
                "service_min_tasks", f"{least} tasks at least are more than service_max_tasks, {most}."
            )


@rule
def tasks_are_counted_from_zero(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if service.number("ecs_platform_min_tasks") < 0:
            yield service.problem("service_min_tasks", "a number of tasks cannot be negative.")
        if service.number("ecs_platform_max_tasks") < 1:
            yield service.problem("service_max_tasks", "at least one task has to be allowed.")


@rule
def paths_are_different(inventory: Inventory) -> t.Iterator[Problem]:
    yield from _twice(inventory, "alb_service_path", "service_path", "path")


@rule
def priorities_are_different(inventory: Inventory) -> t.Iterator[Problem]:
    yield from _twice(inventory, "alb_service_priority", "service_priority", "priority")


@rule
def priority_is_one_aws_takes(inventory: Inventory) -> t.Iterator[Problem]:
    for service in _public(inventory):
        if not 10 <= service.number("alb_service_priority") <= 50000:
            yield service.problem(
                "service_priority",
                "a public service needs a priority from 10 to 50000, its own among the services; lower ones are for "
                "maintenance.",
            )


@rule
def path_is_one_aws_takes(inventory: Inventory) -> t.Iterator[Problem]:
    for service in _public(inventory):
        path = str(service["alb_service_path"])
        if not _PATH.match(path) or len(path) > _PATH_LENGTH or (path.endswith("/") and path != "/"):
            yield service.problem(
                "service_path",
                f"{path!r} is no path for a rule: it begins with / and does not end with one, has no wildcards, "
                f"and {_PATH_LENGTH} characters at most.",
            )


@rule
def no_path_hides_another(inventory: Inventory) -> t.Iterator[Problem]:
    services = sorted(_public(inventory), key=lambda one: one.number("alb_service_priority"))
    for index, service in enumerate(services):
        path = str(service["alb_service_path"])
        for first in services[:index]:
            above = str(first["alb_service_path"])
            if _same_hosts(service, first) and path != above and path.startswith(above.rstrip("/") + "/"):
                yield service.problem(
                    "service_priority",
                    f"no request would come here: {above} of {first.name} comes first and takes {path} too. Give "
                    "this one a lower number.",
                )


@rule
def port_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if not 1 <= service.number("ecs_platform_port") <= 65535:
            yield service.problem("service_port", f"{service['ecs_platform_port']} is no port, 1 to 65535.")


@rule
def port_is_free(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if _traced(service) and service.number("ecs_platform_port") in COLLECTOR_PORTS:
            yield service.problem(
                "service_port", f"{service['ecs_platform_port']} is taken by the collector of traces in the same task."
            )


@rule
def collector_leaves_memory(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        collector, task = service.number("ecs_platform_tracing_memory"), service.number("ecs_platform_memory")
        if _traced(service) and collector * 2 > task:
            yield service.problem(
                "ecs_platform_tracing_memory",
                f"the collector would take {collector} of {task} MiB of the task; half at most.",
            )


@rule
def isolated_means_no_database(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if service.flag("ecs_platform_isolated") and service.flag("ecs_platform_database"):
            yield service.problem(
                "service_database", "an isolated service (service_isolated) has no way to the database."
            )


@rule
def isolated_means_no_rights(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for variable, own in (("service_buckets", "ecs_platform_buckets"), ("service_secrets", "ecs_platform_secrets")):
            if service.flag("ecs_platform_isolated") and service[own]:
                yield service.problem(variable, "an isolated service (service_isolated) gets no rights and no secrets.")


@rule
def isolated_means_not_public(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        meant = {"service_public", "ecs_platform_public"} & set(service.given)
        if service.flag("ecs_platform_isolated") and service.flag("ecs_platform_public") and not meant:
            yield service.problem(
                "service_isolated",
                "an isolated service is public only where service_public says so; set service_public: false, "
                "or true to mean it.",
            )


@rule
def called_services_exist(inventory: Inventory) -> t.Iterator[Problem]:
    names = {service.name for service in inventory.services}
    for service in inventory.services:
        for called in service.get("service_calls", []):
            if called not in names:
                yield service.problem(
                    "service_calls", f"there is no service {called}; there are {', '.join(sorted(names))}."
                )
            elif called == service.name:
                yield service.problem("service_calls", "a service needs no rule to call itself.")


@rule
def used_buckets_exist(inventory: Inventory) -> t.Iterator[Problem]:
    buckets = {bucket.name: bucket for bucket in inventory.buckets}
    for service in inventory.services:
        for purpose, use in service["ecs_platform_buckets"].items():
            if not isinstance(use, dict) or use.get("name") or not buckets:
                continue  # a bucket of somebody else, or an inventory without buckets
            if purpose not in buckets:
                yield service.problem(
                    "service_buckets", f"there is no bucket {purpose}; there are {', '.join(sorted(buckets))}."
                )
            elif not buckets[purpose].flag("s3_enabled"):
                yield service.problem("service_buckets", f"the bucket {purpose} is not made (s3_enabled is false).")


@rule
def bucket_access_is_said(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for purpose, use in service["ecs_platform_buckets"].items():
            if not isinstance(use, dict) or use.get("access") not in ("read", "write"):
                yield service.problem("service_buckets", f"{purpose} needs access: read or write, not {use!r}.")
            elif str(use.get("prefix") or "").startswith("/"):
                yield service.problem(
                    "service_buckets", f"the prefix {use['prefix']!r} of {purpose}: keys do not begin with /."
                )


@rule
def variables_have_names(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for variable in ("service_environment", "service_secrets"):
            own = variable.replace("service_", "ecs_platform_")
            for name in service[own]:
                if not _VARIABLE.match(str(name)):
                    yield service.problem(variable, f"{name!r} is no name for an environment variable.")
                elif _RESERVED.match(str(name)):
                    yield service.problem(variable, f"{name} is set by AWS or the platform and cannot be another's.")


@rule
def secrets_can_be_generated(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for name, how in service["ecs_platform_secrets"].items():
            try:
                _generated.how(str(name), how)
            except InfraError as error:
                yield service.problem("service_secrets", str(error))


@rule
def variables_come_from_one_place(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for name in sorted(set(service["ecs_platform_environment"]) & set(service["ecs_platform_secrets"])):
            yield service.problem("service_environment", f"{name} is among the secrets too: remove one of them.")


@rule
def health_path_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if not str(service["ecs_platform_health_path"]).startswith("/"):
            yield service.problem(
                "service_health_path", f"{service['ecs_platform_health_path']!r} does not begin with /."
            )


@rule
def tasks_end_after_their_last_request(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        stop = service.number("ecs_platform_stop_timeout")
        if stop not in FARGATE_STOP_TIMEOUTS:
            yield service.problem("ecs_platform_stop_timeout", f"{stop} seconds; Fargate waits 2 to 120.")
        elif service.flag("alb_service_public") and stop <= service.number("alb_service_deregistration_delay"):
            yield service.problem(
                "alb_service_deregistration_delay",
                f"the load balancer sends requests for {service['alb_service_deregistration_delay']} seconds more, "
                "and the container "
                f"is killed after {stop}: lower this, or raise ecs_platform_stop_timeout (120 at most).",
            )


@rule
def deployments_can_move(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        least, most = (
            service.number("ecs_platform_minimum_healthy_percent"),
            service.number("ecs_platform_maximum_percent"),
        )
        if not 0 <= least <= 100 or not 100 <= most <= 200 or least >= most:
            yield service.problem(
                "ecs_platform_minimum_healthy_percent",
                f"between {least} and {most} percent no task can be replaced: the least is 0 to 100, the most 100 "
                "to 200 and above it.",
            )


@rule
def zones_can_be_evened_out(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if service.flag("ecs_platform_zone_rebalancing") and service.number("ecs_platform_maximum_percent") <= 100:
            yield service.problem("ecs_platform_zone_rebalancing", "needs ecs_platform_maximum_percent above 100.")


@rule
def sleeping_services_wake(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        sleep, wake = service["ecs_platform_sleep_schedule"], service["ecs_platform_wake_schedule"]
        if bool(sleep) != bool(wake):
            yield service.problem(
                "ecs_platform_sleep_schedule" if sleep else "ecs_platform_wake_schedule",
                "a service that is put to sleep has to be woken: give both schedules or none.",
            )
        for variable in ("ecs_platform_sleep_schedule", "ecs_platform_wake_schedule"):
            if service[variable] and not _SCHEDULE.match(service[variable]):
                yield service.problem(
                    variable, f"{service[variable]!r} is no schedule, such as cron(0 20 ? * MON-FRI *)."
                )


@rule
def storage_is_what_fargate_has(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        size = service.number("ecs_platform_ephemeral_storage")
        if not 20 <= size <= 200:
            yield service.problem("ecs_platform_ephemeral_storage", f"{size} GiB; a task has from 20 to 200.")


@rule
def targets_are_percentages(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        for variable in ("ecs_platform_cpu_target", "ecs_platform_memory_target"):
            if not 1 <= float(service[variable]) <= 100:
                yield service.problem(variable, f"{service[variable]} is no utilisation to keep, 1 to 100 percent.")


@rule
def spot_leaves_a_task_that_stays(inventory: Inventory) -> t.Iterator[Problem]:
    for service in inventory.services:
        if service.flag("ecs_platform_spot") and service.number("ecs_platform_spot_weight") < 1:
            yield service.problem("ecs_platform_spot_weight", "with service_spot at least 1, or nothing runs on Spot.")


def _public(inventory: Inventory) -> list[Host]:
    return [service for service in inventory.services if service.flag("alb_service_public")]


def _traced(service: Host) -> bool:
    return service.flag("ecs_platform_tracing") and not service.flag("ecs_platform_isolated")


def _same_hosts(service: Host, other: Host) -> bool:
    return set(service["alb_service_hosts"]) == set(other["alb_service_hosts"]) or not other["alb_service_hosts"]


def _twice(inventory: Inventory, variable: str, given: str, what: str) -> t.Iterator[Problem]:
    seen: dict[tuple, Host] = {}
    for service in _public(inventory):
        value = service[variable]
        key = (str(value), *(() if what == "priority" else sorted(service["alb_service_hosts"])))
        first = seen.setdefault(key, service)
        if first is not service:
            yield service.problem(given, f"{first.name} has the {what} {value} too; each service needs its own.")
