# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service is an inventory host: added by a few lines, and changed without touching the others."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from account import contents
from walks import destroy, edited, nothing_to_do, operations, site

SEARCH = {"search-service": {"service_port": 3005, "service_path": "/search", "service_priority": 50}}


@pytest.mark.long
def test_a_fifth_service_is_a_few_lines(development: t.Any, tmp_path: pathlib.Path) -> None:
    before = contents(development)
    inventory = edited(tmp_path, "dev", services=SEARCH)
    limit = ("--limit", "search-service")
    preview = site(development, inventory, "--check", *limit).must_succeed()
    assert operations(development) == []
    real = site(development, inventory, *limit).must_succeed()
    assert real.actions == preview.previewed
    assert {host for host, _action, _kind, _name in real.actions} == {"search-service"}
    created = {f"{kind} {name}" for _host, action, kind, name in real.actions if action == "create"}
    assert {one.split()[0] for one in created} == {
        "alarm",
        "discovery_service",
        "listener_rule",
        "log_group",
        "repository",
        "role",
        "scalable_target",
        "security_group",
        "service",
        "target_group",
        "task_definition",
    }
    assert {one for one in created if "search" not in one} == set()
    # The load balancer is let through to it, and it to AWS's APIs; nothing else of the others is touched.
    groups = {"update security_group sdt-dev-alb", "update security_group sdt-dev-endpoints"}
    assert {name for name in real.fields if not name.startswith("create")} == groups
    assert before - contents(development) == set()
    nothing_to_do(development, inventory, *limit)

    follows = site(development, inventory).must_succeed()
    assert follows.fields == {"update dashboard sdt-dev-ecs": ["body"]}
    nothing_to_do(development, inventory)

    # It goes as it came: first its things, then the host's lines.
    gone = destroy(development, inventory, *limit, "-e", "confirm=dev").must_succeed()
    assert {host for host, _action, _kind, _name in gone.actions} == {"search-service"}
    back = site(development, "dev").must_succeed()
    assert back.fields == {"update dashboard sdt-dev-ecs": ["body"]}
    assert {one for one in contents(development) - before if not one.endswith(" inactive")} == set()


@pytest.mark.long
def test_a_limit_touches_nothing_else_even_if_others_differ_too(development: t.Any, tmp_path: pathlib.Path) -> None:
    inventory = edited(
        tmp_path,
        "dev",
        {"network_alb_ingress_cidrs": ["198.51.100.0/24"], "rds_backup_retention_days": 9},
        {
            "auth-service": {"service_cpu": 512, "service_memory": 1024},
            "content-service": {"service_cpu": 512, "service_memory": 1024},
            "submission-service": {"service_max_tasks": 4},
        },
    )
    emulator = development
    real = site(emulator, inventory, "--limit", "auth-service").must_succeed()
    assert real.fields == {
        "replace task_definition sdt-dev-auth-service": ["cpu", "memory"],
        "update service auth-service": ["task_definition"],
    }
    assert set(operations(emulator)) == {"ecs:RegisterTaskDefinition", "ecs:UpdateService"}
    nothing_to_do(emulator, inventory, "--limit", "auth-service")
    site(emulator, "dev", "--limit", "auth-service").must_succeed()


@pytest.mark.long
def test_a_service_that_cannot_be_finished_leaves_the_others_going(development: t.Any, tmp_path: pathlib.Path) -> None:
    """Services are brought to their state together; what is wrong with one is told, and mended without the others."""
    development.client("logs").create_log_group(logGroupName="/ecs/sdt-dev/search-service", tags={"Owner": "somebody"})
    inventory = edited(tmp_path, "dev", {"platform_log_retention_days": 60}, services=SEARCH)
    run = site(development, inventory)
    assert run.returncode == 2
    (failure,) = run.failures
    assert "search-service could not be finished; the others are" in failure
    assert "/ecs/sdt-dev/search-service exists already and belongs to somebody else" in failure
    done = {(host, action, kind, name) for host, action, kind, name in run.actions if host.endswith("-service")}
    assert ("auth-service", "update", "log_group", "/ecs/sdt-dev/auth-service") in done
    assert ("search-service", "create", "repository", "sdt-dev/search-service") in done
    services = development.client("ecs").list_services(cluster="sdt-dev")["serviceArns"]
    assert not [arn for arn in services if arn.endswith("/search-service")]

    development.client("logs").delete_log_group(logGroupName="/ecs/sdt-dev/search-service")
    rest = site(development, inventory).must_succeed()
    assert {host for host, *_what in rest.actions} <= {"search-service", "monitoring"}
    nothing_to_do(development, inventory)
    destroy(development, inventory, "--limit", "search-service", "-e", "confirm=dev").must_succeed()
    site(development, "dev").must_succeed()
