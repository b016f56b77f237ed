# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What RDS for PostgreSQL consists of: versions, classes, storage, parameters."""

from __future__ import annotations

from typing import Any

# The minor versions as they came out together, oldest first. What is in one row, or a later one, can be upgraded to.
RELEASES = (
    ("13.20", "14.17", "15.12", "16.8", "17.4"),
    ("13.21", "14.18", "15.13", "16.9", "17.5"),
    ("13.22", "14.19", "15.14", "16.10", "17.6"),
    ("13.23", "14.20", "15.15", "16.11", "17.7", "18.1"),
    ("14.21", "15.16", "16.12", "17.8", "18.2"),
    ("14.22", "15.17", "16.13", "17.9", "18.3"),
    ("14.23", "15.18", "16.14", "17.10", "18.4"),
)
WITHDRAWN = frozenset(RELEASES[0])  # run on where they run; no new ones
# When the standard support of a major version ends.
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
SUPPORT_ENDS = {
    "13": "2026-02-28",
    "14": "2027-02-28",
    "15": "2028-02-29",
    "16": "2029-02-28",
    "17": "2030-02-28",
    "18": "2031-02-28",
}
PAST_STANDARD_SUPPORT = frozenset({"13"})
DEFAULT_MAJOR = "17"
LOG_TYPES = ("iam-db-auth-error", "postgresql", "upgrade")
AUTHORITIES = ("rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1")

SMALL = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
LARGE = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
FAMILIES = {
    **dict.fromkeys(("t3", "t4g"), SMALL),
    **dict.fromkeys(("m5", "m6g", "m6i", "m7g", "m7i", "m8g", "r5", "r6g", "r6i", "r7g", "r7i", "r8g"), LARGE),
}
# us-east-1e is an old zone that never got newer hardware.
OLD_ZONES = {"us-east-1e": frozenset({"t3", "m5", "r5"})}

# storage type -> least and most GiB, whether IOPS and throughput can be chosen
STORAGE = {
    "standard": (5, 3072, False, False),
    "gp2": (20, 65536, False, False),
    "gp3": (20, 65536, True, True),
    "io1": (100, 65536, True, False),
    "io2": (100, 65536, True, False),
}
GP3_STEP = 400  # GiB from which gp3 is striped

# parameter -> apply type, data type, allowed values, default; None: has no value. Not modifiable: READ_ONLY.
PARAMETERS: dict[str, tuple[str, str, str | None, str | None]] = {
    "autovacuum": ("dynamic", "boolean", "0,1", "1"),
    "autovacuum_max_workers": ("static", "integer", "1-262143", "GREATEST({DBInstanceClassMemory/64371566592},3)"),
    "autovacuum_vacuum_scale_factor": ("dynamic", "float", "0-100", "0.1"),
    "checkpoint_timeout": ("dynamic", "integer", "30-3600", "300"),
    "data_directory": ("static", "string", None, "/rdsdbdata/db"),
    "deadlock_timeout": ("dynamic", "integer", "1-2147483647", None),
    "default_statistics_target": ("dynamic", "integer", "1-10000", None),
    "effective_cache_size": ("dynamic", "integer", "1-2147483647", "{DBInstanceClassMemory/16384}"),
    "hot_standby_feedback": ("dynamic", "boolean", "0,1", "0"),
    "idle_in_transaction_session_timeout": ("dynamic", "integer", "0-2147483647", "86400000"),
    "listen_addresses": ("static", "string", None, "*"),
    "lock_timeout": ("dynamic", "integer", "0-2147483647", None),
    "log_autovacuum_min_duration": ("dynamic", "integer", "-1-2147483647", "10000"),
    "log_checkpoints": ("dynamic", "boolean", "0,1", "1"),
    "log_connections": ("dynamic", "boolean", "0,1", None),
    "log_disconnections": ("dynamic", "boolean", "0,1", None),
    "log_error_verbosity": ("dynamic", "string", "default,verbose,terse", "default"),
    "log_line_prefix": ("dynamic", "string", None, "%t:%r:%u@%d:[%p]:"),
    "log_lock_waits": ("dynamic", "boolean", "0,1", None),
    "log_min_duration_statement": ("dynamic", "integer", "-1-2147483647", None),
    "log_min_messages": ("dynamic", "string", "debug1,info,notice,warning,error,log,fatal,panic", None),
    "log_rotation_age": ("dynamic", "integer", "1-1440", "60"),
    "log_statement": ("dynamic", "string", "none,ddl,mod,all", None),
    "log_temp_files": ("dynamic", "integer", "-1-2147483647", None),
    "maintenance_work_mem": (
        "dynamic",
        "integer",
        "1024-2147483647",
        "GREATEST({DBInstanceClassMemory*1024/63963136},65536)",
    ),
    "max_connections": ("static", "integer", "6-262143", "LEAST({DBInstanceClassMemory/9531392},5000)"),
    "max_logical_replication_workers": ("static", "integer", "0-262143", None),
    "max_replication_slots": ("static", "integer", "5-1000", "20"),
    "max_wal_senders": ("static", "integer", "5-1000", "25"),
    "max_worker_processes": ("static", "integer", "0-262143", "GREATEST($DBInstanceVCPU,8)"),
    "password_encryption": ("dynamic", "string", "md5,scram-sha-256", "scram-sha-256"),
    "pg_stat_statements.max": ("static", "integer", "100-2147483647", None),
    "pg_stat_statements.track": ("dynamic", "string", "none,top,all", "top"),
    "pgaudit.log": (
        "dynamic",
        "string",
        "ddl,function,misc,read,role,write,none,all,-ddl,-function,-misc,-read,-role,-write",
        None,
    ),
    "random_page_cost": ("dynamic", "float", "0-1.79769e+308", None),
    "rds.accepted_password_auth_method": ("dynamic", "string", "md5+scram,scram", "md5+scram"),
    "rds.force_autovacuum_logging_level": (
        "dynamic",
        "string",
        "disabled,debug1,info,notice,warning,error,log,fatal,panic",
        "warning",
    ),
    "rds.force_ssl": ("dynamic", "boolean", "0,1", "1"),
    "rds.log_retention_period": ("dynamic", "integer", "1440-10080", "4320"),
    "rds.logical_replication": ("static", "boolean", "0,1", "0"),
    "rds.rds_superuser_reserved_connections": ("static", "integer", "0-262143", "2"),
    "shared_buffers": ("static", "integer", "16-1073741823", "{DBInstanceClassMemory/32768}"),
    "shared_preload_libraries": (
        "static",
        "list",
        "auto_explain,orafce,pg_cron,pg_hint_plan,pg_partman_bgw,pg_prewarm,pg_similarity,pg_stat_statements,pg_tle,"
        "pg_transport,pgactive,pgaudit,pglogical,plrust",
        "pg_stat_statements",
    ),
    "statement_timeout": ("dynamic", "integer", "0-2147483647", None),
    "superuser_reserved_connections": ("static", "integer", "0-262143", None),
    "timezone": ("dynamic", "string", None, "UTC"),
    "track_activity_query_size": ("static", "integer", "100-1048576", "4096"),
    "track_functions": ("dynamic", "string", "none,pl,all", "pl"),
    "track_io_timing": ("dynamic", "boolean", "0,1", "1"),
    "wal_compression": ("dynamic", "string", "on,off,pglz,lz4,zstd", "zstd"),
    "work_mem": ("dynamic", "integer", "64-2147483647", None),
}
READ_ONLY = frozenset({"data_directory", "listen_addresses", "rds.rds_superuser_reserved_connections"})


