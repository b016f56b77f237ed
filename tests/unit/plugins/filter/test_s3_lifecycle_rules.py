# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sdt.infra.plugins.filter.s3_lifecycle_rules import s3_lifecycle_rules


def rules(**wanted: t.Any) -> dict[str, dict[str, t.Any]]:
    return {rule["id"]: rule for rule in s3_lifecycle_rules(wanted)}


def test_nothing_wanted_is_no_rule() -> None:
    assert rules() == {}
    assert rules(archive_after_days=0, archive_class="GLACIER", expire_after_days=0, abort_multipart_after_days=0) == {}


def test_uploads_are_archived_where_users_still_read_them() -> None:
    found = rules(archive_after_days=90, versioning=True, noncurrent_expire_after_days=60, noncurrent_keep=3)
    assert found["objects"]["transitions"] == [{"after_days": 90, "storage_class": "GLACIER_IR"}]
    assert found["versions"] == {
        "id": "versions",
        "noncurrent_expire_after_days": 60,
        "noncurrent_keep": 3,
        "expire_delete_markers": True,
    }


def test_logs_are_archived_then_deleted() -> None:
    found = rules(archive_after_days=30, archive_class="GLACIER", expire_after_days=365, abort_multipart_after_days=7)
    assert found == {
        "objects": {
            "id": "objects",
            "transitions": [{"after_days": 30, "storage_class": "GLACIER"}],
            "expire_after_days": 365,
        },
        "uploads": {"id": "uploads", "abort_multipart_after_days": 7},
    }


@pytest.mark.parametrize("expire", [29, 30])
def test_what_is_deleted_earlier_is_not_archived(expire: int) -> None:
    assert "transitions" not in rules(archive_after_days=30, expire_after_days=expire)["objects"]


def test_intelligent_tiering_begins_at_once() -> None:
    found = rules(intelligent_tiering=True, archive_class="GLACIER", expire_after_days=1)
    assert found["objects"]["transitions"] == [{"after_days": 0, "storage_class": "INTELLIGENT_TIERING"}]


def test_versions_without_a_limit_only_lose_their_markers() -> None:
    assert rules(versioning=True)["versions"] == {"id": "versions", "expire_delete_markers": True}
    found = rules(versioning=True, noncurrent_expire_after_days=30, noncurrent_keep=0)
    assert "noncurrent_keep" not in found["versions"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"intelligent_tiering": True, "archive_after_days": 90}, "not both"),
        ({"archive_after_days": 29, "archive_class": "STANDARD_IA"}, "after 30 days"),
        ({"archive_days": 29}, "takes a map"),
    ],
)
def test_what_cannot_be_is_refused(wanted: dict[str, t.Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        s3_lifecycle_rules(wanted)
