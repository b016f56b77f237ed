# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""What AWS recommends for the database, for buckets and tables, and for getting them back."""

from __future__ import annotations

import datetime
import functools
import typing as t

from ansible_collections.sdt.infra.plugins.module_utils import _policy, _rds, _run_lock
from ansible_collections.sdt.infra.plugins.module_utils._compare import State
from ansible_collections.sdt.infra.plugins.module_utils._live import Live
from ansible_collections.sdt.infra.plugins.module_utils._practice import Look, Practice, protected

_DRILL = "recovery drill"  # as the audit log has it
_BACKUP_DAYS = 7
_RECOVERY = datetime.timedelta(minutes=10)  # how far behind now the database can be restored to
_CERTIFICATE = datetime.timedelta(days=90)
_SUPPORT = datetime.timedelta(days=60)


def _instances(live: Live) -> list[State]:
    names = [live.wanted["database"], live.wanted["database_replica"]]
    found = [_rds.instance_of(live.aws, name) for name in names if name]
    return [one for one in found if one]


def _has_database(live: Live) -> bool:
    return bool(live.wanted["database"])


def _setting(name: str, wanted: t.Any, said: str) -> Look:
    """That every instance has this setting of DescribeDBInstances."""

    def problems(live: Live) -> t.Iterator[str]:
        for one in _instances(live):
            if one.get(name) != wanted:
                yield f"{one['DBInstanceIdentifier']} {said}"

    return problems


def _standby(live: Live) -> t.Iterator[str]:
    if not live.database.get("MultiAZ"):
        yield f"{live.wanted['database']} has none"


def _backups(live: Live) -> t.Iterator[str]:
    days = live.database.get("BackupRetentionPeriod", 0)
    if days < _BACKUP_DAYS:
        yield f"{live.wanted['database']} keeps them for {days}"


def _recent(live: Live) -> t.Iterator[str]:
    latest = live.database.get("LatestRestorableTime")
    if latest is None:
        yield f"{live.wanted['database']} cannot be restored yet"
    elif _now() - latest > _RECOVERY:
        yield f"{live.wanted['database']} can be restored to {latest:%Y-%m-%d %H:%M} UTC only"


def _grows(live: Live) -> t.Iterator[str]:
    for one in _instances(live):
        if one.get("MaxAllocatedStorage", 0) <= one["AllocatedStorage"]:
            yield f"{one['DBInstanceIdentifier']} stays at {one['AllocatedStorage']} GiB"


def _monitored(live: Live) -> t.Iterator[str]:
    for one in _instances(live):
        if not one.get("MonitoringInterval"):
            yield f"{one['DBInstanceIdentifier']} has no Enhanced Monitoring"


def _logs(live: Live) -> t.Iterator[str]:
    for one in _instances(live):
        if "postgresql" not in (one.get("EnabledCloudwatchLogsExports") or []):
            yield f"{one['DBInstanceIdentifier']} sends none"


def _authorities(live: Live) -> t.Iterator[str]:
    for one in _instances(live):
        name = one.get("CACertificateIdentifier", "")
        found = (
            live.aws.read("rds", "describe_certificates", "Certificates", CertificateIdentifier=name) if name else []
        )
        for certificate in found or []:
            if certificate["ValidTill"] - _now() < _CERTIFICATE:
                yield f"{one['DBInstanceIdentifier']} trusts {name}, which ends on {certificate['ValidTill']:%Y-%m-%d}"


def _supported(live: Live) -> t.Iterator[str]:
    major = str(live.database.get("EngineVersion", "")).partition(".")[0]
    found = live.aws.read(
        "rds", "describe_db_major_engine_versions", "DBMajorEngineVersions", Engine="postgres", MajorEngineVersion=major
    )
    for version in found or []:
        for lifecycle in version.get("SupportedEngineLifecycles") or []:
            ends = lifecycle["LifecycleSupportEndDate"]
            standard = lifecycle["LifecycleSupportName"] == "open-source-rds-standard-support"
            if standard and ends - _now() < _SUPPORT:
                yield f"the standard support of PostgreSQL {major} ends on {ends:%Y-%m-%d}"


def _told(kind: str) -> Look:
    def problems(live: Live) -> t.Iterator[str]:
        found = live.aws.read("rds", "describe_event_subscriptions", "EventSubscriptionsList") or []
        ours = [one for one in found if one["CustSubscriptionId"].startswith(f"{live.wanted['prefix']}-")]
        if not any(one.get("SourceType") == kind and one["Enabled"] and one["Status"] != "deleting" for one in ours):
            yield "nobody is told"

    return problems


def _drilled(live: Live) -> t.Iterator[str]:
    days = live.wanted["drill_days"]
    work = _run_lock.work(live.aws, live.wanted["prefix"], live.wanted["run_table"])
    drills = [one for one in work.runs if one.get("playbook") == _DRILL and one.get("outcome", "").startswith("ok")]
    last = max((one["until"] for one in drills), default="")
    if not last:
        yield "there was none"
    elif _now() - datetime.datetime.fromisoformat(last) > datetime.timedelta(days=days):
        yield f"the last was on {last[:10]}, more than {days} days ago"


