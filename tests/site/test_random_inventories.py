# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventories nobody has thought of: each is refused before anything is touched, or converges and is then unchanged.

What only AWS knows, such as the classes RDS offers, the preflight asks; all else is refused before the first request.
"""

from __future__ import annotations

import pathlib
import tempfile
import typing as t

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from walks import edited, operations, site

from emulator import testing

Values = dict[str, SearchStrategy[t.Any]]

WORDS = st.sampled_from(
    ["", "a", "sdt", "x" * 70, "Two Words", "ümlaut", "a/b", "a--b", "{{ nowhere }}", "10", "true", "-a-"]
)
SWITCH = st.one_of(st.booleans(), st.sampled_from(["yes", "no", "perhaps", 2]))
NETWORKS = st.sampled_from(
    ["10.9.0.0/16", "10.9.0.0/20", "10.9.0.0/24", "10.9.0.0/30", "192.168.0.0/16", "8.8.0.0/16", "10.9.0.1/16", "10.9"]
)


def number(*usual: int) -> SearchStrategy[t.Any]:
    """A number somebody could mean, or one nobody can."""
    return st.one_of(st.sampled_from(usual), st.integers(-2, 5000), st.sampled_from(["many", "", 1.5]))


# What is set for all hosts.
SHARED: Values = {
    "platform_log_retention_days": number(7, 30, 90, 365),
    "platform_tracing": SWITCH,
    "platform_database_users": SWITCH,
    "platform_rollback_on_alarm": SWITCH,
    "platform_own_kms_key": SWITCH,
    "platform_rto": st.sampled_from(["", "30m", "4h", "1d", "soon", 4]),
    "platform_tags": st.sampled_from([{}, {"Team": "a"}, {"aws:x": "y"}, {"Environment": "other"}, {"": ""}, "Team=a"]),
    "platform_domain": st.sampled_from(["", "example.org", "no domain", "x" * 300]),
    "network_cidr": NETWORKS,
    "network_egress_mode": st.sampled_from(
        ["nat_single", "nat_per_az", "nat_regional", "endpoints", "public_ip", "pigeon"]
    ),
    "network_flow_logs": SWITCH,
    "network_flow_log_interval": number(60, 600),
    "network_alb_ingress_cidrs": st.lists(NETWORKS, max_size=3),
    "rds_instance_class": st.sampled_from(
        ["db.t3.micro", "db.t4g.medium", "db.r5.large", "db.r5.huge", "t3.micro", ""]
    ),
    "rds_engine_version": st.sampled_from(["15.4", "16", "17.4", "12", 15, "latest"]),
    "rds_allocated_storage": number(20, 100, 400),
    "rds_storage_type": st.sampled_from(["gp3", "gp2", "io1", "standard", "tape"]),
    "rds_iops": number(0, 3000, 12000),
    "rds_backup_retention_days": number(0, 1, 7, 35),
    "rds_backup_window": st.sampled_from(["03:00-04:00", "04:30-05:00", "3-4", "23:45-00:30", ""]),
    "rds_multi_az": SWITCH,
    "rds_read_replica": SWITCH,
    "rds_port": number(5432, 6543),
    "rds_monitoring_interval": number(0, 1, 60),
    "rds_database_name": WORDS,
    "rds_username": WORDS,
    "rds_parameters": st.sampled_from(
        [{}, {"work_mem": 8192}, {"rds.force_ssl": 0}, {"no_such": 1}, {"max_connections": "x"}]
    ),
    "alb_idle_timeout": number(60, 4000),
    "alb_scheme": st.sampled_from(["internal", "internet-facing", "outside"]),
    "alb_access_logs": SWITCH,
    "monitoring_database_cpu": number(80, 100),
    "monitoring_alarm_emails": st.lists(st.sampled_from(["a@example.org", "nobody", ""]), max_size=2),
    "monitoring_budget_amount": number(0, 100),
    "monitoring_target_errors": number(1, 25),
    "ecs_platform_keep_revisions": number(1, 10),
    "ecs_platform_cpu_target": number(50, 90),
    "account_kms_rotation_days": number(0, 90, 365),
}
# What is set for one service, and for one bucket.
SERVICE: Values = {
    "service_port": number(3001, 8080, 3002),
    "service_path": st.sampled_from(["/auth", "/content", "auth", "/", "", "/a b", "/a/*"]),
    "service_priority": number(10, 20, 50000),
    "service_cpu": number(256, 512, 4096),
    "service_memory": number(512, 1024, 8192),
    "service_min_tasks": number(0, 1, 2),
    "service_max_tasks": number(1, 4),
    "service_public": SWITCH,
    "service_isolated": SWITCH,
    "service_spot": SWITCH,
    "service_database": SWITCH,
    "service_calls": st.lists(st.sampled_from(["sandbox-runner", "auth-service", "nobody"]), max_size=2),
    "service_environment": st.sampled_from([{}, {"A": "1"}, {"A": 1}, {"a b": "c"}, {"PASSWORD": "x"}, ["A=1"]]),
    "service_secrets": st.sampled_from([{}, {"TOKEN": {}}, {"TOKEN": {"length": 4}}, {"TOKEN": "x"}]),
    "service_buckets": st.sampled_from(
        [{}, {"user-uploads": {"access": "read"}}, {"nothing": {}}, {"user-uploads": "all"}]
    ),
    "service_user": st.sampled_from(["1000", "", "0", "1000:1000", "no one"]),
}
BUCKET: Values = {
    "s3_versioning": SWITCH,
    "s3_archive_after_days": number(0, 30, 90),
    "s3_archive_class": st.sampled_from(["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE", "ATTIC"]),
    "s3_expire_after_days": number(0, 30, 365),
    "s3_cors_origins": st.lists(
        st.sampled_from(["https://example.org", "*", "example.org", "https://*.a.*"]), max_size=2
    ),
    "s3_noncurrent_keep": number(0, 3, 100),
    "s3_enabled": SWITCH,
    "s3_name": st.sampled_from(["sdt-other", "UPPER", "a", "x" * 64, "sdt.dots"]),
}


def some(values: Values, most: int) -> SearchStrategy[dict[str, t.Any]]:
    """Up to so many of these variables."""
    chosen = st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: values[name] for name in names}))


INVENTORIES = st.tuples(some(SHARED, 3), some(SERVICE, 2), some(BUCKET, 2))


def tried(emulator: testing.Emulator, inventory: tuple[dict[str, t.Any], ...], *limit: str) -> None:
    shared, service, bucket = inventory
    with tempfile.TemporaryDirectory() as directory:
        hosts = {"auth-service": service, "user-uploads": bucket}
        path = edited(pathlib.Path(directory), "dev", shared, {name: one for name, one in hosts.items() if one})
        emulator.reset()
        emulator.clear()
        run = site(emulator, path, *limit)
        assert "Traceback" not in run.output, run.output[-3000:]
        if run.returncode:
            assert operations(emulator) == [], run.failures
            assert run.failures and len(run.failures) == 1, run.failures
            assert emulator.requests() == [] or "This would stop the run half way" in run.failures[0], run.failures
            return
        emulator.clear()
        again = site(emulator, path, *limit).must_succeed()
        assert (again.changed, operations(emulator)) == ([], [])


def walk(examples: int, number: int, emulator: testing.Emulator, *limit: str) -> None:
    """Try so many inventories, always the same ones for a number."""

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @seed(number)
    @given(INVENTORIES)
    def each(inventory: tuple[dict[str, t.Any], ...]) -> None:
        tried(emulator, inventory, *limit)

    each()


def test_a_part_is_refused_or_converges(_emulator: testing.Emulator) -> None:
    walk(24, 0, _emulator, "--limit", "account,app-logs,user-uploads")


@pytest.mark.long
@pytest.mark.parametrize("number", range(1, 25))
def test_all_of_it_is_refused_or_converges(_emulator: testing.Emulator, number: int) -> None:
    walk(25, number, _emulator)
