# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What belongs to somebody else is neither changed nor deleted, unless it is adopted."""

from __future__ import annotations

import typing as t

import pytest
from harness import ModuleFailed, run_module

OWNER = {"Project": "sdt", "Environment": "dev", "ManagedBy": "ansible"}
SHARED = {"Project": "sdt", "Component": "database", "ManagedBy": "ansible"}  # of no environment alone


@pytest.mark.parametrize(
    ("tags", "ours"),
    [
        (OWNER, True),
        (SHARED, True),
        ({"ManagedBy": "ansible"}, True),
        ({"Environment": "dev", "Owner": "me"}, True),
        ({}, False),
        ({"Owner": "me"}, False),
        ({**OWNER, "ManagedBy": "terraform"}, False),
        ({**OWNER, "Environment": "prod"}, False),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_whose_it_is_is_told_by_its_tags(emulator: t.Any, tags: dict[str, str], ours: bool, state: str) -> None:
    bucket = {"name": "sdt-dev-files"}
    run_module(emulator.url, "s3_bucket", {**bucket, "tags": tags})
    emulator.clear()
    wanted = {**bucket, "owner": OWNER, "state": state, **({"tags": OWNER} if state == "present" else {})}
    if ours:
        run_module(emulator.url, "s3_bucket", wanted)
        return
    with pytest.raises(ModuleFailed, match=r"belongs to somebody else.*adopt=true"):
        run_module(emulator.url, "s3_bucket", wanted)
    assert emulator.mutations() == []
    preview = run_module(emulator.url, "s3_bucket", {**wanted, "adopt": True}, check=True)
    assert preview["changed"] and emulator.mutations() == []
    if state == "present":
        assert preview["actions"][0]["fields"] == ["tags"], "a plan of an adoption shows tags only"
    run_module(emulator.url, "s3_bucket", {**wanted, "adopt": True})
    if state == "present":
        assert not run_module(emulator.url, "s3_bucket", wanted)["changed"]


def test_without_an_owner_whatever_has_the_name_is_managed(emulator: t.Any) -> None:
    run_module(emulator.url, "logs_log_group", {"name": "/a", "tags": {"Owner": "me"}})
    assert run_module(emulator.url, "logs_log_group", {"name": "/a", "retention_days": 30})["changed"]


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("s3_bucket", {"name": "sdt-dev-files"}),
        ("cloudwatch_dashboard", {"name": "test", "body": {"widgets": []}}),
    ],
)
def test_tags_come_with_the_creating_call(emulator: t.Any, module: str, options: dict[str, t.Any]) -> None:
    """A run that is killed right after it leaves nothing the next run would take for somebody else's."""
    run_module(emulator.url, module, {**options, "tags": OWNER})
    assert not [call["operation"] for call in emulator.mutations() if "Tag" in call["operation"]]
    assert not run_module(emulator.url, module, {**options, "tags": OWNER, "owner": OWNER})["changed"]