def _buckets(live: Live) -> list[str]:
    names = (live.bucket(purpose, name) for purpose, name in sorted(live.wanted["buckets"].items()))
    return [name for name in names if live.bucket_exists(name)]


def _each_bucket(operation: str, result: str, missing: str, problem: t.Callable[[t.Any], str]) -> Look:
    """problem says what is wrong with an answer about a bucket, or nothing."""

    def problems(live: Live) -> t.Iterator[str]:
        for name in _buckets(live):
            found = live.aws.read("s3", operation, missing=(missing,), Bucket=name) or {}
            said = problem(found.get(result))
            if said:
                yield f"{name} {said}"

    return problems


def _public(live: Live) -> t.Iterator[str]:
    yield from (f"{name} does not block all of it" for name in _buckets(live) if live.unblocked(name))


def _tls(policy: t.Any) -> str:
    statements = (_policy.canonical(policy) or {}).get("Statement", [])
    refused = [one for one in statements if one["Effect"] == "Deny" and "Bool" in one.get("Condition", {})]
    return "" if any("aws:SecureTransport" in one["Condition"]["Bool"] for one in refused) else "lets it through"


def _access_logs(live: Live) -> t.Iterator[str]:
    logged = {
        name: (live.aws.read("s3", "get_bucket_logging", Bucket=name) or {}).get("LoggingEnabled") or {}
        for name in _buckets(live)
    }
    receiving = {one.get("TargetBucket") for one in logged.values()}
    yield from (f"{name} has none" for name, one in logged.items() if not one and name not in receiving)


def _tables(live: Live) -> t.Iterator[str]:
    names = [live.wanted["run_table"], f"{live.wanted['prefix']}-terraform-lock"]
    for name in names:
        answer = live.aws.read(
            "dynamodb",
            "describe_continuous_backups",
            "ContinuousBackupsDescription",
            missing=("TableNotFoundException", "ResourceNotFoundException"),
            TableName=name,
        )
        backups = (answer or {}).get("PointInTimeRecoveryDescription", {})
        if answer and backups.get("PointInTimeRecoveryStatus") != "ENABLED":
            yield f"{name} cannot be"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


_database = functools.partial(Practice, promised=_has_database)

PRACTICES = (
    _database("RDS.2", "the database has no public address", _setting("PubliclyAccessible", False, "has one")),
    _database("RDS.3", "the database is encrypted", _setting("StorageEncrypted", True, "is not")),
    Practice(
        "RDS.5", "the database has a standby in another zone", _standby, lambda live: live.wanted["database_standby"]
    ),
    _database("RDS.6", "the database is monitored closely", _monitored),
    Practice(
        "RDS.8",
        "the database cannot be deleted by mistake",
        _setting("DeletionProtection", True, "can be"),
        lambda live: protected(live) and _has_database(live),
    ),
    _database("RDS.9", "the database sends its log to CloudWatch", _logs),
    _database("RDS.10", "users may log in with IAM", _setting("IAMDatabaseAuthenticationEnabled", True, "lets nobody")),
    _database("RDS.11", f"backups are kept for {_BACKUP_DAYS} days at least", _backups),
    _database(
        "RDS.13", "minor upgrades come by themselves", _setting("AutoMinorVersionUpgrade", True, "waits for them")
    ),
    _database(
        "RDS.17", "snapshots have the tags of their database", _setting("CopyTagsToSnapshot", True, "leaves them out")
    ),
    _database("RDS.20", "somebody is told of failures and maintenance of the database", _told("db-instance")),
    _database("RDS.21", "somebody is told of changes of its parameters", _told("db-parameter-group")),
    _database("REL09-BP03", "the database can be restored to ten minutes ago", _recent),
    _database("REL07-BP01", "the storage of the database grows by itself", _grows),
    _database("SEC09-BP01", "the certificate authority of the database is good for 90 days more", _authorities),
    _database("SEC06-BP01", "the version of the database is supported for 60 days more", _supported),
    Practice(
        "REL13-BP03",
        "a restore was drilled lately",
        _drilled,
        lambda live: bool(live.wanted["drill_days"]) and _has_database(live),
    ),
    Practice("S3.8", "buckets block public access", _public),
    Practice(
        "S3.5",
        "buckets refuse what is not encrypted on its way",
        _each_bucket("get_bucket_policy", "Policy", "NoSuchBucketPolicy", _tls),
    ),
    Practice("S3.9", "buckets have an access log, but for the one that receives it", _access_logs),
    Practice(
        "S3.13",
        "what is in buckets has an end",
        _each_bucket(
            "get_bucket_lifecycle_configuration",
            "Rules",
            "NoSuchLifecycleConfiguration",
            lambda rules: "" if rules else "has no lifecycle",
        ),
    ),
    Practice(
        "S3.14",
        "buckets keep versions",
        _each_bucket(
            "get_bucket_versioning",
            "Status",
            "NoSuchBucket",
            lambda status: "" if status == "Enabled" else "keeps none",
        ),
    ),
    Practice("DynamoDB.2", "tables can be restored to any moment", _tables),
)