def major(version: str) -> str:
    return version.split(".")[0]


def release(version: str) -> int | None:
    """The row a version stands in."""
    return next((number for number, row in enumerate(RELEASES) if version in row), None)


def versions(withdrawn: bool = False) -> list[str]:
    """All versions for new instances, oldest first; with the withdrawn ones if asked for."""
    found = [version for row in RELEASES for version in row if withdrawn or version not in WITHDRAWN]
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


def newest(major_version: str) -> str | None:
    return next((version for version in reversed(versions()) if major(version) == major_version), None)


def upgrade_targets(version: str) -> list[str]:
    row = release(version)
    if row is None:
        return []
    return [
        other
        for other in versions()
        if (release(other) > row and major(other) == major(version))
        or (release(other) >= row and int(major(other)) > int(major(version)))
    ]


def classes() -> list[str]:
    return [f"db.{family}.{size}" for family, sizes in FAMILIES.items() for size in sizes]


def zones_with(instance_class: str, zones: list[str]) -> list[str]:
    family = instance_class.split(".")[1]
    return [zone for zone in zones if family in OLD_ZONES.get(zone, FAMILIES)]


def families() -> list[str]:
    return sorted({f"postgres{major(version)}" for version in versions()})


def default_parameters() -> list[dict[str, Any]]:
    """As DescribeDBParameters gives them for a group in which nothing was changed."""
    return [
        {
            "ParameterName": name,
            "Description": name.replace("_", " "),
            "Source": "engine-default" if value is None else "system",
            "ApplyType": apply_type,
            "DataType": data_type,
            **({"AllowedValues": allowed} if allowed else {}),
            **({"ParameterValue": value} if value is not None else {}),
            "IsModifiable": name not in READ_ONLY,
            "ApplyMethod": "pending-reboot",
        }
        for name, (apply_type, data_type, allowed, value) in PARAMETERS.items()
    ]


def allows(name: str, value: str) -> bool:
    """Whether a parameter takes this value; formulas are taken as they are."""
    _apply_type, data_type, allowed, _default = PARAMETERS[name]
    if allowed is None or "{" in value:
        return True
    if data_type in ("integer", "float") and "," not in allowed:
        least, _dash, most = allowed.rpartition("-")
        try:
            return float(least) <= float(value) <= float(most)
        except ValueError:
            return False
    choices = allowed.split(",")
    return all(
        part.strip() in choices
        for part in (value.split(",") if data_type == "list" or name == "pgaudit.log" else [value])
    )
