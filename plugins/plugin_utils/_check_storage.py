# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Rules about buckets: names, life of objects, logs and pages that use them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.sdt.infra.plugins.plugin_utils._inventory import Host, Inventory, Problem, rule

_NAME = re.compile(r"^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_ORIGIN = re.compile(r"^(https?://[^/\s]+|\*)$")
_FROZEN = ("GLACIER", "DEEP_ARCHIVE")  # objects have to be restored for hours before anybody can read them


@rule
def bucket_name_is_one(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        name = str(bucket["s3_name"])
        if not _NAME.match(name) or ".." in name or name.startswith(_STARTS) or name.endswith(_ENDS):
            yield bucket.problem(
                "s3_name",
                f"{name!r} ({len(name)} characters) is no name for a bucket: small letters, digits and hyphens, 3 "
                "to 63 of them, "
                "and nothing AWS keeps for itself.",
            )


@rule
def bucket_names_are_different(inventory: Inventory) -> t.Iterator[Problem]:
    seen: dict[str, Host] = {}
    for bucket in _made(inventory):
        first = seen.setdefault(str(bucket["s3_name"]), bucket)
        if first is not bucket:
            yield bucket.problem("s3_name", f"{first.name} has the name {bucket['s3_name']} too.")


@rule
def files_of_users_stay_readable(inventory: Inventory) -> t.Iterator[Problem]:
    used = {purpose for service in inventory.services for purpose in service["ecs_platform_buckets"]}
    for bucket in _made(inventory):
        archived = bucket.number("s3_archive_after_days") and not bucket.flag("s3_intelligent_tiering")
        if bucket.name in used and archived and bucket["s3_archive_class"] in _FROZEN:
            yield bucket.problem(
                "s3_archive_class",
                f"after {bucket['s3_archive_after_days']} days services could not read these files for hours: "
                f"{bucket['s3_archive_class']} has to be restored first. GLACIER_IR is read at once.",
            )


@rule
def objects_are_archived_before_they_go(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        archive, expire = bucket.number("s3_archive_after_days"), bucket.number("s3_expire_after_days")
        # The default, which follows the log retention, may be shorter: the archive is then left out.
        if "s3_expire_after_days" in bucket.given and archive and expire and expire <= archive:
            yield bucket.problem(
                "s3_expire_after_days",
                f"objects would be deleted after {expire} days, before they are archived after {archive}.",
            )


@rule
def days_are_counted_from_zero(inventory: Inventory) -> t.Iterator[Problem]:
    names = ("s3_archive_after_days", "s3_expire_after_days", "s3_noncurrent_expire_after_days", "s3_noncurrent_keep")
    for bucket in _made(inventory):
        for variable in (*names, "s3_abort_multipart_after_days"):
            if bucket.number(variable) < 0:
                yield bucket.problem(variable, f"{bucket[variable]} days; 0 means never.")


@rule
def kept_versions_are_as_many_as_s3_counts(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        if bucket.number("s3_noncurrent_keep") > 100:
            yield bucket.problem("s3_noncurrent_keep", f"{bucket['s3_noncurrent_keep']}; S3 counts to 100.")


@rule
def origins_are_origins(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        for origin in bucket["s3_cors_origins"]:
            if not _ORIGIN.match(str(origin)) or str(origin).count("*") > 1:
                yield bucket.problem(
                    "s3_cors_origins",
                    f"{origin!r} is no origin, which has scheme and host, no path, and one * at most: https://app.example.org.",
                )


@rule
def load_balancer_can_encrypt_its_logs(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        if "alb" in bucket["s3_log_delivery"] and bucket["s3_kms_key"]:
            yield bucket.problem(
                "s3_kms_key", "load balancers write logs only to buckets that are encrypted with keys of S3."
            )


@rule
def load_balancer_has_a_bucket_for_logs(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.load_balancer
    if not inventory.buckets or not (host.flag("alb_access_logs") or host.flag("alb_connection_logs")):
        return
    yield from _receives(inventory, host, "alb_log_bucket", host["alb_log_bucket"], "alb")


@rule
def flow_logs_have_a_bucket(inventory: Inventory) -> t.Iterator[Problem]:
    host = inventory.network
    if not inventory.buckets or not host.flag("network_flow_logs"):
        return
    if host["network_flow_log_type"] == "s3" and not host["network_flow_log_destination"]:
        yield from _receives(inventory, host, "network_flow_log_bucket", host["network_flow_log_bucket"], "flow_logs")


@rule
def access_log_goes_elsewhere(inventory: Inventory) -> t.Iterator[Problem]:
    for bucket in _made(inventory):
        if bucket["s3_access_log_bucket"] and bucket["s3_access_log_bucket"] == bucket["s3_name"]:
            yield bucket.problem("s3_access_log_bucket", "a bucket that logs into itself logs its own log, for ever.")


def _made(inventory: Inventory) -> list[Host]:
    return [bucket for bucket in inventory.buckets if bucket.flag("s3_enabled")]


def _receives(inventory: Inventory, host: Host, variable: str, name: str, sender: str) -> t.Iterator[Problem]:
    ours = {str(bucket["s3_name"]): bucket for bucket in inventory.buckets}
    if name in ours and not ours[name].flag("s3_enabled"):
        yield host.problem(variable, f"the bucket {ours[name].name} is not made (s3_enabled is false).")
    elif name in ours and sender not in ours[name]["s3_log_delivery"]:
        yield host.problem(
            variable, f"the bucket {ours[name].name} does not let {sender} deliver logs: add it to its s3_log_delivery."
        )
    elif name not in ours and variable not in host.given:
        yield host.problem(
            variable, f"no bucket of this inventory is called {name}: name one, or switch these logs off."
        )
